/*
 * globals.h - the options that every command has, and gwtape's own three.
 */
#ifndef GWT_AWSCLI_GLOBALS_H
#define GWT_AWSCLI_GLOBALS_H

#include "awscli/argparse.h"
#include "awscli/jmespath/jmespath.h"

struct gwt_aws_globals {
	struct gwt_span endpoint_url, output, query_text, profile, region, ca_bundle; /* absent: not given */
	struct gwt_span binary_format;                                                /* absent: not given */
	struct gwt_span color;            /* "auto" when not given */
	const struct gwt_jmespath *query; /* NULL: not given */
	bool debug, no_verify_ssl, no_sign_request, no_pager;
	struct gwt_span read_timeout, connect_timeout; /* seconds, in digits; 0: no limit */
	/* gwtape's own */
	struct gwt_span record; /* NAME; absent: not asked for */
	bool check, print_request;
	struct gwt_span check_source; /* "" means any cassette */
	struct gwt_span command;      /* the first word that is not an option */
	struct gwt_words_list rest;
	bool version; /* --version: print it and stop */
};

/* Parse the whole line; compiles --query, checks --endpoint-url, reads the timeouts. */
bool gwt_aws_globals_parse(const struct gwt_words_list *words, const char *const *commands,
			   struct gwt_aws_globals *out, struct gwt_aws_failure *failure);

/* The options themselves, for the prompt. */
extern const struct gwt_arg_option gwt_aws_global_options[];

#endif
