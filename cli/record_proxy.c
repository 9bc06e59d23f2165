#include "cli/record_proxy.h"

#include <stdio.h>

#include "cli/child_env.h"
#include "cli/command.h"
#include "cli/kept_files.h"
#include "cli/record_report.h"
#include "cli/serve.h"
#include "lib/json/write.h"
#include "recorder/proxy.h"
#include "recorder/run.h"
#include "recorder/secrecy.h"
#include "replayer/secrets.h"

struct recording {
	const struct gwt_record_proxy_options *options;
	struct gwt_record_upstream *upstream;
	struct gwt_arena *arena;
	struct gwt_caller callers[GWT_MAX_JOBS];
	struct gwt_transport transports[GWT_MAX_JOBS];
	size_t caller_count;
	volatile sig_atomic_t stop; /* the end has come: nothing is tried again */
	struct gwt_pace pace;
	struct gwt_proxy proxy;
	struct gwt_kept kept;
	struct gwt_kept_files files;
	int child_exit;
	bool changed;
	struct gwt_commit_result commit;
};

static void on_call(void *arg, const struct gwt_request *request, int status, struct gwt_span trouble)
{
	const struct recording *recording = arg;
	struct gwt_arena arena = { 0 };
	struct gwt_span target = gwt_mask_secrets(&recording->upstream->credentials, request->target, &arena);

	gwt_say(GWT_SPAN_FMT " " GWT_SPAN_FMT " -> %d%s" GWT_SPAN_FMT, GWT_SPAN_ARG(request->method),
		GWT_SPAN_ARG(gwt_span_slice(target, 0, 200)), status, trouble.ptr ? ": " : "",
		GWT_SPAN_ARG(trouble));
	gwt_arena_release(&arena);
}

static void handle(struct gwt_exchange *exchange)
{
	if (exchange->connections > 1)
		gwt_proxy_note_concurrent(exchange->server_arg);
	gwt_proxy_handle(exchange->server_arg, exchange->request, exchange->arena, &exchange->response);
}

static gwt_status serve(struct recording *recording, struct gwt_error *err)
{
	const struct gwt_record_proxy_options *options = recording->options;
	struct gwt_server_options listen = {
		.listen = options->listen,
		.handler = handle,
		.arg = &recording->proxy,
		.threads = recording->caller_count,
		.server_header = "proxy",
	};
	struct gwt_child_settings settings = { .region = recording->upstream->region,
					       .empty_file = "/dev/null" };
	struct gwt_serve server;
	gwt_status status = gwt_serve_open(&server, &listen, options->ready_file, err);

	if (status == GWT_OK) {
		settings.endpoint = gwt_server_url(server.server);
		status = gwt_serve_run(&server, options->command,
				       gwt_child_environment(recording->arena, &settings), err);
	}
	recording->child_exit = server.child_exit;
	recording->stop = 1;
	gwt_serve_close(&server);
	return status;
}

static gwt_status commit(struct recording *recording, struct gwt_commit_request *request,
			 struct gwt_error *err)
{
	struct gwt_record_options run = { .upstream_word = gwt_span_of(recording->upstream->word) };
	struct gwt_record_result result = { .len = 1 };

	request->message =
		gwt_record_message(recording->arena, &run, &result, gwt_span_of(recording->upstream->region))
			.ptr;
	return gwt_store_commit(request, &recording->commit, err);
}

static void print_result(const struct recording *recording)
{
	const struct gwt_kept *kept = &recording->kept;
	struct gwt_arena *arena = recording->arena;
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };
	struct gwt_json *root = gwt_json_new(arena, GWT_JSON_OBJECT);

	gwt_buf_init(&out, SIZE_MAX);
	gwt_json_add_string(arena, root, "scenario", gwt_span_of(recording->options->name));
	gwt_json_add_string(arena, root, "outcome",
			    gwt_span_of(recording->changed ? "recorded" : "confirmed"));
	gwt_json_add_number(arena, root, "calls", (int64_t)kept->calls);
	gwt_json_add_number(arena, root, "repeated", (int64_t)kept->repeated);
	gwt_json_add_number(arena, root, "inexact", (int64_t)kept->inexact);
	gwt_json_add_string(arena, root, "order",
			    gwt_proxy_orders(&recording->proxy) ? GWT_SPAN("stable") : GWT_SPAN("arrival"));
	gwt_json_add_number(arena, root, "forwarded", (int64_t)recording->proxy.forwarded);
	gwt_json_add_number(arena, root, "refused", (int64_t)recording->proxy.refused);
	if (recording->commit.committed)
		gwt_json_add_string(arena, root, "commit", gwt_span_of(recording->commit.oid));
	gwt_json_write(&out, root, GWT_JSON_PRETTY);
	fwrite(out.ptr, 1, out.len, stdout);
}

static void report(const struct recording *recording)
{
	const struct gwt_kept *kept = &recording->kept;

	if (kept->inexact)
		gwt_say("%zu of the calls are not made byte for byte by the scenario: the cassette has them as they were",
			kept->inexact);
	if (kept->reordered)
		gwt_say("the calls are kept in an order that is the same each time, not as they came, and a replay wants them so; "
			"--jobs 1 keeps them as they come (docs/proxy.md, \"At replay\")");
	if (recording->proxy.refused)
		gwt_say("%zu requests were refused and are not recorded", recording->proxy.refused);
	if (recording->options->json) {
		print_result(recording);
	} else {
		printf("%s %s: %zu calls, %zu repeated reads left out\n",
		       recording->changed ? "recorded" : "confirmed", recording->files.cassette_path,
		       kept->calls, kept->repeated);
		printf("scenario %s\n", recording->files.scenario_path);
		if (recording->commit.committed)
			printf("committed %.12s\n", recording->commit.oid);
	}
	gwt_say_not_committed(&recording->commit);
}

/* Nothing came through: because nothing was asked, or because all of it was refused. */
static gwt_status check_calls(const struct gwt_proxy *proxy, struct gwt_error *err)
{
	if (proxy->len || proxy->failed)
		return GWT_OK;
	if (proxy->refused)
		return gwt_fail(err, GWT_EMISMATCH,
				"nothing to keep: %zu requests were refused, and no other came through",
				proxy->refused);
	return gwt_fail(err, GWT_EUNCHECKED,
			"no call of API Gateway came through: nothing to keep (a client that does not read "
			"AWS_ENDPOINT_URL has to be told, as with --endpoint-url \"$GWTAPE_ENDPOINT\")");
}

static gwt_status record(struct recording *recording, struct gwt_error *err)
{
	const struct gwt_record_proxy_options *options = recording->options;
	struct gwt_commit_request request = { .dir = recording->files.cassettes,
					      .paths = recording->files.paths,
					      .path_count = 2,
					      .mode = options->commit };
	struct gwt_store_guard guard;
	gwt_status status = gwt_store_prepare(&request, &guard, err);

	if (status != GWT_OK)
		return status;
	status = serve(recording, err);
	if (status == GWT_OK)
		status = check_calls(&recording->proxy, err);
	if (status == GWT_OK)
		status = gwt_proxy_keep(&recording->proxy, gwt_span_of(options->name),
					gwt_span_of(recording->upstream->endpoint), recording->arena,
					&recording->kept, err);
	if (status == GWT_OK)
		status = gwt_kept_files_write(&recording->files, &recording->kept,
					      gwt_span_of(recording->upstream->word), recording->arena,
					      &recording->changed, err);
	if (status == GWT_OK)
		status = commit(recording, &request, err);
	gwt_store_release(&guard);
	return status;
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
			.pace = &recording->pace,
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
	gwt_proxy_release(&recording->proxy);
	for (size_t i = 0; i < recording->caller_count; i++)
		gwt_sigv4_free(recording->callers[i].digests);
}

gwt_status gwt_record_proxy(const struct gwt_record_proxy_options *options,
			    struct gwt_record_upstream *upstream, struct gwt_arena *arena, int *exit_code,
			    struct gwt_error *err)
{
	struct recording recording = { .options = options, .upstream = upstream, .arena = arena };
	gwt_status status = gwt_kept_files_init(&recording.files, options->name, options->cassettes,
						options->scenarios, arena, err);

	if (status != GWT_OK)
		return status;
	gwt_pace_init(&recording.pace, options->rate);
	status = gwt_kept_files_check(&recording.files, arena, err);
	if (status == GWT_OK)
		status = open_proxy(&recording, err);
	if (status == GWT_OK)
		status = record(&recording, err);
	if (status == GWT_OK) {
		report(&recording);
		*exit_code = recording.proxy.refused    ? gwt_status_exit_code(GWT_EMISMATCH)
			     : recording.child_exit > 0 ? recording.child_exit
							: 0;
	}
	close_proxy(&recording);
	gwt_pace_release(&recording.pace);
	return status;
}
