#include "sandbox/rules.h"

#include "lib/base/error.h"
#include "lib/base/span.h"

/* clang-format off */
const struct gwt_sandbox_rule gwt_rule_table[GWT_RULES] = {
#define RULE(name, evidence, status, code, text, condition, source) \
	{ #name, { GWT_SANDBOX_##evidence, source }, status, code, text, condition },
#include "sandbox/rules.inc"
#undef RULE
};

static const struct gwt_sandbox_kind kinds[] = {
#define KIND(rule, operations, inputs, source) \
	{ GWT_RULE_##rule, operations, inputs, { GWT_SANDBOX_PUBLISHED, source } },
#include "sandbox/kinds.inc"
#undef KIND
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

const struct gwt_sandbox_kind *gwt_sandbox_kinds(size_t *count)
{
	*count = GWT_LEN(kinds);
	return kinds;
}

/* Whether `word` is in a list separated by blanks; "*" contains every word. */
static bool has_word(const char *list, struct gwt_span word)
{
	struct gwt_span rest = gwt_span_of(list);

	if (gwt_span_is(rest, "*"))
		return true;
	while (rest.ptr)
		if (gwt_span_eq(gwt_span_cut(&rest, ' '), word))
			return true;
	return false;
}

const struct gwt_sandbox_basis *gwt_rule_basis(enum gwt_rule rule, const char *operation,
					       struct gwt_span kind)
{
	for (size_t i = 0; i < GWT_LEN(kinds); i++)
		if (kinds[i].rule == (size_t)rule && has_word(kinds[i].operations, gwt_span_of(operation)) &&
		    has_word(kinds[i].inputs, kind))
			return &kinds[i].basis;
	return &gwt_rule_table[rule].otherwise;
}
