/* validate.c - botocore's ParamValidator (1.29) over the model's tables. */
#include "awscli/parameters.h"

#include "awscli/failure.h"
#include "awscli/pyval/pyval.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

struct report {
	struct gwt_arena *arena;
	struct gwt_buf text; /* one line for each complaint */
};

static void begin_line(struct report *report)
{
	if (report->text.len)
		gwt_buf_add_char(&report->text, '\n');
}

/* The place as messages name it: "" is "input", ".a.b" is "a.b". */
static struct gwt_span shown(struct gwt_span name)
{
	if (name.len == 0)
		return GWT_SPAN("input");
	return name.ptr[0] == '.' ? gwt_span_slice(name, 1, name.len) : name;
}

static bool report_type(struct report *report, struct gwt_span name, const struct gwt_json *value,
			const char *class_name, const char *valid)
{
	begin_line(report);
	gwt_buf_printf(&report->text,
		       "Invalid type for parameter " GWT_SPAN_FMT ", value: ", GWT_SPAN_ARG(shown(name)));
	gwt_py_str(&report->text, value);
	gwt_buf_printf(&report->text, ", type: <class '%s'>, valid types: %s", class_name, valid);
	return false;
}

static bool check_type(struct report *report, struct gwt_span name, const struct gwt_json *value, bool fits,
		       const char *valid)
{
	return fits || report_type(report, name, value, gwt_py_class_name(value), valid);
}

static void validate_string(struct report *report, struct gwt_span name, const struct gwt_json *value)
{
	check_type(report, name, value, gwt_py_is_str(value), "<class 'str'>");
}

static void validate_list(struct report *report, struct gwt_span name, const struct gwt_json *value)
{
	size_t i = 0;

	if (!check_type(report, name, value, value->type == GWT_JSON_ARRAY,
			"<class 'list'>, <class 'tuple'>"))
		return;
	for (const struct gwt_json *item = value->child; item; item = item->next)
		validate_string(
			report,
			gwt_arena_printf(report->arena, GWT_SPAN_FMT "[%zu]", GWT_SPAN_ARG(name), i++), item);
}

/* Report a key that is not a str, as YAML may give one. */
static void validate_key(struct report *report, struct gwt_span name, const struct gwt_json *member)
{
	struct gwt_json key = { .type = GWT_JSON_STRING, .text = member->name };
	struct gwt_span place = gwt_arena_printf(report->arena, GWT_SPAN_FMT " (key: " GWT_SPAN_FMT ")",
						 GWT_SPAN_ARG(name), GWT_SPAN_ARG(member->name));

	if (member->tag & GWT_PY_KEYS)
		report_type(report, place, &key, gwt_py_key_class_name(member), "<class 'str'>");
}

static struct gwt_span below(struct report *report, struct gwt_span name, const struct gwt_json *member)
{
	return gwt_arena_printf(report->arena, GWT_SPAN_FMT "." GWT_SPAN_FMT, GWT_SPAN_ARG(name),
				GWT_SPAN_ARG(member->name));
}

static void validate_map(struct report *report, struct gwt_span name, const struct gwt_json *value)
{
	if (!check_type(report, name, value, gwt_py_is_dict(value), "<class 'dict'>"))
		return;
	for (const struct gwt_json *member = value->child; member; member = member->next) {
		validate_key(report, name, member);
		validate_string(report, below(report, name, member), member);
	}
}

static void validate_members(struct report *report, struct gwt_span name,
			     const struct gwt_member *const *members, size_t count,
			     const struct gwt_json *value);

static void validate_structure(struct report *report, struct gwt_span name, const struct gwt_member *member,
			       const struct gwt_json *value)
{
	const struct gwt_member *members[32];
	size_t count = 0;

	for (const struct gwt_member *m = member->members; m && m->name && count < GWT_LEN(members); m++)
		members[count++] = m;
	if (check_type(report, name, value, gwt_py_is_dict(value), "<class 'dict'>"))
		validate_members(report, name, members, count, value);
}

static void validate_value(struct report *report, struct gwt_span name, const struct gwt_member *member,
			   const struct gwt_json *value)
{
	switch (member->shape) {
	case GWT_SHAPE_INTEGER: /* in Python True is an int, too */
		check_type(report, name, value, gwt_py_is_int(value) || gwt_py_is_bool(value),
			   "<class 'int'>");
		break;
	case GWT_SHAPE_BOOLEAN:
		check_type(report, name, value, gwt_py_is_bool(value), "<class 'bool'>");
		break;
	case GWT_SHAPE_STRING_LIST:
		validate_list(report, name, value);
		break;
	case GWT_SHAPE_STRING_MAP:
		validate_map(report, name, value);
		break;
	case GWT_SHAPE_STRUCTURE:
		validate_structure(report, name, member, value);
		break;
	default:
		validate_string(report, name, value);
	}
}

static const struct gwt_member *find(const struct gwt_member *const *members, size_t count,
				     const struct gwt_json *param)
{
	for (size_t i = 0; i < count && !(param->tag & GWT_PY_KEYS); i++)
		if (gwt_span_is(param->name, members[i]->name))
			return members[i];
	return NULL;
}

static void report_unknown(struct report *report, struct gwt_span name,
			   const struct gwt_member *const *members, size_t count,
			   const struct gwt_json *param)
{
	begin_line(report);
	gwt_buf_printf(&report->text,
		       "Unknown parameter in " GWT_SPAN_FMT ": \"" GWT_SPAN_FMT "\", must be one of: ",
		       GWT_SPAN_ARG(shown(name)), GWT_SPAN_ARG(param->name));
	for (size_t i = 0; i < count; i++)
		gwt_buf_printf(&report->text, "%s%s", i ? ", " : "", members[i]->name);
}

/* Report missing members first, then unknown ones, then wrong values. */
static void validate_members(struct report *report, struct gwt_span name,
			     const struct gwt_member *const *members, size_t count,
			     const struct gwt_json *value)
{
	for (size_t i = 0; i < count; i++) {
		if (!members[i]->required || gwt_json_get(value, members[i]->name))
			continue;
		begin_line(report);
		gwt_buf_printf(&report->text, "Missing required parameter in " GWT_SPAN_FMT ": \"%s\"",
			       GWT_SPAN_ARG(shown(name)), members[i]->name);
	}
	for (const struct gwt_json *param = value->child; param; param = param->next)
		if (!find(members, count, param))
			report_unknown(report, name, members, count, param);
	for (const struct gwt_json *param = value->child; param; param = param->next) {
		const struct gwt_member *member = find(members, count, param);

		if (member)
			validate_value(report, below(report, name, param), member, param);
	}
}

bool gwt_aws_validate(const struct gwt_aws_command *command, const struct gwt_json *parameters,
		      struct gwt_aws_failure *failure)
{
	struct report report = { .arena = failure->arena };
	bool ok;

	for (const struct gwt_json *param = parameters->child; param; param = param->next)
		if (param->tag & GWT_PY_KEYS) /* Python passes them as keyword arguments */
			return gwt_aws_fail(failure, GWT_AWS_GENERAL, "keywords must be strings");
	gwt_buf_init(&report.text, SIZE_MAX);
	validate_members(&report, GWT_SPAN(""), command->members, command->member_count, parameters);
	ok = report.text.len == 0;
	if (!ok)
		gwt_aws_fail(failure, GWT_AWS_PARAM, "Parameter validation failed:\n" GWT_SPAN_FMT,
			     GWT_SPAN_ARG(gwt_buf_span(&report.text)));
	gwt_buf_release(&report.text);
	return ok;
}
