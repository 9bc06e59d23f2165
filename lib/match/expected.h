/*
 * expected.h - the headers that a recorded request is compared with.
 */
#ifndef GWT_MATCH_EXPECTED_H
#define GWT_MATCH_EXPECTED_H

#include "lib/match/index.h"

/*
 * `headers`, and an Authorization header, so that the scope and the level `signed` can be compared. It has
 * the recorded signed headers and region; the values that were signed and are not stored (Host, X-Amz-Date)
 * are `*`. In `arena`; *out may be *headers.
 */
void gwt_expected_headers(const struct gwt_cassette *cassette, const struct gwt_interaction *interaction,
			  const struct gwt_headers *headers, struct gwt_arena *arena,
			  struct gwt_headers *out);

/*
 * The recorded raw head and body of `request`, which is the interaction's request with this client's ids. If
 * the ids changed the body, the new body and its length are used; a chunked body stays as it was recorded.
 */
void gwt_expected_wire(const struct gwt_interaction *interaction, struct gwt_arena *arena,
		       struct gwt_request *request);

/* The recorded request as this client would have to send it, with its values and gwt_expected_headers(). */
void gwt_expected_request(const struct gwt_entry *entry, const struct gwt_values *values,
			  struct gwt_arena *arena, struct gwt_request *out);

#endif
