/*
 * bench_http.c - what one request costs lib/http, without I/O.
 *
 * The request is a PUT as aws-cli sends it, about 1.3 KiB of head and body; the answer has six headers and
 * 600 bytes. Medians of some rounds, in nanoseconds of thread CPU.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/base/error.h"
#include "lib/http/h1_parse.h"
#include "lib/http/h1_write.h"

enum { ROUNDS = 21, CALLS = 20000 };

static const char request_text[] =
	"PUT /restapis/a1b2c3d4e5/resources/x9y8z7/methods/POST/integration HTTP/1.1\r\n"
	"Host: apigateway.us-east-1.amazonaws.com\r\n"
	"Accept-Encoding: identity\r\n"
	"Accept: application/json\r\n"
	"User-Agent: aws-cli/2.9.19 Python/3.11.2 Linux/6.1.0-18-amd64 source/x86_64.debian.12 prompt/off "
	"command/apigateway.put-integration\r\n"
	"Content-Type: application/json\r\n"
	"X-Amz-Date: 20261122T123957Z\r\n"
	"X-Amz-Security-Token: "
	"IQoJb3JpZ2luX2VjEAAaCXVzLWVhc3QtMSJHMEUCIQDxAmplZXhhbXBsZXRva2VuZXhhbXBsZXRva2VuZXhhbXBsZXRva2VuZXhh"
	"bXBs"
	"ZXhhbXBsZXRva2VuZXhhbXBsZXRva2VuZXhhbXBsZXRva2VuZXhhbXBsZXRva2VuZXhhbXBsZXRva2VuZXhhbXBsZXRva2Vu\r\n"
	"Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/apigateway/aws4_request, "
	"SignedHeaders=accept;content-type;host;x-amz-date;x-amz-security-token, "
	"Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7\r\n"
	"Content-Length: 415\r\n"
	"\r\n"
	"{\"type\":\"AWS_PROXY\",\"httpMethod\":\"POST\",\"uri\":\"arn:aws:apigateway:us-east-1:lambda:path/"
	"2015-03-31/"
	"functions/arn:aws:lambda:us-east-1:123456789012:function:orders/invocations\",\"credentials\":"
	"\"arn:aws:iam::123456789012:role/"
	"apigateway-invoke\",\"requestParameters\":{\"integration.request.header.X\":"
	"\"method.request.header.X\"},\"passthroughBehavior\":\"WHEN_NO_TEMPLATES\",\"cacheNamespace\":"
	"\"x9y8z7\","
	"\"timeoutInMillis\":29000,\"connectionType\":\"INTERNET\"}";

static struct gwt_arena arena;
static struct gwt_h1_parser parser;
static struct gwt_request request;
static struct gwt_response response;
static struct gwt_buf out;

static void parse_whole(void)
{
	gwt_arena_reset(&arena);
	gwt_h1_parser_init(&parser);
	if (gwt_h1_parse(&parser, GWT_SPAN(request_text), &arena, &request) != GWT_H1_DONE) {
		fprintf(stderr, "refused: %s\n", parser.reason ? parser.reason : "not complete");
		exit(1);
	}
}

static void parse_drip(void)
{
	gwt_arena_reset(&arena);
	gwt_h1_parser_init(&parser);
	for (size_t len = 1; len < sizeof(request_text); len++)
		gwt_h1_parse(&parser, (struct gwt_span){ request_text, len }, &arena, &request);
}

static void write_answer(void)
{
	gwt_buf_clear(&out);
	gwt_h1_write_response(&out, &response, false);
}

static double cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_of(void (*fn)(void), int calls)
{
	double rounds[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		double start = cpu_ns();

		for (int j = 0; j < calls; j++)
			fn();
		rounds[i] = (cpu_ns() - start) / calls;
	}
	qsort(rounds, ROUNDS, sizeof(rounds[0]), compare);
	return rounds[ROUNDS / 2];
}

static void make_response(void)
{
	static const char *const headers[][2] = {
		{ "Date", "Sun, 22 Nov 2026 12:39:57 GMT" },
		{ "Content-Type", "application/json" },
		{ "x-amzn-RequestId", "0123456789abcdef" },
		{ "x-gwtape", "replay" },
		{ "x-gwtape-verdict", "MATCH" },
		{ "x-gwtape-evidence", "aws-published" },
	};
	static struct gwt_arena kept;
	static char body[600];

	response.status = 201;
	response.body = (struct gwt_span){ body, sizeof(body) };
	gwt_headers_init(&response.headers, &kept);
	for (size_t i = 0; i < GWT_LEN(headers); i++)
		gwt_headers_add_view(&response.headers, gwt_span_of(headers[i][0]),
				     gwt_span_of(headers[i][1]));
}

int main(void)
{
	gwt_buf_init(&out, SIZE_MAX);
	make_response();
	printf("parse, whole:              %6.0f ns for %zu bytes\n", median_of(parse_whole, CALLS),
	       sizeof(request_text) - 1);
	printf("parse, a byte at a time:   %6.0f ns\n", median_of(parse_drip, CALLS / 20));
	printf("write an answer:           %6.0f ns", median_of(write_answer, CALLS));
	printf(" for %zu bytes\n", out.len);
	return 0;
}
