#include "replayer/guard.h"

#include <pthread.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/http/uri.h"
#include "lib/json/write.h"

enum { MAX_REFUSED = 100 };

struct gwt_guard {
	struct gwt_guard_options options;
	pthread_mutex_t lock; /* of what follows */
	struct gwt_guard_refusal refused[MAX_REFUSED + 1];
	size_t len;
	struct gwt_arena arena; /* the names of what was refused */
};

struct gwt_guard *gwt_guard_new(const struct gwt_guard_options *options)
{
	struct gwt_guard *guard = gwt_xcalloc(1, sizeof(*guard));

	guard->options = *options;
	pthread_mutex_init(&guard->lock, NULL);
	return guard;
}

void gwt_guard_free(struct gwt_guard *guard)
{
	if (!guard)
		return;
	pthread_mutex_destroy(&guard->lock);
	gwt_arena_release(&guard->arena);
	free(guard);
}

const struct gwt_guard_refusal *gwt_guard_refusals(const struct gwt_guard *guard, size_t *len)
{
	*len = guard->len;
	return guard->refused;
}

bool gwt_guard_answers_for(struct gwt_span host)
{
	static const char *const first_labels[] = { "apigateway", "apigateway-fips" };
	struct gwt_span rest = host, first = gwt_span_cut(&rest, '.');

	for (size_t i = 0; i < GWT_LEN(first_labels); i++)
		if (gwt_span_iis(first, first_labels[i]))
			return rest.len > 0;
	return false;
}

static void count_refusal(struct gwt_guard *guard, struct gwt_span authority)
{
	struct gwt_guard_refusal *refusal;
	size_t i = 0;

	pthread_mutex_lock(&guard->lock);
	while (i < guard->len && !gwt_span_iis(authority, guard->refused[i].authority))
		i++;
	if (i >= MAX_REFUSED)
		i = MAX_REFUSED;
	refusal = &guard->refused[i];
	if (i == guard->len) {
		guard->len++;
		refusal->authority =
			i == MAX_REFUSED ? "other hosts" : gwt_arena_cstr(&guard->arena, authority);
	}
	refusal->count++;
	pthread_mutex_unlock(&guard->lock);
}

static void answer_403(struct gwt_exchange *exchange, struct gwt_span message)
{
	const struct gwt_guard *guard = exchange->server_arg;
	struct gwt_response *response = &exchange->response;
	gwt_auto(gwt_buf_release) struct gwt_buf body = { .max = SIZE_MAX };

	gwt_buf_add_text(&body, "{\"message\":");
	gwt_json_write_string(&body, message);
	gwt_buf_add_text(&body, "}\n");
	response->status = 403;
	response->close = true;
	gwt_headers_add_view(&response->headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"));
	gwt_headers_add_view(&response->headers, GWT_SPAN("x-gwtape"), gwt_span_of(guard->options.name));
	response->body = gwt_arena_copy(exchange->arena, gwt_buf_span(&body));
}

static void refuse(struct gwt_exchange *exchange, struct gwt_span authority, const char *why)
{
	count_refusal(exchange->server_arg, authority);
	answer_403(exchange, gwt_arena_printf(exchange->arena, "gwtape: refused '" GWT_SPAN_FMT "': %s",
					      GWT_SPAN_ARG(authority), why));
}

static const char only_us[] =
	"this proxy answers for apigateway.* host names and reaches no other, so that a test "
	"never leaves this machine (--guard-allow HOST names one that it may reach, --no-guard runs a command "
	"without it)";

static bool is_own(const struct gwt_guard *guard, struct gwt_span authority)
{
	return guard->options.own && gwt_span_iis(authority, guard->options.own);
}

static bool is_allowed(const struct gwt_guard *guard, struct gwt_span host)
{
	for (size_t i = 0; i < guard->options.allowed_count; i++)
		if (gwt_span_iis(host, guard->options.allowed[i]))
			return true;
	return false;
}

/* Another host of AWS, whose calls are passed on. */
static bool is_other(const struct gwt_guard *guard, struct gwt_span host)
{
	return guard->options.others && guard->options.is_aws(host);
}

static void connect_to(struct gwt_exchange *exchange)
{
	struct gwt_guard *guard = exchange->server_arg;
	struct gwt_span target = exchange->request->target;
	struct gwt_authority authority;
	bool known = gwt_authority_parse(target, &authority);
	bool ours = known && (gwt_guard_answers_for(authority.host) || is_other(guard, authority.host));

	if (known && is_allowed(guard, authority.host)) {
		gwt_exchange_relay(exchange, gwt_arena_cstr(exchange->arena, target));
	} else if (ours && authority.port != 443) {
		refuse(exchange, target, "AWS answers on port 443");
	} else if (ours || is_own(guard, target)) {
		exchange->response.status = 200;
		exchange->response.no_content_length = true;
		gwt_exchange_tunnel(exchange, guard->options.tls);
	} else {
		refuse(exchange, target, only_us);
	}
}

static void pass_on(struct gwt_exchange *exchange)
{
	struct gwt_guard *guard = exchange->server_arg;

	exchange->server_arg = guard->options.arg;
	guard->options.inside(exchange);
}

static const char *authority_of(struct gwt_arena *arena, const struct gwt_url *url)
{
	return gwt_arena_printf(arena,
				memchr(url->host.ptr, ':', url->host.len) ? "[" GWT_SPAN_FMT "]:%u"
									  : GWT_SPAN_FMT ":%u",
				GWT_SPAN_ARG(url->host), (unsigned)url->port)
		.ptr;
}

static void forward(struct gwt_exchange *exchange)
{
	struct gwt_guard *guard = exchange->server_arg;
	struct gwt_url url;

	if (gwt_url_parse(exchange->request->target, &url, NULL) != GWT_OK)
		answer_403(exchange,
			   GWT_SPAN("gwtape: this is the proxy, not the endpoint: set HTTPS_PROXY to it"));
	else if (is_allowed(guard, url.host))
		gwt_exchange_relay(exchange, authority_of(exchange->arena, &url));
	else if (gwt_guard_answers_for(url.host) || is_own(guard, url.authority) || is_other(guard, url.host))
		pass_on(exchange);
	else
		refuse(exchange, url.authority, only_us);
}

void gwt_guard_handle(struct gwt_exchange *exchange)
{
	if (exchange->tunnel)
		pass_on(exchange);
	else if (gwt_span_is(exchange->request->method, "CONNECT"))
		connect_to(exchange);
	else
		forward(exchange);
}

void gwt_guard_refused(void *arg, int status, const char *reason)
{
	struct gwt_guard *guard = arg;

	if (guard->options.refused)
		guard->options.refused(guard->options.arg, status, reason);
}

/* Calls through a tunnel are passed on as at the endpoint. */
const char *gwt_guard_route(void *arg, const struct gwt_request *head, const char *tunnel)
{
	struct gwt_guard *guard = arg;

	return tunnel && guard->options.route ? guard->options.route(guard->options.arg, head, tunnel) : NULL;
}

void gwt_guard_unreachable(void *arg, const char *authority, const char *reason)
{
	struct gwt_guard *guard = arg;

	if (guard->options.unreachable)
		guard->options.unreachable(guard->options.arg, authority, reason);
}
