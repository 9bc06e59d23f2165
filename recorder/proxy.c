#include "recorder/proxy.h"

#include "lib/base/clock.h"
#include "lib/contract/model.h"
#include "lib/json/write.h"
#include "recorder/derive.h"
#include "recorder/settle.h"

void gwt_proxy_init(struct gwt_proxy *proxy, const struct gwt_proxy_options *options)
{
	memset(proxy, 0, sizeof(*proxy));
	proxy->options = *options;
}

void gwt_proxy_release(struct gwt_proxy *proxy)
{
	gwt_arena_release(&proxy->arena);
	memset(proxy, 0, sizeof(*proxy));
}

/* Hop by hop, made anew for the upstream, or of the client's signature. */
static bool is_ours(struct gwt_span name)
{
	static const char *const names[] = {
		"host",	      "connection",	  "keep-alive",	   "proxy-connection", "proxy-authorization",
		"te",	      "trailer",	  "upgrade",	   "transfer-encoding", "content-length",
		"expect",     "accept-encoding", "authorization", "x-amz-date",	"x-amz-security-token",
	};

	for (size_t i = 0; i < GWT_LEN(names); i++)
		if (gwt_span_iis(name, names[i]))
			return true;
	return false;
}

static void copy_headers(const struct gwt_headers *from, struct gwt_arena *arena, struct gwt_headers *out)
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

/* What a client is told that cannot be helped; the run tells the same. */
static struct gwt_span refuse(struct gwt_proxy *proxy, struct gwt_arena *arena, const char *code, struct gwt_span message,
			      struct gwt_response *response)
{
	proxy->refused++;
	answer(arena, 403, code, message, response);
	return message;
}

static struct gwt_span fail(struct gwt_proxy *proxy, struct gwt_arena *arena, const struct gwt_error *err,
			    struct gwt_response *response)
{
	if (proxy->failed++ == 0)
		proxy->failure = *err;
	answer(arena, 502, "GwtapeUpstreamFailure", gwt_arena_copy(arena, gwt_span_of(err->msg)), response);
	return gwt_arena_copy(arena, gwt_span_of(err->msg));
}

/* The upstream's answer as the client gets it: framing and Connection are this side's. */
static void pass_back(const struct gwt_response *from, struct gwt_arena *arena, struct gwt_response *out)
{
	memset(out, 0, sizeof(*out));
	copy_headers(&from->headers, arena, &out->headers);
	out->status = from->status;
	out->body = gwt_arena_copy(arena, from->body);
	out->no_content_length = from->status == 204 || from->status == 304;
}

/* Another service at the same endpoint (a stand-in's STS): passed on, not kept. */
static struct gwt_span forward(struct gwt_proxy *proxy, const struct gwt_request *request, struct gwt_span service,
			       struct gwt_arena *arena, struct gwt_response *response)
{
	struct gwt_caller *caller = proxy->options.caller;
	struct gwt_headers headers;
	struct gwt_request sent;
	struct gwt_response heard = { 0 };
	struct gwt_error err = { 0 };

	copy_headers(&request->headers, arena, &headers);
	gwt_headers_add_view(&headers, GWT_SPAN("Host"), caller->transport->host);
	gwt_request_set(&sent, request->method,
			gwt_arena_printf(arena, GWT_SPAN_FMT GWT_SPAN_FMT, GWT_SPAN_ARG(caller->transport->path_prefix),
					 GWT_SPAN_ARG(request->target)),
			&headers, request->body);
	if (gwt_sigv4_sign(caller->digests, &sent, &caller->credentials, caller->region, service, gwt_clock_now(), &err) !=
		    GWT_OK ||
	    caller->transport->send(caller->transport->arg, &sent, arena, &heard, &err) != GWT_OK)
		return fail(proxy, arena, &err, response);
	proxy->forwarded++;
	pass_back(&heard, arena, response);
	return (struct gwt_span){ NULL, 0 };
}

static struct gwt_span operation_name(struct gwt_arena *arena, const struct gwt_request *request)
{
	struct gwt_route route;

	if (gwt_route_find(request->method, request->path, &route))
		return gwt_span_of(route.operation->name);
	return gwt_arena_printf(arena, GWT_SPAN_FMT " of an unknown operation", GWT_SPAN_ARG(request->method));
}

static void copy_response(const struct gwt_response *from, struct gwt_arena *arena, struct gwt_response *out)
{
	*out = *from;
	out->body = gwt_arena_copy(arena, from->body);
	gwt_headers_init(&out->headers, arena);
	for (size_t i = 0; i < from->headers.len; i++)
		gwt_headers_add_view(&out->headers, gwt_arena_copy(arena, from->headers.items[i].name),
				     gwt_arena_copy(arena, from->headers.items[i].value));
}

/* The request as the client sent it, with its own Authorization: SignedHeaders are read from there. */
static void copy_request(const struct gwt_request *from, struct gwt_arena *arena, struct gwt_request *out)
{
	struct gwt_headers headers;

	gwt_headers_init(&headers, arena);
	for (size_t i = 0; i < from->headers.len; i++)
		gwt_headers_add_view(&headers, gwt_arena_copy(arena, from->headers.items[i].name),
				     gwt_arena_copy(arena, from->headers.items[i].value));
	gwt_request_set(out, gwt_arena_copy(arena, from->method), gwt_arena_copy(arena, from->target), &headers,
			gwt_arena_copy(arena, from->body));
	out->chunked = from->chunked;
	out->head = gwt_arena_copy(arena, from->head);
	out->raw_body = gwt_arena_copy(arena, from->raw_body);
}

void gwt_proxy_remember(struct gwt_proxy *proxy, const struct gwt_request *request, const struct gwt_request *sent,
			const struct gwt_response *response)
{
	static const struct gwt_span label = GWT_SPAN_INIT("Signature=");
	struct gwt_span ours = gwt_headers_get(&sent->headers, "authorization");
	struct gwt_arena *arena = &proxy->arena;
	struct gwt_capture *call;

	gwt_arena_grow(arena, (void **)&proxy->calls, sizeof(*call), proxy->len, &proxy->cap);
	call = &proxy->calls[proxy->len++];
	memset(call, 0, sizeof(*call));
	copy_request(request, arena, &call->request);
	copy_response(response, arena, &call->response);
	call->operation = operation_name(arena, &call->request);
	call->evidence = gwt_answer_evidence(proxy->options.caller, &call->response, arena, &call->evidence_source);
	call->keep_wire = request->head.len > 0;
	call->secret = gwt_arena_copy(arena, gwt_span_slice(ours, gwt_span_find_span(ours, label) + label.len, ours.len));
	call->client = gwt_client_name(gwt_headers_get(&call->request.headers, "user-agent"));
	gwt_settle_maps(&call->request, call->client, arena);
}

static struct gwt_span record(struct gwt_proxy *proxy, const struct gwt_request *request, struct gwt_arena *arena,
			      struct gwt_response *response)
{
	struct gwt_headers headers;
	struct gwt_request wanted, sent;
	struct gwt_response heard = { 0 };
	struct gwt_error err = { 0 };

	copy_headers(&request->headers, arena, &headers);
	gwt_request_set(&wanted, request->method, request->target, &headers, request->body);
	if (gwt_caller_call(proxy->options.caller, &wanted, 0, arena, &sent, &heard, &err) != GWT_OK)
		return fail(proxy, arena, &err, response);
	gwt_proxy_remember(proxy, request, &sent, &heard);
	pass_back(&heard, arena, response);
	return (struct gwt_span){ NULL, 0 };
}

static struct gwt_span judge(struct gwt_proxy *proxy, const struct gwt_request *request, struct gwt_arena *arena,
			     struct gwt_response *response)
{
	const struct gwt_proxy_options *options = &proxy->options;
	struct gwt_verify_options verify = { .lookup = options->lookup, .lookup_arg = options->lookup_arg };
	const struct gwt_scope *scope;
	struct gwt_signature signature;

	gwt_sigv4_verify(options->caller->digests, request, &verify, false, arena, &signature);
	scope = &signature.authorization.scope;
	if (signature.verdict == GWT_SIG_ABSENT || signature.verdict == GWT_SIG_INVALID)
		return refuse(proxy, arena, "InvalidSignatureException",
			      gwt_arena_printf(arena, "the client's signature is %s: %s; sign with the dummy credentials",
					       gwt_signature_verdict_word(signature.verdict), signature.detail),
			      response);
	if (signature.authorization.presigned)
		return refuse(proxy, arena, "InvalidSignatureException",
			      GWT_SPAN("a presigned request cannot be signed anew; sign in the Authorization header"), response);
	if (!gwt_span_eq(scope->region, options->caller->region))
		return refuse(proxy, arena, "InvalidSignatureException",
			      gwt_arena_printf(arena,
					       "the client signed for region '" GWT_SPAN_FMT "' and this proxy records '"
					       GWT_SPAN_FMT "' (--region)",
					       GWT_SPAN_ARG(scope->region), GWT_SPAN_ARG(options->caller->region)),
			      response);
	if (gwt_span_is(scope->service, "apigateway"))
		return record(proxy, request, arena, response);
	if (options->caller->kind == GWT_UPSTREAM_AWS)
		return refuse(proxy, arena, "GwtapeForeignService",
			      gwt_arena_printf(arena, "'" GWT_SPAN_FMT "' is another service than API Gateway: nothing else of "
					       "AWS is contacted", GWT_SPAN_ARG(scope->service)),
			      response);
	return forward(proxy, request, scope->service, arena, response);
}

void gwt_proxy_handle(struct gwt_proxy *proxy, const struct gwt_request *request, struct gwt_arena *arena,
		      struct gwt_response *response)
{
	struct gwt_span trouble = judge(proxy, request, arena, response);

	if (proxy->options.on_call)
		proxy->options.on_call(proxy->options.arg, request, response->status, trouble);
}

gwt_status gwt_proxy_keep(const struct gwt_proxy *proxy, struct gwt_span name, struct gwt_span endpoint,
			  struct gwt_arena *arena, struct gwt_kept *out, struct gwt_error *err)
{
	const struct gwt_caller *caller = proxy->options.caller;
	struct gwt_keep_options options = {
		.name = name,
		.tag = GWT_SPAN(GWT_PROXY_TAG),
		.how = GWT_SPAN("recorded by the proxy"),
		.provenance = { .upstream = GWT_SPAN("proxy"),
				.endpoint = endpoint,
				.region = caller->region,
				.model = gwt_span_of(gwt_model_version_word(GWT_MODEL_NEWER)) },
		.credentials = caller->credentials,
		.forbidden = proxy->options.forbidden,
		.forbidden_count = proxy->options.forbidden_count,
	};

	if (proxy->failed)
		return gwt_fail(err, GWT_EUPSTREAM, "not kept: %s", proxy->failure.msg);
	return gwt_keep_calls(proxy->calls, proxy->len, &options, arena, out, err);
}

/* Products that name the client better than the first one does; checked in this order. */
static const char *const known_clients[] = { "terraform-provider-aws/", "Terraform/", "aws-cli/",	    "Boto3/",
					     "aws-sdk-js/",		"aws-sdk-go-v2/", "aws-sdk-java/", "aws-sdk-ruby3/",
					     "Botocore/" };

struct gwt_span gwt_client_name(struct gwt_span user_agent)
{
	struct gwt_span rest = user_agent, first;

	for (size_t i = 0; i < GWT_LEN(known_clients); i++) {
		size_t at = gwt_span_find_span(user_agent, gwt_span_of(known_clients[i]));

		if (at < user_agent.len) {
			struct gwt_span tail = gwt_span_slice(user_agent, at, user_agent.len);

			return gwt_span_slice(tail, 0, gwt_span_find(tail, ' '));
		}
	}
	first = gwt_span_cut(&rest, ' ');
	return first.len ? first : (struct gwt_span){ NULL, 0 };
}
