#include "drift/change.h"

#include <stdio.h>

#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/write.h"

enum { MAX_SHOWN = 160 };

struct gwt_change *gwt_changes_add(struct gwt_changes *changes, enum gwt_drift_rule rule, struct gwt_span at,
				   struct gwt_span cause, const struct gwt_json *was,
				   const struct gwt_json *now)
{
	GWT_GROW(changes->arena, changes->items, changes->len, changes->cap);
	changes->items[changes->len] = (struct gwt_change){
		.rule = rule,
		.at = gwt_arena_copy(changes->arena, at),
		.cause = gwt_arena_copy(changes->arena, cause),
		.was = was,
		.now = now,
	};
	return &changes->items[changes->len++];
}

void gwt_change_say(struct gwt_changes *changes, struct gwt_change *change, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	change->text = gwt_arena_vprintf(changes->arena, fmt, args);
	va_end(args);
}

struct gwt_json *gwt_value_copy(struct gwt_arena *arena, const struct gwt_json *value)
{
	struct gwt_json *copy;

	if (!value)
		return gwt_json_new(arena, GWT_JSON_NULL);
	if (value->tag)
		return gwt_json_new_string(arena, value->text);
	if (value->type != GWT_JSON_ARRAY && value->type != GWT_JSON_OBJECT)
		return gwt_json_copy(arena, value);
	copy = gwt_json_new(arena, value->type);
	for (const struct gwt_json *child = value->child; child; child = child->next) {
		if (value->type == GWT_JSON_OBJECT)
			gwt_json_add_span(arena, copy, child->name, gwt_value_copy(arena, child));
		else
			gwt_json_append(copy, gwt_value_copy(arena, child));
	}
	return copy;
}

/* Cut at a code point's end. */
static size_t cut_at(struct gwt_span text, size_t max)
{
	while (max && ((unsigned char)text.ptr[max] & 0xc0) == 0x80)
		max--;
	return max;
}

struct gwt_span gwt_value_shown(struct gwt_arena *arena, const struct gwt_json *value)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	gwt_json_write(&out, gwt_value_copy(arena, value), GWT_JSON_COMPACT);
	if (out.len > MAX_SHOWN) {
		out.len = cut_at(gwt_buf_span(&out), MAX_SHOWN);
		gwt_buf_add_text(&out, "…");
	}
	return gwt_arena_copy(arena, gwt_buf_span(&out));
}
