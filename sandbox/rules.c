#include "sandbox/rules.h"

/* clang-format off */
const struct gwt_sandbox_rule gwt_rule_table[GWT_RULES] = {
#define RULE(name, evidence, status, code, text, condition, source) \
	{ #name, GWT_SANDBOX_##evidence, status, code, text, condition, source },
#include "sandbox/rules.inc"
#undef RULE
};
/* clang-format on */

const char *gwt_sandbox_evidence_word(enum gwt_sandbox_evidence evidence)
{
	static const char *const words[] = { "aws-published", "documented", "guessed" };

	return words[evidence];
}

const struct gwt_sandbox_rule *gwt_sandbox_rules(size_t *count)
{
	*count = GWT_RULES;
	return gwt_rule_table;
}
