/* scenario_call.c - the calls of a scenario, and the check of each answer against what the step expects. */
#include "recorder/scenario_run.h"

#include <stdio.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/scenario/scenario.h"
#include "lib/scenario/variable.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"
#include "lib/json/write.h"
#include "recorder/call.h"
#include "recorder/secrecy.h"

void gwt_variables_set(struct gwt_arena *arena, struct gwt_variables *variables, struct gwt_span name,
		       struct gwt_span live)
{
	struct gwt_binding binding = { name, gwt_variable_declared_type(variables->declared, name), live };

	for (size_t i = 0; i < variables->len; i++)
		if (gwt_span_eq(variables->items[i].name, name)) {
			variables->items[i] = binding;
			return;
		}
	GWT_GROW(arena, variables->items, variables->len, variables->cap);
	variables->items[variables->len++] = binding;
}

struct gwt_span gwt_variables_get(void *arg, struct gwt_span name)
{
	const struct gwt_variables *variables = arg;

	for (size_t i = 0; i < variables->len; i++)
		if (gwt_span_eq(variables->items[i].name, name))
			return variables->items[i].live;
	return GWT_ABSENT;
}

/* What is being recorded. */
struct recording {
	const struct gwt_scenario *scenario;
	struct gwt_variables *variables;
	struct gwt_arena *arena;
	struct gwt_capture *captures;
	const struct gwt_credentials *credentials; /* what must not be printed */
	struct gwt_record_row *row;
	size_t surprise_cap;
};

__attribute__((format(printf, 3, 4))) static void surprise(struct recording *recording, size_t step,
							   const char *fmt, ...)
{
	struct gwt_record_row *row = recording->row;
	struct gwt_surprise *added;
	va_list args;

	GWT_GROW(recording->arena, row->surprises, row->surprise_count, recording->surprise_cap);
	added = &row->surprises[row->surprise_count++];
	added->interaction = recording->scenario->steps[step].id;
	va_start(args, fmt);
	added->reason = gwt_arena_vprintf(recording->arena, fmt, args);
	va_end(args);
}

static struct gwt_json *body_of(const struct gwt_capture *capture, struct gwt_arena *arena)
{
	struct gwt_json *json;

	return gwt_json_parse(arena, capture->response.body, &json, NULL) ? json : NULL;
}

/* Remove the members that only one of the two calls shows: they are not part of an echo. */
static void leave_out(struct gwt_json *body, const struct gwt_json *names)
{
	for (const struct gwt_json *name = names ? names->child : NULL; name; name = name->next)
		if (gwt_json_is(body, GWT_JSON_OBJECT))
			gwt_json_remove(body, name->text);
}

static void check_echo(struct recording *recording, size_t step)
{
	struct gwt_span wanted = recording->scenario->steps[step].expect_echoes;
	const struct gwt_json *except = recording->scenario->steps[step].echoes_except;
	struct gwt_span got = recording->captures[step].response.body;

	for (size_t i = 0; i < step; i++) {
		struct gwt_json *a, *b;

		if (!gwt_span_eq(recording->captures[i].id, wanted) ||
		    gwt_span_eq(recording->captures[i].response.body, got))
			continue;
		a = body_of(&recording->captures[i], recording->arena);
		b = body_of(&recording->captures[step], recording->arena);
		leave_out(a, except);
		leave_out(b, except);
		if (!a || !b || !gwt_json_equal(a, b))
			surprise(recording, step,
				 "the body is not the one that '" GWT_SPAN_FMT "' was answered with",
				 GWT_SPAN_ARG(wanted));
	}
}

static const char *json_text(const struct recording *recording, const struct gwt_json *json)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };

	gwt_buf_init(&out, SIZE_MAX);
	if (!json)
		return "nothing";
	gwt_json_write(&out, json, GWT_JSON_COMPACT);
	return gwt_arena_cstr(
		recording->arena,
		gwt_span_slice(gwt_mask_secrets(recording->credentials, gwt_buf_span(&out), recording->arena),
			       0, 300));
}

static gwt_status check_members(struct recording *recording, size_t index, struct gwt_error *err)
{
	const struct gwt_step *step = &recording->scenario->steps[index];
	struct gwt_json *body = body_of(&recording->captures[index], recording->arena), *wanted;
	gwt_status status = gwt_step_values(step, step->expect_body, GWT_SPAN("body"), gwt_variables_get,
					    recording->variables, recording->arena, &wanted, NULL, err);

	for (const struct gwt_json *member = status == GWT_OK ? wanted->child : NULL; member;
	     member = member->next) {
		const struct gwt_json *got = gwt_json_get_span(body, member->name);

		if (!got || !gwt_json_equal(got, member))
			surprise(recording, index, "expected '" GWT_SPAN_FMT "' to be %s, got %s",
				 GWT_SPAN_ARG(member->name), json_text(recording, member),
				 json_text(recording, got));
	}
	return status;
}

static gwt_status check_expectations(struct recording *recording, size_t index, struct gwt_error *err)
{
	const struct gwt_step *step = &recording->scenario->steps[index];
	const struct gwt_response *response = &recording->captures[index].response;
	struct gwt_span code = gwt_mask_secrets(recording->credentials,
						gwt_error_code(response, recording->arena), recording->arena);

	if (step->expect_status && response->status != step->expect_status)
		surprise(recording, index, "expected status %d, got %d", step->expect_status,
			 response->status);
	if (step->expect_error.ptr && !gwt_span_eq(code, step->expect_error))
		surprise(recording, index, "expected the error '" GWT_SPAN_FMT "', got %s" GWT_SPAN_FMT,
			 GWT_SPAN_ARG(step->expect_error), code.ptr ? "" : "none", GWT_SPAN_ARG(code));
	if (step->expect_echoes.ptr)
		check_echo(recording, index);
	return step->expect_body ? check_members(recording, index, err) : GWT_OK;
}

/* Take the values that later steps need. An answer without one of them is a surprise. */
static void take_values(struct recording *recording, size_t index)
{
	const struct gwt_step *step = &recording->scenario->steps[index];
	struct gwt_json *body = step->gives ? body_of(&recording->captures[index], recording->arena) : NULL;

	for (const struct gwt_json *wanted = step->gives ? step->gives->child : NULL; wanted;
	     wanted = wanted->next) {
		const struct gwt_json *value = body ? gwt_json_pointer_get(body, wanted->text) : NULL;

		if (gwt_json_is(value, GWT_JSON_STRING) && value->text.len)
			gwt_variables_set(recording->arena, recording->variables, wanted->name, value->text);
		else
			surprise(recording, index,
				 "it was to give '" GWT_SPAN_FMT "' at " GWT_SPAN_FMT ", and does not",
				 GWT_SPAN_ARG(wanted->name), GWT_SPAN_ARG(wanted->text));
	}
}

static gwt_status make_call(struct recording *recording, struct gwt_caller *caller, size_t index,
			    struct gwt_error *err)
{
	const struct gwt_step *step = &recording->scenario->steps[index];
	struct gwt_capture *capture = &recording->captures[index];
	struct gwt_request request;
	gwt_status status;

	capture->id = step->id;
	capture->operation = step->call;
	status = gwt_step_request(step, gwt_variables_get, recording->variables, recording->arena, &request,
				  &capture->uses, err);
	if (status != GWT_OK)
		return status; /* its message names the step */
	if (gwt_caller_call(caller, &request, step->expect_status, recording->arena, &capture->request,
			    &capture->response, err) != GWT_OK)
		return gwt_fail_in(err, "step '" GWT_SPAN_FMT "'", GWT_SPAN_ARG(step->id));
	capture->evidence = gwt_answer_evidence(caller->kind, &capture->response, recording->arena,
						&capture->evidence_source);
	status = check_expectations(recording, index, err);
	take_values(recording, index);
	return status;
}

gwt_status gwt_scenario_call(const struct gwt_scenario *scenario, struct gwt_caller *caller,
			     struct gwt_variables *variables, struct gwt_arena *arena,
			     struct gwt_captures *out, struct gwt_record_row *row, struct gwt_error *err)
{
	struct recording recording = { .scenario = scenario,
				       .variables = variables,
				       .arena = arena,
				       .captures = gwt_arena_array(arena, struct gwt_capture,
								   scenario->step_count),
				       .credentials = &caller->credentials,
				       .row = row };

	for (size_t i = 0; i < scenario->step_count; i++) {
		gwt_status status = make_call(&recording, caller, i, err);

		if (status != GWT_OK)
			return status;
	}
	*out = (struct gwt_captures){ recording.captures, scenario->step_count, variables->items,
				      variables->len };
	return GWT_OK;
}

struct gwt_span gwt_captures_server(const struct gwt_captures *captures)
{
	for (size_t i = 0; i < captures->len; i++) {
		struct gwt_span server = gwt_headers_get(&captures->items[i].response.headers, "server");

		if (server.len)
			return server;
	}
	return GWT_ABSENT;
}
