#include "recorder/capture.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/http/message.h"
#include "lib/json/json.h"
#include "lib/model/related.h"
#include "recorder/sort_maps.h"

struct gwt_span gwt_origin_target(const struct gwt_request *request, struct gwt_arena *arena)
{
	if (!request->query.ptr)
		return gwt_arena_copy(arena, request->path);
	return gwt_arena_printf(arena, GWT_SPAN_FMT "?" GWT_SPAN_FMT, GWT_SPAN_ARG(request->path),
				GWT_SPAN_ARG(request->query));
}

/* Copy the request as the client sent it, with its own Authorization: SignedHeaders are read from there. */
static void copy_request(const struct gwt_request *from, struct gwt_arena *arena, struct gwt_request *out)
{
	struct gwt_headers headers;

	gwt_headers_copy(&from->headers, arena, &headers);
	gwt_request_set(out, gwt_arena_copy(arena, from->method), gwt_origin_target(from, arena), &headers,
			gwt_arena_copy(arena, from->body));
	out->chunked = from->chunked;
	out->head = gwt_arena_copy(arena, from->head);
	out->raw_body = gwt_arena_copy(arena, from->raw_body);
}

/* What must not be in any file: our signature of the call, or its session token where we did not sign it. */
static struct gwt_span secret_of(const struct gwt_request *request, const struct gwt_request *sent)
{
	static const struct gwt_span label = GWT_SPAN_INIT("Signature=");
	struct gwt_span ours;

	if (!sent)
		return gwt_headers_get(&request->headers, "x-amz-security-token");
	ours = gwt_headers_get(&sent->headers, "authorization");
	return gwt_span_slice(ours, gwt_span_find_span(ours, label) + label.len, ours.len);
}

void gwt_capture_make(const struct gwt_request *request, const struct gwt_request *sent,
		      const struct gwt_response *response, struct gwt_arena *arena, struct gwt_capture *out)
{
	memset(out, 0, sizeof(*out));
	copy_request(request, arena, &out->request);
	gwt_response_copy(response, arena, &out->response);
	out->operation =
		gwt_service_name_of(arena, out->request.method, out->request.path, out->request.query);
	out->keep_wire = out->request.head.len > 0 && request->target.ptr[0] == '/';
	out->secret = gwt_arena_copy(arena, secret_of(request, sent));
	out->client = gwt_client_name(gwt_headers_get(&out->request.headers, "user-agent"));
	gwt_sort_maps(&out->request, out->client, arena);
}

static bool are_utf8(const struct gwt_headers *headers)
{
	for (size_t i = 0; i < headers->len; i++)
		if (!gwt_json_is_utf8(headers->items[i].value))
			return false;
	return true;
}

/* Why the call cannot be kept; NULL when it can. */
static const char *trouble_of(const struct gwt_request *request, const struct gwt_response *response)
{
	if (request->path.len == 0 || request->path.ptr[0] != '/')
		return "its target is not a path";
	if (!are_utf8(&request->headers))
		return "its head is not UTF-8";
	if (!are_utf8(&response->headers))
		return "the head of its answer is not UTF-8";
	if (request->body.len > GWT_MAX_KEPT_BODY)
		return "its body is larger than a recording takes";
	if (response->body.len > GWT_MAX_KEPT_BODY)
		return "the body of its answer is larger than a recording takes";
	return NULL;
}

/* Products that describe the client better than the first product of a User-Agent; checked in this order. */
static const char *const known_clients[] = {
	"terraform-provider-aws/", "Terraform/",    "aws-cli/",       "Boto3/",   "aws-sdk-js/",
	"aws-sdk-go-v2/",          "aws-sdk-java/", "aws-sdk-ruby3/", "Botocore/"
};

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
	return first.len ? first : GWT_ABSENT;
}

const char *gwt_capture_take(enum gwt_upstream_kind kind, const struct gwt_request *request,
			     const struct gwt_request *sent, const struct gwt_response *response,
			     struct gwt_arena *arena, struct gwt_capture *out)
{
	const char *trouble = trouble_of(request, response);

	if (trouble)
		return trouble;
	gwt_capture_make(request, sent, response, arena, out);
	out->evidence = gwt_answer_evidence(kind, &out->response, arena, &out->evidence_source);
	return NULL;
}
