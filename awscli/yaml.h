/*
 * yaml.h - parts of the YAML reader; users see gwt_aws_yaml_read() in parameters.h.
 */
#ifndef GWT_AWSCLI_YAML_H
#define GWT_AWSCLI_YAML_H

#include "lib/json/json.h"

struct gwt_aws_yaml_reader {
	struct gwt_arena *arena;
	size_t nodes, depth;
	struct gwt_span crash; /* message of an exception that is not a YAMLError */
};

/* The next two return NULL on failure: with a crash, or without one when the text is not valid YAML. */

/* A plain scalar without a tag, as the core schema and ruamel's timestamps read it. */
struct gwt_json *gwt_aws_yaml_plain(struct gwt_aws_yaml_reader *reader, struct gwt_span text);
/* A scalar with the tag tag:yaml.org,2002:KIND. */
struct gwt_json *gwt_aws_yaml_tagged(struct gwt_aws_yaml_reader *reader, struct gwt_span kind,
				     struct gwt_span text);
/* A string node; `tag` is of enum gwt_py_tag. */
struct gwt_json *gwt_aws_yaml_text(struct gwt_aws_yaml_reader *reader, struct gwt_span text, unsigned tag);
/* The value of the text between a pair of quotes; false for an unknown escape. */
bool gwt_aws_yaml_quoted(struct gwt_arena *arena, struct gwt_span text, char quote, struct gwt_span *out);
/* The text of the block whose first line begins at `start`; false when it does not end at `end`. */
bool gwt_aws_yaml_block(struct gwt_arena *arena, struct gwt_span source, size_t start, size_t end,
			struct gwt_span *out);
/* Set `crash` and return NULL, so that a crash is one return statement. */
struct gwt_json *gwt_aws_yaml_crash(struct gwt_aws_yaml_reader *reader, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Whether `text` has the form of a date or a time. */
bool gwt_aws_yaml_is_time(const char *text);
struct gwt_json *gwt_aws_yaml_time(struct gwt_aws_yaml_reader *reader, const char *text);

/* Whether all tabs are where ruamel accepts them; `inside` marks the bytes in quotes or in a block. */
bool gwt_aws_yaml_tabs_fit(struct gwt_span text, const bool *inside);
/* The same for the lines of a block: a tab is content, never indentation. */
bool gwt_aws_yaml_block_tabs_fit(struct gwt_span block);

#endif
