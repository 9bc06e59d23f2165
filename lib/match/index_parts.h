/*
 * index_parts.h - what an index is made of: for index_make.c, which makes it, and index.c, which looks into it.
 */
#ifndef GWT_MATCH_INDEX_PARTS_H
#define GWT_MATCH_INDEX_PARTS_H

#include "lib/base/arena.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/http/message.h"
#include "lib/match/edges.h"
#include "lib/match/index.h"
#include "lib/match/shape.h"

/* All shapes of one method and number of path segments. */
struct gwt_bucket {
	struct gwt_form *shapes;
	size_t len, cap;
	bool in_body; /* one of them has a slot in the body */
};

/* All entries of one route, from which the nearest candidates are taken. */
struct gwt_index_route {
	struct gwt_entry **entries;
	size_t len, cap;
};

struct gwt_index {
	struct gwt_arena own;    /* used by gwt_index_new() */
	struct gwt_arena *arena; /* only while it is made */
	const struct gwt_cassettes *cassettes;
	struct gwt_entry *entries;
	size_t *first;                  /* for each cassette: an index in entries */
	const struct gwt_edges **edges; /* for each cassette; equal ones are shared */
	uint32_t *creators;             /* for each cassette: an interaction; UINT32_MAX: none */
	bool has_regions;
	struct gwt_map keys; /* by gwt_hash_quick() of their bytes: struct gwt_key, chained */
	struct gwt_map
		bodies; /* by the same of recorded bodies that are JSON and say so: struct gwt_entry, chained */
	struct gwt_map buckets, routes, operations;
	struct gwt_map headers, templates, shared_edges; /* what entries share; only while it is made */
	struct gwt_entry **by_samples;                   /* heads of chains, by sample_ids */
	size_t by_samples_mask;
};

/* A hash as a name for maps. */
static inline struct gwt_span gwt_hash_name(const uint64_t *hash)
{
	return (struct gwt_span){ (const char *)hash, sizeof(*hash) };
}

static inline struct gwt_span gwt_entry_body(const struct gwt_entry *entry)
{
	return entry->interaction->request.body;
}

/* Found by a hash, and compared as a whole; NULL when there is none. */
struct gwt_key *gwt_index_find_key(const struct gwt_index *index, struct gwt_span bytes);
struct gwt_entry *gwt_index_find_body(const struct gwt_index *index, struct gwt_span body);
/* The key of an operation's interactions in the map of routes. */
struct gwt_span gwt_route_name(struct gwt_arena *arena, const struct gwt_request *request);

#endif
