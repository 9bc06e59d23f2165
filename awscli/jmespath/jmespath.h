/*
 * jmespath.h - JMESPath, complete: compile an expression, search a value.
 *
 * Grammar: jmespath.org/specification (all productions; filters, projections,
 * slices, functions, expression references). Where the grammar is silent, and in
 * every message, it behaves as jmespath.py 1.0, which the AWS CLI uses: the
 * functions take and return Python numbers (awscli/pyval), and a message is str() of
 * the exception there. docs/jmespath.md lists the differences from the grammar.
 *
 * Values are never changed. A result shares the searched value's nodes, so it
 * lives as long as both that value and the arena.
 */
#ifndef GWT_AWSCLI_JMESPATH_JMESPATH_H
#define GWT_AWSCLI_JMESPATH_JMESPATH_H

#include "lib/json/json.h"

struct gwt_jmespath;

/* NULL when `expression` is not valid: *message says why. The result, with a copy of it, is in `arena`. */
const struct gwt_jmespath *gwt_jmespath_compile(struct gwt_arena *arena, struct gwt_span expression,
						struct gwt_span *message);

/*
 * False when a function is unknown or an argument is invalid: *message says why. On success *out is not NULL;
 * "no result" is a JSON null.
 */
bool gwt_jmespath_search(const struct gwt_jmespath *query, struct gwt_arena *arena,
			 const struct gwt_json *value, struct gwt_json **out, struct gwt_span *message);

/* How deep expressions may nest, and how deep evaluation may recurse. */
#define GWT_JMESPATH_MAX_DEPTH 320
#define GWT_JMESPATH_MAX_EVAL  900

#endif
