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
	struct gwt_span display; /* shown in the menu */
	struct gwt_span meta;    /* shown beside it; "" when there is nothing to say */
	struct gwt_span match;   /* searched for the typed characters */
	bool required;
};

struct gwt_completions {
	struct gwt_arena *arena;
	struct gwt_completion *items;
	size_t len, cap;
	size_t replaced; /* number of bytes before the cursor that a choice replaces */
};

void gwt_completions_add(struct gwt_completions *list, struct gwt_span insert, struct gwt_span display,
			 struct gwt_span meta, bool required);
/* Keep the items with the characters of `typed` in order, ignoring case; the tightest match comes first. */
void gwt_completions_filter(struct gwt_completions *list, struct gwt_span typed);

/* Completions at the end of `line`, the text before the cursor. */
void gwt_aws_complete(const struct gwt_aws_settings *settings, struct gwt_span line,
		      enum gwt_model_version version, struct gwt_completions *out);

/* Values for the option that waits for one; false when this option has none to offer. */
bool gwt_aws_complete_value(const struct gwt_aws_settings *settings, const struct gwt_partial *partial,
			    enum gwt_model_version version, struct gwt_completions *out);
/* file://… */
bool gwt_aws_complete_path(const struct gwt_partial *partial, struct gwt_completions *out);

#endif
