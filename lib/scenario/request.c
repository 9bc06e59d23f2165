/*
 * scenario_request.c - the request that a step makes, by the model.
 */
#include "lib/http/uri.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/http/message.h"
#include "lib/model/model.h"
#include "lib/scenario/raw.h"
#include "lib/scenario/scenario.h"
#include "lib/scenario/values.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"
#include "lib/json/write.h"

struct builder {
	const struct gwt_step *step;
	gwt_variable_lookup lookup;
	void *lookup_arg;
	struct gwt_arena *arena;
	struct gwt_uses *uses;
	struct gwt_error *err;
};

static gwt_status value_at(const struct builder *b, const struct gwt_json *value, struct gwt_span at,
			   struct gwt_json **out)
{
	return gwt_step_values(b->step, value, at, b->lookup, b->lookup_arg, b->arena, out, b->uses, b->err);
}

/* A label or query value as text: strings unchanged, numbers as written. */
static struct gwt_span scalar_text(const struct gwt_json *value)
{
	switch (value->type) {
	case GWT_JSON_TRUE:
		return GWT_SPAN("true");
	case GWT_JSON_FALSE:
		return GWT_SPAN("false");
	default:
		return value->text;
	}
}

static gwt_status add_label(const struct builder *b, struct gwt_span wire, size_t segment,
			    struct gwt_buf *target)
{
	const struct gwt_member *member = gwt_member_wired(b->step->operation->input, GWT_PLACE_PATH, wire);
	const struct gwt_json *given = gwt_json_get(b->step->input, member->name);
	struct gwt_json *value;
	gwt_status status;

	if (!given)
		return GWT_OK;
	status = value_at(b, given, gwt_arena_printf(b->arena, "path/%zu", segment), &value);
	if (status == GWT_OK)
		gwt_uri_encode(target, scalar_text(value), false);
	return status;
}

static gwt_status add_path(const struct builder *b, struct gwt_buf *target)
{
	struct gwt_span rest = gwt_span_slice(gwt_span_of(b->step->operation->uri), 1, SIZE_MAX);
	gwt_status status = GWT_OK;

	for (size_t i = 0; rest.ptr && status == GWT_OK; i++) {
		struct gwt_span segment = gwt_span_cut(&rest, '/');

		gwt_buf_add_char(target, '/');
		if (segment.len > 2 && segment.ptr[0] == '{')
			status = add_label(b, gwt_span_slice(segment, 1, segment.len - 1), i, target);
		else
			gwt_buf_add(target, segment);
	}
	return status;
}

static void add_pair(struct gwt_buf *target, bool *first, const char *name, const struct gwt_json *value)
{
	gwt_buf_add_char(target, *first ? '?' : '&');
	gwt_uri_encode(target, gwt_span_of(name), false);
	gwt_buf_add_char(target, '=');
	gwt_uri_encode(target, scalar_text(value), false);
	*first = false;
}

/* A list repeats the name: embed=a&embed=b. */
static gwt_status add_query(const struct builder *b, struct gwt_buf *target)
{
	bool first = true;

	for (const struct gwt_json *given = b->step->input->child; given; given = given->next) {
		const struct gwt_member *member = gwt_member_named(b->step->operation->input, given->name);
		struct gwt_json *value;
		gwt_status status;

		if (!member || member->place != GWT_PLACE_QUERY)
			continue;
		status = value_at(b, given, gwt_arena_printf(b->arena, "query/%s", member->wire), &value);
		if (status != GWT_OK)
			return status;
		if (value->type != GWT_JSON_ARRAY)
			add_pair(target, &first, member->wire, value);
		for (const struct gwt_json *item = value->child; item; item = item->next)
			add_pair(target, &first, member->wire, item);
	}
	return GWT_OK;
}

static bool takes_body(const struct gwt_operation *operation)
{
	for (const struct gwt_member *m = operation->input; m->name; m++)
		if (m->place == GWT_PLACE_BODY)
			return true;
	return false;
}

static gwt_status add_member(const struct builder *b, const struct gwt_json *given, struct gwt_span wire,
			     struct gwt_json *body)
{
	struct gwt_json *value;
	struct gwt_buf at;
	gwt_status status;

	gwt_buf_init(&at, SIZE_MAX);
	gwt_buf_add_text(&at, "body");
	gwt_json_pointer_add_name(&at, wire);
	status = value_at(b, given, gwt_arena_copy(b->arena, gwt_buf_span(&at)), &value);
	gwt_buf_release(&at);
	if (status == GWT_OK)
		gwt_json_add_span(b->arena, body, wire, value);
	return status;
}

/* *body stays NULL when the operation has no body and the input has no member for one. */
static gwt_status collect_body(const struct builder *b, struct gwt_json **body)
{
	if (takes_body(b->step->operation))
		*body = gwt_json_new(b->arena, GWT_JSON_OBJECT);
	for (const struct gwt_json *given = b->step->input->child; given; given = given->next) {
		const struct gwt_member *member = gwt_member_named(b->step->operation->input, given->name);
		gwt_status status;

		if (member && member->place != GWT_PLACE_BODY)
			continue;
		if (!*body)
			*body = gwt_json_new(b->arena, GWT_JSON_OBJECT);
		status = add_member(b, given, member ? gwt_span_of(member->wire) : given->name, *body);
		if (status != GWT_OK)
			return status;
	}
	return GWT_OK;
}

static gwt_status build_target(const struct builder *b, struct gwt_span *out)
{
	struct gwt_buf target;
	gwt_status status;

	gwt_buf_init(&target, GWT_MAX_VALUE_BYTES);
	status = add_path(b, &target);
	if (status == GWT_OK)
		status = add_query(b, &target);
	if (status == GWT_OK)
		status = gwt_buf_check(&target, "a request target", b->err);
	if (status == GWT_OK)
		*out = gwt_arena_copy(b->arena, gwt_buf_span(&target));
	gwt_buf_release(&target);
	return status;
}

static gwt_status build_body(const struct builder *b, struct gwt_span *out)
{
	struct gwt_json *body = NULL;
	gwt_status status = collect_body(b, &body);
	struct gwt_buf bytes;

	if (status != GWT_OK || !body)
		return status;
	gwt_buf_init(&bytes, GWT_MAX_VALUE_BYTES);
	gwt_json_write(&bytes, body, GWT_JSON_COMPACT);
	status = gwt_buf_check(&bytes, "a request body", b->err);
	if (status == GWT_OK)
		*out = gwt_arena_copy(b->arena, gwt_buf_span(&bytes));
	gwt_buf_release(&bytes);
	return status;
}

gwt_status gwt_step_request(const struct gwt_step *step, gwt_variable_lookup lookup, void *lookup_arg,
			    struct gwt_arena *arena, struct gwt_request *out, struct gwt_uses *uses,
			    struct gwt_error *err)
{
	struct builder b = { step, lookup, lookup_arg, arena, uses, err };
	struct gwt_span target = { NULL, 0 }, body = { NULL, 0 };
	bool raw = gwt_step_is_raw(step);
	struct gwt_headers headers;
	gwt_status status = raw ? gwt_raw_target(step, lookup, lookup_arg, arena, &target, uses, err)
				: build_target(&b, &target);

	if (status == GWT_OK)
		status = raw ? gwt_raw_body(step, lookup, lookup_arg, arena, &body, uses, err)
			     : build_body(&b, &body);
	if (status != GWT_OK)
		return status;
	gwt_headers_init(&headers, arena);
	gwt_headers_add_view(&headers, GWT_SPAN("Accept"), GWT_SPAN("application/json"));
	if (body.ptr)
		gwt_headers_add_view(&headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"));
	gwt_request_set(out, raw ? step->raw.method : gwt_span_of(step->operation->method), target, &headers,
			body.ptr ? body : GWT_SPAN(""));
	return GWT_OK;
}
