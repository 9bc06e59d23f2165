/*
 * plan.h - the calls that a client must make, in their order.
 *
 * A plan is made from scenarios and their cassettes: each step once, with the cassette's samples as ids. A
 * call knows the interaction that its request is compared with, so nothing is searched.
 */
#ifndef GWT_VERIFIER_PLAN_H
#define GWT_VERIFIER_PLAN_H

#include "lib/match/index.h"
#include "lib/scenario/scenario.h"

/* What the service does instead of answering. */
struct gwt_failure {
	const char *kind;
	int status; /* 0: it does not answer */
	const char *code, *message;
	enum { GWT_FAILURE_ANSWERS, GWT_FAILURE_RESETS, GWT_FAILURE_TRUNCATES } how;
};

struct gwt_plan_call {
	const struct gwt_scenario *source;
	const struct gwt_step *step;
	const struct gwt_entry *entry;       /* what its request must be */
	struct gwt_json *input;              /* by API member names, samples in place */
	const struct gwt_response *response; /* in place of the recorded answer; NULL: that one */
	const struct gwt_failure *failure;   /* of the first `failures` attempts; NULL: none */
	size_t failures;
	const size_t *after; /* earlier calls of the scenario that it is related to, by number in the plan */
	size_t after_count;
	const char *about; /* the trial's kind; NULL in the plan of all scenarios */
};

struct gwt_plan {
	struct gwt_plan_call *calls;
	size_t len, cap;
	size_t scenarios;                 /* that have calls */
	size_t unrecorded;                /* scenarios that have no cassette, or one of an older file */
	struct gwt_span first_unrecorded; /* name of the first of them */
	struct gwt_span hash;             /* of the cassettes: what results are filed under */
};

/* Everything lives in `arena` or views the arguments. GWT_EUNCHECKED when the plan has no call. */
gwt_status gwt_plan_make(struct gwt_arena *arena, const struct gwt_scenarios *scenarios,
			 const struct gwt_index *index, struct gwt_plan *out, struct gwt_error *err);
struct gwt_plan_call *gwt_plan_add(struct gwt_plan *plan, struct gwt_arena *arena);

#endif
