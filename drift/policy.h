/*
 * policy.h - a project's settings for differences: `drift` of gwtape.json.
 *
 * They choose the severity of a rule, and accept known differences, for a reason and until a date.
 */
#ifndef GWT_DRIFT_POLICY_H
#define GWT_DRIFT_POLICY_H

#include "drift/rules.h"
#include "lib/json/json.h"

struct gwt_acceptance {
	enum gwt_drift_rule rule;
	struct gwt_span scenario; /* a name or a group; absent: any */
	struct gwt_span at;       /* exactly; absent: any */
	struct gwt_span reason, until_text;
	int64_t until; /* the first second when it is not accepted any more */
	bool used;
};

struct gwt_drift_policy {
	enum gwt_severity severity[GWT_DRIFT_RULE_COUNT];
	struct gwt_acceptance *accepted;
	size_t accepted_count;
	int64_t now; /* seconds */
};

/* The table's severities; nothing is accepted. */
void gwt_drift_policy_init(struct gwt_drift_policy *policy, int64_t now);
/*
 * Read `drift` (NULL: nothing) of the file `path`. GWT_EPARSE where it is not as docs/drift.md describes: an
 * unknown rule or severity, an acceptance without rule, reason or date. `policy` views `drift` and `arena`.
 */
gwt_status gwt_drift_policy_read(struct gwt_drift_policy *policy, const char *path,
				 const struct gwt_json *drift, struct gwt_arena *arena,
				 struct gwt_error *err);
/* The acceptance that a difference falls under, expired or not; NULL when there is none. Marks it used. */
struct gwt_acceptance *gwt_drift_policy_find(const struct gwt_drift_policy *policy, enum gwt_drift_rule rule,
					     struct gwt_span scenario, struct gwt_span at);

#endif
