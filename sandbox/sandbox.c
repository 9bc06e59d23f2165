/*
 * sandbox.c - a request in, an answer out.
 */
#include "sandbox/sandbox.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/json/json.h"
#include "lib/model/model.h"
#include "lib/sigv4/shown.h"
#include "sandbox/call.h"
#include "sandbox/ids.h"
#include "sandbox/rules.h"
#include "sandbox/state.h"

size_t gwt_sandbox_dummy_secrets(void *arg, struct gwt_span access_key_id, struct gwt_span secrets[8])
{
	static const char *const known[] = { "AKIDEXAMPLE", "test", "testing" };

	(void)arg;
	for (size_t i = 0; i < GWT_LEN(known); i++) {
		if (!gwt_span_is(access_key_id, known[i]))
			continue;
		secrets[0] = GWT_SPAN("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
		secrets[1] = GWT_SPAN("test");
		secrets[2] = GWT_SPAN("testing");
		return 3;
	}
	return 0;
}

struct gwt_sandbox *gwt_sandbox_new(const struct gwt_sandbox_options *options)
{
	struct gwt_sandbox *sandbox = gwt_xcalloc(1, sizeof(*sandbox));

	sandbox->options = *options;
	if (!sandbox->options.account.ptr)
		sandbox->options.account = GWT_SPAN(GWT_SANDBOX_ACCOUNT);
	if (!sandbox->options.lookup)
		sandbox->options.lookup = gwt_sandbox_dummy_secrets;
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

static bool run_operation(struct gwt_call *call)
{
	const struct gwt_sandbox_operation *operation = NULL;

	if (call->route.operation && !gwt_is_import(call))
		operation = gwt_sandbox_operation(call->route.operation->name);
	if (!operation)
		return gwt_refuse_operation(call);
	call->rule = operation->rule;
	call->basis = gwt_rule_basis(operation->rule, operation->name, GWT_SPAN(""));
	call->status = call->route.operation->success_status;
	return gwt_call_validate(call) && run_steps(call, operation->steps);
}

static void start_headers(struct gwt_call *call, struct gwt_response *response)
{
	char date[GWT_HTTP_DATE_LEN + 1];

	*response = (struct gwt_response){ 0 };
	gwt_headers_init(&response->headers, call->arena);
	gwt_clock_http_date(call->now, date);
	gwt_headers_add(&response->headers, GWT_SPAN("Date"), gwt_span_of(date), NULL);
}

static void end_headers(struct gwt_call *call, struct gwt_response *response)
{
	struct gwt_span evidence = gwt_arena_printf(
		call->arena, "%s; %s", gwt_sandbox_evidence_word(call->basis->evidence), call->basis->source);

	gwt_headers_add(&response->headers, GWT_SPAN("x-gwtape"), GWT_SPAN("sandbox"), NULL);
	gwt_headers_add(&response->headers, GWT_SPAN("x-gwtape-evidence"), evidence, NULL);
}

void gwt_sandbox_handle(struct gwt_sandbox *sandbox, const struct gwt_request *request, int64_t now,
			struct gwt_arena *arena, struct gwt_response *response)
{
	struct gwt_call call = { .sandbox = sandbox,
				 .request = request,
				 .arena = arena,
				 .now = now,
				 .basis = &gwt_rule_table[GWT_RULE_IDENTITY_ANSWER].otherwise };
	bool authentic;

	if (!gwt_route_find(request->method, request->path, &call.route))
		call.route = (struct gwt_route){ 0 };
	authentic = gwt_call_authenticate(&call);
	start_headers(&call, response);
	call.input = gwt_json_new(arena, GWT_JSON_OBJECT);
	if (gwt_is_get_caller_identity(&call)) {
		call.rule = authentic ? GWT_RULE_IDENTITY_ANSWER : call.rule;
		gwt_answer_caller_identity(&call, response);
	} else if (call.service.ptr && !gwt_span_is(call.service, "apigateway")) {
		gwt_call_fail_with(&call, GWT_RULE_FOREIGN_SERVICE,
				   gwt_sigv4_shown(GWT_SHOWN_WORD, call.service));
		gwt_refuse_foreign(&call, response);
	} else {
		if (authentic && run_operation(&call) && call.output)
			gwt_call_order_output(&call);
		gwt_call_answer(&call, response);
	}
	end_headers(&call, response);
}
