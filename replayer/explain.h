/*
 * explain.h - a broken contract as a text for a client's exception.
 */
#ifndef GWT_REPLAYER_EXPLAIN_H
#define GWT_REPLAYER_EXPLAIN_H

#include "lib/match/session.h"
#include "lib/sigv4/sigv4.h"

/*
 * Several lines: the verdict, every difference, how to mend a signature, the nearest candidates. Never cut.
 */
struct gwt_span gwt_explain(struct gwt_arena *arena, const struct gwt_match_result *result,
			    const struct gwt_signature *signature, const struct gwt_request *request,
			    enum gwt_level wanted);

#endif
