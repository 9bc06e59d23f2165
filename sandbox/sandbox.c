/*
 * sandbox.c - a request in, an answer out.
 */
#include "sandbox/sandbox.h"

#include <stdlib.h>

#include "sandbox/call.h"

/* DESIGN, "Dummy credentials": any access key id with one of these. */
static size_t dummy_secrets(void *arg, struct gwt_span access_key_id, struct gwt_span secrets[8])
{
	(void)arg;
	(void)access_key_id;
	secrets[0] = GWT_SPAN("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
	secrets[1] = GWT_SPAN("test");
	secrets[2] = GWT_SPAN("testing");
	return 3;
}

struct gwt_sandbox *gwt_sandbox_new(const struct gwt_sandbox_options *options)
{
	struct gwt_sandbox *sandbox = gwt_xcalloc(1, sizeof(*sandbox));

	sandbox->options = *options;
	if (!sandbox->options.account.ptr)
		sandbox->options.account = GWT_SPAN(GWT_SANDBOX_ACCOUNT);
	if (!sandbox->options.lookup)
		sandbox->options.lookup = dummy_secrets;
	sandbox->sigv4 = gwt_sigv4_new();
	gwt_ids_init(&sandbox->ids, options->seed);
	gwt_state_init(&sandbox->state);
	return sandbox;
}

void gwt_sandbox_free(struct gwt_sandbox *sandbox)
{
	if (!sandbox)
		return;
	gwt_sigv4_free(sandbox->sigv4);
	gwt_state_release(&sandbox->state);
	free(sandbox);
}

static bool run_steps(struct gwt_call *call, const gwt_step *steps)
{
	for (; *steps; steps++)
		if (!(*steps)(call))
			return false;
	return true;
}

static bool run(struct gwt_call *call)
{
	const struct gwt_sandbox_operation *operation;

	if (!gwt_call_authenticate(call))
		return false;
	if (!gwt_route_find(call->request->method, call->request->path, &call->route))
		return gwt_call_fail(call, GWT_RULE_UNKNOWN_OPERATION);
	operation = gwt_sandbox_operation(call->route.operation->name);
	if (!operation)
		return gwt_call_fail(call, GWT_RULE_UNKNOWN_OPERATION);
	call->rule = operation->rule;
	call->status = call->route.operation->success_status;
	return gwt_call_validate(call) && run_steps(call, operation->steps);
}

void gwt_sandbox_handle(struct gwt_sandbox *sandbox, const struct gwt_request *request, int64_t now,
			struct gwt_arena *arena, struct gwt_response *response)
{
	struct gwt_call call = { .sandbox = sandbox, .request = request, .arena = arena, .now = now };

	call.input = gwt_json_new(arena, GWT_JSON_OBJECT);
	if (run(&call) && call.output)
		gwt_json_sort(call.output);
	gwt_call_answer(&call, response);
}
