/*
 * rules.h - every answer the sandbox can give, and how it is known to be AWS's.
 *
 * rules.inc has one row an answer, kinds.inc one row for each kind of input of which
 * AWS's answer was recorded. Together they make the label of an answer and the tables
 * in docs/sandbox.md; a test compares the two.
 */
#ifndef GWT_SANDBOX_RULES_H
#define GWT_SANDBOX_RULES_H

#include "sandbox/sandbox.h"

enum gwt_rule {
#define RULE(name, evidence, status, code, text, condition, source) GWT_RULE_##name,
#include "sandbox/rules.inc"
#undef RULE
	GWT_RULES,
};

/* Indexed by enum gwt_rule. */
extern const struct gwt_sandbox_rule gwt_rule_table[GWT_RULES];

/*
 * What `rule` rests on in a call of `operation` with this kind of input, in the words of kinds.inc; both may
 * be empty. Never NULL; static.
 */
const struct gwt_sandbox_basis *gwt_rule_basis(enum gwt_rule rule, const char *operation,
					       struct gwt_span kind);

#endif
