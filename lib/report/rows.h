/*
 * rows.h - the rows of a run in their order: what those before a row say about it.
 */
#ifndef GWT_REPORT_ROWS_H
#define GWT_REPORT_ROWS_H

#include "lib/base/arena.h"
#include "lib/base/map.h"
#include "lib/json/json.h"

/* Zero it before the first row. */
struct gwt_rows {
	struct gwt_map broken, names; /* their keys are in the arena */
	struct gwt_arena arena;
};

void gwt_rows_release(struct gwt_rows *rows);

/*
 * To be called once for each row, in order. True for a broken row that only came too early because the call
 * that must come first was broken, or was already missed by an earlier row of the same session: mending that
 * one mends this one.
 */
bool gwt_rows_is_consequence(struct gwt_rows *rows, const struct gwt_json *row);
/* The same, but returns the row of that call; NULL when this row is not a consequence. */
const struct gwt_json *gwt_rows_cause(struct gwt_rows *rows, const struct gwt_json *row);

/*
 * The row's title with its session, and a number unless it is the first with this name: no two names
 * are equal.
 */
struct gwt_span gwt_rows_name(struct gwt_rows *rows, const struct gwt_json *row);

#endif
