/* number.c - int(), float(), repr(float) and exact integers. */
#include "awscli/pyval/pyval.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "awscli/pyval/unicode.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "lib/json/json.h"

/*
 * ASCII form of the text that int() and float() read: without blanks around it, and with ASCII digits for
 * those of any script. False when there is a character that neither accepts.
 */
static bool to_ascii(struct gwt_buf *out, struct gwt_span text)
{
	uint32_t cp;

	text = gwt_utf8_strip(text);
	for (size_t i = 0; i < text.len;) {
		int digit;

		i += gwt_utf8_get(text, i, &cp);
		digit = gwt_py_digit(cp);
		if (digit >= 0)
			gwt_buf_add_char(out, (char)('0' + digit));
		else if (cp < 0x80)
			gwt_buf_add_char(out, (char)cp);
		else
			return false;
	}
	return true;
}

/* Digits with single underscores between them; the underscores are dropped. */
static bool drop_underscores(struct gwt_span s, struct gwt_buf *out)
{
	for (size_t i = 0; i < s.len; i++) {
		bool after_digit = i > 0 && isdigit((unsigned char)s.ptr[i - 1]);
		bool before_digit = i + 1 < s.len && isdigit((unsigned char)s.ptr[i + 1]);

		if (s.ptr[i] != '_')
			gwt_buf_add_char(out, s.ptr[i]);
		else if (!after_digit || !before_digit)
			return false;
	}
	return true;
}

static bool all_digits(struct gwt_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isdigit((unsigned char)s.ptr[i]))
			return false;
	return s.len > 0;
}

static struct gwt_span strip_zeros(struct gwt_span digits)
{
	while (digits.len > 1 && digits.ptr[0] == '0')
		digits = gwt_span_slice(digits, 1, digits.len);
	return digits;
}

static struct gwt_span signed_digits(struct gwt_arena *arena, bool negative, struct gwt_span digits)
{
	digits = strip_zeros(digits);
	if (negative && !gwt_span_is(digits, "0"))
		return gwt_arena_printf(arena, "-" GWT_SPAN_FMT, GWT_SPAN_ARG(digits));
	return gwt_arena_copy(arena, digits);
}

#define MAX_REPR 200 /* characters of the repr() that int() quotes: "%.200R" */

static struct gwt_span invalid_literal(struct gwt_arena *arena, struct gwt_span text)
{
	static const char before[] = "invalid literal for int() with base 10: ";
	struct gwt_buf out;
	struct gwt_span message;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_buf_add_text(&out, before);
	gwt_py_repr_text(&out, text);
	message = gwt_buf_span(&out);
	message = gwt_span_slice(message, 0, gwt_utf8_offset(message, strlen(before) + MAX_REPR));
	message = gwt_arena_copy(arena, message);
	gwt_buf_release(&out);
	return message;
}

static struct gwt_span too_many_digits(struct gwt_arena *arena, size_t count)
{
	return gwt_arena_printf(
		arena,
		"Exceeds the limit (%d digits) for integer string conversion: value has %zu digits; "
		"use sys.set_int_max_str_digits() to increase the limit",
		GWT_PY_MAX_INT_DIGITS, count);
}

bool gwt_py_int(struct gwt_arena *arena, struct gwt_span text, struct gwt_span *out, struct gwt_span *message)
{
	struct gwt_buf ascii, digits;
	struct gwt_span s;
	bool negative, ok;

	gwt_buf_init(&ascii, SIZE_MAX);
	gwt_buf_init(&digits, SIZE_MAX);
	ok = to_ascii(&ascii, text);
	s = gwt_buf_span(&ascii);
	negative = s.len > 0 && s.ptr[0] == '-';
	if (s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+'))
		s = gwt_span_slice(s, 1, s.len);
	ok = ok && drop_underscores(s, &digits) && all_digits(gwt_buf_span(&digits));
	if (!ok)
		*message = invalid_literal(arena, text);
	else if (digits.len > GWT_PY_MAX_INT_DIGITS)
		*message = too_many_digits(arena, digits.len);
	else
		*out = signed_digits(arena, negative, gwt_buf_span(&digits));
	ok = ok && digits.len <= GWT_PY_MAX_INT_DIGITS;
	gwt_buf_release(&ascii);
	gwt_buf_release(&digits);
	return ok;
}

/* inf, infinity or nan, in any case, or digits [. digits] [e digits]; each may have a sign. */
static bool is_float_text(const char *s)
{
	static const char *const words[] = { "inf", "infinity", "nan" };
	size_t digits = 0;

	s += *s == '+' || *s == '-';
	for (size_t i = 0; i < GWT_LEN(words); i++)
		if (gwt_span_iis(gwt_span_of(s), words[i]))
			return true;
	for (; isdigit((unsigned char)*s); s++)
		digits++;
	if (*s == '.')
		for (s++; isdigit((unsigned char)*s); s++)
			digits++;
	if (digits == 0)
		return false;
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '+' || *s == '-';
		if (!isdigit((unsigned char)*s))
			return false;
		while (isdigit((unsigned char)*s))
			s++;
	}
	return *s == 0;
}

bool gwt_py_float(struct gwt_span text, double *out)
{
	struct gwt_buf ascii, plain;
	bool ok;

	gwt_buf_init(&ascii, SIZE_MAX);
	gwt_buf_init(&plain, SIZE_MAX);
	ok = to_ascii(&ascii, text) && drop_underscores(gwt_buf_span(&ascii), &plain) &&
	     strlen(gwt_buf_cstr(&plain)) == plain.len && is_float_text(gwt_buf_cstr(&plain));
	if (ok)
		*out = strtod(gwt_buf_cstr(&plain), NULL);
	gwt_buf_release(&ascii);
	gwt_buf_release(&plain);
	return ok;
}

/* Shortest "d.ddde±XX" that reads back as `value`. */
static void shortest(double value, char *text, size_t size)
{
	for (int precision = 0; precision < 17; precision++) {
		snprintf(text, size, "%.*e", precision, value);
		if (strtod(text, NULL) == value)
			return;
	}
}

/* "+16" or "-07", as printf() writes it. */
static int exponent_of(const char *text)
{
	uint64_t digits = 0;

	gwt_span_to_u64(gwt_span_of(text + 1), 999, &digits);
	return *text == '-' ? -(int)digits : (int)digits;
}

void gwt_py_float_repr(struct gwt_buf *out, double value)
{
	char text[40], digits[24]; /* of a double with 17 digits, a point and an exponent */
	size_t len = 0;
	int exponent;

	if (isnan(value) || isinf(value)) {
		gwt_buf_add_text(out, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
		return;
	}
	shortest(value, text, sizeof(text));
	if (text[0] == '-')
		gwt_buf_add_char(out, '-');
	exponent = exponent_of(strchr(text, 'e') + 1);
	for (const char *p = text; *p != 'e'; p++)
		if (isdigit((unsigned char)*p))
			digits[len++] = *p;
	while (len > 1 && digits[len - 1] == '0')
		len--;
	digits[len] = 0;
	if (exponent < -4 || exponent >= 16) {
		gwt_buf_add_char(out, digits[0]);
		if (len > 1)
			gwt_buf_printf(out, ".%s", digits + 1);
		gwt_buf_printf(out, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
		return;
	}
	if (exponent < 0)
		gwt_buf_printf(out, "0.%.*s", -exponent - 1, "0000");
	for (size_t i = 0; i < len || (int)i <= exponent; i++) {
		if (exponent >= 0 && (int)i == exponent + 1)
			gwt_buf_add_char(out, '.');
		gwt_buf_add_char(out, i < len ? digits[i] : '0');
	}
	if (exponent >= 0 && len <= (size_t)exponent + 1)
		gwt_buf_add_text(out, ".0");
}

double gwt_py_to_double(struct gwt_span token)
{
	struct gwt_buf text;
	double value;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_buf_add(&text, token);
	value = strtod(gwt_buf_cstr(&text), NULL);
	gwt_buf_release(&text);
	return value;
}

struct gwt_json *gwt_py_new_float(struct gwt_arena *arena, double value)
{
	struct gwt_json *json = gwt_json_new(arena, GWT_JSON_NUMBER);
	struct gwt_buf text;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_py_float_repr(&text, value);
	json->text = gwt_arena_copy(arena, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return json;
}

static bool cut_sign(struct gwt_span *s)
{
	bool negative = s->len > 0 && s->ptr[0] == '-';

	if (negative)
		*s = gwt_span_slice(*s, 1, s->len);
	return negative;
}

static int digits_cmp(struct gwt_span a, struct gwt_span b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return gwt_span_cmp(a, b);
}

int gwt_py_int_cmp(struct gwt_span a, struct gwt_span b)
{
	bool a_negative = cut_sign(&a), b_negative = cut_sign(&b);
	int order;

	if (a_negative != b_negative)
		return a_negative ? -1 : 1;
	order = digits_cmp(a, b);
	return a_negative ? -order : order;
}

/* |a| + |b|, or |a| - |b| with |a| >= |b|, digit by digit from the right. */
static struct gwt_span add_digits(struct gwt_arena *arena, struct gwt_span a, struct gwt_span b,
				  bool subtract)
{
	size_t len = (a.len > b.len ? a.len : b.len) + 1;
	char *sum = gwt_arena_bytes(arena, len);
	int carry = 0;

	for (size_t i = 0; i < len; i++) {
		int x = i < a.len ? a.ptr[a.len - 1 - i] - '0' : 0;
		int y = i < b.len ? b.ptr[b.len - 1 - i] - '0' : 0;
		int digit = subtract ? x - y - carry : x + y + carry;

		carry = subtract ? digit < 0 : digit > 9;
		sum[len - 1 - i] = (char)('0' + (digit + 10) % 10);
	}
	return strip_zeros((struct gwt_span){ sum, len });
}

struct gwt_span gwt_py_int_add(struct gwt_arena *arena, struct gwt_span a, struct gwt_span b)
{
	bool a_negative = cut_sign(&a), b_negative = cut_sign(&b);

	if (a_negative == b_negative)
		return signed_digits(arena, a_negative, add_digits(arena, a, b, false));
	if (digits_cmp(a, b) >= 0)
		return signed_digits(arena, a_negative, add_digits(arena, a, b, true));
	return signed_digits(arena, b_negative, add_digits(arena, b, a, true));
}
