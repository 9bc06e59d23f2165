/*
 * shorthand.h - the AWS CLI's shorthand: a=b,c=[d,e],f={g=h}.
 *
 * Follows awscli/shorthand.py (2.9.19) production by production, its regular
 * expressions' backtracking included; docs/aws-cli.md has the grammar. The
 * result is a tree of objects, arrays and strings.
 */
#ifndef GWT_AWSCLI_SHORTHAND_H
#define GWT_AWSCLI_SHORTHAND_H

#include "lib/json/json.h"

/* False: *reason is the text after "Error parsing parameter '--x': ". */
bool gwt_aws_shorthand(struct gwt_arena *arena, struct gwt_span text, struct gwt_json **out,
		       struct gwt_span *reason);

/* Nesting of lists and maps; CPython's recursion limit is near. */
#define GWT_AWS_SHORTHAND_DEPTH 300

#endif
