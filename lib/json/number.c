/*
 * number.c - writes a number token in ECMAScript's layout, with its exact value.
 *
 * A token is split into the digits of d.ddd and the power of ten after them: E + shift, where E is the
 * token's exponent (text of any length) and `shift` depends on the place of its first digit that is not 0.
 * Layout: ECMA-262, Number::toString, over all digits instead of the shortest that round-trip.
 */
#include "lib/json/number.h"

#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/write.h"

enum { SMALL_EXPONENT_DIGITS = 18 }; /* fits int64_t with room for any shift */

struct decimal {
	bool negative;
	struct gwt_span whole, fraction; /* digits before and after the point */
	struct gwt_span exponent;        /* without leading zeros */
	bool exponent_negative;
	/* indexes of the significant digits in whole + fraction; `last` is one after them */
	size_t first, last;
};

static char digit_at(const struct decimal *d, size_t i)
{
	return i < d->whole.len ? d->whole.ptr[i] : d->fraction.ptr[i - d->whole.len];
}

static struct gwt_span without_leading_zeros(struct gwt_span digits)
{
	while (digits.len && digits.ptr[0] == '0')
		digits = gwt_span_slice(digits, 1, digits.len);
	return digits;
}

static void split_exponent(struct gwt_span token, size_t at, struct decimal *d)
{
	struct gwt_span exponent = gwt_span_slice(token, at + 1, token.len);

	if (exponent.len && (exponent.ptr[0] == '-' || exponent.ptr[0] == '+')) {
		d->exponent_negative = exponent.ptr[0] == '-';
		exponent = gwt_span_slice(exponent, 1, exponent.len);
	}
	d->exponent = without_leading_zeros(exponent);
}

static struct decimal take_apart(struct gwt_span token)
{
	struct decimal d = { .negative = token.len && token.ptr[0] == '-' };
	size_t start = d.negative, e = start, point;

	while (e < token.len && (token.ptr[e] | 0x20) != 'e')
		e++;
	point = start + gwt_span_find(gwt_span_slice(token, start, e), '.');
	d.whole = gwt_span_slice(token, start, point);
	d.fraction = gwt_span_slice(token, point + 1, e);
	split_exponent(token, e, &d);
	d.last = d.whole.len + d.fraction.len;
	while (d.first < d.last && digit_at(&d, d.first) == '0')
		d.first++;
	while (d.last > d.first && digit_at(&d, d.last - 1) == '0')
		d.last--;
	return d;
}

/* Append the digits [from, to) of whole + fraction. */
static void add_digits(struct gwt_buf *out, const struct decimal *d, size_t from, size_t to)
{
	size_t split = d->whole.len;

	if (from < split)
		gwt_buf_add(out, gwt_span_slice(d->whole, from, to));
	if (to > split)
		gwt_buf_add(out, gwt_span_slice(d->fraction, from > split ? from - split : 0, to - split));
}

static void add_zeros(struct gwt_buf *out, size_t count)
{
	while (count--)
		gwt_buf_add_char(out, '0');
}

/* Add `shift`, which has the smaller magnitude, to the exponent's digits, digit by digit. */
static void add_big_exponent(struct gwt_buf *out, struct gwt_span digits, int64_t shift)
{
	char *sum = gwt_buf_reserve(out, digits.len + 1);
	struct gwt_span text;
	int64_t carry = shift;

	if (!sum)
		return;
	for (size_t i = digits.len; i-- > 0;) {
		int64_t value = digits.ptr[i] - '0' + carry;
		int64_t digit = (value % 10 + 10) % 10;

		sum[i + 1] = (char)('0' + digit);
		carry = (value - digit) / 10;
	}
	sum[0] = (char)('0' + carry);
	text = without_leading_zeros((struct gwt_span){ sum, digits.len + 1 });
	memmove(sum, text.ptr, text.len);
	out->len += text.len;
}

/* Write d.ddde+X; X is *exponent, or, when that is NULL, the token's exponent plus `shift`. */
static void add_scientific(struct gwt_buf *out, const struct decimal *d, const int64_t *exponent,
			   int64_t shift)
{
	add_digits(out, d, d->first, d->first + 1);
	if (d->last > d->first + 1) {
		gwt_buf_add_char(out, '.');
		add_digits(out, d, d->first + 1, d->last);
	}
	gwt_buf_add_char(out, 'e');
	if (exponent) {
		gwt_buf_printf(out, "%+lld", (long long)*exponent);
		return;
	}
	gwt_buf_add_char(out, d->exponent_negative ? '-' : '+');
	add_big_exponent(out, d->exponent, d->exponent_negative ? -shift : shift);
}

/* `n` is the n of ECMA-262: the value is 0.ddd times ten to the n. */
static void add_small(struct gwt_buf *out, const struct decimal *d, int64_t n)
{
	size_t count = d->last - d->first, before = n > 0 ? (size_t)n : 0;
	int64_t exponent = n - 1;

	if (n <= -6 || n > 21) {
		add_scientific(out, d, &exponent, 0);
	} else if (n <= 0) {
		gwt_buf_add_text(out, "0.");
		add_zeros(out, (size_t)-n);
		add_digits(out, d, d->first, d->last);
	} else if (count <= before) {
		add_digits(out, d, d->first, d->last);
		add_zeros(out, before - count);
	} else {
		add_digits(out, d, d->first, d->first + before);
		gwt_buf_add_char(out, '.');
		add_digits(out, d, d->first + before, d->last);
	}
}

static int64_t small_exponent(const struct decimal *d)
{
	int64_t value = 0;

	for (size_t i = 0; i < d->exponent.len; i++)
		value = value * 10 + (d->exponent.ptr[i] - '0');
	return d->exponent_negative ? -value : value;
}

/*
 * Whether a token is like most numbers: an integer without exponent, short enough to be written with
 * all digits.
 */
static bool is_canonical_integer(struct gwt_span token)
{
	size_t start = token.len && token.ptr[0] == '-';

	if (token.len - start > 21 || token.len == start || (start && token.ptr[1] == '0'))
		return false;
	for (size_t i = start; i < token.len; i++)
		if (token.ptr[i] < '0' || token.ptr[i] > '9')
			return false;
	return true;
}

void gwt_json_write_number(struct gwt_buf *out, struct gwt_span token)
{
	struct decimal d;
	int64_t shift;

	if (is_canonical_integer(token)) {
		gwt_buf_add(out, token);
		return;
	}
	d = take_apart(token);
	if (d.first == d.last) {
		gwt_buf_add_char(out, '0');
		return;
	}
	if (d.negative)
		gwt_buf_add_char(out, '-');
	shift = (int64_t)d.whole.len - 1 - (int64_t)d.first;
	if (d.exponent.len <= SMALL_EXPONENT_DIGITS)
		add_small(out, &d, small_exponent(&d) + shift + 1);
	else
		add_scientific(out, &d, NULL, shift);
}

bool gwt_json_same_number(struct gwt_span a, struct gwt_span b)
{
	struct gwt_buf one, two;
	bool same;

	if (gwt_span_eq(a, b))
		return true;
	gwt_buf_init(&one, SIZE_MAX);
	gwt_buf_init(&two, SIZE_MAX);
	gwt_json_write_number(&one, a);
	gwt_json_write_number(&two, b);
	same = gwt_span_eq(gwt_buf_span(&one), gwt_buf_span(&two));
	gwt_buf_release(&one);
	gwt_buf_release(&two);
	return same;
}

/* Write the digits of an integer that has at most 20 digits; false for any other value. */
static bool integer_digits(const struct gwt_json *json, struct gwt_buf *out)
{
	if (!gwt_json_is(json, GWT_JSON_NUMBER))
		return false;
	gwt_json_write_number(out, json->text);
	return !out->over;
}

bool gwt_json_to_u64(const struct gwt_json *json, uint64_t max, uint64_t *out)
{
	struct gwt_buf digits;
	bool ok;

	gwt_buf_init(&digits, 21);
	ok = integer_digits(json, &digits) && gwt_span_to_u64(gwt_buf_span(&digits), max, out);
	gwt_buf_release(&digits);
	return ok;
}

bool gwt_json_to_i64(const struct gwt_json *json, int64_t *out)
{
	struct gwt_buf digits;
	struct gwt_span text;
	uint64_t magnitude = 0;
	bool ok, negative;

	gwt_buf_init(&digits, 21);
	ok = integer_digits(json, &digits);
	text = gwt_buf_span(&digits);
	negative = text.len && text.ptr[0] == '-';
	ok = ok && gwt_span_to_u64(gwt_span_slice(text, negative, text.len), (uint64_t)INT64_MAX + negative,
				   &magnitude);
	if (ok)
		*out = negative ? -(int64_t)(magnitude - 1) - 1 : (int64_t)magnitude;
	gwt_buf_release(&digits);
	return ok;
}
