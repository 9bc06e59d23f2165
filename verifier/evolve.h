/*
 * evolve.h - a recorded answer, changed in the ways in which an API may change without notice, one kind at a
 * time.
 *
 * Kind 0 is the answer as it was recorded. A client that still gives its caller the same result is "same";
 * the changed member itself may be in the result or left out.
 */
#ifndef GWT_VERIFIER_EVOLVE_H
#define GWT_VERIFIER_EVOLVE_H

#include "verifier/plan.h"

size_t gwt_evolve_count(void);
const char *gwt_evolve_kind(size_t kind);
/* Whether the kinds apply to a call's answer. */
bool gwt_evolve_fits(const struct gwt_plan_call *call);
const struct gwt_response *gwt_evolve_response(const struct gwt_plan_call *call, size_t kind,
					       struct gwt_arena *arena);
/* "same", "different", or "unknown" where the driver gives no output. */
const char *gwt_evolve_judge(const struct gwt_json *base, const struct gwt_json *output, size_t kind,
			     const struct gwt_response *response, struct gwt_arena *arena);

#endif
