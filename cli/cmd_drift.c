/* `gwtape drift`: what changed between two recordings, and how severe it is. */
#include "cli/command.h"
#include "cli/drift_lists.h"
#include "cli/drift_record.h"
#include "cli/drift_result.h"
#include "cli/drift_source.h"
#include "cli/record_upstream.h"
#include "drift/findings.h"
#include "drift/tapes.h"
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"

struct drift_options {
	const char *upstream, *region, *profile, *scenarios, *cassettes, *against, *model;
	double rate;
	enum gwt_severity fail_on;
	struct gwt_words sets, redact, reports;
	int64_t jobs;
	bool accept, commit, no_commit, hashes, echo_contract, json;
};

#define AT(member) offsetof(struct drift_options, member)

static const int severity_codes[] = { GWT_SEVERITY_BREAKING, GWT_SEVERITY_RISKY, GWT_SEVERITY_INFO };

static const struct gwt_option specs[] = {
	{ "upstream", "aws|sandbox|URL", "what to record from (sandbox)", GWT_OPT_ENDPOINT, AT(upstream),
	  "aws|sandbox", NULL },
	{ "region", "R", "AWS region to call and to sign for", GWT_OPT_TEXT, AT(region), NULL, NULL },
	{ "profile", "P", "AWS profile that has the credentials", GWT_OPT_TEXT, AT(profile), NULL, NULL },
	{ "scenarios", "DIR", "where the scenarios are (scenarios)", GWT_OPT_PATH, AT(scenarios), NULL,
	  NULL },
	{ "cassettes", "DIR", "where the cassettes are (cassettes)", GWT_OPT_PATH, AT(cassettes), NULL,
	  NULL },
	{ "against", "REV", "compare with the cassettes of a git revision", GWT_OPT_TEXT, AT(against), NULL,
	  "" },
	{ "set", "NAME=VALUE", "value of a scenario variable; may be repeated", GWT_OPT_LIST, AT(sets), NULL,
	  "" },
	{ "redact", "TEXT", "text that must not be in any file; may be repeated", GWT_OPT_SECRET, AT(redact),
	  NULL, NULL },
	{ "jobs", "N", "scenarios at a time (1)", GWT_OPT_NUMBER, AT(jobs), NULL, NULL, .max = GWT_MAX_JOBS },
	{ "rate", "R", "at most R calls a second (no limit)", GWT_OPT_RATE, AT(rate), NULL, NULL },
	{ "accept", NULL, "replace the cassettes with the new recordings", GWT_OPT_FLAG, AT(accept), NULL,
	  "" },
	{ "commit", NULL, "with --accept: commit, in whatever repository the cassettes are", GWT_OPT_FLAG,
	  AT(commit), NULL, NULL },
	{ "no-commit", NULL, "with --accept: only write files", GWT_OPT_FLAG, AT(no_commit), NULL, NULL },
	{ "hashes", NULL, "print a hash for each answer, or compare two such lists", GWT_OPT_FLAG, AT(hashes),
	  NULL, "" },
	{ "model", "FILE", "compare the built-in model with a service model file: service-2.json, .gz too",
	  GWT_OPT_PATH, AT(model), NULL, "" },
	{ "echo-contract", NULL, "print how AWS returns what is put, as the cassettes show it", GWT_OPT_FLAG,
	  AT(echo_contract), NULL, "" },
	{ "fail-on", "SEVERITY", "the lowest severity that makes the exit code 1 (risky)", GWT_OPT_CHOICE,
	  AT(fail_on), "breaking|risky|info", NULL, .codes = severity_codes, .usual = GWT_SEVERITY_RISKY },
	{ "report", "FORMAT:FILE", "write a report: text, json, markdown, html, junit or github",
	  GWT_OPT_REPORTS, AT(reports), NULL, "" },
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

static gwt_status record_again(struct command *command, const struct gwt_words *names, int *exit_code,
			       struct gwt_error *err)
{
	const struct drift_options *options = command->options;
	const char *upstream = options->upstream ? options->upstream : "sandbox";
	struct gwt_drift_recording recording = {
		.scenarios = options->scenarios,
		.cassettes = options->cassettes,
		.against = options->against,
		.upstream = options->upstream,
		.region = options->region,
		.profile = options->profile,
		.rate = options->rate,
		.sets = &options->sets,
		.redact = &options->redact,
		.jobs = options->jobs,
		.accept = options->accept,
		.commit = options->commit      ? GWT_COMMIT_YES
			  : options->no_commit ? GWT_COMMIT_NO
					       : GWT_COMMIT_DEFAULT,
	};
	gwt_status status = gwt_drift_record(&recording, names, &command->findings, command->arena,
					     &command->output.unanswered, err);

	if (status != GWT_OK)
		return status;
	return gwt_drift_output_write(&command->output, &command->findings,
				      gwt_arena_printf(command->arena, "%s%s%s, then %s",
						       options->cassettes ? options->cassettes : "cassettes",
						       options->against ? "@" : "",
						       options->against ? options->against : "", upstream)
					      .ptr,
				      exit_code, err);
}

static const char *cassette_folder(const struct command *command)
{
	return command->options->cassettes ? command->options->cassettes : "cassettes";
}

static gwt_status compare_hashes(struct command *command, char **words, int *exit_code, struct gwt_error *err)
{
	gwt_status status = gwt_drift_hash_files(words[0], words[1], &command->findings, command->arena, err);

	return status == GWT_OK
		       ? gwt_drift_output_write(
				 &command->output, &command->findings,
				 gwt_arena_printf(command->arena, "%s, then %s", words[0], words[1]).ptr,
				 exit_code, err)
		       : status;
}

static gwt_status compare_model(struct command *command, int *exit_code, struct gwt_error *err)
{
	const char *scenarios = command->options->scenarios ? command->options->scenarios : "scenarios";
	gwt_status status = gwt_drift_model_file(command->options->model, scenarios, cassette_folder(command),
						 &command->findings, command->arena, err);

	return status == GWT_OK ? gwt_drift_output_write(&command->output, &command->findings,
							 gwt_arena_printf(command->arena,
									  "the built-in model, then %s",
									  command->options->model)
								 .ptr,
							 exit_code, err)
				: status;
}

/* --hashes, --model and --echo-contract: each is a different kind of command. */
static gwt_status special(struct command *command, const struct gwt_words *words, int *exit_code,
			  struct gwt_error *err)
{
	const struct drift_options *options = command->options;
	const char *source = words->len ? words->items[0] : cassette_folder(command);

	if (options->hashes + options->echo_contract + (options->model != NULL) > 1 || options->accept ||
	    options->against)
		return gwt_fail(
			err, GWT_EUSAGE,
			"'--hashes', '--model', '--echo-contract', '--accept' and '--against' cannot be combined");
	if (words->len > (options->model ? 0 : options->hashes ? 2 : 1))
		return gwt_fail(err, GWT_EUSAGE, "'%s' is one argument too many",
				words->items[words->len - 1]);
	if (options->model)
		return compare_model(command, exit_code, err);
	if (words->len == 2)
		return compare_hashes(command, words->items, exit_code, err);
	if (options->hashes)
		return gwt_drift_print_hashes(source, options->json, command->arena, err);
	return gwt_drift_print_echoes(source, options->json, command->arena, err);
}

static gwt_status check_options(const struct drift_options *options, bool two_sources, struct gwt_error *err)
{
	if (options->commit && options->no_commit)
		return gwt_fail(err, GWT_EUSAGE, "'--commit' and '--no-commit' cannot be combined");
	if (two_sources && (options->accept || options->against))
		return gwt_fail(err, GWT_EUSAGE,
				"'--accept' and '--against' are for recording again: they take no A and B");
	return GWT_OK;
}

static gwt_status dispatch(struct command *command, const struct gwt_arguments *args, int *exit_code,
			   struct gwt_error *err)
{
	char **words = args->words.items;
	size_t len = args->words.len, sources = 0, scenarios = 0;
	const struct drift_options *options = command->options;

	if (options->hashes || options->model || options->echo_contract)
		return special(command, &args->words, exit_code, err);

	for (size_t i = 0; i < len; i++) {
		sources += gwt_is_drift_source(words[i]);
		scenarios += is_scenario(command, words[i]);
	}
	if (len == 2 && sources == 2 && scenarios == 2)
		return gwt_fail(
			err, GWT_EUSAGE,
			"'%s' and '%s' are paths and scenarios as well: write ./%s ./%s for the paths",
			words[0], words[1], words[0], words[1]);
	if (check_options(command->options, len == 2 && sources == 2, err) != GWT_OK)
		return err->status;
	if (len == 2 && sources == 2)
		return compare(command, words[0], words[1], exit_code, err);
	if (sources && scenarios < len)
		return gwt_fail(err, GWT_EUSAGE,
				"expected scenarios, or two folders, files or DIR@REVs to compare");
	return record_again(command, &args->words, exit_code, err);
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
	.about = "what changed since the recording, or between two, and how severe it is",
	.synopsis = "[SCENARIO...] | A B | --hashes [DIR | A.txt B.txt] | --model FILE",
	.options = specs,
	.options_size = sizeof(struct drift_options),
	.run = run,
	.details =
		"SCENARIO is a name or a group; they are recorded again, into scratch space, and compared with the\n"
		"cassettes, which stay as they are unless --accept says so. Scenarios without a cassette could not be checked.\n"
		"A and B are folders of cassettes, cassettes, or DIR@REV: two words that are paths or hold '@'.\n"
		"Exit 1 when something at or above --fail-on was found, else 5 when anything could not be checked, and 4\n"
		"when no call was answered at all.\n"
		"Severities and accepted differences: 'drift' in gwtape.json (docs/drift.md).\n",
};
