#include "recorder/call.h"

#include <sys/random.h>

#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/contract/canonical.h"
#include "lib/http/headers.h"
#include "lib/http/message.h"
#include "lib/json/json.h"
#include "recorder/secrecy.h"

/* Full jitter: somewhere between nothing and base * 2^n, as the SDKs' standard mode does. */
static const struct {
	unsigned base_ms, max_attempts;
} throttled = { 500, 8 }, failed = { 100, 3 };
enum { MAX_PAUSE_MS = 20000 };

static gwt_status sign(struct gwt_caller *caller, const struct gwt_request *request, struct gwt_arena *arena,
		       struct gwt_request *sent, struct gwt_request *own, struct gwt_error *err)
{
	const struct gwt_transport *transport = caller->transport;
	struct gwt_headers headers;
	struct gwt_span target = request->target;
	gwt_status status;

	if (transport->path_prefix.len)
		target =
			gwt_arena_printf(arena, GWT_SPAN_FMT GWT_SPAN_FMT,
					 GWT_SPAN_ARG(transport->path_prefix), GWT_SPAN_ARG(request->target));
	gwt_headers_init(&headers, arena);
	gwt_headers_add_view(&headers, GWT_SPAN("Host"), transport->host);
	for (size_t i = 0; i < request->headers.len; i++)
		gwt_headers_add_view(&headers, request->headers.items[i].name,
				     request->headers.items[i].value);
	gwt_request_set(sent, request->method, target, &headers, request->body);
	status = gwt_sigv4_sign(caller->digests, sent, &caller->credentials, caller->region,
				GWT_SPAN("apigateway"), gwt_clock_now(), err);
	if (status == GWT_OK)
		gwt_request_set(own, request->method, request->target, &sent->headers, request->body);
	return status;
}

static bool is_throttling(const struct gwt_response *response, struct gwt_arena *arena)
{
	static const char *const codes[] = { "Throttling", "ThrottlingException", "TooManyRequestsException",
					     "RequestLimitExceeded" };
	struct gwt_span code = gwt_error_code(response, arena);

	if (response->status == 429)
		return true;
	for (size_t i = 0; response->status >= 400 && i < GWT_LEN(codes); i++)
		if (gwt_span_is(code, codes[i]))
			return true;
	return false;
}

static bool is_server_failure(int status)
{
	return status == 500 || status == 502 || status == 503 || status == 504;
}

static bool is_stopped(const struct gwt_caller *caller)
{
	return caller->stop && *caller->stop;
}

static uint64_t jitter(unsigned base_ms, unsigned attempt)
{
	uint64_t ceiling = (uint64_t)base_ms << (attempt < 16 ? attempt : 16), random = 0;

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != (ssize_t)sizeof(random))
		random = gwt_clock_monotonic_ns();
	return random % ((ceiling < MAX_PAUSE_MS ? ceiling : MAX_PAUSE_MS) + 1);
}

/* Seconds of Retry-After in milliseconds, at most MAX_PAUSE_MS; 0 when the header cannot be used. */
static uint64_t asked_pause_ms(const struct gwt_response *response)
{
	uint64_t seconds;

	if (!gwt_span_to_u64(gwt_headers_get(&response->headers, "retry-after"), UINT32_MAX, &seconds))
		return 0;
	return seconds * 1000 < MAX_PAUSE_MS ? seconds * 1000 : MAX_PAUSE_MS;
}

/* Whether to try once more after `attempt` (from 0); waits first. */
static bool try_again(struct gwt_caller *caller, gwt_status status, const struct gwt_response *response,
		      int expected, unsigned attempt, struct gwt_arena *arena)
{
	bool answered = status == GWT_OK, slow_down = answered && is_throttling(response, arena);
	uint64_t pause;

	if (answered &&
	    (response->status == expected || (!slow_down && !is_server_failure(response->status))))
		return false;
	if ((!answered && status != GWT_EUPSTREAM) ||
	    attempt + 1 >= (slow_down ? throttled.max_attempts : failed.max_attempts) || is_stopped(caller))
		return false;
	pause = jitter(slow_down ? throttled.base_ms : failed.base_ms, attempt);
	if (answered && asked_pause_ms(response) > pause)
		pause = asked_pause_ms(response);
	gwt_sleep_unless_stopped(pause, caller->stop);
	caller->retries++;
	return !is_stopped(caller);
}

static struct gwt_span body_code(const struct gwt_response *response, struct gwt_arena *arena)
{
	struct gwt_json *json;
	struct gwt_span code;

	if (!gwt_json_parse(arena, response->body, &json, NULL))
		return GWT_ABSENT;
	code = gwt_json_get_text(json, "__type");
	return code.ptr ? code : gwt_json_get_text(json, "code");
}

struct gwt_span gwt_error_code(const struct gwt_response *response, struct gwt_arena *arena)
{
	struct gwt_span code = gwt_headers_get(&response->headers, "x-amzn-errortype");

	if (!code.ptr)
		code = body_code(response, arena);
	code = gwt_span_slice(code, 0, gwt_span_find(code, ':'));
	for (size_t i = code.len; code.ptr && i > 0; i--)
		if (code.ptr[i - 1] == '#')
			return gwt_span_slice(code, i, code.len);
	return code;
}

/* Codes about the caller: with them the answer says nothing about the call. */
static bool refuses_us(const struct gwt_response *response, struct gwt_arena *arena)
{
	static const char *const codes[] = {
		"UnrecognizedClientException",  "InvalidSignatureException",
		"SignatureDoesNotMatch",        "MissingAuthenticationTokenException",
		"IncompleteSignatureException", "ExpiredTokenException",
		"InvalidClientTokenId",         "RequestExpired"
	};
	struct gwt_span code = gwt_error_code(response, arena);

	if (response->status != 400 && response->status != 401 && response->status != 403)
		return false;
	for (size_t i = 0; i < GWT_LEN(codes); i++)
		if (gwt_span_is(code, codes[i]))
			return true;
	/* "User: arn:… is not authorized to perform: …" comes from IAM, not from API Gateway */
	return gwt_span_is(code, "AccessDeniedException") &&
	       gwt_span_find_span(response->body, GWT_SPAN("\"User: ")) < response->body.len;
}

/* `text` without secrets, for a message: AWS's errors quote the canonical request with the session token. */
static struct gwt_span shown(const struct gwt_caller *caller, struct gwt_span text, struct gwt_arena *arena)
{
	return gwt_mask_secrets(&caller->credentials, text, arena);
}

static struct gwt_span message_of(const struct gwt_caller *caller, const struct gwt_response *response,
				  struct gwt_arena *arena)
{
	struct gwt_json *json;
	struct gwt_span text = { NULL, 0 };

	if (gwt_json_parse(arena, response->body, &json, NULL)) {
		text = gwt_json_get_text(json, "message");
		text = text.ptr ? text : gwt_json_get_text(json, "Message");
	}
	return gwt_span_slice(shown(caller, text, arena), 0, 300);
}

static gwt_status check_json(const struct gwt_caller *caller, const struct gwt_request *request,
			     const struct gwt_response *response, struct gwt_arena *arena,
			     struct gwt_error *err)
{
	struct gwt_json_problem problem;
	struct gwt_json *json;

	if (response->body.len == 0 || !gwt_says_json(gwt_headers_get(&response->headers, "content-type")) ||
	    gwt_json_parse(arena, response->body, &json, &problem))
		return GWT_OK;
	return gwt_fail(err, GWT_EUPSTREAM,
			"the answer to " GWT_SPAN_FMT " " GWT_SPAN_FMT
			" says JSON and is not: %s at byte %zu",
			GWT_SPAN_ARG(request->method), GWT_SPAN_ARG(shown(caller, request->target, arena)),
			problem.detail, problem.offset);
}

/* A compressed body can be neither read nor scanned for secrets; the request did not ask for compression. */
static gwt_status check_coding(const struct gwt_caller *caller, const struct gwt_request *request,
			       const struct gwt_response *response, struct gwt_arena *arena,
			       struct gwt_error *err)
{
	struct gwt_span coding = gwt_headers_get(&response->headers, "content-encoding");

	if (!coding.len || gwt_span_iis(coding, "identity"))
		return check_json(caller, request, response, arena, err);
	return gwt_fail(err, GWT_EUPSTREAM,
			"the answer to " GWT_SPAN_FMT " " GWT_SPAN_FMT
			" is encoded (Content-Encoding), which was not asked for",
			GWT_SPAN_ARG(request->method), GWT_SPAN_ARG(shown(caller, request->target, arena)));
}

static gwt_status check_answer(struct gwt_caller *caller, const struct gwt_request *request,
			       const struct gwt_response *response, struct gwt_arena *arena,
			       struct gwt_error *err)
{
	if (gwt_span_is(gwt_headers_get(&response->headers, "x-gwtape"), "replay")) {
		caller->fatal = true;
		return gwt_fail(err, GWT_EUPSTREAM,
				"the upstream is a gwtape replay: recording a recording would prove nothing");
	}
	if (refuses_us(response, arena)) {
		caller->fatal = true;
		return gwt_fail(err, GWT_EUPSTREAM,
				"the upstream refused our credentials for " GWT_SPAN_FMT " " GWT_SPAN_FMT
				": " GWT_SPAN_FMT " (%d): " GWT_SPAN_FMT,
				GWT_SPAN_ARG(request->method),
				GWT_SPAN_ARG(shown(caller, request->target, arena)),
				GWT_SPAN_ARG(gwt_error_code(response, arena)), response->status,
				GWT_SPAN_ARG(message_of(caller, response, arena)));
	}
	if (response->status < 200 || response->status > 599)
		return gwt_fail(err, GWT_EUPSTREAM,
				"the answer to " GWT_SPAN_FMT " " GWT_SPAN_FMT " has the status %d",
				GWT_SPAN_ARG(request->method),
				GWT_SPAN_ARG(shown(caller, request->target, arena)), response->status);
	return check_coding(caller, request, response, arena, err);
}

/* Whether a 500 is recorded: a stand-in may mean it; from AWS and our sandbox it is an accident. */
static bool is_its_answer(const struct gwt_caller *caller, const struct gwt_response *response)
{
	return response->status == 500 && caller->kind == GWT_UPSTREAM_OTHER && !caller->met_sandbox;
}

static gwt_status check_persistent(const struct gwt_caller *caller, const struct gwt_request *request,
				   const struct gwt_response *response, int expected, struct gwt_arena *arena,
				   struct gwt_error *err)
{
	if (response->status == expected || is_its_answer(caller, response) ||
	    (!is_throttling(response, arena) && !is_server_failure(response->status)))
		return GWT_OK;
	return gwt_fail(err, GWT_EUPSTREAM,
			GWT_SPAN_FMT " " GWT_SPAN_FMT " was answered with %d, again and again",
			GWT_SPAN_ARG(request->method), GWT_SPAN_ARG(shown(caller, request->target, arena)),
			response->status);
}

gwt_status gwt_caller_call(struct gwt_caller *caller, const struct gwt_request *request, int expected,
			   struct gwt_arena *arena, struct gwt_request *sent, struct gwt_response *response,
			   struct gwt_error *err)
{
	struct gwt_request outgoing;
	gwt_status status;

	for (unsigned attempt = 0;; attempt++) {
		if (is_stopped(caller))
			return gwt_fail(err, GWT_EUNCHECKED, GWT_INTERRUPTED);
		status = sign(caller, request, arena, &outgoing, sent, err);
		if (status != GWT_OK)
			return status;
		if (caller->rate_limit)
			gwt_rate_limit_wait(caller->rate_limit, caller->stop);
		memset(response, 0, sizeof(*response));
		caller->calls++;
		status = caller->transport->send(caller->transport->arg, &outgoing, caller->stop, arena,
						 response, err);
		caller->answered |= status == GWT_OK;
		caller->met_sandbox |=
			status == GWT_OK && gwt_headers_count(&response->headers, "x-gwtape-evidence") > 0;
		if (status == GWT_OK)
			status = check_answer(caller, request, response, arena, err);
		if (caller->fatal || !try_again(caller, status, response, expected, attempt, arena))
			break;
	}
	return status == GWT_OK ? check_persistent(caller, request, response, expected, arena, err) : status;
}

/* Split "documented; reference put-integration" into the evidence and its source. */
static bool read_stated(struct gwt_span stated, enum gwt_evidence *evidence, struct gwt_span *source)
{
	struct gwt_span rest = stated, word = gwt_span_trim(gwt_span_cut(&rest, ';'));

	if (!stated.ptr || !gwt_evidence_parse(word, evidence) || *evidence == GWT_EVIDENCE_AWS_LIVE)
		return false; /* aws-live is only for answers of AWS itself */
	*source = gwt_span_trim(rest);
	return true;
}

enum gwt_evidence gwt_answer_evidence(enum gwt_upstream_kind kind, const struct gwt_response *response,
				      struct gwt_arena *arena, struct gwt_span *source)
{
	enum gwt_evidence evidence = GWT_EVIDENCE_GUESSED;
	struct gwt_span server = gwt_headers_get(&response->headers, "server");

	*source = GWT_ABSENT;
	if (kind == GWT_UPSTREAM_AWS)
		return GWT_EVIDENCE_AWS_LIVE;
	if (read_stated(gwt_headers_get(&response->headers, "x-gwtape-evidence"), &evidence, source))
		return evidence;
	if (server.len)
		*source = gwt_arena_printf(arena, "answered by " GWT_SPAN_FMT, GWT_SPAN_ARG(server));
	return GWT_EVIDENCE_GUESSED;
}
