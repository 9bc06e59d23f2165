/*
 * expect.h - a replay whose caller knows which interaction comes next.
 *
 * `gwtape verify` tells a client what to call, so its request is compared with that one interaction, without
 * a search. Each judgement is reported at once.
 */
#ifndef GWT_REPLAYER_EXPECT_H
#define GWT_REPLAYER_EXPECT_H

#include "lib/report/run.h"
#include "replayer/fault.h"

/* What a request must be, and what answers it. */
struct gwt_expectation {
	const struct gwt_entry *entry;       /* NULL: no call was asked for */
	const struct gwt_response *response; /* in place of the recorded answer; NULL: that one */
	const struct gwt_fault *fault;       /* done to the answer; NULL: none */
	bool consumed;                       /* the interaction was answered already */
};

struct gwt_expect {
	void (*wanted)(void *arg, struct gwt_expectation *out); /* NULL: not known */
	/* Called with every row; `request` is what came, NULL where it was not a request. */
	void (*judged)(void *arg, const struct gwt_run_row *row, const struct gwt_request *request);
	void *arg;
};

/* Compare a request with the expected interaction; returns the fault for it, or NULL. */
const struct gwt_fault *gwt_expect_find(const struct gwt_expect *expect, const struct gwt_request *request,
					const struct gwt_match_options *options, struct gwt_arena *arena,
					struct gwt_match_result *out);
/*
 * Whether the operation is that of the call asked for, or nothing was asked for: the backdrop answers the
 * others.
 */
bool gwt_expect_is_about(const struct gwt_expect *expect, const char *operation);
void gwt_expect_judged(const struct gwt_expect *expect, const struct gwt_run_row *row,
		       const struct gwt_request *request);

#endif
