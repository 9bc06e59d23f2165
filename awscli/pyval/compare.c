/* compare.c - order, truth and equality of values, as Python has them. */
#include <math.h>
#include <stdio.h>

#include "awscli/pyval/pyval.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

/* The digits of a finite double that is integral, exactly. */
static struct gwt_span integral_digits(double value, char *text, size_t size)
{
	return (struct gwt_span){ text, (size_t)snprintf(text, size, "%.0f", value) };
}

/* Compare an int with a float without rounding the int. */
static int int_float_cmp(struct gwt_span number, double value)
{
	char text[400]; /* the largest double has 309 digits before the point */
	int order;

	if (isinf(value))
		return value > 0 ? -1 : 1;
	order = gwt_py_int_cmp(number,
			       integral_digits(trunc(value) == 0 ? 0 : trunc(value), text, sizeof(text)));
	if (order != 0 || value == trunc(value))
		return order;
	return value > trunc(value) ? -1 : 1;
}

bool gwt_py_number_cmp(const struct gwt_json *a, const struct gwt_json *b, int *out)
{
	double x, y;

	if (gwt_py_is_int(a) && gwt_py_is_int(b)) {
		*out = gwt_py_int_cmp(a->text, b->text);
		return true;
	}
	x = gwt_py_to_double(a->text);
	y = gwt_py_to_double(b->text);
	if (isnan(x) || isnan(y))
		return false;
	if (gwt_py_is_int(a))
		*out = int_float_cmp(a->text, y);
	else if (gwt_py_is_int(b))
		*out = -int_float_cmp(b->text, x);
	else
		*out = (x > y) - (x < y);
	return true;
}

bool gwt_py_truth(const struct gwt_json *value)
{
	switch (value->type) {
	case GWT_JSON_NULL:
		return gwt_py_tag(value) == GWT_PY_OPAQUE;
	case GWT_JSON_FALSE:
		return false;
	case GWT_JSON_TRUE:
		return true;
	case GWT_JSON_NUMBER:
		return gwt_py_to_double(value->text) != 0;
	case GWT_JSON_STRING:
		return value->text.len > 0;
	default:
		return value->len > 0;
	}
}

static bool is_number(const struct gwt_json *value)
{
	return value->type == GWT_JSON_NUMBER || gwt_py_is_bool(value);
}

/* True and False are the ints 1 and 0. */
static struct gwt_json as_number(const struct gwt_json *value)
{
	struct gwt_json number = *value;

	if (!gwt_py_is_bool(value))
		return number;
	number.type = GWT_JSON_NUMBER;
	number.text = value->type == GWT_JSON_TRUE ? GWT_SPAN("1") : GWT_SPAN("0");
	return number;
}

static bool numbers_equal(const struct gwt_json *a, const struct gwt_json *b)
{
	struct gwt_json x = as_number(a), y = as_number(b);
	int order;

	return gwt_py_number_cmp(&x, &y, &order) && order == 0;
}

static bool arrays_equal(const struct gwt_json *a, const struct gwt_json *b)
{
	const struct gwt_json *y = b->child;

	for (const struct gwt_json *x = a->child; x; x = x->next, y = y->next)
		if (!gwt_py_equal(x, y))
			return false;
	return true;
}

static bool objects_equal(const struct gwt_json *a, const struct gwt_json *b)
{
	for (const struct gwt_json *x = a->child; x; x = x->next) {
		const struct gwt_json *y = gwt_json_get_span(b, x->name);

		if (!y || !gwt_py_equal(x, y))
			return false;
	}
	return true;
}

bool gwt_py_equal(const struct gwt_json *a, const struct gwt_json *b)
{
	if (is_number(a) && is_number(b))
		return numbers_equal(a, b);
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case GWT_JSON_STRING:
		return (gwt_py_tag(a) == gwt_py_tag(b)) && gwt_span_eq(a->text, b->text);
	case GWT_JSON_ARRAY:
		return a->len == b->len && arrays_equal(a, b);
	case GWT_JSON_OBJECT:
		return a->len == b->len && objects_equal(a, b);
	default:
		return gwt_py_tag(a) == gwt_py_tag(b) && a->text.ptr == b->text.ptr;
	}
}
