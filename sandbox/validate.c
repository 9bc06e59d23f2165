/*
 * validate.c - what AWS's framework checks before the service sees a call.
 *
 * First the form: the body must be a JSON object whose members have the types of
 * the model (SerializationException, one at a time). Then the constraints:
 * required members, enums and patterns, all violations in one text
 * (ValidationException). Both come before any look-up.
 */
#include "sandbox/call.h"

#include <stdio.h>

/* Names of the framework's classes in its texts; the first two are recorded. */
static const char *class_of(const struct gwt_json *value)
{
	switch (value->type) {
	case GWT_JSON_FALSE:
	case GWT_JSON_TRUE:
		return "java.lang.Boolean";
	case GWT_JSON_NUMBER:
		return "com.amazon.coral.value.json.numbers.TruncatingBigNumber";
	default:
		return "java.lang.String";
	}
}

static bool fail_type(struct gwt_call *call, const struct gwt_json *value, const char *wanted)
{
	struct gwt_span values[2] = { gwt_span_of(class_of(value)), gwt_span_of(wanted) };
	bool recorded = strcmp(wanted, "String") == 0;

	if (value->type == GWT_JSON_ARRAY || value->type == GWT_JSON_OBJECT)
		return gwt_call_fail(call, GWT_RULE_UNEXPECTED_STRUCTURE);
	return gwt_call_fail_values(call, recorded ? GWT_RULE_WRONG_TYPE : GWT_RULE_WRONG_TYPE_OTHER, values,
				    2);
}

static bool check_scalar(struct gwt_call *call, enum gwt_shape shape, const struct gwt_json *value)
{
	switch (shape) {
	case GWT_SHAPE_INTEGER:
	case GWT_SHAPE_TIMESTAMP:
		return value->type == GWT_JSON_NUMBER || fail_type(call, value, "Integer");
	case GWT_SHAPE_DOUBLE:
		return value->type == GWT_JSON_NUMBER || fail_type(call, value, "Double");
	case GWT_SHAPE_BOOLEAN:
		return value->type == GWT_JSON_TRUE || value->type == GWT_JSON_FALSE ||
		       fail_type(call, value, "Boolean");
	default:
		return value->type == GWT_JSON_STRING || fail_type(call, value, "String");
	}
}

/* How a shape nests: what it is made of, and whether it is a list, a map or a structure itself. */
static const struct {
	enum gwt_json_type outer;
	enum gwt_shape inner;
} nesting[] = {
	[GWT_SHAPE_STRING_MAP] = { GWT_JSON_OBJECT, GWT_SHAPE_STRING },
	[GWT_SHAPE_BOOLEAN_MAP] = { GWT_JSON_OBJECT, GWT_SHAPE_BOOLEAN },
	[GWT_SHAPE_STRING_LIST] = { GWT_JSON_ARRAY, GWT_SHAPE_STRING },
	[GWT_SHAPE_STRUCTURE] = { GWT_JSON_OBJECT, GWT_SHAPE_STRUCTURE },
	[GWT_SHAPE_STRUCTURE_LIST] = { GWT_JSON_ARRAY, GWT_SHAPE_STRUCTURE },
	[GWT_SHAPE_STRUCTURE_MAP] = { GWT_JSON_OBJECT, GWT_SHAPE_STRUCTURE },
};

static bool check_structure(struct gwt_call *call, const struct gwt_member *members,
			    const struct gwt_json *value);

static bool check_inner(struct gwt_call *call, enum gwt_shape shape, const struct gwt_member *members,
			const struct gwt_json *value)
{
	if (value->type == GWT_JSON_NULL)
		return true;
	if (shape != GWT_SHAPE_STRUCTURE)
		return check_scalar(call, shape, value);
	if (value->type != GWT_JSON_OBJECT)
		return gwt_call_fail_with(call, GWT_RULE_WRONG_STRUCTURE, gwt_span_of(class_of(value)));
	return check_structure(call, members, value);
}

static bool check_member(struct gwt_call *call, const struct gwt_member *member, const struct gwt_json *value)
{
	if (value->type == GWT_JSON_NULL || member->shape == GWT_SHAPE_OTHER)
		return true;
	if (member->shape < GWT_SHAPE_STRING_MAP)
		return check_scalar(call, member->shape, value);
	if (value->type != nesting[member->shape].outer)
		return gwt_call_fail_with(call, GWT_RULE_WRONG_STRUCTURE, gwt_span_of(class_of(value)));
	if (value->len > GWT_SANDBOX_MAX_ENTRIES)
		return gwt_call_fail(call, GWT_RULE_STATE_FULL);
	if (member->shape == GWT_SHAPE_STRUCTURE)
		return check_structure(call, member->members, value);
	for (const struct gwt_json *item = value->child; item; item = item->next)
		if (!check_inner(call, nesting[member->shape].inner, member->members, item))
			return false;
	return true;
}

static bool check_structure(struct gwt_call *call, const struct gwt_member *members,
			    const struct gwt_json *value)
{
	for (const struct gwt_json *item = value->child; item; item = item->next) {
		const struct gwt_member *member = gwt_member_wired(members, GWT_PLACE_BODY, item->name);

		if (member && !check_member(call, member, item))
			return false;
	}
	return true;
}

/* Known members that are not null; the rest is ignored. */
static void take_input(struct gwt_call *call, const struct gwt_json *body)
{
	for (const struct gwt_json *item = body->child; item; item = item->next) {
		if (!gwt_member_wired(call->route.operation->input, GWT_PLACE_BODY, item->name))
			gwt_call_rests_on(call, GWT_RULE_UNKNOWN_MEMBER);
		else if (item->type == GWT_JSON_NULL)
			gwt_call_rests_on(call, GWT_RULE_NULL_MEMBER);
		else
			gwt_json_set(call->arena, call->input, item->name, gwt_json_copy(call->arena, item));
	}
}

static bool has_body_members(const struct gwt_operation *operation)
{
	for (const struct gwt_member *m = operation->input; m && m->name; m++)
		if (m->place == GWT_PLACE_BODY)
			return true;
	return false;
}

static bool read_body(struct gwt_call *call)
{
	struct gwt_json *body = NULL;

	if (!has_body_members(call->route.operation))
		return true;
	if (call->request->body.len == 0)
		return gwt_call_fail(call, GWT_RULE_NO_BODY);
	if (!gwt_json_parse(call->arena, call->request->body, &body, NULL) || body->type != GWT_JSON_OBJECT)
		return gwt_call_fail(call, GWT_RULE_NOT_JSON);
	if (!check_structure(call, call->route.operation->input, body))
		return false;
	take_input(call, body);
	return true;
}

/* The violations of one call, joined as the framework joins them. */
struct violations {
	struct gwt_buf text;
	size_t count;
	bool recorded; /* every one is of a recorded form */
};

static void add_violation(struct violations *found, struct gwt_span value, const char *at, const char *rule)
{
	if (found->count++)
		gwt_buf_add_text(&found->text, "; ");
	if (value.ptr)
		gwt_buf_printf(&found->text, "Value '" GWT_SPAN_FMT "'", GWT_SPAN_ARG(value));
	else
		gwt_buf_add_text(&found->text, "Value null");
	gwt_buf_printf(&found->text, " at '%s' failed to satisfy constraint: Member must %s", at, rule);
}

/* "PutIntegration", "type" -> "putIntegrationInput.type"; the recorded text has the member's wire name. */
static const char *body_place(const struct gwt_call *call, const struct gwt_member *member)
{
	const char *operation = call->route.operation->name;

	return gwt_arena_printf(call->arena, "%c%sInput.%s", operation[0] - 'A' + 'a', operation + 1,
				member->wire)
		.ptr;
}

static bool is_value(const char *const *values, struct gwt_span text)
{
	for (; *values; values++)
		if (gwt_span_is(text, *values))
			return true;
	return false;
}

/* Enum texts in the framework's own order, which is not the model's: these are recorded. */
static const char recorded_types[] = "satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]";
static const char recorded_types_2015[] = "satisfy enum value set: [HTTP, MOCK, AWS]";

static const char *enum_rule(struct gwt_call *call, const struct gwt_member *member)
{
	struct gwt_buf text;
	const char *made;

	if (strcmp(call->route.operation->name, "PutIntegration") == 0 && strcmp(member->name, "type") == 0)
		return gwt_call_is(call, GWT_CHANGE_PROXY_TYPES) ? recorded_types : recorded_types_2015;
	gwt_buf_init(&text, SIZE_MAX);
	gwt_buf_add_text(&text, "satisfy enum value set: [");
	for (const char *const *value = member->values; *value; value++)
		gwt_buf_printf(&text, "%s%s", value == member->values ? "" : ", ", *value);
	gwt_buf_add_text(&text, "]");
	made = gwt_arena_cstr(call->arena, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return made;
}

static bool enum_holds(const struct gwt_call *call, const struct gwt_member *member, struct gwt_span text)
{
	if (!is_value(member->values, text))
		return false;
	return gwt_call_is(call, GWT_CHANGE_PROXY_TYPES) || strcmp(member->name, "type") != 0 ||
	       !gwt_span_ends(text, GWT_SPAN("_PROXY"));
}

static void check_body_member(struct gwt_call *call, const struct gwt_member *member,
			      struct violations *found)
{
	const struct gwt_json *value = gwt_json_get(call->input, member->wire);

	if (!value) {
		if (member->required) {
			add_violation(found, (struct gwt_span){ NULL, 0 }, body_place(call, member),
				      "not be null");
			found->recorded = false;
		}
		return;
	}
	if (!member->values || value->type != GWT_JSON_STRING || enum_holds(call, member, value->text))
		return;
	add_violation(found, value->text, body_place(call, member), enum_rule(call, member));
	if (strcmp(member->name, "type") != 0)
		found->recorded = false;
}

/* [1-5]\d\d, the one pattern of the model */
static bool is_status_code(struct gwt_span s)
{
	return s.len == 3 && s.ptr[0] >= '1' && s.ptr[0] <= '5' && s.ptr[1] >= '0' && s.ptr[1] <= '9' &&
	       s.ptr[2] >= '0' && s.ptr[2] <= '9';
}

static void check_label(struct gwt_call *call, const struct gwt_member *member, struct violations *found)
{
	struct gwt_span text = gwt_call_label(call, member->wire);

	if (strcmp(member->wire, "status_code") == 0 && !is_status_code(text))
		add_violation(found, text, member->name, "satisfy regular expression pattern: [1-5]\\d\\d");
}

static bool report(struct gwt_call *call, struct violations *found)
{
	struct gwt_span values[3] = { gwt_arena_printf(call->arena, "%zu", found->count),
				      found->count > 1 ? GWT_SPAN("s") : GWT_SPAN(""),
				      gwt_arena_copy(call->arena, gwt_buf_span(&found->text)) };
	bool recorded = found->recorded && found->count == 1;

	if (found->count == 0)
		return true;
	return gwt_call_fail_values(call, recorded ? GWT_RULE_INVALID : GWT_RULE_INVALID_OTHER, values, 3);
}

bool gwt_call_validate(struct gwt_call *call)
{
	struct violations found = { .recorded = true };
	bool valid;

	if (!read_body(call))
		return false;
	gwt_buf_init(&found.text, SIZE_MAX);
	for (const struct gwt_member *m = call->route.operation->input; m && m->name; m++) {
		if (m->place == GWT_PLACE_BODY)
			check_body_member(call, m, &found);
		else if (m->place == GWT_PLACE_PATH)
			check_label(call, m, &found);
	}
	valid = report(call, &found);
	gwt_buf_release(&found.text);
	return valid;
}
