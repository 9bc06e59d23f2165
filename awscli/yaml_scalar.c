/*
 * yaml_scalar.c - which YAML scalars are not strings, as ruamel.yaml's resolver (YAML 1.2) and safe
 * constructor say.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>

#include "awscli/output.h"
#include "awscli/yaml.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

#define MAX_DIGITS 1000

/* An exception whose message ends in the repr() of a text. */
static struct gwt_json *crash_quoting(struct gwt_aws_yaml_reader *r, const char *before, struct gwt_span text)
{
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_buf_add_text(&out, before);
	gwt_py_repr_text(&out, text);
	r->crash = gwt_arena_copy(r->arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return NULL;
}

/* Whether `s` holds only `digits` and '_', and at least one character. */
static bool is_digits(struct gwt_span s, const char *digits)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != '_' && !strchr(digits, s.ptr[i]))
			return false;
	return s.len > 0;
}

static struct gwt_span without_sign(struct gwt_span s)
{
	return s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+') ? gwt_span_slice(s, 1, s.len) : s;
}

/* Split an integer into the digits and the base for int(); false when the text is not an integer. */
static bool int_parts(struct gwt_span s, struct gwt_span *digits, int *base)
{
	static const struct {
		const char *prefix, *digits;
		int base;
	} rows[] = {
		{ "0b", "01", 2 },
		{ "0o", "01234567", 8 },
		{ "0x", "0123456789abcdefABCDEF", 16 },
		{ "", "0123456789", 10 },
	};

	s = without_sign(s);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		size_t skip = strlen(rows[i].prefix);

		if (!gwt_span_starts(s, gwt_span_of(rows[i].prefix)))
			continue;
		*digits = gwt_span_slice(s, skip, s.len);
		*base = rows[i].base;
		return is_digits(*digits, rows[i].digits);
	}
	return false;
}

/* The exact value in decimal digits, computed digit by digit. */
static bool to_decimal(struct gwt_aws_yaml_reader *r, struct gwt_span digits, int base, struct gwt_span *out)
{
	struct gwt_span value = GWT_SPAN("0");

	if (digits.len == 0 || digits.len > MAX_DIGITS) /* each digit costs as many additions as the base */
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		struct gwt_span sum = GWT_SPAN("0");
		char c = (char)tolower((unsigned char)digits.ptr[i]);
		int digit = isdigit((unsigned char)c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : base;

		if (digit >= base)
			return false;
		for (int k = 0; k < base; k++)
			sum = gwt_py_int_add(r->arena, sum, value);
		value = gwt_py_int_add(r->arena, sum, gwt_arena_printf(r->arena, "%d", digit));
	}
	*out = value;
	return true;
}

static struct gwt_span without_underscores(struct gwt_arena *arena, struct gwt_span text)
{
	char *plain = gwt_arena_bytes(arena, text.len);
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '_')
			plain[len++] = text.ptr[i];
	return (struct gwt_span){ plain, len };
}

/* int(text, base) */
static bool int_of(struct gwt_aws_yaml_reader *r, struct gwt_span text, struct gwt_span *out)
{
	static const struct {
		const char *prefix, *complaint;
		int base;
	} rows[] = { { "0b", "invalid literal for int() with base 2: ", 2 },
		     { "0o", "invalid literal for int() with base 8: ", 8 },
		     { "0x", "invalid literal for int() with base 16: ", 16 } };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span digits = gwt_span_slice(text, 2, text.len);

		if (!gwt_span_starts(text, gwt_span_of(rows[i].prefix)))
			continue;
		if (!to_decimal(r, digits, rows[i].base, out))
			crash_quoting(r, rows[i].complaint, digits);
		return !r->crash.ptr;
	}
	return gwt_py_int(r->arena, text, out, &r->crash);
}

static struct gwt_json *new_int(struct gwt_aws_yaml_reader *r, struct gwt_span text)
{
	struct gwt_span plain = without_underscores(r->arena, text), number = { 0 };
	struct gwt_json *value = gwt_json_new(r->arena, GWT_JSON_NUMBER);

	if (plain.len == 0)
		return gwt_aws_yaml_crash(r, "string index out of range");
	if (!int_of(r, without_sign(plain), &number))
		return NULL;
	if (plain.ptr[0] == '-')
		number = number.ptr[0] == '-'
				 ? gwt_span_slice(number, 1, number.len)
				 : gwt_arena_printf(r->arena, "-" GWT_SPAN_FMT, GWT_SPAN_ARG(number));
	value->text = gwt_py_int_add(r->arena, GWT_SPAN("0"), number); /* turns -0 into 0 */
	return value;
}

static size_t skip_set(const char *s, const char *set)
{
	return strspn(s, set);
}

/*
 * [-+]? digits . digits* exponent? | [-+]? digits exponent | [-+]? . digits+ exponent? with a sign in
 * it | [-+]? .inf | .nan
 */
static bool is_float(const char *s)
{
	const char *p = s + (*s == '-' || *s == '+');
	size_t whole = skip_set(p, "0123456789_"), fraction = 0, digits;
	bool dot, signed_exponent;

	if (strcmp(p, ".inf") == 0 || strcmp(p, ".Inf") == 0 || strcmp(p, ".INF") == 0)
		return true;
	if (strcmp(s, ".nan") == 0 || strcmp(s, ".NaN") == 0 || strcmp(s, ".NAN") == 0)
		return true;
	if (*p == '_')
		return false;
	p += whole;
	dot = *p == '.';
	if (dot) {
		fraction = skip_set(p + 1, "0123456789_");
		p += 1 + fraction;
	}
	if (whole == 0 && fraction == 0)
		return false;
	if (*p == 0)
		return dot;
	if (*p != 'e' && *p != 'E')
		return false;
	p++;
	signed_exponent = *p == '-' || *p == '+';
	p += signed_exponent;
	digits = skip_set(p, "0123456789");
	return digits > 0 && p[digits] == 0 && (whole > 0 || signed_exponent);
}

static struct gwt_json *new_float(struct gwt_aws_yaml_reader *r, struct gwt_span text)
{
	struct gwt_span plain = without_underscores(r->arena, text), rest;
	char *lower = gwt_arena_cstr(r->arena, plain);
	double sign, value;

	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	plain = gwt_span_of(lower);
	if (plain.len == 0)
		return gwt_aws_yaml_crash(r, "string index out of range");
	sign = plain.ptr[0] == '-' ? -1 : 1;
	rest = without_sign(plain);
	if (gwt_span_is(rest, ".inf"))
		value = (double)INFINITY;
	else if (gwt_span_is(rest, ".nan"))
		return gwt_py_new_float(r->arena, (double)NAN);
	else if (!gwt_py_float(rest, &value))
		return crash_quoting(r, "could not convert string to float: ", rest);
	return gwt_py_new_float(r->arena, sign * value);
}

static bool is_one_of(struct gwt_span s, const char *const *words)
{
	for (; *words; words++)
		if (gwt_span_is(s, *words))
			return true;
	return false;
}

static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
static const char *const trues[] = { "true", "True", "TRUE", NULL };
static const char *const falses[] = { "false", "False", "FALSE", NULL };
static const char *const specials[] = { "=", "<<", NULL }; /* their tags have no constructor */

static bool is_int(struct gwt_span text)
{
	struct gwt_span digits;
	int base;

	return text.ptr[0] != '_' && int_parts(text, &digits, &base);
}

bool gwt_aws_yaml_is_string(struct gwt_arena *arena, struct gwt_span text)
{
	const char *s = gwt_arena_cstr(arena, text);

	if (is_one_of(text, nulls) || is_one_of(text, trues) || is_one_of(text, falses) ||
	    is_one_of(text, specials))
		return false;
	return !is_int(text) && !is_float(s) && !gwt_aws_yaml_is_time(s);
}

struct gwt_json *gwt_aws_yaml_plain(struct gwt_aws_yaml_reader *r, struct gwt_span text)
{
	const char *s = gwt_arena_cstr(r->arena, text);

	if (is_one_of(text, nulls))
		return gwt_json_new(r->arena, GWT_JSON_NULL);
	if (is_one_of(text, specials))
		return NULL;
	if (is_one_of(text, trues) || is_one_of(text, falses))
		return gwt_json_new_bool(r->arena, is_one_of(text, trues));
	if (is_int(text))
		return new_int(r, text);
	if (is_float(s))
		return new_float(r, text);
	if (gwt_aws_yaml_is_time(s))
		return gwt_aws_yaml_time(r, s);
	return gwt_aws_yaml_text(r, text, GWT_PY_PLAIN);
}

static struct gwt_json *new_binary(struct gwt_aws_yaml_reader *r, struct gwt_span text)
{
	struct gwt_json *value = NULL;
	struct gwt_buf plain, bytes;

	gwt_buf_init(&plain, SIZE_MAX);
	gwt_buf_init(&bytes, SIZE_MAX);
	for (size_t i = 0; i < text.len; i++)
		if (!isspace((unsigned char)text.ptr[i]))
			gwt_buf_add_char(&plain, text.ptr[i]);
	if (gwt_buf_add_base64_decoded(&bytes, gwt_buf_span(&plain)))
		value = gwt_aws_yaml_text(r, bytes.len ? gwt_buf_span(&bytes) : GWT_SPAN(""), GWT_PY_BYTES);
	gwt_buf_release(&plain);
	gwt_buf_release(&bytes);
	return value;
}

static struct gwt_json *new_str(struct gwt_aws_yaml_reader *r, struct gwt_span text)
{
	return gwt_aws_yaml_text(r, text, GWT_PY_PLAIN);
}

static struct gwt_json *new_null(struct gwt_aws_yaml_reader *r, struct gwt_span text)
{
	(void)text;
	return gwt_json_new(r->arena, GWT_JSON_NULL);
}

static struct gwt_json *new_bool(struct gwt_aws_yaml_reader *r, struct gwt_span text)
{
	static const char *const yes[] = { "yes", "true", "on", "y", NULL }, *const no[] = { "no", "false",
											     "off", "n",
											     NULL };
	char *lower = gwt_arena_cstr(r->arena, text);

	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (is_one_of(gwt_span_of(lower), yes) || is_one_of(gwt_span_of(lower), no))
		return gwt_json_new_bool(r->arena, is_one_of(gwt_span_of(lower), yes));
	return crash_quoting(r, "", gwt_span_of(lower));
}

static struct gwt_json *new_time(struct gwt_aws_yaml_reader *r, struct gwt_span text)
{
	return gwt_aws_yaml_time(r, gwt_arena_cstr(r->arena, text));
}

struct gwt_json *gwt_aws_yaml_tagged(struct gwt_aws_yaml_reader *r, struct gwt_span kind,
				     struct gwt_span text)
{
	static const struct {
		const char *kind;
		struct gwt_json *(*make)(struct gwt_aws_yaml_reader *r, struct gwt_span text);
	} rows[] = { { "str", new_str },      { "null", new_null }, { "int", new_int },
		     { "float", new_float },  { "bool", new_bool }, { "timestamp", new_time },
		     { "binary", new_binary } };

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (gwt_span_is(kind, rows[i].kind))
			return rows[i].make(r, text);
	return NULL;
}
