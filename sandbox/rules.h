/*
 * rules.h - every answer the sandbox can give, and how it is known to be AWS's.
 *
 * rules.inc has one row an answer; the table in docs/sandbox.md is made of the
 * same rows, and a test compares them.
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

/* Of enum gwt_rule. */
extern const struct gwt_sandbox_rule gwt_rule_table[GWT_RULES];

#endif
