/*
 * maker.h - private to the files that make a cassette: the places of variables in live messages.
 *
 *   maker.c      the cassette's variables and their marks
 *   ids.c        the marks of requests, and the cassette as a whole
 *   answer_ids.c the marks of answers
 *   substitute.c samples in the place of marks, and the positions that follow
 */
#ifndef GWT_CASSETTE_MAKER_H
#define GWT_CASSETTE_MAKER_H

#include "lib/cassette/ids.h"

/* A variable at a place of the live messages: `at` counts bytes of their strings. */
struct gwt_occurrence {
	struct gwt_position at;
	size_t variable; /* index in the cassette's variables */
};

struct gwt_maker {
	struct gwt_arena *arena;
	const struct gwt_captures *captures;
	struct gwt_json **requests, **responses; /* parsed bodies, NULL where there is none */
	struct gwt_span *live;                   /* value of each variable of the cassette */
	struct gwt_span *keys;                   /* for a time, what it is the time of; else absent */
	size_t live_cap, key_cap;
	struct gwt_occurrence *marks;
	size_t len, cap;
	struct gwt_cassette *out;
};

void gwt_maker_add_occurrence(struct gwt_maker *maker, const struct gwt_position *at, size_t variable);
/* Index of the cassette's variable of this name; a new one is added. */
size_t gwt_maker_variable(struct gwt_maker *maker, struct gwt_span name, struct gwt_span type,
			  struct gwt_span live);
/*
 * The variable of this type that has this live value now, whether bound or found before; SIZE_MAX when
 * none has.
 */
size_t gwt_maker_bound(struct gwt_maker *maker, const char *type, struct gwt_span live);
/* The variable with this key; SIZE_MAX when there is none. */
size_t gwt_maker_keyed(const struct gwt_maker *maker, struct gwt_span key);

/* Mark the answer of one call, after all requests are marked. */
void gwt_maker_find_in_answer(struct gwt_maker *maker, size_t interaction);

/*
 * Put samples into the live message, and its positions into the variables. GWT_EPARSE for a mark without
 * a string.
 */
gwt_status gwt_maker_substitute(struct gwt_maker *maker, size_t interaction, struct gwt_error *err);

#endif
