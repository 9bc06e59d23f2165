/* `gwtape replay`: serve cassettes, assert requests, report the result. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/child_env.h"
#include "cli/choices.h"
#include "cli/command.h"
#include "cli/replay_net.h"
#include "cli/replay_stale.h"
#include "cli/replay_tape.h"
#include "cli/run_ca.h"
#include "cli/sandbox_backdrop.h"
#include "cli/serve.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/awsconf/endpoint.h"
#include "lib/cassette/cassette.h"
#include "lib/contract/verdict.h"
#include "lib/json/json.h"
#include "lib/match/edges.h"
#include "lib/net/ca.h"
#include "lib/report/row.h"
#include "lib/report/rows.h"
#include "lib/report/run.h"
#include "replayer/fault.h"
#include "replayer/forward.h"
#include "replayer/secrets.h"
#include "replayer/server.h"
#include "replayer/sessions.h"

enum ids { IDS_ANY, IDS_ISSUED };
enum backdrop { BACKDROP_NONE, BACKDROP_SANDBOX };
enum { ORDER_BY_STRICT = -1 };

struct replay_options {
	const char *cassettes, *listen, *clock, *ready_file, *credentials;
	enum gwt_level level;
	int order; /* enum gwt_replay_order; ORDER_BY_STRICT: not given */
	enum ids ids;
	enum gwt_evidence min_evidence;
	enum gwt_session_by session_by;
	enum backdrop backdrop;
	struct gwt_words scenarios, reports;
	const char *admin, *proxy_listen, *fault, *cache, *forward;
	struct gwt_words allowed;
	int64_t threads, delay_ms;
	bool strict, any_region, allow_unused, no_verify_signature, tls, proxy, no_guard, watch,
		forward_remote;
};

#define AT(member) offsetof(struct replay_options, member)

static const int order_codes[] = { GWT_REPLAY_CAUSAL, GWT_REPLAY_STRICT, GWT_REPLAY_NONE };
static const int ids_codes[] = { IDS_ANY, IDS_ISSUED };
static const int session_codes[] = { GWT_SESSION_BY_NONE, GWT_SESSION_BY_ACCESS_KEY, GWT_SESSION_BY_PATH,
				     GWT_SESSION_BY_HEADER };
static const int evidence_codes[] = { GWT_EVIDENCE_AWS_LIVE, GWT_EVIDENCE_AWS_PUBLISHED,
				      GWT_EVIDENCE_DOCUMENTED, GWT_EVIDENCE_GUESSED };
static const int backdrop_codes[] = { BACKDROP_NONE, BACKDROP_SANDBOX };

static const struct gwt_option specs[] = {
	{ "cassettes", "DIR[@REV]", "cassettes to serve (cassettes)", GWT_OPT_PATH, AT(cassettes), NULL,
	  NULL },
	{ "scenario", "NAME", "serve this scenario or group only; may be repeated", GWT_OPT_LIST,
	  AT(scenarios), NULL, NULL },
	{ "listen", "ADDR:PORT", "where to listen (127.0.0.1:0)", GWT_OPT_TEXT, AT(listen), NULL, NULL },
	{ "level", "LEVEL", "how strictly to compare (contract)", GWT_OPT_CHOICE, AT(level), GWT_LEVEL_WORDS,
	  NULL, .codes = gwt_level_codes, .usual = GWT_LEVEL_CONTRACT },
	{ "order", "ORDER", "which calls must come in the recorded order (causal; strict with --strict)",
	  GWT_OPT_CHOICE, AT(order), "causal|strict|none", NULL, .codes = order_codes,
	  .usual = ORDER_BY_STRICT },
	{ "strict", NULL, "each interaction once, in order, none unused", GWT_OPT_FLAG, AT(strict), NULL,
	  NULL },
	{ "ids", "WHICH", "which ids a client may use (any)", GWT_OPT_CHOICE, AT(ids), "any|issued", NULL,
	  .codes = ids_codes, .usual = IDS_ANY },
	{ "session-by", "WHAT", "how clients' sessions are distinguished (none)", GWT_OPT_CHOICE,
	  AT(session_by), "none|access-key|path|header", NULL, .codes = session_codes,
	  .usual = GWT_SESSION_BY_NONE },
	{ "any-region", NULL, "do not compare the region of the scope", GWT_OPT_FLAG, AT(any_region), NULL,
	  NULL },
	{ "allow-unused", NULL, "unused interactions of a named scenario do not fail", GWT_OPT_FLAG,
	  AT(allow_unused), NULL, NULL },
	{ "clock", "now|none|TIME", "what signature dates are compared with (now)", GWT_OPT_TEXT, AT(clock),
	  NULL, NULL },
	{ "min-evidence", "CLASS", "answers with weaker evidence make the exit code 5", GWT_OPT_CHOICE,
	  AT(min_evidence), "aws-live|aws-published|documented|guessed", NULL, .codes = evidence_codes,
	  .usual = GWT_EVIDENCE_GUESSED },
	{ "credentials", "FILE", "JSON of access key ids and their secrets", GWT_OPT_PATH, AT(credentials),
	  NULL, NULL },
	{ "no-verify-signature", NULL, "do not check signatures", GWT_OPT_FLAG, AT(no_verify_signature), NULL,
	  NULL },
	{ "tls", NULL, "speak TLS, with a certificate of gwtape's own authority", GWT_OPT_FLAG, AT(tls), NULL,
	  NULL },
	{ "proxy", NULL, "also be a proxy that answers for apigateway.* hosts and refuses all others",
	  GWT_OPT_FLAG, AT(proxy), NULL, NULL },
	{ "proxy-listen", "ADDR:PORT",
	  "where the proxy listens, with --proxy (beside the endpoint, any port)", GWT_OPT_TEXT,
	  AT(proxy_listen), NULL, NULL },
	{ "no-guard", NULL, "let CMD reach other hosts", GWT_OPT_FLAG, AT(no_guard), NULL, NULL },
	{ "admin", "ADDR:PORT", "a listener of its own for the admin API", GWT_OPT_TEXT, AT(admin), NULL,
	  NULL },
	{ "threads", "N", "threads that answer (1)", GWT_OPT_NUMBER, AT(threads), NULL, NULL,
	  .max = GWT_MAX_THREADS },
	{ "cache", "DIR", "where the index of many cassettes is kept; off: nowhere", GWT_OPT_PATH, AT(cache),
	  NULL, NULL },
	{ "backdrop", "WHO", "who answers calls that are not under contract (none)", GWT_OPT_CHOICE,
	  AT(backdrop), "none|sandbox", NULL, .codes = backdrop_codes, .usual = BACKDROP_NONE },
	{ "forward", "URL", "pass calls of other services on to this server", GWT_OPT_TEXT, AT(forward), NULL,
	  NULL },
	{ "forward-remote", NULL, "--forward may name another machine", GWT_OPT_FLAG, AT(forward_remote),
	  NULL, "" },
	{ "guard-allow", "HOST", "a host that CMD may reach through the guard; may be repeated", GWT_OPT_LIST,
	  AT(allowed), NULL, "" },
	{ "delay", "MS", "delay each answer by this many milliseconds", GWT_OPT_DURATION, AT(delay_ms), NULL,
	  NULL, .max = GWT_MAX_DELAY_MS, .unit_ms = 1 },
	{ "fault", "FILE", "script of faults; see docs/faults.md", GWT_OPT_PATH, AT(fault), NULL, NULL },
	{ "watch", NULL, "read cassettes again when they change", GWT_OPT_FLAG, AT(watch), NULL, NULL },
	{ "report", "FORMAT:FILE",
	  "write a report: text, json, junit, tap, github, markdown, html; may be repeated", GWT_OPT_REPORTS,
	  AT(reports), NULL, NULL },
	{ "ready-file", "FILE", "write the URL to this file once requests are answered", GWT_OPT_PATH,
	  AT(ready_file), NULL, NULL },
	{ 0 },
};

/* Everything that one run needs, made before the first request. */
struct replay {
	const struct replay_options *options;
	struct gwt_arena *arena;
	struct gwt_replay_tape tape;
	struct gwt_faults faults;
	struct gwt_replayer_options replayer;
	struct gwt_report_target *reports;
	struct gwt_run run;
};

static gwt_status set_clock(struct replay *replay, struct gwt_error *err)
{
	const char *clock = replay->options->clock ? replay->options->clock : "now";

	replay->replayer.check_clock = strcmp(clock, "none") != 0;
	if (strcmp(clock, "none") == 0) {
		gwt_run_relax(&replay->run, "--clock none: signature dates are not compared with a clock");
		return GWT_OK;
	}
	if (strcmp(clock, "now") == 0)
		return GWT_OK;
	if (!gwt_clock_parse(gwt_span_of(clock), &replay->replayer.fixed_clock))
		return gwt_fail(
			err, GWT_EUSAGE,
			"option '--clock' is now, none or a time such as 2026-11-22T12:39:57Z, not '%s'",
			clock);
	replay->replayer.clock_is_fixed = true;
	return GWT_OK;
}

static void set_level(struct replay *replay)
{
	enum gwt_level level = replay->options->level;

	replay->replayer.match.level = replay->tape.level = level;
	if (level == GWT_LEVEL_EFFECT)
		gwt_run_relax(&replay->run,
			      "--level effect: members that have AWS's default are not compared");
}

/* By default only related calls are ordered; --strict orders all writes. */
static void set_order(struct replay *replay)
{
	const struct replay_options *options = replay->options;
	enum gwt_replay_order order = options->strict ? GWT_REPLAY_STRICT : GWT_REPLAY_CAUSAL;

	if (options->order != ORDER_BY_STRICT)
		order = (enum gwt_replay_order)options->order;
	replay->replayer.match.once = options->strict;
	replay->replayer.match.order = order;
	replay->run.order = gwt_replay_order_word(order);
	if (order == GWT_REPLAY_NONE)
		gwt_run_relax(&replay->run,
			      "--order none: only calls that use an id of another come after it");
}

/* Recordings of an older gwtape are checked less. */
static void note_old_recordings(struct replay *replay)
{
	const struct gwt_cassettes *cassettes = replay->tape.catalog->cassettes;
	const struct gwt_cassette *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < cassettes->len; i++)
		if (gwt_edges_are_old(&cassettes->items[i])) {
			first = first ? first : &cassettes->items[i];
			count++;
		}
	if (count)
		gwt_run_relax(
			&replay->run,
			gwt_arena_printf(replay->arena,
					 "'" GWT_SPAN_FMT
					 "'%s: recorded by an older gwtape, held to ids and paths "
					 "alone; record again: gwtape record --proxy --name " GWT_SPAN_FMT,
					 GWT_SPAN_ARG(first->scenario), count > 1 ? " and others" : "",
					 GWT_SPAN_ARG(first->scenario))
				.ptr);
}

/* Set up the delays and faults that the user asked for. */
static gwt_status set_trouble(struct replay *replay, struct gwt_error *err)
{
	const struct replay_options *options = replay->options;

	replay->replayer.delay_ms = (uint64_t)options->delay_ms;
	if (!options->fault)
		return GWT_OK;
	replay->replayer.faults = &replay->faults;
	return gwt_faults_read(replay->arena, options->fault, &replay->faults, err);
}

static void note_relaxations(struct replay *replay)
{
	const struct replay_options *options = replay->options;

	if (options->any_region)
		gwt_run_relax(&replay->run, "--any-region: the region of the scope is not compared");
	if (options->allow_unused)
		gwt_run_relax(&replay->run, "--allow-unused: interactions that were not called do not fail");
	if (options->no_verify_signature)
		gwt_run_relax(&replay->run, "--no-verify-signature: signatures are not checked");
}

static gwt_status parse_reports(struct replay *replay, struct gwt_error *err)
{
	const struct gwt_words *words = &replay->options->reports;

	replay->reports = gwt_arena_array(replay->arena, struct gwt_report_target, words->len + 1);
	for (size_t i = 0; i < words->len; i++) {
		gwt_status status = gwt_report_parse(words->items[i], &replay->reports[i], err);

		if (status != GWT_OK)
			return status;
		gwt_report_expect(&replay->reports[i], &replay->run);
	}
	return GWT_OK;
}

/* The admin API is off where others could reach it. */
static bool is_loopback(const char *listen)
{
	static const char *const addresses[] = { "127.", "localhost:", "[::1]:" };

	for (size_t i = 0; listen && i < GWT_LEN(addresses); i++)
		if (gwt_span_starts(gwt_span_of(listen), gwt_span_of(addresses[i])))
			return true;
	return listen == NULL;
}

/* The folder of the index cache; NULL for none. */
static const char *index_cache(const struct replay *replay)
{
	const char *folder = replay->options->cache;

	if (folder)
		return strcmp(folder, "off") == 0 ? NULL : folder;
	folder = gwt_cache_folder(replay->arena);
	return folder ? gwt_file_join(replay->arena, folder, "index") : NULL;
}

/* Open the cassettes that are served, and set how they are reloaded. */
static gwt_status set_tape(struct replay *replay, struct gwt_error *err)
{
	const struct replay_options *options = replay->options;

	replay->tape.source = (struct gwt_catalog_source){
		.source = options->cassettes ? options->cassettes : "cassettes",
		.names = options->scenarios.items,
		.name_count = options->scenarios.len,
		.cache = index_cache(replay),
		.cache_few = options->cache != NULL,
	};
	replay->replayer.reload = gwt_replay_tape_reload;
	replay->replayer.reload_arg = &replay->tape;
	if (options->backdrop == BACKDROP_SANDBOX)
		replay->replayer.backdrop = &gwt_sandbox_backdrop;
	set_level(replay);
	return gwt_replay_tape_open(&replay->tape, err);
}

static gwt_status prepare(struct replay *replay, struct gwt_error *err)
{
	const struct replay_options *options = replay->options;
	gwt_status status = parse_reports(replay, err);

	if (options->proxy_listen && !options->proxy)
		return gwt_fail(err, GWT_EUSAGE, "'--proxy-listen' says where '--proxy' listens");
	if (status == GWT_OK && options->forward)
		status = gwt_forward_parse(options->forward, options->forward_remote, gwt_host_is_aws,
					   replay->arena, &replay->replayer.forward, err);
	if (status == GWT_OK)
		status = gwt_check_allowed_hosts(&options->allowed, err);
	if (status == GWT_OK)
		status = set_tape(replay, err);
	if (status == GWT_OK)
		status = set_clock(replay, err);
	if (status == GWT_OK)
		status = set_trouble(replay, err);
	if (status == GWT_OK && options->credentials)
		status =
			gwt_secrets_read(replay->arena, options->credentials, &replay->replayer.secrets, err);
	if (status == GWT_OK)
		note_old_recordings(replay);
	set_order(replay);
	replay->replayer.match.any_region = options->any_region;
	replay->replayer.match.issued_ids = options->ids == IDS_ISSUED;
	replay->replayer.session_by = options->session_by;
	if (options->no_verify_signature && replay->replayer.session_by == GWT_SESSION_BY_ACCESS_KEY)
		return gwt_fail(err, GWT_EUSAGE,
				"--session-by access-key needs the signatures that "
				"--no-verify-signature does not read");
	replay->replayer.admin = options->admin || is_loopback(options->listen);
	replay->replayer.admin_apart = options->admin != NULL;
	replay->replayer.admin_open = options->admin && !is_loopback(options->admin);
	replay->replayer.no_verify_signature = options->no_verify_signature;
	replay->replayer.allow_unused = options->allow_unused;
	note_relaxations(replay);
	return status;
}

/* How many of the answers given have weaker evidence than --min-evidence asks for. */
static size_t weak_answers(const struct replay *replay)
{
	size_t weak = 0;

	for (int i = (int)replay->options->min_evidence + 1; i <= GWT_EVIDENCE_GUESSED; i++)
		weak += replay->run.evidence[i];
	return weak;
}

/* DESIGN section 2: the run's result comes before CMD's exit code. */
static int exit_code_of(struct replay *replay, int child_exit)
{
	struct gwt_run *run = &replay->run;

	int verdict = gwt_run_verdict(run);

	if (verdict)
		return verdict;
	run->weak = weak_answers(replay);
	if (run->weak) {
		gwt_say("%zu answer%s weaker evidence than '%s'", run->weak,
			run->weak == 1 ? " has" : "s have", gwt_evidence_word(replay->options->min_evidence));
		return gwt_status_exit_code(GWT_EUNCHECKED);
	}
	if (child_exit > 0)
		gwt_say("the contract held; the command ended with %d", child_exit);
	return child_exit > 0 ? child_exit : 0;
}

/* Write all reports, even where one fails; its failure does not hide the run's own result. */
static gwt_status write_reports(struct replay *replay, struct gwt_error *err)
{
	const struct gwt_words *words = &replay->options->reports;
	gwt_status status = GWT_OK;

	for (size_t i = 0; i < words->len; i++) {
		gwt_status written = gwt_report_write(&replay->reports[i], &replay->run, err);

		if (written != GWT_OK && replay->run.exit_code != 0)
			gwt_say("error: %s", err->msg);
		else if (written != GWT_OK)
			status = written;
	}
	return status;
}

/* Print a text; on a terminal, the word at the beginning of a line is red for "FAIL" and green for "ok:". */
static void print_coloured(struct gwt_span text)
{
	static const struct {
		struct gwt_span word;
		const char *colour;
	} words[] = { { GWT_SPAN_INIT("FAIL"), "\033[31m" }, { GWT_SPAN_INIT("ok:"), "\033[32m" } };

	while (text.ptr && text.len) {
		struct gwt_span line = gwt_span_cut(&text, '\n');

		for (size_t i = 0; gwt_err_is_terminal() && i < GWT_LEN(words); i++)
			if (gwt_span_starts(line, words[i].word)) {
				fprintf(stderr, "%s" GWT_SPAN_FMT "\033[0m", words[i].colour,
					GWT_SPAN_ARG(words[i].word));
				line = gwt_span_slice(line, words[i].word.len, line.len);
			}
		fwrite(line.ptr, 1, line.len, stderr);
		fputc('\n', stderr);
	}
}

/* A consequence has one line only: fixing the earlier call fixes it. */
static void print_broken(struct gwt_buf *out, const struct gwt_json *requests)
{
	struct gwt_rows rows = { 0 };

	for (const struct gwt_json *row = requests->child; row; row = row->next) {
		if (gwt_row_ok(row))
			continue;
		if (gwt_rows_is_consequence(&rows, row))
			gwt_buf_printf(out, "as a consequence " GWT_SPAN_FMT "\n",
				       GWT_SPAN_ARG(gwt_row_first_line(row)));
		else
			gwt_buf_printf(out, "FAIL " GWT_SPAN_FMT "\n",
				       GWT_SPAN_ARG(gwt_json_get_text(row, "text")));
	}
	gwt_rows_release(&rows);
}

static gwt_status finish(struct replay *replay, struct gwt_replayer *replayer, int child_exit,
			 struct gwt_error *err)
{
	const struct replay_options *options = replay->options;
	gwt_auto(gwt_buf_release) struct gwt_buf summary = { 0 };

	gwt_replayer_finish(replayer, options->scenarios.items, options->scenarios.len, options->strict);
	replay->run.exit_code = exit_code_of(replay, child_exit);
	gwt_replay_say_stale(replay->tape.source.source, replay->tape.catalog->cassettes,
			     replay->run.broken ? NULL : replayer);
	gwt_buf_init(&summary, SIZE_MAX);
	print_broken(&summary, replay->run.requests);
	gwt_run_summary(&summary, &replay->run);
	print_coloured(gwt_buf_span(&summary));
	return write_reports(replay, err);
}

/*
 * CMD could not be started, so the run ended early. The reports say so, so that an earlier run's reports are
 * not mistaken for this one's.
 */
static void finish_early(struct replay *replay, struct gwt_replayer *replayer, gwt_status why)
{
	const struct replay_options *options = replay->options;
	struct gwt_error err;

	gwt_replayer_finish(replayer, options->scenarios.items, options->scenarios.len, options->strict);
	replay->run.exit_code = gwt_status_exit_code(why);
	write_reports(replay, &err);
}

static const char *region_of(const struct gwt_cassettes *cassettes, struct gwt_arena *arena)
{
	struct gwt_span region = cassettes->items[0].provenance.region;

	return region.len ? gwt_arena_cstr(arena, region) : "us-east-1";
}

static gwt_status run_command(struct replay *replay, struct gwt_replay_net *net, char **command,
			      struct gwt_error *err)
{
	bool guard = !replay->options->no_guard;
	struct gwt_child_settings settings = {
		.endpoint = net->endpoint,
		.region = region_of(replay->tape.catalog->cassettes, replay->arena),
		.ca_bundle = net->ca.ca && (guard || replay->options->tls) ? gwt_ca_path(net->ca.ca) : NULL,
		.proxy = guard ? net->proxy : NULL,
	};

	if (!command && replay->replayer.admin && !replay->replayer.admin_apart)
		fprintf(stderr, "live page on %s/_gwtape/\n", net->endpoint);
	return gwt_serve_command(&net->serve, command, &settings, replay->arena, err);
}

/* Report before the listeners' loop is freed: it catches the signals that may arrive meanwhile. */
static gwt_status serve(struct replay *replay, struct gwt_replayer *replayer, char **command,
			struct gwt_error *err)
{
	const struct replay_options *options = replay->options;
	struct gwt_replay_net_options listen = {
		.listen = options->listen,
		.admin = options->admin,
		.tls = options->tls,
		.proxy = options->proxy,
		.proxy_listen = options->proxy_listen,
		.guard = command && !options->no_guard,
		.forward = replay->replayer.forward,
		.allowed = options->allowed.items,
		.allowed_count = options->allowed.len,
		.shared = options->threads > 1,
	};
	struct gwt_replay_net net;
	gwt_status status = gwt_replay_net_open(&net, &listen, replayer, replay->arena, err);

	if (status == GWT_OK) {
		replay->replayer.endpoint = net.endpoint;
		replay->replayer.proxy = net.proxy;
		replay->replayer.ca = net.ca.ca ? gwt_ca_path(net.ca.ca) : NULL;
	}
	if (status == GWT_OK && options->threads > 1)
		status = gwt_replay_net_threads(&net, (size_t)options->threads - 1, replayer, replay->arena,
						err);
	if (status == GWT_OK && options->watch)
		status = gwt_replay_tape_watch(&replay->tape, net.serve.loop, err);
	if (status == GWT_OK)
		status = gwt_serve_announce(&net.serve, options->ready_file, err);
	if (status == GWT_OK)
		status = run_command(replay, &net, command, err);
	gwt_replay_net_settle(&net);
	gwt_replay_net_summary(&net);
	if (status == GWT_OK)
		status = finish(replay, replayer, net.serve.child_exit, err);
	else
		finish_early(replay, replayer, status);
	gwt_replay_net_close(&net);
	return status;
}

static gwt_status run_replay(void *opaque, const struct gwt_arguments *args, struct gwt_arena *arena,
			     int *exit_code, struct gwt_error *err)
{
	struct replay replay = { .options = opaque, .arena = arena };
	struct gwt_replayer *replayer = NULL;
	gwt_status status;

	if (args->words.len)
		return gwt_fail(err, GWT_EUSAGE,
				"'replay' takes no argument '%s': name a scenario with --scenario, a command "
				"after '--'",
				args->words.items[0]);
	gwt_run_init(&replay.run, replay.options->reports.len > 0);
	status = prepare(&replay, err);
	if (status == GWT_OK) {
		replayer = gwt_replayer_new(replay.tape.catalog->index, &replay.replayer, &replay.run);
		replay.tape.replayer = replayer;
		status = serve(&replay, replayer, args->command, err);
	}
	*exit_code = replay.run.exit_code;
	gwt_replayer_free(replayer);
	gwt_replay_tape_close(&replay.tape);
	gwt_run_release(&replay.run);
	return status;
}

const struct gwt_command gwt_cmd_replay = {
	.name = "replay",
	.about = "serve cassettes as a fake endpoint and assert that requests match",
	.synopsis = "[-- CMD...]",
	.options = specs,
	.options_size = sizeof(struct replay_options),
	.run = run_replay,
	.details =
		"With '-- CMD', runs CMD with the endpoint and dummy credentials in its environment and exits\n"
		"with the result: 1 when the contract was broken, 5 when nothing was called, else CMD's own code.\n"
		"Without it, serves until SIGINT or SIGTERM.\n",
};
