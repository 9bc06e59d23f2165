#include "recorder/dry_run.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/http/uri.h"

/* The substitute for an answer, by method and the end of the path. */
static const struct {
	const char *method, *path_end, *body;
} answers[] = {
	{ "POST", "/restapis", "{\"id\":\"{restApiId}\"}" },
	{ "POST", "/vpclinks", "{\"id\":\"{vpcLinkId}\"}" },
	{ "GET", "/{restApiId}/resources", "{\"item\":[{\"id\":\"{parentId}\",\"path\":\"/\"}]}" },
	{ "POST", "/resources/{parentId}", "{\"id\":\"{resourceId}\"}" },
};

static struct gwt_span answer_to(struct gwt_span method, struct gwt_span target)
{
	for (size_t i = 0; i < GWT_LEN(answers); i++)
		if (gwt_span_is(method, answers[i].method) &&
		    gwt_span_ends(target, gwt_span_of(answers[i].path_end)))
			return gwt_span_of(answers[i].body);
	return GWT_SPAN("{}");
}

static gwt_status listen_only(void *arg, const struct gwt_request *request, const volatile sig_atomic_t *stop,
			      struct gwt_arena *arena, struct gwt_response *response, struct gwt_error *err)
{
	const struct gwt_dry_run *plan = arg;
	gwt_auto(gwt_buf_release) struct gwt_buf target = { 0 };

	(void)err, (void)stop;
	gwt_buf_init(&target, SIZE_MAX);
	gwt_uri_decode(&target, request->target);
	plan->on_call(plan->arg, request->method, gwt_buf_span(&target));
	memset(response, 0, sizeof(*response));
	gwt_headers_init(&response->headers, arena);
	response->status = 200;
	response->body = gwt_arena_copy(arena, answer_to(request->method, gwt_buf_span(&target)));
	return GWT_OK;
}

void gwt_dry_run_transport(struct gwt_dry_run *plan, struct gwt_transport *out)
{
	*out = (struct gwt_transport){ .send = listen_only, .arg = plan, .host = GWT_SPAN("plan.invalid") };
}
