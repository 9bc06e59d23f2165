#include "recorder/proxy.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/contract/canonical.h"
#include "lib/http/headers.h"
#include "lib/http/message.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/model/model.h"
#include "lib/model/related.h"
#include "lib/sigv4/authorization.h"
#include "lib/sigv4/shown.h"
#include "lib/sigv4/sigv4.h"
#include "recorder/capture.h"
#include "recorder/derive.h"
#include "recorder/secrecy.h"

/* A call of API Gateway that is being made, or waits for an earlier one. */
struct gwt_proxy_turn {
	struct gwt_proxy_turn *next;
	size_t call; /* its number in the trace */
};

/* One request, on its thread. */
struct work {
	struct gwt_proxy *proxy;
	struct gwt_caller *caller; /* used by no other thread until the request is answered */
	const struct gwt_request *request;
	struct gwt_arena *arena;
	struct gwt_response *response;
};

void gwt_proxy_init(struct gwt_proxy *proxy, const struct gwt_proxy_options *options)
{
	memset(proxy, 0, sizeof(*proxy));
	proxy->options = *options;
	pthread_mutex_init(&proxy->lock, NULL);
	pthread_cond_init(&proxy->changed, NULL);
	proxy->idle = gwt_arena_array(&proxy->arena, size_t, options->caller_count);
	while (proxy->idle_count < options->caller_count) {
		proxy->idle[proxy->idle_count] = proxy->idle_count;
		proxy->idle_count++;
	}
}

void gwt_proxy_release(struct gwt_proxy *proxy)
{
	if (!proxy->options.callers)
		return;
	pthread_cond_destroy(&proxy->changed);
	pthread_mutex_destroy(&proxy->lock);
	gwt_arena_release(&proxy->arena);
	memset(proxy, 0, sizeof(*proxy));
}

static struct gwt_caller *take_caller(struct gwt_proxy *proxy)
{
	struct gwt_caller *caller;

	pthread_mutex_lock(&proxy->lock);
	while (!proxy->idle_count)
		pthread_cond_wait(&proxy->changed, &proxy->lock);
	caller = &proxy->options.callers[proxy->idle[--proxy->idle_count]];
	pthread_mutex_unlock(&proxy->lock);
	return caller;
}

static void give_caller(struct gwt_proxy *proxy, const struct gwt_caller *caller)
{
	proxy->idle[proxy->idle_count++] = (size_t)(caller - proxy->options.callers);
	pthread_cond_broadcast(&proxy->changed);
}

static bool must_wait(const struct gwt_proxy *proxy, const struct gwt_proxy_turn *turn)
{
	for (const struct gwt_proxy_turn *before = proxy->turns; before != turn; before = before->next)
		if (gwt_trace_relation(proxy->trace, before->call, turn->call).rule)
			return true;
	return false;
}

static const struct gwt_json *json_of(struct gwt_arena *arena, struct gwt_span body)
{
	struct gwt_json *json;

	return body.len && gwt_json_parse(arena, gwt_arena_copy(arena, body), &json, NULL) ? json : NULL;
}

/* Under the lock. A call without an answer yet is treated as one that may have any effect. */
static size_t add_to_trace(struct gwt_proxy *proxy, const struct gwt_request *request)
{
	struct gwt_related_call call = { .method = gwt_arena_copy(&proxy->arena, request->method),
					 .path = gwt_arena_copy(&proxy->arena, request->path),
					 .query = gwt_arena_copy(&proxy->arena, request->query),
					 .request = json_of(&proxy->arena, request->body) };

	if (!proxy->trace)
		proxy->trace = gwt_trace_new(&proxy->arena);
	return gwt_trace_add(proxy->trace, &call);
}

/* Join the queue, and wait for the earlier calls that this one is related to. */
static void begin_turn(struct gwt_proxy *proxy, const struct gwt_request *request,
		       struct gwt_proxy_turn *turn)
{
	struct gwt_proxy_turn **at = &proxy->turns;

	pthread_mutex_lock(&proxy->lock);
	proxy->concurrent |= proxy->turns != NULL;
	while (*at)
		at = &(*at)->next;
	*at = turn;
	turn->call = add_to_trace(proxy, request);
	proxy->turn_count++;
	while (must_wait(proxy, turn))
		pthread_cond_wait(&proxy->changed, &proxy->lock);
	pthread_mutex_unlock(&proxy->lock);
}

/* Under the lock. */
static void end_turn(struct gwt_proxy *proxy, struct gwt_proxy_turn *turn)
{
	struct gwt_proxy_turn **at = &proxy->turns;

	while (*at != turn)
		at = &(*at)->next;
	*at = turn->next;
	proxy->turn_count--;
	pthread_cond_broadcast(&proxy->changed);
}

/* Hop-by-hop fields, fields that are made anew for the upstream, and those of the client's signature. */
static bool is_ours(struct gwt_span name)
{
	static const char *const names[] = {
		"host",   "connection",      "keep-alive",    "proxy-connection",  "proxy-authorization",
		"te",     "trailer",         "upgrade",       "transfer-encoding", "content-length",
		"expect", "accept-encoding", "authorization", "x-amz-date",        "x-amz-security-token",
	};

	for (size_t i = 0; i < GWT_LEN(names); i++)
		if (gwt_span_iis(name, names[i]))
			return true;
	return false;
}

/* Copy the headers, except those that this side writes. */
static void copy_foreign_headers(const struct gwt_headers *from, struct gwt_arena *arena,
				 struct gwt_headers *out)
{
	gwt_headers_init(out, arena);
	for (size_t i = 0; i < from->len; i++)
		if (!is_ours(from->items[i].name))
			gwt_headers_add_view(out, gwt_arena_copy(arena, from->items[i].name),
					     gwt_arena_copy(arena, from->items[i].value));
}

static void answer(struct gwt_arena *arena, int status, const char *code, struct gwt_span message,
		   struct gwt_response *response)
{
	gwt_auto(gwt_buf_release) struct gwt_buf body = { 0 };

	gwt_buf_init(&body, SIZE_MAX);
	gwt_buf_add_text(&body, "{\"message\":");
	gwt_json_write_string(&body, message);
	gwt_buf_add_text(&body, "}\n");
	memset(response, 0, sizeof(*response));
	gwt_headers_init(&response->headers, arena);
	response->status = status;
	response->body = gwt_arena_copy(arena, gwt_buf_span(&body));
	gwt_headers_add_view(&response->headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"));
	gwt_headers_add_view(&response->headers, GWT_SPAN("x-amzn-ErrorType"), gwt_span_of(code));
	gwt_headers_add_view(&response->headers, GWT_SPAN("x-gwtape"), GWT_SPAN("proxy"));
}

/* Under the lock: note a call that is not kept, and why, for the report. */
static void leave_out(struct gwt_proxy *proxy, const struct gwt_request *request, const char *why)
{
	struct gwt_proxy_left *left;

	if (proxy->left_count++ >= GWT_PROXY_LEFT)
		return;
	left = &proxy->left[proxy->left_count - 1];
	left->method = gwt_arena_copy(&proxy->arena, request->method);
	left->target = gwt_arena_copy(&proxy->arena, gwt_span_slice(request->target, 0, 200));
	left->why = gwt_arena_cstr(&proxy->arena, gwt_span_of(why));
}

/* Answer a client whose call cannot be made; the run reports the same text. */
static struct gwt_span refuse(const struct work *work, const char *code, struct gwt_span message)
{
	pthread_mutex_lock(&work->proxy->lock);
	work->proxy->refused++;
	pthread_mutex_unlock(&work->proxy->lock);
	answer(work->arena, 403, code, message, work->response);
	return message;
}

/* Refuse a call that this recording cannot take; the other calls are not affected. */
static struct gwt_span decline(const struct work *work, int status, const char *code, struct gwt_span message)
{
	pthread_mutex_lock(&work->proxy->lock);
	leave_out(work->proxy, work->request, gwt_arena_cstr(work->arena, message));
	pthread_mutex_unlock(&work->proxy->lock);
	answer(work->arena, status, code, message, work->response);
	return message;
}

static struct gwt_span fail(const struct work *work, struct gwt_span contract, const struct gwt_error *err)
{
	struct gwt_span message = gwt_arena_copy(work->arena, gwt_span_of(err->msg));
	struct gwt_proxy *proxy = work->proxy;

	pthread_mutex_lock(&proxy->lock);
	GWT_GROW(&proxy->arena, proxy->failures, proxy->failed, proxy->failure_cap);
	proxy->failures[proxy->failed++] =
		(struct gwt_proxy_failure){ gwt_arena_copy(&proxy->arena, contract), *err };
	pthread_mutex_unlock(&proxy->lock);
	answer(work->arena, 502, "GwtapeUpstreamFailure", message, work->response);
	return message;
}

/* A call failed and a later one with the same bytes did not: the client tried again, and nothing is lost. */
static void mend_failures(struct gwt_proxy *proxy, struct gwt_span contract)
{
	size_t kept = 0;

	for (size_t i = 0; i < proxy->failed; i++)
		if (!gwt_span_eq(proxy->failures[i].contract, contract))
			proxy->failures[kept++] = proxy->failures[i];
	proxy->failed = kept;
}

static struct gwt_span contract_of(const struct gwt_request *request, struct gwt_arena *arena)
{
	struct gwt_contract contract;

	gwt_contract_make(request, arena, &contract);
	return contract.bytes;
}

/*
 * The upstream's answer as the client gets it: this side writes framing and Connection, and masks the real
 * credentials, which some upstreams repeat.
 */
static void pass_back(const struct work *work, const struct gwt_response *from, struct gwt_response *out)
{
	const struct gwt_credentials *credentials = &work->caller->credentials;
	struct gwt_arena *arena = work->arena;

	memset(out, 0, sizeof(*out));
	copy_foreign_headers(&from->headers, arena, &out->headers);
	for (size_t i = 0; i < out->headers.len; i++)
		out->headers.items[i].value =
			gwt_mask_secrets(credentials, out->headers.items[i].value, arena);
	out->status = from->status;
	out->body = gwt_arena_copy(arena, gwt_mask_secrets(credentials, from->body, arena));
	out->no_content_length = from->status == 204 || from->status == 304;
}

/* Another service at the same endpoint (a stand-in's STS): passed on, not kept. */
static struct gwt_span forward(const struct work *work, struct gwt_span service)
{
	const struct gwt_request *request = work->request;
	struct gwt_caller *caller = work->caller;
	struct gwt_headers headers;
	struct gwt_request sent;
	struct gwt_response heard = { 0 };
	struct gwt_error err = { 0 };
	struct gwt_span contract = contract_of(request, work->arena);

	copy_foreign_headers(&request->headers, work->arena, &headers);
	gwt_headers_add_view(&headers, GWT_SPAN("Host"), caller->transport->host);
	gwt_request_set(&sent, request->method,
			gwt_arena_printf(work->arena, GWT_SPAN_FMT GWT_SPAN_FMT,
					 GWT_SPAN_ARG(caller->transport->path_prefix),
					 GWT_SPAN_ARG(gwt_origin_target(request, work->arena))),
			&headers, request->body);
	if (gwt_sigv4_sign(caller->digests, &sent, &caller->credentials, caller->region, service,
			   gwt_clock_now(), &err) != GWT_OK ||
	    caller->transport->send(caller->transport->arg, &sent, caller->stop, work->arena, &heard, &err) !=
		    GWT_OK)
		return fail(work, contract, &err);
	pthread_mutex_lock(&work->proxy->lock);
	work->proxy->forwarded++;
	mend_failures(work->proxy, contract);
	pthread_mutex_unlock(&work->proxy->lock);
	pass_back(work, &heard, work->response);
	return GWT_ABSENT;
}

void gwt_proxy_remember(struct gwt_proxy *proxy, const struct gwt_request *request,
			const struct gwt_request *sent, const struct gwt_response *response)
{
	struct gwt_capture call;
	const char *trouble = gwt_capture_take(proxy->options.callers[0].kind, request, sent, response,
					       &proxy->arena, &call);

	if (trouble) {
		leave_out(proxy, request, trouble);
		return;
	}
	GWT_GROW(&proxy->arena, proxy->calls, proxy->len, proxy->cap);
	proxy->calls[proxy->len++] = call;
}

/* Make the call. It is remembered before the calls that wait for it go on, so that their order is right. */
static struct gwt_span record(const struct work *work)
{
	struct gwt_proxy *proxy = work->proxy;
	struct gwt_proxy_turn turn = { 0 };
	struct gwt_span contract = contract_of(work->request, work->arena);
	struct gwt_headers headers;
	struct gwt_request wanted, sent;
	struct gwt_response heard = { 0 };
	struct gwt_error err = { 0 };
	gwt_status status;

	copy_foreign_headers(&work->request->headers, work->arena, &headers);
	gwt_request_set(&wanted, work->request->method, gwt_origin_target(work->request, work->arena),
			&headers, work->request->body);
	begin_turn(proxy, work->request, &turn);
	status = gwt_caller_call(work->caller, &wanted, 0, work->arena, &sent, &heard, &err);
	pthread_mutex_lock(&proxy->lock);
	if (status == GWT_OK) {
		gwt_proxy_remember(proxy, work->request, &sent, &heard);
		mend_failures(proxy, contract);
		gwt_trace_answer(proxy->trace, turn.call, json_of(&proxy->arena, heard.body), heard.status);
	}
	end_turn(proxy, &turn);
	pthread_mutex_unlock(&proxy->lock);
	if (status != GWT_OK)
		return fail(work, contract, &err);
	pass_back(work, &heard, work->response);
	return GWT_ABSENT;
}

static struct gwt_span judge(const struct work *work)
{
	const struct gwt_proxy_options *options = &work->proxy->options;
	const struct gwt_caller *caller = work->caller;
	struct gwt_verify_options verify = { .lookup = options->lookup, .lookup_arg = options->lookup_arg };
	struct gwt_signature signature;
	const struct gwt_scope *scope = &signature.authorization.scope;
	const char *bad = "InvalidSignatureException";

	gwt_sigv4_verify(caller->digests, work->request, &verify, false, work->arena, &signature);
	if (signature.verdict == GWT_SIG_ABSENT || signature.verdict == GWT_SIG_INVALID)
		return refuse(
			work, bad,
			gwt_arena_printf(work->arena,
					 "the client's signature is %s: %s; sign with the dummy credentials",
					 gwt_signature_verdict_word(signature.verdict), signature.detail));
	if (signature.authorization.presigned)
		return refuse(
			work, bad,
			GWT_SPAN(
				"a presigned request cannot be signed again; sign in the Authorization header"));
	if (!gwt_span_eq(scope->region, caller->region))
		return refuse(work, bad,
			      gwt_arena_printf(work->arena,
					       "the client signed for region '" GWT_SPAN_FMT
					       "' and this proxy records '" GWT_SPAN_FMT "' (--region)",
					       GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_WORD, scope->region)),
					       GWT_SPAN_ARG(caller->region)));
	if (gwt_span_is(scope->service, "apigateway"))
		return record(work);
	if (caller->kind == GWT_UPSTREAM_AWS)
		return decline(
			work, 403, "GwtapeForeignService",
			gwt_arena_printf(work->arena,
					 "'" GWT_SPAN_FMT "' is another service than API Gateway: nothing "
					 "else of AWS is contacted (--forward URL passes such calls on)",
					 GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_WORD, scope->service))));
	return forward(work, scope->service);
}

/* Why a target is refused: it is neither a path nor a URL of the request's Host (RFC 9112, 3.2.2). */
static const char *target_trouble(const struct gwt_request *request)
{
	struct gwt_url url;

	if (request->target.ptr[0] == '/')
		return NULL;
	if (gwt_url_parse(request->target, &url, NULL) != GWT_OK)
		return "its target is not a path";
	return gwt_span_iis(url.authority, gwt_arena_cstr(request->headers.arena,
							  gwt_headers_get(&request->headers, "host")))
		       ? NULL
		       : "its target names another host than its Host";
}

static struct gwt_span answer_one(const struct work *work)
{
	const char *trouble = target_trouble(work->request);

	if (trouble)
		return decline(work, 400, "GwtapeBadTarget", gwt_span_of(trouble));
	return judge(work);
}

void gwt_proxy_handle(struct gwt_proxy *proxy, const struct gwt_request *request, struct gwt_arena *arena,
		      struct gwt_response *response)
{
	struct work work = { proxy, take_caller(proxy), request, arena, response };
	struct gwt_span trouble = answer_one(&work);

	pthread_mutex_lock(&proxy->lock);
	give_caller(proxy, work.caller);
	if (proxy->options.on_call)
		proxy->options.on_call(proxy->options.arg, request, response->status, trouble);
	pthread_mutex_unlock(&proxy->lock);
}

void gwt_proxy_unreadable(struct gwt_proxy *proxy, int status, const char *reason)
{
	(void)status;
	pthread_mutex_lock(&proxy->lock);
	if (proxy->left_count++ < GWT_PROXY_LEFT)
		proxy->left[proxy->left_count - 1] =
			(struct gwt_proxy_left){ .why = gwt_arena_cstr(&proxy->arena, gwt_span_of(reason)) };
	pthread_mutex_unlock(&proxy->lock);
}

void gwt_proxy_note_concurrent(struct gwt_proxy *proxy)
{
	pthread_mutex_lock(&proxy->lock);
	proxy->concurrent = true;
	pthread_mutex_unlock(&proxy->lock);
}

/* Whether each call is a process: a script makes calls one after the other, unless we saw otherwise. */
static bool is_one_call_a_process(struct gwt_span client)
{
	return gwt_span_starts(client, GWT_SPAN("aws-cli/"));
}

/*
 * With a fast upstream, chance decides whether two calls overlap: no overlap proves nothing. --jobs 1 asks
 * for the order of arrival.
 */
bool gwt_proxy_orders(const struct gwt_proxy *proxy)
{
	bool processes = true;

	for (size_t i = 0; i < proxy->len && processes; i++)
		processes = is_one_call_a_process(proxy->calls[i].client);
	return proxy->options.caller_count > 1 && (proxy->concurrent || !processes);
}

gwt_status gwt_proxy_keep(const struct gwt_proxy *proxy, struct gwt_span name, struct gwt_span endpoint,
			  struct gwt_arena *arena, struct gwt_kept *out, struct gwt_error *err)
{
	const struct gwt_caller *caller = &proxy->options.callers[0];
	struct gwt_keep_options options = {
		.name = name,
		.tag = GWT_SPAN(GWT_PROXY_TAG),
		.how = GWT_SPAN("recorded by the proxy"),
		.order = gwt_proxy_orders(proxy) ? GWT_ORDER_STABLE : GWT_ORDER_ARRIVAL,
		.provenance = { .upstream = GWT_SPAN("proxy"),
				.endpoint = endpoint,
				.region = caller->region,
				.model = gwt_span_of(gwt_model_version_word(GWT_MODEL_NEWER)),
				.relation = GWT_CASSETTE_RELATION },
		.credentials = caller->credentials,
		.forbidden = proxy->options.forbidden,
		.forbidden_count = proxy->options.forbidden_count,
		.texts = { proxy->options.texts.items, proxy->options.texts.len, gwt_clock_now() },
	};

	return gwt_keep_calls(proxy->calls, proxy->len, &options, arena, out, err);
}
