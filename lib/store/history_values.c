#include "lib/store/history_values.h"

#include "lib/base/arena.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/http/headers.h"
#include "lib/json/pointer.h"

struct timeline {
	struct gwt_arena *arena;
	struct gwt_span at;
	struct gwt_history_values *out;
	struct gwt_map current; /* interaction -> struct gwt_history_value */
};

static struct gwt_json *body_of(struct gwt_arena *arena, struct gwt_span body)
{
	struct gwt_json *json;

	if (!body.len)
		return NULL;
	return gwt_json_parse(arena, body, &json, NULL) ? json : gwt_json_new_string(arena, body);
}

static struct gwt_json *headers_of(struct gwt_arena *arena, const struct gwt_headers *headers)
{
	struct gwt_json *list = gwt_json_new(arena, GWT_JSON_ARRAY);

	for (size_t i = 0; i < headers->len; i++) {
		struct gwt_json *pair = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_ARRAY));

		gwt_json_append(pair, gwt_json_new_string(arena, headers->items[i].name));
		gwt_json_append(pair, gwt_json_new_string(arena, headers->items[i].value));
	}
	return list;
}

static struct gwt_json *whole_of(struct gwt_arena *arena, const struct gwt_response *response)
{
	struct gwt_json *whole = gwt_json_new(arena, GWT_JSON_OBJECT), *body = body_of(arena, response->body);

	gwt_json_add_number(arena, whole, "status", response->status);
	gwt_json_add(arena, whole, "headers", headers_of(arena, &response->headers));
	if (body)
		gwt_json_add(arena, whole, "body", body);
	return whole;
}

static const struct gwt_json *value_at(struct gwt_arena *arena, const struct gwt_response *response,
				       struct gwt_span at)
{
	struct gwt_span header;
	struct gwt_json *body;

	if (!at.len)
		return whole_of(arena, response);
	if (gwt_span_is(at, "status"))
		return gwt_json_new_number(arena, response->status);
	if (at.ptr[0] == '/') {
		body = gwt_json_parse(arena, response->body, &body, NULL) ? body : NULL;
		return body ? gwt_json_pointer_get(body, at) : NULL;
	}
	header = gwt_headers_get(&response->headers, gwt_arena_cstr(arena, at));
	return header.ptr ? gwt_json_new_string(arena, header) : NULL;
}

static bool same_value(const struct gwt_json *a, const struct gwt_json *b)
{
	return a && b ? gwt_json_equal(a, b) : a == b;
}

/* A field that never existed is not in the history; a field that was removed is. */
static void see(struct timeline *timeline, const struct gwt_history_version *version,
		struct gwt_span interaction, const struct gwt_json *value)
{
	struct gwt_history_value *now = gwt_map_get(&timeline->current, interaction), *next;

	if (!now && !value)
		return;
	if (now && same_value(now->value, value)) {
		if (value && version->confirmed.ptr && gwt_span_cmp(version->confirmed, now->confirmed) > 0)
			now->confirmed = version->confirmed;
		return;
	}
	next = gwt_arena_new(timeline->arena, struct gwt_history_value);
	*next = (struct gwt_history_value){ gwt_arena_copy(timeline->arena, interaction), value, version,
					    version->confirmed, now };
	gwt_map_put(&timeline->current, next->interaction, next);
	GWT_GROW(timeline->arena, timeline->out->items, timeline->out->len, timeline->out->cap);
	timeline->out->items[timeline->out->len++] = next;
}

/* Note what a version does not have any more: everything when `cassette` is NULL. */
static void see_absent(struct timeline *timeline, const struct gwt_history_version *version,
		       const struct gwt_cassette *cassette)
{
	struct gwt_map_entry *entry;

	for (size_t i = 0; (entry = gwt_map_next(&timeline->current, &i));)
		if (!cassette || gwt_cassette_find(cassette, entry->key) == SIZE_MAX)
			see(timeline, version, entry->key, NULL);
}

static void add_problem(struct gwt_arena *arena, struct gwt_history_problems *problems,
			const struct gwt_history_version *version, const char *reason)
{
	GWT_GROW(arena, problems->items, problems->len, problems->cap);
	problems->items[problems->len++] = (struct gwt_history_problem){ version, reason };
}

static void see_version(struct timeline *timeline, const struct gwt_history_version *version,
			struct gwt_history_problems *problems)
{
	struct gwt_cassette cassette;
	struct gwt_error why = { 0 };

	if (version->unreadable) {
		add_problem(timeline->arena, problems, version, version->unreadable);
		return;
	}
	if (!version->bytes.ptr) {
		see_absent(timeline, version, NULL);
		return;
	}
	if (gwt_cassette_parse(timeline->arena, version->path, version->bytes, &cassette, &why) != GWT_OK) {
		add_problem(timeline->arena, problems, version,
			    gwt_arena_cstr(timeline->arena, gwt_span_of(why.msg)));
		return;
	}
	for (size_t i = 0; i < cassette.interaction_count; i++)
		see(timeline, version, cassette.interactions[i].id,
		    value_at(timeline->arena, &cassette.interactions[i].response, timeline->at));
	see_absent(timeline, version, &cassette);
}

void gwt_history_values(const struct gwt_history_versions *versions, struct gwt_span at,
			struct gwt_arena *arena, struct gwt_history_values *out,
			struct gwt_history_problems *problems)
{
	struct timeline timeline = { .arena = arena, .at = at, .out = out };

	*out = (struct gwt_history_values){ 0 };
	*problems = (struct gwt_history_problems){ 0 };
	for (size_t i = 0; i < versions->len; i++)
		see_version(&timeline, &versions->items[i], problems);
	gwt_map_release(&timeline.current);
}
