/*
 * map.h - a hash table from bytes to a pointer.
 *
 * Keys are hashed with a seed drawn at start, so that a client cannot choose
 * names that collide. Keys are not copied: they must outlive the map or the
 * entry. Iteration is in insertion order, which keeps every output stable.
 */
#ifndef GWT_BASE_MAP_H
#define GWT_BASE_MAP_H

#include "lib/base/span.h"

struct gwt_map_entry {
	struct gwt_span key;
	void *value;
	uint64_t hash;
};

struct gwt_map {
	struct gwt_map_entry *entries; /* insertion order; a removed one has key.ptr NULL */
	uint32_t *slots;               /* index + 1 into entries; 0 is free */
	size_t len, used, cap, slot_count;
};

/* Takes a zeroed map, as all functions below do. */
void gwt_map_release(struct gwt_map *map);
void *gwt_map_get(const struct gwt_map *map, struct gwt_span key);
/* Set or replace; returns the value that was there, or NULL. `value` is not NULL. */
void *gwt_map_put(struct gwt_map *map, struct gwt_span key, void *value);
/* Returns the removed value, or NULL. */
void *gwt_map_remove(struct gwt_map *map, struct gwt_span key);
/*
 * Move the tables of `map` into `arena`, as small as possible. From then on it can only be read, and must not
 * be released.
 */
struct gwt_arena;
void gwt_map_freeze(struct gwt_map *map, struct gwt_arena *arena);
/* Iterate: for (size_t i = 0; (e = gwt_map_next(map, &i));) */
struct gwt_map_entry *gwt_map_next(const struct gwt_map *map, size_t *i);

/*
 * The seed, for a table that outlives the process. Adopting one fails when another was drawn already; the
 * first hash draws it.
 */
void gwt_hash_seed(uint64_t out[2]);
bool gwt_hash_adopt_seed(const uint64_t wanted[2]);
/* The seeded hash that maps use, for other tables. */
uint64_t gwt_hash(struct gwt_span bytes);
/*
 * A faster hash with the same seed, for tables that confirm each hit by comparing bytes and to which a client
 * cannot add without limit: a collision costs one comparison.
 */
uint64_t gwt_hash_quick(struct gwt_span bytes);
/* For tests: the bits of gwt_hash_quick() that count; 0 makes everything collide. */
extern uint64_t gwt_hash_quick_mask;

#endif
