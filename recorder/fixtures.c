#include "recorder/fixtures.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/http/message.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/sigv4/sigv4.h"
#include "recorder/secrecy.h"
#include "recorder/tag.h"

enum { MAX_METHODS = 8 };

gwt_status gwt_fixture_call(struct gwt_caller *caller, const char *method, struct gwt_span target,
			    const struct gwt_json *body, struct gwt_arena *arena, struct gwt_json **answer,
			    struct gwt_error *err)
{
	struct gwt_request request, sent;
	struct gwt_response response;
	struct gwt_headers headers;
	gwt_auto(gwt_buf_release) struct gwt_buf text = { 0 };
	gwt_status status;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_headers_init(&headers, arena);
	gwt_headers_add_view(&headers, GWT_SPAN("Accept"), GWT_SPAN("application/json"));
	if (body) {
		gwt_headers_add_view(&headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"));
		gwt_json_write(&text, body, GWT_JSON_COMPACT);
	}
	gwt_request_set(&request, gwt_span_of(method), target, &headers,
			body ? gwt_arena_copy(arena, gwt_buf_span(&text)) : GWT_SPAN(""));
	status = gwt_caller_call(caller, &request, 0, arena, &sent, &response, err);
	if (status != GWT_OK)
		return status;
	if (response.status < 200 || response.status > 299)
		return gwt_fail(
			err, GWT_EUPSTREAM,
			"fixture call %s " GWT_SPAN_FMT " was answered with %d: " GWT_SPAN_FMT, method,
			GWT_SPAN_ARG(target), response.status,
			GWT_SPAN_ARG(gwt_span_slice(
				gwt_mask_secrets(&caller->credentials, response.body, arena), 0, 300)));
	if (answer && !gwt_json_parse(arena, response.body, answer, NULL))
		return gwt_fail(err, GWT_EUPSTREAM,
				"fixture call %s " GWT_SPAN_FMT " was not answered with JSON", method,
				GWT_SPAN_ARG(target));
	return GWT_OK;
}

static gwt_status take_id(const struct gwt_json *answer, const char *what, struct gwt_arena *arena,
			  struct gwt_span *out, struct gwt_error *err)
{
	struct gwt_span id = gwt_json_get_text(answer, "id");

	if (!id.len)
		return gwt_fail(err, GWT_EUPSTREAM, "the upstream made %s without an id", what);
	*out = gwt_arena_copy(arena, id);
	return GWT_OK;
}

static gwt_status find_root(struct gwt_run_fixtures *run, struct gwt_caller *caller, struct gwt_error *err)
{
	struct gwt_json *answer = NULL, *items;
	gwt_status status =
		gwt_fixture_call(caller, "GET",
				 gwt_arena_printf(&run->arena, "/restapis/" GWT_SPAN_FMT "/resources",
						  GWT_SPAN_ARG(run->rest_api_id)),
				 NULL, &run->arena, &answer, err);

	items = gwt_json_get(answer, "item");
	for (const struct gwt_json *item = items ? items->child : NULL; status == GWT_OK && item;
	     item = item->next)
		if (gwt_span_is(gwt_json_get_text(item, "path"), "/"))
			return take_id(item, "a root resource", &run->arena, &run->root_id, err);
	return status == GWT_OK ? gwt_fail(err, GWT_EUPSTREAM, "GetResources shows no root resource")
				: status;
}

static void add_tag(struct gwt_caller *caller, struct gwt_arena *arena, struct gwt_json *body)
{
	gwt_json_add_string(arena, gwt_json_add_object(arena, body, "tags"), GWT_TAG_NAME,
			    gwt_tag_value(caller, arena));
}

gwt_status gwt_fixtures_make_api(struct gwt_run_fixtures *run, struct gwt_caller *caller,
				 struct gwt_error *err)
{
	struct gwt_arena *arena = &run->arena;
	struct gwt_json *body = gwt_json_new(arena, GWT_JSON_OBJECT), *answer = NULL, *types;
	gwt_status status;

	gwt_json_add_string(arena, body, "name", GWT_SPAN("gwtape-recording"));
	gwt_json_add_string(arena, body, "description",
			    GWT_SPAN("made by gwtape record, removed when it ends"));
	types = gwt_json_add_array(arena, gwt_json_add_object(arena, body, "endpointConfiguration"), "types");
	gwt_json_append(types, gwt_json_new_string(arena, GWT_SPAN("REGIONAL")));
	add_tag(caller, arena, body);
	status = gwt_fixture_call(caller, "POST", GWT_SPAN("/restapis"), body, arena, &answer, err);
	if (status == GWT_OK)
		status = take_id(answer, "a REST API", arena, &run->rest_api_id, err);
	return status == GWT_OK ? find_root(run, caller, err) : status;
}

gwt_status gwt_fixtures_make_link(struct gwt_run_fixtures *run, struct gwt_caller *caller,
				  struct gwt_error *err)
{
	struct gwt_arena *arena = &run->arena;
	struct gwt_json *body = gwt_json_new(arena, GWT_JSON_OBJECT), *answer = NULL, *targets;
	gwt_status status;

	gwt_json_add_string(arena, body, "name", GWT_SPAN("gwtape-recording"));
	add_tag(caller, arena, body);
	targets = gwt_json_add_array(arena, body, "targetArns");
	gwt_json_append(
		targets,
		gwt_json_new_string(arena,
				    gwt_arena_printf(arena,
						     "arn:aws:elasticloadbalancing:" GWT_SPAN_FMT
						     ":123456789012:loadbalancer/net/gwtape/0123456789abcdef",
						     GWT_SPAN_ARG(caller->region))));
	status = gwt_fixture_call(caller, "POST", GWT_SPAN("/vpclinks"), body, arena, &answer, err);
	return status == GWT_OK ? take_id(answer, "a VPC link", arena, &run->vpc_link_id, err) : status;
}

static bool is_verb(struct gwt_span word)
{
	static const char *const verbs[] = {
		"ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"
	};

	for (size_t i = 0; i < GWT_LEN(verbs); i++)
		if (gwt_span_is(word, verbs[i]))
			return true;
	return false;
}

/* A step may ask for a method that does not exist; then no method is made for it. */
size_t gwt_fixture_methods(const struct gwt_scenario *scenario, struct gwt_span *out, size_t cap)
{
	size_t len = 0;

	for (size_t i = 0; i < scenario->step_count; i++) {
		struct gwt_span method = gwt_json_get_text(scenario->steps[i].input, "httpMethod");
		size_t j = 0;

		while (j < len && !gwt_span_eq(out[j], method))
			j++;
		if (j == len && len < cap && is_verb(method))
			out[len++] = method;
	}
	return len;
}

static bool expects_failure(const struct gwt_step *step)
{
	return step->expect_error.ptr || step->expect_status >= 400;
}

/* A mapping needs a parameter that the method declares. For a step that must fail, none is declared. */
static struct gwt_json *declared_parameters(const struct gwt_scenario *scenario, struct gwt_span method,
					    struct gwt_arena *arena)
{
	struct gwt_json *declared = gwt_json_new(arena, GWT_JSON_OBJECT);

	for (size_t i = 0; i < scenario->step_count; i++) {
		const struct gwt_step *step = &scenario->steps[i];
		const struct gwt_json *mappings = gwt_json_get(step->input, "requestParameters");

		if (expects_failure(step) ||
		    !gwt_span_eq(gwt_json_get_text(step->input, "httpMethod"), method) ||
		    !gwt_json_is(mappings, GWT_JSON_OBJECT))
			continue;
		for (const struct gwt_json *from = mappings->child; from; from = from->next)
			if (from->type == GWT_JSON_STRING &&
			    gwt_span_starts(from->text, GWT_SPAN("method.request.")) &&
			    !gwt_span_starts(from->text, GWT_SPAN("method.request.body")))
				gwt_json_set(arena, declared, from->text, gwt_json_new_bool(arena, false));
	}
	return declared;
}

static gwt_status make_method(const struct gwt_run_fixtures *run, struct gwt_caller *caller,
			      const struct gwt_scenario *scenario, struct gwt_span resource_id,
			      struct gwt_span method, struct gwt_arena *arena, struct gwt_error *err)
{
	struct gwt_span target = gwt_arena_printf(
		arena, "/restapis/" GWT_SPAN_FMT "/resources/" GWT_SPAN_FMT "/methods/" GWT_SPAN_FMT,
		GWT_SPAN_ARG(run->rest_api_id), GWT_SPAN_ARG(resource_id), GWT_SPAN_ARG(method));
	struct gwt_json *body = gwt_json_new(arena, GWT_JSON_OBJECT);
	struct gwt_json *declared = declared_parameters(scenario, method, arena);
	gwt_status status;

	gwt_json_add_string(arena, body, "authorizationType", GWT_SPAN("NONE"));
	if (declared->len)
		gwt_json_add(arena, body, "requestParameters", declared);
	status = gwt_fixture_call(caller, "PUT", target, body, arena, NULL, err);
	if (status != GWT_OK || !(scenario->fixtures & GWT_FIXTURE_METHOD_RESPONSE))
		return status;
	target = gwt_arena_printf(arena, GWT_SPAN_FMT "/responses/200", GWT_SPAN_ARG(target));
	return gwt_fixture_call(caller, "PUT", target, gwt_json_new(arena, GWT_JSON_OBJECT), arena, NULL,
				err);
}

/* "types/http" -> "types-http-1c0ffee1": path parts allow few characters; the digest keeps names distinct. */
static struct gwt_span path_part(struct gwt_caller *caller, const struct gwt_scenario *scenario,
				 struct gwt_arena *arena)
{
	char digest[GWT_SHA256_HEX + 1];
	char *name = gwt_arena_cstr(arena, scenario->name);

	for (char *c = name; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", *c))
			*c = '-';
	gwt_sha256_hex(caller->digests, scenario->name, digest);
	return gwt_arena_printf(arena, "%.100s-%.8s", name, digest);
}

gwt_status gwt_fixtures_make_resource(const struct gwt_run_fixtures *run, struct gwt_caller *caller,
				      const struct gwt_scenario *scenario, struct gwt_arena *arena,
				      struct gwt_span *resource_id, struct gwt_error *err)
{
	struct gwt_span methods[MAX_METHODS], id;
	struct gwt_json *body = gwt_json_new(arena, GWT_JSON_OBJECT), *answer = NULL;
	size_t count = scenario->fixtures & GWT_FIXTURE_METHOD
			       ? gwt_fixture_methods(scenario, methods, MAX_METHODS)
			       : 0;
	gwt_status status;

	gwt_json_add_string(arena, body, "pathPart", path_part(caller, scenario, arena));
	status =
		gwt_fixture_call(caller, "POST",
				 gwt_arena_printf(arena, "/restapis/" GWT_SPAN_FMT "/resources/" GWT_SPAN_FMT,
						  GWT_SPAN_ARG(run->rest_api_id), GWT_SPAN_ARG(run->root_id)),
				 body, arena, &answer, err);
	if (status == GWT_OK)
		status = take_id(answer, "a resource", arena, &id, err);
	if (status == GWT_OK)
		*resource_id = id;
	for (size_t i = 0; status == GWT_OK && i < count; i++)
		status = make_method(run, caller, scenario, id, methods[i], arena, err);
	return status;
}

gwt_status gwt_fixtures_remove_resource(const struct gwt_run_fixtures *run, struct gwt_caller *caller,
					struct gwt_span resource_id, struct gwt_error *err)
{
	struct gwt_arena arena = { 0 };
	gwt_status status = gwt_fixture_call(
		caller, "DELETE",
		gwt_arena_printf(&arena, "/restapis/" GWT_SPAN_FMT "/resources/" GWT_SPAN_FMT,
				 GWT_SPAN_ARG(run->rest_api_id), GWT_SPAN_ARG(resource_id)),
		NULL, &arena, NULL, err);

	gwt_arena_release(&arena);
	return status;
}

static gwt_status remove_one(struct gwt_run_fixtures *run, struct gwt_caller *caller, const char *kind,
			     struct gwt_span id, struct gwt_error *err)
{
	if (!id.ptr)
		return GWT_OK;
	return gwt_fixture_call(caller, "DELETE",
				gwt_arena_printf(&run->arena, "/%s/" GWT_SPAN_FMT, kind, GWT_SPAN_ARG(id)),
				NULL, &run->arena, NULL, err);
}

gwt_status gwt_fixtures_remove(struct gwt_run_fixtures *run, struct gwt_caller *caller, struct gwt_error *err)
{
	const volatile sig_atomic_t *stop = caller->stop;
	gwt_status api, link;

	caller->stop = caller->give_up; /* Ctrl-C ends the recording, but not yet the cleanup */
	api = remove_one(run, caller, "restapis", run->rest_api_id, err);
	link = remove_one(run, caller, "vpclinks", run->vpc_link_id, err);
	caller->stop = stop;
	gwt_arena_release(&run->arena);
	memset(run, 0, sizeof(*run));
	return api != GWT_OK ? api : link;
}
