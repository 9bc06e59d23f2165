#include "verifier/evolve.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/write.h"

enum { LONGER = 20000 };

static const struct gwt_span new_member = GWT_SPAN_INIT("integrationNovelty"),
			     enum_member = GWT_SPAN_INIT("passthroughBehavior"),
			     text_member = GWT_SPAN_INIT("uri"), absent_member = GWT_SPAN_INIT("credentials");

static void add_member(struct gwt_json *body, struct gwt_arena *arena)
{
	struct gwt_json *value = gwt_json_new(arena, GWT_JSON_OBJECT);

	gwt_json_append(gwt_json_add_array(arena, value, "since"), gwt_json_new_number(arena, 2027));
	gwt_json_set(arena, body, new_member, value);
}

static void reverse_members(struct gwt_json *body, struct gwt_arena *arena)
{
	struct gwt_json *reversed = NULL;

	(void)arena;
	body->last = body->child;
	while (body->child) {
		struct gwt_json *next = body->child->next;

		body->child->next = reversed;
		reversed = body->child;
		body->child = next;
	}
	body->child = reversed;
}

static void set_enum(struct gwt_json *body, struct gwt_arena *arena)
{
	gwt_json_set(arena, body, enum_member, gwt_json_new_string(arena, GWT_SPAN("WHEN_ASKED_KINDLY")));
}

static void set_longer(struct gwt_json *body, struct gwt_arena *arena)
{
	struct gwt_span before = gwt_json_get_span(body, text_member)->text;
	char *bytes = gwt_arena_bytes(arena, before.len + LONGER);

	gwt_copy(bytes, before.ptr, before.len);
	memset(bytes + before.len, 'x', LONGER);
	gwt_json_set(arena, body, text_member,
		     gwt_json_new_string(arena, (struct gwt_span){ bytes, before.len + LONGER }));
}

static void set_null(struct gwt_json *body, struct gwt_arena *arena)
{
	gwt_json_set(arena, body, absent_member, gwt_json_new(arena, GWT_JSON_NULL));
}

/* `changed` is the changed member; a result has its new value, or the old one where `optional`. */
static const struct {
	const char *kind;
	void (*change)(struct gwt_json *body, struct gwt_arena *arena);
	const struct gwt_span *changed;
	bool optional;
} kinds[] = {
	{ "as recorded", NULL, NULL, true },
	{ "new member", add_member, &new_member, true },
	{ "other member order", reverse_members, NULL, true },
	{ "unknown enum value", set_enum, &enum_member, false },
	{ "longer text", set_longer, &text_member, false },
	{ "null for absent", set_null, &absent_member, true },
};

size_t gwt_evolve_count(void)
{
	return GWT_LEN(kinds);
}

const char *gwt_evolve_kind(size_t kind)
{
	return kinds[kind].kind;
}

bool gwt_evolve_fits(const struct gwt_plan_call *call)
{
	struct gwt_arena scratch = { 0 };
	struct gwt_json *body;
	bool fits = gwt_json_parse(&scratch, call->entry->interaction->response.body, &body, NULL) &&
		    gwt_json_is(gwt_json_get_span(body, enum_member), GWT_JSON_STRING) &&
		    gwt_json_is(gwt_json_get_span(body, text_member), GWT_JSON_STRING) &&
		    !gwt_json_get_span(body, absent_member);

	gwt_arena_release(&scratch);
	return fits;
}

const struct gwt_response *gwt_evolve_response(const struct gwt_plan_call *call, size_t kind,
					       struct gwt_arena *arena)
{
	struct gwt_response *out = gwt_arena_new(arena, struct gwt_response);
	struct gwt_json *body;
	struct gwt_buf text;

	*out = call->entry->interaction->response;
	if (!kinds[kind].change || !gwt_json_parse(arena, out->body, &body, NULL))
		return out;
	kinds[kind].change(body, arena);
	gwt_buf_init_in(&text, arena, out->body.len + LONGER);
	gwt_json_write(&text, body, GWT_JSON_COMPACT_LF);
	out->body = gwt_buf_span(&text);
	return out;
}

/* Equal except for the changed member. */
static bool same_beside(const struct gwt_json *base, const struct gwt_json *output,
			const struct gwt_span *changed, struct gwt_arena *arena)
{
	struct gwt_json *a = gwt_json_copy(arena, base), *b = gwt_json_copy(arena, output);

	if (changed && a->type == GWT_JSON_OBJECT && b->type == GWT_JSON_OBJECT) {
		gwt_json_remove(a, *changed);
		gwt_json_remove(b, *changed);
	}
	return gwt_json_equal(a, b);
}

const char *gwt_evolve_judge(const struct gwt_json *base, const struct gwt_json *output, size_t kind,
			     const struct gwt_response *response, struct gwt_arena *arena)
{
	const struct gwt_span *changed = kinds[kind].changed;
	struct gwt_json *body, *is, *should;

	if (!base || !output || !gwt_json_parse(arena, response->body, &body, NULL))
		return "unknown";
	if (!same_beside(base, output, changed, arena))
		return "different";
	if (!changed)
		return "same";
	is = gwt_json_get_span(output, *changed);
	should = gwt_json_get_span(body, *changed);
	if (is && gwt_json_equal(is, should))
		return "same";
	return !is && kinds[kind].optional ? "same" : "different";
}
