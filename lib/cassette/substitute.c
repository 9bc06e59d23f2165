/*
 * Replaces live values by samples. Only the strings with a variable are written again; every other byte of a
 * message stays as it was sent.
 */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/cassette/maker.h"
#include "lib/cassette/position.h"
#include "lib/http/message.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"
#include "lib/json/write.h"

#include <stdlib.h>

/* The marks of one string, in order. */
struct spot {
	const struct gwt_occurrence *first;
	size_t count;
	const struct gwt_json *value; /* BODY: the string that contains them */
};

static int by_place(const void *left, const void *right)
{
	return gwt_position_order(&((const struct gwt_occurrence *)left)->at,
				  &((const struct gwt_occurrence *)right)->at);
}

static int by_offset(const void *left, const void *right)
{
	const struct spot *a = left, *b = right;
	size_t at = a->value ? a->value->offset : a->first->at.segment;
	size_t other = b->value ? b->value->offset : b->first->at.segment;

	return (at > other) - (at < other);
}

static void add_position(struct gwt_maker *maker, const struct gwt_occurrence *mark, size_t from, size_t len)
{
	struct gwt_cassette_variable *variable = &maker->out->variables[mark->variable];
	struct gwt_position at = mark->at;

	at.from = from;
	at.len = len;
	GWT_GROW(maker->arena, variable->at, variable->at_count, variable->at_cap);
	variable->at[variable->at_count++] = at;
}

/* Write `live` with samples for the marks; false when a mark is outside of it. */
static bool fill(struct gwt_maker *maker, const struct spot *spot, struct gwt_span live, struct gwt_buf *out)
{
	size_t done = 0;

	for (size_t i = 0; i < spot->count; i++) {
		const struct gwt_occurrence *mark = &spot->first[i];
		struct gwt_span sample = maker->out->variables[mark->variable].sample;
		size_t from = mark->at.len ? mark->at.from : 0, len = mark->at.len ? mark->at.len : live.len;

		if (from < done || from > live.len || live.len - from < len)
			return false;
		gwt_buf_add(out, gwt_span_slice(live, done, from));
		add_position(maker, mark, mark->at.len ? out->len : 0, mark->at.len ? sample.len : 0);
		gwt_buf_add(out, sample);
		done = from + len;
	}
	gwt_buf_add(out, gwt_span_slice(live, done, live.len));
	return live.ptr != NULL;
}

static gwt_status fail_mark(struct gwt_maker *maker, const struct gwt_occurrence *mark, struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { 0 };

	gwt_buf_init(&text, SIZE_MAX);
	gwt_position_text(&text, maker->out, &mark->at);
	return gwt_fail(err, GWT_EPARSE, "variable '" GWT_SPAN_FMT "' is not at '%s'",
			GWT_SPAN_ARG(maker->out->variables[mark->variable].name), gwt_buf_cstr(&text));
}

/* Collect the strings of one part, each with its marks; `json` is the body of its side. */
static size_t collect(struct gwt_maker *maker, struct gwt_occurrence *marks, size_t count, int part,
		      bool in_response, struct gwt_json *json, struct spot **out)
{
	struct spot *spots = gwt_arena_array(maker->arena, struct spot, count + 1);
	size_t len = 0;

	for (size_t i = 0; i < count; i++) {
		if ((int)marks[i].at.part != part || marks[i].at.in_response != in_response)
			continue;
		if (len && gwt_position_same_string(&spots[len - 1].first->at, &marks[i].at)) {
			spots[len - 1].count++;
			continue;
		}
		spots[len++] = (struct spot){ &marks[i], 1,
					      json ? gwt_json_pointer_get(json, marks[i].at.pointer) : NULL };
	}
	if (len)
		qsort(spots, len, sizeof(*spots), by_offset);
	*out = spots;
	return len;
}

static gwt_status splice_body(struct gwt_maker *maker, const struct spot *spots, size_t count,
			      struct gwt_span *body, struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out, text;
	gwt_status status = GWT_OK;
	size_t done = 0;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_buf_init(&text, SIZE_MAX);
	for (size_t i = 0; status == GWT_OK && i < count; i++) {
		const struct gwt_json *value = spots[i].value;
		bool known = gwt_json_is(value, GWT_JSON_STRING) || gwt_json_is(value, GWT_JSON_NUMBER);

		gwt_buf_clear(&text);
		if (!known || !fill(maker, &spots[i], value->text, &text)) {
			status = fail_mark(maker, spots[i].first, err);
			break;
		}
		gwt_buf_add(&out, gwt_span_slice(*body, done, value->offset));
		if (value->type == GWT_JSON_STRING)
			gwt_json_write_string(&out, gwt_buf_span(&text));
		else
			gwt_buf_add(&out, gwt_buf_span(&text));
		done = value->end;
	}
	gwt_buf_add(&out, gwt_span_slice(*body, done, body->len));
	if (status == GWT_OK && count)
		*body = gwt_arena_copy(maker->arena, gwt_buf_span(&out));
	return status;
}

static const struct spot *spot_of_segment(const struct spot *spots, size_t count, size_t segment)
{
	for (size_t i = 0; i < count; i++)
		if (spots[i].first->at.segment == segment)
			return &spots[i];
	return NULL;
}

static const struct spot *spot_of_name(const struct spot *spots, size_t count, struct gwt_span name)
{
	for (size_t i = 0; i < count; i++)
		if (gwt_span_eq(spots[i].first->at.pointer, name))
			return &spots[i];
	return NULL;
}

/* Add `encoded` to `out`, with samples where `spot` (may be NULL) has marks. */
static gwt_status add_encoded(struct gwt_maker *maker, const struct spot *spot, struct gwt_span encoded,
			      struct gwt_buf *out, struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf live, text;

	gwt_buf_init(&live, SIZE_MAX);
	gwt_buf_init(&text, SIZE_MAX);
	if (!spot) {
		gwt_buf_add(out, encoded);
		return GWT_OK;
	}
	gwt_uri_decode(&live, encoded);
	if (!fill(maker, spot, gwt_buf_span(&live), &text))
		return fail_mark(maker, spot->first, err);
	gwt_uri_encode(out, gwt_buf_span(&text), false);
	return GWT_OK;
}

static gwt_status add_path(struct gwt_maker *maker, const struct spot *spots, size_t count,
			   struct gwt_span path, struct gwt_buf *out, struct gwt_error *err)
{
	struct gwt_span rest = gwt_span_slice(path, 1, path.len);
	gwt_status status = GWT_OK;

	for (size_t i = 0; status == GWT_OK && rest.ptr; i++) {
		struct gwt_span segment = gwt_span_cut(&rest, '/');

		gwt_buf_add_char(out, '/');
		status = add_encoded(maker, spot_of_segment(spots, count, i), segment, out, err);
	}
	return status;
}

static gwt_status add_query(struct gwt_maker *maker, const struct spot *spots, size_t count,
			    struct gwt_span query, struct gwt_buf *out, struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	gwt_buf_add_char(out, '?');
	while (status == GWT_OK && query.ptr) {
		struct gwt_span value = gwt_span_cut(&query, '&'), name = gwt_span_cut(&value, '=');

		gwt_buf_add(out, name);
		if (value.ptr) {
			gwt_buf_add_char(out, '=');
			status = add_encoded(maker, spot_of_name(spots, count, name), value, out, err);
		}
		if (query.ptr)
			gwt_buf_add_char(out, '&');
	}
	return status;
}

/* Check that the path and the query have the parts that the marks name. */
static gwt_status check_target(struct gwt_maker *maker, const struct gwt_occurrence *marks, size_t count,
			       const struct gwt_request *request, struct gwt_error *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct gwt_position *at = &marks[i].at;

		if ((at->part == GWT_AT_PATH || at->part == GWT_AT_QUERY) &&
		    !gwt_position_string(at, request, NULL, NULL, maker->arena).ptr)
			return fail_mark(maker, &marks[i], err);
	}
	return GWT_OK;
}

static gwt_status substitute_target(struct gwt_maker *maker, struct gwt_occurrence *marks, size_t count,
				    struct gwt_request *request, struct gwt_error *err)
{
	struct gwt_headers headers = request->headers;
	struct spot *segments, *names;
	size_t segment_count = collect(maker, marks, count, GWT_AT_PATH, false, NULL, &segments);
	size_t name_count = collect(maker, marks, count, GWT_AT_QUERY, false, NULL, &names);
	gwt_auto(gwt_buf_release) struct gwt_buf target = { 0 };
	gwt_status status = check_target(maker, marks, count, request, err);

	gwt_buf_init(&target, SIZE_MAX);
	if (status == GWT_OK)
		status = add_path(maker, segments, segment_count, request->path, &target, err);
	if (status == GWT_OK && request->query.ptr)
		status = add_query(maker, names, name_count, request->query, &target, err);
	if (status == GWT_OK)
		gwt_request_set(request, request->method, gwt_arena_copy(maker->arena, gwt_buf_span(&target)),
				&headers, request->body);
	return status;
}

gwt_status gwt_maker_substitute(struct gwt_maker *maker, size_t interaction, struct gwt_error *err)
{
	struct gwt_interaction *out = &maker->out->interactions[interaction];
	struct gwt_occurrence *marks;
	struct spot *asked, *answered;
	size_t count = 0, asked_count, answered_count;
	gwt_status status;

	for (size_t i = 0; i < maker->len; i++)
		count += maker->marks[i].at.interaction == interaction;
	marks = gwt_arena_array(maker->arena, struct gwt_occurrence, count + 1);
	count = 0;
	for (size_t i = 0; i < maker->len; i++)
		if (maker->marks[i].at.interaction == interaction)
			marks[count++] = maker->marks[i];
	if (count)
		qsort(marks, count, sizeof(*marks), by_place);
	asked_count = collect(maker, marks, count, GWT_AT_BODY, false, maker->requests[interaction], &asked);
	answered_count =
		collect(maker, marks, count, GWT_AT_BODY, true, maker->responses[interaction], &answered);
	status = substitute_target(maker, marks, count, &out->request, err);
	if (status == GWT_OK)
		status = splice_body(maker, asked, asked_count, &out->request.body, err);
	if (status == GWT_OK)
		status = splice_body(maker, answered, answered_count, &out->response.body, err);
	return status;
}
