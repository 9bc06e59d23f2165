/*
 * coverage_of.h - coverage of the calls in a report.
 */
#ifndef GWT_CLI_COVERAGE_OF_H
#define GWT_CLI_COVERAGE_OF_H

#include "cli/scenario_set.h"
#include "lib/scenario/coverage.h"

/* The rows of a JSON report of `gwtape replay` or `gwtape verify`. GWT_EPARSE when it is not one. */
gwt_status gwt_coverage_report_read(struct gwt_arena *arena, const char *path, const struct gwt_json **rows,
				    struct gwt_error *err);
/* Count the interactions that were sent as recorded; of one client, or of all (absent). */
void gwt_coverage_count_rows(struct gwt_coverage *coverage, const struct gwt_scenario_set *set,
			     const struct gwt_json *rows, struct gwt_span client, struct gwt_arena *arena);
/* The clients that rows name, each once, as strings. */
struct gwt_json *gwt_coverage_clients(const struct gwt_json *rows, struct gwt_arena *arena);

#endif
