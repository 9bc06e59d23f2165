/*
 * body.c - what differs between two bodies, as JSON values with their places.
 *
 * Members are walked in the order of their canonical form, so that the result does
 * not depend on who wrote them in which order. This only explains: whether bodies
 * are equal was decided on their canonical bytes.
 */
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/contract/compare.h"
#include "lib/contract/difference.h"
#include "lib/json/json.h"
#include "lib/json/order.h"
#include "lib/json/pointer.h"

struct walk {
	const struct gwt_sides *sides;
	struct gwt_buf pointer; /* to the value that is compared now */
};

static struct gwt_difference *add_here(struct walk *walk, enum gwt_verdict verdict,
				       const struct gwt_json *expected, const struct gwt_json *got,
				       size_t offset)
{
	struct gwt_span at = gwt_kept_place(walk->sides, &walk->pointer);
	struct gwt_difference *d = gwt_comparison_add(walk->sides->out, walk->sides->arena, verdict, at);

	d->expected = expected;
	d->got = got;
	d->offset = offset;
	return d;
}

/* Only one side has the value; `parent` is the container that lacks it, in the body as received. */
static void add_one_sided(struct walk *walk, const struct gwt_json *expected, const struct gwt_json *got,
			  const struct gwt_json *parent)
{
	const struct gwt_json *there = expected ? expected : got;
	bool null_member = there->type == GWT_JSON_NULL && there->name.ptr;
	enum gwt_verdict verdict = expected ? GWT_VERDICT_MISSING_FIELD : GWT_VERDICT_EXTRA_FIELD;

	add_here(walk, null_member ? GWT_VERDICT_NULL_VS_ABSENT : verdict, expected, got,
		 got ? got->offset : parent->offset);
}

static void compare_values(struct walk *walk, const struct gwt_json *expected, const struct gwt_json *got);

/* Compare below the member or item that the two steps name. */
static void compare_member(struct walk *walk, const struct gwt_json *expected, const struct gwt_json *got,
			   const struct gwt_json *parent)
{
	size_t len = walk->pointer.len;

	gwt_json_pointer_add_name(&walk->pointer, expected ? expected->name : got->name);
	if (expected && got)
		compare_values(walk, expected, got);
	else
		add_one_sided(walk, expected, got, parent);
	walk->pointer.len = len;
}

static void compare_objects(struct walk *walk, const struct gwt_json *expected, const struct gwt_json *got)
{
	struct gwt_json *few_a[GWT_JSON_FEW_MEMBERS], *few_b[GWT_JSON_FEW_MEMBERS];
	struct gwt_json **a = gwt_json_sorted(expected, few_a, gwt_json_by_utf16);
	struct gwt_json **b = gwt_json_sorted(got, few_b, gwt_json_by_utf16);

	for (size_t i = 0, j = 0; i < expected->len || j < got->len;) {
		int order = i == expected->len ? 1 : j == got->len ? -1 : gwt_json_by_utf16(&a[i], &b[j]);

		compare_member(walk, order <= 0 ? a[i] : NULL, order >= 0 ? b[j] : NULL, got);
		i += order <= 0;
		j += order >= 0;
	}
	if (a != few_a)
		free(a);
	if (b != few_b)
		free(b);
}

static struct gwt_json **items_of(const struct gwt_json *array)
{
	struct gwt_json **items = gwt_xcalloc(array->len, sizeof(struct gwt_json *));
	size_t len = 0;

	for (struct gwt_json *item = array->child; item; item = item->next)
		items[len++] = item;
	return items;
}

static void compare_item(struct walk *walk, size_t index, const struct gwt_json *expected,
			 const struct gwt_json *got, const struct gwt_json *parent)
{
	size_t len = walk->pointer.len;

	gwt_json_pointer_add_index(&walk->pointer, index);
	if (expected && got)
		compare_values(walk, expected, got);
	else
		add_one_sided(walk, expected, got, parent);
	walk->pointer.len = len;
}

/* Equal items at both ends are skipped first, so that one inserted or removed item is one difference. */
static void compare_arrays(struct walk *walk, const struct gwt_json *expected, const struct gwt_json *got)
{
	struct gwt_json **a = items_of(expected), **b = items_of(got);
	size_t from = 0, a_end = expected->len, b_end = got->len;

	while (from < a_end && from < b_end && gwt_json_equal(a[from], b[from]))
		from++;
	while (a_end > from && b_end > from && gwt_json_equal(a[a_end - 1], b[b_end - 1])) {
		a_end--;
		b_end--;
	}
	for (size_t i = from; i < a_end || i < b_end; i++)
		compare_item(walk, i, i < a_end ? a[i] : NULL, i < b_end ? b[i] : NULL, got);
	free(a);
	free(b);
}

static bool is_boolean(const struct gwt_json *json)
{
	return json->type == GWT_JSON_TRUE || json->type == GWT_JSON_FALSE;
}

static void compare_values(struct walk *walk, const struct gwt_json *expected, const struct gwt_json *got)
{
	if (expected->type != got->type && !(is_boolean(expected) && is_boolean(got)))
		add_here(walk, GWT_VERDICT_WRONG_TYPE, expected, got, got->offset);
	else if (expected->type == GWT_JSON_OBJECT)
		compare_objects(walk, expected, got);
	else if (expected->type == GWT_JSON_ARRAY)
		compare_arrays(walk, expected, got);
	else if (!gwt_json_equal(expected, got))
		add_here(walk, GWT_VERDICT_WRONG_VALUE, expected, got, got->offset);
}

/* A body that is too large to show: its size and its beginning. */
static void add_beginning(struct gwt_arena *arena, struct gwt_json *object, struct gwt_span body)
{
	gwt_json_add_number(arena, object, "bytes", (int64_t)body.len);
	gwt_json_add(arena, object, "begins",
		     gwt_bytes_as_json(arena, gwt_span_begin(body, GWT_MAX_SHOWN_BYTES / 2)));
}

/*
 * The whole body as a value, NULL when there is none; a body that is not valid JSON comes with the word of
 * its fault.
 */
static const struct gwt_json *whole(const struct gwt_request *request, const struct gwt_contract *contract,
				    struct gwt_arena *arena)
{
	struct gwt_json *object;

	if (!request->body.len)
		return NULL;
	if (contract->json)
		return contract->json;
	if (!contract->body_error && request->body.len <= GWT_MAX_WHOLE_BYTES)
		return gwt_bytes_as_json(arena, request->body);
	object = gwt_json_new(arena, GWT_JSON_OBJECT);
	if (contract->body_error)
		gwt_json_add_string(arena, object, "bodyError",
				    gwt_span_of(gwt_json_fault_word(contract->body_error)));
	if (request->body.len <= GWT_MAX_WHOLE_BYTES)
		gwt_json_add(arena, object, "body", gwt_bytes_as_json(arena, request->body));
	else
		add_beginning(arena, object, request->body);
	return object;
}

static size_t first_difference(struct gwt_span a, struct gwt_span b)
{
	size_t i = 0;

	while (i < a.len && i < b.len && a.ptr[i] == b.ptr[i])
		i++;
	return i;
}

/* Bodies that cannot be compared value by value: one difference for all of it. */
static void compare_whole(struct walk *walk)
{
	const struct gwt_sides *sides = walk->sides;
	const struct gwt_contract *a = sides->expected_contract, *b = sides->got_contract;
	const struct gwt_json *expected = whole(sides->expected, a, sides->arena);
	const struct gwt_json *got = whole(sides->got, b, sides->arena);
	enum gwt_verdict verdict = GWT_VERDICT_WRONG_VALUE;
	size_t offset = first_difference(sides->expected->body, sides->got->body);

	if (a->body_error || b->body_error)
		verdict = GWT_VERDICT_BAD_JSON;
	else if (!expected)
		verdict = GWT_VERDICT_EXTRA_FIELD;
	else if (!got)
		verdict = GWT_VERDICT_MISSING_FIELD;
	add_here(walk, verdict, expected, got, b->body_error ? b->body_error_offset : offset);
}

void gwt_compare_bodies(const struct gwt_sides *sides)
{
	const struct gwt_contract *a = sides->expected_contract, *b = sides->got_contract;
	struct walk walk = { .sides = sides };

	if (gwt_span_eq(sides->expected->body, sides->got->body))
		return;
	gwt_buf_init(&walk.pointer, SIZE_MAX);
	if (a->json && b->json)
		compare_values(&walk, a->json, b->json);
	else
		compare_whole(&walk);
	gwt_buf_release(&walk.pointer);
}
