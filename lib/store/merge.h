/*
 * merge.h - three versions of a file of recordings into one, for git.
 *
 * A cassette is never merged: it is one recording or the other. VALIDATED.json is merged scenario by
 * scenario, and the newer date wins.
 */
#ifndef GWT_STORE_MERGE_H
#define GWT_STORE_MERGE_H

#include "lib/store/validated.h"

/* The bytes of the three; `base` is empty when the file was added on both sides. */
struct gwt_merge {
	struct gwt_span base, ours, theirs;
};

/* False when both sides changed it differently; *out is then `ours`. */
bool gwt_merge_cassette(const struct gwt_merge *merge, struct gwt_span *out);
/* GWT_EPARSE when a version is not a VALIDATED.json. */
gwt_status gwt_merge_validated(struct gwt_arena *arena, const struct gwt_merge *merge, struct gwt_buf *out,
			       struct gwt_error *err);

#endif
