/*
 * drift_result.h - the output of `gwtape drift`: findings by the project's policy, reports, the exit code.
 */
#ifndef GWT_CLI_DRIFT_RESULT_H
#define GWT_CLI_DRIFT_RESULT_H

#include "cli/command.h"
#include "drift/findings.h"

struct gwt_drift_output {
	enum gwt_severity fail_on;
	const struct gwt_words *reports; /* FORMAT:FILE */
	bool json;
	bool unanswered; /* no call got an answer: exit 4 */
};

/* GWT_EUSAGE for a report that is not FORMAT:FILE. Call it before any work is done. */
gwt_status gwt_drift_output_check(const struct gwt_drift_output *output, struct gwt_error *err);
/* The policy of gwtape.json, at this time. In `arena`. */
gwt_status gwt_drift_policy_load(struct gwt_drift_policy *policy, struct gwt_arena *arena,
				 struct gwt_error *err);
/* Finish, print and report the findings; `title` says what was compared. */
gwt_status gwt_drift_output_write(const struct gwt_drift_output *output, struct gwt_findings *findings,
				  const char *title, int *exit_code, struct gwt_error *err);

#endif
