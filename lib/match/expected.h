/*
 * expected.h - the headers that a recorded request is compared with.
 */
#ifndef GWT_MATCH_EXPECTED_H
#define GWT_MATCH_EXPECTED_H

#include "lib/match/index.h"

/*
 * `headers` and, so that scope and the level `signed` can be compared, an Authorization header that names the
 * recorded signed headers and region, and a `*` for what was signed and is not stored (Host, X-Amz-Date).
 * In `arena`; *out may be *headers.
 */
void gwt_expected_headers(const struct gwt_cassette *cassette, const struct gwt_interaction *interaction,
			  const struct gwt_headers *headers, struct gwt_arena *arena,
			  struct gwt_headers *out);

/*
 * The recorded raw head and body of `request`, which is the interaction's with this client's ids in place. Where they
 * changed the body, it is put in and its length said anew; a chunked one stays as it was recorded.
 */
void gwt_expected_wire(const struct gwt_interaction *interaction, struct gwt_arena *arena,
		       struct gwt_request *request);

/* The recorded request as this client would have to send it: values in place, gwt_expected_headers(). */
void gwt_expected_request(const struct gwt_entry *entry, const struct gwt_values *values,
			  struct gwt_arena *arena, struct gwt_request *out);

#endif
