/*
 * waivers.h - known deviations of a client, each with a reason and a day on which it ends.
 *
 * clients/NAME/waivers.json: {"waivers": [{"scenario", "interaction", "verdict", "at", "signature", "level",
 * "reason", "until"}]}. A member that a row leaves out fits everything; a name may end in `*`. A waiver that
 * has expired waives nothing.
 */
#ifndef GWT_VERIFIER_WAIVERS_H
#define GWT_VERIFIER_WAIVERS_H

#include "verifier/cell.h"

struct gwt_waiver {
	struct gwt_span scenario, interaction, verdict, at, signature, level; /* absent: any */
	struct gwt_span reason, until;
	int64_t ends; /* seconds: the end of that day */
	size_t used, expired_uses;
};

struct gwt_waivers {
	struct gwt_waiver *items;
	size_t len;
};

/* The text of a file; `path` is what messages call it. The waivers view `arena`. */
gwt_status gwt_waivers_parse(struct gwt_arena *arena, const char *path, struct gwt_span text,
			     struct gwt_waivers *out, struct gwt_error *err);
/* A missing file means no waivers. GWT_EPARSE: the message names the file and the fault. */
gwt_status gwt_waivers_read(struct gwt_arena *arena, const char *path, struct gwt_waivers *out,
			    struct gwt_error *err);
/* Put the waiver that fits, and has not expired, into a cell that is not ok; count it. */
void gwt_waivers_apply(struct gwt_waivers *waivers, struct gwt_cell *cell, int64_t now);

#endif
