/*
 * html_grid.h - the grid of types and options (grid.h) as a table.
 */
#ifndef GWT_REPORT_HTML_GRID_H
#define GWT_REPORT_HTML_GRID_H

#include "lib/base/buf.h"
#include "lib/json/json.h"

/* Adds nothing when `grid` is NULL, or when no call of any type was compared. */
void gwt_html_grid_add(struct gwt_buf *out, const struct gwt_json *grid);

#endif
