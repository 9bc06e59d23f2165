/*
 * json.c - reads, compares and builds trees.
 *
 * Functions that recurse go as deep as the tree; the parser limits its depth.
 */
#include "lib/json/json.h"

#include <assert.h>
#include <stdlib.h>

#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/json/number.h"
#include "lib/json/order.h"

const char *gwt_json_fault_word(enum gwt_json_fault fault)
{
	static const char *const words[] = {
#define X(name, word) [name] = word,
		GWT_JSON_FAULT_MAP(X)
#undef X
	};

	return words[fault];
}

const char *gwt_json_type_word(enum gwt_json_type type)
{
	static const char *const words[] = {
		[GWT_JSON_NULL] = "null",     [GWT_JSON_FALSE] = "boolean", [GWT_JSON_TRUE] = "boolean",
		[GWT_JSON_NUMBER] = "number", [GWT_JSON_STRING] = "string", [GWT_JSON_ARRAY] = "array",
		[GWT_JSON_OBJECT] = "object",
	};

	return words[type];
}

size_t gwt_json_count(const struct gwt_json *json, size_t max)
{
	size_t count = json ? 1 : 0;

	for (const struct gwt_json *child = json ? json->child : NULL; child && count < max;
	     child = child->next)
		count += gwt_json_count(child, max - count);
	return count;
}

struct gwt_json *gwt_json_get_span(const struct gwt_json *json, struct gwt_span name)
{
	if (!gwt_json_is(json, GWT_JSON_OBJECT))
		return NULL;
	for (struct gwt_json *m = json->child; m; m = m->next)
		if (gwt_span_eq(m->name, name))
			return m;
	return NULL;
}

struct gwt_json *gwt_json_get(const struct gwt_json *json, const char *name)
{
	return gwt_json_get_span(json, gwt_span_of(name));
}

struct gwt_json *gwt_json_at(const struct gwt_json *json, size_t index)
{
	struct gwt_json *item = gwt_json_is(json, GWT_JSON_ARRAY) ? json->child : NULL;

	while (item && index--)
		item = item->next;
	return item;
}

struct gwt_span gwt_json_get_text(const struct gwt_json *json, const char *name)
{
	const struct gwt_json *member = gwt_json_get(json, name);

	return gwt_json_is(member, GWT_JSON_STRING) ? member->text : GWT_ABSENT;
}

static bool same_items(const struct gwt_json *a, const struct gwt_json *b)
{
	for (a = a->child, b = b->child; a && b; a = a->next, b = b->next)
		if (!gwt_json_equal(a, b))
			return false;
	return !a && !b;
}

static bool same_members_by_name(const struct gwt_json *a, struct gwt_json *b)
{
	struct gwt_map names = { 0 };
	bool same = true;

	for (struct gwt_json *m = b; m; m = m->next)
		gwt_map_put(&names, m->name, m);
	for (; a && same; a = a->next) {
		const struct gwt_json *other = gwt_map_get(&names, a->name);

		same = other && gwt_json_equal(a, other);
	}
	gwt_map_release(&names);
	return same;
}

/* Members mostly have the same order; they are looked up by name only after the first difference. */
static bool same_members(const struct gwt_json *a, const struct gwt_json *b)
{
	const struct gwt_json *x = a->child;
	struct gwt_json *y = b->child;

	if (a->len != b->len)
		return false;
	for (; x && gwt_span_eq(x->name, y->name); x = x->next, y = y->next)
		if (!gwt_json_equal(x, y))
			return false;
	return !x || same_members_by_name(x, y);
}

bool gwt_json_equal(const struct gwt_json *a, const struct gwt_json *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case GWT_JSON_NUMBER:
		return gwt_json_same_number(a->text, b->text);
	case GWT_JSON_STRING:
		return gwt_span_eq(a->text, b->text);
	case GWT_JSON_ARRAY:
		return same_items(a, b);
	case GWT_JSON_OBJECT:
		return same_members(a, b);
	default:
		return true;
	}
}

struct gwt_json *gwt_json_new(struct gwt_arena *arena, enum gwt_json_type type)
{
	struct gwt_json *json = gwt_arena_new(arena, struct gwt_json);

	json->type = type;
	return json;
}

struct gwt_json *gwt_json_new_string(struct gwt_arena *arena, struct gwt_span text)
{
	struct gwt_json *json = gwt_json_new(arena, GWT_JSON_STRING);

	json->text = gwt_arena_copy(arena, text.ptr ? text : GWT_SPAN(""));
	return json;
}

struct gwt_json *gwt_json_new_number(struct gwt_arena *arena, int64_t value)
{
	struct gwt_json *json = gwt_json_new(arena, GWT_JSON_NUMBER);

	json->text = gwt_arena_printf(arena, "%lld", (long long)value);
	return json;
}

struct gwt_json *gwt_json_new_bool(struct gwt_arena *arena, bool value)
{
	return gwt_json_new(arena, value ? GWT_JSON_TRUE : GWT_JSON_FALSE);
}

struct gwt_json *gwt_json_copy(struct gwt_arena *arena, const struct gwt_json *json)
{
	struct gwt_json *copy = gwt_json_new(arena, json->type);

	copy->tag = json->tag;
	copy->text = gwt_arena_copy(arena, json->text);
	for (const struct gwt_json *child = json->child; child; child = child->next) {
		struct gwt_json *below = gwt_json_append(copy, gwt_json_copy(arena, child));

		below->name = gwt_arena_copy(arena, child->name);
	}
	return copy;
}

struct gwt_json *gwt_json_append(struct gwt_json *array, struct gwt_json *value)
{
	assert(!value->next);
	if (array->last)
		array->last->next = value;
	else
		array->child = value;
	array->last = value;
	array->len++;
	return value;
}

struct gwt_json *gwt_json_add_span(struct gwt_arena *arena, struct gwt_json *object, struct gwt_span name,
				   struct gwt_json *value)
{
	value->name = gwt_arena_copy(arena, name);
	return gwt_json_append(object, value);
}

struct gwt_json *gwt_json_add(struct gwt_arena *arena, struct gwt_json *object, const char *name,
			      struct gwt_json *value)
{
	return gwt_json_add_span(arena, object, gwt_span_of(name), value);
}

struct gwt_json *gwt_json_add_string(struct gwt_arena *arena, struct gwt_json *object, const char *name,
				     struct gwt_span text)
{
	return gwt_json_add(arena, object, name, gwt_json_new_string(arena, text));
}

struct gwt_json *gwt_json_add_number(struct gwt_arena *arena, struct gwt_json *object, const char *name,
				     int64_t value)
{
	return gwt_json_add(arena, object, name, gwt_json_new_number(arena, value));
}

struct gwt_json *gwt_json_add_bool(struct gwt_arena *arena, struct gwt_json *object, const char *name,
				   bool value)
{
	return gwt_json_add(arena, object, name, gwt_json_new_bool(arena, value));
}

struct gwt_json *gwt_json_add_object(struct gwt_arena *arena, struct gwt_json *object, const char *name)
{
	return gwt_json_add(arena, object, name, gwt_json_new(arena, GWT_JSON_OBJECT));
}

struct gwt_json *gwt_json_add_array(struct gwt_arena *arena, struct gwt_json *object, const char *name)
{
	return gwt_json_add(arena, object, name, gwt_json_new(arena, GWT_JSON_ARRAY));
}

/* The member called `name` and the one before it; either may be NULL. */
static struct gwt_json *find_member(struct gwt_json *object, struct gwt_span name, struct gwt_json **before)
{
	struct gwt_json *member = object->child;

	for (*before = NULL; member && !gwt_span_eq(member->name, name); member = member->next)
		*before = member;
	return member;
}

/* Take `member` out of its object; `next` then follows `before`. */
static void unlink_member(struct gwt_json *object, struct gwt_json *member, struct gwt_json *before,
			  struct gwt_json *next)
{
	if (before)
		before->next = next;
	else
		object->child = next;
	if (object->last == member)
		object->last = next ? next : before;
	member->next = NULL;
}

void gwt_json_set(struct gwt_arena *arena, struct gwt_json *object, struct gwt_span name,
		  struct gwt_json *value)
{
	struct gwt_json *before, *old = find_member(object, name, &before);

	if (!old) {
		gwt_json_add_span(arena, object, name, value);
		return;
	}
	if (old == value)
		return;
	value->name = old->name;
	value->next = old->next;
	unlink_member(object, old, before, value);
}

bool gwt_json_remove(struct gwt_json *object, struct gwt_span name)
{
	struct gwt_json *before, *member = find_member(object, name, &before);

	if (!member)
		return false;
	unlink_member(object, member, before, member->next);
	object->len--;
	return true;
}

static void sort_members(struct gwt_json *object)
{
	struct gwt_json *few[GWT_JSON_FEW_MEMBERS];
	struct gwt_json **sorted = gwt_json_sorted(object, few, gwt_json_by_bytes);
	size_t len = object->len;

	object->child = object->last = NULL;
	object->len = 0;
	for (size_t i = 0; i < len; i++) {
		sorted[i]->next = NULL;
		gwt_json_append(object, sorted[i]);
	}
	if (sorted != few)
		free(sorted);
}

void gwt_json_sort(struct gwt_json *json)
{
	if (json->type == GWT_JSON_OBJECT)
		sort_members(json);
	for (struct gwt_json *child = json->child; child; child = child->next)
		gwt_json_sort(child);
}
