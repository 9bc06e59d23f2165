#include "replayer/guard.h"

#include <stdlib.h>

#include "lib/http/uri.h"
#include "lib/json/write.h"

enum { MAX_REFUSED = 100 };

struct gwt_guard {
	struct gwt_replayer *replayer;
	struct gwt_tls *tls;
	const char *own;
	struct gwt_guard_refusal refused[MAX_REFUSED + 1];
	size_t len;
	struct gwt_arena arena; /* the names of what was refused */
};

struct gwt_guard *gwt_guard_new(struct gwt_replayer *replayer, struct gwt_tls *tls, const char *own)
{
	struct gwt_guard *guard = gwt_xcalloc(1, sizeof(*guard));

	guard->replayer = replayer;
	guard->tls = tls;
	guard->own = own;
	return guard;
}

void gwt_guard_free(struct gwt_guard *guard)
{
	if (!guard)
		return;
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
}

static void answer_403(struct gwt_exchange *exchange, struct gwt_span message)
{
	struct gwt_response *response = &exchange->response;
	gwt_auto(gwt_buf_release) struct gwt_buf body = { .max = SIZE_MAX };

	gwt_buf_add_text(&body, "{\"message\":");
	gwt_json_write_string(&body, message);
	gwt_buf_add_text(&body, "}\n");
	response->status = 403;
	response->close = true;
	gwt_headers_add_view(&response->headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"));
	gwt_headers_add_view(&response->headers, GWT_SPAN("x-gwtape"), GWT_SPAN("replay"));
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
	"never leaves this machine (gwtape replay --no-guard runs a command without it)";

static bool is_own(const struct gwt_guard *guard, struct gwt_span authority)
{
	return guard->own && gwt_span_iis(authority, guard->own);
}

static void connect_to(struct gwt_exchange *exchange)
{
	struct gwt_guard *guard = exchange->server_arg;
	struct gwt_span target = exchange->request->target;
	struct gwt_authority authority;
	bool ours = gwt_authority_parse(target, &authority) && gwt_guard_answers_for(authority.host);

	if (ours && authority.port != 443) {
		refuse(exchange, target, "API Gateway answers on port 443");
	} else if (ours || is_own(guard, target)) {
		exchange->response.status = 200;
		exchange->response.no_content_length = true;
		gwt_exchange_tunnel(exchange, guard->tls);
	} else {
		refuse(exchange, target, only_us);
	}
}

static void pass_on(struct gwt_exchange *exchange)
{
	struct gwt_guard *guard = exchange->server_arg;

	exchange->server_arg = guard->replayer;
	gwt_replayer_handle(exchange);
}

static void forward(struct gwt_exchange *exchange)
{
	struct gwt_url url;

	if (gwt_url_parse(exchange->request->target, &url, NULL) != GWT_OK)
		answer_403(
			exchange,
			GWT_SPAN("gwtape: this is its proxy, not its endpoint: it is meant for HTTPS_PROXY"));
	else if (gwt_guard_answers_for(url.host) || is_own(exchange->server_arg, url.authority))
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

void gwt_guard_refused(void *guard, int status, const char *reason)
{
	gwt_replayer_refused(((struct gwt_guard *)guard)->replayer, status, reason);
}
