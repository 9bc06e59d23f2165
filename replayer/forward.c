#include "replayer/forward.h"

#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/http/uri.h"
#include "lib/report/run.h"
#include "lib/sigv4/authorization.h"
#include "lib/sigv4/shown.h"
#include "replayer/fault.h"
#include "replayer/guard.h"
#include "replayer/internal.h"
#include "replayer/journal.h"
#include "replayer/respond.h"

/* "sts" of "sts.eu-west-1.amazonaws.com" */
static struct gwt_span service_of_host(const char *tunnel)
{
	struct gwt_span host = gwt_span_of(tunnel);

	return tunnel && !gwt_guard_answers_for(host) ? gwt_span_cut(&host, '.') : GWT_ABSENT;
}

struct gwt_span gwt_foreign_service(const struct gwt_request *head, const char *tunnel,
				    struct gwt_arena *arena)
{
	struct gwt_authorization claim;
	struct gwt_span service;

	service = gwt_authorization_read(head, arena, &claim, NULL) == GWT_OK ? claim.scope.service
									      : GWT_ABSENT;
	if (!service.len)
		return service_of_host(tunnel);
	return gwt_span_is(service, "apigateway") ? GWT_ABSENT : service;
}

static bool is_loopback(struct gwt_span host)
{
	return gwt_span_starts(host, GWT_SPAN("127.")) || gwt_span_is(host, "::1") ||
	       gwt_span_iis(host, "localhost") ||
	       (host.len > 10 && gwt_span_iis(gwt_span_slice(host, host.len - 10, host.len), ".localhost"));
}

gwt_status gwt_forward_parse(const char *url, bool remote, bool (*is_aws)(struct gwt_span host),
			     struct gwt_arena *arena, const char **authority, struct gwt_error *err)
{
	struct gwt_url parts;

	if (gwt_url_parse(gwt_span_of(url), &parts, NULL) != GWT_OK || !gwt_span_iis(parts.scheme, "http") ||
	    parts.path.len > 1 || parts.query.ptr)
		return gwt_fail(err, GWT_EUSAGE,
				"option '--forward' must be an http URL without a path, such as "
				"http://127.0.0.1:5000");
	if (is_aws(parts.host))
		return gwt_fail(
			err, GWT_EUSAGE,
			"option '--forward' must not be a host of AWS: a test must never reach the real one");
	if (!remote && !is_loopback(parts.host))
		return gwt_fail(
			err, GWT_EUSAGE,
			"option '--forward' must be on this machine; --forward-remote allows another one");
	*authority = gwt_arena_printf(arena,
				      memchr(parts.host.ptr, ':', parts.host.len) ? "[" GWT_SPAN_FMT "]:%u"
										  : GWT_SPAN_FMT ":%u",
				      GWT_SPAN_ARG(parts.host), (unsigned)parts.port)
			     .ptr;
	return GWT_OK;
}

static struct gwt_span client_of(const struct gwt_request *request)
{
	struct gwt_span agent = gwt_headers_get(&request->headers, "user-agent");

	return agent.ptr ? gwt_span_slice(agent, 0, gwt_span_find(agent, ' ')) : agent;
}

void gwt_replayer_note_forwarded(struct gwt_replayer *replayer, const struct gwt_request *head,
				 struct gwt_span service, struct gwt_arena *arena)
{
	struct gwt_run_row row = {
		.ok = true,
		.client = client_of(head),
		.verdict = GWT_VERDICT_FORWARDED,
		.note = gwt_arena_printf(arena, "passed on to %s: a call of '" GWT_SPAN_FMT "'",
					 replayer->options->forward,
					 GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_WORD, service))),
		.request_id = gwt_request_id(arena),
		.time = gwt_clock_now(),
		.method = head->method,
		.path = head->path,
	};

	gwt_run_add(replayer->run, &row);
	if (replayer->journal)
		gwt_journal_add(replayer->journal, &row);
}

const char *gwt_replayer_route(void *arg, const struct gwt_request *head, const char *tunnel)
{
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };
	struct gwt_replayer *replayer = arg;
	const struct gwt_replayer_options *options = replayer->options;
	struct gwt_span service;

	/* a scripted answer comes first, and may need the body */
	if (!options->forward || (options->faults && gwt_faults_have_others(options->faults)))
		return NULL;
	service = gwt_foreign_service(head, tunnel, &arena);
	if (!service.ptr)
		return NULL;
	gwt_replayer_enter(replayer);
	gwt_replayer_note_forwarded(replayer, head, service, &arena);
	gwt_replayer_leave(replayer);
	return options->forward;
}

void gwt_replayer_unreachable(void *arg, const char *authority, const char *reason)
{
	struct gwt_replayer *replayer = arg;

	(void)authority;
	gwt_replayer_enter(replayer);
	replayer->run->unreachable++;
	if (!replayer->run->unreachable_reason)
		replayer->run->unreachable_reason = gwt_arena_printf(&replayer->run->arena, "%s", reason).ptr;
	gwt_replayer_leave(replayer);
}
