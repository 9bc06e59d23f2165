/*
 * backdrop.h - who answers the calls that are not under contract (DESIGN 6).
 *
 * The replayer knows it by these functions only; the command line gives it the
 * sandbox. Each session has a state of its own, made when it is first needed.
 */
#ifndef GWT_REPLAYER_BACKDROP_H
#define GWT_REPLAYER_BACKDROP_H

#include "lib/http/message.h"

struct gwt_backdrop {
	void *(*open)(void);
	void (*close)(void *state);
	/*
	 * Answer a request at time `now`, all in `arena`; the signature was proved. False when the request is for
	 * a service that it does not have: the answer is then the refusal, in that service's own form.
	 */
	bool (*answer)(void *state, const struct gwt_request *request, int64_t now, struct gwt_arena *arena,
		       struct gwt_response *response);
	/* A write that the replay answered: later calls find what it made. */
	void (*learn)(void *state, const struct gwt_request *request, const struct gwt_response *response,
		      int64_t now);
	/* Whether `id` is one that this state knows. */
	bool (*has_id)(void *state, struct gwt_span id);
};

#endif
