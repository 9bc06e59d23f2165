/*
 * output.h - a result in the format that --output names.
 *
 * json, text, table, yaml and yaml-stream, byte for byte as the AWS CLI's
 * formatter.py, text.py, table.py and ruamel.yaml (over libyaml) print them.
 */
#ifndef GWT_AWSCLI_OUTPUT_H
#define GWT_AWSCLI_OUTPUT_H

#include "awscli/failure.h"
#include "awscli/jmespath/jmespath.h"

struct gwt_aws_output {
	struct gwt_span format;
	const char *title;                /* title of a table: the operation */
	const struct gwt_jmespath *query; /* NULL: the whole value is printed */
	bool color;
	bool resets;  /* reset colors after every write, as colorama does on stdout but not for a pager */
	size_t width; /* of the terminal, for tables */
};

/* Append `value` in the format that `how` names. On failure *out may hold what was written before it. */
bool gwt_aws_output_write(struct gwt_buf *out, const struct gwt_aws_output *how, const struct gwt_json *value,
			  struct gwt_aws_failure *failure);

/* The single formats; `value` is the query's result. */
bool gwt_aws_text_write(struct gwt_buf *out, const struct gwt_json *value, struct gwt_aws_failure *failure);
bool gwt_aws_table_write(struct gwt_buf *out, const struct gwt_aws_output *how, const struct gwt_json *value,
			 struct gwt_aws_failure *failure);
void gwt_aws_yaml_write(struct gwt_buf *out, struct gwt_arena *arena, const struct gwt_json *value);

/* Members in order of their names: an array of value->len, in `arena`. */
const struct gwt_json **gwt_aws_sorted(struct gwt_arena *arena, const struct gwt_json *object);

/* Whether a plain YAML scalar of this text would be read as a string (yaml_read.c). */
bool gwt_aws_yaml_is_string(struct gwt_arena *arena, struct gwt_span text);

#endif
