/*
 * sts.c - the one call of another service that the sandbox answers: STS
 * GetCallerIdentity, which Terraform and the AWS SDKs ask before anything else.
 */
#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "sandbox/call.h"
#include "sandbox/foreign.h"
#include "sandbox/ids.h"
#include "sandbox/rules.h"

static const char form[] = "application/x-www-form-urlencoded";

/* Action=GetCallerIdentity among the form's pairs */
static bool asks_identity(const struct gwt_request *request)
{
	struct gwt_span rest = request->body;

	while (rest.ptr)
		if (gwt_span_is(gwt_span_cut(&rest, '&'), "Action=GetCallerIdentity"))
			return true;
	return false;
}

bool gwt_is_get_caller_identity(const struct gwt_call *call)
{
	struct gwt_span type = gwt_headers_get(&call->request->headers, "Content-Type");
	bool sts = !call->service.ptr || gwt_span_is(call->service, "sts");

	return sts && gwt_span_is(call->request->method, "POST") && gwt_span_is(call->request->path, "/") &&
	       gwt_span_starts(type, gwt_span_of(form)) && asks_identity(call->request);
}

/* The error code of STS for what auth.c found. */
static const char *query_code(enum gwt_rule rule)
{
	switch (rule) {
	case GWT_RULE_NO_TOKEN:
		return "MissingAuthenticationToken";
	case GWT_RULE_UNKNOWN_KEY:
		return "InvalidClientTokenId";
	case GWT_RULE_INCOMPLETE_SIGNATURE:
		return "IncompleteSignature";
	default:
		return "SignatureDoesNotMatch";
	}
}

static struct gwt_span identity_xml(struct gwt_call *call, struct gwt_span request_id)
{
	struct gwt_span account = call->sandbox->options.account;

	return gwt_arena_printf(
		call->arena,
		"<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n"
		"  <GetCallerIdentityResult>\n"
		"    <Arn>arn:aws:iam::" GWT_SPAN_FMT ":user/gwtape</Arn>\n"
		"    <UserId>AIDAGWTAPESANDBOX0001</UserId>\n"
		"    <Account>" GWT_SPAN_FMT "</Account>\n"
		"  </GetCallerIdentityResult>\n"
		"  <ResponseMetadata>\n"
		"    <RequestId>" GWT_SPAN_FMT "</RequestId>\n"
		"  </ResponseMetadata>\n"
		"</GetCallerIdentityResponse>\n",
		GWT_SPAN_ARG(account), GWT_SPAN_ARG(account), GWT_SPAN_ARG(request_id));
}

static struct gwt_span new_request_id(struct gwt_call *call)
{
	char id[GWT_REQUEST_ID_LEN + 1];

	gwt_ids_request(&call->sandbox->ids, id);
	return gwt_arena_copy(call->arena, gwt_span_of(id));
}

void gwt_answer_caller_identity(struct gwt_call *call, struct gwt_response *response)
{
	struct gwt_foreign_error error = { call->status, query_code(call->rule), call->message,
					   new_request_id(call) };

	if (call->code.ptr) {
		gwt_foreign_answer(call->request, GWT_SPAN("sts"), &error, call->arena, response);
		return;
	}
	response->status = 200;
	gwt_headers_add(&response->headers, GWT_SPAN("Content-Type"), GWT_SPAN("text/xml"), NULL);
	gwt_headers_add(&response->headers, GWT_SPAN("x-amzn-RequestId"), error.request_id, NULL);
	response->body = identity_xml(call, error.request_id);
}

void gwt_refuse_foreign(struct gwt_call *call, struct gwt_response *response)
{
	struct gwt_foreign_error error = { call->status, gwt_rule_table[call->rule].code, call->message,
					   new_request_id(call) };

	gwt_foreign_answer(call->request, call->service, &error, call->arena, response);
	gwt_headers_add(&response->headers, GWT_SPAN("x-gwtape-verdict"), GWT_SPAN("FOREIGN_SERVICE"), NULL);
}
