/*
 * backdrop.h - who answers the calls that are not under contract (DESIGN 6).
 *
 * The replayer knows only these functions; the command line puts the sandbox behind them. Each session has a
 * separate state, made when it is first needed.
 */
#ifndef GWT_REPLAYER_BACKDROP_H
#define GWT_REPLAYER_BACKDROP_H

#include "lib/http/message.h"

struct gwt_backdrop {
	void *(*open)(void);
	void (*close)(void *state);
	/*
	 * Answer a request at time `now`, all in `arena`; the signature is proved already. False when the
	 * request is for a service that the backdrop does not have: the answer is then a refusal in that
	 * service's form.
	 */
	bool (*answer)(void *state, const struct gwt_request *request, int64_t now, struct gwt_arena *arena,
		       struct gwt_response *response);
	/* Apply a write that the replay answered, so that later calls see its effect. */
	void (*learn)(void *state, const struct gwt_request *request, const struct gwt_response *response,
		      int64_t now);
	/* Whether this state contains `id`. */
	bool (*has_id)(void *state, struct gwt_span id);
};

#endif
