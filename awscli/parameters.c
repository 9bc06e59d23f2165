#include "awscli/parameters.h"

#include "awscli/failure.h"
#include "awscli/files.h"
#include "awscli/shorthand.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"

/* What converting one option to a value needs. */
struct unpack {
	const struct gwt_member *member;
	const char *cli_name;
	struct gwt_arena *arena;
	struct gwt_aws_failure *failure;
};

static struct gwt_json *new_text(struct gwt_arena *arena, struct gwt_span text)
{
	struct gwt_json *value = gwt_json_new(arena, GWT_JSON_STRING);

	value->text = text;
	return value;
}

static bool is_bytes(const struct gwt_json *value)
{
	return gwt_py_tag(value) == GWT_PY_BYTES;
}

static bool fail_invalid_json(struct unpack *u, struct gwt_span reason, struct gwt_span text)
{
	return gwt_aws_fail_param(
		u->failure, u->cli_name,
		gwt_arena_printf(u->arena, "Invalid JSON: " GWT_SPAN_FMT "\nJSON received: " GWT_SPAN_FMT,
				 GWT_SPAN_ARG(reason), GWT_SPAN_ARG(text)));
}

static bool unpack_json(struct unpack *u, struct gwt_span text, struct gwt_json **out)
{
	struct gwt_py_json_fault fault;

	if (gwt_py_json_read(u->arena, text, true, out, &fault))
		return true;
	if (fault.recursion)
		return gwt_aws_fail_text(u->failure, GWT_AWS_GENERAL, fault.message);
	return fail_invalid_json(u, fault.message, text);
}

/* Mark the quoted text as bytes: invalid literal for int() with base 10: b'...' */
static struct gwt_span quote_bytes(struct unpack *u, struct gwt_span message, struct gwt_span bytes)
{
	struct gwt_span start = GWT_SPAN("invalid literal for int() with base 10: ");
	struct gwt_buf text;

	if (!gwt_span_starts(message, start))
		return message;
	gwt_buf_init(&text, SIZE_MAX);
	gwt_buf_add(&text, start);
	gwt_py_repr_bytes(&text, bytes);
	message = gwt_arena_copy(u->arena, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return message;
}

static bool unpack_integer(struct unpack *u, const struct gwt_json *value, struct gwt_json **out)
{
	struct gwt_span digits, message;

	if (!gwt_py_int(u->arena, value->text, &digits, &message))
		return gwt_aws_fail_text(u->failure, GWT_AWS_GENERAL,
					 is_bytes(value) ? quote_bytes(u, message, value->text) : message);
	*out = gwt_json_new(u->arena, GWT_JSON_NUMBER);
	(*out)->text = digits;
	return true;
}

/* "true" and "false" in any case become booleans; a value without lower() fails as in Python. */
static bool to_boolean(struct unpack *u, struct gwt_json *value)
{
	if (value->type != GWT_JSON_STRING)
		return gwt_aws_fail(u->failure, GWT_AWS_GENERAL, "'%s' object has no attribute 'lower'",
				    gwt_py_type_name(value));
	if (gwt_span_iis(value->text, "true") || gwt_span_iis(value->text, "false")) {
		value->type = gwt_span_iis(value->text, "true") ? GWT_JSON_TRUE : GWT_JSON_FALSE;
		value->text = (struct gwt_span){ 0 };
	}
	return true;
}

/* Shorthand knows only strings: convert members that have another type in the model. */
static bool fit_to_model(struct unpack *u, struct gwt_json *object)
{
	for (const struct gwt_member *m = u->member->members; m && m->name; m++) {
		struct gwt_json *value = gwt_json_get(object, m->name);

		if (value && m->shape == GWT_SHAPE_BOOLEAN && !to_boolean(u, value))
			return false;
	}
	return true;
}

static bool unpack_shorthand(struct unpack *u, struct gwt_span text, struct gwt_json **out)
{
	struct gwt_span reason;

	if (!gwt_aws_shorthand(u->arena, text, out, &reason))
		return gwt_aws_fail_param(u->failure, u->cli_name, reason);
	return u->member->shape != GWT_SHAPE_STRUCTURE || fit_to_model(u, *out);
}

static bool unpack_object(struct unpack *u, const struct gwt_json *value, struct gwt_json **out)
{
	struct gwt_span text = gwt_utf8_strip(value->text);

	if (is_bytes(value)) /* the AWS CLI's parser fails on bytes, with one of two exceptions */
		return gwt_aws_fail(u->failure, GWT_AWS_GENERAL, "%s",
				    value->text.len ? "'in <string>' requires string as left operand, not int"
						    : "a bytes-like object is required, not 'str'");
	if (text.len > 0 && text.ptr[0] == '[')
		return gwt_aws_fail_param(u->failure, u->cli_name,
					  gwt_arena_printf(u->arena, "Invalid JSON:\n" GWT_SPAN_FMT,
							   GWT_SPAN_ARG(value->text)));
	if (text.len > 0 && text.ptr[0] == '{')
		return unpack_json(u, value->text, out);
	return unpack_shorthand(u, value->text, out);
}

/* The items of a file that is not a JSON list: its characters, or the numbers of its bytes. */
static bool split_items(struct unpack *u, const struct gwt_json *value, struct gwt_json **out)
{
	uint32_t cp;

	*out = gwt_json_new(u->arena, GWT_JSON_ARRAY);
	for (size_t i = 0, len; i < value->text.len; i += len) {
		len = is_bytes(value) ? 1 : gwt_utf8_get(value->text, i, &cp);
		gwt_json_append(*out,
				is_bytes(value)
					? gwt_json_new_number(u->arena, (unsigned char)value->text.ptr[i])
					: new_text(u->arena, gwt_span_slice(value->text, i, i + len)));
	}
	return true;
}

static bool unpack_list_text(struct unpack *u, const struct gwt_json *value, struct gwt_json **out)
{
	struct gwt_span text = gwt_utf8_lstrip(value->text);

	if (is_bytes(value))
		return split_items(u, value, out);
	if (text.len == 0)
		return gwt_aws_fail(u->failure, GWT_AWS_GENERAL, "string index out of range");
	return text.ptr[0] == '[' ? unpack_json(u, value->text, out) : split_items(u, value, out);
}

static bool unpack_list(struct unpack *u, const struct gwt_words_list *words, struct gwt_json **out)
{
	if (words->len == 1 && gwt_span_starts(gwt_utf8_strip(words->items[0]), GWT_SPAN("[")))
		return unpack_json(u, words->items[0], out);
	*out = gwt_json_new(u->arena, GWT_JSON_ARRAY);
	for (size_t i = 0; i < words->len; i++)
		gwt_json_append(*out, new_text(u->arena, words->items[i]));
	return true;
}

static bool load(struct unpack *u, struct gwt_span text, struct gwt_json **out)
{
	struct gwt_span reason;

	if (!gwt_aws_paramfile(u->arena, text, out, &reason))
		return gwt_aws_fail_param(u->failure, u->cli_name, reason);
	return true;
}

static bool unpack_member(struct unpack *u, const struct gwt_arg_value *given, struct gwt_json **out)
{
	bool list = u->member->shape == GWT_SHAPE_STRING_LIST;
	struct gwt_span text = given->text;
	struct gwt_json *value = NULL;

	if (list)
		text = given->values.len == 1 ? given->values.items[0] : (struct gwt_span){ 0 };
	if (!load(u, text, &value))
		return false;
	if (list)
		return value ? unpack_list_text(u, value, out) : unpack_list(u, &given->values, out);
	if (!value)
		value = new_text(u->arena, text);
	switch (u->member->shape) {
	case GWT_SHAPE_INTEGER:
		return unpack_integer(u, value, out);
	case GWT_SHAPE_STRING_MAP:
	case GWT_SHAPE_STRUCTURE:
		return unpack_object(u, value, out);
	default:
		*out = value;
		return true;
	}
}

static bool unpack_members(const struct gwt_aws_command *command, const struct gwt_arg_result *parsed,
			   struct gwt_json *into, struct gwt_aws_failure *failure)
{
	struct unpack u = { .arena = failure->arena, .failure = failure };
	struct gwt_json *value;

	for (size_t i = 0; i < command->member_count; i++) {
		if (!parsed->values[i].given)
			continue;
		u.member = command->members[i];
		u.cli_name = command->options[i].name;
		if (!unpack_member(&u, &parsed->values[i], &value))
			return false;
		gwt_json_add(failure->arena, into, u.member->name, value);
	}
	return true;
}

/* Bytes as text: UTF-8 with or without a byte order mark; false for anything else. */
static bool decode_bytes(struct gwt_arena *arena, struct gwt_span bytes, struct gwt_span *out)
{
	if (gwt_span_starts(bytes, GWT_SPAN("\xef\xbb\xbf")))
		bytes = gwt_span_slice(bytes, 3, bytes.len);
	if (!gwt_utf8_valid(bytes, NULL))
		return false;
	*out = gwt_arena_copy(arena, bytes);
	return true;
}

static bool load_json_input(struct gwt_arena *arena, const struct gwt_json *value, struct gwt_json **out,
			    struct gwt_aws_failure *failure)
{
	struct gwt_py_json_fault fault = { 0 };
	struct gwt_span text = value->text;

	if ((!is_bytes(value) || decode_bytes(arena, value->text, &text)) &&
	    gwt_py_json_read(arena, text, false, out, &fault))
		return true;
	if (fault.recursion)
		return gwt_aws_fail_text(failure, GWT_AWS_GENERAL, fault.message);
	return gwt_aws_fail_param(failure, "cli-input-json", GWT_SPAN("Invalid JSON received."));
}

static bool load_yaml_input(struct gwt_arena *arena, const struct gwt_json *value, struct gwt_json **out,
			    struct gwt_aws_failure *failure)
{
	struct gwt_span text = value->text, crash = { NULL, 0 };

	if ((!is_bytes(value) || decode_bytes(arena, value->text, &text)) &&
	    gwt_aws_yaml_read(arena, text, out, &crash))
		return true;
	if (crash.ptr)
		return gwt_aws_fail_text(failure, GWT_AWS_GENERAL, crash);
	return gwt_aws_fail_param(failure, "cli-input-yaml", GWT_SPAN("Invalid YAML received."));
}

/* Members from the command line come first; the rest follows in its own order. */
static void merge_input(struct gwt_arena *arena, struct gwt_json *into, const struct gwt_json *loaded)
{
	for (const struct gwt_json *member = loaded->child; member; member = member->next) {
		struct gwt_json *copy;

		if (gwt_json_get_span(into, member->name))
			continue;
		copy = gwt_arena_new(arena, struct gwt_json);
		*copy = *member;
		copy->next = NULL;
		gwt_json_add_span(arena, into, member->name, copy);
	}
}

/* Read a file before any value is checked, so that its errors come in the options' order. */
static bool read_input(struct gwt_arena *arena, const char *cli_name, const struct gwt_arg_value *given,
		       struct gwt_json **out, struct gwt_aws_failure *failure)
{
	struct unpack u = { .cli_name = cli_name, .arena = arena, .failure = failure };

	*out = NULL;
	if (!given->given)
		return true;
	if (!load(&u, given->text, out))
		return false;
	if (!*out)
		*out = new_text(arena, given->text);
	return true;
}

static bool add_input(struct gwt_json *into, const char *cli_name, const struct gwt_json *value,
		      struct gwt_aws_failure *failure)
{
	bool json = strcmp(cli_name, "--cli-input-json") == 0;
	struct gwt_arena *arena = failure->arena;
	struct gwt_json *loaded;

	if (!(json ? load_json_input : load_yaml_input)(arena, value, &loaded, failure))
		return false;
	if (!gwt_py_is_dict(loaded))
		return gwt_aws_fail_param(
			failure, cli_name,
			gwt_arena_printf(arena, "Invalid type: expecting map, received <class '%s'>",
					 gwt_py_class_name(loaded)));
	merge_input(arena, into, loaded);
	return true;
}

bool gwt_aws_parameters(const struct gwt_aws_command *command, const struct gwt_arg_result *parsed,
			struct gwt_json **out, struct gwt_aws_failure *failure)
{
	const struct gwt_arg_value *extra = parsed->values + command->member_count;
	static const char *const names[] = { "--cli-input-json", "--cli-input-yaml" };
	struct gwt_json *inputs[GWT_LEN(names)];

	*out = gwt_json_new(failure->arena, GWT_JSON_OBJECT);
	if (!unpack_members(command, parsed, *out, failure))
		return false;
	for (size_t i = 0; i < GWT_LEN(names); i++)
		if (!read_input(failure->arena, names[i], &extra[i], &inputs[i], failure))
			return false;
	if (inputs[0] && inputs[1])
		return gwt_aws_fail(failure, GWT_AWS_PARAM,
				    "Only one --cli-input- parameter may be specified.");
	for (size_t i = 0; i < GWT_LEN(names); i++)
		if (inputs[i] && !add_input(*out, names[i], inputs[i], failure))
			return false;
	return true;
}
