/*
 * argparse.h - Python's argparse, as far as the AWS CLI uses it.
 *
 * One parser is a table of options and at most one positional. Parsing is
 * parse_known_args(): words that fit neither are left over, in order, for the next
 * parser. An option may be shortened to a unique prefix. Which message comes first
 * depends on the order of argparse's steps, so parsing follows Lib/argparse.py (3.11).
 */
#ifndef GWT_AWSCLI_ARGPARSE_H
#define GWT_AWSCLI_ARGPARSE_H

#include "awscli/failure.h"

enum gwt_arg_kind {
	GWT_ARG_VALUE,    /* one value */
	GWT_ARG_OPTIONAL, /* one value, or none: `constant` is used then */
	GWT_ARG_LIST,     /* any number of values */
	GWT_ARG_FLAG,     /* no value */
	GWT_ARG_STOP,     /* no value; parsing ends at once (--version, --help) */
};

struct gwt_arg_option {
	const char *name; /* with dashes; NULL ends a table */
	enum gwt_arg_kind kind;
	const char *const *choices; /* NULL-ended; NULL: any value is accepted */
	const char *constant;
	bool required;
	const char *alias; /* a second spelling that comes before `name`: -h */
	bool whole;        /* matched only as a whole word (gwtape's own options) */
};

struct gwt_arg_parser {
	const char *usage; /* without "usage: " */
	const struct gwt_arg_option *options;
	const char *positional;     /* its name in messages; NULL: there is no positional */
	const char *const *choices; /* choices of the positional */
	bool positional_optional;
};

struct gwt_words_list {
	struct gwt_span *items;
	size_t len, cap;
};
void gwt_words_add(struct gwt_arena *arena, struct gwt_words_list *list, struct gwt_span word);

struct gwt_arg_value {
	bool given;
	struct gwt_span text;         /* VALUE, OPTIONAL: the value given last */
	struct gwt_words_list values; /* LIST: the values given last */
};

struct gwt_arg_result {
	struct gwt_arg_value *values;      /* one for each option, in the table's order */
	struct gwt_span positional;        /* absent when it was not given */
	struct gwt_words_list rest;        /* words that are neither options nor the positional */
	const struct gwt_arg_option *stop; /* the GWT_ARG_STOP option that ended parsing; NULL without one */
};

bool gwt_arg_parse(const struct gwt_arg_parser *parser, const struct gwt_words_list *words,
		   struct gwt_arg_result *out, struct gwt_aws_failure *failure);

/* difflib.get_close_matches(word, choices, n=3, cutoff=0.8), best first; returns how many. */
size_t gwt_close_matches(struct gwt_span word, const char *const *choices, const char *out[3]);

#endif
