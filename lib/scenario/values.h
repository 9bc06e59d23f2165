/*
 * scenario_values.h - private to the scenario files: what a variable looks like.
 */
#ifndef GWT_SCENARIO_VALUES_H
#define GWT_SCENARIO_VALUES_H

#include "lib/scenario/scenario.h"

#define GWT_MAX_VALUE_BYTES                                                                                  \
	(10 * 1024 * 1024) /* size of one text after substitution: more than a request can hold */

/* The built-in variables, which are not declared; NULL after the last. */
const char *gwt_variable_builtin(size_t index);
/* Whether it is a letter, then letters, digits and '_'. */
bool gwt_variable_name(struct gwt_span name);

struct gwt_reference {
	struct gwt_span name;
	size_t len;   /* bytes from the first '$' to the '}' */
	bool literal; /* $${name}, which means the text ${name} */
};
/* Whether a reference begins at text[at], even if its name is not a variable. */
bool gwt_variable_reference(struct gwt_span text, size_t at, struct gwt_reference *out);
/* Whether `text` is one reference as a whole. */
bool gwt_variable_whole(struct gwt_span text, struct gwt_reference *out);

/* The text of {"$sub": "…"}; NULL for any other value. */
struct gwt_json *gwt_sub_text(const struct gwt_json *value);

#endif
