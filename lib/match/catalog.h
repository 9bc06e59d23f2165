/*
 * catalog.h - cassettes and their index, ready to serve.
 *
 * Reading 100,000 cassettes takes seconds. A catalog of many is therefore also kept
 * as one file in a cache folder, and is read back in one piece as long as no
 * cassette file, and not gwtape itself, has changed (docs/index-cache.md). The cache is only ever a
 * copy: without it, or when it is not exactly right, the cassettes are read.
 */
#ifndef GWT_MATCH_CATALOG_H
#define GWT_MATCH_CATALOG_H

#include "lib/base/region.h"
#include "lib/match/index.h"

struct gwt_catalog {
	const struct gwt_cassettes *cassettes;
	const struct gwt_index *index;
	/* private */
	struct gwt_region region; /* holds all of it, or ... */
	struct gwt_arena arena;   /* ... this does */
};

struct gwt_catalog_source {
	const char *source; /* DIR or DIR@REV, as for gwt_cassettes_load() */
	char *const *names;
	size_t name_count;
	const char *cache; /* the cache folder; NULL: no cache */
	bool cache_few;    /* use the cache even when reading them is quick */
};

/* Errors are those of gwt_cassettes_load(); the cache causes none. */
gwt_status gwt_catalog_open(const struct gwt_catalog_source *source, struct gwt_catalog *out,
			    struct gwt_error *err);
/* Takes a zeroed one. */
void gwt_catalog_close(struct gwt_catalog *catalog);

#endif
