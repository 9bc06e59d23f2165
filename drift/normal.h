/*
 * normal.h - requests and answers without the parts that change each time.
 *
 * Ids, accounts, regions and dates are variables by position: the cassette says where they are, the service
 * model says which members are times. A string or number that holds a variable gets the variable's name
 * instead, and its tag is set, so that an ordinary text that looks the same is a different value.
 */
#ifndef GWT_DRIFT_NORMAL_H
#define GWT_DRIFT_NORMAL_H

#include "drift/places.h"
#include "lib/json/json.h"

struct gwt_normal {
	int status;                 /* of an answer */
	struct gwt_span target;     /* of a request: method, path and query */
	struct gwt_headers headers; /* without those that change each time; in the arena */
	struct gwt_span body;       /* as stored, with its samples */
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
/* The bytes of a normalized answer, for its hash: different answers have different bytes. */
void gwt_normal_bytes(struct gwt_buf *out, const struct gwt_normal *answer);

#endif
