#include "recorder/derive.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/cassette/position.h"
#include "lib/contract/canonical.h"
#include "lib/model/model.h"
#include "lib/scenario/values.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"
#include "recorder/call.h"

struct deriver {
	const struct gwt_ordered *ordered;
	struct gwt_arena *arena;
	struct gwt_scenario *out; /* NULL: write values unchanged, not as a scenario writes them */
};

/* Values: what the client wrote, as a scenario writes it */

/* Whether a reference that a scenario would read begins at text[at]. */
static bool reads(const struct deriver *d, struct gwt_span text, size_t at, struct gwt_reference *out)
{
	return gwt_variable_reference(text, at, out) &&
	       (out->literal || gwt_variable_known(d->out->variables, out->name));
}

/* Text inside a $sub: every reference gets one more '$'. */
static struct gwt_span escaped(const struct deriver *d, struct gwt_span text)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };
	struct gwt_reference reference;

	gwt_buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < text.len; i++) {
		size_t len = 1;

		if (reads(d, text, i, &reference)) {
			gwt_buf_add_char(&out, '$');
			len = reference.len;
		}
		gwt_buf_add(&out, gwt_span_slice(text, i, i + len));
		i += len - 1;
	}
	return gwt_arena_copy(d->arena, gwt_buf_span(&out));
}

/* A text without variables. The text "${name}" is written "$${name}"; the text "$${name}" needs a $sub. */
static struct gwt_json *literal_value(const struct deriver *d, struct gwt_span text)
{
	struct gwt_reference reference;
	bool whole = d->out && reads(d, text, 0, &reference) && reference.len == text.len;
	struct gwt_json *value;

	if (!whole || !reference.literal)
		return gwt_json_new_string(d->arena, whole ? escaped(d, text) : text);
	value = gwt_json_new(d->arena, GWT_JSON_OBJECT);
	gwt_json_add_string(d->arena, value, "$sub", escaped(d, text));
	return value;
}

struct range {
	size_t from, len;
	struct gwt_span name;
};

/* The variables in the string at `at`, by offset; a variable that is the whole string has len 0. */
static size_t ranges_at(const struct deriver *d, const struct gwt_uses *uses, const struct gwt_position *at,
			struct range *out, size_t cap)
{
	size_t count = 0;

	for (size_t i = 0; i < uses->len && count < cap; i++) {
		struct gwt_position place;

		if (gwt_position_parse_below(d->arena, uses->items[i].at, &place) && place.part == at->part &&
		    place.segment == at->segment && gwt_span_eq(place.pointer, at->pointer))
			out[count++] = (struct range){ place.from, place.len, uses->items[i].variable };
	}
	return count;
}

static struct gwt_json *substitution(const struct deriver *d, struct gwt_span text,
				     const struct range *ranges, size_t count)
{
	struct gwt_json *value = gwt_json_new(d->arena, GWT_JSON_OBJECT);
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };
	size_t done = 0;

	gwt_buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < count; i++) {
		gwt_buf_add(&out, escaped(d, gwt_span_slice(text, done, ranges[i].from)));
		gwt_buf_printf(&out, "${" GWT_SPAN_FMT "}", GWT_SPAN_ARG(ranges[i].name));
		done = ranges[i].from + ranges[i].len;
	}
	gwt_buf_add(&out, escaped(d, gwt_span_slice(text, done, text.len)));
	gwt_json_add_string(d->arena, value, "$sub", gwt_buf_span(&out));
	return value;
}

static struct gwt_json *text_value(const struct deriver *d, const struct gwt_uses *uses,
				   const struct gwt_position *at, struct gwt_span text)
{
	struct range ranges[16];
	size_t count = ranges_at(d, uses, at, ranges, GWT_LEN(ranges));

	if (count && ranges[0].len == 0)
		return gwt_json_new_string(d->arena, gwt_arena_printf(d->arena, "${" GWT_SPAN_FMT "}",
								      GWT_SPAN_ARG(ranges[0].name)));
	if (count)
		return substitution(d, text, ranges, count);
	return literal_value(d, text);
}

static struct gwt_json *body_value(const struct deriver *d, const struct gwt_uses *uses,
				   const struct gwt_json *value, struct gwt_buf *pointer)
{
	struct gwt_position at = { .part = GWT_AT_BODY, .pointer = gwt_buf_span(pointer) };
	struct gwt_json *copy;
	size_t len = pointer->len, index = 0;

	if (value->type == GWT_JSON_STRING)
		return text_value(d, uses, &at, value->text);
	copy = gwt_json_new(d->arena, value->type);
	copy->text = value->text;
	for (const struct gwt_json *child = value->child; child; child = child->next) {
		if (value->type == GWT_JSON_OBJECT)
			gwt_json_pointer_add_name(pointer, child->name);
		else
			gwt_json_pointer_add_index(pointer, index++);
		if (value->type == GWT_JSON_OBJECT)
			gwt_json_add_span(d->arena, copy, child->name, body_value(d, uses, child, pointer));
		else
			gwt_json_append(copy, body_value(d, uses, child, pointer));
		pointer->len = len;
	}
	return copy;
}

/* The input of a call */

static struct gwt_span decode(const struct deriver *d, struct gwt_span encoded)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };

	gwt_buf_init(&out, SIZE_MAX);
	gwt_uri_decode(&out, encoded);
	return gwt_arena_copy(d->arena, gwt_buf_span(&out));
}

static void add_labels(const struct deriver *d, const struct gwt_capture *call, struct gwt_json *input)
{
	struct gwt_route route;

	if (!gwt_route_find(call->request.method, call->request.path, &route))
		return;
	for (size_t i = 0; i < route.len; i++) {
		struct gwt_position at = { .part = GWT_AT_PATH, .segment = route.segments[i] };

		if (route.labels[i].len)
			gwt_json_add(d->arena, input, route.members[i]->name,
				     text_value(d, &call->uses, &at, decode(d, route.labels[i])));
	}
}

static struct gwt_json *query_value(const struct deriver *d, const struct gwt_member *member,
				    struct gwt_span text)
{
	struct gwt_json *number;

	if (member->shape == GWT_SHAPE_INTEGER && gwt_json_parse(d->arena, text, &number, NULL) &&
	    number->type == GWT_JSON_NUMBER)
		return number;
	if (member->shape == GWT_SHAPE_BOOLEAN && (gwt_span_is(text, "true") || gwt_span_is(text, "false")))
		return gwt_json_new_bool(d->arena, gwt_span_is(text, "true"));
	return literal_value(d, text);
}

static void add_query(const struct deriver *d, const struct gwt_operation *operation,
		      const struct gwt_capture *call, struct gwt_json *input)
{
	struct gwt_span rest = call->request.query;

	while (rest.ptr) {
		struct gwt_span value = gwt_span_cut(&rest, '&'), name = decode(d, gwt_span_cut(&value, '='));
		const struct gwt_member *member = gwt_member_wired(operation->input, GWT_PLACE_QUERY, name);
		struct gwt_json *known;

		if (!member)
			continue;
		known = gwt_json_get(input, member->name);
		if (member->shape == GWT_SHAPE_STRING_LIST && !known)
			known = gwt_json_add_array(d->arena, input, member->name);
		if (member->shape == GWT_SHAPE_STRING_LIST)
			gwt_json_append(known, query_value(d, member, decode(d, value)));
		else if (!known)
			gwt_json_add(d->arena, input, member->name, query_value(d, member, decode(d, value)));
	}
}

static void add_body(const struct deriver *d, const struct gwt_operation *operation,
		     const struct gwt_capture *call, struct gwt_json *input)
{
	gwt_auto(gwt_buf_release) struct gwt_buf pointer = { 0 };
	struct gwt_json *body;

	gwt_buf_init(&pointer, SIZE_MAX);
	if (!gwt_json_parse(d->arena, call->request.body, &body, NULL) || body->type != GWT_JSON_OBJECT)
		return;
	for (const struct gwt_json *given = body->child; given; given = given->next) {
		const struct gwt_member *member =
			gwt_member_wired(operation->input, GWT_PLACE_BODY, given->name);
		struct gwt_span name = member ? gwt_span_of(member->name) : given->name;

		gwt_buf_clear(&pointer);
		gwt_json_pointer_add_name(&pointer, given->name);
		if (!gwt_json_get_span(input, name))
			gwt_json_add_span(d->arena, input, name, body_value(d, &call->uses, given, &pointer));
	}
}

static struct gwt_json *input_of(const struct deriver *d, const struct gwt_operation *operation,
				 const struct gwt_capture *call)
{
	struct gwt_json *input = gwt_json_new(d->arena, GWT_JSON_OBJECT);

	add_labels(d, call, input);
	add_query(d, operation, call, input);
	add_body(d, operation, call, input);
	return input;
}

/* A call without a model */

/* A part of the path as the scenario writes it: a variable, when the whole part is one. */
static void add_raw_segment(const struct deriver *d, const struct gwt_capture *call, size_t segment,
			    struct gwt_span sent, struct gwt_buf *out)
{
	struct gwt_position at = { .part = GWT_AT_PATH, .segment = segment };
	struct range range;

	if (ranges_at(d, &call->uses, &at, &range, 1) && range.len == 0)
		gwt_buf_printf(out, "${" GWT_SPAN_FMT "}", GWT_SPAN_ARG(range.name));
	else
		gwt_buf_add(out, escaped(d, sent));
}

static struct gwt_json *raw_path(const struct deriver *d, const struct gwt_capture *call)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { 0 };
	struct gwt_span path = call->request.path;
	struct gwt_json *sub;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_span_cut(&path, '/');
	for (size_t i = 0; path.ptr; i++) {
		gwt_buf_add_char(&text, '/');
		add_raw_segment(d, call, i, gwt_span_cut(&path, '/'), &text);
	}
	if (call->request.query.ptr)
		gwt_buf_printf(&text, "?" GWT_SPAN_FMT, GWT_SPAN_ARG(escaped(d, call->request.query)));
	if (gwt_span_eq(gwt_buf_span(&text), call->request.target))
		return gwt_json_new_string(d->arena, call->request.target);
	sub = gwt_json_new(d->arena, GWT_JSON_OBJECT);
	gwt_json_add_string(d->arena, sub, "$sub", gwt_buf_span(&text));
	return sub;
}

/* A mapping or a list, or the bytes as a text; NULL for no body, and for a body that is not text. */
static struct gwt_json *raw_body(const struct deriver *d, const struct gwt_capture *call)
{
	gwt_auto(gwt_buf_release) struct gwt_buf pointer = { 0 };
	struct gwt_span bytes = call->request.body;
	struct gwt_json *body;

	gwt_buf_init(&pointer, SIZE_MAX);
	if (!bytes.len || !gwt_json_is_utf8(bytes))
		return NULL;
	if (gwt_json_parse(d->arena, bytes, &body, NULL) &&
	    (body->type == GWT_JSON_OBJECT || body->type == GWT_JSON_ARRAY))
		return body_value(d, &call->uses, body, &pointer);
	return literal_value(d, bytes);
}

static void make_raw(const struct deriver *d, const struct gwt_capture *call, struct gwt_step *step)
{
	step->raw = (struct gwt_raw_call){ call->request.method, raw_path(d, call) };
	step->input = raw_body(d, call);
}

/* Steps */

static struct gwt_json *given_by(const struct deriver *d, size_t call)
{
	struct gwt_json *gives = NULL;

	for (size_t i = 0; i < d->ordered->id_count; i++) {
		const struct gwt_named_id *id = &d->ordered->ids[i];

		if (id->given_by != call)
			continue;
		if (!gives)
			gives = gwt_json_new(d->arena, GWT_JSON_OBJECT);
		gwt_json_add_span(d->arena, gives, id->name, gwt_json_new_string(d->arena, id->pointer));
	}
	return gives;
}

static struct gwt_span live_value(void *arg, struct gwt_span name)
{
	const struct gwt_ordered *ordered = arg;

	for (size_t i = 0; i < ordered->id_count; i++)
		if (gwt_span_eq(ordered->ids[i].name, name))
			return ordered->ids[i].live;
	return GWT_ABSENT;
}

/* Whether the step, with the live values, makes the request that the client made. */
static bool is_exact(const struct deriver *d, const struct gwt_step *step, const struct gwt_capture *call)
{
	struct gwt_contract made, sent;
	struct gwt_request request;
	struct gwt_uses uses = { 0 };

	if (gwt_step_request(step, live_value, (void *)(uintptr_t)d->ordered, d->arena, &request, &uses,
			     NULL) != GWT_OK)
		return false;
	gwt_contract_make(&request, d->arena, &made);
	gwt_contract_make(&call->request, d->arena, &sent);
	return gwt_span_eq(made.bytes, sent.bytes);
}

static bool add_step(const struct deriver *d, size_t index)
{
	const struct gwt_capture *call = &d->ordered->calls[index];
	struct gwt_step *step = &d->out->steps[d->out->step_count];

	*step = (struct gwt_step){ .id = call->id,
				   .call = call->operation,
				   .operation = gwt_operation_named(call->operation),
				   .variables = d->out->variables,
				   .expect_status = call->response.status,
				   .gives = given_by(d, index) };
	if (step->operation)
		step->input = input_of(d, step->operation, call);
	else
		make_raw(d, call, step);
	if (call->response.status >= 400)
		step->expect_error = gwt_error_code(&call->response, d->arena);
	d->out->step_count++;
	return is_exact(d, step, call);
}

/* Fixtures and variables */

static bool is_from_outside(const struct gwt_ordered *ordered, const char *name)
{
	for (size_t i = 0; i < ordered->id_count; i++)
		if (gwt_span_is(ordered->ids[i].name, name))
			return ordered->ids[i].given_by == SIZE_MAX;
	return false;
}

static bool puts_methods(const struct gwt_ordered *ordered)
{
	for (size_t i = 0; i < ordered->len; i++)
		if (gwt_span_is(ordered->calls[i].operation, "PutMethod"))
			return true;
	return false;
}

static unsigned fixtures_of(const struct gwt_ordered *ordered)
{
	unsigned fixtures = 0;

	if (is_from_outside(ordered, "restApiId"))
		fixtures |= GWT_FIXTURE_REST_API;
	if (fixtures && is_from_outside(ordered, "resourceId"))
		fixtures |= GWT_FIXTURE_RESOURCE | (puts_methods(ordered) ? 0 : GWT_FIXTURE_METHOD);
	if (is_from_outside(ordered, "vpcLinkId"))
		fixtures |= GWT_FIXTURE_VPC_LINK;
	return fixtures;
}

/* The declaration of a variable: null, or, for a text of the run, its type, which the name does not show. */
static struct gwt_json *declared(const struct gwt_named_id *id, struct gwt_span scenario,
				 struct gwt_arena *arena)
{
	struct gwt_json *variable;

	if (!gwt_span_is(id->type, "text"))
		return gwt_json_new(arena, GWT_JSON_NULL);
	variable = gwt_json_new(arena, GWT_JSON_OBJECT);
	gwt_json_add_string(arena, variable, "type", id->type);
	/* any text will do as the time, so that the user need not give one */
	gwt_json_add(arena, variable, "default",
		     id->clock
			     ? gwt_json_new_string(arena, gwt_sample_for(arena, scenario, id->name, id->type))
			     : gwt_json_new(arena, GWT_JSON_NULL));
	return variable;
}

static struct gwt_json *variables_of(const struct gwt_ordered *ordered, struct gwt_span scenario,
				     struct gwt_arena *arena)
{
	struct gwt_json *variables = NULL;

	for (size_t i = 0; i < ordered->id_count; i++) {
		if (gwt_variable_known(NULL, ordered->ids[i].name))
			continue;
		if (!variables)
			variables = gwt_json_new(arena, GWT_JSON_OBJECT);
		gwt_json_add_span(arena, variables, ordered->ids[i].name,
				  declared(&ordered->ids[i], scenario, arena));
	}
	return variables;
}

static struct gwt_span about(const struct gwt_ordered *ordered, const struct gwt_keep_options *options,
			     struct gwt_arena *arena)
{
	struct gwt_span client = ordered->calls[0].client;

	return gwt_arena_printf(arena, "%zu calls of " GWT_SPAN_FMT ", " GWT_SPAN_FMT, ordered->len,
				GWT_SPAN_ARG(client.ptr ? client : GWT_SPAN("a client without a name")),
				GWT_SPAN_ARG(options->how));
}

void gwt_derive_scenario(const struct gwt_ordered *ordered, const struct gwt_keep_options *options,
			 struct gwt_arena *arena, struct gwt_scenario *out, size_t *inexact)
{
	struct deriver d = { ordered, arena, out };
	size_t count = 0;

	*out = (struct gwt_scenario){ .name = options->name,
				      .about = about(ordered, options, arena),
				      .fixtures = fixtures_of(ordered) };
	out->tags = gwt_arena_new(arena, struct gwt_span);
	out->tags[out->tag_count++] = options->tag;
	out->variables = variables_of(ordered, options->name, arena);
	out->steps = gwt_arena_array(arena, struct gwt_step, ordered->len + 1);
	for (size_t i = 0; i < ordered->len; i++)
		count += !add_step(&d, i);
	if (inexact)
		*inexact = count;
}

struct gwt_json *gwt_request_input(const struct gwt_request *request, struct gwt_arena *arena)
{
	struct deriver d = { .arena = arena };
	struct gwt_capture call = { .request = *request };
	struct gwt_route route;

	return gwt_route_find(request->method, request->path, &route) ? input_of(&d, route.operation, &call)
								      : NULL;
}
