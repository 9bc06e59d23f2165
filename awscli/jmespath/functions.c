/* functions.c - the built-in functions: a table of names, argument types and bodies. */
#include "awscli/jmespath/ast.h"

#include <math.h>
#include <stdlib.h>

#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

/* Types that an argument may have; 0: any. */
enum {
	T_NULL = 1 << 0,
	T_BOOLEAN = 1 << 1,
	T_NUMBER = 1 << 2,
	T_STRING = 1 << 3,
	T_ARRAY = 1 << 4,
	T_OBJECT = 1 << 5,
	T_EXPREF = 1 << 6,
};

struct parameter {
	unsigned types;
	unsigned items[2]; /* for arrays: the types of their items; the first item decides between two */
	const char *text;  /* the types as a message lists them */
};

#define ANY                                                                                                  \
	{                                                                                                    \
		0, { 0 }, ""                                                                                 \
	}
#define NUMBER                                                                                               \
	{                                                                                                    \
		T_NUMBER, { 0 }, "['number']"                                                                \
	}
#define STRING                                                                                               \
	{                                                                                                    \
		T_STRING, { 0 }, "['string']"                                                                \
	}
#define ARRAY                                                                                                \
	{                                                                                                    \
		T_ARRAY, { 0 }, "['array']"                                                                  \
	}
#define OBJECT                                                                                               \
	{                                                                                                    \
		T_OBJECT, { 0 }, "['object']"                                                                \
	}
#define EXPREF                                                                                               \
	{                                                                                                    \
		T_EXPREF, { 0 }, "['expref']"                                                                \
	}
#define NUMBERS                                                                                              \
	{                                                                                                    \
		T_ARRAY, { T_NUMBER }, "['array-number']"                                                    \
	}
#define STRINGS                                                                                              \
	{                                                                                                    \
		T_ARRAY, { T_STRING }, "['array-string']"                                                    \
	}
#define NUMBERS_STRINGS                                                                                      \
	{                                                                                                    \
		T_ARRAY, { T_NUMBER, T_STRING }, "['array-number', 'array-string']"                          \
	}
#define STRINGS_NUMBERS                                                                                      \
	{                                                                                                    \
		T_ARRAY, { T_STRING, T_NUMBER }, "['array-string', 'array-number']"                          \
	}
#define ARRAY_STRING                                                                                         \
	{                                                                                                    \
		T_ARRAY | T_STRING, { 0 }, "['array', 'string']"                                             \
	}
#define HAS_LENGTH                                                                                           \
	{                                                                                                    \
		T_STRING | T_ARRAY | T_OBJECT, { 0 }, "['string', 'array', 'object']"                        \
	}

static unsigned type_of(const struct gwt_json *value)
{
	static const unsigned types[] = {
		[GWT_JSON_NULL] = T_NULL,     [GWT_JSON_FALSE] = T_BOOLEAN, [GWT_JSON_TRUE] = T_BOOLEAN,
		[GWT_JSON_NUMBER] = T_NUMBER, [GWT_JSON_STRING] = T_STRING, [GWT_JSON_ARRAY] = T_ARRAY,
		[GWT_JSON_OBJECT] = T_OBJECT,
	};

	return gwt_py_tag(value) == GWT_PY_OPAQUE ? T_EXPREF : types[value->type];
}

static const char *type_word(const struct gwt_json *value)
{
	switch (type_of(value)) {
	case T_NULL:
		return "null";
	case T_BOOLEAN:
		return "boolean";
	case T_NUMBER:
		return "number";
	case T_STRING:
		return "string";
	case T_ARRAY:
		return "array";
	case T_OBJECT:
		return "object";
	default:
		return "expref";
	}
}

static bool type_error(struct jm_run *run, struct gwt_span function, const struct gwt_json *value,
		       const char *types, const char *received)
{
	struct gwt_buf text;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_py_str(&text, value);
	jm_fail(run,
		"In function " GWT_SPAN_FMT
		"(), invalid type for value: %s, expected one of: %s, received: \"%s\"",
		GWT_SPAN_ARG(function), gwt_buf_cstr(&text), types, received);
	gwt_buf_release(&text);
	return false;
}

static bool check_items(struct jm_run *run, struct gwt_span function, const struct parameter *p,
			const struct gwt_json *array)
{
	unsigned allowed = p->items[0];

	if (p->items[1] && array->child && type_of(array->child) == p->items[1])
		allowed = p->items[1];
	for (const struct gwt_json *item = array->child; item; item = item->next)
		if (!(type_of(item) & allowed))
			return type_error(run, function, item, p->text, gwt_py_type_name(item));
	return true;
}

static bool check(struct jm_run *run, struct gwt_span function, const struct parameter *p,
		  const struct gwt_json *value)
{
	if (!p->types)
		return true;
	if (!(type_of(value) & p->types))
		return type_error(run, function, value, p->text, type_word(value));
	return !p->items[0] || check_items(run, function, p, value);
}

static struct gwt_json *new_text(struct jm_run *run, struct gwt_buf *text)
{
	struct gwt_json *value = gwt_json_new(run->arena, GWT_JSON_STRING);

	value->text = gwt_arena_copy(run->arena, text->len ? gwt_buf_span(text) : GWT_SPAN(""));
	gwt_buf_release(text);
	return value;
}

static struct gwt_json *new_int(struct jm_run *run, struct gwt_span digits)
{
	struct gwt_json *value = gwt_json_new(run->arena, GWT_JSON_NUMBER);

	value->text = digits;
	return value;
}

typedef bool (*body)(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out);

static bool f_abs(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	struct gwt_span token = args[0]->text;

	(void)count;
	if (token.ptr[0] == '-')
		token = gwt_span_slice(token, 1, token.len);
	*out = new_int(run, token);
	return true;
}

/* sum(): exact while the numbers are ints; from the first float on, doubles are added in order. */
static bool sum(struct jm_run *run, const struct gwt_json *array, struct gwt_json **out)
{
	struct gwt_span whole = GWT_SPAN("0");
	const struct gwt_json *item = array->child;
	double total;

	for (; item && gwt_py_is_int(item); item = item->next)
		whole = gwt_py_int_add(run->arena, whole, item->text);
	if (!item) {
		*out = new_int(run, whole);
		return true;
	}
	total = gwt_py_to_double(whole);
	for (; item; item = item->next)
		total += gwt_py_to_double(item->text);
	*out = gwt_py_new_float(run->arena, total);
	return true;
}

static bool f_sum(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	(void)count;
	return sum(run, args[0], out);
}

static bool f_avg(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	double total;

	(void)count;
	*out = jm_null(run->arena);
	if (args[0]->len == 0)
		return true;
	if (!sum(run, args[0], out))
		return false;
	total = gwt_py_to_double((*out)->text);
	if (gwt_py_is_int(*out) && isinf(total))
		return jm_fail(run, "int too large to convert to float");
	*out = gwt_py_new_float(run->arena, total / (double)args[0]->len);
	return true;
}

/* math.ceil() and math.floor() return ints of any size. */
static bool to_integral(struct jm_run *run, const struct gwt_json *number, double (*rounding)(double),
			struct gwt_json **out)
{
	double value;

	if (gwt_py_is_int(number)) {
		*out = new_int(run, number->text);
		return true;
	}
	value = rounding(gwt_py_to_double(number->text));
	if (isnan(value))
		return jm_fail(run, "cannot convert float NaN to integer");
	if (isinf(value))
		return jm_fail(run, "cannot convert float infinity to integer");
	*out = new_int(run, gwt_arena_printf(run->arena, "%.0f", value == 0 ? 0 : value));
	return true;
}

static bool f_ceil(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	(void)count;
	return to_integral(run, args[0], ceil, out);
}

static bool f_floor(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	(void)count;
	return to_integral(run, args[0], floor, out);
}

static bool f_not_null(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	*out = jm_null(run->arena);
	for (size_t i = 0; i < count; i++)
		if (!jm_is_null(args[i])) {
			*out = args[i];
			break;
		}
	return true;
}

static bool f_to_array(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	(void)count;
	*out = args[0];
	if (args[0]->type == GWT_JSON_ARRAY)
		return true;
	*out = gwt_json_new(run->arena, GWT_JSON_ARRAY);
	gwt_json_append(*out, jm_share(run->arena, args[0]));
	return true;
}

static bool f_to_string(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	static const struct gwt_py_dumps compact = { .ascii = true, .comma = ",", .colon = ":" };
	struct gwt_buf text;

	(void)count;
	*out = args[0];
	if (gwt_py_is_str(args[0]))
		return true;
	gwt_buf_init(&text, SIZE_MAX);
	if (!gwt_py_json_write(&text, args[0], &compact)) {
		gwt_buf_release(&text);
		return jm_fail(run, "an expression reference has no text");
	}
	*out = new_text(run, &text);
	return true;
}

static bool f_to_number(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	struct gwt_span digits, message;
	double value;

	(void)count;
	*out = jm_null(run->arena);
	if (args[0]->type == GWT_JSON_NUMBER)
		*out = args[0];
	else if (type_of(args[0]) == T_EXPREF)
		return jm_fail(run,
			       "int() argument must be a string, a bytes-like object or a real number, not "
			       "'_Expression'");
	else if (args[0]->type != GWT_JSON_STRING)
		return true;
	else if (gwt_py_int(run->arena, args[0]->text, &digits, &message))
		*out = new_int(run, digits);
	else if (gwt_py_float(args[0]->text, &value))
		*out = gwt_py_new_float(run->arena, value);
	return true;
}

static bool f_contains(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	bool found = false;

	(void)count;
	if (args[0]->type == GWT_JSON_STRING) {
		if (!gwt_py_is_str(args[1]))
			return jm_fail(run, "'in <string>' requires string as left operand, not %s",
				       gwt_py_type_name(args[1]));
		found = args[1]->text.len == 0 ||
			gwt_span_find_span(args[0]->text, args[1]->text) < args[0]->text.len;
	} else {
		for (const struct gwt_json *item = args[0]->child; item && !found; item = item->next)
			found = gwt_py_equal(item, args[1]);
	}
	*out = gwt_json_new_bool(run->arena, found);
	return true;
}

static bool f_length(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	size_t len = args[0]->type == GWT_JSON_STRING ? gwt_utf8_len(args[0]->text) : args[0]->len;

	(void)count;
	*out = gwt_json_new_number(run->arena, (int64_t)len);
	return true;
}

static bool f_ends_with(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	(void)count;
	*out = gwt_json_new_bool(run->arena, gwt_span_ends(args[0]->text, args[1]->text));
	return true;
}

static bool f_starts_with(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	(void)count;
	*out = gwt_json_new_bool(run->arena, gwt_span_starts(args[0]->text, args[1]->text));
	return true;
}

static struct gwt_json *reverse_text(struct jm_run *run, struct gwt_span text)
{
	struct gwt_json *value = gwt_json_new(run->arena, GWT_JSON_STRING);
	char *bytes = gwt_arena_bytes(run->arena, text.len + 1);
	size_t end = text.len, len;
	uint32_t cp;

	for (size_t i = 0; i < text.len; i += len) {
		len = gwt_utf8_get(text, i, &cp);
		end -= len;
		gwt_copy(bytes + end, text.ptr + i, len);
	}
	value->text = (struct gwt_span){ bytes, text.len };
	return value;
}

static const struct gwt_json **items_of(struct jm_run *run, const struct gwt_json *array)
{
	const struct gwt_json **items = gwt_arena_array(run->arena, const struct gwt_json *, array->len + 1);
	size_t i = 0;

	for (const struct gwt_json *item = array->child; item; item = item->next)
		items[i++] = item;
	return items;
}

static bool f_reverse(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	const struct gwt_json **items;

	(void)count;
	if (args[0]->type == GWT_JSON_STRING) {
		*out = reverse_text(run, args[0]->text);
		return true;
	}
	items = items_of(run, args[0]);
	*out = gwt_json_new(run->arena, GWT_JSON_ARRAY);
	for (size_t i = args[0]->len; i > 0; i--)
		gwt_json_append(*out, jm_share(run->arena, items[i - 1]));
	return true;
}

static bool f_join(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	struct gwt_buf text;

	(void)count;
	gwt_buf_init(&text, SIZE_MAX);
	for (const struct gwt_json *item = args[1]->child; item; item = item->next) {
		if (item != args[1]->child)
			gwt_buf_add(&text, args[0]->text);
		gwt_buf_add(&text, item->text);
	}
	*out = new_text(run, &text);
	return true;
}

static bool apply(struct jm_run *run, const struct gwt_json *expref, const struct gwt_json *value,
		  struct gwt_json **out)
{
	return jm_eval(run, (const struct jm_node *)(const void *)expref->text.ptr, value, out);
}

static bool f_map(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	struct gwt_json *item;

	(void)count;
	*out = gwt_json_new(run->arena, GWT_JSON_ARRAY);
	for (const struct gwt_json *element = args[1]->child; element; element = element->next) {
		if (!apply(run, args[0], element, &item))
			return false;
		gwt_json_append(*out, jm_share(run->arena, item));
	}
	return true;
}

static void merge_members(struct jm_run *run, const struct gwt_json *from, struct gwt_json *into)
{
	for (const struct gwt_json *member = from->child; member; member = member->next)
		gwt_json_set(run->arena, into, member->name, jm_share(run->arena, member));
}

/* merge() checks the type of its first argument only. The others are treated as dict.update() does. */
static bool merge_other(struct jm_run *run, const struct gwt_json *from, struct gwt_json *into)
{
	size_t i = 0;

	if (from->type == GWT_JSON_STRING && from->text.len > 0)
		return jm_fail(run, "dictionary update sequence element #0 has length 1; 2 is required");
	if (from->type != GWT_JSON_STRING && from->type != GWT_JSON_ARRAY)
		return jm_fail(run, "'%s' object is not iterable", gwt_py_type_name(from));
	for (const struct gwt_json *pair = from->child; pair; pair = pair->next, i++) {
		size_t len = pair->type == GWT_JSON_STRING ? gwt_utf8_len(pair->text) : pair->len;

		if (!(type_of(pair) & (T_STRING | T_ARRAY | T_OBJECT)))
			return jm_fail(run,
				       "cannot convert dictionary update sequence element #%zu to a sequence",
				       i);
		if (len != 2)
			return jm_fail(
				run, "dictionary update sequence element #%zu has length %zu; 2 is required",
				i, len);
		if (pair->type != GWT_JSON_ARRAY || !gwt_py_is_str(pair->child))
			return jm_fail(run, "a pair to merge is not an array that begins with a string");
		gwt_json_set(run->arena, into, pair->child->text, jm_share(run->arena, pair->last));
	}
	return true;
}

static bool f_merge(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	*out = gwt_json_new(run->arena, GWT_JSON_OBJECT);
	for (size_t i = 0; i < count; i++) {
		if (args[i]->type == GWT_JSON_OBJECT)
			merge_members(run, args[i], *out);
		else if (!merge_other(run, args[i], *out))
			return false;
	}
	return true;
}

static bool f_keys(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	(void)count;
	*out = gwt_json_new(run->arena, GWT_JSON_ARRAY);
	for (const struct gwt_json *member = args[0]->child; member; member = member->next)
		gwt_json_append(*out, gwt_json_new_string(run->arena, member->name));
	return true;
}

static bool f_values(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	(void)count;
	*out = gwt_json_new(run->arena, GWT_JSON_ARRAY);
	for (const struct gwt_json *member = args[0]->child; member; member = member->next)
		gwt_json_append(*out, jm_share(run->arena, member));
	return true;
}

static bool f_type(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	(void)count;
	*out = type_of(args[0]) == T_EXPREF
		       ? jm_null(run->arena)
		       : gwt_json_new_string(run->arena, gwt_span_of(type_word(args[0])));
	return true;
}

/* An item and the key that it is ordered by. */
struct keyed {
	const struct gwt_json *item, *key;
};

static bool not_ordered(struct jm_run *run, const char *sign, const struct gwt_json *a,
			const struct gwt_json *b)
{
	return jm_fail(run, "'%s' not supported between instances of '%s' and '%s'", sign,
		       gwt_py_type_name(a), gwt_py_type_name(b));
}

/* Stable merge sort; like list.sort() it uses only `<`. */
static void merge_sort(struct keyed *items, struct keyed *scratch, size_t len)
{
	size_t half = len / 2, i = 0, j = half, k = 0;
	bool comparable;

	if (len < 2)
		return;
	merge_sort(items, scratch, half);
	merge_sort(items + half, scratch, len - half);
	while (i < half && j < len)
		scratch[k++] = jm_less(items[j].key, items[i].key, &comparable) ? items[j++] : items[i++];
	while (i < half)
		scratch[k++] = items[i++];
	while (j < len)
		scratch[k++] = items[j++];
	gwt_copy(items, scratch, len * sizeof(*items));
}

static struct gwt_json *sorted(struct jm_run *run, struct keyed *items, size_t len)
{
	struct gwt_json *out = gwt_json_new(run->arena, GWT_JSON_ARRAY);

	merge_sort(items, gwt_arena_array(run->arena, struct keyed, len + 1), len);
	for (size_t i = 0; i < len; i++)
		gwt_json_append(out, jm_share(run->arena, items[i].item));
	return out;
}

/* Each item as its own key. */
static struct keyed *by_itself(struct jm_run *run, const struct gwt_json *array)
{
	struct keyed *items = gwt_arena_array(run->arena, struct keyed, array->len + 1);
	size_t i = 0;

	for (const struct gwt_json *item = array->child; item; item = item->next)
		items[i++] = (struct keyed){ item, item };
	return items;
}

/* Evaluate `expref` on an item to get its key, which must be of `types`. */
static bool key_of(struct jm_run *run, const char *function, const struct gwt_json *expref, unsigned types,
		   struct keyed *item)
{
	struct gwt_json *key;

	if (!apply(run, expref, item->item, &key))
		return false;
	item->key = key;
	if (type_of(key) & types)
		return true;
	return type_error(run, gwt_span_of(function), key,
			  types == (T_NUMBER | T_STRING) ? "['number', 'string']"
			  : types == T_STRING            ? "['string']"
							 : "['number']",
			  type_word(key));
}

static bool f_sort(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	(void)count;
	*out = sorted(run, by_itself(run, args[0]), args[0]->len);
	return true;
}

/* The first item's key is a string or a number, and all keys must be of its type. */
static bool f_sort_by(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	struct keyed *items = by_itself(run, args[0]);
	struct gwt_json *key;

	(void)count;
	*out = args[0];
	if (args[0]->len == 0)
		return true;
	if (!apply(run, args[1], args[0]->child, &key))
		return false;
	if (!(type_of(key) & (T_STRING | T_NUMBER)))
		return type_error(run, GWT_SPAN("sort_by"), args[0]->child, "['string', 'number']",
				  type_word(key));
	for (size_t i = 0; i < args[0]->len; i++)
		if (!key_of(run, "sort_by", args[1], type_of(key), &items[i]))
			return false;
	*out = sorted(run, items, args[0]->len);
	return true;
}

/* The first of the largest or smallest items; `function` is the caller's name if there is an `expref`. */
static bool extreme(struct jm_run *run, const char *function, const struct gwt_json *array,
		    const struct gwt_json *expref, bool largest, struct gwt_json **out)
{
	struct keyed *items = by_itself(run, array), *best = items;
	bool comparable, better;

	*out = jm_null(run->arena);
	for (struct keyed *item = items; item < items + array->len; item++) {
		if (expref && !key_of(run, function, expref, T_NUMBER | T_STRING, item))
			return false;
		better = largest ? jm_less(best->key, item->key, &comparable)
				 : jm_less(item->key, best->key, &comparable);
		if (!comparable)
			return not_ordered(run, largest ? ">" : "<", item->key, best->key);
		if (better)
			best = item;
	}
	if (array->len)
		*out = jm_share(run->arena, best->item);
	return true;
}

static bool f_max(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	(void)count;
	return extreme(run, "max", args[0], NULL, true, out);
}

static bool f_min(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	(void)count;
	return extreme(run, "min", args[0], NULL, false, out);
}

static bool f_max_by(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	(void)count;
	return extreme(run, "max_by", args[0], args[1], true, out);
}

static bool f_min_by(struct jm_run *run, struct gwt_json **args, size_t count, struct gwt_json **out)
{
	(void)count;
	return extreme(run, "min_by", args[0], args[1], false, out);
}

static const struct function {
	const char *name;
	body body;
	size_t count;
	bool variadic;
	struct parameter parameters[2];
} functions[] = {
	{ "abs", f_abs, 1, false, { NUMBER } },
	{ "avg", f_avg, 1, false, { NUMBERS } },
	{ "ceil", f_ceil, 1, false, { NUMBER } },
	{ "contains", f_contains, 2, false, { ARRAY_STRING, ANY } },
	{ "ends_with", f_ends_with, 2, false, { STRING, STRING } },
	{ "floor", f_floor, 1, false, { NUMBER } },
	{ "join", f_join, 2, false, { STRING, STRINGS } },
	{ "keys", f_keys, 1, false, { OBJECT } },
	{ "length", f_length, 1, false, { HAS_LENGTH } },
	{ "map", f_map, 2, false, { EXPREF, ARRAY } },
	{ "max", f_max, 1, false, { NUMBERS_STRINGS } },
	{ "max_by", f_max_by, 2, false, { ARRAY, EXPREF } },
	{ "merge", f_merge, 1, true, { OBJECT } },
	{ "min", f_min, 1, false, { NUMBERS_STRINGS } },
	{ "min_by", f_min_by, 2, false, { ARRAY, EXPREF } },
	{ "not_null", f_not_null, 1, true, { ANY } },
	{ "reverse", f_reverse, 1, false, { ARRAY_STRING } },
	{ "sort", f_sort, 1, false, { STRINGS_NUMBERS } },
	{ "sort_by", f_sort_by, 2, false, { ARRAY, EXPREF } },
	{ "starts_with", f_starts_with, 2, false, { STRING, STRING } },
	{ "sum", f_sum, 1, false, { NUMBERS } },
	{ "to_array", f_to_array, 1, false, { ANY } },
	{ "to_number", f_to_number, 1, false, { ANY } },
	{ "to_string", f_to_string, 1, false, { ANY } },
	{ "type", f_type, 1, false, { ANY } },
	{ "values", f_values, 1, false, { OBJECT } },
};

static bool check_count(struct jm_run *run, const struct function *f, size_t count)
{
	const char *plural = f->count == 1 ? "" : "s";

	if (f->variadic ? count >= f->count : count == f->count)
		return true;
	return jm_fail(run, "Expected %s%zu argument%s for function %s(), received %zu",
		       f->variadic ? "at least " : "", f->count, plural, f->name, count);
}

bool jm_call(struct jm_run *run, struct gwt_span name, struct gwt_json **args, size_t count,
	     struct gwt_json **out)
{
	for (size_t i = 0; i < GWT_LEN(functions); i++) {
		const struct function *f = &functions[i];

		if (!gwt_span_is(name, f->name))
			continue;
		if (!check_count(run, f, count))
			return false;
		for (size_t k = 0; k < f->count; k++)
			if (!check(run, name, &f->parameters[k], args[k]))
				return false;
		return f->body(run, args, count, out);
	}
	return jm_fail(run, "Unknown function: " GWT_SPAN_FMT "()", GWT_SPAN_ARG(name));
}
