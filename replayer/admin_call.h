/*
 * admin_call.h - what the files of the admin API share: one call, and how it is answered.
 *
 * Private to replayer/admin*.c.
 */
#ifndef GWT_REPLAYER_ADMIN_CALL_H
#define GWT_REPLAYER_ADMIN_CALL_H

#include "replayer/internal.h"

/* One call of the API, with what its path named. */
struct gwt_admin_call {
	struct gwt_replayer *replayer;
	const struct gwt_request *request;
	struct gwt_arena *arena;
	struct gwt_response *response;
	struct gwt_span id;    /* of a session, decoded; absent where the route has none */
	struct gwt_json *body; /* NULL: none */
};

void gwt_admin_answer(struct gwt_admin_call *call, int status, const struct gwt_json *json);
/* {"message": "…"} */
void gwt_admin_error(struct gwt_admin_call *call, int status, const char *message);

/* admin_sessions.c: the routes below sessions/ */
void gwt_admin_list_sessions(struct gwt_admin_call *call);
void gwt_admin_open_session(struct gwt_admin_call *call);
void gwt_admin_show_session(struct gwt_admin_call *call);
void gwt_admin_select_scenarios(struct gwt_admin_call *call);
void gwt_admin_select_all(struct gwt_admin_call *call);
void gwt_admin_verify_session(struct gwt_admin_call *call);
void gwt_admin_reset_session(struct gwt_admin_call *call);

#endif
