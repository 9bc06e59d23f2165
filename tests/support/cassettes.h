/*
 * cassettes.h - cassettes made in memory, for tests of matching and replay.
 */
#ifndef GWT_TESTS_CASSETTES_H
#define GWT_TESTS_CASSETTES_H

#include "lib/cassette/cassette.h"

/* One interaction of a test cassette, in a short spelling. */
struct test_step {
	const char *id, *method, *tail; /* tail: what follows /restapis/API/resources/RES/methods/ */
	const char *body;               /* request body; NULL for none */
	int status;
	const char *answer; /* response body; NULL for none */
};

/*
 * A cassette whose restApiId and resourceId have the samples `api` and `res`. They are variables at their
 * places in every path and in "cacheNamespace", where an answer has it. `steps` end at a step with a NULL id.
 */
void test_cassette(struct gwt_arena *arena, const char *scenario, const char *api, const char *res,
		   const struct test_step *steps, struct gwt_cassette *out);

/* A request as a client would send it, with accept, content-type, and an Authorization that has its scope. */
void test_request(struct gwt_arena *arena, const char *method, const char *target, const char *body,
		  struct gwt_request *out);

#endif
