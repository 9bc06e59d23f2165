/*
 * edges.h - which interactions of a cassette are related (lib/model/related.h), as bits.
 *
 * Matching asks of every candidate whether all that must come before it was matched and nothing that makes it stale,
 * so the answers are worked out once, when cassettes are loaded. Cassettes with equal edges share them.
 */
#ifndef GWT_MATCH_EDGES_H
#define GWT_MATCH_EDGES_H

#include "lib/cassette/cassette.h"
#include "lib/model/related.h"

/* The relation that decides what is available: DESIGN section 4, `--order`. */
enum gwt_replay_order {
	GWT_REPLAY_CAUSAL, /* all rules */
	GWT_REPLAY_STRICT, /* every write is related to everything */
	GWT_REPLAY_NONE,   /* only the flow of ids and names */
};
const char *gwt_replay_order_word(enum gwt_replay_order order);
bool gwt_replay_order_parse(struct gwt_span word, enum gwt_replay_order *out);

/* A row is `words` of bits, one bit an interaction; rows hold writes that took effect and nothing else. */
struct gwt_edges {
	size_t words;
	const uint64_t *causal; /* a row for each interaction */
	const uint64_t *flows;  /* the same by rule 1 alone */
	const uint64_t *writes; /* one row: all writes that took effect */
	const uint64_t *given;  /* bits of the variables that an interaction's answer was the first to show */
	size_t given_words;
};

static inline bool gwt_bit(const uint64_t *bits, size_t at)
{
	return bits[at / 64] >> (at % 64) & 1;
}

static inline void gwt_bit_set(uint64_t *bits, size_t at)
{
	bits[at / 64] |= UINT64_C(1) << (at % 64);
}

static inline size_t gwt_bit_words(size_t count)
{
	return (count + 63) / 64;
}

/* Whether the cassette was recorded by a proxy that did not know the relation: rules 1 and 2 alone hold for it. */
bool gwt_edges_are_old(const struct gwt_cassette *cassette);

/* The cassette's calls, in `arena`. */
struct gwt_trace *gwt_edges_trace(const struct gwt_cassette *cassette, struct gwt_arena *arena);

/* All of it in `arena`. */
void gwt_edges_make(const struct gwt_cassette *cassette, struct gwt_arena *arena, struct gwt_edges *out);
/* Bytes that are equal exactly for equal edges; in `arena`. */
struct gwt_span gwt_edges_bytes(const struct gwt_edges *edges, size_t interactions, struct gwt_arena *arena);
void gwt_edges_copy(const struct gwt_edges *from, size_t interactions, struct gwt_arena *arena,
		    struct gwt_edges *out);

/* The writes that an interaction is related to under this order: its row. */
static inline const uint64_t *gwt_edges_row(const struct gwt_edges *edges, enum gwt_replay_order order,
					    size_t interaction)
{
	if (order == GWT_REPLAY_STRICT)
		return edges->writes;
	return (order == GWT_REPLAY_NONE ? edges->flows : edges->causal) + interaction * edges->words;
}

#endif
