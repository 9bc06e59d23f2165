#include "awscli/skeleton.h"

#include <stdio.h>

#include "awscli/docs.h"
#include "awscli/pyval/pyval.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"

static struct gwt_json *text(struct gwt_arena *arena, const char *value)
{
	return gwt_json_new_string(arena, gwt_span_of(value));
}

static struct gwt_json *structure(struct gwt_arena *arena, const struct gwt_member *members, bool names,
				  enum gwt_model_version version);

static struct gwt_json *map_of(struct gwt_arena *arena, struct gwt_json *value)
{
	struct gwt_json *map = gwt_json_new(arena, GWT_JSON_OBJECT);

	gwt_json_add(arena, map, "KeyName", value);
	return map;
}

static struct gwt_json *list_of(struct gwt_arena *arena, struct gwt_json *value)
{
	struct gwt_json *list = gwt_json_new(arena, GWT_JSON_ARRAY);

	gwt_json_append(list, value);
	return list;
}

/* An example value. With `names` a string is its member's name, else the first enum value or "". */
static struct gwt_json *example(struct gwt_arena *arena, const struct gwt_member *member, bool names,
				enum gwt_model_version version)
{
	switch (member->shape) {
	case GWT_SHAPE_INTEGER:
		return gwt_json_new_number(arena, 0);
	case GWT_SHAPE_BOOLEAN:
		return gwt_json_new_bool(arena, true);
	case GWT_SHAPE_STRING_MAP:
		return map_of(arena, text(arena, ""));
	case GWT_SHAPE_BOOLEAN_MAP:
		return map_of(arena, gwt_json_new_bool(arena, true));
	case GWT_SHAPE_STRING_LIST:
		return list_of(arena, text(arena, names ? "String" : ""));
	case GWT_SHAPE_STRUCTURE:
		return structure(arena, member->members, names, version);
	case GWT_SHAPE_STRUCTURE_LIST:
		return list_of(arena, structure(arena, member->members, names, version));
	case GWT_SHAPE_STRUCTURE_MAP:
		return map_of(arena, structure(arena, member->members, names, version));
	default:
		if (names)
			return text(arena, member->name);
		return text(arena, member->values ? member->values[0] : "");
	}
}

static struct gwt_json *structure(struct gwt_arena *arena, const struct gwt_member *members, bool names,
				  enum gwt_model_version version)
{
	struct gwt_json *object = gwt_json_new(arena, GWT_JSON_OBJECT);

	for (; members->name; members++)
		if (members->since <= version)
			gwt_json_add(arena, object, members->name, example(arena, members, names, version));
	return object;
}

void gwt_aws_skeleton_input(struct gwt_buf *out, struct gwt_arena *arena,
			    const struct gwt_aws_command *command)
{
	static const struct gwt_py_dumps how = { .ascii = true, .indent = 4, .comma = ",", .colon = ": " };
	struct gwt_json *object = gwt_json_new(arena, GWT_JSON_OBJECT);

	for (size_t i = 0; i < command->member_count; i++)
		gwt_json_add(arena, object, command->members[i]->name,
			     example(arena, command->members[i], false, GWT_MODEL_NEWER));
	gwt_py_json_write(out, object, &how);
	gwt_buf_add_char(out, '\n');
}

struct gwt_json *gwt_aws_skeleton_output(struct gwt_arena *arena, const struct gwt_aws_command *command,
					 enum gwt_model_version version)
{
	return structure(arena, command->operation->output, true, version);
}

static void add_comment(struct gwt_buf *out, const char *operation, const char *doc_name,
			const struct gwt_member *member, bool first)
{
	struct gwt_span sentence = gwt_aws_first_sentence(gwt_aws_member_doc(operation, doc_name));

	gwt_buf_add_text(out, first ? "  #" : " #"); /* ruamel puts two blanks before the first comment */
	if (member->required)
		gwt_buf_add_text(out, " [REQUIRED]");
	if (sentence.len)
		gwt_buf_printf(out, " " GWT_SPAN_FMT ".", GWT_SPAN_ARG(sentence));
	for (const char *const *value = member->values; value && *value; value++)
		gwt_buf_printf(out, "%s%s", value == member->values ? " Valid values are: " : ", ", *value);
	if (member->values)
		gwt_buf_add_char(out, '.');
}

static const char *yaml_scalar(const struct gwt_member *member)
{
	switch (member->shape) {
	case GWT_SHAPE_INTEGER:
		return " 0";
	case GWT_SHAPE_BOOLEAN:
		return " true";
	case GWT_SHAPE_STRING_MAP:
	case GWT_SHAPE_STRING_LIST:
	case GWT_SHAPE_STRUCTURE:
		return "";
	default:
		return member->values ? " " : " ''";
	}
}

static void add_member(struct gwt_buf *out, const char *operation, const char *doc_name,
		       const struct gwt_member *member, const char *indent, bool first)
{
	gwt_buf_printf(out, "%s%s:%s", indent, member->name, yaml_scalar(member));
	if (member->values)
		gwt_buf_add_text(out, member->values[0]);
	add_comment(out, operation, doc_name, member, first);
	gwt_buf_add_char(out, '\n');
	if (member->shape == GWT_SHAPE_STRING_MAP)
		gwt_buf_printf(out, "%s  KeyName: ''\n", indent);
	if (member->shape == GWT_SHAPE_STRING_LIST)
		gwt_buf_printf(out, "%s- ''\n", indent);
}

void gwt_aws_skeleton_yaml(struct gwt_buf *out, const struct gwt_aws_command *command)
{
	gwt_auto(gwt_buf_release) struct gwt_buf doc_name = { 0 };

	gwt_buf_init(&doc_name, SIZE_MAX);
	for (size_t i = 0; i < command->member_count; i++) {
		const struct gwt_member *member = command->members[i];

		add_member(out, command->operation->name, member->name, member, "", i == 0);
		if (member->shape != GWT_SHAPE_STRUCTURE)
			continue;
		for (const struct gwt_member *inner = member->members; inner->name; inner++) {
			gwt_buf_clear(&doc_name);
			gwt_buf_printf(&doc_name, "%s.%s", member->name, inner->name);
			add_member(out, command->operation->name, gwt_buf_cstr(&doc_name), inner, "  ",
				   inner == member->members);
		}
	}
}
