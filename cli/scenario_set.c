#include "cli/scenario_set.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/store/load.h"

/* Whether the folder DIR of DIR or DIR@REV exists; a revision is looked up even if it does not. */
static bool may_hold_cassettes(const char *source)
{
	return strchr(source, '@') || gwt_file_is_dir(source);
}

static gwt_status load_cassettes(struct gwt_arena *arena, const char *source, struct gwt_cassettes *out,
				 struct gwt_error *err)
{
	struct gwt_error none;
	gwt_status status;

	if (!may_hold_cassettes(source))
		return GWT_OK;
	status = gwt_cassettes_load(arena, source, NULL, 0, out, &none);
	if (status == GWT_EUNCHECKED)
		return GWT_OK;
	return status == GWT_OK ? GWT_OK : gwt_fail(err, status, "%s", none.msg);
}

gwt_status gwt_scenario_set_load(struct gwt_arena *arena, const char *scenarios, const char *cassettes,
				 char *const *names, size_t name_count, struct gwt_scenario_set *out,
				 struct gwt_error *err)
{
	const char *dir = scenarios ? scenarios : "scenarios";
	struct gwt_scenario_set set = { 0 };
	gwt_status status = gwt_scenarios_load(arena, dir, names, name_count, &set.scenarios, err);

	if (status == GWT_OK && !set.scenarios.len)
		status = gwt_fail(err, GWT_EUNCHECKED, "no scenario below '%s'", dir);
	if (status == GWT_OK)
		status = load_cassettes(arena, cassettes ? cassettes : "cassettes", &set.cassettes, err);
	if (status == GWT_OK)
		*out = set;
	return status;
}

const struct gwt_cassette *gwt_scenario_set_cassette(const struct gwt_scenario_set *set,
						     struct gwt_span scenario)
{
	for (size_t i = 0; i < set->cassettes.len; i++)
		if (gwt_span_eq(set->cassettes.items[i].scenario, scenario))
			return &set->cassettes.items[i];
	return NULL;
}
