/*
 * index.h - every interaction of a set of cassettes, found by what it asks.
 *
 * A key is a request's contract bytes with a mark where variables stand. Requests
 * that differ only in ids have the same key; each distinct way of having variables
 * is a shape. Finding a client's request makes one key a shape that fits its method
 * and number of path segments, and looks each up: the cost does not grow with the
 * number of cassettes. Keys are compared whole, never by their hash alone.
 *
 * Immutable once made; sessions and threads share it.
 */
#ifndef GWT_MATCH_INDEX_H
#define GWT_MATCH_INDEX_H

#include "lib/cassette/template.h"
#include "lib/match/edges.h"

struct gwt_index;

/* An interaction, and what matching needs to know of it. */
struct gwt_entry {
	const struct gwt_cassette *cassette;
	const struct gwt_interaction *interaction;
	size_t cassette_index, interaction_index;
	struct gwt_template request, response;
	const struct gwt_key *key;
	const struct gwt_headers
		*expected_headers; /* gwt_expected_headers(), shared by entries that have the same */
	const struct gwt_authorization
		*expected_claim; /* what they say of a signature; NULL where the query may say it as well */
	bool writes;             /* its method writes */
	bool effect;             /* ... and it was not answered 4xx */
	bool again;              /* a write that does the same when it is repeated */
	/* may answer again after it was used: a read, a write without effect, or such a write */
	bool repeats;
	bool deletes_api;
	uint64_t sample_ids;            /* length of a body in the table of gwt_index_known_body() */
	size_t canonical_len;           /* of a body in the table of gwt_index_known_body() */
	struct gwt_entry *same_body;    /* next in the chain of that table */
	struct gwt_entry *same_ids;     /* next in the chain of gwt_index_with_samples() */
	struct gwt_entry *same_key;     /* next of the same key, in the order of the cassettes */
	struct gwt_entry *next_starter; /* the next entry of the same key that may begin its scenario */
};

/* All interactions whose requests differ only in ids, in the order of the cassettes. */
struct gwt_key {
	struct gwt_span bytes; /* contract bytes with a mark where variables stand, and the shape they have */
	struct gwt_key *same_hash; /* next in the chain of the index's table */
	struct gwt_entry *entries, *last;
	struct gwt_entry *starters, *last_starter; /* entries that need nothing before them */
	size_t first_len;                          /* of them: the first steps of their scenarios */
};

/* `cassettes` must outlive the index. */
struct gwt_index *gwt_index_new(const struct gwt_cassettes *cassettes);
/* The same, entirely in `arena`: such an index is not freed. It views only `arena` and the cassettes. */
struct gwt_index *gwt_index_make(const struct gwt_cassettes *cassettes, struct gwt_arena *arena);
void gwt_index_free(struct gwt_index *index);

const struct gwt_cassettes *gwt_index_cassettes(const struct gwt_index *index);
/* The entries of a cassette, one for each interaction. */
struct gwt_entry *gwt_index_entries(const struct gwt_index *index, size_t cassette);

/*
 * The canonical form of a request's body, if the body was recorded with the same bytes and the same claim to
 * be JSON, and no interaction that the request may be has a variable in its body; else absent. With it,
 * gwt_contract_make_known() makes the contract without parsing the body.
 */
struct gwt_span gwt_index_known_body(const struct gwt_index *index, const struct gwt_request *request,
				     struct gwt_arena *arena);

/* A key that a request has, and a hash of the strings in its slots: two requests of one key and one `ids` very
   likely name the same ids. */
struct gwt_found {
	const struct gwt_key *key;
	uint64_t ids;
};

/* The keys that both the request and an interaction have, in `arena`; returns how many. */
size_t gwt_index_find(const struct gwt_index *index, const struct gwt_request *request,
		      const struct gwt_contract *contract, struct gwt_arena *arena,
		      const struct gwt_found **out);

/* Which interactions of a cassette are related. */
const struct gwt_edges *gwt_index_edges(const struct gwt_index *index, size_t cassette);
/* The interaction that creates the cassette's API, if that is its first write; else SIZE_MAX. */
size_t gwt_index_creator(const struct gwt_index *index, size_t cassette);
/* Whether the cassettes were recorded in more than one region. */
bool gwt_index_has_regions(const struct gwt_index *index);

/*
 * The first entry whose samples are, by their hash, the ids that were found; the others follow by `same_ids`.
 */
struct gwt_entry *gwt_index_with_samples(const struct gwt_index *index, const struct gwt_found *found);

/* The same hash for an entry with `values` instead of samples. */
uint64_t gwt_entry_ids(const struct gwt_entry *entry, const struct gwt_values *values,
		       struct gwt_arena *scratch);

/*
 * Read the values of an entry's variables from `request`, which must have the entry's key. False when one
 * variable would have two values.
 */
bool gwt_entry_read(const struct gwt_entry *entry, const struct gwt_request *request,
		    const struct gwt_contract *contract, struct gwt_arena *arena, struct gwt_values *out);

/* Interactions with this method and operation (or, for an unknown operation, with as many path segments). */
size_t gwt_index_same_route(const struct gwt_index *index, const struct gwt_request *request,
			    struct gwt_entry *const **out);
/* Whether there is an interaction with this operation. */
bool gwt_index_has_operation(const struct gwt_index *index, struct gwt_span operation);

#endif
