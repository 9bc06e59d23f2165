/* Texts of errors: what changed in them, and which parts only quote the request. */
#include <ctype.h>

#include "drift/change.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/model/model.h"

/* Enum values that a validation error lists */

/* What is between the brackets after "enum value set: ". */
static bool set_of(struct gwt_span violation, struct gwt_span *out)
{
	static const struct gwt_span mark = GWT_SPAN_INIT("enum value set: [");
	size_t found = gwt_span_find_span(violation, mark);

	if (found == violation.len)
		return false;
	*out = gwt_span_slice(violation, found + mark.len, violation.len);
	*out = gwt_span_slice(*out, 0, gwt_span_find(*out, ']'));
	return true;
}

static bool has_value(struct gwt_span set, struct gwt_span value)
{
	while (set.ptr)
		if (gwt_span_eq(gwt_span_trim(gwt_span_cut(&set, ',')), value))
			return true;
	return false;
}

/* Whether a value of `a` is not in `b`. */
static bool lacks_one(struct gwt_span a, struct gwt_span b)
{
	while (a.ptr)
		if (!has_value(b, gwt_span_trim(gwt_span_cut(&a, ','))))
			return true;
	return false;
}

/* Violations: "2 validation errors detected: A; B" is a list; each item that comes or goes is one cause */

static bool next_violation(struct gwt_span *rest, struct gwt_span *out)
{
	static const struct gwt_span between = GWT_SPAN_INIT("; ");
	size_t end;

	if (!rest->len)
		return false;
	end = gwt_span_find_span(*rest, between);
	*out = gwt_span_slice(*rest, 0, end);
	*rest = gwt_span_slice(*rest, end < rest->len ? end + between.len : end, rest->len);
	return true;
}

static bool violations_of(struct gwt_span text, struct gwt_span *out)
{
	static const struct gwt_span mark = GWT_SPAN_INIT(" detected: ");
	size_t at = gwt_span_find_span(text, mark);

	*out = gwt_span_slice(text, at + mark.len, text.len);
	return at < text.len && gwt_span_find_span(text, GWT_SPAN(" validation error")) < at;
}

static bool has_violation(struct gwt_span list, struct gwt_span wanted)
{
	struct gwt_span one;

	while (next_violation(&list, &one))
		if (gwt_span_eq(one, wanted))
			return true;
	return false;
}

/* "Value 'FTP' at 'putIntegrationInput.type' failed to satisfy constraint: ...": what is after "at". */
static struct gwt_span place_of(struct gwt_span violation)
{
	static const struct gwt_span mark = GWT_SPAN_INIT("' at '");
	struct gwt_span place =
		gwt_span_slice(violation, gwt_span_find_span(violation, mark) + mark.len, violation.len);

	return gwt_span_slice(place, 0, gwt_span_find(place, '\''));
}

/* The rule for one violation's set, compared with the set of the same place; MESSAGE where that has none. */
static enum gwt_drift_rule compare_set(struct gwt_span violation, struct gwt_span others)
{
	struct gwt_span old, new, other;

	if (!set_of(violation, &old))
		return GWT_DRIFT_RULE_MESSAGE;
	while (next_violation(&others, &other))
		if (gwt_span_eq(place_of(violation), place_of(other)) && set_of(other, &new))
			return lacks_one(old, new)   ? GWT_DRIFT_RULE_ENUM_GONE
			       : lacks_one(new, old) ? GWT_DRIFT_RULE_ENUM_NEW
						     : GWT_DRIFT_RULE_MESSAGE;
	return GWT_DRIFT_RULE_MESSAGE;
}

/* The rule for how the sets of two texts differ; MESSAGE where they do not. */
static enum gwt_drift_rule compare_sets(struct gwt_span was, struct gwt_span now)
{
	enum gwt_drift_rule rule = GWT_DRIFT_RULE_MESSAGE;
	struct gwt_span old, new, one;

	if (!violations_of(was, &old) || !violations_of(now, &new)) {
		old = was;
		new = now;
	}
	while (rule != GWT_DRIFT_RULE_ENUM_GONE && next_violation(&old, &one)) {
		enum gwt_drift_rule found = compare_set(one, new);

		if (found != GWT_DRIFT_RULE_MESSAGE)
			rule = found;
	}
	return rule;
}

static void add_missing(struct gwt_buf *out, char sign, struct gwt_span list, struct gwt_span other)
{
	struct gwt_span one;

	while (next_violation(&list, &one))
		if (!has_violation(other, one)) {
			gwt_buf_add_char(out, sign);
			gwt_buf_add(out, one);
			gwt_buf_add_char(out, '\n');
		}
}

/* What distinguishes this change of a text from others. */
static struct gwt_span variant_of(struct gwt_span was, struct gwt_span now, struct gwt_arena *arena)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	struct gwt_span old, new;

	if (violations_of(was, &old) && violations_of(now, &new)) {
		add_missing(&out, '-', old, new);
		add_missing(&out, '+', new, old);
	}
	if (!out.len)
		gwt_buf_printf(&out, GWT_SPAN_FMT "\n" GWT_SPAN_FMT, GWT_SPAN_ARG(was), GWT_SPAN_ARG(now));
	return gwt_arena_copy(arena, gwt_buf_span(&out));
}

void gwt_messages_compare(const struct gwt_answers *answers, struct gwt_span at, const struct gwt_json *was,
			  const struct gwt_json *now, struct gwt_changes *out)
{
	enum gwt_drift_rule rule = compare_sets(was->text, now->text);
	struct gwt_change *change = gwt_changes_add(out, rule, at, at, was, now);

	change->variant = variant_of(gwt_message_masked(answers, was->text, out->arena),
				     gwt_message_masked(answers, now->text, out->arena), out->arena);
	gwt_change_say(out, change, "the text was " GWT_SPAN_FMT ", is now " GWT_SPAN_FMT,
		       GWT_SPAN_ARG(gwt_value_shown(out->arena, was)),
		       GWT_SPAN_ARG(gwt_value_shown(out->arena, now)));
}

/* What a text quotes of the request */

enum { MIN_QUOTED = 4, MAX_QUOTED = 64 };

struct quoted {
	struct gwt_span items[MAX_QUOTED];
	size_t len;
};

static bool is_listed(const char *const *values, struct gwt_span text)
{
	for (; values && *values; values++)
		if (gwt_span_is(text, *values))
			return true;
	return false;
}

/* Longer ones first, so that a part of one is not replaced before it. */
static void add_quoted(struct quoted *quoted, struct gwt_span text)
{
	size_t at = quoted->len;

	if (text.len < MIN_QUOTED || quoted->len == MAX_QUOTED)
		return;
	for (; at && quoted->items[at - 1].len < text.len; at--)
		quoted->items[at] = quoted->items[at - 1];
	quoted->items[at] = text;
	quoted->len++;
}

static void collect(struct quoted *quoted, const struct gwt_member *member, const struct gwt_json *value)
{
	bool is_map =
		member && (member->shape == GWT_SHAPE_STRING_MAP || member->shape == GWT_SHAPE_STRUCTURE_MAP);

	if (value->type == GWT_JSON_STRING && !(member && is_listed(member->values, value->text)))
		add_quoted(quoted, value->text);
	for (const struct gwt_json *child = value->child; child; child = child->next) {
		if (is_map)
			add_quoted(quoted, child->name);
		collect(quoted, NULL, child);
	}
}

static bool is_word(struct gwt_span text, size_t at)
{
	return at < text.len && (isalnum((unsigned char)text.ptr[at]) || text.ptr[at] == '_');
}

/* Replace whole words only; a part of a longer word is not a quotation. */
static struct gwt_span replace(struct gwt_span text, struct gwt_span what, struct gwt_arena *arena)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	for (size_t at = 0; at < text.len;) {
		struct gwt_span rest = gwt_span_slice(text, at, text.len);
		bool fits = gwt_span_starts(rest, what) && !(at && is_word(text, at - 1)) &&
			    !is_word(text, at + what.len);

		gwt_buf_add(&out, fits ? GWT_SPAN("*") : gwt_span_slice(rest, 0, 1));
		at += fits ? what.len : 1;
	}
	return gwt_arena_copy(arena, gwt_buf_span(&out));
}

struct gwt_span gwt_message_masked(const struct gwt_answers *answers, struct gwt_span text,
				   struct gwt_arena *arena)
{
	struct quoted quoted = { .len = 0 };
	const struct gwt_json *child = answers->asked ? answers->asked->child : NULL;

	for (; child; child = child->next)
		collect(&quoted,
			answers->operation
				? gwt_member_wired(answers->operation->input, GWT_PLACE_BODY, child->name)
				: NULL,
			child);
	for (size_t i = 0; i < quoted.len; i++)
		if (gwt_span_find_span(text, quoted.items[i]) < text.len)
			text = replace(text, quoted.items[i], arena);
	return text;
}
