/* `gwtape drift`: what changed between two recordings, and how bad that is. */
#include "cli/command.h"
#include "cli/drift_result.h"
#include "cli/drift_source.h"
#include "drift/tapes.h"
#include "lib/base/file.h"

struct drift_options {
	const char *scenarios, *fail_on;
	struct gwt_words reports;
	bool json;
};

#define AT(member) offsetof(struct drift_options, member)

static const struct gwt_option specs[] = {
	{ "scenarios", "DIR", "where the scenarios are (scenarios)", GWT_OPT_STRING, AT(scenarios), NULL,
	  NULL },
	{ "fail-on", "SEVERITY", "the mildest severity that makes the exit code 1 (risky)", GWT_OPT_STRING,
	  AT(fail_on), "breaking|risky|info", NULL },
	{ "report", "FORMAT:FILE", "write a report: text, json, markdown, html, junit or github",
	  GWT_OPT_LIST, AT(reports), NULL, "" },
	{ "json", NULL, "print JSON", GWT_OPT_FLAG, AT(json), NULL, "" },
	{ 0 },
};

/* What one command needs while it runs. */
struct command {
	const struct drift_options *options;
	struct gwt_arena *arena;
	struct gwt_drift_output output;
	struct gwt_drift_policy policy;
	struct gwt_findings findings;
};

static bool is_scenario(const struct command *command, const char *word)
{
	const char *dir = command->options->scenarios ? command->options->scenarios : "scenarios";
	const char *path = gwt_file_join(command->arena, dir, word);

	return word[0] != '/' && word[0] != '.' &&
	       (gwt_file_exists(path) ||
		gwt_file_exists(gwt_arena_printf(command->arena, "%s.yaml", path).ptr));
}

static gwt_status compare(struct command *command, const char *a, const char *b, int *exit_code,
			  struct gwt_error *err)
{
	struct gwt_cassettes was, now;
	gwt_status status = gwt_drift_sources_load(command->arena, a, b, &was, &now, err);
	const char *title = gwt_arena_printf(command->arena, "%s, then %s", a, b).ptr;

	if (status != GWT_OK)
		return status;
	gwt_drift_cassettes(&command->findings, &was, &now);
	return gwt_drift_output_write(&command->output, &command->findings, title, exit_code, err);
}

static gwt_status dispatch(struct command *command, const struct gwt_arguments *args, int *exit_code,
			   struct gwt_error *err)
{
	char **words = args->words.items;
	size_t len = args->words.len, sources = 0, scenarios = 0;

	for (size_t i = 0; i < len; i++) {
		sources += gwt_is_drift_source(words[i]);
		scenarios += is_scenario(command, words[i]);
	}
	if (len == 2 && sources == 2 && scenarios == 2)
		return gwt_fail(
			err, GWT_EUSAGE,
			"'%s' and '%s' are paths and scenarios as well: write ./%s ./%s for the paths",
			words[0], words[1], words[0], words[1]);
	if (len == 2 && sources == 2)
		return compare(command, words[0], words[1], exit_code, err);
	return gwt_fail(err, GWT_EUSAGE, "expected two folders, files or DIR@REVs to compare");
}

static gwt_status run(void *opaque, const struct gwt_arguments *args, struct gwt_arena *arena, int *exit_code,
		      struct gwt_error *err)
{
	struct command command = { .options = opaque, .arena = arena };
	gwt_status status;

	command.output = (struct gwt_drift_output){ command.options->fail_on, &command.options->reports,
						    command.options->json };
	status = gwt_drift_output_check(&command.output, err);
	if (status == GWT_OK)
		status = gwt_drift_policy_load(&command.policy, arena, err);
	if (status != GWT_OK)
		return status;
	gwt_findings_init(&command.findings, arena, &command.policy);
	status = dispatch(&command, args, exit_code, err);
	gwt_findings_release(&command.findings);
	return status;
}

const struct gwt_command gwt_cmd_drift = {
	.name = "drift",
	.about = "what changed between two recordings, and how bad it is",
	.synopsis = "A B",
	.options = specs,
	.options_size = sizeof(struct drift_options),
	.run = run,
	.details =
		"A and B are folders of cassettes, cassettes, or DIR@REV: two words that are paths or hold '@'.\n"
		"Exit 1 when something at or above --fail-on was found, else 5 when anything could not be checked.\n"
		"Severities and accepted differences: 'drift' in gwtape.json (docs/drift.md).\n",
};
