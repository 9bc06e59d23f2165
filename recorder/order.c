#include "recorder/order.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/cassette/position.h"
#include "lib/scenario/variable.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"
#include "lib/json/write.h"
#include "lib/model/model.h"
#include "lib/model/related.h"
#include "recorder/call_ids.h"

#define NONE SIZE_MAX

/* An id that requests use, by its live value. */
struct id {
	struct gwt_span live;
	const char *type;
	bool clock;
	size_t giver;             /* index of the call whose answer gave it, by arrival; NONE: no call did */
	struct gwt_call_id shown; /* in the giver's answer */
	size_t named;             /* index into out->ids; NONE until then */
};

struct call {
	const struct gwt_capture *capture;
	struct gwt_call_ids asked, shown;
	size_t *ids; /* for each of `asked`, the index into ids; NONE when it turned out not to be an id */
	size_t waits_for; /* calls not emitted yet that must come first */
	bool *before;     /* for each later call, whether it must wait for this one */
	bool emitted;
	struct gwt_span key; /* the key with `key_names` of its ids named; absent until key_of() made it */
	size_t key_names;
};

/* The next number for a base such as "resourceId" or "put-method". */
struct numbered {
	struct gwt_span base;
	size_t next;
};

struct ordering {
	struct gwt_arena *arena;
	enum gwt_order order;
	struct call *calls;
	size_t len;
	struct id *ids;
	size_t id_count, id_cap;
	struct gwt_trace *trace; /* of all calls, by arrival */
	struct gwt_span *keys;   /* of each emitted call */
	size_t *arrivals;        /* of each emitted call */
	struct numbered *numbered;
	size_t numbered_len, numbered_cap;
	struct gwt_ordered *out;
};

/* Which ids there are */

static const char *type_of(const struct gwt_call_id *mention)
{
	return mention->text ? "text" : gwt_variable_type(mention->base);
}

static size_t find_id(const struct ordering *o, struct gwt_span live, const char *type)
{
	for (size_t i = 0; i < o->id_count; i++)
		if (gwt_span_eq(o->ids[i].live, live) && strcmp(o->ids[i].type, type) == 0)
			return i;
	return NONE;
}

/* The first call before `user` whose answer shows the id. */
static void find_giver(const struct ordering *o, size_t user, struct id *id)
{
	for (size_t i = 0; i < user; i++)
		for (size_t j = 0; j < o->calls[i].shown.len; j++) {
			const struct gwt_call_id *shown = &o->calls[i].shown.items[j];

			if (gwt_span_eq(shown->live, id->live) && strcmp(type_of(shown), id->type) == 0) {
				id->giver = i;
				id->shown = *shown;
				return;
			}
		}
}

static size_t note_id(struct ordering *o, size_t user, const struct gwt_call_id *mention)
{
	struct id id = { .live = mention->live,
			 .type = type_of(mention),
			 .clock = mention->clock,
			 .giver = NONE,
			 .named = NONE };
	size_t known = find_id(o, id.live, id.type);

	if (known != NONE)
		return known;
	find_giver(o, user, &id);
	if (id.giver == NONE && mention->only_given)
		return NONE;
	GWT_GROW(o->arena, o->ids, o->id_count, o->id_cap);
	o->ids[o->id_count] = id;
	return o->id_count++;
}

static void find_ids(struct ordering *o)
{
	for (size_t i = 0; i < o->len; i++) {
		struct call *call = &o->calls[i];

		call->ids = gwt_arena_array(o->arena, size_t, call->asked.len + 1);
		for (size_t j = 0; j < call->asked.len; j++)
			call->ids[j] = note_id(o, i, &call->asked.items[j]);
	}
}

/* What must come first */

/* Calls whose answers gave an id that the call uses. */
static size_t find_givers(const struct ordering *o, const struct call *call, size_t **out)
{
	size_t count = 0;

	*out = gwt_arena_array(o->arena, size_t, call->asked.len + 1);
	for (size_t i = 0; i < call->asked.len; i++)
		if (call->ids[i] != NONE && o->ids[call->ids[i]].giver != NONE)
			(*out)[count++] = o->ids[call->ids[i]].giver;
	return count;
}

static const struct gwt_json *json_of(struct gwt_arena *arena, struct gwt_span body)
{
	struct gwt_json *json;

	return body.len && gwt_json_parse(arena, body, &json, NULL) ? json : NULL;
}

static void make_trace(struct ordering *o)
{
	o->trace = gwt_trace_new(o->arena);
	for (size_t i = 0; i < o->len; i++) {
		const struct gwt_capture *capture = o->calls[i].capture;
		size_t *givers, count = find_givers(o, &o->calls[i], &givers);
		struct gwt_related_call call = { .method = capture->request.method,
						 .path = capture->request.path,
						 .query = capture->request.query,
						 .request = json_of(o->arena, capture->request.body),
						 .answer = json_of(o->arena, capture->response.body),
						 .status = capture->response.status,
						 .givers = givers,
						 .giver_count = count };

		gwt_trace_add(o->trace, &call);
	}
}

static bool must_wait(const struct ordering *o, size_t first, size_t second)
{
	return gwt_trace_relation(o->trace, first, second).rule != 0;
}

static void find_waits(struct ordering *o)
{
	for (size_t i = 0; i < o->len; i++) {
		o->calls[i].before = gwt_arena_array(o->arena, bool, o->len);
		for (size_t j = i + 1; j < o->len; j++)
			if (must_wait(o, i, j)) {
				o->calls[i].before[j] = true;
				o->calls[j].waits_for++;
			}
	}
}

/* Which comes next */

static struct gwt_span name_of(const struct ordering *o, const struct call *call, size_t mention)
{
	size_t id = call->ids[mention];

	if (id == NONE)
		return call->asked.items[mention].live;
	if (o->ids[id].named == NONE)
		return gwt_span_of(o->ids[id].type);
	return o->out->ids[o->ids[id].named].name;
}

/*
 * Put names in place of the ids in one string. Ids are in the order of their offsets, so this goes from the
 * last to the first.
 */
static struct gwt_span named_text(const struct ordering *o, const struct call *call, struct gwt_span text,
				  struct gwt_span pointer)
{
	for (size_t i = call->asked.len; i-- > 0;) {
		struct gwt_position at;
		size_t from, end;

		if (!gwt_position_parse_below(o->arena, call->asked.items[i].at, &at) ||
		    at.part != GWT_AT_BODY || !gwt_span_eq(at.pointer, pointer) || call->ids[i] == NONE)
			continue;
		from = at.len ? at.from : 0;
		end = at.len ? at.from + at.len : text.len;
		text = gwt_arena_printf(o->arena, GWT_SPAN_FMT "{" GWT_SPAN_FMT "}" GWT_SPAN_FMT,
					GWT_SPAN_ARG(gwt_span_slice(text, 0, from)),
					GWT_SPAN_ARG(name_of(o, call, i)),
					GWT_SPAN_ARG(gwt_span_slice(text, end, text.len)));
	}
	return text;
}

static void name_strings(const struct ordering *o, const struct call *call, struct gwt_json *value,
			 struct gwt_buf *pointer)
{
	size_t len = pointer->len, index = 0;

	if (value->type == GWT_JSON_STRING)
		value->text = named_text(o, call, value->text, gwt_buf_span(pointer));
	for (struct gwt_json *child = value->child; child; child = child->next) {
		if (value->type == GWT_JSON_OBJECT)
			gwt_json_pointer_add_name(pointer, child->name);
		else
			gwt_json_pointer_add_index(pointer, index++);
		name_strings(o, call, child, pointer);
		pointer->len = len;
	}
}

static void add_named_path(const struct ordering *o, const struct call *call, struct gwt_buf *key)
{
	struct gwt_span rest = gwt_span_slice(call->capture->request.path, 1, SIZE_MAX);

	for (size_t segment = 0; rest.ptr; segment++) {
		struct gwt_span text = gwt_span_cut(&rest, '/');
		size_t i = 0;

		while (i < call->asked.len &&
		       !gwt_span_eq(call->asked.items[i].at, gwt_arena_printf(o->arena, "path/%zu", segment)))
			i++;
		gwt_buf_add_char(key, '/');
		gwt_buf_add(key, i < call->asked.len ? name_of(o, call, i) : text);
	}
}

/* The contract of a call with names in place of ids: two runs of the same client have it in common. */
static struct gwt_span make_key(const struct ordering *o, const struct call *call)
{
	const struct gwt_request *request = &call->capture->request;
	gwt_auto(gwt_buf_release) struct gwt_buf key, pointer;
	struct gwt_json *body;

	gwt_buf_init(&key, SIZE_MAX);
	gwt_buf_init(&pointer, SIZE_MAX);
	gwt_buf_add(&key, request->method);
	gwt_buf_add_char(&key, ' ');
	add_named_path(o, call, &key);
	gwt_buf_add_char(&key, '?');
	gwt_buf_add(&key, request->query);
	gwt_buf_add_char(&key, '\n');
	if (gwt_json_parse(o->arena, request->body, &body, NULL)) {
		name_strings(o, call, body, &pointer);
		gwt_json_write_canonical(&key, body);
	} else {
		gwt_buf_add(&key, request->body);
	}
	return gwt_arena_copy(o->arena, gwt_buf_span(&key));
}

/* An id gets its name only once, so that the key changes only when one more of its ids was named. */
static struct gwt_span key_of(const struct ordering *o, struct call *call)
{
	size_t names = 0;

	for (size_t i = 0; i < call->asked.len; i++)
		names += call->ids[i] != NONE && o->ids[call->ids[i]].named != NONE;
	if (!call->key.ptr || names != call->key_names) {
		call->key = make_key(o, call);
		call->key_names = names;
	}
	return call->key;
}

static size_t choose(const struct ordering *o, struct gwt_span *key)
{
	size_t best = NONE;

	for (size_t i = 0; i < o->len; i++) {
		struct gwt_span other;

		if (o->calls[i].emitted || o->calls[i].waits_for)
			continue;
		if (o->order != GWT_ORDER_STABLE)
			return i;
		other = key_of(o, &o->calls[i]);
		if (best == NONE || gwt_span_cmp(other, *key) < 0) {
			best = i;
			*key = other;
		}
	}
	return best;
}

/* Names */

/* The next number for `base`; numbers begin at 2. */
static size_t *number_of(struct ordering *o, struct gwt_span base)
{
	for (size_t i = 0; i < o->numbered_len; i++)
		if (gwt_span_eq(o->numbered[i].base, base))
			return &o->numbered[i].next;
	GWT_GROW(o->arena, o->numbered, o->numbered_len, o->numbered_cap);
	o->numbered[o->numbered_len] = (struct numbered){ base, 2 };
	return &o->numbered[o->numbered_len++].next;
}

static bool is_taken(const struct ordering *o, struct gwt_span name)
{
	for (size_t i = 0; i < o->out->id_count; i++)
		if (gwt_span_eq(o->out->ids[i].name, name))
			return true;
	return false;
}

static void give_name(struct ordering *o, struct id *id, struct gwt_span base)
{
	struct gwt_ordered *out = o->out;
	struct gwt_span name = base;

	while (is_taken(o, name))
		name = gwt_arena_printf(o->arena, GWT_SPAN_FMT "%zu", GWT_SPAN_ARG(base),
					(*number_of(o, base))++);
	GWT_GROW(o->arena, out->ids, out->id_count, out->id_cap);
	id->named = out->id_count;
	out->ids[out->id_count++] = (struct gwt_named_id){ .name = name,
							   .type = gwt_span_of(id->type),
							   .live = id->live,
							   .clock = id->clock,
							   .given_by = NONE,
							   .pointer = id->shown.at };
}

static void name_asked(struct ordering *o, const struct call *call)
{
	for (size_t i = 0; i < call->asked.len; i++)
		if (call->ids[i] != NONE && o->ids[call->ids[i]].named == NONE)
			give_name(o, &o->ids[call->ids[i]], call->asked.items[i].base);
}

static void name_given(struct ordering *o, size_t arrival, size_t place)
{
	for (size_t i = 0; i < o->id_count; i++) {
		if (o->ids[i].giver != arrival)
			continue;
		if (o->ids[i].named == NONE)
			give_name(o, &o->ids[i], o->ids[i].shown.base);
		o->out->ids[o->ids[i].named].given_by = place;
	}
}

/* Steps */

static bool is_step(const struct ordering *o, struct gwt_span id)
{
	for (size_t i = 0; i < o->out->len; i++)
		if (gwt_span_eq(o->out->calls[i].id, id))
			return true;
	return false;
}

/* "PutIntegration" -> "put-integration", the second one "put-integration-2" */
static struct gwt_span step_id(struct ordering *o, struct gwt_span operation)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { 0 };
	struct gwt_span base, id;

	gwt_buf_init(&text, SIZE_MAX);
	for (size_t i = 0; i < operation.len; i++) {
		char c = operation.ptr[i];

		if (c >= 'A' && c <= 'Z' && i && operation.ptr[i - 1] >= 'a')
			gwt_buf_add_char(&text, '-');
		gwt_buf_add_char(&text, c == ' ' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
	}
	base = id = gwt_arena_copy(o->arena, gwt_buf_span(&text));
	while (is_step(o, id))
		id = gwt_arena_printf(o->arena, GWT_SPAN_FMT "-%zu", GWT_SPAN_ARG(base),
				      (*number_of(o, base))++);
	return id;
}

static void add_uses(struct ordering *o, const struct call *call, struct gwt_capture *out)
{
	out->uses = (struct gwt_uses){ 0 };
	for (size_t i = 0; i < call->asked.len; i++) {
		if (call->ids[i] == NONE)
			continue;
		GWT_GROW(o->arena, out->uses.items, out->uses.len, out->uses.cap);
		out->uses.items[out->uses.len++] =
			(struct gwt_use){ name_of(o, call, i), call->asked.items[i].at };
	}
}

/*
 * The place of an earlier read with the same key and answer, where nothing related was written since; NONE
 * when there is none.
 */
static size_t find_repeated(const struct ordering *o, size_t arrival, struct gwt_span key)
{
	const struct gwt_capture *now = o->calls[arrival].capture;

	if (gwt_method_writes(now->request.method))
		return NONE;
	for (size_t i = o->out->len; i-- > 0;) {
		const struct gwt_capture *before = &o->out->calls[i];
		size_t first = o->arrivals[i] < arrival ? o->arrivals[i] : arrival;

		if (gwt_span_eq(o->keys[i], key))
			return before->response.status == now->response.status &&
					       gwt_span_eq(before->response.body, now->response.body)
				       ? i
				       : NONE;
		if (gwt_method_writes(before->request.method) &&
		    must_wait(o, first, first == arrival ? o->arrivals[i] : arrival))
			return NONE;
	}
	return NONE;
}

static void emit(struct ordering *o, size_t arrival)
{
	struct gwt_span key;
	size_t repeated;
	struct call *call = &o->calls[arrival];
	struct gwt_capture *out = &o->out->calls[o->out->len];

	call->emitted = true;
	for (size_t i = arrival + 1; i < o->len; i++)
		o->calls[i].waits_for -= call->before[i];
	name_asked(o, call);
	key = key_of(o, call);
	repeated = o->order == GWT_ORDER_EXACT ? NONE : find_repeated(o, arrival, key);
	if (repeated != NONE) {
		o->out->calls[repeated].repeated = true;
		return;
	}
	*out = *call->capture;
	out->id = step_id(o, call->capture->operation);
	add_uses(o, call, out);
	o->keys[o->out->len] = key;
	o->arrivals[o->out->len] = arrival;
	name_given(o, arrival, o->out->len);
	o->out->len++;
}

void gwt_order_calls(const struct gwt_capture *calls, size_t len, struct gwt_span region,
		     const struct gwt_run_texts *texts, enum gwt_order order, struct gwt_arena *arena,
		     struct gwt_ordered *out)
{
	struct ordering o = { .arena = arena,
			      .order = order,
			      .calls = gwt_arena_array(arena, struct call, len + 1),
			      .len = len,
			      .out = out };
	struct gwt_span key = { NULL, 0 };
	size_t next;

	*out = (struct gwt_ordered){ .calls = gwt_arena_array(arena, struct gwt_capture, len + 1) };
	o.keys = gwt_arena_array(arena, struct gwt_span, len + 1);
	o.arrivals = gwt_arena_array(arena, size_t, len + 1);
	for (size_t i = 0; i < len; i++) {
		o.calls[i].capture = &calls[i];
		gwt_call_ids_of_request(&calls[i].request, region, texts, arena, &o.calls[i].asked);
		gwt_call_ids_of_answer(&calls[i], arena, &o.calls[i].shown);
	}
	find_ids(&o);
	make_trace(&o);
	find_waits(&o);
	for (size_t last = 0; (next = choose(&o, &key)) != NONE; last = next) {
		out->reordered |= next < last;
		emit(&o, next);
	}
}
