/*
 * grid.h - what a run sent of PutIntegration: type by option, for the HTML report.
 *
 * The options and the classes of their values are those of `gwtape coverage` (docs/coverage.md), in the
 * newest model. A class counts when a call with it was answered as recorded. An option of a type is broken
 * when a difference in it broke a call that was compared with one of that type. The cassette's request is
 * counted, when its row comes, since cassettes may be gone at the end.
 */
#ifndef GWT_REPORT_GRID_H
#define GWT_REPORT_GRID_H

#include "lib/base/map.h"
#include "lib/report/run.h"
#include "lib/scenario/coverage.h"
#include "lib/scenario/coverage_options.h"

struct gwt_grid {
	struct gwt_arena *arena; /* of the run */
	struct gwt_options options;
	struct gwt_map puts; /* "SCENARIO#INTERACTION" -> struct gwt_grid_put */
	struct {
		size_t matched, broken;
	} calls[GWT_TYPES];
	struct {
		bool sent[GWT_MAX_CLASSES], broken;
	} cells[GWT_TYPES][GWT_MAX_OPTIONS];
};

/* In the arena; gwt_grid_release(), which takes NULL, releases its map. */
struct gwt_grid *gwt_grid_new(struct gwt_arena *arena);
void gwt_grid_release(struct gwt_grid *grid);
/* `matched` is gwt_run_row_matched(). */
void gwt_grid_add(struct gwt_grid *grid, const struct gwt_run_row *row, bool matched);

/*
 * {"types": [WORD…], "matched": [N…], "broken": [N…], "options": [{"option", "classes", "cells": [{"sent",
 * "values", "broken"}…]}…]}, each list in the order of `types`. `sent` counts classes; `values` counts those
 * among them that are not the absence of the option.
 */
struct gwt_json *gwt_grid_json(const struct gwt_grid *grid, struct gwt_arena *arena);

#endif
