#include "drift/normal.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/position.h"
#include "lib/http/headers.h"
#include "lib/http/uri.h"
#include "lib/json/order.h"
#include "lib/json/pointer.h"
#include "lib/model/model.h"

/* The tag of a node that holds a variable. */
enum { VARIABLE = 1 };

/* Made anew for each answer, or added by a proxy on the way; docs/cassette.md. */
static const char *const volatile_headers[] = {
	"date",       "connection",        "content-length", "transfer-encoding",
	"keep-alive", "x-amzn-requestid",  "x-amz-apigw-id", "x-amz-request-id",
	"x-amz-id-2", "x-amzn-trace-id",   "x-amz-cf-id",    "x-amz-cf-pop",
	"x-gwtape",   "x-gwtape-evidence",
};

static bool is_volatile(struct gwt_span name)
{
	for (size_t i = 0; i < GWT_LEN(volatile_headers); i++)
		if (gwt_span_iis(name, volatile_headers[i]))
			return true;
	return false;
}

static void add_named(struct gwt_buf *out, struct gwt_span name)
{
	gwt_buf_add_text(out, "${");
	gwt_buf_add(out, name);
	gwt_buf_add_char(out, '}');
}

/* `text` with the names of the variables of a run of places, all in this one string. */
static struct gwt_span named(struct gwt_span text, const struct gwt_variable_place *places, size_t len,
			     struct gwt_arena *arena)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	size_t done = 0;

	for (size_t i = 0; i < len; i++) {
		struct gwt_span part = gwt_position_part(places[i].at, text);
		size_t from = part.ptr ? (size_t)(part.ptr - text.ptr) : 0;

		if (!part.ptr || from < done)
			continue;
		gwt_buf_add(&out, gwt_span_slice(text, done, from));
		add_named(&out, places[i].name);
		done = from + part.len;
	}
	gwt_buf_add(&out, gwt_span_slice(text, done, text.len));
	return gwt_arena_copy(arena, gwt_buf_span(&out));
}

/* The run of places in the string of `places[0]`. */
static size_t run_length(const struct gwt_variable_place *places, size_t len)
{
	size_t run = 1;

	while (run < len && gwt_position_same_string(places[0].at, places[run].at))
		run++;
	return run;
}

/* One side of an interaction: its places, and the normalized form that is made. */
struct side {
	const struct gwt_variable_place *places;
	size_t len;
	struct gwt_arena *arena;
	struct gwt_normal *out;
	struct gwt_span *segments; /* of a request's path */
	size_t segment_count;
};

static struct side side_of(const struct gwt_places *places, size_t interaction, bool in_response,
			   struct gwt_arena *arena, struct gwt_normal *out)
{
	size_t from = places->first[interaction], to = places->first[interaction + 1], middle = from;

	while (middle < to && !places->items[middle].at->in_response)
		middle++;
	return (struct side){ .places = places->items + (in_response ? middle : from),
			      .len = in_response ? to - middle : middle - from,
			      .arena = arena,
			      .out = out };
}

static void name_in_body(const struct side *side, const struct gwt_variable_place *places, size_t run)
{
	struct gwt_json *value =
		side->out->json ? gwt_json_pointer_get(side->out->json, places[0].at->pointer) : NULL;

	if (!gwt_json_is(value, GWT_JSON_STRING) && !gwt_json_is(value, GWT_JSON_NUMBER))
		return;
	value->text = named(value->text, places, run, side->arena);
	value->tag = VARIABLE;
}

static void name_in_header(const struct side *side, const struct gwt_variable_place *places, size_t run)
{
	struct gwt_headers *headers = &side->out->headers;

	for (size_t i = 0; i < headers->len; i++)
		if (gwt_span_ieq(headers->items[i].name, places[0].at->pointer)) {
			headers->items[i].value = named(headers->items[i].value, places, run, side->arena);
			return;
		}
}

static void name_in_path(const struct side *side, const struct gwt_variable_place *places, size_t run,
			 const struct gwt_request *request)
{
	size_t segment = places[0].at->segment;

	if (segment < side->segment_count)
		side->segments[segment] =
			named(gwt_position_string(places[0].at, request, NULL, NULL, side->arena), places,
			      run, side->arena);
}

/* Every string that holds variables. `request` is NULL for an answer. */
static void name_all(const struct side *side, const struct gwt_request *request)
{
	for (size_t i = 0, run; i < side->len; i += run) {
		const struct gwt_variable_place *places = side->places + i;

		run = run_length(places, side->len - i);
		if (places->at->part == GWT_AT_BODY)
			name_in_body(side, places, run);
		else if (places->at->part == GWT_AT_HEADER)
			name_in_header(side, places, run);
		else if (places->at->part == GWT_AT_PATH && request)
			name_in_path(side, places, run, request);
	}
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

int gwt_header_order(struct gwt_span a, struct gwt_span b)
{
	for (size_t i = 0; i < a.len && i < b.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return lower(a.ptr[i]) < lower(b.ptr[i]) ? -1 : 1;
	return (a.len > b.len) - (a.len < b.len);
}

static int by_name(const void *a, const void *b)
{
	const struct gwt_header *left = *(const struct gwt_header *const *)a;
	const struct gwt_header *right = *(const struct gwt_header *const *)b;
	int order = gwt_header_order(left->name, right->name);

	return order ? order : (left > right) - (left < right); /* equal names keep their order */
}

/* The headers that are compared, by name. */
static void keep_headers(const struct gwt_headers *in, struct gwt_arena *arena, struct gwt_headers *out)
{
	const struct gwt_header **sorted = gwt_arena_array(arena, const struct gwt_header *, in->len + 1);
	size_t len = 0;

	for (size_t i = 0; i < in->len; i++)
		if (!is_volatile(in->items[i].name))
			sorted[len++] = &in->items[i];
	if (len)
		qsort(sorted, len, sizeof(*sorted), by_name);
	gwt_headers_init(out, arena);
	for (size_t i = 0; i < len; i++)
		gwt_headers_add_view(out, sorted[i]->name, sorted[i]->value);
}

/* Times */

static void name_times(const struct gwt_member *members, struct gwt_json *json, struct gwt_arena *arena);

static void name_time(const struct gwt_member *member, struct gwt_json *value, struct gwt_arena *arena)
{
	if (member->shape == GWT_SHAPE_TIMESTAMP &&
	    (value->type == GWT_JSON_NUMBER || value->type == GWT_JSON_STRING)) {
		value->text = gwt_arena_printf(arena, "${%s}", member->name);
		value->tag = VARIABLE;
	} else if (member->shape == GWT_SHAPE_STRUCTURE) {
		name_times(member->members, value, arena);
	} else if (member->shape == GWT_SHAPE_STRUCTURE_LIST || member->shape == GWT_SHAPE_STRUCTURE_MAP) {
		for (struct gwt_json *item = value->child; item; item = item->next)
			name_times(member->members, item, arena);
	}
}

/* Every member that the model calls a time, whether or not the cassette calls it a variable. */
static void name_times(const struct gwt_member *members, struct gwt_json *json, struct gwt_arena *arena)
{
	if (!gwt_json_is(json, GWT_JSON_OBJECT))
		return;
	for (const struct gwt_member *member = members; member && member->name; member++) {
		struct gwt_json *value = gwt_json_get(json, member->wire);

		if (value)
			name_time(member, value, arena);
	}
}

/* Some servers put the request's id into the body. */
static void name_request_id(struct gwt_json *json)
{
	static const char *const names[] = { "requestId", "RequestId", "requestID", "RequestID" };

	for (size_t i = 0; i < GWT_LEN(names); i++) {
		struct gwt_json *value = gwt_json_get(json, names[i]);

		if (!gwt_json_is(value, GWT_JSON_STRING))
			continue;
		value->text = GWT_SPAN("${requestId}");
		value->tag = VARIABLE;
	}
}

static struct gwt_json *parse(struct gwt_span body, struct gwt_arena *arena)
{
	struct gwt_json *json;

	return body.len && gwt_json_parse(arena, body, &json, NULL) ? json : NULL;
}

void gwt_normal_response(const struct gwt_places *places, size_t interaction, struct gwt_arena *arena,
			 struct gwt_normal *out)
{
	const struct gwt_interaction *from = &places->cassette->interactions[interaction];
	const struct gwt_operation *operation = gwt_operation_named(from->operation);
	struct side side = side_of(places, interaction, true, arena, out);

	*out = (struct gwt_normal){ .status = from->response.status, .body = from->response.body };
	keep_headers(&from->response.headers, arena, &out->headers);
	out->json = parse(out->body, arena);
	name_all(&side, NULL);
	if (operation && out->status < 300)
		name_times(operation->output, out->json, arena);
	name_request_id(out->json);
}

/* Requests */

static const struct gwt_variable_place *query_place(const struct side *side, struct gwt_span name)
{
	for (size_t i = 0; i < side->len; i++)
		if (side->places[i].at->part == GWT_AT_QUERY &&
		    gwt_span_eq(side->places[i].at->pointer, name))
			return &side->places[i];
	return NULL;
}

static void add_query(struct gwt_buf *out, const struct side *side, const struct gwt_request *request)
{
	struct gwt_span rest = request->query;
	const char *before = "?";

	while (rest.ptr) {
		struct gwt_span pair = gwt_span_cut(&rest, '&'), value = pair,
				name = gwt_span_cut(&value, '=');
		const struct gwt_variable_place *place = query_place(side, name);

		gwt_buf_add_text(out, before);
		before = "&";
		if (!place) {
			gwt_buf_add(out, pair);
			continue;
		}
		gwt_buf_add(out, name);
		gwt_buf_add_char(out, '=');
		gwt_buf_add(out, named(gwt_position_string(place->at, request, NULL, NULL, side->arena),
				       place, 1, side->arena));
	}
}

static struct gwt_span target_of(const struct side *side, const struct gwt_request *request)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	gwt_buf_add(&out, request->method);
	gwt_buf_add_char(&out, ' ');
	for (size_t i = 0; i < side->segment_count; i++) {
		gwt_buf_add_char(&out, '/');
		gwt_buf_add(&out, side->segments[i]);
	}
	add_query(&out, side, request);
	return gwt_arena_copy(side->arena, gwt_buf_span(&out));
}

void gwt_normal_request(const struct gwt_places *places, size_t interaction, struct gwt_arena *arena,
			struct gwt_normal *out)
{
	const struct gwt_request *request = &places->cassette->interactions[interaction].request;
	struct side side = side_of(places, interaction, false, arena, out);

	*out = (struct gwt_normal){ .body = request->body };
	keep_headers(&request->headers, arena, &out->headers);
	out->json = parse(out->body, arena);
	side.segment_count = gwt_path_split(request->path, arena, &side.segments);
	name_all(&side, request);
	out->target = target_of(&side, request);
}

/* Equality */

static bool equal_members(const struct gwt_json *a, const struct gwt_json *b)
{
	struct gwt_json *few_a[GWT_JSON_FEW_MEMBERS], *few_b[GWT_JSON_FEW_MEMBERS];
	struct gwt_json **left = gwt_json_sorted(a, few_a, gwt_json_by_bytes);
	struct gwt_json **right = gwt_json_sorted(b, few_b, gwt_json_by_bytes);
	bool equal = true;

	for (size_t i = 0; equal && i < a->len; i++)
		equal = gwt_span_eq(left[i]->name, right[i]->name) && gwt_normal_equal(left[i], right[i]);
	if (left != few_a)
		free(left);
	if (right != few_b)
		free(right);
	return equal;
}

static bool equal_items(const struct gwt_json *a, const struct gwt_json *b)
{
	for (a = a->child, b = b->child; a; a = a->next, b = b->next)
		if (!gwt_normal_equal(a, b))
			return false;
	return true;
}

bool gwt_normal_equal(const struct gwt_json *a, const struct gwt_json *b)
{
	if (!a || !b)
		return a == b;
	if (a->type != b->type || a->tag != b->tag || a->len != b->len)
		return false;
	if (a->type == GWT_JSON_OBJECT)
		return equal_members(a, b);
	if (a->type == GWT_JSON_ARRAY)
		return equal_items(a, b);
	return a->tag == VARIABLE || a->type == GWT_JSON_STRING ? gwt_span_eq(a->text, b->text)
								: gwt_json_equal(a, b);
}

bool gwt_normal_same_request(const struct gwt_normal *a, const struct gwt_normal *b)
{
	if (!gwt_span_eq(a->target, b->target) || a->headers.len != b->headers.len)
		return false;
	for (size_t i = 0; i < a->headers.len; i++)
		if (!gwt_span_ieq(a->headers.items[i].name, b->headers.items[i].name) ||
		    !gwt_span_eq(a->headers.items[i].value, b->headers.items[i].value))
			return false;
	return a->json && b->json ? gwt_normal_equal(a->json, b->json) : gwt_span_eq(a->body, b->body);
}

/* Bytes for a hash */

/* The body as stored, with each value that holds variables between NULs, which JSON text cannot contain. */
static void add_values(struct gwt_buf *out, const struct gwt_json *json, struct gwt_span body, size_t *done)
{
	for (const struct gwt_json *child = json->child; child; child = child->next)
		add_values(out, child, body, done);
	if (json->tag != VARIABLE)
		return;
	gwt_buf_add(out, gwt_span_slice(body, *done, json->offset));
	gwt_buf_add_char(out, '\0');
	gwt_buf_add_text(out, gwt_json_type_word(json->type));
	gwt_buf_add_char(out, ' ');
	gwt_buf_add(out, json->text);
	gwt_buf_add_char(out, '\0');
	*done = json->end;
}

void gwt_normal_bytes(struct gwt_buf *out, const struct gwt_normal *answer)
{
	size_t done = 0;

	gwt_buf_printf(out, "%d\n", answer->status);
	for (size_t i = 0; i < answer->headers.len; i++) {
		gwt_buf_add(out, answer->headers.items[i].name);
		gwt_buf_add_char(out, ':');
		gwt_buf_add(out, answer->headers.items[i].value);
		gwt_buf_add_char(out, '\n');
	}
	gwt_buf_add_char(out, '\n');
	if (answer->json)
		add_values(out, answer->json, answer->body, &done);
	gwt_buf_add(out, gwt_span_slice(answer->body, done, answer->body.len));
}
