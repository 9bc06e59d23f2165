/*
 * validate.c - what AWS's framework checks before the service sees a call.
 *
 * First the form: the body must be a JSON object whose members have the types of
 * the model (SerializationException, one at a time). Then the constraints:
 * required members, enums and patterns, at every depth, all violations in one text
 * (ValidationException). Both come before any look-up.
 */
#include "sandbox/call.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/model/model.h"
#include "sandbox/arn.h"
#include "sandbox/asof.h"
#include "sandbox/state.h"

/* The framework's class names, as they are in its texts; the first two are recorded. */
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

/* "Boolean:requestParameters": the class of the value and the member, as kinds.inc has them. */
static struct gwt_span type_kind(struct gwt_call *call, const struct gwt_json *value,
				 const struct gwt_member *member)
{
	const char *class = strrchr(class_of(value), '.') + 1;

	return gwt_arena_printf(call->arena, "%s:%s", class, member->wire);
}

static bool fail_type(struct gwt_call *call, const struct gwt_json *value, const char *wanted,
		      const struct gwt_member *member)
{
	struct gwt_span values[2] = { gwt_span_of(class_of(value)), gwt_span_of(wanted) };

	if (value->type == GWT_JSON_ARRAY || value->type == GWT_JSON_OBJECT)
		return gwt_call_fail(call, GWT_RULE_UNEXPECTED_STRUCTURE);
	return gwt_call_fail_values(call, GWT_RULE_WRONG_TYPE, type_kind(call, value, member), values, 2);
}

static bool check_scalar(struct gwt_call *call, enum gwt_shape shape, const struct gwt_member *member,
			 const struct gwt_json *value)
{
	switch (shape) {
	case GWT_SHAPE_INTEGER:
	case GWT_SHAPE_TIMESTAMP:
		return value->type == GWT_JSON_NUMBER || fail_type(call, value, "Integer", member);
	case GWT_SHAPE_DOUBLE:
		return value->type == GWT_JSON_NUMBER || fail_type(call, value, "Double", member);
	case GWT_SHAPE_BOOLEAN:
		return value->type == GWT_JSON_TRUE || value->type == GWT_JSON_FALSE ||
		       fail_type(call, value, "Boolean", member);
	default:
		return value->type == GWT_JSON_STRING || fail_type(call, value, "String", member);
	}
}

/* The shape of a value's items, and whether the value itself is a list, a map or a structure. */
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

static bool check_inner(struct gwt_call *call, enum gwt_shape shape, const struct gwt_member *member,
			const struct gwt_json *value)
{
	if (value->type == GWT_JSON_NULL)
		return true;
	if (shape != GWT_SHAPE_STRUCTURE)
		return check_scalar(call, shape, member, value);
	if (value->type != GWT_JSON_OBJECT)
		return gwt_call_fail_with(call, GWT_RULE_WRONG_STRUCTURE, gwt_span_of(class_of(value)));
	return check_structure(call, member->members, value);
}

static bool check_member(struct gwt_call *call, const struct gwt_member *member, const struct gwt_json *value)
{
	if (value->type == GWT_JSON_NULL || member->shape == GWT_SHAPE_OTHER)
		return true;
	if (member->shape < GWT_SHAPE_STRING_MAP)
		return check_scalar(call, member->shape, member, value);
	if (value->type != nesting[member->shape].outer)
		return gwt_call_fail_with(call, GWT_RULE_WRONG_STRUCTURE, gwt_span_of(class_of(value)));
	if (value->len > GWT_SANDBOX_MAX_ENTRIES)
		return gwt_call_fail(call, GWT_RULE_STATE_FULL);
	if (member->shape == GWT_SHAPE_STRUCTURE)
		return check_structure(call, member->members, value);
	for (const struct gwt_json *item = value->child; item; item = item->next)
		if (!check_inner(call, nesting[member->shape].inner, member, item))
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

/* Members that the service did not know yet are dropped, like unknown ones. */
static void drop_newer(struct gwt_call *call, struct gwt_json *object)
{
	struct gwt_json *item, *next;

	if (!gwt_json_is(object, GWT_JSON_OBJECT))
		return;
	for (item = object->child; item; item = next) {
		next = item->next;
		if (!gwt_member_exists(item->name, call->sandbox->options.as_of)) {
			gwt_json_remove(object, item->name);
			gwt_call_rests_on(call, GWT_RULE_UNKNOWN_MEMBER);
		}
	}
}

/* "=lambda" for an AWS uri, which kinds.inc names by its service. */
static const char *value_word(struct gwt_call *call, const struct gwt_json *item)
{
	struct gwt_arn arn;
	struct gwt_span service;

	if (gwt_span_is(item->name, "uri") && gwt_arn_parse(item->text, &arn)) {
		service = arn.account; /* arn:aws:apigateway:REGION:SUBDOMAIN.SERVICE:path|action/… */
		for (struct gwt_span rest = service; rest.ptr;)
			service = gwt_span_cut(&rest, '.');
		return gwt_arena_printf(call->arena, "=" GWT_SPAN_FMT, GWT_SPAN_ARG(service)).ptr;
	}
	if (item->type == GWT_JSON_STRING
		    ? item->text.len == 0
		    : (item->type == GWT_JSON_ARRAY || item->type == GWT_JSON_OBJECT) && item->len == 0)
		return "=empty";
	return "";
}

/* The name of a sent member in kinds.inc: for an integration, its type comes before it. */
static struct gwt_span member_kind(struct gwt_call *call, const struct gwt_json *body,
				   const struct gwt_json *item)
{
	bool typed = strcmp(call->route.operation->name, "PutIntegration") == 0;
	struct gwt_span type = typed ? gwt_json_get_text(body, "type") : GWT_SPAN("");

	return gwt_arena_printf(call->arena, GWT_SPAN_FMT "%s" GWT_SPAN_FMT "%s", GWT_SPAN_ARG(type),
				typed ? ":" : "", GWT_SPAN_ARG(item->name), value_word(call, item));
}

/* Take the known members that are not null; the others are ignored. */
static void take_input(struct gwt_call *call, const struct gwt_json *body)
{
	for (const struct gwt_json *item = body->child; item; item = item->next) {
		if (!gwt_member_wired(call->route.operation->input, GWT_PLACE_BODY, item->name)) {
			gwt_call_rests_on(call, GWT_RULE_UNKNOWN_MEMBER);
		} else if (item->type == GWT_JSON_NULL) {
			gwt_call_rests_on(call, GWT_RULE_NULL_MEMBER);
		} else {
			gwt_json_set(call->arena, call->input, item->name, gwt_json_copy(call->arena, item));
			if (!gwt_span_is(item->name, "type"))
				gwt_call_rests_on_kind(call, GWT_RULE_SENT_MEMBER,
						       member_kind(call, body, item));
		}
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
	drop_newer(call, body);
	drop_newer(call, gwt_json_get(body, "endpointConfiguration"));
	if (!check_structure(call, call->route.operation->input, body))
		return false;
	take_input(call, body);
	call->patches = gwt_json_get(call->input, "patchOperations");
	return true;
}

/* The violations of one call, joined as the framework joins them. */
struct violations {
	struct gwt_buf text;
	struct gwt_buf kind; /* "op+statusCode": the members that were violated, as kinds.inc has them */
	size_t count;
};

static void add_kind(struct violations *found, const char *word)
{
	struct gwt_span rest = gwt_buf_span(&found->kind);

	while (rest.len)
		if (gwt_span_is(gwt_span_cut(&rest, '+'), word))
			return;
	gwt_buf_printf(&found->kind, "%s%s", found->kind.len ? "+" : "", word);
}

static void add_violation(struct violations *found, struct gwt_span value, const char *at, const char *rule,
			  const char *word)
{
	if (found->count++)
		gwt_buf_add_text(&found->text, "; ");
	if (value.ptr)
		gwt_buf_printf(&found->text, "Value '" GWT_SPAN_FMT "'", GWT_SPAN_ARG(value));
	else
		gwt_buf_add_text(&found->text, "Value null");
	gwt_buf_printf(&found->text, " at '%s' failed to satisfy constraint: Member must %s", at, rule);
	add_kind(found, word);
}

static bool is_value(const char *const *values, struct gwt_span text)
{
	for (; *values; values++)
		if (gwt_span_is(text, *values))
			return true;
	return false;
}

/* Enums whose values the framework lists in another order than the model: these are recorded. */
static const struct {
	const char *operation, *wire; /* operation NULL: any */
	const char *set;
	enum gwt_api_change until; /* the row holds before this change; GWT_API_CHANGES: always */
} recorded_sets[] = {
	{ "PutIntegration", "type", "[HTTP, MOCK, AWS]", GWT_API_CHANGE_PROXY_TYPES },
	{ "PutIntegration", "type", "[HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]", GWT_API_CHANGES },
	{ NULL, "op", "[add, remove, move, test, replace, copy]", GWT_API_CHANGES },
	{ NULL, "ipAddressType", "[ipv4, dualstack]", GWT_API_CHANGES },
};

static const char *set_of(struct gwt_call *call, const struct gwt_member *member)
{
	struct gwt_buf text;
	const char *made;

	for (size_t i = 0; i < GWT_LEN(recorded_sets); i++)
		if (strcmp(recorded_sets[i].wire, member->wire) == 0 &&
		    (!recorded_sets[i].operation ||
		     strcmp(recorded_sets[i].operation, call->route.operation->name) == 0) &&
		    (recorded_sets[i].until == GWT_API_CHANGES || !gwt_call_is(call, recorded_sets[i].until)))
			return recorded_sets[i].set;
	gwt_buf_init(&text, SIZE_MAX);
	for (const char *const *value = member->values; *value; value++)
		gwt_buf_printf(&text, "%s%s", value == member->values ? "[" : ", ", *value);
	gwt_buf_add_text(&text, "]");
	made = gwt_arena_cstr(call->arena, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return made;
}

static bool enum_holds(const struct gwt_call *call, const struct gwt_member *member, struct gwt_span text)
{
	if (!is_value(member->values, text))
		return false;
	return gwt_call_is(call, GWT_API_CHANGE_PROXY_TYPES) || strcmp(member->name, "type") != 0 ||
	       !gwt_span_ends(text, GWT_SPAN("_PROXY"));
}

static void check_enum(struct gwt_call *call, const struct gwt_member *member, const struct gwt_json *value,
		       const char *at, struct violations *found)
{
	if (value->type != GWT_JSON_STRING || enum_holds(call, member, value->text))
		return;
	add_violation(found, value->text, at,
		      gwt_arena_printf(call->arena, "satisfy enum value set: %s", set_of(call, member)).ptr,
		      member->wire);
}

/* For a list of enum values, the error names the whole list (recorded). */
static void check_types(struct gwt_call *call, const struct gwt_json *list, const char *at,
			struct violations *found)
{
	static const char *const types[] = { "PRIVATE", "EDGE", "REGIONAL", NULL };
	struct gwt_buf text;
	bool holds = true;

	gwt_buf_init(&text, SIZE_MAX);
	for (const struct gwt_json *item = list->child; item; item = item->next) {
		gwt_buf_printf(&text, "%s" GWT_SPAN_FMT, text.len ? ", " : "", GWT_SPAN_ARG(item->text));
		holds = holds && is_value(types, item->text);
	}
	if (!holds)
		add_violation(found,
			      gwt_arena_printf(call->arena, "[" GWT_SPAN_FMT "]",
					       GWT_SPAN_ARG(gwt_buf_span(&text))),
			      at,
			      "satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, "
			      "REGIONAL]]",
			      "types");
	gwt_buf_release(&text);
}

static void check_members(struct gwt_call *call, const struct gwt_member *members,
			  const struct gwt_json *object, const char *at, struct violations *found);

/* Each structure of a list is "LIST.N.member" (recorded). */
static void check_list(struct gwt_call *call, const struct gwt_member *member, const struct gwt_json *list,
		       const char *at, struct violations *found)
{
	size_t number = 0;

	for (const struct gwt_json *item = list->child; item; item = item->next)
		check_members(call, member->members, item,
			      gwt_arena_printf(call->arena, "%s.%zu.member", at, ++number).ptr, found);
}

static void check_value(struct gwt_call *call, const struct gwt_member *member, const struct gwt_json *value,
			const char *at, struct violations *found)
{
	if (member->shape == GWT_SHAPE_STRUCTURE)
		check_members(call, member->members, value, at, found);
	else if (member->shape == GWT_SHAPE_STRUCTURE_LIST)
		check_list(call, member, value, at, found);
	else if (strcmp(member->wire, "types") == 0)
		check_types(call, value, at, found);
	else if (member->values)
		check_enum(call, member, value, at, found);
}

/* A patch needs its `op`, although the model does not require it. */
static bool is_required(const struct gwt_member *member)
{
	return member->required || strcmp(member->wire, "op") == 0;
}

/* Members are checked in the model's order. The recorded texts use wire names: "putIntegrationInput.type". */
static void check_members(struct gwt_call *call, const struct gwt_member *members,
			  const struct gwt_json *object, const char *at, struct violations *found)
{
	for (const struct gwt_member *m = members; m && m->name; m++) {
		const struct gwt_json *value = gwt_json_get(object, m->wire);
		const char *here = gwt_arena_printf(call->arena, "%s.%s", at, m->wire).ptr;

		if (m->place != GWT_PLACE_BODY)
			continue;
		if (value && value->type != GWT_JSON_NULL)
			check_value(call, m, value, here, found);
		else if (is_required(m))
			add_violation(found, GWT_ABSENT, here, "not be null",
				      gwt_arena_printf(call->arena, "%s=null", m->wire).ptr);
	}
}

/* [1-5]\d\d, the only pattern of the model */
static bool is_status_code(struct gwt_span s)
{
	return s.len == 3 && s.ptr[0] >= '1' && s.ptr[0] <= '5' && s.ptr[1] >= '0' && s.ptr[1] <= '9' &&
	       s.ptr[2] >= '0' && s.ptr[2] <= '9';
}

/* Labels are checked after the body (recorded). */
static void check_labels(struct gwt_call *call, struct violations *found)
{
	for (const struct gwt_member *m = call->route.operation->input; m && m->name; m++) {
		struct gwt_span text;

		if (m->place != GWT_PLACE_PATH || strcmp(m->wire, "status_code") != 0)
			continue;
		text = gwt_call_label(call, m->wire);
		if (!is_status_code(text))
			add_violation(found, text, m->name, "satisfy regular expression pattern: [1-5]\\d\\d",
				      m->name);
	}
}

static bool report(struct gwt_call *call, struct violations *found)
{
	struct gwt_span values[3] = { gwt_arena_printf(call->arena, "%zu", found->count),
				      found->count > 1 ? GWT_SPAN("s") : GWT_SPAN(""),
				      gwt_arena_copy(call->arena, gwt_buf_span(&found->text)) };

	return found->count == 0 ||
	       gwt_call_fail_values(call, GWT_RULE_INVALID, gwt_buf_span(&found->kind), values, 3);
}

static const char *input_name(struct gwt_call *call)
{
	const char *operation = call->route.operation->name;

	return gwt_arena_printf(call->arena, "%c%sInput", operation[0] - 'A' + 'a', operation + 1).ptr;
}

/* What a query parameter does is known less well than the call itself. */
static void rest_on_query(struct gwt_call *call)
{
	struct gwt_span rest = call->request->query, name, value;

	while (gwt_call_next_query(call, &rest, &name, &value))
		gwt_call_rests_on_kind(call, GWT_RULE_QUERY, name);
}

bool gwt_call_validate(struct gwt_call *call)
{
	struct violations found = { 0 };
	bool valid;

	rest_on_query(call);
	if (!read_body(call))
		return false;
	gwt_buf_init(&found.text, SIZE_MAX);
	gwt_buf_init(&found.kind, SIZE_MAX);
	check_members(call, call->route.operation->input, call->input, input_name(call), &found);
	check_labels(call, &found);
	valid = report(call, &found);
	gwt_buf_release(&found.text);
	gwt_buf_release(&found.kind);
	return valid;
}
