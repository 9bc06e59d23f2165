/*
 * walk_values.h - what the walk over the sandbox's operations fills members, labels and patches with.
 */
#ifndef GWT_TESTS_WALK_VALUES_H
#define GWT_TESTS_WALK_VALUES_H

#include "lib/base/arena.h"
#include "lib/model/model.h"

#define WALK_POOL 4

/* Ids that answers gave, newest last, by what they name: "RestApi", "Resource", … */
struct walk_pool {
	const char *noun;
	char ids[WALK_POOL][64];
	size_t len;
};

struct walk_world {
	uint64_t seed;
	struct gwt_arena *arena;
	uint64_t sparse; /* of this body: one optional member in so many */
	struct walk_pool pools[12];
};

uint64_t walk_random(struct walk_world *world, uint64_t below);
/* An id of the world's, or a made-up one. */
const char *walk_id(struct walk_world *world, const char *noun);
/* Remember what an answer named; a new REST API empties what hung on the last one. */
void walk_learn(struct walk_world *world, const char *noun, struct gwt_span id);
/* The value of a path label, not yet encoded. */
const char *walk_label(struct walk_world *world, const char *wire);
/* The body of a call; "" where the operation has none. */
struct gwt_span walk_body(struct walk_world *world, const struct gwt_operation *operation);

#endif
