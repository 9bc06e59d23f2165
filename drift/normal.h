/*
 * normal.h - requests and answers without what changes each time they are made.
 *
 * Ids, accounts, regions and dates are variables by position: the cassette says where they stand, the
 * service model which members are times. A string or number in which a variable stands has the variable's name in its
 * place and its tag set, so that a text that merely looks so is another value.
 */
#ifndef GWT_DRIFT_NORMAL_H
#define GWT_DRIFT_NORMAL_H

#include "drift/places.h"
#include "lib/json/json.h"

struct gwt_normal {
	int status;                 /* of an answer */
	struct gwt_span target;     /* of a request: method, path and query */
	struct gwt_headers headers; /* without those that change each time; arena's */
	struct gwt_span body;       /* as stored: its samples still in place */
	struct gwt_json *json;      /* NULL where the body is not JSON */
};

void gwt_normal_request(const struct gwt_places *places, size_t interaction, struct gwt_arena *arena,
			struct gwt_normal *out);
void gwt_normal_response(const struct gwt_places *places, size_t interaction, struct gwt_arena *arena,
			 struct gwt_normal *out);

/* Order of two header names, ASCII case ignored: that of the headers above. */
int gwt_header_order(struct gwt_span a, struct gwt_span b);
/* Equal values, variables by their names; members in any order. */
bool gwt_normal_equal(const struct gwt_json *a, const struct gwt_json *b);
/* Whether two requests ask the same. */
bool gwt_normal_same_request(const struct gwt_normal *a, const struct gwt_normal *b);
/* The bytes of a normalized answer, for its hash: no two different answers have the same ones. */
void gwt_normal_bytes(struct gwt_buf *out, const struct gwt_normal *answer);

#endif
