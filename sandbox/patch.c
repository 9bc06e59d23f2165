#include "sandbox/patch.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/asof.h"

struct gwt_span gwt_patch_unescape(struct gwt_call *call, struct gwt_span segment)
{
	char *out = gwt_arena_bytes(call->arena, segment.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < segment.len; i++) {
		char next = i + 1 < segment.len ? segment.ptr[i + 1] : '\0';
		bool escape = segment.ptr[i] == '~' && (next == '0' || next == '1');

		out[len++] = !escape ? segment.ptr[i] : next == '1' ? '/' : '~';
		i += escape;
	}
	return (struct gwt_span){ out, len };
}

struct gwt_json *gwt_json_double(struct gwt_arena *arena, struct gwt_span text)
{
	struct gwt_json *made = gwt_json_new(arena, GWT_JSON_NUMBER);
	char written[64]; /* a double below 1e7, with at most 17 digits */
	double value;

	value = strtod(gwt_arena_cstr(arena, text), NULL);
	if (!(value > -1e7 && value < 1e7)) /* beyond it Java writes an exponent; this refuses NaN, too */
		value = -1;
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(written, sizeof(written), "%.*g", digits, value);
		if (strtod(written, NULL) == value)
			break;
	}
	if (strpbrk(written, "e"))
		snprintf(written, sizeof(written), "%.17f", value);
	made->text = gwt_arena_printf(arena, "%s%s", written, strchr(written, '.') ? "" : ".0");
	return made;
}

struct gwt_json *gwt_patch_json(struct gwt_call *call, enum gwt_patch_value kind, struct gwt_span value)
{
	uint64_t number;

	switch (kind) {
	case GWT_PATCH_INTEGER:
		return gwt_json_new_number(call->arena,
					   gwt_span_to_u64(value, INT32_MAX, &number) ? (int64_t)number : -1);
	case GWT_PATCH_DOUBLE:
		return gwt_json_double(call->arena, value);
	case GWT_PATCH_BOOLEAN:
		return gwt_json_new_bool(call->arena, gwt_span_iis(value, "true"));
	default:
		return gwt_json_new_string(call->arena, value.ptr ? value : GWT_SPAN(""));
	}
}

static const struct {
	const char *word;
	unsigned op;
} words[] = {
	{ "add", GWT_PATCH_ADD },   { "remove", GWT_PATCH_REMOVE }, { "replace", GWT_PATCH_REPLACE },
	{ "copy", GWT_PATCH_COPY }, { "move", GWT_PATCH_MOVE },     { "test", GWT_PATCH_TEST },
};

/* The framework has refused every other word already. */
bool gwt_patch_next(struct gwt_call *call, size_t i, struct gwt_patch_op *out)
{
	const struct gwt_json *item = gwt_json_at(call->patches, i);

	if (!item)
		return false;
	*out = (struct gwt_patch_op){ 0, gwt_json_get_text(item, "op"), gwt_json_get_text(item, "path"),
				      gwt_json_get_text(item, "value"), gwt_json_get_text(item, "from") };
	for (size_t k = 0; k < GWT_LEN(words); k++)
		if (gwt_span_is(out->word, words[k].word))
			out->op = words[k].op;
	return true;
}

bool gwt_patch_has(struct gwt_call *call, unsigned op, const char *prefix)
{
	struct gwt_patch_op at;

	for (size_t i = 0; gwt_patch_next(call, i, &at); i++)
		if (at.op == op && gwt_span_starts(at.path, gwt_span_of(prefix)))
			return true;
	return false;
}

struct gwt_span gwt_patch_kind(struct gwt_call *call, const struct gwt_patch_op *op, const char *path)
{
	return gwt_arena_printf(call->arena, GWT_SPAN_FMT ":%s", GWT_SPAN_ARG(op->word), path);
}

/* Whether `path` fits `pattern`; *star is the segment at the star, with its escapes undone. */
static bool matches(struct gwt_call *call, const char *pattern, struct gwt_span path, struct gwt_span *star)
{
	struct gwt_span want = gwt_span_of(pattern);

	*star = GWT_ABSENT;
	while (want.ptr && path.ptr) {
		struct gwt_span expected = gwt_span_cut(&want, '/'), segment = gwt_span_cut(&path, '/');

		if (gwt_span_is(expected, "*") && segment.len > 0)
			*star = gwt_patch_unescape(call, segment);
		else if (!gwt_span_eq(expected, segment))
			return false;
	}
	return !want.ptr && !path.ptr;
}

/* The paths that take `op`, as the text lists them. */
static struct gwt_span paths_for(struct gwt_call *call, const struct gwt_patch_rule *rules, unsigned op)
{
	struct gwt_buf text;
	struct gwt_span made;

	gwt_buf_init(&text, SIZE_MAX);
	for (; rules->path; rules++)
		if (rules->ops & op)
			gwt_buf_printf(&text, "%s%s", text.len ? ", " : "", rules->path);
	made = gwt_arena_copy(call->arena, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return made;
}

static bool fail_listing(struct gwt_call *call, const struct gwt_patch_rule *rules,
			 const struct gwt_patch_op *op)
{
	struct gwt_span values[3] = { op->path, op->word, paths_for(call, rules, op->op) };

	if (values[2].len == 0)
		return gwt_call_fail_values(call, GWT_RULE_PATCH_UNSUPPORTED, GWT_SPAN(""), values, 2);
	return gwt_call_fail_values(call, GWT_RULE_PATCH_PATH_LISTED, GWT_SPAN(""), values, 3);
}

static struct gwt_span op_words(struct gwt_call *call, unsigned ops)
{
	return gwt_arena_printf(call->arena, "%s%s%s%s%s", ops & GWT_PATCH_ADD ? "add" : "",
				ops & GWT_PATCH_ADD && ops & GWT_PATCH_REMOVE ? ", " : "",
				ops & GWT_PATCH_REMOVE ? "remove" : "",
				ops & GWT_PATCH_REPLACE && ops != GWT_PATCH_REPLACE ? ", " : "",
				ops & GWT_PATCH_REPLACE ? "replace" : "");
}

/* Whether the service knew all members of a row's path at the time that the sandbox answers for. */
static bool is_known(const struct gwt_call *call, const struct gwt_patch_rule *rule)
{
	struct gwt_span rest = gwt_span_of(rule->path);

	while (rest.ptr)
		if (!gwt_member_exists(gwt_span_cut(&rest, '/'), call->sandbox->options.as_of))
			return false;
	return true;
}

static bool refuse(struct gwt_call *call, const struct gwt_patch_rule *rules,
		   const struct gwt_patch_rule *rule, enum gwt_patch_style style,
		   const struct gwt_patch_op *op)
{
	if (rule->path && rule->wrong_op)
		return gwt_call_fail(call, rule->wrong_op);
	if (style == GWT_PATCH_LISTS_PATHS)
		return fail_listing(call, rules, op);
	if (style == GWT_PATCH_NAMES_SETTING)
		return gwt_call_fail_with(call, GWT_RULE_STAGE_PATH, op->path);
	if (rule->path)
		return gwt_call_fail_with(call, GWT_RULE_PATCH_OPERATION, op_words(call, rule->ops));
	return gwt_call_fail_with(call, GWT_RULE_PATCH_PATH, op->path);
}

/* The rule for an operation, and the segment at its star; NULL when the call has failed. */
static const struct gwt_patch_rule *find_rule(struct gwt_call *call, const struct gwt_patch_rule *rules,
					      enum gwt_patch_style style, const struct gwt_patch_op *op,
					      struct gwt_span *star)
{
	const struct gwt_patch_rule *rule = rules;

	while (rule->path && !(matches(call, rule->path, op->path, star) && is_known(call, rule)))
		rule++;
	if (rule->path && rule->ops & op->op)
		return rule;
	refuse(call, rules, rule, style, op);
	return NULL;
}

/* The member `name` of `object`, which is made when it is missing. */
static struct gwt_json *member(struct gwt_call *call, struct gwt_json *object, struct gwt_span name,
			       enum gwt_json_type type)
{
	struct gwt_json *found = gwt_json_get_span(object, name);

	if (gwt_json_is(found, type))
		return found;
	found = gwt_json_new(call->arena, type);
	gwt_json_set(call->arena, object, name, found);
	return gwt_json_get_span(object, name);
}

static void set_member(struct gwt_call *call, struct gwt_json *object, struct gwt_span name,
		       enum gwt_patch_value kind, const struct gwt_patch_op *op)
{
	bool empties = kind != GWT_PATCH_BOOLEAN && op->value.len == 0;

	if (op->op == GWT_PATCH_REMOVE || (empties && kind == GWT_PATCH_INTEGER))
		gwt_json_remove(object, name);
	else
		gwt_json_set(call->arena, object, name, gwt_patch_json(call, kind, op->value));
}

/* A list without `item`; the others keep their order. */
static struct gwt_json *list_without(struct gwt_call *call, const struct gwt_json *list, struct gwt_span item)
{
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_ARRAY);

	for (const struct gwt_json *old = list ? list->child : NULL; old; old = old->next)
		if (!gwt_span_eq(old->text, item))
			gwt_json_append(made, gwt_json_copy(call->arena, old));
	return made;
}

/* `add` appends the item, `remove` removes it, `replace` removes it and appends the value (recorded). */
static void change_list(struct gwt_call *call, struct gwt_json *object, struct gwt_span name,
			struct gwt_span item, const struct gwt_patch_op *op)
{
	struct gwt_json *list = list_without(call, gwt_json_get_span(object, name), item);

	if (op->op != GWT_PATCH_REMOVE)
		gwt_json_append(list,
				gwt_json_new_string(call->arena, op->op == GWT_PATCH_ADD ? item : op->value));
	gwt_json_set(call->arena, object, name, list);
}

/* Remove a map that lost its last entry (recorded for UpdateMethod). */
static void drop_if_empty(struct gwt_json *object, struct gwt_span name)
{
	const struct gwt_json *map = gwt_json_get_span(object, name);

	if (map && map->type == GWT_JSON_OBJECT && map->len == 0)
		gwt_json_remove(object, name);
}

static bool list_has(const struct gwt_json *list, struct gwt_span item)
{
	for (const struct gwt_json *at = list ? list->child : NULL; at; at = at->next)
		if (gwt_span_eq(at->text, item))
			return true;
	return false;
}

/* Whether the entry of an operation on a map or list exists, or need not exist. */
static bool find_entry(struct gwt_call *call, const struct gwt_patch_rule *rule,
		       const struct gwt_json *entries, struct gwt_span star, const struct gwt_patch_op *op)
{
	bool there = rule->value == GWT_PATCH_LIST ? list_has(entries, star)
						   : gwt_json_get_span(entries, star) != NULL;

	if (there || !(op->op & GWT_PATCH_FINDING))
		return true;
	if (op->op & rule->finding)
		return gwt_call_fail_kind(call, rule->absent, gwt_patch_kind(call, op, rule->path));
	return gwt_call_rests_on(call, GWT_RULE_ABSENT_TARGET);
}

static bool apply(struct gwt_call *call, const struct gwt_patch_rule *rule, struct gwt_json *target,
		  struct gwt_span star, const struct gwt_patch_op *op)
{
	struct gwt_span rest = gwt_span_of(rule->path), name;

	gwt_span_cut(&rest, '/');
	name = gwt_span_cut(&rest, '/');
	while (rest.ptr && !gwt_span_is(rest, "*")) { /* members of structures */
		target = member(call, target, name, GWT_JSON_OBJECT);
		name = gwt_span_cut(&rest, '/');
	}
	if (rest.ptr && !find_entry(call, rule, gwt_json_get_span(target, name), star, op))
		return false;
	if (!rest.ptr) {
		set_member(call, target, name, rule->value, op);
	} else if (rule->value == GWT_PATCH_LIST) {
		change_list(call, target, name, star, op);
	} else {
		set_member(call, member(call, target, name, GWT_JSON_OBJECT), star, rule->value, op);
		drop_if_empty(target, name);
	}
	return true;
}

bool gwt_patch_one(struct gwt_call *call, const struct gwt_patch_rule *rules, enum gwt_patch_style style,
		   struct gwt_json *target, const struct gwt_patch_op *op)
{
	struct gwt_span star;
	const struct gwt_patch_rule *rule = find_rule(call, rules, style, op, &star);

	return rule && gwt_call_rests_on_kind(call, GWT_RULE_PATCHED, gwt_patch_kind(call, op, rule->path)) &&
	       apply(call, rule, target, star, op);
}

void gwt_patch_begin(struct gwt_call *call)
{
	if (call->node)
		gwt_call_rests_on_node(call, call->node);
}

bool gwt_patch(struct gwt_call *call, const struct gwt_patch_rule *rules, enum gwt_patch_style style,
	       struct gwt_json *target)
{
	struct gwt_patch_op op;

	gwt_patch_begin(call);
	for (size_t i = 0; gwt_patch_next(call, i, &op); i++)
		if (!gwt_patch_one(call, rules, style, target, &op))
			return false;
	return !call->code.ptr;
}
