/*
 * rows.h - the rows of a run in their order: what those before a row say about it.
 */
#ifndef GWT_REPORT_ROWS_H
#define GWT_REPORT_ROWS_H

#include "lib/base/arena.h"
#include "lib/base/map.h"
#include "lib/json/json.h"

/* Zeroed before the first row. */
struct gwt_rows {
	struct gwt_map broken, names; /* keys in the arena */
	struct gwt_arena arena;
};

void gwt_rows_release(struct gwt_rows *rows);

/*
 * Each row is asked about once, in order. True for a broken one that only came too early because the call that must
 * come first was broken, or was missed by one before it already, in the same session: mending that one mends this.
 */
bool gwt_rows_is_consequence(struct gwt_rows *rows, const struct gwt_json *row);
/* The same question, answered with the row of that call; NULL where it is not a consequence. */
const struct gwt_json *gwt_rows_cause(struct gwt_rows *rows, const struct gwt_json *row);

/* The row's title with its session, and a number where it is not the first of that name: no two are the same. */
struct gwt_span gwt_rows_name(struct gwt_rows *rows, const struct gwt_json *row);

#endif
