/*
 * cell.h - what one client did with one call, and the verdict on it.
 */
#ifndef GWT_VERIFIER_CELL_H
#define GWT_VERIFIER_CELL_H

#include "lib/report/run.h"
#include "verifier/plan.h"
#include "verifier/protocol.h"

struct gwt_waiver;

/* One request of a call. */
struct gwt_attempt {
	uint64_t at_ms;      /* monotonic */
	struct gwt_span raw; /* head and body as they came; absent where it was not a request */
	size_t head;         /* bytes of it that are the head */
};

struct gwt_cell {
	const struct gwt_plan_call *call;
	bool asked;   /* the driver was given the call */
	bool ok;      /* one call, as it must be */
	bool settled; /* not ok, but not a failure either: LOCAL_REFUSAL, UNSUPPORTED */
	enum gwt_verdict verdict;
	enum gwt_level level;           /* the strongest that held */
	const char *reason;             /* how the driver failed; NULL: it did not */
	struct gwt_json *row;           /* of the first request, as reports have it; NULL: none came */
	struct gwt_span signed_headers; /* as the first request names them; absent where it does not */
	struct gwt_attempt *attempts;
	size_t attempt_count, attempt_cap;
	struct gwt_reply reply; /* where there was one */
	bool replied;
	struct gwt_span note; /* one more line; may be absent */
	uint64_t began_ms, took_ms;
	const struct gwt_waiver *waiver; /* the one that applies; NULL: none */
	bool known;                      /* it also failed in the report it is compared with */
};

/* Whether it makes the run fail. */
bool gwt_cell_fails(const struct gwt_cell *cell);
/* "types/mock#put". */
struct gwt_span gwt_cell_place(const struct gwt_cell *cell, struct gwt_arena *arena);
/* The first request, parsed anew; false where there is none. */
bool gwt_cell_request(const struct gwt_cell *cell, struct gwt_arena *arena, struct gwt_request *out);
/* A row of the report (docs/verify.md), with input and raw request where it is not ok. */
struct gwt_json *gwt_cell_json(const struct gwt_cell *cell, const char *client, struct gwt_arena *arena);

#endif
