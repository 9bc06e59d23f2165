/*
 * position.h - places in an interaction, as text and as strings.
 *
 *   put#request/path/4                     the fourth path segment, counted from 0 after the first '/'
 *   put#request/query/limit                a query value
 *   get#response/body/cacheNamespace       a JSON pointer into the body
 *   put#request/body/credentials@13+12     12 bytes from byte 13 of the string there
 *   put#response/header/location           a header's value
 */
#ifndef GWT_CASSETTE_POSITION_H
#define GWT_CASSETTE_POSITION_H

#include "lib/cassette/cassette.h"

/* False when the text is not a position, or names an interaction that the cassette does not have. */
bool gwt_position_parse(struct gwt_arena *arena, const struct gwt_cassette *cassette, struct gwt_span text,
			struct gwt_position *out);
/* The same for a position in a request, as gwt_step_request() gives it ("path/4", "body/x@1+2"). */
bool gwt_position_parse_below(struct gwt_arena *arena, struct gwt_span text, struct gwt_position *out);

/* Order of two places of one interaction, for qsort(): request before response, then by part, string and byte. */
int gwt_position_order(const struct gwt_position *a, const struct gwt_position *b);
/* Whether both are in the same string. */
bool gwt_position_same_string(const struct gwt_position *a, const struct gwt_position *b);

/*
 * The whole decoded string that contains the position, of a request or a response with the parsed body `json`
 * (NULL: none); absent when there is no such string.
 */
struct gwt_span gwt_position_string(const struct gwt_position *position, const struct gwt_request *request,
				    const struct gwt_headers *response_headers, struct gwt_json *json,
				    struct gwt_arena *arena);
/* The part of `string` that the position names: all of it, or bytes [from, from + len); absent when outside. */
struct gwt_span gwt_position_part(const struct gwt_position *position, struct gwt_span string);

#endif
