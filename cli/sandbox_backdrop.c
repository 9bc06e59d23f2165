#include "cli/sandbox_backdrop.h"

#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "sandbox/sandbox.h"

/*
 * The replayer has proved the signature already. A fixed seed gives the same ids in every run, so that the
 * output of a test stays the same.
 */
static void *open_sandbox(void)
{
	struct gwt_sandbox_options options = { .seed = 1, .no_verify_signature = true };

	return gwt_sandbox_new(&options);
}

static void close_sandbox(void *state)
{
	gwt_sandbox_free(state);
}

static bool answer(void *state, const struct gwt_request *request, int64_t now, struct gwt_arena *arena,
		   struct gwt_response *response)
{
	gwt_sandbox_handle(state, request, now, arena, response);
	return !gwt_span_is(gwt_headers_get(&response->headers, "x-gwtape-verdict"), "FOREIGN_SERVICE");
}

/* When the state is full, the next call that needs what was not stored gets AWS's own limit error. */
static void learn(void *state, const struct gwt_request *request, const struct gwt_response *response,
		  int64_t now)
{
	gwt_sandbox_adopt(state, request, response, now, NULL);
}

static bool has_id(void *state, struct gwt_span id)
{
	return gwt_sandbox_has_id(state, id);
}

const struct gwt_backdrop gwt_sandbox_backdrop = { open_sandbox, close_sandbox, answer, learn, has_id };
