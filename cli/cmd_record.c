/* `gwtape record`: run scenarios against an upstream, keep what it answers, commit it where that is right. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/record_proxy.h"
#include "cli/record_report.h"
#include "cli/record_scratch.h"
#include "cli/record_upstream.h"
#include "cli/replay_net.h"
#include "cli/run_ca.h"
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/cassette/scan.h"
#include "lib/sigv4/sigv4.h"
#include "lib/store/store.h"
#include "lib/awsconf/endpoint.h"
#include "lib/scenario/scenario.h"
#include "lib/scenario/values.h"
#include "recorder/rate_limit.h"
#include "recorder/dry_run.h"
#include "recorder/run.h"
#include "recorder/sweep.h"
#include "recorder/run_file.h"
#include "recorder/transaction.h"
#include "replayer/fault.h"
#include "replayer/forward.h"

struct record_options {
	const char *upstream, *region, *profile, *scenarios, *cassettes, *name, *listen, *ready_file;
	const char *forward, *fault;
	struct gwt_words sets, redact, allowed, vars;
	int64_t jobs;
	double rate;
	enum gwt_record_mode mode;
	bool plan, commit, no_commit, json, proxy, keep_partial, forward_remote, no_guard, fail_on_change;
};

#define AT(member) offsetof(struct record_options, member)

static const int mode_codes[] = { GWT_RECORD_NEW, GWT_RECORD_ALL };

static const struct gwt_option specs[] = {
	{ "upstream", "aws|sandbox|URL", "what to record from (sandbox)", GWT_OPT_ENDPOINT, AT(upstream),
	  "aws|sandbox", NULL },
	{ "region", "R", "AWS region to call and to sign for", GWT_OPT_TEXT, AT(region), NULL, NULL },
	{ "profile", "P", "AWS profile that has the credentials", GWT_OPT_TEXT, AT(profile), NULL, NULL },
	{ "scenarios", "DIR", "where the scenarios are (scenarios)", GWT_OPT_PATH, AT(scenarios), NULL,
	  NULL },
	{ "cassettes", "DIR", "where the cassettes go (cassettes)", GWT_OPT_PATH, AT(cassettes), NULL, NULL },
	{ "mode", "new|all", "new or changed scenarios only, or all of them (new)", GWT_OPT_CHOICE, AT(mode),
	  "new|all", NULL, .codes = mode_codes, .usual = GWT_RECORD_NEW },
	{ "set", "NAME=VALUE", "value of a scenario variable; may be repeated", GWT_OPT_LIST, AT(sets), NULL,
	  "" },
	{ "redact", "TEXT", "text that must not be in any file; may be repeated", GWT_OPT_SECRET, AT(redact),
	  NULL, NULL },
	{ "jobs", "N", "at a time: scenarios, with --proxy calls (1; 16 with --proxy)", GWT_OPT_NUMBER,
	  AT(jobs), NULL, NULL, .max = GWT_MAX_JOBS },
	{ "rate", "R", "at most R calls a second (no limit)", GWT_OPT_RATE, AT(rate), NULL, NULL },
	{ "plan", NULL, "print every call that would be made, make none", GWT_OPT_FLAG, AT(plan), NULL, "" },
	{ "proxy", NULL, "record what a client sends through this proxy", GWT_OPT_FLAG, AT(proxy), NULL, "" },
	{ "name", "GROUP/NAME", "with --proxy: name of the scenario and cassette", GWT_OPT_TEXT, AT(name),
	  NULL, "" },
	{ "listen", "ADDR:PORT", "with --proxy: where to listen (127.0.0.1:0)", GWT_OPT_TEXT, AT(listen),
	  NULL, NULL },
	{ "ready-file", "FILE", "with --proxy: write the URL to this file once requests are answered",
	  GWT_OPT_PATH, AT(ready_file), NULL, NULL },
	{ "forward", "URL", "with --proxy: pass calls of other services on to this server", GWT_OPT_TEXT,
	  AT(forward), NULL, NULL },
	{ "forward-remote", NULL, "--forward may name another machine", GWT_OPT_FLAG, AT(forward_remote),
	  NULL, "" },
	{ "guard-allow", "HOST", "with --proxy: a host that CMD may reach; may be repeated", GWT_OPT_LIST,
	  AT(allowed), NULL, "" },
	{ "no-guard", NULL, "with --proxy: let CMD reach other hosts", GWT_OPT_FLAG, AT(no_guard), NULL,
	  NULL },
	{ "var", "NAME=VALUE", "with --proxy: a text that differs every run; may be repeated", GWT_OPT_LIST,
	  AT(vars), NULL, "" },
	{ "fault", "FILE", "with --proxy: script of faults; see docs/faults.md", GWT_OPT_PATH, AT(fault),
	  NULL, NULL },
	{ "keep-partial", NULL, "with --proxy: keep the calls of a command that failed", GWT_OPT_FLAG,
	  AT(keep_partial), NULL, "" },
	{ "commit", NULL, "commit, in whatever repository the cassettes are", GWT_OPT_FLAG, AT(commit), NULL,
	  NULL },
	{ "no-commit", NULL, "only write files", GWT_OPT_FLAG, AT(no_commit), NULL, NULL },
	{ "fail-on-change", NULL, "exit 1 when an answer is not the one that was recorded", GWT_OPT_FLAG,
	  AT(fail_on_change), NULL, NULL },
	{ "json", NULL, "machine-readable result", GWT_OPT_FLAG, AT(json), NULL, "" },
	{ 0 },
};

enum { CLEANUP_S = 4 }; /* DESIGN, section 8: a signal ends any run within six seconds */

static volatile sig_atomic_t stopped, given_up;

static void stop(int signum)
{
	stopped = signum;
	alarm(CLEANUP_S);
}

static void give_up(int signum)
{
	given_up = signum;
}

/*
 * The first signal ends the recording and cleans up, for a few seconds; the next run's sweep removes the
 * rest. The second one ends the process. A signal that is ignored (SIGHUP under nohup) stays ignored.
 */
static void catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = stop, .sa_flags = (int)SA_RESETHAND }, before;

	for (size_t i = 0; i < GWT_LEN(numbers); i++)
		if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
	action.sa_handler = give_up;
	sigaction(SIGALRM, &action, NULL);
}

/* What one command needs while it runs. */
struct command {
	const struct record_options *options;
	struct gwt_arena *arena;
	struct gwt_scenarios scenarios;
	struct gwt_record_upstream upstream;
	struct gwt_rate_limit rate_limit;
	struct gwt_record_options run;
	struct gwt_record_result result;
	struct gwt_transaction transaction;
	struct gwt_record_report report;
};

static const char *folder(const char *given, const char *usual)
{
	return given ? given : usual;
}

static struct gwt_span *spans_of(struct gwt_arena *arena, const struct gwt_words *words)
{
	struct gwt_span *spans = gwt_arena_array(arena, struct gwt_span, words->len + 1);

	for (size_t i = 0; i < words->len; i++)
		spans[i] = gwt_span_of(words->items[i]);
	return spans;
}

static enum gwt_commit_mode commit_mode(const struct record_options *options)
{
	return options->commit ? GWT_COMMIT_YES : options->no_commit ? GWT_COMMIT_NO : GWT_COMMIT_DEFAULT;
}

static gwt_status open_upstream(struct command *command, struct gwt_error *err)
{
	const struct record_options *options = command->options;
	struct gwt_record_upstream_options wanted = { .upstream = options->upstream,
						      .region = options->region,
						      .profile = options->profile,
						      .stop = &stopped };

	return gwt_record_upstream_open(&wanted, command->arena, &command->upstream, err);
}

static gwt_status load(struct command *command, const struct gwt_arguments *args, struct gwt_error *err)
{
	const struct record_options *options = command->options;
	gwt_status status = gwt_scenarios_load(command->arena, folder(options->scenarios, "scenarios"),
					       args->words.items, args->words.len, &command->scenarios, err);

	if (status == GWT_OK && !command->scenarios.len)
		status = gwt_fail(err, GWT_EUNCHECKED, "no scenario below '%s'",
				  folder(options->scenarios, "scenarios"));
	if (status == GWT_OK)
		status = open_upstream(command, err);
	if (status != GWT_OK)
		return status;
	command->run = (struct gwt_record_options){
		.cassettes = folder(options->cassettes, "cassettes"),
		.scenarios = &command->scenarios,
		.mode = options->mode,
		.endpoint = gwt_span_of(command->upstream.endpoint),
		.sets = options->sets.items,
		.set_count = options->sets.len,
		.forbidden = spans_of(command->arena, &options->redact),
		.forbidden_count = options->redact.len,
	};
	gwt_record_report_init(&command->report, command->arena, options->json, options->plan, &command->run);
	return gwt_record_plan(&command->run, command->arena, &command->result, err);
}

static void init_caller(struct command *command, const struct gwt_transport *transport,
			struct gwt_caller *caller)
{
	*caller = (struct gwt_caller){
		.transport = transport,
		.kind = command->upstream.kind,
		.credentials = command->upstream.credentials,
		.region = gwt_span_of(command->upstream.region),
		.stop = &stopped,
		.give_up = &given_up,
		.rate_limit = &command->rate_limit,
		.digests = gwt_sigv4_new(),
	};
}

static void release_callers(struct gwt_caller *callers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		gwt_sigv4_free(callers[i].digests);
}

static gwt_status print_plan(struct command *command, struct gwt_error *err)
{
	struct gwt_transport transport;
	struct gwt_caller caller;
	gwt_status status;

	gwt_dry_run_transport(&command->report.plan, &transport);
	init_caller(command, &transport, &caller);
	caller.rate_limit = NULL;
	status = gwt_record_run(&command->run, &caller, 1, command->arena, &command->result, err);
	release_callers(&caller, 1);
	if (status == GWT_OK)
		gwt_record_report_plan(&command->report);
	return status;
}

static size_t wanted_count(const struct gwt_record_result *result)
{
	size_t count = 0;

	for (size_t i = 0; i < result->len; i++)
		count += result->rows[i].state != GWT_UP_TO_DATE;
	return count;
}

/* What the threads of a run use: each has its own connection and caller. */
struct crew {
	struct gwt_caller callers[GWT_MAX_JOBS];
	struct gwt_transport transports[GWT_MAX_JOBS];
	size_t count;
};

static gwt_status hire(struct command *command, size_t wanted, struct crew *crew, struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	for (crew->count = 0; crew->count < wanted; crew->count++) {
		status = gwt_record_upstream_connect(&command->upstream, &crew->transports[crew->count], err);
		if (status != GWT_OK)
			break;
		init_caller(command, &crew->transports[crew->count], &crew->callers[crew->count]);
	}
	return status;
}

/* Nothing to record, but a run that was killed may have left something. */
static gwt_status sweep_only(struct command *command, struct gwt_run_file *trace, struct gwt_error *err)
{
	struct crew crew;
	gwt_status status = hire(command, 1, &crew, err);

	if (status == GWT_OK)
		status = gwt_sweep(&crew.callers[0], &command->result.swept, err);
	if (status == GWT_OK)
		gwt_run_file_clear_stale(trace);
	if (crew.count)
		command->result.calls = crew.callers[0].calls;
	release_callers(crew.callers, crew.count);
	return status;
}

static gwt_status run_scenarios(struct command *command, size_t wanted, struct gwt_run_file *trace,
				struct gwt_error *err)
{
	size_t jobs = command->options->jobs ? (size_t)command->options->jobs : 1;
	struct crew crew;
	gwt_status status = hire(command, jobs < wanted ? jobs : wanted, &crew, err);

	if (status == GWT_OK) {
		gwt_run_file_write(trace);
		catch_signals();
		status = gwt_record_run(&command->run, crew.callers, crew.count, command->arena,
					&command->result, err);
		alarm(0);
		if (command->result.cleanup == GWT_OK && !crew.callers[0].fatal)
			gwt_run_file_clear_stale(trace);
	}
	release_callers(crew.callers, crew.count);
	return status;
}

static gwt_status make_calls(struct command *command, struct gwt_error *err)
{
	bool remote = command->upstream.kind != GWT_UPSTREAM_SANDBOX;
	size_t wanted = wanted_count(&command->result);
	struct gwt_sigv4 *digests = gwt_sigv4_new();
	struct gwt_run_file trace;
	gwt_status status = GWT_OK;

	gwt_run_file_init(&trace, digests, remote ? gwt_cache_folder(command->arena) : NULL,
			  command->upstream.endpoint, command->upstream.region);
	gwt_sigv4_free(digests);
	if (wanted)
		status = run_scenarios(command, wanted, &trace, err);
	else
		command->result.counts[GWT_UP_TO_DATE] = command->result.len;
	if (!wanted && gwt_run_file_is_stale(&trace))
		status = sweep_only(command, &trace, err);
	gwt_run_file_end(&trace, command->result.cleanup != GWT_OK);
	return status;
}

static gwt_status record_and_commit(struct command *command, struct gwt_error *err)
{
	struct gwt_commit_item *items;
	struct gwt_transaction *transaction = &command->transaction;
	gwt_status status;

	transaction->upstream = gwt_span_of(command->upstream.word);
	transaction->region = gwt_span_of(command->upstream.region);
	transaction->request = (struct gwt_commit_request){
		.dir = command->run.cassettes,
		.len = gwt_record_items(&command->result, true, command->arena, &items),
		.mode = commit_mode(command->options),
		.stop = &stopped,
	};
	transaction->request.items = items;
	status = gwt_transaction_prepare(transaction, err);
	if (status != GWT_OK)
		return status;
	command->run.transaction = transaction;
	status = make_calls(command, err);
	if (status == GWT_OK)
		status = gwt_record_commit(&command->result, transaction, command->arena, err);
	gwt_transaction_release(transaction);
	return status;
}

static gwt_status record(struct command *command, int *exit_code, struct gwt_error *err)
{
	gwt_status status = record_and_commit(command, err);

	if (status != GWT_OK)
		return status;
	*exit_code =
		gwt_status_exit_code(gwt_record_verdict(&command->result, command->options->fail_on_change));
	gwt_record_report_end(&command->report, &command->result, &command->transaction.commit);
	return GWT_OK;
}

/* DIR@REV can only be read. (To record into a folder with an '@' in its name, create it first.) */
static bool names_revision(const char *dir, struct gwt_arena *arena)
{
	if (gwt_file_is_dir(dir))
		return false;
	for (const char *at = strchr(dir, '@'); at; at = strchr(at + 1, '@'))
		if (gwt_file_is_dir(gwt_arena_cstr(arena, (struct gwt_span){ dir, (size_t)(at - dir) })))
			return true;
	return false;
}

static gwt_status check_options(const struct record_options *options, struct gwt_arena *arena,
				const struct gwt_arguments *args, struct gwt_error *err)
{
	if (options->commit && options->no_commit)
		return gwt_fail(err, GWT_EUSAGE, "'--commit' and '--no-commit' cannot be combined");
	if (options->proxy && (args->words.len || options->plan))
		return gwt_fail(
			err, GWT_EUSAGE,
			"'--proxy' records what a client sends: it takes no scenario and no '--plan'");
	if (options->cassettes && names_revision(options->cassettes, arena))
		return gwt_fail(err, GWT_EUSAGE,
				"'%s' is a revision, which cannot be written: name the folder without '@'",
				options->cassettes);
	if (!options->proxy && (options->name || args->command || options->keep_partial ||
				options->vars.len || options->forward || options->allowed.len))
		return gwt_fail(
			err, GWT_EUSAGE,
			"'--name', '--keep-partial', '--var', '--forward', '--guard-allow' and '-- CMD' go with '--proxy'");
	return gwt_scan_check_texts(options->redact.items, options->redact.len, err);
}

/* --var NAME=VALUE: NAME must be one that a scenario may declare; no NAME and no VALUE may be given twice. */
static gwt_status read_text(struct gwt_run_text *texts, size_t index, const char *word, struct gwt_error *err)
{
	struct gwt_span value = gwt_span_of(word), name = gwt_span_cut(&value, '=');

	if (!value.len || !gwt_variable_name(name))
		return gwt_fail(err, GWT_EUSAGE,
				"--var '%s' is not NAME=VALUE, with a letter, then letters, digits or '_'",
				word);
	if (gwt_variable_known(NULL, name))
		return gwt_fail(err, GWT_EUSAGE,
				"--var: the variable '" GWT_SPAN_FMT "' exists already; choose another name",
				GWT_SPAN_ARG(name));
	for (size_t i = 0; i < index; i++)
		if (gwt_span_eq(texts[i].name, name) || gwt_span_eq(texts[i].value, value))
			return gwt_fail(err, GWT_EUSAGE, "--var '%s': its name or its value was given before",
					word);
	texts[index] = (struct gwt_run_text){ name, value };
	return GWT_OK;
}

static gwt_status read_texts(struct gwt_arena *arena, const struct gwt_words *words,
			     struct gwt_run_texts *out, struct gwt_error *err)
{
	struct gwt_run_text *texts = gwt_arena_array(arena, struct gwt_run_text, words->len + 1);
	gwt_status status = GWT_OK;

	for (size_t i = 0; i < words->len && status == GWT_OK; i++)
		status = read_text(texts, i, words->items[i], err);
	*out = (struct gwt_run_texts){ texts, words->len };
	return status;
}

static gwt_status record_by_proxy(struct command *command, const struct gwt_arguments *args, int *exit_code,
				  struct gwt_error *err)
{
	const struct record_options *options = command->options;
	struct gwt_record_proxy_options proxy = { .name = options->name,
						  .listen = options->listen,
						  .ready_file = options->ready_file,
						  .scenarios = folder(options->scenarios, "scenarios"),
						  .cassettes = folder(options->cassettes, "cassettes"),
						  .commit = commit_mode(options),
						  .command = args->command,
						  .json = options->json,
						  .keep_partial = options->keep_partial,
						  .no_guard = options->no_guard,
						  .allowed = options->allowed.items,
						  .allowed_count = options->allowed.len,
						  .jobs = (size_t)options->jobs,
						  .rate = options->rate,
						  .forbidden = spans_of(command->arena, &options->redact),
						  .forbidden_count = options->redact.len };
	struct gwt_faults faults;
	gwt_status vars = read_texts(command->arena, &options->vars, &proxy.texts, err);
	gwt_status status = vars != GWT_OK ? vars : gwt_check_allowed_hosts(&options->allowed, err);

	if (status == GWT_OK && options->forward)
		status = gwt_forward_parse(options->forward, options->forward_remote, gwt_host_is_aws,
					   command->arena, &proxy.forward, err);
	if (status == GWT_OK && options->fault) {
		proxy.faults = &faults;
		status = gwt_faults_read(command->arena, options->fault, &faults, err);
	}
	if (status == GWT_OK)
		status = open_upstream(command, err);
	return status == GWT_OK ? gwt_record_proxy(&proxy, &command->upstream, command->arena, exit_code, err)
				: status;
}

static gwt_status record_scenarios(struct command *command, const struct gwt_arguments *args, int *exit_code,
				   struct gwt_error *err)
{
	gwt_status status = load(command, args, err);

	gwt_rate_limit_init(&command->rate_limit, command->options->rate);
	if (status == GWT_OK)
		status = command->options->plan ? print_plan(command, err) : record(command, exit_code, err);
	gwt_rate_limit_release(&command->rate_limit);
	return status;
}

gwt_status gwt_record_scratch(const struct gwt_record_scratch *wanted, struct gwt_arena *arena,
			      struct gwt_record_result *out, const char **region, struct gwt_error *err)
{
	struct record_options options = { .upstream = wanted->upstream,
					  .region = wanted->region,
					  .profile = wanted->profile,
					  .scenarios = wanted->scenarios,
					  .cassettes = wanted->dir,
					  .mode = GWT_RECORD_ALL,
					  .sets = *wanted->sets,
					  .redact = *wanted->redact,
					  .jobs = wanted->jobs,
					  .rate = wanted->rate,
					  .no_commit = true };
	struct command command = { .options = &options, .arena = arena };
	struct gwt_arguments args = { .words = *wanted->names };
	gwt_status status = check_options(&options, arena, &args, err);
	if (status == GWT_OK)
		status = load(&command, &args, err);
	command.report.quiet = true;
	gwt_rate_limit_init(&command.rate_limit, options.rate);
	if (status == GWT_OK)
		status = record_and_commit(&command, err);
	gwt_rate_limit_release(&command.rate_limit);
	*out = command.result;
	*region = gwt_arena_cstr(arena, gwt_span_of(command.upstream.region));
	gwt_record_upstream_close(&command.upstream);
	return status;
}

static gwt_status run_record(void *opaque, const struct gwt_arguments *args, struct gwt_arena *arena,
			     int *exit_code, struct gwt_error *err)
{
	struct command command = { .options = opaque, .arena = arena };
	gwt_status status = check_options(command.options, arena, args, err);

	if (status == GWT_OK)
		status = command.options->proxy ? record_by_proxy(&command, args, exit_code, err)
						: record_scenarios(&command, args, exit_code, err);
	gwt_record_upstream_close(&command.upstream);
	return status;
}

const struct gwt_command gwt_cmd_record = {
	.name = "record",
	.about = "make the calls of scenarios and keep the answers as cassettes",
	.synopsis = "[SCENARIO...] | --proxy --name GROUP/NAME [-- CMD...]",
	.options = specs,
	.options_size = sizeof(struct record_options),
	.run = run_record,
	.details =
		"SCENARIO is a name (types/http) or a group (types); without one, all are recorded.\n"
		"An answer that the scenario does not expect is recorded, too, and the exit code is 1.\n"
		"With --proxy, a client that calls this endpoint is recorded: it signs with dummy credentials, gwtape signs again.\n"
		"Its calls are kept in an order that is the same each time; --jobs 1 keeps the order of arrival.\n"
		"Commits only into a repository that gwtape made, unless --commit says so (docs/git.md).\n",
};
