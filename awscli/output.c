#include "awscli/output.h"

#include <stdlib.h>

#include "awscli/pyval/pyval.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

static bool is_empty_object(const struct gwt_json *value)
{
	return value->type == GWT_JSON_OBJECT && value->len == 0;
}

/*
 * As json.dump() with the CLI's encoder, which returns an unknown object unchanged, which looks like a
 * circular reference.
 */
static bool write_json(struct gwt_buf *out, const struct gwt_json *value, int indent,
		       struct gwt_aws_failure *failure)
{
	struct gwt_py_dumps how = { .indent = indent, .comma = indent ? "," : ", ", .colon = ": " };

	if (!gwt_py_json_write(out, value, &how))
		return gwt_aws_fail(failure, GWT_AWS_GENERAL, "Circular reference detected");
	gwt_buf_add_char(out, '\n');
	return true;
}

static bool format_json(struct gwt_buf *out, const struct gwt_aws_output *how, const struct gwt_json *value,
			struct gwt_aws_failure *failure)
{
	(void)how;
	return is_empty_object(value) || write_json(out, value, 4, failure);
}

static bool format_text(struct gwt_buf *out, const struct gwt_aws_output *how, const struct gwt_json *value,
			struct gwt_aws_failure *failure)
{
	(void)how;
	return gwt_aws_text_write(out, value, failure);
}

/* Fail for the first text, in libyaml's order, that has no UTF-8 form. */
static bool check_scalars(const struct gwt_json *value, struct gwt_aws_failure *failure)
{
	const struct gwt_json **members;

	if (value->type == GWT_JSON_STRING)
		return gwt_aws_check_encodable(value->text, failure);
	if (value->type == GWT_JSON_ARRAY)
		for (const struct gwt_json *item = value->child; item; item = item->next)
			if (!check_scalars(item, failure))
				return false;
	if (value->type != GWT_JSON_OBJECT)
		return true;
	members = gwt_aws_sorted(failure->arena, value);
	for (size_t i = 0; i < value->len; i++)
		if (!gwt_aws_check_encodable(members[i]->name, failure) ||
		    !check_scalars(members[i], failure))
			return false;
	return true;
}

/* Scalars are printed as JSON: a YAML document of one would end in "...". */
static bool format_yaml(struct gwt_buf *out, const struct gwt_aws_output *how, const struct gwt_json *value,
			struct gwt_aws_failure *failure)
{
	(void)how;
	if (is_empty_object(value))
		return true;
	if (value->type != GWT_JSON_ARRAY && value->type != GWT_JSON_OBJECT)
		return write_json(out, value, 0, failure);
	if (!check_scalars(value, failure))
		return false;
	gwt_aws_yaml_write(out, failure->arena, value);
	return true;
}

/* A list with the answer as its only item: the AWS CLI streams one item for each answer. */
static bool format_yaml_stream(struct gwt_buf *out, const struct gwt_aws_output *how,
			       const struct gwt_json *value, struct gwt_aws_failure *failure)
{
	struct gwt_json *item = gwt_arena_new(failure->arena, struct gwt_json);
	struct gwt_json *list = gwt_json_new(failure->arena, GWT_JSON_ARRAY);

	(void)how;
	if (is_empty_object(value))
		return true;
	if (!check_scalars(value, failure))
		return false;
	*item = *value;
	item->next = NULL;
	gwt_json_append(list, item);
	gwt_aws_yaml_write(out, failure->arena, list);
	return true;
}

static const struct {
	const char *name;
	bool (*write)(struct gwt_buf *out, const struct gwt_aws_output *how, const struct gwt_json *value,
		      struct gwt_aws_failure *failure);
} formats[] = {
	{ "json", format_json },
	{ "text", format_text },
	{ "table", gwt_aws_table_write },
	{ "yaml", format_yaml },
	{ "yaml-stream", format_yaml_stream },
};

bool gwt_aws_output_write(struct gwt_buf *out, const struct gwt_aws_output *how, const struct gwt_json *value,
			  struct gwt_aws_failure *failure)
{
	struct gwt_span message;
	struct gwt_json *result;
	size_t start = out->len;

	for (size_t i = 0; i < GWT_LEN(formats); i++) {
		if (!gwt_span_is(how->format, formats[i].name))
			continue;
		if (how->query) {
			if (!gwt_jmespath_search(how->query, failure->arena, value, &result, &message))
				return gwt_aws_fail_text(failure, GWT_AWS_GENERAL, message);
			value = result;
		}
		if (!formats[i].write(out, how, value, failure))
			return false;
		if (gwt_aws_check_encodable(gwt_span_slice(gwt_buf_span(out), start, out->len), failure))
			return true;
		out->len = start;
		return false;
	}
	return gwt_aws_fail(failure, GWT_AWS_GENERAL, "Unknown output type: " GWT_SPAN_FMT,
			    GWT_SPAN_ARG(how->format));
}
