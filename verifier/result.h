/*
 * result.h - what a run of `gwtape verify` found: counts, exit code, the JSON report.
 *
 * The JSON report (docs/verify.md) is the model; every other format is derived from it.
 */
#ifndef GWT_VERIFIER_RESULT_H
#define GWT_VERIFIER_RESULT_H

#include "verifier/contest.h"

struct gwt_result {
	const struct gwt_plan *plan;
	const struct gwt_plan *trials; /* NULL: none */
	struct gwt_contestant *items;
	size_t len;
	enum gwt_level level;            /* that had to hold */
	const struct gwt_json *compared; /* {"new": […], "right": […]}; NULL: not compared */
	int signum;                      /* that ended the run early; 0: none */
	bool all;                        /* all scenarios were selected */
};

struct gwt_result_counts {
	size_t cells, matched, broken, failing, waived, expired, refused, unsupported, requests;
	size_t levels[GWT_LEVEL_WIRE + 1];
};
/* Of one contestant. */
void gwt_result_count(const struct gwt_contestant *contestant, const struct gwt_plan *plan,
		      struct gwt_result_counts *out);
/* Whether it could be tested: "ok", "not installed", "no call". */
const char *gwt_contestant_state(const struct gwt_contestant *contestant, const struct gwt_plan *plan);

/* DESIGN section 7: 1 where a cell fails, else 5 where something could not be checked, else 0. */
int gwt_result_exit_code(const struct gwt_result *result);
struct gwt_json *gwt_result_json(const struct gwt_result *result, struct gwt_arena *arena);

#endif
