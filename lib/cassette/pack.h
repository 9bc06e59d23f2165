/*
 * pack.h - a cassette without the file it was read from.
 *
 * Reading makes a tree of the whole file; serving 100,000 cassettes needs the
 * messages only. A packer copies cassettes into one arena and keeps what they have
 * in common (header lists, names, types) once.
 */
#ifndef GWT_CASSETTE_PACK_H
#define GWT_CASSETTE_PACK_H

#include "lib/base/map.h"
#include "lib/cassette/cassette.h"

struct gwt_packer {
	struct gwt_arena *arena; /* holds the copies; borrowed */
	struct gwt_map texts;    /* short texts, with themselves as keys */
	struct gwt_map lists;    /* header lists and lists of names, with their text as keys */
};

void gwt_packer_init(struct gwt_packer *packer, struct gwt_arena *arena);
/* The packed cassettes remain valid. */
void gwt_packer_release(struct gwt_packer *packer);

/* A deep copy of `cassette` that views nothing outside the packer's arena. */
void gwt_pack(struct gwt_packer *packer, const struct gwt_cassette *cassette, struct gwt_cassette *out);

#endif
