#include "awscli/send.h"

#include <ctype.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "awscli/failure.h"
#include "awscli/files.h"
#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "awscli/pyval/pyval.h"
#include "lib/upstream/upstream.h"

#define QUOTA         500 /* each retry takes from this quota, which limits them */
#define RETRY_COST    5
#define TIMEOUT_COST  10
#define MAX_BACKOFF_S 20.0

struct attempt {
	bool answered;
	struct gwt_response response;
	enum gwt_upstream_fault fault;
	const char *reason;
	struct gwt_aws_answer answer;
};

static unsigned seconds(struct gwt_span digits, unsigned most)
{
	uint64_t value;

	return gwt_span_to_u64(digits, most, &value) ? (unsigned)value : most;
}

static struct gwt_upstream *open_upstream(const struct gwt_aws_client *client,
					  struct gwt_aws_failure *failure)
{
	struct gwt_arena *arena = failure->arena;
	unsigned connect = seconds(client->globals->connect_timeout, 1000000);
	struct gwt_span url = gwt_arena_printf(arena, GWT_SPAN_FMT "://" GWT_SPAN_FMT,
					       GWT_SPAN_ARG(client->endpoint.scheme),
					       GWT_SPAN_ARG(gwt_aws_url_host(arena, &client->endpoint)));
	struct gwt_upstream_options options = {
		.base_url = gwt_arena_cstr(arena, url),
		.ca_bundle = client->ca_bundle.ptr ? gwt_arena_cstr(arena, client->ca_bundle) : NULL,
		.insecure = client->globals->no_verify_ssl,
		.connect_timeout_ms = connect ? connect * 1000 : UINT32_MAX,
		.timeout_ms = UINT32_MAX,
		.idle_timeout_s = seconds(client->globals->read_timeout, 1000000),
	};
	struct gwt_upstream *upstream;
	struct gwt_error err;

	if (gwt_upstream_new(&options, &upstream, &err) == GWT_OK)
		return upstream;
	gwt_aws_fail(failure, GWT_AWS_GENERAL, "%s", err.msg);
	return NULL;
}

/* As Python words it: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992) */
static struct gwt_span tls_reason(struct gwt_arena *arena, const char *reason)
{
	const char *problem = strstr(reason, "certificate problem: "), *colon = strrchr(reason, ':');
	char *code, *text;

	if (strstr(reason, "setting certificate") || strstr(reason, "CAfile"))
		return GWT_SPAN("[Errno 2] No such file or directory");
	if (problem)
		return gwt_arena_printf(
			arena, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: %s (_ssl.c:992)",
			problem + strlen("certificate problem: "));
	text = gwt_arena_cstr(arena, gwt_span_trim(gwt_span_of(colon ? colon + 1 : reason)));
	code = gwt_arena_cstr(arena, gwt_span_of(text));
	for (char *p = code; *p; p++)
		*p = isalnum((unsigned char)*p) ? (char)toupper((unsigned char)*p) : '_';
	return gwt_arena_printf(arena, "[SSL: %s] %s (_ssl.c:992)", code, text);
}

static bool no_proxy_for(struct gwt_arena *arena, struct gwt_span host)
{
	struct gwt_span list = gwt_aws_env(arena, "no_proxy"), entry;

	if (!list.ptr)
		list = gwt_aws_env(arena, "NO_PROXY");
	while (list.len > 0) {
		entry = gwt_span_trim(gwt_span_cut(&list, ','));
		if (gwt_span_is(entry, "*") || (entry.len > 0 && gwt_span_ends(host, entry)))
			return true;
	}
	return false;
}

/* The proxy for URLs of this scheme; absent when there is none. */
static struct gwt_span proxy_for(struct gwt_arena *arena, const struct gwt_aws_url *endpoint)
{
	bool https = gwt_span_is(endpoint->scheme, "https");
	struct gwt_span host = gwt_span_slice(endpoint->netloc, 0, gwt_span_find(endpoint->netloc, ':'));
	struct gwt_span proxy = gwt_aws_env(arena, https ? "https_proxy" : "http_proxy");

	if (!proxy.ptr && https)
		proxy = gwt_aws_env(arena, "HTTPS_PROXY");
	if (proxy.len == 0 || gwt_span_starts(host, GWT_SPAN("127.")) || gwt_span_is(host, "localhost") ||
	    no_proxy_for(arena, host))
		return (struct gwt_span){ 0 };
	return proxy;
}

static bool fail_network(const struct gwt_aws_client *client, struct gwt_span url,
			 const struct attempt *attempt, struct gwt_aws_failure *failure)
{
	static const char *const texts[] = {
		[GWT_FAULT_CONNECT] = "Could not connect to the endpoint URL: \"%.*s\"",
		[GWT_FAULT_CONNECT_TIMEOUT] = "Connect timeout on endpoint URL: \"%.*s\"",
		[GWT_FAULT_READ_TIMEOUT] = "Read timeout on endpoint URL: \"%.*s\"",
		[GWT_FAULT_CLOSED] =
			"Connection was closed before we received a valid response from endpoint URL: "
			"\"%.*s\".",
	};
	struct gwt_span proxy = proxy_for(failure->arena, &client->endpoint);

	if (attempt->fault == GWT_FAULT_TLS)
		return gwt_aws_fail(
			failure, GWT_AWS_GENERAL, "SSL validation failed for " GWT_SPAN_FMT " " GWT_SPAN_FMT,
			GWT_SPAN_ARG(url), GWT_SPAN_ARG(tls_reason(failure->arena, attempt->reason)));
	if (attempt->fault == GWT_FAULT_CONNECT && proxy.ptr)
		return gwt_aws_fail(failure, GWT_AWS_GENERAL,
				    "Failed to connect to proxy URL: \"" GWT_SPAN_FMT "\"",
				    GWT_SPAN_ARG(gwt_aws_url_shown(failure->arena, proxy)));
	if (attempt->fault == GWT_FAULT_OTHER)
		return gwt_aws_fail(failure, GWT_AWS_GENERAL,
				    "An HTTP Client raised an unhandled exception: %s", attempt->reason);
	return gwt_aws_fail_text(failure, GWT_AWS_GENERAL,
				 gwt_arena_printf(failure->arena, texts[attempt->fault], GWT_SPAN_ARG(url)));
}

static bool is_throttled(struct gwt_span code)
{
	static const char *const codes[] = {
		"Throttling",
		"ThrottlingException",
		"ThrottledException",
		"RequestThrottledException",
		"TooManyRequestsException",
		"ProvisionedThroughputExceededException",
		"TransactionInProgressException",
		"RequestLimitExceeded",
		"BandwidthLimitExceeded",
		"LimitExceededException",
		"RequestThrottled",
		"SlowDown",
		"PriorRequestNotComplete",
		"EC2ThrottledException",
		"RequestTimeout",
		"RequestTimeoutException",
	};

	for (size_t i = 0; i < GWT_LEN(codes); i++)
		if (code.ptr && gwt_span_is(code, codes[i]))
			return true;
	return false;
}

static bool is_retryable(const struct attempt *attempt)
{
	int status = attempt->response.status;

	return !attempt->answered || status == 500 || status == 502 || status == 503 || status == 504 ||
	       is_throttled(attempt->answer.code);
}

static double random_fraction(void)
{
	uint32_t bits = 0;

	if (getrandom(&bits, sizeof(bits), 0) != sizeof(bits))
		return 0.5;
	return (double)bits / 4294967296.0;
}

static void back_off(unsigned attempts)
{
	double delay = random_fraction() * (double)(1u << (attempts > 20 ? 20 : attempts - 1));
	struct timespec pause;

	if (delay > MAX_BACKOFF_S)
		delay = MAX_BACKOFF_S;
	pause.tv_sec = (time_t)delay;
	pause.tv_nsec = (long)((delay - (double)pause.tv_sec) * 1e9);
	nanosleep(&pause, NULL);
}

static void send_once(const struct gwt_aws_client *client, struct gwt_upstream *upstream,
		      const struct gwt_request *request, struct gwt_arena *arena, struct attempt *out)
{
	struct gwt_upstream_call *call = gwt_arena_new(arena, struct gwt_upstream_call);

	(void)client;
	*out = (struct attempt){ 0 };
	call->request = request;
	call->arena = arena;
	if (gwt_upstream_start(upstream, call, &call->err) != GWT_OK) {
		out->reason = call->err.msg;
		return;
	}
	while (gwt_upstream_wait(upstream, UINT32_MAX) != call)
		;
	out->answered = call->status == GWT_OK;
	out->response = call->response;
	out->fault = call->fault;
	out->reason = call->reason;
}

static bool fail_client(const struct gwt_aws_command *command, const struct attempt *attempt, bool exhausted,
			unsigned attempts, struct gwt_aws_failure *failure)
{
	struct gwt_span info = GWT_SPAN("");

	if (exhausted)
		info = gwt_arena_printf(failure->arena, " (reached max retries: %u)", attempts - 1);
	return gwt_aws_fail(failure, GWT_AWS_CLIENT,
			    "An error occurred (" GWT_SPAN_FMT ") when calling the %s operation" GWT_SPAN_FMT
			    ": " GWT_SPAN_FMT,
			    GWT_SPAN_ARG(attempt->answer.code), command->operation->name, GWT_SPAN_ARG(info),
			    GWT_SPAN_ARG(attempt->answer.message));
}

static bool finish(const struct gwt_aws_client *client, const struct gwt_aws_command *command,
		   struct gwt_span url, const struct attempt *attempt, bool exhausted, unsigned attempts,
		   struct gwt_json **out, struct gwt_aws_failure *failure)
{
	if (!attempt->answered)
		return fail_network(client, url, attempt, failure);
	if (attempt->response.status >= 300)
		return fail_client(command, attempt, exhausted, attempts, failure);
	*out = attempt->answer.output;
	return true;
}

/* botocore raises this for every attempt, and retries it as it does any fault of the HTTP client. */
static bool check_scheme(const struct gwt_aws_client *client, struct attempt *attempt,
			 struct gwt_arena *arena)
{
	struct gwt_span scheme = client->endpoint.scheme;

	if (gwt_span_is(scheme, "http") || gwt_span_is(scheme, "https"))
		return true;
	*attempt = (struct attempt){ .fault = GWT_FAULT_OTHER };
	attempt->reason =
		gwt_arena_cstr(arena, gwt_arena_printf(arena, "Not supported URL scheme " GWT_SPAN_FMT,
						       GWT_SPAN_ARG(scheme)));
	return false;
}

static bool try_once(const struct gwt_aws_client *client, const struct gwt_aws_command *command,
		     const struct gwt_aws_request *request, struct gwt_upstream **upstream,
		     struct attempt *attempt, struct gwt_aws_exchange *exchange,
		     struct gwt_aws_failure *failure)
{
	if (!gwt_aws_client_sign(client, request, gwt_clock_now(), &exchange->request, failure))
		return false;
	if (!check_scheme(client, attempt, failure->arena))
		return true;
	if (!*upstream)
		*upstream = open_upstream(client, failure);
	if (!*upstream)
		return false;
	send_once(client, *upstream, &exchange->request, failure->arena, attempt);
	exchange->answered = attempt->answered;
	exchange->response = attempt->response;
	return !attempt->answered || gwt_aws_response_parse(command, client->version, &attempt->response,
							    &attempt->answer, failure);
}

bool gwt_aws_client_call(const struct gwt_aws_client *client, const struct gwt_aws_command *command,
			 const struct gwt_aws_request *request, struct gwt_json **out,
			 struct gwt_aws_exchange *exchange, struct gwt_aws_failure *failure)
{
	unsigned limit = seconds(client->max_attempts, 1000000), attempts = 0;
	struct gwt_upstream *upstream = NULL;
	struct attempt attempt;
	int quota = QUOTA, cost;
	bool ok;

	while ((ok = try_once(client, command, request, &upstream, &attempt, exchange, failure))) {
		if (++attempts >= limit || !is_retryable(&attempt))
			break;
		cost = attempt.fault == GWT_FAULT_READ_TIMEOUT || attempt.fault == GWT_FAULT_CONNECT_TIMEOUT
			       ? TIMEOUT_COST
			       : RETRY_COST;
		if (quota < cost)
			break;
		quota -= cost;
		back_off(attempts);
	}
	gwt_upstream_free(upstream);
	return ok && finish(client, command, gwt_aws_url_shown(failure->arena, request->url), &attempt,
			    attempts >= limit, attempts, out, failure);
}
