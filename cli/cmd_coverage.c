/* `gwtape coverage`: which values of which options the scenarios and cassettes show. */
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/coverage_of.h"
#include "cli/request_file.h"
#include "cli/scenario_set.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/model/model.h"
#include "lib/scenario/coverage.h"
#include "lib/scenario/pairwise.h"
#include "lib/scenario/scenario.h"

struct coverage_options {
	const char *scenarios, *cassettes, *of;
	int64_t fail_under;
	bool json, generate;
};

#define AT(member) offsetof(struct coverage_options, member)

static const struct gwt_option specs[] = {
	{ "scenarios", "DIR", "where the scenarios are (scenarios)", GWT_OPT_PATH, AT(scenarios), NULL,
	  NULL },
	{ "cassettes", "DIR[@REV]", "where the cassettes are (cassettes)", GWT_OPT_PATH, AT(cassettes), NULL,
	  NULL },
	{ "of", "REPORT", "coverage of what was sent, from a JSON report of replay or verify", GWT_OPT_TEXT,
	  AT(of), NULL, "" },
	{ "generate", NULL, "write scenarios/pairwise: every pair of value classes", GWT_OPT_FLAG,
	  AT(generate), NULL, "" },
	{ "fail-under", "PERCENT", "exit 1 when less than this percentage is covered", GWT_OPT_NUMBER,
	  AT(fail_under), NULL, NULL },
	{ "json", NULL, "print JSON", GWT_OPT_FLAG, AT(json), NULL, "" },
	{ 0 },
};

static const enum gwt_model_version versions[] = { GWT_MODEL_REFERENCE, GWT_MODEL_NEWER };
#define NEWEST (GWT_LEN(versions) - 1)

static gwt_status write_scenario(const char *dir, const struct gwt_scenario *scenario, size_t *written,
				 struct gwt_arena *arena, struct gwt_error *err)
{
	const char *path = gwt_file_join(
		arena, dir, gwt_arena_printf(arena, GWT_SPAN_FMT ".yaml", GWT_SPAN_ARG(scenario->name)).ptr);
	struct gwt_buf text;
	bool changed = false;
	gwt_status status = gwt_file_mkdirs_for(path, err);

	if (status != GWT_OK)
		return status;
	gwt_buf_init(&text, SIZE_MAX);
	gwt_scenario_write(&text, scenario);
	status = gwt_file_update(path, gwt_buf_span(&text), &changed, err);
	*written += changed;
	gwt_buf_release(&text);
	return status;
}

static bool is_generated(const struct gwt_scenario *scenario)
{
	for (size_t i = 0; i < scenario->tag_count; i++)
		if (gwt_span_is(scenario->tags[i], "generated"))
			return true;
	return false;
}

static bool holds(const struct gwt_scenarios *set, struct gwt_span name)
{
	for (size_t i = 0; i < set->len; i++)
		if (gwt_span_eq(set->items[i].name, name))
			return true;
	return false;
}

/* Remove generated files of an earlier set that are not in this one. Files that people wrote stay. */
static gwt_status remove_stale(const char *dir, const struct gwt_scenarios *kept, size_t *removed,
			       struct gwt_arena *arena, struct gwt_error *err)
{
	static char group[] = "pairwise";
	char *names[] = { group };
	struct gwt_scenarios found = { 0 };
	gwt_status status = gwt_scenarios_load(arena, dir, names, 1, &found, err);

	for (size_t i = 0; i < found.len && status == GWT_OK; i++) {
		const struct gwt_scenario *scenario = &found.items[i];

		if (!is_generated(scenario) || holds(kept, scenario->name))
			continue;
		if (unlink(scenario->path.ptr) != 0)
			status = gwt_fail(err, GWT_EIO, "cannot remove '%s'", scenario->path.ptr);
		++*removed;
	}
	return status;
}

static gwt_status generate(const char *dir, struct gwt_arena *arena, struct gwt_error *err)
{
	struct gwt_scenarios set = { 0 };
	size_t written = 0, removed = 0;
	gwt_status status = gwt_pairwise_scenarios(arena, &set, err);

	for (size_t i = 0; i < set.len && status == GWT_OK; i++)
		status = write_scenario(dir, &set.items[i], &written, arena, err);
	if (status == GWT_OK)
		status = remove_stale(dir, &set, &removed, arena, err);
	if (status == GWT_OK)
		gwt_say("%zu scenarios cover every pair: %zu files written, %zu removed, below '%s'", set.len,
			written, removed, gwt_file_join(arena, dir, "pairwise"));
	return status;
}

static gwt_status count_scenarios(struct gwt_coverage *coverage, const struct gwt_scenario_set *set,
				  struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	for (size_t i = 0; i < set->scenarios.len && status == GWT_OK; i++)
		status = gwt_coverage_scenario(coverage, &set->scenarios.items[i], err);
	for (size_t i = 0; i < set->cassettes.len; i++) {
		const struct gwt_cassette *cassette = &set->cassettes.items[i];
		struct gwt_coverage_source source;

		gwt_coverage_begin(&source, coverage, cassette->scenario, true);
		for (size_t j = 0; j < cassette->interaction_count; j++)
			gwt_coverage_call(&source, &cassette->interactions[j].request);
	}
	return status;
}

/* "100 %", "99.9 %": rounded down, so that 100 means all. */
static const char *percent(struct gwt_arena *arena, struct gwt_count counted)
{
	size_t tenths = counted.total ? counted.covered * 1000 / counted.total : 0;

	return gwt_arena_printf(arena, tenths % 10 ? "%zu.%zu %%" : "%zu %%", tenths / 10, tenths % 10).ptr;
}

static void print_missing(const struct gwt_json *missing)
{
	for (const struct gwt_json *row = missing->child; row; row = row->next) {
		const struct gwt_json *pair = gwt_json_get(row, "pair");

		if (pair)
			gwt_print("  missing pair: " GWT_SPAN_FMT " " GWT_SPAN_FMT " with " GWT_SPAN_FMT
				  " " GWT_SPAN_FMT "\n",
				  GWT_SPAN_ARG(gwt_json_get_text(gwt_json_at(pair, 0), "option")),
				  GWT_SPAN_ARG(gwt_json_get_text(gwt_json_at(pair, 0), "class")),
				  GWT_SPAN_ARG(gwt_json_get_text(gwt_json_at(pair, 1), "option")),
				  GWT_SPAN_ARG(gwt_json_get_text(gwt_json_at(pair, 1), "class")));
		else
			gwt_print("  missing cell: " GWT_SPAN_FMT " with " GWT_SPAN_FMT " " GWT_SPAN_FMT "\n",
				  GWT_SPAN_ARG(gwt_json_get_text(row, "type")),
				  GWT_SPAN_ARG(gwt_json_get_text(row, "option")),
				  GWT_SPAN_ARG(gwt_json_get_text(row, "class")));
	}
}

static void print_text(const struct gwt_coverage *coverage, struct gwt_arena *arena)
{
	struct gwt_count cells = gwt_coverage_cells(coverage), pairs = gwt_coverage_pairs(coverage);

	gwt_print("%s: %zu of %zu cells (%s), %zu of %zu pairs (%s); recorded: %zu cells, %zu pairs\n",
		  gwt_model_version_word(coverage->version), cells.covered, cells.total,
		  percent(arena, cells), pairs.covered, pairs.total, percent(arena, pairs), cells.recorded,
		  pairs.recorded);
	print_missing(gwt_json_get(gwt_coverage_json(coverage, arena, false), "missing"));
}

/* What each client of a report sent, in the newest version. */
static struct gwt_json *count_clients(const struct gwt_scenario_set *set, const struct gwt_json *rows,
				      struct gwt_arena *arena)
{
	struct gwt_json *names = gwt_coverage_clients(rows, arena),
			*list = gwt_json_new(arena, GWT_JSON_ARRAY);

	for (const struct gwt_json *name = names->child; name; name = name->next) {
		struct gwt_coverage *counted = gwt_coverage_new(arena, versions[NEWEST]);
		struct gwt_json *json;

		gwt_coverage_count_rows(counted, set, rows, name->text, arena);
		json = gwt_json_append(list, gwt_coverage_json(counted, arena, false));
		gwt_json_add_string(arena, json, "client", name->text);
	}
	return list;
}

/* The newest version at the top level, each version below `versions`, each client of a report below `clients`. */
static void print_json(struct gwt_coverage *const *counted, struct gwt_json *clients, struct gwt_arena *arena)
{
	struct gwt_json *json = gwt_coverage_json(counted[NEWEST], arena, true);
	struct gwt_json *list = gwt_json_add_array(arena, json, "versions");

	for (size_t i = 0; i < GWT_LEN(versions); i++)
		gwt_json_append(list, gwt_coverage_json(counted[i], arena, false));
	if (clients)
		gwt_json_add(arena, json, "clients", clients);
	gwt_print_json(json);
}

static bool is_under(struct gwt_count counted, int64_t percentage)
{
	return counted.covered * 100 < counted.total * (size_t)percentage;
}

static gwt_status run(void *opaque, const struct gwt_arguments *args, struct gwt_arena *arena, int *exit_code,
		      struct gwt_error *err)
{
	const struct coverage_options *options = opaque;
	struct gwt_coverage *counted[GWT_LEN(versions)];
	const struct gwt_json *rows = NULL;
	struct gwt_scenario_set set;
	gwt_status status = GWT_OK;
	bool under = false;

	if (args->words.len)
		return gwt_fail(err, GWT_EUSAGE, "'coverage' takes no '%s'", args->words.items[0]);
	if (options->fail_under > 100)
		return gwt_fail(err, GWT_EUSAGE, "option '--fail-under' is a percentage, at most 100");
	if (options->of && options->generate)
		return gwt_fail(err, GWT_EUSAGE, "'--of' and '--generate' cannot be combined");
	if (options->generate)
		status = generate(options->scenarios ? options->scenarios : "scenarios", arena, err);
	if (status == GWT_OK)
		status = gwt_scenario_set_load(arena, options->scenarios, options->cassettes, NULL, 0, &set,
					       err);
	if (status == GWT_OK && options->of)
		status = gwt_coverage_report_read(arena, options->of, &rows, err);
	for (size_t i = 0; i < GWT_LEN(versions) && status == GWT_OK; i++) {
		counted[i] = gwt_coverage_new(arena, versions[i]);
		if (rows)
			gwt_coverage_count_rows(counted[i], &set, rows, GWT_ABSENT, arena);
		else
			status = count_scenarios(counted[i], &set, err);
		under = under || is_under(gwt_coverage_cells(counted[i]), options->fail_under) ||
			is_under(gwt_coverage_pairs(counted[i]), options->fail_under);
	}
	if (status != GWT_OK)
		return status;
	if (options->json)
		print_json(counted, rows ? count_clients(&set, rows, arena) : NULL, arena);
	for (size_t i = 0; i < GWT_LEN(versions) && !options->json; i++)
		print_text(counted[i], arena);
	*exit_code = under ? gwt_status_exit_code(GWT_EMISMATCH) : 0;
	return GWT_OK;
}

const struct gwt_command gwt_cmd_coverage = {
	.name = "coverage",
	.about = "show which values of which options are covered",
	.synopsis = "",
	.options = specs,
	.options_size = sizeof(struct coverage_options),
	.run = run,
	.details =
		"A cell is one of the five types, an option of PutIntegration and a class of its values; a pair is\n"
		"two classes of different options. Both are counted for each version of AWS's model.\n",
};
