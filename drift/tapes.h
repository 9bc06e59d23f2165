/*
 * tapes.h - two recordings of the same scenarios, answer by answer.
 */
#ifndef GWT_DRIFT_TAPES_H
#define GWT_DRIFT_TAPES_H

#include "drift/findings.h"

/*
 * Compare two sets of cassettes, both sorted by scenario. A scenario on one side only, a call that is on one side only
 * or asks something else, and an answer that says nothing (throttled) could not be checked.
 */
void gwt_drift_cassettes(struct gwt_findings *findings, const struct gwt_cassettes *was,
			 const struct gwt_cassettes *now);

#endif
