/*
 * walk_values.h - what the walk over the sandbox's operations fills members, labels and patches with.
 */
#ifndef GWT_TESTS_WALK_VALUES_H
#define GWT_TESTS_WALK_VALUES_H

#include "lib/base/arena.h"
#include "lib/model/model.h"

#define WALK_POOL 4

/* The last ids that answers gave for a noun ("RestApi", "Resource", …), newest last. */
struct walk_pool {
	const char *noun;
	char ids[WALK_POOL][64];
	size_t len;
};

struct walk_world {
	uint64_t seed;
	struct gwt_arena *arena;
	uint64_t sparse; /* one optional member in so many is in this body */
	struct walk_pool pools[12];
};

uint64_t walk_random(struct walk_world *world, uint64_t below);
/* An id of the world, or one that is made up. */
const char *walk_id(struct walk_world *world, const char *noun);
/* Remember an id that an answer gave; a new REST API forgets the ids of objects in the last one. */
void walk_learn(struct walk_world *world, const char *noun, struct gwt_span id);
/* The value of a path label, not yet encoded. */
const char *walk_label(struct walk_world *world, const char *wire);
/* The body of a call; "" where the operation has none. */
struct gwt_span walk_body(struct walk_world *world, const struct gwt_operation *operation);

#endif
