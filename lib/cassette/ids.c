#include "lib/cassette/ids.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/maker.h"
#include "lib/cassette/position.h"
#include "lib/cassette/redact.h"
#include "lib/http/headers.h"
#include "lib/json/json.h"
#include "lib/sigv4/authorization.h"

static gwt_status mark_use(struct gwt_maker *maker, size_t interaction, const struct gwt_use *use,
			   struct gwt_error *err)
{
	const struct gwt_captures *captures = maker->captures;
	struct gwt_position at;

	if (!gwt_position_parse_below(maker->arena, use->at, &at))
		return gwt_fail(err, GWT_EPARSE, "'" GWT_SPAN_FMT "' is not a position in a request",
				GWT_SPAN_ARG(use->at));
	at.interaction = interaction;
	for (size_t i = 0; i < captures->binding_count; i++) {
		const struct gwt_binding *binding = &captures->bindings[i];

		if (!gwt_span_eq(binding->name, use->variable))
			continue;
		gwt_maker_add_occurrence(
			maker, &at, gwt_maker_variable(maker, binding->name, binding->type, binding->live));
		return GWT_OK;
	}
	return gwt_fail(err, GWT_EPARSE, "variable '" GWT_SPAN_FMT "' has no value",
			GWT_SPAN_ARG(use->variable));
}

/* Read the names of SignedHeaders=…, except the session token's, since it depends on the credentials. */
static void read_signed_headers(struct gwt_arena *arena, const struct gwt_request *request,
				struct gwt_interaction *out)
{
	struct gwt_authorization claim;
	struct gwt_span rest;
	size_t cap = 0;

	gwt_authorization_split(gwt_headers_get(&request->headers, "authorization"), &claim, NULL);
	rest = claim.signed_headers;
	while (rest.ptr) {
		struct gwt_span name = gwt_span_cut(&rest, ';');

		if (gwt_span_iis(name, "x-amz-security-token") || !gwt_is_token(name))
			continue;
		GWT_GROW(arena, out->signed_headers, out->signed_header_count, cap);
		out->signed_headers[out->signed_header_count++] = gwt_arena_copy(arena, name);
	}
}

static struct gwt_interaction interaction_of(struct gwt_arena *arena, const struct gwt_capture *capture)
{
	struct gwt_interaction out = {
		.id = capture->id,
		.operation = capture->operation,
		.request = capture->request,
		.client = capture->client,
		.response = capture->response,
		.repeated = capture->repeated,
		.evidence = capture->evidence,
		.evidence_source = capture->evidence_source,
	};

	out.request.head = out.request.raw_body = GWT_ABSENT;
	gwt_redact_request_headers(&capture->request.headers, arena, &out.request.headers);
	gwt_redact_response_headers(&capture->response.headers, arena, &out.response.headers);
	read_signed_headers(arena, &capture->request, &out);
	return out;
}

static struct gwt_json *parse_body(struct gwt_arena *arena, struct gwt_span body)
{
	struct gwt_json *json;

	return body.len && gwt_json_parse(arena, body, &json, NULL) ? json : NULL;
}

static void open_all(struct gwt_maker *maker)
{
	const struct gwt_captures *captures = maker->captures;

	maker->requests = gwt_arena_array(maker->arena, struct gwt_json *, captures->len);
	maker->responses = gwt_arena_array(maker->arena, struct gwt_json *, captures->len);
	maker->out->interactions = gwt_arena_array(maker->arena, struct gwt_interaction, captures->len);
	maker->out->interaction_count = maker->out->interaction_cap = captures->len;
	for (size_t i = 0; i < captures->len; i++) {
		maker->requests[i] = parse_body(maker->arena, captures->items[i].request.body);
		maker->responses[i] = parse_body(maker->arena, captures->items[i].response.body);
		maker->out->interactions[i] = interaction_of(maker->arena, &captures->items[i]);
	}
}

gwt_status gwt_cassette_make(struct gwt_arena *arena, const struct gwt_captures *captures,
			     struct gwt_cassette *out, struct gwt_span **live, struct gwt_error *err)
{
	struct gwt_maker maker = { .arena = arena, .captures = captures, .out = out };
	gwt_status status = GWT_OK;

	out->variables = NULL;
	out->variable_count = out->variable_cap = 0;
	open_all(&maker);
	for (size_t i = 0; status == GWT_OK && i < captures->len; i++)
		for (size_t j = 0; status == GWT_OK && j < captures->items[i].uses.len; j++)
			status = mark_use(&maker, i, &captures->items[i].uses.items[j], err);
	for (size_t i = 0; status == GWT_OK && i < captures->len; i++)
		gwt_maker_find_in_answer(&maker, i);
	for (size_t i = 0; status == GWT_OK && i < captures->len; i++) {
		struct gwt_interaction *made = &out->interactions[i];

		status = gwt_maker_substitute(&maker, i, err);
		if (status == GWT_OK && captures->items[i].keep_wire)
			made->wire = gwt_redact_wire(&captures->items[i].request, &made->request, arena);
	}
	if (live)
		*live = maker.live;
	return status;
}
