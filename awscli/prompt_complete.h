/*
 * prompt_complete.h - completions at the cursor of a command line.
 *
 * Commands, options with their descriptions, values of enumerations and of
 * global options, structure members, profiles, regions, file names, members of
 * the answer for --query. Matches are fuzzy: the typed characters in order.
 */
#ifndef GWT_AWSCLI_PROMPT_COMPLETE_H
#define GWT_AWSCLI_PROMPT_COMPLETE_H

#include "awscli/partial.h"
#include "awscli/settings.h"

struct gwt_completion {
	struct gwt_span insert;  /* the whole word */
	struct gwt_span display; /* in the menu */
	struct gwt_span meta;    /* beside it; "" when there is nothing to say */
	struct gwt_span match;   /* what the typed characters are looked for in */
	bool required;
};

struct gwt_completions {
	struct gwt_arena *arena;
	struct gwt_completion *items;
	size_t len, cap;
	size_t replaced; /* bytes before the cursor that an item takes the place of */
};

void gwt_completions_add(struct gwt_completions *list, struct gwt_span insert, struct gwt_span display,
			 struct gwt_span meta, bool required);
/* Keep what holds the characters of `typed` in order, ignoring case; the tightest match first. */
void gwt_completions_filter(struct gwt_completions *list, struct gwt_span typed);

/* `line` is the text before the cursor. */
void gwt_aws_complete(const struct gwt_aws_settings *settings, struct gwt_span line,
		      enum gwt_model_version version, struct gwt_completions *out);

/* Values for the option that waits for one; false where this option has none to offer. */
bool gwt_aws_complete_value(const struct gwt_aws_settings *settings, const struct gwt_partial *partial,
			    enum gwt_model_version version, struct gwt_completions *out);
/* file://… */
bool gwt_aws_complete_path(const struct gwt_partial *partial, struct gwt_completions *out);

#endif
