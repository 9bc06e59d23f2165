/*
 * admin.h - the HTTP API under /_gwtape/ (docs/admin-api.md, docs/schema/admin.yaml).
 *
 * For tests that swallow their client's exception, and for people who watch. It
 * answers on the replay's own port when that is a loopback address, or on one of
 * its own.
 */
#ifndef GWT_REPLAYER_ADMIN_H
#define GWT_REPLAYER_ADMIN_H

#include "replayer/server.h"

/* Whether a request is for the admin API: its path is /_gwtape or below it. */
bool gwt_admin_is_for(const struct gwt_request *request);
/* Answer one. */
void gwt_admin_handle(struct gwt_replayer *replayer, const struct gwt_request *request,
		      struct gwt_arena *arena, struct gwt_response *response);
/* A gwt_handler for a listener of its own; exchange->server_arg is the replayer. */
void gwt_admin_serve(struct gwt_exchange *exchange);

#endif
