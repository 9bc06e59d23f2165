/* `gwtape verify`: third-party clients through every scenario. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/choices.h"
#include "cli/command.h"
#include "cli/config.h"
#include "cli/scenario_set.h"
#include "cli/verify_bisect.h"
#include "cli/verify_list.h"
#include "cli/verify_stage.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/contract/verdict.h"
#include "lib/json/json.h"
#include "lib/match/index.h"
#include "verifier/client.h"
#include "verifier/compare.h"
#include "verifier/contest.h"
#include "verifier/init.h"
#include "verifier/matrix.h"
#include "verifier/plan.h"
#include "verifier/result.h"
#include "verifier/results.h"
#include "verifier/trials.h"
#include "verifier/waivers.h"
#include "verifier/writers.h"

enum { MAX_TIMEOUT_S = 3600 };

struct verify_options {
	struct gwt_words clients, scenario_names, reports;
	const char *scenarios, *cassettes, *compare, *bisect, *init;
	enum gwt_level level; /* NONE: not given */
	int64_t timeout_ms;
	bool fail_on_new, list;
};

#define AT(member) offsetof(struct verify_options, member)

static const struct gwt_option specs[] = {
	{ "client", "NAME[@VERSION]|'CMD ARGS'",
	  "a client of the folder clients, or the command of a driver; may be repeated", GWT_OPT_LIST,
	  AT(clients), NULL, "clients" },
	{ "scenario", "NAME", "only this scenario or group; may be repeated", GWT_OPT_LIST,
	  AT(scenario_names), NULL, NULL },
	{ "scenarios", "DIR", "where the scenarios are (scenarios)", GWT_OPT_PATH, AT(scenarios), NULL,
	  NULL },
	{ "cassettes", "DIR[@REV]", "where the cassettes are (cassettes)", GWT_OPT_PATH, AT(cassettes), NULL,
	  NULL },
	{ "level", "LEVEL", "how strictly to compare (contract; with --bisect: wire)", GWT_OPT_CHOICE,
	  AT(level), GWT_LEVEL_WORDS, NULL, .codes = gwt_level_codes, .usual = GWT_LEVEL_NONE },
	{ "report", "FORMAT:FILE",
	  "write a report: text, json, junit, markdown, html, findings; may be repeated", GWT_OPT_REPORTS,
	  AT(reports), NULL, NULL },
	{ "compare", "FILE",
	  "list new failures and failures that are gone, compared with an earlier JSON report", GWT_OPT_PATH,
	  AT(compare), NULL, "" },
	{ "fail-on-new", NULL, "with --compare: failures that the report has, too, do not count",
	  GWT_OPT_FLAG, AT(fail_on_new), NULL, "" },
	{ "bisect", "GOOD..BAD", "find the first version of the client whose requests differ from GOOD's",
	  GWT_OPT_TEXT, AT(bisect), NULL, "" },
	{ "timeout", "SECONDS", "how long a driver may take for one call (10, or as client.json says)",
	  GWT_OPT_DURATION, AT(timeout_ms), NULL, "", .max = MAX_TIMEOUT_S, .unit_ms = 1000 },
	{ "list", NULL, "list the clients and which are installed", GWT_OPT_FLAG, AT(list), NULL, "" },
	{ "init", "LANGUAGE", "write driver.EXT to start from: js, python, go, ruby, php, c", GWT_OPT_TEXT,
	  AT(init), NULL, "" },
	{ 0 },
};

/* Everything that one run needs. */
struct verify {
	const struct verify_options *options;
	struct gwt_arena *arena;
	struct gwt_scenario_set set;
	struct gwt_index *index;
	struct gwt_plan plan, trials;
	struct gwt_verify_stage stage;
	struct gwt_contest_options contest;
	const char *folder; /* of the clients that have names */
	struct gwt_client *clients;
	struct gwt_contestant *contestants;
	struct gwt_matrix_target *reports;
	struct gwt_json *old; /* of --compare; NULL: none */
	struct gwt_result result;
};

static void apply_waivers(const struct verify *verify, const struct gwt_contestant *contestant)
{
	int64_t now = gwt_clock_now();

	for (size_t i = 0; i < verify->plan.len; i++)
		gwt_waivers_apply(&contestant->client->waivers, &contestant->cells[i], now);
}

static void on_progress(void *arg, size_t done, size_t total, const struct gwt_contestant *finished)
{
	struct verify *verify = arg;
	struct gwt_result_counts counts;

	if (gwt_err_is_terminal())
		gwt_say_live("%zu of %zu calls", done, total);
	if (!finished)
		return;
	if (gwt_err_is_terminal())
		gwt_say_live("%s", "");
	apply_waivers(verify, finished);
	gwt_result_count(finished, &verify->plan, &counts);
	gwt_say_plain("%s: %zu calls, %zu matched, %zu broken, %zu waived", finished->client->word,
		      counts.cells, counts.matched, counts.broken, counts.waived);
}

static gwt_status set_level(struct verify *verify, struct gwt_error *err)
{
	const struct verify_options *options = verify->options;

	verify->result.level = options->bisect ? GWT_LEVEL_WIRE : GWT_LEVEL_CONTRACT;
	if (options->level)
		verify->result.level = options->level;
	verify->stage.level = options->bisect ? GWT_LEVEL_CONTRACT : verify->result.level;
	if (verify->stage.level != GWT_LEVEL_WIRE)
		return GWT_OK;
	for (size_t i = 0; i < verify->plan.len; i++)
		if (!verify->plan.calls[i].entry->interaction->wire.ptr)
			return gwt_fail(err, GWT_EUNCHECKED,
					"level 'wire' needs recorded wire bytes, and '" GWT_SPAN_FMT
					"' has none (only 'gwtape record --proxy' records them)",
					GWT_SPAN_ARG(verify->plan.calls[i].entry->cassette->scenario));
	return GWT_OK;
}

static gwt_status load(struct verify *verify, struct gwt_error *err)
{
	const struct verify_options *options = verify->options;
	gwt_status status = gwt_scenario_set_load(verify->arena, options->scenarios, options->cassettes,
						  options->scenario_names.items, options->scenario_names.len,
						  &verify->set, err);
	struct gwt_span region;

	if (status != GWT_OK)
		return status;
	verify->index = gwt_index_new(&verify->set.cassettes);
	status = gwt_plan_make(verify->arena, &verify->set.scenarios, verify->index, &verify->plan, err);
	if (status == GWT_OK)
		status = set_level(verify, err);
	if (status != GWT_OK)
		return status;
	region = verify->plan.calls[0].entry->cassette->provenance.region;
	verify->stage.index = verify->index;
	verify->stage.region = region.len ? gwt_arena_cstr(verify->arena, region) : "us-east-1";
	if (verify->plan.unrecorded)
		gwt_say("%zu scenarios could not be checked: '" GWT_SPAN_FMT
			"' has no cassette, or its file changed since ('gwtape record')",
			verify->plan.unrecorded, GWT_SPAN_ARG(verify->plan.first_unrecorded));
	return GWT_OK;
}

static gwt_status read_clients(struct verify *verify, struct gwt_error *err)
{
	const struct gwt_words *words = &verify->options->clients;
	gwt_status status = GWT_OK;

	verify->clients = gwt_arena_array(verify->arena, struct gwt_client, words->len + 1);
	verify->contestants = gwt_arena_array(verify->arena, struct gwt_contestant, words->len + 1);
	for (size_t i = 0; i < words->len && status == GWT_OK; i++) {
		for (size_t j = 0; j < i; j++)
			if (strcmp(words->items[i], words->items[j]) == 0)
				return gwt_fail(err, GWT_EUSAGE, "client '%s' is named twice",
						words->items[i]);
		status = gwt_client_read(verify->arena, verify->folder, words->items[i], &verify->clients[i],
					 err);
		verify->contestants[i].client = &verify->clients[i];
	}
	return status;
}

static gwt_status read_targets(struct verify *verify, struct gwt_error *err)
{
	const struct gwt_words *words = &verify->options->reports;

	verify->reports = gwt_arena_array(verify->arena, struct gwt_matrix_target, words->len + 1);
	for (size_t i = 0; i < words->len; i++) {
		gwt_status status = gwt_matrix_target_parse(words->items[i], &verify->reports[i], err);

		if (status != GWT_OK)
			return status;
	}
	return GWT_OK;
}

static gwt_status check_options(const struct verify_options *options, const struct gwt_arguments *args,
				struct gwt_error *err)
{
	if (args->words.len || args->command)
		return gwt_fail(err, GWT_EUSAGE,
				"'verify' takes no argument '%s': name a client with --client",
				args->words.len ? args->words.items[0] : "--");
	if (options->fail_on_new && !options->compare)
		return gwt_fail(err, GWT_EUSAGE,
				"'--fail-on-new' needs '--compare OLD.json': it says what failed before");
	if (!options->clients.len && !options->list && !options->init)
		return gwt_fail(
			err, GWT_EUSAGE,
			"no client: name one with --client ('gwtape verify --list' shows them), or list "
			"them as 'clients' in gwtape.json");
	if (options->bisect && options->clients.len != 1)
		return gwt_fail(err, GWT_EUSAGE, "'--bisect' is for one client");
	return GWT_OK;
}

/* Show what is about to run: gwtape.json may name commands that the user did not type. */
static void say_commands(const struct verify *verify)
{
	for (size_t i = 0; i < verify->options->clients.len; i++) {
		const struct gwt_client *client = &verify->clients[i];
		gwt_auto(gwt_buf_release) struct gwt_buf words = { .max = SIZE_MAX };

		for (char **word = client->name ? client->start : client->start + 2; *word; word++)
			gwt_buf_printf(&words, " %s", *word);
		if (!client->missing)
			gwt_say_plain("running%s%s:%s", client->name ? " " : "",
				      client->name ? client->name : "", gwt_buf_cstr(&words));
	}
}

static void say_missing(const struct verify *verify)
{
	for (size_t i = 0; i < verify->options->clients.len; i++) {
		const struct gwt_client *client = &verify->clients[i];

		if (client->missing)
			gwt_say("client '%s' is not installed%s%s", client->word, client->install ? ": " : "",
				client->install ? client->install : "");
	}
}

/* Results of complete runs are kept, so that after an upgrade of a client the changes are visible. */
static gwt_status keep_results(struct verify *verify, struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	if (verify->options->scenario_names.len || verify->result.signum ||
	    verify->result.level != GWT_LEVEL_CONTRACT)
		return GWT_OK;
	for (size_t i = 0; i < verify->result.len && status == GWT_OK; i++) {
		struct gwt_upgrade upgrade;

		status = gwt_results_keep(verify->arena, "results", &verify->plan, &verify->contestants[i],
					  &upgrade, err);
		if (status == GWT_OK && upgrade.client)
			gwt_say("%s: %s after %s: %zu new failures, %zu fixed", upgrade.client, upgrade.now,
				upgrade.before, gwt_json_get(upgrade.changes, "new")->len,
				gwt_json_get(upgrade.changes, "right")->len);
	}
	return status;
}

static void print_compared(const struct gwt_json *list, const char *what)
{
	for (const struct gwt_json *row = list->child; row; row = row->next)
		gwt_print("%s: " GWT_SPAN_FMT " " GWT_SPAN_FMT "#" GWT_SPAN_FMT " " GWT_SPAN_FMT "\n", what,
			  GWT_SPAN_ARG(gwt_json_get_text(row, "client")),
			  GWT_SPAN_ARG(gwt_json_get_text(row, "scenario")),
			  GWT_SPAN_ARG(gwt_json_get_text(row, "interaction")),
			  GWT_SPAN_ARG(gwt_json_get_text(row, "verdict")));
}

static gwt_status write_reports(struct verify *verify, struct gwt_error *err)
{
	struct gwt_json *json = gwt_result_json(&verify->result, verify->arena);
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };
	struct gwt_matrix matrix;
	gwt_status status = GWT_OK;

	if (!gwt_matrix_make(json, verify->arena, &matrix))
		return gwt_fail(err, GWT_EPARSE, "the report of this run cannot be read back");
	gwt_matrix_text(&text, &matrix);
	gwt_print(GWT_SPAN_FMT, GWT_SPAN_ARG(gwt_buf_span(&text)));
	if (verify->result.compared) {
		print_compared(gwt_json_get(verify->result.compared, "new"), "new");
		print_compared(gwt_json_get(verify->result.compared, "right"), "right now");
	}
	for (size_t i = 0; i < verify->options->reports.len && status == GWT_OK; i++)
		status = gwt_matrix_write(&verify->reports[i], &matrix, err);
	return status;
}

static void say_waivers(const struct verify *verify)
{
	for (size_t i = 0; i < verify->result.len; i++)
		for (size_t j = 0; j < verify->clients[i].waivers.len; j++) {
			const struct gwt_waiver *waiver = &verify->clients[i].waivers.items[j];

			if (waiver->used)
				gwt_say("%s: %zu waived until " GWT_SPAN_FMT ": " GWT_SPAN_FMT,
					verify->clients[i].word, waiver->used, GWT_SPAN_ARG(waiver->until),
					GWT_SPAN_ARG(waiver->reason));
			if (waiver->expired_uses)
				gwt_say("%s: a waiver expired on " GWT_SPAN_FMT
					" and %zu calls fail: " GWT_SPAN_FMT,
					verify->clients[i].word, GWT_SPAN_ARG(waiver->until),
					waiver->expired_uses, GWT_SPAN_ARG(waiver->reason));
		}
}

static gwt_status judge(struct verify *verify, int *exit_code, struct gwt_error *err)
{
	struct gwt_result *result = &verify->result;
	gwt_status status;

	if (verify->old)
		result->compared =
			gwt_compare_with(verify->old, verify->contestants, result->len, verify->plan.len,
					 verify->options->fail_on_new, NULL, verify->arena);
	*exit_code = gwt_result_exit_code(result);
	status = keep_results(verify, err);
	say_waivers(verify);
	say_missing(verify);
	return status == GWT_OK ? write_reports(verify, err) : status;
}

static void set_contest(struct verify *verify)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	/* Complete runs only, not those of single scenarios. */
	if (!verify->options->scenario_names.len && !verify->options->bisect)
		gwt_trials_make(verify->arena, &verify->plan, &verify->trials);
	verify->contest = (struct gwt_contest_options){
		.plan = &verify->plan,
		.trials = verify->trials.len ? &verify->trials : NULL,
		.stage = &verify->stage.stage,
		.timeout_ms = (uint64_t)verify->options->timeout_ms,
		.at_once = processors > 1 ? (size_t)processors : 2,
		.progress = verify->options->bisect ? NULL : on_progress,
		.arg = verify,
	};
}

static gwt_status contest(struct verify *verify, int *exit_code, struct gwt_error *err)
{
	size_t len = verify->options->clients.len;
	gwt_status status;

	gwt_clients_probe(verify->arena, verify->clients, len);
	say_commands(verify);
	status = gwt_contest_run(verify->arena, &verify->contest, verify->contestants, len,
				 &verify->result.signum, err);
	if (status != GWT_OK)
		return status;
	verify->result.plan = &verify->plan;
	verify->result.trials = verify->contest.trials;
	verify->result.items = verify->contestants;
	verify->result.len = len;
	return judge(verify, exit_code, err);
}

static gwt_status prepare(struct verify *verify, struct gwt_error *err)
{
	gwt_status status = read_targets(verify, err);

	if (status == GWT_OK && verify->options->compare)
		status = gwt_compare_read(verify->arena, verify->options->compare, &verify->old, err);
	if (status == GWT_OK)
		status = read_clients(verify, err);
	if (status == GWT_OK)
		status = load(verify, err);
	if (status == GWT_OK)
		status = gwt_verify_stage_open(&verify->stage, err);
	if (status == GWT_OK)
		set_contest(verify);
	return status;
}

static gwt_status run_init(const char *language, struct gwt_arena *arena, struct gwt_error *err)
{
	const char *path, *command;
	gwt_status status = gwt_init_driver(arena, ".", language, &path, &command, err);

	if (status == GWT_OK)
		gwt_print("%s\nrun it: %s\n", path, command);
	return status;
}

/* Here, or in the folder of the gwtape.json that names them, which may be a parent folder. */
static gwt_status find_clients(struct gwt_arena *arena, const char **out, struct gwt_error *err)
{
	static const char name[] = "clients";
	struct gwt_config config;
	gwt_status status = gwt_config_load(&config, arena, err);

	*out = name;
	if (status != GWT_OK)
		return status;
	if (!gwt_file_is_dir(name) && config.folder)
		*out = gwt_file_join(arena, config.folder, name);
	gwt_config_release(&config);
	return GWT_OK;
}

static gwt_status run_verify(void *opaque, const struct gwt_arguments *args, struct gwt_arena *arena,
			     int *exit_code, struct gwt_error *err)
{
	struct verify verify = { .options = opaque, .arena = arena, .stage = { .arena = arena } };
	const struct verify_options *options = opaque;
	gwt_status status = check_options(options, args, err);

	if (status != GWT_OK)
		return status;
	if (options->init)
		return run_init(options->init, arena, err);
	status = find_clients(arena, &verify.folder, err);
	if (status != GWT_OK)
		return status;
	if (options->list)
		return gwt_verify_list(arena, verify.folder, err);
	status = prepare(&verify, err);
	if (status == GWT_OK && options->bisect)
		status = gwt_verify_bisect(arena, verify.folder, options->clients.items[0], options->bisect,
					   verify.result.level, &verify.contest, exit_code, err);
	else if (status == GWT_OK)
		status = contest(&verify, exit_code, err);
	gwt_verify_stage_close(&verify.stage);
	gwt_index_free(verify.index);
	return status;
}

const struct gwt_command gwt_cmd_verify = {
	.name = "verify",
	.about = "drive third-party clients through every scenario and report where they differ",
	.synopsis = "",
	.options = specs,
	.options_size = sizeof(struct verify_options),
	.run = run_verify,
	.details =
		"A client is driven by a small program (docs/writing-a-driver.md), one call at a time, against\n"
		"an endpoint of its own. Exit code 1 when a call is not as recorded, 5 when a client is missing\n"
		"or made no call. Results of whole runs are kept below 'results'.\n",
};
