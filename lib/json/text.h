/*
 * text.h - JSON strings (RFC 8259, 7), checked first and decoded after.
 *
 * Private to lib/json. Checking stops at the first fault; decoding only sees what
 * was checked, so it cannot fail.
 */
#ifndef GWT_JSON_TEXT_H
#define GWT_JSON_TEXT_H

#include "lib/json/json.h"

struct gwt_json_string {
	struct gwt_span raw; /* between the quotes */
	bool escaped;        /* `raw` has a backslash */
	size_t end;          /* offset after the closing quote */
};

/* Check the string whose opening quote is text[at]. On failure *problem is filled. */
bool gwt_json_check_string(struct gwt_span text, size_t at, struct gwt_json_string *out,
			   struct gwt_json_problem *problem);
/* Its decoded bytes: a view of the text when nothing was escaped, else in `arena`. */
struct gwt_span gwt_json_decode_string(struct gwt_arena *arena, const struct gwt_json_string *string);

/* Length of the well-formed UTF-8 sequence at `s` (RFC 3629, 4), or 0. */
size_t gwt_json_utf8_length(struct gwt_span s);

/* Fill `problem` (may be NULL); returns false, so that a refusal is one statement. */
bool gwt_json_refuse(struct gwt_json_problem *problem, enum gwt_json_fault fault, size_t offset,
		     const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
