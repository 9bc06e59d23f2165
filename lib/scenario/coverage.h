/*
 * coverage.h - which values of which options, and which pairs of them, are covered.
 *
 * A cell is one of the five types, an option and a class of its values; a pair is
 * two classes of different options, `type` among them. Both are counted over the
 * PutIntegration requests of scenarios and cassettes: what is sent counts, whether
 * AWS accepts it or not. docs/coverage.md has the classes.
 */
#ifndef GWT_SCENARIO_COVERAGE_H
#define GWT_SCENARIO_COVERAGE_H

#include "lib/scenario/coverage_options.h"
#include "lib/scenario/scenario.h"

#define GWT_TYPES 5 /* the classes of `type` that are types */

struct gwt_coverage_cell {
	struct gwt_span scenario; /* the first scenario that covers it; absent when none does */
	bool recorded;            /* a cassette has it too */
};

struct gwt_count {
	size_t total, covered, recorded;
};

struct gwt_coverage {
	enum gwt_model_version version;
	struct gwt_options options;
	struct gwt_coverage_cell cells[GWT_TYPES][GWT_MAX_OPTIONS][GWT_MAX_CLASSES];
	struct gwt_coverage_cell (
		*pairs)[GWT_MAX_OPTIONS * GWT_MAX_CLASSES]; /* indexes [a][b]: a's option is before b's */
	struct gwt_arena *arena;
};

/* A class of an option, as one number. */
static inline size_t gwt_class_key(size_t option, size_t class)
{
	return option * GWT_MAX_CLASSES + class;
}

/* Large, so it is in the arena, not on the stack. */
struct gwt_coverage *gwt_coverage_new(struct gwt_arena *arena, enum gwt_model_version version);

/*
 * The calls of one scenario or cassette, in order. A PutMethod before a PutIntegration declares the
 * parameters of the method.
 */
struct gwt_coverage_source {
	struct gwt_coverage *coverage;
	struct gwt_span name;
	bool recorded;
	struct gwt_json *methods; /* private: path of a method -> its declared requestParameters */
};
void gwt_coverage_begin(struct gwt_coverage_source *source, struct gwt_coverage *coverage,
			struct gwt_span name, bool recorded);
void gwt_coverage_call(struct gwt_coverage_source *source, const struct gwt_request *request);

/* All of a scenario's steps, with samples for its variables. */
gwt_status gwt_coverage_scenario(struct gwt_coverage *coverage, const struct gwt_scenario *scenario,
				 struct gwt_error *err);

struct gwt_count gwt_coverage_cells(const struct gwt_coverage *coverage);
struct gwt_count gwt_coverage_pairs(const struct gwt_coverage *coverage);

/*
 * {"model", "cells", "pairs", "missing": [{"type", "option", "class"} or {"pair": [{"option", "class"}, …]}]}
 * of one version; `with_cells` adds "covered": [{"type", "option", "class", "scenario", "recorded"}].
 */
struct gwt_json *gwt_coverage_json(const struct gwt_coverage *coverage, struct gwt_arena *arena,
				   bool with_cells);

#endif
