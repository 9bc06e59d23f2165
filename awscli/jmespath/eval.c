/* eval.c - a syntax tree applied to a value, as jmespath.py's interpreter. */
#include "awscli/jmespath/ast.h"

#include <stdarg.h>
#include <stdio.h>

#include "awscli/jmespath/jmespath.h"
#include "awscli/pyval/pyval.h"
#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

bool jm_fail(struct jm_run *run, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	*run->message = gwt_arena_vprintf(run->arena, fmt, args);
	va_end(args);
	return false;
}

struct gwt_json *jm_share(struct gwt_arena *arena, const struct gwt_json *value)
{
	struct gwt_json *copy = gwt_arena_new(arena, struct gwt_json);

	*copy = *value;
	copy->next = NULL;
	copy->name = (struct gwt_span){ 0 };
	return copy;
}

struct gwt_json *jm_null(struct gwt_arena *arena)
{
	return gwt_json_new(arena, GWT_JSON_NULL);
}

bool jm_is_null(const struct gwt_json *value)
{
	return value->type == GWT_JSON_NULL && gwt_py_tag(value) != GWT_PY_OPAQUE;
}

bool jm_is_false(const struct gwt_json *value)
{
	switch (value->type) {
	case GWT_JSON_NULL:
		return jm_is_null(value);
	case GWT_JSON_FALSE:
		return true;
	case GWT_JSON_STRING:
		return value->text.len == 0;
	case GWT_JSON_ARRAY:
	case GWT_JSON_OBJECT:
		return value->len == 0;
	default:
		return false;
	}
}

bool jm_less(const struct gwt_json *a, const struct gwt_json *b, bool *comparable)
{
	int order;

	*comparable = true;
	if (gwt_py_is_str(a) && gwt_py_is_str(b))
		return gwt_span_cmp(a->text, b->text) < 0;
	if (a->type == GWT_JSON_NUMBER && b->type == GWT_JSON_NUMBER)
		return gwt_py_number_cmp(a, b, &order) && order < 0;
	*comparable = false;
	return false;
}

/* A result may be a node of the searched value. Nothing writes to it, but its type is not const. */
static struct gwt_json *result(const struct gwt_json *value)
{
	union {
		const struct gwt_json *in;
		struct gwt_json *out;
	} same = { .in = value };

	return same.out;
}

static bool eval_chain(struct jm_run *run, const struct jm_node *node, const struct gwt_json *value,
		       struct gwt_json **out)
{
	*out = result(value);
	for (size_t i = 0; i < node->len; i++)
		if (!jm_eval(run, node->children[i], *out, out))
			return false;
	return true;
}

static bool eval_field(struct jm_run *run, const struct jm_node *node, const struct gwt_json *value,
		       struct gwt_json **out)
{
	struct gwt_json *member = gwt_json_get_span(value, node->value);

	*out = member ? member : jm_null(run->arena);
	return true;
}

/* The number of an int token, or one beyond the length of any list; `absent` when there is no token. */
static int64_t clamp(struct gwt_span digits, int64_t absent)
{
	int64_t value = 0;
	bool negative;

	if (!digits.ptr)
		return absent;
	negative = digits.ptr[0] == '-';
	for (size_t i = negative; i < digits.len && value < INT64_MAX / 100; i++)
		value = value * 10 + (digits.ptr[i] - '0');
	return negative ? -value : value;
}

static bool eval_index(struct jm_run *run, const struct jm_node *node, const struct gwt_json *value,
		       struct gwt_json **out)
{
	int64_t index = clamp(node->numbers[0], 0);
	struct gwt_json *item = NULL;

	if (value->type == GWT_JSON_ARRAY) {
		if (index < 0)
			index += (int64_t)value->len;
		if (index >= 0 && index < (int64_t)value->len)
			item = gwt_json_at(value, (size_t)index);
	}
	*out = item ? item : jm_null(run->arena);
	return true;
}

/* Where a slice begins or ends, as computed by PySlice_AdjustIndices. */
static int64_t adjust(int64_t at, int64_t len, int64_t step)
{
	if (at < 0)
		at += len;
	if (at < 0)
		return step < 0 ? -1 : 0;
	if (at >= len)
		return step < 0 ? len - 1 : len;
	return at;
}

static const struct gwt_json **items_of(struct gwt_arena *arena, const struct gwt_json *array)
{
	const struct gwt_json **items = gwt_arena_array(arena, const struct gwt_json *, array->len + 1);
	size_t i = 0;

	for (const struct gwt_json *item = array->child; item; item = item->next)
		items[i++] = item;
	return items;
}

static bool eval_slice(struct jm_run *run, const struct jm_node *node, const struct gwt_json *value,
		       struct gwt_json **out)
{
	int64_t step = clamp(node->numbers[2], 1), len = (int64_t)value->len, start, stop;
	const struct gwt_json **items;

	if (value->type != GWT_JSON_ARRAY) {
		*out = jm_null(run->arena);
		return true;
	}
	if (step == 0)
		return jm_fail(run, "slice step cannot be zero");
	start = node->numbers[0].ptr ? adjust(clamp(node->numbers[0], 0), len, step) : step < 0 ? len - 1 : 0;
	stop = node->numbers[1].ptr ? adjust(clamp(node->numbers[1], 0), len, step) : step < 0 ? -1 : len;
	items = items_of(run->arena, value);
	*out = gwt_json_new(run->arena, GWT_JSON_ARRAY);
	for (int64_t i = start; step > 0 ? i < stop : i > stop; i += step)
		gwt_json_append(*out, jm_share(run->arena, items[i]));
	return true;
}

/* Evaluate `right` on `element` and keep what is not null. */
static bool collect(struct jm_run *run, const struct jm_node *right, const struct gwt_json *element,
		    struct gwt_json *into)
{
	struct gwt_json *current;

	if (!jm_eval(run, right, element, &current))
		return false;
	if (!jm_is_null(current))
		gwt_json_append(into, jm_share(run->arena, current));
	return true;
}

static bool eval_projection(struct jm_run *run, const struct jm_node *node, const struct gwt_json *value,
			    struct gwt_json **out)
{
	enum gwt_json_type wanted = node->type == JM_NODE_VALUE_PROJECTION ? GWT_JSON_OBJECT : GWT_JSON_ARRAY;
	struct gwt_json *base, *collected, *condition;

	if (!jm_eval(run, node->children[0], value, &base))
		return false;
	*out = jm_null(run->arena);
	if (base->type != wanted)
		return true;
	collected = gwt_json_new(run->arena, GWT_JSON_ARRAY);
	for (const struct gwt_json *element = base->child; element; element = element->next) {
		if (node->type == JM_NODE_FILTER_PROJECTION) {
			if (!jm_eval(run, node->children[2], element, &condition))
				return false;
			if (jm_is_false(condition))
				continue;
		}
		if (!collect(run, node->children[1], element, collected))
			return false;
	}
	*out = collected;
	return true;
}

static bool eval_flatten(struct jm_run *run, const struct jm_node *node, const struct gwt_json *value,
			 struct gwt_json **out)
{
	struct gwt_json *base;

	if (!jm_eval(run, node->children[0], value, &base))
		return false;
	*out = jm_null(run->arena);
	if (base->type != GWT_JSON_ARRAY)
		return true;
	*out = gwt_json_new(run->arena, GWT_JSON_ARRAY);
	for (const struct gwt_json *element = base->child; element; element = element->next) {
		if (element->type != GWT_JSON_ARRAY) {
			gwt_json_append(*out, jm_share(run->arena, element));
			continue;
		}
		for (const struct gwt_json *inner = element->child; inner; inner = inner->next)
			gwt_json_append(*out, jm_share(run->arena, inner));
	}
	return true;
}

static bool is_zero_or_one(const struct gwt_json *value)
{
	double number;

	if (value->type != GWT_JSON_NUMBER)
		return false;
	number = gwt_py_to_double(value->text);
	return number == 0 || number == 1;
}

/*
 * In Python 1 equals True, in JMESPath it does not. As in jmespath.py, this holds for the values themselves,
 * but not for values inside them.
 */
static bool equals(const struct gwt_json *a, const struct gwt_json *b)
{
	if ((is_zero_or_one(a) && gwt_py_is_bool(b)) || (is_zero_or_one(b) && gwt_py_is_bool(a)))
		return false;
	return gwt_py_equal(a, b);
}

static bool order_holds(enum jm_token_type operator, const struct gwt_json * a, const struct gwt_json *b,
			bool *comparable)
{
	bool less = jm_less(a, b, comparable), more = *comparable && jm_less(b, a, comparable);
	bool equal = *comparable && gwt_py_equal(a, b);

	switch (operator) {
	case JM_LT:
		return less;
	case JM_GT:
		return more;
	case JM_LTE:
		return less || equal;
	default:
		return more || equal;
	}
}

static bool is_comparable(const struct gwt_json *value)
{
	return value->type == GWT_JSON_NUMBER || gwt_py_is_str(value);
}

static const char *operator_sign(enum jm_token_type operator)
{
	switch (operator) {
	case JM_LT:
		return "<";
	case JM_GT:
		return ">";
	case JM_LTE:
		return "<=";
	default:
		return ">=";
	}
}

static bool eval_comparator(struct jm_run *run, const struct jm_node *node, const struct gwt_json *value,
			    struct gwt_json **out)
{
	struct gwt_json *left, *right;
	bool holds, comparable;

	if (!jm_eval(run, node->children[0], value, &left) || !jm_eval(run, node->children[1], value, &right))
		return false;
	if (node->comparator == JM_EQ || node->comparator == JM_NE) {
		*out = gwt_json_new_bool(run->arena, equals(left, right) == (node->comparator == JM_EQ));
		return true;
	}
	if (!is_comparable(left) || !is_comparable(right)) {
		*out = jm_null(run->arena);
		return true;
	}
	holds = order_holds(node->comparator, left, right, &comparable);
	if (!comparable)
		return jm_fail(run, "'%s' not supported between instances of '%s' and '%s'",
			       operator_sign(node->comparator), gwt_py_type_name(left),
			       gwt_py_type_name(right));
	*out = gwt_json_new_bool(run->arena, holds);
	return true;
}

/* `a || b` and `a && b` give one of the two values. */
static bool eval_logic(struct jm_run *run, const struct jm_node *node, const struct gwt_json *value,
		       struct gwt_json **out)
{
	if (!jm_eval(run, node->children[0], value, out))
		return false;
	if (jm_is_false(*out) == (node->type == JM_NODE_OR))
		return jm_eval(run, node->children[1], value, out);
	return true;
}

static bool eval_not(struct jm_run *run, const struct jm_node *node, const struct gwt_json *value,
		     struct gwt_json **out)
{
	struct gwt_json *operand;
	bool truth;

	if (!jm_eval(run, node->children[0], value, &operand))
		return false;
	truth = operand->type == GWT_JSON_NUMBER || gwt_py_truth(operand);
	*out = gwt_json_new_bool(run->arena, !truth);
	return true;
}

static bool eval_multi_select(struct jm_run *run, const struct jm_node *node, const struct gwt_json *value,
			      struct gwt_json **out)
{
	bool hash = node->type == JM_NODE_MULTI_HASH;
	struct gwt_json *item;

	*out = jm_null(run->arena);
	if (jm_is_null(value))
		return true;
	*out = gwt_json_new(run->arena, hash ? GWT_JSON_OBJECT : GWT_JSON_ARRAY);
	for (size_t i = 0; i < node->len; i++) {
		const struct jm_node *child = node->children[i];

		if (!jm_eval(run, hash ? child->children[0] : child, value, &item))
			return false;
		item = jm_share(run->arena, item);
		if (hash)
			gwt_json_set(run->arena, *out, child->value, item);
		else
			gwt_json_append(*out, item);
	}
	return true;
}

static bool eval_function(struct jm_run *run, const struct jm_node *node, const struct gwt_json *value,
			  struct gwt_json **out)
{
	struct gwt_json **args = gwt_arena_array(run->arena, struct gwt_json *, node->len + 1);

	for (size_t i = 0; i < node->len; i++)
		if (!jm_eval(run, node->children[i], value, &args[i]))
			return false;
	return jm_call(run, node->value, args, node->len, out);
}

static struct gwt_json *expression_reference(struct gwt_arena *arena, struct jm_node *body)
{
	struct gwt_json *reference = gwt_json_new(arena, GWT_JSON_NULL);

	reference->tag = GWT_PY_OPAQUE;
	reference->text.ptr = (const char *)body;
	return reference;
}

static bool eval_node(struct jm_run *run, const struct jm_node *node, const struct gwt_json *value,
		      struct gwt_json **out)
{
	switch (node->type) {
	case JM_NODE_FIELD:
		return eval_field(run, node, value, out);
	case JM_NODE_LITERAL:
		*out = node->literal;
		return true;
	case JM_NODE_IDENTITY:
	case JM_NODE_CURRENT:
		*out = result(value);
		return true;
	case JM_NODE_SUBEXPRESSION:
	case JM_NODE_INDEX_EXPRESSION:
	case JM_NODE_PIPE:
	case JM_NODE_KEY_VALUE:
		return eval_chain(run, node, value, out);
	case JM_NODE_INDEX:
		return eval_index(run, node, value, out);
	case JM_NODE_SLICE:
		return eval_slice(run, node, value, out);
	case JM_NODE_PROJECTION:
	case JM_NODE_VALUE_PROJECTION:
	case JM_NODE_FILTER_PROJECTION:
		return eval_projection(run, node, value, out);
	case JM_NODE_FLATTEN:
		return eval_flatten(run, node, value, out);
	case JM_NODE_COMPARATOR:
		return eval_comparator(run, node, value, out);
	case JM_NODE_OR:
	case JM_NODE_AND:
		return eval_logic(run, node, value, out);
	case JM_NODE_NOT:
		return eval_not(run, node, value, out);
	case JM_NODE_EXPREF:
		*out = expression_reference(run->arena, node->children[0]);
		return true;
	case JM_NODE_FUNCTION:
		return eval_function(run, node, value, out);
	case JM_NODE_MULTI_LIST:
	case JM_NODE_MULTI_HASH:
		return eval_multi_select(run, node, value, out);
	}
	return false;
}

bool jm_eval(struct jm_run *run, const struct jm_node *node, const struct gwt_json *value,
	     struct gwt_json **out)
{
	bool ok;

	if (run->depth++ >= GWT_JMESPATH_MAX_EVAL)
		return jm_fail(run, "maximum recursion depth exceeded");
	ok = eval_node(run, node, value, out);
	run->depth--;
	return ok;
}

bool gwt_jmespath_search(const struct gwt_jmespath *query, struct gwt_arena *arena,
			 const struct gwt_json *value, struct gwt_json **out, struct gwt_span *message)
{
	struct jm_run run = { .arena = arena, .message = message };

	return jm_eval(&run, query->root, value, out);
}
