#include "cli/record_proxy.h"

#include <pthread.h>
#include <stdio.h>

#include "cli/child_env.h"
#include "cli/command.h"
#include "recorder/kept_files.h"
#include "cli/record_report.h"
#include "cli/replay_net.h"
#include "cli/serve.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "cli/run_ca.h"
#include "lib/awsconf/endpoint.h"
#include "lib/net/ca.h"
#include "lib/net/net.h"
#include "lib/sigv4/sigv4.h"
#include "recorder/rate_limit.h"
#include "lib/report/mask.h"
#include "recorder/proxy.h"
#include "recorder/run.h"
#include "recorder/secrecy.h"
#include "replayer/faults.h"
#include "replayer/forward.h"
#include "replayer/guard.h"
#include "replayer/secrets.h"

struct recording {
	const struct gwt_record_proxy_options *options;
	struct gwt_record_upstream *upstream;
	struct gwt_arena *arena;
	struct gwt_caller callers[GWT_MAX_JOBS];
	struct gwt_transport transports[GWT_MAX_JOBS];
	size_t caller_count;
	volatile sig_atomic_t stop; /* the run is ending: no call is tried again */
	struct gwt_rate_limit rate_limit;
	struct gwt_proxy proxy;
	struct gwt_run_ca ca;    /* of the guard */
	struct gwt_guard *guard; /* NULL: no guard */
	pthread_mutex_t fault_lock;
	size_t passed_on, unreachable; /* to --forward */
	struct gwt_kept kept;
	struct gwt_kept_files files;
	int child_exit; /* -1: there was no CMD */
	int signum;     /* the signal that ended the run; 0: no signal */
	bool cut;       /* CMD failed or the run was interrupted: the calls may be incomplete */
	bool served;    /* CMD ran, or clients could connect */
};

/* A target as people see it: without our credentials and without the client's token and signature. */
static struct gwt_span shown_target(const struct recording *recording, struct gwt_span target,
				    struct gwt_arena *arena)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	gwt_mask_add(&out, gwt_mask_secrets(&recording->upstream->credentials, target, arena));
	return gwt_arena_copy(arena, gwt_span_begin(gwt_buf_span(&out), 200));
}

static void on_call(void *arg, const struct gwt_request *request, int status, struct gwt_span trouble)
{
	const struct recording *recording = arg;
	struct gwt_arena arena = { 0 };
	struct gwt_span target = shown_target(recording, request->target, &arena);

	gwt_say(GWT_SPAN_FMT " " GWT_SPAN_FMT " -> %d%s" GWT_SPAN_FMT, GWT_SPAN_ARG(request->method),
		GWT_SPAN_ARG(target), status, trouble.ptr ? ": " : "", GWT_SPAN_ARG(trouble));
	gwt_arena_release(&arena);
}

/* Answer from the script of faults, for calls of any service. Such answers are not recorded. */
static bool answer_scripted(struct recording *recording, struct gwt_exchange *exchange,
			    struct gwt_span service)
{
	const struct gwt_fault *fault;

	if (!recording->options->faults)
		return false;
	pthread_mutex_lock(&recording->fault_lock);
	fault = gwt_faults_take(recording->options->faults, exchange->request, service);
	pthread_mutex_unlock(&recording->fault_lock);
	if (!fault)
		return false;
	gwt_exchange_apply_fault(exchange, 0, fault);
	if (!gwt_fault_replaces(fault))
		return false;
	gwt_fault_answer(fault, gwt_clock_now(), exchange->arena, &exchange->response);
	return true;
}

static void handle(struct gwt_exchange *exchange)
{
	struct gwt_proxy *proxy = exchange->server_arg;
	struct recording *recording = proxy->options.arg;
	struct gwt_span service = gwt_foreign_service(exchange->request, exchange->tunnel, exchange->arena);

	if (answer_scripted(recording, exchange, service))
		return;
	if (service.ptr && recording->options->forward) {
		__atomic_add_fetch(&recording->passed_on, 1, __ATOMIC_RELAXED);
		gwt_exchange_relay(exchange, recording->options->forward);
		return;
	}
	if (exchange->connections > 1)
		gwt_proxy_note_concurrent(proxy);
	gwt_proxy_handle(proxy, exchange->request, exchange->arena, &exchange->response);
}

static void refused(void *arg, int status, const char *reason)
{
	gwt_proxy_unreadable(arg, status, reason);
	gwt_say("a request could not be read (%d): %s", status, reason);
}

/* Calls of other services are passed on to --forward unread; calls of API Gateway are answered here. */
static const char *route(void *arg, const struct gwt_request *head, const char *tunnel)
{
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };
	struct gwt_proxy *proxy = arg;
	struct recording *recording = proxy->options.arg;
	struct gwt_span service = gwt_foreign_service(head, tunnel, &arena);

	/* a scripted answer comes before --forward, and may need the body */
	if (!service.ptr ||
	    (recording->options->faults && gwt_faults_have_others(recording->options->faults)))
		return NULL;
	__atomic_add_fetch(&recording->passed_on, 1, __ATOMIC_RELAXED);
	return recording->options->forward;
}

static void unreachable(void *arg, const char *authority, const char *reason)
{
	struct gwt_proxy *proxy = arg;
	struct recording *recording = proxy->options.arg;

	if (recording->unreachable++ == 0)
		gwt_say("a call could not be passed on to %s: %s", authority, reason);
}

static gwt_status add_guard(struct recording *recording, struct gwt_serve *server, const char **url,
			    struct gwt_error *err)
{
	const struct gwt_record_proxy_options *options = recording->options;
	struct gwt_guard_options guard = {
		.inside = handle,
		.refused = refused,
		.route = route,
		.unreachable = unreachable,
		.arg = &recording->proxy,
		.own = strstr(gwt_server_url(server->server), "://") + 3,
		.name = "proxy",
		.others = options->forward != NULL,
		.allowed = options->allowed,
		.allowed_count = options->allowed_count,
		.is_aws = gwt_host_is_aws,
	};
	struct gwt_server_options listen = {
		.handler = gwt_guard_handle,
		.refused = gwt_guard_refused,
		.route = options->forward ? gwt_guard_route : NULL,
		.unreachable = gwt_guard_unreachable,
		.threads = recording->caller_count,
		.server_header = "proxy",
	};
	gwt_status status = gwt_run_ca_open(&recording->ca, recording->arena, err);

	guard.tls = recording->ca.tls;
	listen.arg = recording->guard = gwt_guard_new(&guard);
	return status == GWT_OK ? gwt_serve_add(server, &listen, url, err) : status;
}

static gwt_status run(struct recording *recording, struct gwt_serve *server, struct gwt_error *err)
{
	const struct gwt_record_proxy_options *options = recording->options;
	struct gwt_child_settings settings = { .endpoint = gwt_server_url(server->server),
					       .region = recording->upstream->region };
	gwt_status status = GWT_OK;

	if (options->command && !options->no_guard)
		status = add_guard(recording, server, &settings.proxy, err);
	if (status != GWT_OK)
		return status;
	settings.ca_bundle = recording->ca.ca ? gwt_ca_path(recording->ca.ca) : NULL;
	status = gwt_serve_announce(server, options->ready_file, err);
	return status == GWT_OK
		       ? gwt_serve_command(server, options->command, &settings, recording->arena, err)
		       : status;
}

static gwt_status serve(struct recording *recording, struct gwt_error *err)
{
	const struct gwt_record_proxy_options *options = recording->options;
	struct gwt_server_options listen = {
		.listen = options->listen,
		.handler = handle,
		.refused = refused,
		.route = options->forward ? route : NULL,
		.unreachable = unreachable,
		.arg = &recording->proxy,
		.threads = recording->caller_count,
		.server_header = "proxy",
	};
	struct gwt_serve server;
	gwt_status status = gwt_serve_listen(&server, &listen, err);

	if (status == GWT_OK)
		status = run(recording, &server, err);
	recording->child_exit = server.child_exit;
	recording->signum = server.signum;
	recording->served = status == GWT_OK;
	recording->cut = server.child_exit > 0 || (server.signum && (options->command || server.hurried));
	recording->stop = 1;
	gwt_serve_close(&server);
	return status;
}

static const char *outcome_of(const struct recording *recording)
{
	if (!recording->kept.cassette.ptr)
		return "failed";
	return recording->files.is_new ? "new" : recording->files.changed ? "changed" : "confirmed";
}

static void add_left(const struct recording *recording, struct gwt_json *list, struct gwt_span method,
		     struct gwt_span target, struct gwt_span why)
{
	struct gwt_arena *arena = recording->arena;
	struct gwt_json *one = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));

	if (method.ptr) {
		gwt_json_add_string(arena, one, "method", method);
		gwt_json_add_string(arena, one, "target", shown_target(recording, target, arena));
	}
	gwt_json_add_string(arena, one, "reason", why);
}

static struct gwt_json *left_out(const struct recording *recording)
{
	struct gwt_arena *arena = recording->arena;
	struct gwt_json *list = gwt_json_new(arena, GWT_JSON_ARRAY);

	for (size_t i = 0; i < recording->proxy.left_count && i < GWT_PROXY_LEFT; i++) {
		const struct gwt_proxy_left *left = &recording->proxy.left[i];

		add_left(recording, list, left->method, left->target, gwt_span_of(left->why));
	}
	for (size_t i = 0; i < recording->kept.left_count; i++) {
		const struct gwt_kept_left *left = &recording->kept.left[i];

		add_left(recording, list, left->method, left->target, left->why);
	}
	return list;
}

static void print_result(const struct recording *recording)
{
	const struct gwt_kept *kept = &recording->kept;
	struct gwt_arena *arena = recording->arena;
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };
	struct gwt_json *root = gwt_json_new(arena, GWT_JSON_OBJECT);

	gwt_buf_init(&out, SIZE_MAX);
	gwt_json_add_string(arena, root, "scenario", gwt_span_of(recording->options->name));
	gwt_json_add_string(arena, root, "outcome", gwt_span_of(outcome_of(recording)));
	gwt_json_add_number(arena, root, "calls", (int64_t)kept->calls);
	gwt_json_add_number(arena, root, "repeated", (int64_t)kept->repeated);
	gwt_json_add_number(arena, root, "inexact", (int64_t)kept->inexact);
	gwt_json_add_string(arena, root, "order",
			    gwt_proxy_orders(&recording->proxy) ? GWT_SPAN("stable") : GWT_SPAN("arrival"));
	gwt_json_add_number(arena, root, "forwarded",
			    (int64_t)(recording->proxy.forwarded + recording->passed_on));
	gwt_json_add_number(arena, root, "refused", (int64_t)recording->proxy.refused);
	gwt_json_add_number(arena, root, "failed", (int64_t)recording->proxy.failed);
	gwt_json_add_number(arena, root, "notKept",
			    (int64_t)(recording->proxy.left_count + kept->left_count));
	gwt_json_add(arena, root, "left", left_out(recording));
	if (recording->files.transaction.commit.committed)
		gwt_json_add_string(arena, root, "commit",
				    gwt_span_of(recording->files.transaction.commit.oid));
	gwt_json_write(&out, root, GWT_JSON_PRETTY);
	fwrite(out.ptr, 1, out.len, stdout);
}

static void say_left_out(const struct recording *recording)
{
	const struct gwt_proxy *proxy = &recording->proxy;

	for (size_t i = 0; i < proxy->left_count && i < GWT_PROXY_LEFT; i++) {
		const struct gwt_proxy_left *left = &proxy->left[i];
		struct gwt_span target = shown_target(recording, left->target, recording->arena);

		if (left->method.ptr)
			gwt_say("not kept: " GWT_SPAN_FMT " " GWT_SPAN_FMT ": %s", GWT_SPAN_ARG(left->method),
				GWT_SPAN_ARG(target), left->why);
		else
			gwt_say("not kept: a request that could not be read: %s", left->why);
	}
	if (proxy->left_count > GWT_PROXY_LEFT)
		gwt_say("not kept: %zu more", proxy->left_count - GWT_PROXY_LEFT);
	for (size_t i = 0; i < recording->kept.left_count; i++)
		gwt_say("not kept: " GWT_SPAN_FMT " " GWT_SPAN_FMT ": " GWT_SPAN_FMT,
			GWT_SPAN_ARG(recording->kept.left[i].method),
			GWT_SPAN_ARG(
				shown_target(recording, recording->kept.left[i].target, recording->arena)),
			GWT_SPAN_ARG(recording->kept.left[i].why));
}

static void print_text(const struct recording *recording)
{
	const struct gwt_kept *kept = &recording->kept;

	if (!kept->cassette.ptr)
		return;
	printf("%s %s: %zu calls, %zu repeated reads left out\n", outcome_of(recording),
	       recording->files.cassette_path, kept->calls, kept->repeated);
	printf("scenario %s\n", recording->files.scenario_path);
	if (recording->files.transaction.commit.committed)
		printf("committed %.12s\n", recording->files.transaction.commit.oid);
}

static void report(const struct recording *recording)
{
	const struct gwt_kept *kept = &recording->kept;

	say_left_out(recording);
	if (kept->inexact)
		gwt_say("%zu of the calls are not made byte for byte by the scenario: the cassette has them as they were",
			kept->inexact);
	if (kept->reordered)
		gwt_say("the calls are kept in an order that is the same each time, not as they came; "
			"--jobs 1 keeps them as they come (docs/proxy.md, \"Order\")");
	if (kept->unmet)
		gwt_say("--var " GWT_SPAN_FMT
			": no recorded call has this value: is it what the client sends?",
			GWT_SPAN_ARG(kept->unmet->name));
	if (recording->guard)
		gwt_say_guard(recording->guard);
	if (recording->passed_on)
		gwt_say("%zu calls of other services were passed on to %s and are not recorded",
			recording->passed_on, recording->options->forward);
	if (recording->proxy.refused)
		gwt_say("%zu requests were refused and are not recorded", recording->proxy.refused);
	if (recording->options->json)
		print_result(recording);
	else
		print_text(recording);
	gwt_say_not_committed(&recording->files.transaction.commit);
}

/* No call can be kept: report whether none was made, or all were refused. */
static gwt_status check_calls(const struct gwt_proxy *proxy, struct gwt_error *err)
{
	if (proxy->len)
		return GWT_OK;
	if (proxy->refused)
		return gwt_fail(err, GWT_EMISMATCH,
				"nothing to keep: %zu requests were refused, and no other came through",
				proxy->refused);
	if (proxy->left_count)
		return gwt_fail(err, GWT_EUNCHECKED,
				"nothing to keep: none of the %zu requests can be recorded",
				proxy->left_count);
	return gwt_fail(
		err, GWT_EUNCHECKED,
		"no call of API Gateway came through: nothing to keep (a client that does not read "
		"AWS_ENDPOINT_URL needs the URL on its command line, as with --endpoint-url \"$GWTAPE_ENDPOINT\")");
}

/* The calls of an interrupted run are kept only with --keep-partial. */
static gwt_status check_whole(const struct recording *recording, struct gwt_error *err)
{
	const struct gwt_proxy *proxy = &recording->proxy;

	if (recording->options->keep_partial)
		return GWT_OK;
	if (recording->cut)
		return gwt_fail(err, GWT_EUNCHECKED,
				"nothing is kept, since %s (--keep-partial keeps the %zu calls)",
				recording->signum ? "the recording was broken off" : "the command failed",
				proxy->len);
	if (proxy->failed)
		return gwt_fail(
			err, GWT_EUPSTREAM,
			"nothing is kept, since %zu calls got no whole answer (--keep-partial keeps the "
			"others): %s",
			proxy->failed, proxy->failures[0].why.msg);
	return GWT_OK;
}

static gwt_status keep(struct recording *recording, struct gwt_error *err)
{
	gwt_status status = check_whole(recording, err);

	if (status == GWT_OK)
		status = check_calls(&recording->proxy, err);
	if (status == GWT_OK)
		status = gwt_proxy_keep(&recording->proxy, gwt_span_of(recording->options->name),
					gwt_span_of(recording->upstream->endpoint), recording->arena,
					&recording->kept, err);
	if (status == GWT_OK)
		status = gwt_kept_files_write(&recording->files, &recording->kept, recording->arena, err);
	return status == GWT_OK ? gwt_kept_files_commit(&recording->files, recording->arena, err) : status;
}

static gwt_status record(struct recording *recording, struct gwt_error *err)
{
	struct gwt_kept_files *files = &recording->files;
	gwt_status status;

	files->transaction.upstream = gwt_span_of(recording->upstream->word);
	files->transaction.region = gwt_span_of(recording->upstream->region);
	status = gwt_kept_files_prepare(files, recording->options->commit, err);
	if (status != GWT_OK)
		return status;
	status = serve(recording, err);
	if (status == GWT_OK)
		status = keep(recording, err);
	gwt_kept_files_release(files);
	return status;
}

/* CMD's exit code, or the signal that ended it; 0 when all was well. */
static int code_of_command(const struct recording *recording)
{
	if (recording->child_exit > 0)
		return recording->child_exit;
	return recording->cut ? 128 + recording->signum : 0;
}

/* `status` is the result of keeping the calls. */
static int exit_code_of(const struct recording *recording, gwt_status status)
{
	int code = code_of_command(recording);

	if (code)
		return code;
	if (recording->proxy.failed || recording->unreachable)
		return gwt_status_exit_code(GWT_EUPSTREAM);
	if (recording->proxy.refused)
		return gwt_status_exit_code(GWT_EMISMATCH);
	if (status == GWT_OK && recording->kept.unmet)
		return gwt_status_exit_code(GWT_EUNCHECKED);
	return gwt_status_exit_code(status);
}

static gwt_status hire(struct recording *recording, struct gwt_error *err)
{
	size_t wanted = recording->options->jobs ? recording->options->jobs : GWT_PROXY_JOBS;

	for (size_t i = 0; i < wanted; i++) {
		gwt_status status =
			gwt_record_upstream_connect(recording->upstream, &recording->transports[i], err);

		if (status != GWT_OK)
			return status;
		recording->callers[recording->caller_count++] = (struct gwt_caller){
			.transport = &recording->transports[i],
			.kind = recording->upstream->kind,
			.credentials = recording->upstream->credentials,
			.region = gwt_span_of(recording->upstream->region),
			.stop = &recording->stop,
			.rate_limit = &recording->rate_limit,
			.digests = gwt_sigv4_new(),
		};
	}
	return GWT_OK;
}

static gwt_status open_proxy(struct recording *recording, struct gwt_error *err)
{
	struct gwt_proxy_options proxy = { .lookup = gwt_secrets_lookup,
					   .forbidden = recording->options->forbidden,
					   .forbidden_count = recording->options->forbidden_count,
					   .texts = recording->options->texts,
					   .on_call = on_call,
					   .arg = recording };
	gwt_status status = hire(recording, err);

	proxy.callers = recording->callers;
	proxy.caller_count = recording->caller_count;
	if (status == GWT_OK)
		gwt_proxy_init(&recording->proxy, &proxy);
	return status;
}

static void close_proxy(struct recording *recording)
{
	gwt_guard_free(recording->guard);
	gwt_run_ca_close(&recording->ca);
	gwt_proxy_release(&recording->proxy);
	for (size_t i = 0; i < recording->caller_count; i++)
		gwt_sigv4_free(recording->callers[i].digests);
}

gwt_status gwt_record_proxy(const struct gwt_record_proxy_options *options,
			    struct gwt_record_upstream *upstream, struct gwt_arena *arena, int *exit_code,
			    struct gwt_error *err)
{
	struct recording recording = { .options = options,
				       .upstream = upstream,
				       .arena = arena,
				       .fault_lock = PTHREAD_MUTEX_INITIALIZER };
	gwt_status status = gwt_kept_files_init(&recording.files, options->name, options->cassettes,
						options->scenarios, arena, err);

	if (status != GWT_OK)
		return status;
	gwt_rate_limit_init(&recording.rate_limit, options->rate);
	status = gwt_kept_files_check(&recording.files, arena, err);
	if (status == GWT_OK)
		status = open_proxy(&recording, err);
	if (status == GWT_OK)
		status = record(&recording, err);
	if (recording.served) {
		if (status != GWT_OK)
			gwt_say("%s", err->msg);
		report(&recording);
		*exit_code = exit_code_of(&recording, status);
		status = GWT_OK;
	}
	close_proxy(&recording);
	gwt_rate_limit_release(&recording.rate_limit);
	return status;
}
