/*
 * text.c - checks and decodes JSON strings.
 */
#include "lib/json/text.h"

#include <stdio.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/scan.h"

bool gwt_json_refuse(struct gwt_json_problem *problem, enum gwt_json_fault fault, size_t offset,
		     const char *fmt, ...)
{
	va_list args;

	if (!problem)
		return false;
	problem->fault = fault;
	problem->offset = offset;
	va_start(args, fmt);
	vsnprintf(problem->detail, sizeof(problem->detail), fmt, args);
	va_end(args);
	return false;
}

/*
 * Well-formed sequences by their first byte: RFC 3629, 4. The range of the second byte excludes overlong
 * forms, surrogates and code points over U+10FFFF.
 */
static const struct utf8_row {
	unsigned char first, last, length, second_from, second_to;
} utf8_rows[] = {
	{ 0x00, 0x7f, 1, 0, 0 },       { 0xc2, 0xdf, 2, 0x80, 0xbf }, { 0xe0, 0xe0, 3, 0xa0, 0xbf },
	{ 0xe1, 0xec, 3, 0x80, 0xbf }, { 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf },
	{ 0xf0, 0xf0, 4, 0x90, 0xbf }, { 0xf1, 0xf3, 4, 0x80, 0xbf }, { 0xf4, 0xf4, 4, 0x80, 0x8f },
};

static bool is_sequence(const struct utf8_row *row, const unsigned char *p, size_t len)
{
	if (len < row->length)
		return false;
	if (row->length > 1 && (p[1] < row->second_from || p[1] > row->second_to))
		return false;
	for (size_t i = 2; i < row->length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return false;
	return true;
}

size_t gwt_json_utf8_length(struct gwt_span s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;

	if (s.len == 0)
		return 0;
	for (size_t i = 0; i < GWT_LEN(utf8_rows); i++)
		if (p[0] >= utf8_rows[i].first && p[0] <= utf8_rows[i].last)
			return is_sequence(&utf8_rows[i], p, s.len) ? utf8_rows[i].length : 0;
	return 0;
}

bool gwt_json_is_utf8(struct gwt_span s)
{
	size_t length;

	for (size_t i = 0; i < s.len; i += length) {
		length = gwt_json_utf8_length(gwt_span_slice(s, i, s.len));
		if (!length)
			return false;
	}
	return true;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The value of the four digits of a \u escape at p; -1 when one is not a digit. */
static int hex4(const char *p)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		int digit = hex_value(p[i]);

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

static bool is_high_surrogate(int unit)
{
	return unit >= 0xd800 && unit <= 0xdbff;
}

static bool is_low_surrogate(int unit)
{
	return unit >= 0xdc00 && unit <= 0xdfff;
}

static bool ends_early(struct gwt_span text, struct gwt_json_problem *problem)
{
	return gwt_json_refuse(problem, GWT_JSON_NOT_JSON, text.len, "the text ends inside a string");
}

/* Whether `s`, which may be cut, can be the escape of a low surrogate. */
static bool may_be_low_escape(struct gwt_span s)
{
	static const char *const allowed[] = { "\\", "u", "dD", "cdefCDEF" };

	for (size_t i = 0; i < s.len && i < 6; i++)
		if (i < 4 ? !s.ptr[i] || !strchr(allowed[i], s.ptr[i]) : hex_value(s.ptr[i]) < 0)
			return false;
	return true;
}

/* Check \uXXXX at `at`, with the low half if it begins a pair; returns the length, or 0. */
static size_t check_unicode_escape(struct gwt_span text, size_t at, struct gwt_json_problem *problem)
{
	struct gwt_span rest = gwt_span_slice(text, at + 6, text.len);
	int unit;

	for (size_t i = at + 2; i < at + 6; i++) {
		if (i == text.len)
			return ends_early(text, problem);
		if (hex_value(text.ptr[i]) < 0)
			return gwt_json_refuse(problem, GWT_JSON_NOT_JSON, i,
					       "\\u needs four hexadecimal digits");
	}
	unit = hex4(text.ptr + at + 2);
	if (is_low_surrogate(unit) || (is_high_surrogate(unit) && !may_be_low_escape(rest)))
		return gwt_json_refuse(problem, GWT_JSON_LONE_SURROGATE, at,
				       "\\u%04x is half of a surrogate pair", (unsigned)unit);
	if (!is_high_surrogate(unit))
		return 6;
	return rest.len >= 6 ? 12 : ends_early(text, problem);
}

/* Check the escape whose backslash is text[at]; returns its length, or 0. */
static size_t check_escape(struct gwt_span text, size_t at, struct gwt_json_problem *problem)
{
	if (at + 1 == text.len)
		return ends_early(text, problem);
	if (text.ptr[at + 1] == 'u')
		return check_unicode_escape(text, at, problem);
	if (text.ptr[at + 1] && strchr("\"\\/bfnrt", text.ptr[at + 1]))
		return 2;
	return gwt_json_refuse(problem, GWT_JSON_NOT_JSON, at + 1, "no such escape in a string");
}

/* Check a byte that is not plain, or the sequence that it begins; returns its length, or 0. */
static size_t check_special(struct gwt_span text, size_t at, struct gwt_json_problem *problem)
{
	unsigned char c = (unsigned char)text.ptr[at];
	size_t length;

	if (c == '\\')
		return check_escape(text, at, problem);
	if (c < 0x20)
		return gwt_json_refuse(problem, GWT_JSON_NOT_JSON, at, "control byte 0x%02x in a string", c);
	length = gwt_json_utf8_length(gwt_span_slice(text, at, text.len));
	if (!length)
		gwt_json_refuse(problem, GWT_JSON_INVALID_UTF8, at, "byte 0x%02x is not UTF-8 here", c);
	return length;
}

bool gwt_json_check_string(struct gwt_span text, size_t at, struct gwt_json_string *out,
			   struct gwt_json_problem *problem)
{
	size_t start = at + 1, length;

	out->escaped = false;
	for (at = start;; at += length) {
		at += gwt_json_ascii_run(text.ptr + at, text.len - at);
		if (at == text.len)
			return ends_early(text, problem);
		if (text.ptr[at] == '"')
			break;
		if (text.ptr[at] == '\\')
			out->escaped = true;
		length = check_special(text, at, problem);
		if (!length)
			return false;
	}
	out->raw = gwt_span_slice(text, start, at);
	out->end = at + 1;
	return true;
}

static char *put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		*out++ = (char)c;
	} else if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
		*out++ = (char)(0x80 | (c & 63));
	} else if (c < 0x10000) {
		*out++ = (char)(0xe0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 63));
		*out++ = (char)(0x80 | (c & 63));
	} else {
		*out++ = (char)(0xf0 | c >> 18);
		*out++ = (char)(0x80 | (c >> 12 & 63));
		*out++ = (char)(0x80 | (c >> 6 & 63));
		*out++ = (char)(0x80 | (c & 63));
	}
	return out;
}

static const char *decode_unicode(const char *p, char **out)
{
	uint32_t unit = (uint32_t)hex4(p + 2);

	if (is_high_surrogate((int)unit)) {
		unit = 0x10000 + ((unit - 0xd800) << 10) + ((uint32_t)hex4(p + 8) - 0xdc00);
		p += 6;
	}
	*out = put_utf8(*out, unit);
	return p + 6;
}

static const char *decode_escape(const char *p, char **out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *at = strchr(from, p[1]);

	if (p[1] == 'u')
		return decode_unicode(p, out);
	*(*out)++ = at ? to[at - from] : p[1];
	return p + 2;
}

struct gwt_span gwt_json_decode_string(struct gwt_arena *arena, const struct gwt_json_string *string)
{
	const char *p = string->raw.ptr, *end = p + string->raw.len;
	char *start, *out;

	if (!string->escaped)
		return string->raw;
	/* no escape is shorter than its decoded bytes */
	start = out = gwt_arena_bytes(arena, string->raw.len);
	while (p < end) {
		size_t run = gwt_span_find((struct gwt_span){ p, (size_t)(end - p) }, '\\');

		memcpy(out, p, run);
		out += run;
		p += run;
		if (p < end)
			p = decode_escape(p, &out);
	}
	return (struct gwt_span){ start, (size_t)(out - start) };
}
