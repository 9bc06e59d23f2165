#include "tests/support/cassettes.h"

#include "lib/json/pointer.h"

void test_request(struct gwt_arena *arena, const char *method, const char *target, const char *body,
		  struct gwt_request *out)
{
	struct gwt_headers headers;

	gwt_headers_init(&headers, arena);
	gwt_headers_add_view(&headers, GWT_SPAN("Accept"), GWT_SPAN("application/json"));
	if (body)
		gwt_headers_add_view(&headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"));
	gwt_headers_add_view(
		&headers, GWT_SPAN("Authorization"),
		GWT_SPAN("AWS4-HMAC-SHA256 Credential=K/20260101/us-east-1/apigateway/aws4_request, "
			 "SignedHeaders=accept;host;x-amz-date, Signature=00"));
	gwt_request_set(out, gwt_span_of(method), gwt_arena_copy(arena, gwt_span_of(target)), &headers,
			body ? gwt_span_of(body) : GWT_SPAN(""));
}

static void place(struct gwt_arena *arena, struct gwt_cassette_variable *variable,
		  struct gwt_position position)
{
	GWT_GROW(arena, variable->at, variable->at_count, variable->at_cap);
	variable->at[variable->at_count++] = position;
}

static void add_step(struct gwt_arena *arena, const struct test_step *step, struct gwt_cassette *out)
{
	struct gwt_interaction *to = &out->interactions[out->interaction_count];
	const char *api = out->variables[0].sample.ptr, *res = out->variables[1].sample.ptr;
	struct gwt_span target =
		gwt_arena_printf(arena, "/restapis/%s/resources/%s/methods/%s", api, res, step->tail);
	struct gwt_json *json;

	*to = (struct gwt_interaction){ .id = gwt_span_of(step->id),
					.operation = GWT_SPAN("PutIntegration") };
	test_request(arena, step->method, target.ptr, step->body, &to->request);
	to->request.headers.len = step->body ? 2 : 1; /* a cassette has no Authorization */
	to->response.status = step->status;
	gwt_headers_init(&to->response.headers, arena);
	gwt_headers_add_view(&to->response.headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"));
	to->response.body = step->answer ? gwt_span_of(step->answer) : GWT_SPAN("");
	place(arena, &out->variables[0],
	      (struct gwt_position){
		      .interaction = out->interaction_count, .part = GWT_AT_PATH, .segment = 1 });
	place(arena, &out->variables[1],
	      (struct gwt_position){
		      .interaction = out->interaction_count, .part = GWT_AT_PATH, .segment = 3 });
	if (step->answer && gwt_json_parse(arena, to->response.body, &json, NULL) &&
	    gwt_json_get(json, "cacheNamespace"))
		place(arena, &out->variables[1],
		      (struct gwt_position){ .interaction = out->interaction_count,
					     .in_response = true,
					     .part = GWT_AT_BODY,
					     .pointer = GWT_SPAN("/cacheNamespace") });
	out->interaction_count++;
}

void test_cassette(struct gwt_arena *arena, const char *scenario, const char *api, const char *res,
		   const struct test_step *steps, struct gwt_cassette *out)
{
	size_t count = 0;

	while (steps[count].id)
		count++;
	*out = (struct gwt_cassette){
		.scenario = gwt_span_of(scenario),
		.provenance = { .upstream = GWT_SPAN("sandbox"), .region = GWT_SPAN("us-east-1") },
		.variable_count = 2,
	};
	memset(out->scenario_sha256, '0', 64);
	out->variables = gwt_arena_array(arena, struct gwt_cassette_variable, 2);
	out->variables[0] = (struct gwt_cassette_variable){ .name = GWT_SPAN("restApiId"),
							    .type = GWT_SPAN("rest-api-id"),
							    .sample = gwt_span_of(api) };
	out->variables[1] = (struct gwt_cassette_variable){ .name = GWT_SPAN("resourceId"),
							    .type = GWT_SPAN("resource-id"),
							    .sample = gwt_span_of(res) };
	out->interactions = gwt_arena_array(arena, struct gwt_interaction, count);
	for (size_t i = 0; i < count; i++)
		add_step(arena, &steps[i], out);
}
