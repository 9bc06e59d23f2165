/*
 * difference.c - differences as text and as JSON.
 */
#include "lib/contract/difference.h"

#include "lib/json/write.h"

/*
 * Add JSON text so that it stays on its line and cannot steer a terminal: the controls that JSON
 * leaves as they are, U+007F to U+009F, are escaped too.
 */
static void add_printable(struct gwt_buf *out, struct gwt_span s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i],
			      next = i + 1 < s.len ? (unsigned char)s.ptr[i + 1] : 0;

		if (c < 0x20 || c == 0x7f) {
			gwt_buf_printf(out, "\\u%04x", c);
		} else if (c == 0xc2 && next < 0xa0) {
			gwt_buf_printf(out, "\\u%04x", next);
			i++;
		} else {
			gwt_buf_add_char(out, (char)c);
		}
	}
}

static void add_value(struct gwt_buf *out, const struct gwt_json *value)
{
	struct gwt_buf text;

	if (!value) {
		gwt_buf_add_text(out, "nothing");
		return;
	}
	gwt_buf_init(&text, SIZE_MAX);
	gwt_json_write(&text, value, GWT_JSON_COMPACT);
	add_printable(out, gwt_buf_span(&text));
	gwt_buf_release(&text);
}

const char *gwt_level_form(enum gwt_level level)
{
	return level == GWT_LEVEL_WIRE ? "head" : "canonical request";
}

void gwt_difference_text(struct gwt_buf *out, const struct gwt_difference *d)
{
	gwt_buf_add_text(out, gwt_verdict_word(d->verdict));
	gwt_buf_add_char(out, ' ');
	add_printable(out, d->at.len ? d->at : GWT_SPAN("(the whole body)"));
	gwt_buf_add_text(out, ": expected ");
	add_value(out, d->expected);
	gwt_buf_add_text(out, ", got ");
	add_value(out, d->got);
	if (d->offset != GWT_NO_OFFSET)
		gwt_buf_printf(out, " (byte %zu of the body)", d->offset);
	if (d->line)
		gwt_buf_printf(out, " (line %zu of the %s)", d->line, gwt_level_form(d->level));
	if (d->same_effect)
		gwt_buf_add_text(out, " (same effect)");
	gwt_buf_add_char(out, '\n');
}

void gwt_comparison_text(struct gwt_buf *out, const struct gwt_comparison *comparison)
{
	for (size_t i = 0; i < comparison->len; i++)
		gwt_difference_text(out, &comparison->differences[i]);
}

struct gwt_json *gwt_difference_json(struct gwt_arena *arena, const struct gwt_difference *d)
{
	struct gwt_json *json = gwt_json_new(arena, GWT_JSON_OBJECT);

	gwt_json_add_string(arena, json, "at", d->at);
	gwt_json_add_string(arena, json, "verdict", gwt_span_of(gwt_verdict_word(d->verdict)));
	if (d->expected)
		gwt_json_add(arena, json, "expected", gwt_json_copy(arena, d->expected));
	if (d->got)
		gwt_json_add(arena, json, "got", gwt_json_copy(arena, d->got));
	if (d->offset != GWT_NO_OFFSET)
		gwt_json_add_number(arena, json, "offset", (int64_t)d->offset);
	if (d->same_effect)
		gwt_json_add_string(arena, json, "effect", GWT_SPAN("same"));
	if (d->line) {
		gwt_json_add_string(arena, json, "level", gwt_span_of(gwt_level_word(d->level)));
		gwt_json_add_number(arena, json, "line", (int64_t)d->line);
	}
	return json;
}

struct gwt_difference *gwt_comparison_add(struct gwt_comparison *comparison, struct gwt_arena *arena,
					  enum gwt_verdict verdict, struct gwt_span at)
{
	void *items = comparison->differences;
	struct gwt_difference *d;

	gwt_arena_grow(arena, &items, sizeof(*d), comparison->len, &comparison->cap);
	comparison->differences = items;
	d = &comparison->differences[comparison->len++];
	*d = (struct gwt_difference){ .verdict = verdict, .at = at, .offset = GWT_NO_OFFSET };
	return d;
}

struct gwt_json *gwt_bytes_as_json(struct gwt_arena *arena, struct gwt_span bytes)
{
	struct gwt_json *object;
	struct gwt_buf base64;

	if (gwt_json_is_utf8(bytes))
		return gwt_json_new_string(arena, bytes);
	gwt_buf_init(&base64, SIZE_MAX);
	gwt_buf_add_base64(&base64, bytes);
	object = gwt_json_new(arena, GWT_JSON_OBJECT);
	gwt_json_add_string(arena, object, "base64", gwt_buf_span(&base64));
	gwt_buf_release(&base64);
	return object;
}
