/*
 * scenario_set.h - the scenarios of a folder, with the cassettes that were recorded from them.
 */
#ifndef GWT_CLI_SCENARIO_SET_H
#define GWT_CLI_SCENARIO_SET_H

#include "lib/cassette/cassette.h"
#include "lib/scenario/scenario.h"

struct gwt_scenario_set {
	struct gwt_scenarios scenarios;
	struct gwt_cassettes cassettes; /* may be empty: no such folder, or nothing in it */
};

/*
 * NULL folders are `scenarios` and `cassettes`. GWT_EUNCHECKED when there are no scenarios, or none of the
 * given name. A cassette that cannot be read is an error, a missing one is not.
 */
gwt_status gwt_scenario_set_load(struct gwt_arena *arena, const char *scenarios, const char *cassettes,
				 char *const *names, size_t name_count, struct gwt_scenario_set *out,
				 struct gwt_error *err);
/* NULL when the scenario was not recorded. */
const struct gwt_cassette *gwt_scenario_set_cassette(const struct gwt_scenario_set *set,
						     struct gwt_span scenario);

#endif
