/*
 * shape.h - the ways in which requests have variables, and the key that a request has in each.
 *
 * A shape is a list of slots without which variable stands in which: requests of one shape that differ only in ids have
 * one key, the contract bytes with marks.
 */
#ifndef GWT_MATCH_SHAPE_H
#define GWT_MATCH_SHAPE_H

#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/cassette/template.h"
#include "lib/contract/canonical.h"
#include "lib/http/message.h"

struct gwt_form {
	const struct gwt_template *template; /* template of the first entry that has this shape */
	struct gwt_span bytes;               /* its identity: gwt_shape_text() */
};

struct gwt_span gwt_shape_text(struct gwt_arena *arena, const struct gwt_template *template);
/* Whether a slot is in the body, so that only the body's tree shows it. */
bool gwt_shape_is_in_body(const struct gwt_template *template);
/* Whether the request has every slot and the literals fit; the variables are not compared yet. */
bool gwt_shape_fits(const struct gwt_template *template, const struct gwt_request *request,
		    const struct gwt_contract *contract, struct gwt_arena *arena);
void gwt_shape_key(struct gwt_buf *out, const struct gwt_form *shape, const struct gwt_request *request,
		   const struct gwt_contract *contract, struct gwt_arena *arena);

/* The key of shapes: the number of segments in bytes, then the method. */
struct gwt_span gwt_bucket_name(struct gwt_arena *arena, const struct gwt_request *request);
/* The string of a slot; absent when the request has none there. */
struct gwt_span gwt_slot_string(const struct gwt_slot *slot, const struct gwt_request *request,
				const struct gwt_contract *contract, struct gwt_arena *arena);

#endif
