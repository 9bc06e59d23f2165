/*
 * places.h - the places of a cassette's variables, by interaction, under names that two cassettes share.
 *
 * A server makes new ids each time. They are recognised by their place: a variable of the newer cassette at
 * the place of an older one is the same variable, whatever their names are.
 */
#ifndef GWT_DRIFT_PLACES_H
#define GWT_DRIFT_PLACES_H

#include "lib/cassette/cassette.h"

struct gwt_variable_place {
	const struct gwt_position *at;
	struct gwt_span name; /* of the variable */
	size_t variable;
};

struct gwt_places {
	const struct gwt_cassette *cassette;
	struct gwt_variable_place
		*items; /* by interaction, request before response, then by string and byte */
	size_t len;
	size_t *first; /* of each interaction, and the end of the last */
};

/* `out` lives in `arena` and views `cassette`. */
void gwt_places_init(struct gwt_places *out, const struct gwt_cassette *cassette, struct gwt_arena *arena);
/* Give the variables of `now` the names that `was` has at the same places. */
void gwt_places_rename(struct gwt_places *now, const struct gwt_places *was, struct gwt_arena *arena);

#endif
