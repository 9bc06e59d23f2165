/*
 * difference.c - differences as text and as JSON.
 */
#include "lib/contract/difference.h"

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/contract/verdict.h"
#include "lib/json/json.h"
#include "lib/json/write.h"

/*
 * Add JSON text so that it stays on its line and cannot steer a terminal: the control characters that JSON
 * does not escape, U+007F to U+009F, are escaped, too.
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

static void add_value(struct gwt_buf *out, const struct gwt_json *value, size_t bytes)
{
	struct gwt_buf text;

	if (!value) {
		gwt_buf_add_text(out, "nothing");
		return;
	}
	if (bytes) {
		add_printable(out, value->text);
		gwt_buf_printf(out, " ... (the first %zu of %zu bytes)", value->text.len, bytes);
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
	if (d->name)
		gwt_buf_printf(out, " (%s)", d->name);
	gwt_buf_add_text(out, ": expected ");
	add_value(out, d->expected, d->expected_bytes);
	gwt_buf_add_text(out, ", got ");
	add_value(out, d->got, d->got_bytes);
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
	if (comparison->left_out)
		gwt_buf_printf(out, "... and %zu more differences\n", comparison->left_out);
}

/* Length of a value's text: of its source when it has one. */
static size_t size_of(const struct gwt_json *value)
{
	return value->end > value->offset ? value->end - value->offset : value->text.len;
}

static const struct gwt_json *shortened(struct gwt_arena *arena, const struct gwt_json *value, size_t *bytes)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { 0 };

	if (!value || *bytes || size_of(value) <= GWT_MAX_SHOWN_BYTES)
		return value;
	*bytes = size_of(value);
	if (value->type == GWT_JSON_STRING) {
		struct gwt_json part = *value;

		part.text = gwt_span_begin(value->text, GWT_MAX_SHOWN_BYTES);
		gwt_buf_init(&text, SIZE_MAX);
		gwt_json_write(&text, &part, GWT_JSON_COMPACT);
		text.len--; /* the closing quote */
	} else {
		gwt_buf_init(&text, 2 * GWT_MAX_SHOWN_BYTES); /* the writer stops when the buffer is full */
		gwt_json_write(&text, value, GWT_JSON_COMPACT);
	}
	return gwt_json_new_string(arena, gwt_span_begin(gwt_buf_span(&text), GWT_MAX_SHOWN_BYTES));
}

void gwt_comparison_shorten(struct gwt_arena *arena, struct gwt_comparison *comparison)
{
	struct gwt_difference *copy = gwt_arena_array(arena, struct gwt_difference, comparison->len);

	for (size_t i = 0; i < comparison->len; i++) {
		copy[i] = comparison->differences[i];
		copy[i].at = gwt_span_begin(copy[i].at, GWT_MAX_SHOWN_BYTES);
		copy[i].expected = shortened(arena, copy[i].expected, &copy[i].expected_bytes);
		copy[i].got = shortened(arena, copy[i].got, &copy[i].got_bytes);
	}
	comparison->differences = copy;
	comparison->cap = comparison->len;
}

/* "cut": the full length of each side that was shortened. */
static void add_cut(struct gwt_arena *arena, struct gwt_json *json, const struct gwt_difference *d)
{
	struct gwt_json *cut;

	if (!d->expected_bytes && !d->got_bytes)
		return;
	cut = gwt_json_add_object(arena, json, "cut");
	if (d->expected_bytes)
		gwt_json_add_number(arena, cut, "expected", (int64_t)d->expected_bytes);
	if (d->got_bytes)
		gwt_json_add_number(arena, cut, "got", (int64_t)d->got_bytes);
}

struct gwt_json *gwt_difference_json(struct gwt_arena *arena, const struct gwt_difference *d)
{
	struct gwt_json *json = gwt_json_new(arena, GWT_JSON_OBJECT);

	gwt_json_add_string(arena, json, "at", d->at);
	if (d->name)
		gwt_json_add_string(arena, json, "name", gwt_span_of(d->name));
	gwt_json_add_string(arena, json, "verdict", gwt_span_of(gwt_verdict_word(d->verdict)));
	if (d->expected)
		gwt_json_add(arena, json, "expected", gwt_json_copy(arena, d->expected));
	if (d->got)
		gwt_json_add(arena, json, "got", gwt_json_copy(arena, d->got));
	if (d->offset != GWT_NO_OFFSET)
		gwt_json_add_number(arena, json, "offset", (int64_t)d->offset);
	if (d->same_effect)
		gwt_json_add_string(arena, json, "effect", GWT_SPAN("same"));
	add_cut(arena, json, d);
	if (d->line) {
		gwt_json_add_string(arena, json, "level", gwt_span_of(gwt_level_word(d->level)));
		gwt_json_add_number(arena, json, "line", (int64_t)d->line);
	}
	return json;
}

bool gwt_comparison_has_room(const struct gwt_comparison *comparison, size_t place_bytes)
{
	return comparison->len == 0 || (comparison->len < GWT_MAX_DIFFERENCES &&
					comparison->places_bytes + place_bytes <= GWT_MAX_PLACES_BYTES);
}

struct gwt_span gwt_kept_place(const struct gwt_sides *sides, const struct gwt_buf *pointer)
{
	struct gwt_span place = gwt_buf_span(pointer);

	return gwt_comparison_has_room(sides->out, place.len) ? gwt_arena_copy(sides->arena, place) : place;
}

struct gwt_difference *gwt_comparison_add(struct gwt_comparison *comparison, struct gwt_arena *arena,
					  enum gwt_verdict verdict, struct gwt_span at)
{
	struct gwt_difference *d;

	if (!gwt_comparison_has_room(comparison, at.len)) {
		comparison->left_out++;
		return &comparison->spare;
	}
	comparison->places_bytes += at.len;
	GWT_GROW(arena, comparison->differences, comparison->len, comparison->cap);
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
