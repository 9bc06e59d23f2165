/*
 * nearest.h - what a request that matches nothing was probably meant to be.
 */
#ifndef GWT_MATCH_NEAREST_H
#define GWT_MATCH_NEAREST_H

#include "lib/match/match.h"

/* The recorded request as this client would have to send it: values in place, gwt_expected_headers(). */
void gwt_expected_request(const struct gwt_entry *entry, const struct gwt_values *values,
			  struct gwt_arena *arena, struct gwt_request *out);

/* An interaction that a request equals at level `effect` and at no stricter one, and the ids it has there. */
struct gwt_same_effect {
	const struct gwt_entry *entry;
	struct gwt_values values;
};

/* All such interactions, in the order of the cassettes; returns how many. Compares with every one of the route. */
size_t gwt_match_same_effect(const struct gwt_index *index, const struct gwt_request *request,
			     const struct gwt_contract *contract, const struct gwt_match_options *options,
			     struct gwt_arena *arena, struct gwt_same_effect **out);

/*
 * Fill *out with the verdict of the nearest interaction and the best three: those of the same route first, ranked
 * by how much differs (route, then operation, then body, then headers). NO_SCENARIO where no interaction has the
 * request's operation and route.
 */
void gwt_match_nearest(const struct gwt_index *index, const struct gwt_request *request,
		       const struct gwt_contract *contract, const struct gwt_match_options *options,
		       struct gwt_arena *arena, struct gwt_outcome *out);

#endif
