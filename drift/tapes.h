/*
 * tapes.h - two recordings of the same scenarios, answer by answer.
 */
#ifndef GWT_DRIFT_TAPES_H
#define GWT_DRIFT_TAPES_H

#include "drift/findings.h"

/*
 * Compare two sets of cassettes, both sorted by scenario. What could not be checked: a scenario or call that
 * only one side has, a call with a different request, and an answer that was throttled.
 */
void gwt_drift_cassettes(struct gwt_findings *findings, const struct gwt_cassettes *was,
			 const struct gwt_cassettes *now);

#endif
