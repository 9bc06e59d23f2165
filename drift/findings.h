/*
 * findings.h - what a comparison found, one finding per cause, and what could not be checked.
 *
 * Changes are added place by place; those of one cause become one finding with all its places.
 */
#ifndef GWT_DRIFT_FINDINGS_H
#define GWT_DRIFT_FINDINGS_H

#include "drift/change.h"
#include "drift/policy.h"
#include "lib/base/map.h"

struct gwt_finding_place {
	struct gwt_span scenario, interaction;
};

struct gwt_finding {
	enum gwt_drift_rule rule;
	enum gwt_severity severity;
	struct gwt_span at, text;
	const struct gwt_json *was, *now; /* not NULL */
	struct gwt_finding_place *places; /* the first is where `at`, `was` and `now` were seen */
	size_t place_count, place_cap;
	const struct gwt_acceptance *acceptance; /* in force or expired; NULL: none */
	bool accepted;
	struct gwt_json *more; /* more members for the report; NULL: none */
};

struct gwt_unchecked {
	struct gwt_span scenario, reason;
};

struct gwt_score {
	size_t compared, same;
};

struct gwt_findings {
	struct gwt_arena *arena;
	const struct gwt_drift_policy *policy;
	struct gwt_finding **items; /* once finished, the worst first */
	size_t len, cap;
	struct gwt_unchecked *unchecked; /* one a scenario */
	size_t unchecked_len, unchecked_cap;
	struct gwt_span *scenarios; /* looked at */
	size_t scenario_count, scenario_cap;
	bool scored; /* answers were compared one by one */
	struct gwt_score score, by_evidence[GWT_EVIDENCE_GUESSED + 1];
	struct gwt_map by_cause, unchecked_by_name; /* private */
};

void gwt_findings_init(struct gwt_findings *findings, struct gwt_arena *arena,
		       const struct gwt_drift_policy *policy);
void gwt_findings_release(struct gwt_findings *findings);

/* Count a scenario as compared; each once. */
void gwt_findings_scenario(struct gwt_findings *findings, struct gwt_span scenario);
/* Add a change at a place (interaction may be absent); everything is copied. Returns its finding. */
struct gwt_finding *gwt_findings_add(struct gwt_findings *findings, const struct gwt_change *change,
				     struct gwt_span scenario, struct gwt_span interaction);
/* Add a place to a finding, unless it equals the last one. */
void gwt_finding_add_place(struct gwt_findings *findings, struct gwt_finding *finding,
			   struct gwt_span scenario, struct gwt_span interaction);
/* A scenario that could not be checked; more reasons are appended to the first. */
void gwt_findings_unchecked(struct gwt_findings *findings, struct gwt_span scenario, struct gwt_span reason);

/* Sort: the worst first, then by rule, then by place. */
void gwt_findings_finish(struct gwt_findings *findings);
/* How many findings of a severity are not accepted. */
size_t gwt_findings_count(const struct gwt_findings *findings, enum gwt_severity severity);
/* GWT_EMISMATCH, GWT_EUNCHECKED or GWT_OK: DESIGN section 8. */
gwt_status gwt_findings_verdict(const struct gwt_findings *findings, enum gwt_severity fail_on);
/* The report's JSON. */
struct gwt_json *gwt_findings_json(const struct gwt_findings *findings, struct gwt_arena *arena);

#endif
