/*
 * pairwise.h - scenarios that cover every pair of value classes.
 *
 * Greedy and deterministic. First come combinations that AWS accepts, so that valid values really meet. The
 * other pairs, in which AWS refuses a value, are packed into as few refused calls as possible.
 * docs/coverage.md says how and why.
 */
#ifndef GWT_SCENARIO_PAIRWISE_H
#define GWT_SCENARIO_PAIRWISE_H

#include "lib/scenario/coverage_options.h"
#include "lib/scenario/scenario.h"

/* One combination: a class for each option. */
struct gwt_combination {
	size_t classes[GWT_MAX_OPTIONS];
};
struct gwt_combinations {
	struct gwt_combination *items;
	size_t len, cap;
};

/* A set of combinations that covers `options`. */
void gwt_pairwise_combinations(struct gwt_arena *arena, const struct gwt_options *options,
			       struct gwt_combinations *out);

/* The known answer of AWS to a combination: 201, or 400 with *error. */
int gwt_pairwise_status(const struct gwt_options *options, const struct gwt_combination *combination,
			const char **error);

/*
 * The scenarios pairwise/TYPE-NN of the newest model, sorted by name. GWT_EPARSE when a class has no sample
 * value: add one to class_values.c.
 */
gwt_status gwt_pairwise_scenarios(struct gwt_arena *arena, struct gwt_scenarios *out, struct gwt_error *err);

#endif
