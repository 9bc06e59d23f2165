/*
 * drift_source.h - the two sides of `gwtape drift A B`: a cassette, a folder of them, or either at a revision.
 */
#ifndef GWT_CLI_DRIFT_SOURCE_H
#define GWT_CLI_DRIFT_SOURCE_H

#include "lib/cassette/cassette.h"

/* Whether a word is a path (or cannot be anything else), or holds an '@'. */
bool gwt_is_drift_source(const char *word);

/* Load one; a folder without cassettes is an empty set. */
gwt_status gwt_drift_source_load(struct gwt_arena *arena, const char *word, struct gwt_cassettes *out,
				 struct gwt_error *err);
/*
 * Load A and B. Where one of them is a file, only its scenario is taken from the other. A side without
 * cassettes is an empty set, unless both are empty (GWT_EUNCHECKED). A broken cassette is GWT_EPARSE.
 */
gwt_status gwt_drift_sources_load(struct gwt_arena *arena, const char *a, const char *b,
				  struct gwt_cassettes *was, struct gwt_cassettes *now,
				  struct gwt_error *err);

#endif
