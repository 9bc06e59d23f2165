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

/* The order that the calls get. */
enum gwt_order {
	GWT_ORDER_STABLE,  /* for concurrent calls: the same order, whichever call came first by chance */
	GWT_ORDER_ARRIVAL, /* for calls that were made one after the other: the order of arrival */
	GWT_ORDER_EXACT,   /* for a given list of calls: the order of arrival, including repeated reads */
};

/* An id as the client used it. */
struct gwt_named_id {
	struct gwt_span name; /* restApiId, resourceId2, deploymentId */
	struct gwt_span type; /* rest-api-id, … */
	struct gwt_span live;
	bool clock;      /* a text that is the client's clock */
	size_t given_by; /* index into `calls` of the call whose answer gave it; SIZE_MAX: no answer did */
	struct gwt_span pointer; /* where it is in that answer */
};

struct gwt_ordered {
	struct gwt_capture *calls; /* with `id` and `uses` filled */
	size_t len;
	bool reordered;           /* the order is not that of arrival */
	struct gwt_named_id *ids; /* ids that some request uses, including account and region */
	size_t id_count, id_cap;
};

/*
 * `calls` are in the order of arrival; everything lives in `arena` or views them. `region` is the region of
 * the run, `texts` are the texts that become variables.
 */
void gwt_order_calls(const struct gwt_capture *calls, size_t len, struct gwt_span region,
		     const struct gwt_run_texts *texts, enum gwt_order order, struct gwt_arena *arena,
		     struct gwt_ordered *out);

#endif
