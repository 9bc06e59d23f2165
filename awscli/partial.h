/*
 * partial.h - an unfinished command line, as far as it can be understood.
 *
 * The prompt's parser (awscli/autocomplete/parser.py): words split at blanks, no quotes, no --x=y; it says
 * which command we are in, which option is waiting for a value, and the part of a word before the cursor.
 */
#ifndef GWT_AWSCLI_PARTIAL_H
#define GWT_AWSCLI_PARTIAL_H

#include "awscli/command.h"

struct gwt_partial {
	bool in_service;                 /* after `apigateway` */
	struct gwt_span operation;       /* set after its name; absent before */
	struct gwt_aws_command *command; /* of that operation; NULL when gwtape does not have it */
	bool other_service;              /* after a service that gwtape does not have */
	struct gwt_span param;           /* the option waiting for its value, without dashes; else absent */
	struct gwt_span fragment;        /* the word at the cursor that was not understood; else absent */
	struct gwt_words_list typed;     /* options so far, without dashes */
	struct gwt_words_list unparsed;
	struct gwt_span output, query, profile; /* values of these options; absent when not given */
};

/* `line` is the text before the cursor, without `aws`. */
void gwt_aws_partial(struct gwt_arena *arena, struct gwt_span line, enum gwt_model_version version,
		     struct gwt_partial *out);

#endif
