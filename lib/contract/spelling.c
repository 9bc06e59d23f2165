/*
 * spelling.c - how two bodies of one value are written differently.
 *
 * Both trees are equal, so they are walked together by name. White space belongs to
 * the place and not to the member: the gaps around the n-th child of both sides are
 * compared, whatever the children are called.
 */
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/contract/compare.h"
#include "lib/contract/difference.h"
#include "lib/json/json.h"
#include "lib/json/order.h"
#include "lib/json/pointer.h"

struct spelling {
	const struct gwt_sides *sides;
	enum gwt_verdict wanted; /* each pass looks for one verdict, so that verdicts keep their order */
	struct gwt_buf pointer;
	bool found; /* WHITESPACE_ONLY is reported once */
};

static void add_here(struct spelling *s, struct gwt_json *expected, struct gwt_json *got, size_t offset)
{
	struct gwt_span at = gwt_kept_place(s->sides, &s->pointer);
	struct gwt_difference *d = gwt_comparison_add(s->sides->out, s->sides->arena, s->wanted, at);

	d->expected = expected;
	d->got = got;
	d->offset = offset;
	s->found = true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static struct gwt_span blanks_from(struct gwt_span text, size_t at)
{
	size_t end = at;

	while (end < text.len && is_blank(text.ptr[end]))
		end++;
	return gwt_span_slice(text, at, end);
}

static struct gwt_span blanks_before(struct gwt_span text, size_t at)
{
	size_t from = at;

	while (from && is_blank(text.ptr[from - 1]))
		from--;
	return gwt_span_slice(text, from, at);
}

static void compare_blanks(struct spelling *s, struct gwt_span expected, struct gwt_span got)
{
	struct gwt_span body = s->sides->got->body;

	if (!s->found && !gwt_span_eq(expected, got))
		add_here(s, gwt_json_new_string(s->sides->arena, expected),
			 gwt_json_new_string(s->sides->arena, got), (size_t)(got.ptr - body.ptr));
}

/* The gaps before a child, before its colon, after its colon, and after the child. */
enum { GAPS = 4 };

static size_t colon_of(struct gwt_span text, const struct gwt_json *member)
{
	return member->offset - blanks_before(text, member->offset).len - 1;
}

static void find_gaps(struct gwt_span text, const struct gwt_json *child, struct gwt_span gaps[GAPS])
{
	size_t start = child->name.ptr ? child->name_offset : child->offset;

	gaps[0] = blanks_before(text, start);
	gaps[1] = child->name.ptr ? blanks_before(text, colon_of(text, child)) : gaps[0];
	gaps[2] = blanks_before(text, child->offset);
	gaps[3] = blanks_from(text, child->end);
}

static void compare_gaps(struct spelling *s, const struct gwt_json *expected, const struct gwt_json *got)
{
	struct gwt_span a[GAPS], b[GAPS];

	find_gaps(s->sides->expected->body, expected, a);
	find_gaps(s->sides->got->body, got, b);
	for (size_t i = 0; i < GAPS; i++)
		compare_blanks(s, a[i], b[i]);
}

static void compare_layout(struct spelling *s, const struct gwt_json *expected, const struct gwt_json *got)
{
	const struct gwt_json *a = expected->child, *b = got->child;

	if (!a && expected->type >= GWT_JSON_ARRAY)
		compare_blanks(s, blanks_from(s->sides->expected->body, expected->offset + 1),
			       blanks_from(s->sides->got->body, got->offset + 1));
	for (; a && b && !s->found; a = a->next, b = b->next)
		compare_gaps(s, a, b);
}

static void compare_tokens(struct spelling *s, struct gwt_span expected, struct gwt_span got)
{
	struct gwt_span body = s->sides->got->body;

	if (!gwt_span_eq(expected, got))
		add_here(s, gwt_json_new_string(s->sides->arena, expected),
			 gwt_json_new_string(s->sides->arena, got), (size_t)(got.ptr - body.ptr));
}

static struct gwt_span source(struct gwt_span body, const struct gwt_json *json)
{
	return gwt_span_slice(body, json->offset, json->end);
}

static struct gwt_span name_source(struct gwt_span body, const struct gwt_json *member)
{
	size_t colon = colon_of(body, member);

	return gwt_span_slice(body, member->name_offset, colon - blanks_before(body, colon).len);
}

static void compare_escapes(struct spelling *s, const struct gwt_json *expected, const struct gwt_json *got)
{
	struct gwt_span a = s->sides->expected->body, b = s->sides->got->body;

	if (expected->name.ptr)
		compare_tokens(s, name_source(a, expected), name_source(b, got));
	if (expected->type == GWT_JSON_STRING)
		compare_tokens(s, source(a, expected), source(b, got));
}

/* The names of an object's members; of a very wide object the first ones, and how many more there are. */
static struct gwt_json *names_of(struct gwt_arena *arena, const struct gwt_json *object)
{
	struct gwt_json *names = gwt_json_new(arena, GWT_JSON_ARRAY);

	for (const struct gwt_json *m = object->child; m && names->len < GWT_MAX_DIFFERENCES; m = m->next)
		gwt_json_append(names, gwt_json_new_string(arena, m->name));
	if (names->len < object->len)
		gwt_json_append(names,
				gwt_json_new_string(arena, gwt_arena_printf(arena, "(%zu more)",
									    object->len - names->len)));
	return names;
}

static void compare_order(struct spelling *s, const struct gwt_json *expected, const struct gwt_json *got)
{
	struct gwt_arena *arena = s->sides->arena;

	if (expected->type != GWT_JSON_OBJECT)
		return;
	for (struct gwt_json *a = expected->child, *b = got->child; a && b; a = a->next, b = b->next) {
		if (!gwt_span_eq(a->name, b->name)) {
			add_here(s, names_of(arena, expected), names_of(arena, got), b->name_offset);
			return;
		}
	}
}

static void compare_one(struct spelling *s, const struct gwt_json *expected, const struct gwt_json *got)
{
	switch (s->wanted) {
	case GWT_VERDICT_NUMBER_FORM:
		if (expected->type == GWT_JSON_NUMBER && !gwt_span_eq(expected->text, got->text))
			add_here(s, gwt_json_copy(s->sides->arena, expected),
				 gwt_json_copy(s->sides->arena, got), got->offset);
		break;
	case GWT_VERDICT_ESCAPING:
		compare_escapes(s, expected, got);
		break;
	case GWT_VERDICT_KEY_ORDER:
		compare_order(s, expected, got);
		break;
	default:
		if (!s->found)
			compare_layout(s, expected, got);
	}
}

static void walk(struct spelling *s, const struct gwt_json *expected, const struct gwt_json *got);

static void walk_object(struct spelling *s, const struct gwt_json *expected, const struct gwt_json *got)
{
	struct gwt_json *few_a[GWT_JSON_FEW_MEMBERS], *few_b[GWT_JSON_FEW_MEMBERS];
	struct gwt_json **a = gwt_json_sorted(expected, few_a, gwt_json_by_utf16);
	struct gwt_json **b = gwt_json_sorted(got, few_b, gwt_json_by_utf16);
	size_t len = s->pointer.len;

	for (size_t i = 0; i < expected->len; i++) {
		gwt_json_pointer_add_name(&s->pointer, a[i]->name);
		walk(s, a[i], b[i]);
		s->pointer.len = len;
	}
	if (a != few_a)
		free(a);
	if (b != few_b)
		free(b);
}

static void walk(struct spelling *s, const struct gwt_json *expected, const struct gwt_json *got)
{
	size_t len = s->pointer.len, index = 0;

	compare_one(s, expected, got);
	if (expected->type == GWT_JSON_OBJECT)
		walk_object(s, expected, got);
	if (expected->type != GWT_JSON_ARRAY)
		return;
	for (const struct gwt_json *a = expected->child, *b = got->child; a; a = a->next, b = b->next) {
		gwt_json_pointer_add_index(&s->pointer, index++);
		walk(s, a, b);
		s->pointer.len = len;
	}
}

void gwt_compare_spelling(const struct gwt_sides *sides)
{
	static const enum gwt_verdict words[] = { GWT_VERDICT_NUMBER_FORM, GWT_VERDICT_ESCAPING,
						  GWT_VERDICT_KEY_ORDER, GWT_VERDICT_WHITESPACE_ONLY };
	const struct gwt_json *a = sides->expected_contract->json, *b = sides->got_contract->json;
	struct gwt_span x = sides->expected->body, y = sides->got->body;

	if (!a || !b || gwt_span_eq(x, y))
		return;
	for (size_t i = 0; i < GWT_LEN(words); i++) {
		struct spelling s = { .sides = sides, .wanted = words[i] };

		gwt_buf_init(&s.pointer, SIZE_MAX);
		walk(&s, a, b);
		if (words[i] == GWT_VERDICT_WHITESPACE_ONLY) {
			compare_blanks(&s, blanks_before(x, a->offset), blanks_before(y, b->offset));
			compare_blanks(&s, blanks_from(x, a->end), blanks_from(y, b->end));
		}
		gwt_buf_release(&s.pointer);
	}
}
