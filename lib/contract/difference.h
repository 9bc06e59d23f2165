/*
 * difference.h - finding differences, part by part.
 *
 * Private to lib/contract. compare.c decides on bytes and puts the parts in order;
 * body.c explains two unequal bodies, spelling.c two bodies that mean the same but
 * are written differently, effect.c which differences AWS would not notice.
 */
#ifndef GWT_CONTRACT_DIFFERENCE_H
#define GWT_CONTRACT_DIFFERENCE_H

#include "lib/contract/compare.h"
#include "lib/contract/parts.h"
#include "lib/sigv4/authorization.h"

struct gwt_sides {
	const struct gwt_request *expected, *got;
	const struct gwt_contract *expected_contract, *got_contract;
	struct gwt_arena *arena;
	struct gwt_comparison *out;
	struct gwt_authorization expected_claim, got_claim; /* unverified claims about their signatures */
};

/* Whether one more difference would be kept, whose place has so many bytes. */
bool gwt_comparison_has_room(const struct gwt_comparison *comparison, size_t place_bytes);

/* A copy of the place of a walk, if a difference there would be kept. */
struct gwt_span gwt_kept_place(const struct gwt_sides *sides, const struct gwt_buf *pointer);

/* Bytes as a JSON value: a string when they are UTF-8, else {"base64": "…"}. */
struct gwt_json *gwt_bytes_as_json(struct gwt_arena *arena, struct gwt_span bytes);

/* Add what differs between the bodies; nothing when they are equal at `contract`. */
void gwt_compare_bodies(const struct gwt_sides *sides);
/* For bodies that are equal at `contract`: add how their spelling differs, in the order of the verdicts. */
void gwt_compare_spelling(const struct gwt_sides *sides);
/* Mark the differences that level `effect` accepts; true when there are some and it accepts all. */
bool gwt_mark_same_effect(const struct gwt_sides *sides);

#endif
