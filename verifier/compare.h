/*
 * compare.h - what changed since an earlier report.
 */
#ifndef GWT_VERIFIER_COMPARE_H
#define GWT_VERIFIER_COMPARE_H

#include "verifier/contest.h"

/* The text of a report; `path` is what messages call it. */
gwt_status gwt_compare_parse(struct gwt_arena *arena, const char *path, struct gwt_span text,
			     struct gwt_json **out, struct gwt_error *err);
/* Read a report of `gwtape verify` (or a file of results/). GWT_EPARSE when it is neither. */
gwt_status gwt_compare_read(struct gwt_arena *arena, const char *path, struct gwt_json **out,
			    struct gwt_error *err);
/*
 * {"new": cells that fail and did not in `old`, "right": cells that failed there and are right now}, each a list of
 * {"client", "scenario", "interaction", "verdict"}. With `forgive`, what failed in `old` too does not fail the run.
 * Only contestants that have cells count; `as` (may be NULL) is what `old` calls the one contestant.
 */
struct gwt_json *gwt_compare_with(const struct gwt_json *old, struct gwt_contestant *items, size_t len,
				  size_t calls, bool forgive, const char *as, struct gwt_arena *arena);

#endif
