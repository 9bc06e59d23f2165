/*
 * order.h - concurrent calls in an order that does not depend on luck, and what their ids are called.
 *
 * A call comes after the earlier calls that it is related to (lib/model/related.h); of the calls that could come next,
 * the one with the smallest contract bytes does, ids read as names. Reads that were repeated with the same answer are
 * kept once.
 */
#ifndef GWT_RECORDER_ORDER_H
#define GWT_RECORDER_ORDER_H

#include "lib/cassette/ids.h"
#include "recorder/call_ids.h"

/* Which order the calls get. */
enum gwt_order {
	GWT_ORDER_STABLE,  /* that of concurrent calls: the same whatever came first by luck */
	GWT_ORDER_ARRIVAL, /* of calls that were made one after the other: as they came */
	GWT_ORDER_EXACT,   /* of a given list of calls: as they came, including repeated reads */
};

/* An id as the client used it. */
struct gwt_named_id {
	struct gwt_span name; /* restApiId, resourceId2, deploymentId */
	struct gwt_span type; /* rest-api-id, … */
	struct gwt_span live;
	bool clock;      /* a text that is the client's clock */
	size_t given_by; /* index into `calls` of the call whose answer has it; SIZE_MAX: from outside */
	struct gwt_span pointer; /* where in that answer */
};

struct gwt_ordered {
	struct gwt_capture *calls; /* with `id` and `uses` filled */
	size_t len;
	bool reordered; /* not as they came */
	struct gwt_named_id
		*ids; /* that some request uses; account and region too, where a request has them */
	size_t id_count, id_cap;
};

/*
 * `calls` in the order of arrival; everything lives in `arena` or views them. `region` is the run's, `texts` are
 * those that become variables.
 */
void gwt_order_calls(const struct gwt_capture *calls, size_t len, struct gwt_span region,
		     const struct gwt_run_texts *texts, enum gwt_order order, struct gwt_arena *arena,
		     struct gwt_ordered *out);

#endif
