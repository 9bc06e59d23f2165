#include "cli/verify_stage.h"

#include <stdlib.h>
#include <unistd.h>

#include "cli/child_env.h"
#include "cli/sandbox_backdrop.h"
#include "lib/awsconf/endpoint.h"
#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/net/ca.h"
#include "lib/net/net.h"
#include "lib/report/run.h"
#include "replayer/guard.h"

/* The endpoint of one client. */
struct endpoint {
	struct gwt_run run;
	struct gwt_replayer_options options;
	struct gwt_replayer *replayer;
	struct gwt_guard *guard;
	struct gwt_lane *lane;
	struct gwt_arena *arena;
	struct gwt_fault fault; /* the fault for the next request */
};

static const struct gwt_fault *make_fault(struct endpoint *endpoint, const struct gwt_failure *failure)
{
	static const enum gwt_break breaks[] = {
		[GWT_FAILURE_ANSWERS] = GWT_BREAK_NONE,
		[GWT_FAILURE_RESETS] = GWT_BREAK_RESET,
		[GWT_FAILURE_TRUNCATES] = GWT_BREAK_TRUNCATE,
	};
	struct gwt_fault *fault = &endpoint->fault;

	*fault = (struct gwt_fault){ .answers = failure->status != 0,
				     .status = failure->status,
				     .broken = breaks[failure->how] };
	gwt_headers_init(&fault->headers, endpoint->arena);
	if (!fault->answers)
		return fault;
	gwt_headers_add_view(&fault->headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"));
	gwt_headers_add_view(&fault->headers, GWT_SPAN("x-amzn-ErrorType"), gwt_span_of(failure->code));
	fault->body = gwt_arena_printf(endpoint->arena, "{\"message\":\"%s\"}", failure->message);
	return fault;
}

static void on_wanted(void *arg, struct gwt_expectation *out)
{
	struct endpoint *endpoint = arg;
	struct gwt_lane_wanted wanted;

	gwt_lane_wanted(endpoint->lane, &wanted);
	*out = (struct gwt_expectation){ .consumed = wanted.consumed };
	if (!wanted.call)
		return;
	out->fault = wanted.failure ? make_fault(endpoint, wanted.failure) : NULL;
	out->entry = wanted.call->entry;
	out->response = wanted.call->response;
}

static void on_judged(void *arg, const struct gwt_run_row *row, const struct gwt_request *request)
{
	if (row->verdict != GWT_VERDICT_BACKDROP)
		gwt_lane_judged(((struct endpoint *)arg)->lane, row, request);
}

static struct endpoint *make_endpoint(const struct gwt_verify_stage *stage, struct gwt_lane *lane)
{
	struct endpoint *endpoint = gwt_xcalloc(1, sizeof(*endpoint));

	gwt_run_init(&endpoint->run, false);
	endpoint->lane = lane;
	endpoint->arena = stage->arena;
	endpoint->options = (struct gwt_replayer_options){
		.match = { .level = stage->level, .once = true, .order = GWT_REPLAY_STRICT },
		.check_clock = true,
		.backdrop = gwt_lane_has_backdrop(lane) ? &gwt_sandbox_backdrop : NULL,
		.expect = { on_wanted, on_judged, endpoint },
	};
	endpoint->replayer = gwt_replayer_new(stage->index, &endpoint->options, &endpoint->run);
	return endpoint;
}

static gwt_status listen_at(struct gwt_loop *loop, struct gwt_arena *arena, gwt_handler handler,
			    void (*refused)(void *, int, const char *), void *arg, const char **url,
			    struct gwt_error *err)
{
	struct gwt_server_options options = {
		.handler = handler, .refused = refused, .arg = arg, .server_header = "replay"
	};
	struct gwt_server *server;
	gwt_status status = gwt_server_new(loop, &options, &server, err);

	if (status == GWT_OK)
		*url = gwt_arena_cstr(arena, gwt_span_of(gwt_server_url(server)));
	return status;
}

static void close_endpoint(void *opaque)
{
	struct endpoint *endpoint = opaque;

	gwt_guard_free(endpoint->guard);
	gwt_replayer_free(endpoint->replayer);
	gwt_run_release(&endpoint->run);
	free(endpoint);
}

static gwt_status open_endpoint(void *arg, struct gwt_loop *loop, struct gwt_lane *lane, void **out,
				char ***environment, struct gwt_error *err)
{
	struct gwt_verify_stage *stage = arg;
	struct endpoint *endpoint = make_endpoint(stage, lane);
	struct gwt_child_settings settings = {
		.region = stage->region,
		.empty_file = stage->empty,
		.ca_bundle = gwt_ca_path(stage->ca.ca),
	};
	struct gwt_guard_options guard = {
		.inside = gwt_replayer_handle,
		.refused = gwt_replayer_refused,
		.name = "replay",
		.is_aws = gwt_host_is_aws,
	};
	gwt_status status = listen_at(loop, stage->arena, gwt_replayer_handle, gwt_replayer_refused,
				      endpoint->replayer, &settings.endpoint, err);

	*out = endpoint; /* the lane closes it, even if a later step fails */
	if (status != GWT_OK)
		return status;
	guard.arg = endpoint->replayer;
	guard.tls = stage->ca.tls;
	guard.own = strstr(settings.endpoint, "://") + 3;
	endpoint->guard = gwt_guard_new(&guard);
	status = listen_at(loop, stage->arena, gwt_guard_handle, gwt_guard_refused, endpoint->guard,
			   &settings.proxy, err);
	if (status == GWT_OK)
		*environment = gwt_child_environment(stage->arena, &settings);
	return status;
}

gwt_status gwt_verify_stage_open(struct gwt_verify_stage *stage, struct gwt_error *err)
{
	gwt_status status = gwt_empty_file_make(stage->empty, err);

	stage->stage = (struct gwt_stage){ stage, open_endpoint, close_endpoint };
	return status == GWT_OK ? gwt_run_ca_open(&stage->ca, stage->arena, err) : status;
}

void gwt_verify_stage_close(struct gwt_verify_stage *stage)
{
	if (stage->empty[0])
		unlink(stage->empty);
	gwt_run_ca_close(&stage->ca);
}
