#include "sandbox/foreign.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/json/json.h"
#include "lib/json/write.h"

enum protocol { REST_JSON, JSON_10, JSON_11, QUERY, EC2, REST_XML, S3 };

/*
 * Protocols by the service of the credential scope, for services that users of API Gateway also call. For
 * others the request decides.
 */
static const struct {
	const char *service;
	enum protocol protocol;
} services[] = {
	{ "acm", JSON_11 },
	{ "apigateway", REST_JSON },
	{ "autoscaling", QUERY },
	{ "cloudformation", QUERY },
	{ "cloudfront", REST_XML },
	{ "cognito-identity", JSON_11 },
	{ "cognito-idp", JSON_11 },
	{ "dynamodb", JSON_10 },
	{ "ec2", EC2 },
	{ "ecr", JSON_11 },
	{ "ecs", JSON_11 },
	{ "elasticloadbalancing", QUERY },
	{ "events", JSON_11 },
	{ "execute-api", REST_JSON },
	{ "firehose", JSON_11 },
	{ "iam", QUERY },
	{ "kinesis", JSON_11 },
	{ "kms", JSON_11 },
	{ "lambda", REST_JSON },
	{ "logs", JSON_11 },
	{ "monitoring", QUERY },
	{ "rds", QUERY },
	{ "route53", REST_XML },
	{ "s3", S3 },
	{ "s3express", S3 },
	{ "s3-object-lambda", S3 },
	{ "secretsmanager", JSON_11 },
	{ "ses", QUERY },
	{ "sns", QUERY },
	{ "sqs", QUERY },
	{ "ssm", JSON_11 },
	{ "states", JSON_10 },
	{ "sts", QUERY },
	{ "tagging", JSON_11 },
	{ "wafv2", JSON_11 },
	{ "waf-regional", JSON_11 },
};

/* The protocol that the request shows: X-Amz-Target means JSON. It overrides the table (SQS has two). */
static bool protocol_of_request(const struct gwt_request *request, enum protocol *out)
{
	struct gwt_span type = gwt_headers_get(&request->headers, "Content-Type");

	if (gwt_span_starts(type, GWT_SPAN("application/x-amz-json-1.0")))
		*out = JSON_10;
	else if (gwt_span_starts(type, GWT_SPAN("application/x-amz-json-1.1")) ||
		 gwt_headers_get(&request->headers, "X-Amz-Target").ptr)
		*out = JSON_11;
	else
		return false;
	return true;
}

static enum protocol protocol_of(const struct gwt_request *request, struct gwt_span service)
{
	struct gwt_span type = gwt_headers_get(&request->headers, "Content-Type");
	enum protocol found;

	if (protocol_of_request(request, &found))
		return found;
	for (size_t i = 0; i < GWT_LEN(services); i++)
		if (gwt_span_is(service, services[i].service))
			return services[i].protocol;
	return gwt_span_starts(type, GWT_SPAN("application/x-www-form-urlencoded")) ? QUERY : REST_JSON;
}

struct gwt_span gwt_xml_escape(struct gwt_arena *arena, struct gwt_span text)
{
	static const struct {
		char c;
		const char *entity;
	} entities[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\'', "&apos;" }
	};
	struct gwt_buf out;
	struct gwt_span made;

	gwt_buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < text.len; i++) {
		size_t k = 0;

		while (k < GWT_LEN(entities) && entities[k].c != text.ptr[i])
			k++;
		if (k < GWT_LEN(entities))
			gwt_buf_add_text(&out, entities[k].entity);
		else
			gwt_buf_add_char(&out, (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i]);
	}
	made = gwt_arena_copy(arena, out.ptr ? gwt_buf_span(&out) : GWT_SPAN(""));
	gwt_buf_release(&out);
	return made;
}

/* An XML error, in pieces: before the code, before the message, before the request id, and after it. */
#define ERROR_RESPONSE                                                                                       \
	{                                                                                                    \
		"<ErrorResponse><Error><Type>Sender</Type><Code>", "</Code><Message>",                       \
			"</Message></Error><RequestId>", "</RequestId></ErrorResponse>"                      \
	}
static const char *const xml_shapes[][4] = {
	[QUERY] = ERROR_RESPONSE,
	[EC2] = { "<Response><Errors><Error><Code>", "</Code><Message>",
		  "</Message></Error></Errors><RequestID>", "</RequestID></Response>" },
	[REST_XML] = ERROR_RESPONSE,
	[S3] = { "<Error><Code>", "</Code><Message>", "</Message><RequestId>", "</RequestId></Error>" },
};

static struct gwt_span xml_body(enum protocol protocol, const struct gwt_foreign_error *error,
				struct gwt_arena *arena)
{
	const char *const *shape = xml_shapes[protocol];
	struct gwt_span message = gwt_xml_escape(arena, error->message);

	return gwt_arena_printf(arena,
				"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n%s%s%s" GWT_SPAN_FMT
				"%s" GWT_SPAN_FMT "%s",
				shape[0], error->code, shape[1], GWT_SPAN_ARG(message), shape[2],
				GWT_SPAN_ARG(error->request_id), shape[3]);
}

static struct gwt_span json_body(enum protocol protocol, const struct gwt_foreign_error *error,
				 struct gwt_arena *arena)
{
	struct gwt_json *json = gwt_json_new(arena, GWT_JSON_OBJECT);
	struct gwt_buf text;
	struct gwt_span made;

	if (protocol != REST_JSON)
		gwt_json_add_string(arena, json, "__type", gwt_span_of(error->code));
	gwt_json_add_string(arena, json, "message", error->message);
	gwt_buf_init(&text, SIZE_MAX);
	gwt_json_write(&text, json, GWT_JSON_COMPACT_LF);
	made = gwt_arena_copy(arena, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return made;
}

void gwt_foreign_answer(const struct gwt_request *request, struct gwt_span service,
			const struct gwt_foreign_error *error, struct gwt_arena *arena,
			struct gwt_response *response)
{
	static const char *const types[] = {
		[REST_JSON] = "application/json",
		[JSON_10] = "application/x-amz-json-1.0",
		[JSON_11] = "application/x-amz-json-1.1",
		[QUERY] = "text/xml",
		[EC2] = "text/xml;charset=UTF-8",
		[REST_XML] = "text/xml",
		[S3] = "application/xml",
	};
	enum protocol protocol = protocol_of(request, service);

	response->status = error->status;
	gwt_headers_add(&response->headers, GWT_SPAN("Content-Type"), gwt_span_of(types[protocol]), NULL);
	gwt_headers_add(&response->headers, GWT_SPAN("x-amzn-RequestId"), error->request_id, NULL);
	if (protocol <= JSON_11)
		gwt_headers_add(&response->headers, GWT_SPAN("x-amzn-ErrorType"), gwt_span_of(error->code),
				NULL);
	response->body =
		protocol <= JSON_11 ? json_body(protocol, error, arena) : xml_body(protocol, error, arena);
}
