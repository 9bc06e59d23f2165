/*
 * json_read.c - json.loads(), with CPython's messages.
 *
 * Follows Modules/_json.c (3.11) branch by branch, since the message and its
 * position depend on the order of the tests there. Positions count code points.
 */
#include "awscli/pyval/pyval.h"

#include <ctype.h>
#include <math.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "awscli/pyval/unicode.h"
#include "lib/json/json.h"

struct reader {
	struct gwt_arena *arena;
	struct gwt_span s;
	bool ordered;
	size_t depth;
	struct gwt_py_json_fault *fault;
};

/* Fail with "MESSAGE: line 1 column 2 (char 1)" for the byte offset `at`. */
static bool fail(struct reader *r, const char *message, size_t at)
{
	struct gwt_span before = gwt_span_slice(r->s, 0, at);
	size_t line = 1, line_start = 0;

	for (size_t i = 0; i < before.len; i++)
		if (before.ptr[i] == '\n') {
			line++;
			line_start = i + 1;
		}
	r->fault->message = gwt_arena_printf(r->arena, "%s: line %zu column %zu (char %zu)", message, line,
					     gwt_utf8_len(gwt_span_slice(before, line_start, before.len)) + 1,
					     gwt_utf8_len(before));
	return false;
}

static size_t skip_blanks(const struct reader *r, size_t at)
{
	while (at < r->s.len && memchr(" \t\n\r", r->s.ptr[at], 4))
		at++;
	return at;
}

static bool at_char(const struct reader *r, size_t at, char c)
{
	return at < r->s.len && r->s.ptr[at] == c;
}

static int hex_value(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Read the four digits of \uXXXX at `at`. */
static bool hex4(struct reader *r, size_t at, uint32_t *out)
{
	*out = 0;
	for (size_t i = 0; i < 4; i++) {
		int digit = at + i < r->s.len ? hex_value(r->s.ptr[at + i]) : -1;

		if (digit < 0)
			return fail(r, "Invalid \\uXXXX escape", at - 1);
		*out = *out << 4 | (uint32_t)digit;
	}
	return true;
}

/* Whether more than `count` characters follow from `at` on. */
static bool has_more_than(const struct reader *r, size_t at, size_t count)
{
	uint32_t cp;

	for (size_t i = 0; i < count && at < r->s.len; i++)
		at += gwt_utf8_get(r->s, at, &cp);
	return at < r->s.len;
}

/* Read an escape: *at is after "\u", and is moved to the end of the escape. */
static bool read_unicode_escape(struct reader *r, size_t *at, struct gwt_buf *out)
{
	uint32_t cp, low;

	if (!has_more_than(r, *at, 4))
		return fail(r, "Invalid \\uXXXX escape", *at - 1);
	if (!hex4(r, *at, &cp))
		return false;
	*at += 4;
	if (cp >= 0xd800 && cp < 0xdc00 && at_char(r, *at, '\\') && at_char(r, *at + 1, 'u') &&
	    has_more_than(r, *at, 6)) {
		if (!hex4(r, *at + 2, &low))
			return false;
		if (low >= 0xdc00 && low < 0xe000) {
			cp = 0x10000 + ((cp & 0x3ff) << 10 | (low & 0x3ff));
			*at += 6;
		}
	}
	gwt_utf8_add(out, cp);
	return true;
}

static bool read_escape(struct reader *r, size_t *at, size_t begin, struct gwt_buf *out)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (*at + 1 >= r->s.len)
		return fail(r, "Unterminated string starting at", begin);
	if (r->s.ptr[*at + 1] == 'u') {
		*at += 2;
		return read_unicode_escape(r, at, out);
	}
	found = memchr(names, r->s.ptr[*at + 1], sizeof(names) - 1);
	if (!found)
		return fail(r, "Invalid \\escape", *at);
	gwt_buf_add_char(out, values[found - names]);
	*at += 2;
	return true;
}

static bool read_string_into(struct reader *r, size_t *at, struct gwt_buf *out)
{
	size_t begin = *at, i = *at + 1;

	while (i < r->s.len && r->s.ptr[i] != '"') {
		unsigned char c = (unsigned char)r->s.ptr[i];

		if (c < 0x20)
			return fail(r, "Invalid control character at", i);
		if (c != '\\') {
			gwt_buf_add_char(out, r->s.ptr[i++]);
			continue;
		}
		if (!read_escape(r, &i, begin, out))
			return false;
	}
	if (i >= r->s.len)
		return fail(r, "Unterminated string starting at", begin);
	*at = i + 1;
	return true;
}

/* Read a string: *at is on the opening quote, and is moved past the closing one. */
static bool read_string(struct reader *r, size_t *at, struct gwt_span *out)
{
	struct gwt_buf text;
	bool ok;

	gwt_buf_init(&text, SIZE_MAX);
	ok = read_string_into(r, at, &text);
	if (ok)
		*out = gwt_arena_copy(r->arena, text.len ? gwt_buf_span(&text) : GWT_SPAN(""));
	gwt_buf_release(&text);
	return ok;
}

static bool read_value(struct reader *r, size_t *at, struct gwt_json **out);

static bool enter(struct reader *r, const char *what)
{
	if (r->depth++ < GWT_PY_MAX_DEPTH)
		return true;
	r->fault->recursion = true;
	r->fault->message = gwt_arena_printf(
		r->arena, "maximum recursion depth exceeded while decoding a JSON %s from a unicode string",
		what);
	return false;
}

static bool read_member(struct reader *r, size_t *at, struct gwt_json *object, struct gwt_map *seen)
{
	struct gwt_json *value, *old;
	struct gwt_span name;

	if (!at_char(r, *at, '"'))
		return fail(r, "Expecting property name enclosed in double quotes", *at);
	if (!read_string(r, at, &name))
		return false;
	*at = skip_blanks(r, *at);
	if (!at_char(r, *at, ':'))
		return fail(r, "Expecting ':' delimiter", *at);
	*at = skip_blanks(r, *at + 1);
	if (!read_value(r, at, &value))
		return false;
	old = gwt_map_get(seen, name);
	if (old) { /* the last value of a name counts, in the place of the first */
		gwt_py_replace(old, value);
		return true;
	}
	gwt_json_add_span(r->arena, object, name, value);
	gwt_map_put(seen, value->name, value);
	return true;
}

static bool read_members(struct reader *r, size_t *at, struct gwt_json *object, struct gwt_map *seen)
{
	while (true) {
		if (!read_member(r, at, object, seen))
			return false;
		*at = skip_blanks(r, *at);
		if (at_char(r, *at, '}'))
			return true;
		if (!at_char(r, *at, ','))
			return fail(r, "Expecting ',' delimiter", *at);
		*at = skip_blanks(r, *at + 1);
	}
}

static bool read_object(struct reader *r, size_t *at, struct gwt_json **out)
{
	struct gwt_json *object = gwt_json_new(r->arena, GWT_JSON_OBJECT);
	struct gwt_map seen = { 0 };
	bool ok = true;

	if (!enter(r, "object"))
		return false;
	if (r->ordered)
		object->tag = GWT_PY_ORDERED;
	*at = skip_blanks(r, *at + 1);
	if (!at_char(r, *at, '}'))
		ok = read_members(r, at, object, &seen);
	gwt_map_release(&seen);
	r->depth--;
	*at += 1;
	*out = object;
	return ok;
}

static bool read_items(struct reader *r, size_t *at, struct gwt_json *array)
{
	struct gwt_json *value;

	while (true) {
		if (!read_value(r, at, &value))
			return false;
		gwt_json_append(array, value);
		*at = skip_blanks(r, *at);
		if (at_char(r, *at, ']'))
			return true;
		if (!at_char(r, *at, ','))
			return fail(r, "Expecting ',' delimiter", *at);
		*at = skip_blanks(r, *at + 1);
	}
}

static bool read_array(struct reader *r, size_t *at, struct gwt_json **out)
{
	struct gwt_json *array = gwt_json_new(r->arena, GWT_JSON_ARRAY);

	if (!enter(r, "array"))
		return false;
	*at = skip_blanks(r, *at + 1);
	if (!at_char(r, *at, ']') && !read_items(r, at, array))
		return false;
	r->depth--;
	*at += 1;
	*out = array;
	return true;
}

static size_t skip_digits(const struct reader *r, size_t at)
{
	while (at < r->s.len && isdigit((unsigned char)r->s.ptr[at]))
		at++;
	return at;
}

/* End of the number at `at`, or `at` when there is none; *is_float says which kind it is. */
static size_t match_number(const struct reader *r, size_t at, bool *is_float)
{
	size_t i = at + (at_char(r, at, '-') ? 1 : 0), digits;

	*is_float = false;
	if (at_char(r, i, '0'))
		digits = i + 1;
	else
		digits = skip_digits(r, i);
	if (digits == i)
		return at;
	i = digits;
	if (at_char(r, i, '.') && skip_digits(r, i + 1) > i + 1) {
		*is_float = true;
		i = skip_digits(r, i + 1);
	}
	if (at_char(r, i, 'e') || at_char(r, i, 'E')) {
		size_t sign = i + 1 + (at_char(r, i + 1, '+') || at_char(r, i + 1, '-') ? 1 : 0);

		digits = skip_digits(r, sign);
		if (digits > sign) {
			*is_float = true;
			i = digits;
		}
	}
	return i;
}

static bool read_number(struct reader *r, size_t *at, struct gwt_json **out)
{
	bool is_float;
	size_t end = match_number(r, *at, &is_float);
	struct gwt_span token = gwt_span_slice(r->s, *at, end), digits;

	if (end == *at)
		return fail(r, "Expecting value", *at);
	*at = end;
	if (is_float) {
		*out = gwt_py_new_float(r->arena, gwt_py_to_double(token));
		return true;
	}
	if (!gwt_py_int(r->arena, token, &digits, &r->fault->message))
		return false;
	*out = gwt_json_new(r->arena, GWT_JSON_NUMBER);
	(*out)->text = digits;
	return true;
}

/* null, true, false, NaN, Infinity, -Infinity */
static bool read_word(struct reader *r, size_t *at, struct gwt_json **out)
{
	static const struct {
		const char *word;
		enum gwt_json_type type;
		double value;
	} words[] = {
		{ "null", GWT_JSON_NULL, 0 },
		{ "true", GWT_JSON_TRUE, 0 },
		{ "false", GWT_JSON_FALSE, 0 },
		{ "NaN", GWT_JSON_NUMBER, (double)NAN },
		{ "Infinity", GWT_JSON_NUMBER, (double)INFINITY },
		{ "-Infinity", GWT_JSON_NUMBER, -(double)INFINITY },
	};

	for (size_t i = 0; i < GWT_LEN(words); i++) {
		struct gwt_span word = gwt_span_of(words[i].word);

		if (!gwt_span_starts(gwt_span_slice(r->s, *at, r->s.len), word))
			continue;
		*at += word.len;
		*out = words[i].type == GWT_JSON_NUMBER ? gwt_py_new_float(r->arena, words[i].value)
							: gwt_json_new(r->arena, words[i].type);
		return true;
	}
	return false;
}

static bool read_value(struct reader *r, size_t *at, struct gwt_json **out)
{
	struct gwt_span text;

	if (at_char(r, *at, '{'))
		return read_object(r, at, out);
	if (at_char(r, *at, '['))
		return read_array(r, at, out);
	if (at_char(r, *at, '"')) {
		if (!read_string(r, at, &text))
			return false;
		*out = gwt_json_new(r->arena, GWT_JSON_STRING);
		(*out)->text = text;
		return true;
	}
	return read_word(r, at, out) || read_number(r, at, out);
}

bool gwt_py_json_read(struct gwt_arena *arena, struct gwt_span text, bool ordered, struct gwt_json **out,
		      struct gwt_py_json_fault *fault)
{
	struct reader r = { .arena = arena, .s = text, .ordered = ordered, .fault = fault };
	struct gwt_json *value;
	size_t at;

	*fault = (struct gwt_py_json_fault){ 0 };
	if (gwt_span_starts(text, GWT_SPAN("\xef\xbb\xbf")))
		return fail(&r, "Unexpected UTF-8 BOM (decode using utf-8-sig)", 0);
	at = skip_blanks(&r, 0);
	if (!read_value(&r, &at, &value))
		return false;
	at = skip_blanks(&r, at);
	if (at != text.len)
		return fail(&r, "Extra data", at);
	*out = value;
	return true;
}
