/*
 * argparse.h - Python's argparse, as far as the AWS CLI uses it.
 *
 * One parser is a table of options and at most one positional. Parsing is
 * parse_known_args(): what fits nothing is left over, in order, for the next
 * parser. Prefixes count when they are unique; which message comes first hangs on
 * the order of argparse's steps, so parse follows Lib/argparse.py (3.11).
 */
#ifndef GWT_AWSCLI_ARGPARSE_H
#define GWT_AWSCLI_ARGPARSE_H

#include "awscli/failure.h"

enum gwt_arg_kind {
	GWT_ARG_VALUE,    /* one value */
	GWT_ARG_OPTIONAL, /* one value or none: then `constant` */
	GWT_ARG_LIST,     /* any number of values */
	GWT_ARG_FLAG,     /* no value */
	GWT_ARG_STOP,     /* no value; parsing ends at once (--version, --help) */
};

struct gwt_arg_option {
	const char *name; /* with dashes; NULL ends a table */
	enum gwt_arg_kind kind;
	const char *const *choices; /* NULL-ended; NULL: any */
	const char *constant;
	bool required;
	const char *alias; /* a second spelling that comes before `name`: -h */
	bool whole;        /* matched only as a whole word (gwtape's own options) */
};

struct gwt_arg_parser {
	const char *usage; /* without "usage: " */
	const struct gwt_arg_option *options;
	const char *positional;     /* its name in messages; NULL: none */
	const char *const *choices; /* of the positional */
	bool positional_optional;
};

struct gwt_words_list {
	struct gwt_span *items;
	size_t len, cap;
};
void gwt_words_add(struct gwt_arena *arena, struct gwt_words_list *list, struct gwt_span word);

struct gwt_arg_value {
	bool given;
	struct gwt_span text;         /* VALUE, OPTIONAL: the last one */
	struct gwt_words_list values; /* LIST: the last ones */
};

struct gwt_arg_result {
	struct gwt_arg_value *values;      /* one an option, in the table's order */
	struct gwt_span positional;        /* absent when it is not there */
	struct gwt_words_list rest;        /* what fits nothing */
	const struct gwt_arg_option *stop; /* of GWT_ARG_STOP; then nothing else counts */
};

bool gwt_arg_parse(const struct gwt_arg_parser *parser, const struct gwt_words_list *words,
		   struct gwt_arg_result *out, struct gwt_aws_failure *failure);

/* difflib.get_close_matches(word, choices, n=3, cutoff=0.8), best first; returns how many. */
size_t gwt_close_matches(struct gwt_span word, const char *const *choices, const char *out[3]);

#endif
