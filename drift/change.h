/*
 * change.h - one difference between two answers to one request.
 */
#ifndef GWT_DRIFT_CHANGE_H
#define GWT_DRIFT_CHANGE_H

#include "drift/normal.h"
#include "drift/rules.h"
#include "lib/base/buf.h"

struct gwt_change {
	enum gwt_drift_rule rule;
	struct gwt_span at; /* a pointer into the body, a lower-case header name, `status`, or "" */
	struct gwt_span
		cause; /* `at` with `*` for keys and indices: the same change in other answers has the same */
	struct gwt_span
		variant; /* tells apart changes of one rule and cause, instead of the values; may be absent */
	const struct gwt_json *was, *now; /* NULL: absent */
	struct gwt_span text;             /* one line for a reader */
};

struct gwt_changes {
	struct gwt_arena *arena; /* borrowed; everything in the changes lives in it */
	struct gwt_change *items;
	size_t len, cap;
};

/* Two answers to one request, and what is known of the request. */
struct gwt_answers {
	const struct gwt_normal *was, *now;
	const struct gwt_operation *operation; /* NULL where the model does not have it */
	const struct gwt_json *asked;          /* body of the request; may be NULL */
	const struct gwt_json *sent; /* body of the write whose effect the answers show; NULL: not known */
};

/* Append all differences. */
void gwt_answers_compare(const struct gwt_answers *answers, struct gwt_changes *out);

/* For the files of this comparison: append one; `at` and `cause` are copied. */
struct gwt_change *gwt_changes_add(struct gwt_changes *changes, enum gwt_drift_rule rule, struct gwt_span at,
				   struct gwt_span cause, const struct gwt_json *was,
				   const struct gwt_json *now);
void gwt_change_say(struct gwt_changes *changes, struct gwt_change *change, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A value for a reader: variables as texts, cut to a number of bytes. */
struct gwt_span gwt_value_shown(struct gwt_arena *arena, const struct gwt_json *value);
/* A copy for a report: a number that holds a variable becomes the text of the variable's name. */
struct gwt_json *gwt_value_copy(struct gwt_arena *arena, const struct gwt_json *value);

/* Its parts: bodies as values, bodies as they are written, and texts of errors. */
void gwt_bodies_compare(const struct gwt_answers *answers, struct gwt_changes *out);
void gwt_forms_compare(struct gwt_span was, struct gwt_span now, bool same_values, struct gwt_changes *out);
void gwt_messages_compare(const struct gwt_answers *answers, struct gwt_span at, const struct gwt_json *was,
			  const struct gwt_json *now, struct gwt_changes *out);
/* `text` with its quotations of the request replaced by `*`, so that one cause has one text. */
struct gwt_span gwt_message_masked(const struct gwt_answers *answers, struct gwt_span text,
				   struct gwt_arena *arena);

#endif
