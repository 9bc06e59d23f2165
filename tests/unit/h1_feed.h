/*
 * h1_feed.h - drives the request parser as a connection does, from memory that must not be overrun.
 */
#ifndef GWT_TESTS_H1_FEED_H
#define GWT_TESTS_H1_FEED_H

#include "lib/http/h1_parse.h"

/* The last result of the parser for the first request in some bytes. */
struct h1_outcome {
	enum gwt_h1_result result;
	int status;
	const char *reason;
	size_t consumed, continues;
	struct gwt_request request; /* valid when it is done; views copies in the arena given */
};

/*
 * Give `bytes` to a new parser: first `first` bytes, then `step` more each time. Each time the bytes so
 * far are at a new address and end at a page that may not be touched. Counts the requests to continue
 * (Expect: 100-continue).
 */
struct h1_outcome h1_feed(struct gwt_arena *arena, struct gwt_span bytes, size_t first, size_t step);
/* Feed all bytes at once. */
struct h1_outcome h1_feed_whole(struct gwt_arena *arena, struct gwt_span bytes);
/* Whether both have the same result, and the same request where there is one. */
bool h1_outcome_eq(const struct h1_outcome *a, const struct h1_outcome *b);

#endif
