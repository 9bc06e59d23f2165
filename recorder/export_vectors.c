/* export_vectors.c - cassettes as test vectors of canonical requests and signatures. */
#include "recorder/export.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/span.h"
#include "lib/contract/canonical.h"
#include "lib/http/h1_write.h"
#include "lib/http/headers.h"
#include "lib/http/message.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/sigv4/sigv4.h"
#include "recorder/derive.h"

struct vectors {
	struct gwt_arena *arena;
	struct gwt_sigv4 *digests;
	const struct gwt_credentials *credentials;
	struct gwt_error *err;
};

static size_t own_secret(void *arg, struct gwt_span access_key_id, struct gwt_span secrets[8])
{
	const struct gwt_credentials *credentials = arg;

	(void)access_key_id;
	secrets[0] = credentials->secret_key;
	return 1;
}

static void add_bytes(struct gwt_arena *arena, struct gwt_json *object, const char *name,
		      struct gwt_span bytes)
{
	struct gwt_json *value = gwt_json_add_object(arena, object, name);
	gwt_auto(gwt_buf_release) struct gwt_buf quoted, base64;
	struct gwt_json *back;

	gwt_buf_init(&quoted, SIZE_MAX);
	gwt_buf_init(&base64, SIZE_MAX);
	gwt_json_write_string(&quoted, bytes);
	if (gwt_json_parse(arena, gwt_arena_copy(arena, gwt_buf_span(&quoted)), &back, NULL)) {
		gwt_json_add_string(arena, value, "text", bytes);
		return;
	}
	gwt_buf_add_base64(&base64, bytes);
	gwt_json_add_string(arena, value, "base64", gwt_buf_span(&base64));
}

/* The request as our own recorder would send it to AWS, at the fixed time. */
static gwt_status sign(const struct vectors *v, const struct gwt_cassette *cassette,
		       const struct gwt_request *from, struct gwt_request *out)
{
	struct gwt_headers headers;
	gwt_status status;

	gwt_headers_init(&headers, v->arena);
	gwt_headers_add_view(&headers, GWT_SPAN("Host"),
			     gwt_arena_printf(v->arena, "apigateway." GWT_SPAN_FMT ".amazonaws.com",
					      GWT_SPAN_ARG(cassette->provenance.region)));
	gwt_headers_add_views(&headers, &from->headers);
	gwt_request_set(out, from->method, from->target, &headers, from->body);
	status = gwt_sigv4_sign(v->digests, out, v->credentials, cassette->provenance.region,
				GWT_SPAN("apigateway"), GWT_VECTOR_TIME, v->err);
	if (status == GWT_OK && from->body.len)
		gwt_headers_add_view(&out->headers, GWT_SPAN("Content-Length"),
				     gwt_arena_printf(v->arena, "%zu", from->body.len));
	return status;
}

static gwt_status add_vector(const struct vectors *v, struct gwt_buf *out,
			     const struct gwt_cassette *cassette, const struct gwt_interaction *interaction)
{
	struct gwt_verify_options options = { .lookup = own_secret,
					      .lookup_arg = (void *)(uintptr_t)v->credentials };
	struct gwt_json *line = gwt_json_new(v->arena, GWT_JSON_OBJECT);
	struct gwt_json *input = gwt_request_input(&interaction->request, v->arena);
	struct gwt_signature signature;
	struct gwt_contract contract;
	struct gwt_request request;
	gwt_auto(gwt_buf_release) struct gwt_buf raw = { 0 };
	gwt_status status = sign(v, cassette, &interaction->request, &request);
	char time[GWT_AMZ_DATE_LEN + 1];

	gwt_buf_init(&raw, SIZE_MAX);
	if (status != GWT_OK)
		return status;
	gwt_sigv4_verify(v->digests, &request, &options, true, v->arena, &signature);
	gwt_contract_make(&request, v->arena, &contract);
	gwt_h1_write_request(&raw, &request);
	gwt_clock_amz_date(GWT_VECTOR_TIME, time);
	gwt_json_add_string(v->arena, line, "scenario", cassette->scenario);
	gwt_json_add_string(v->arena, line, "interaction", interaction->id);
	gwt_json_add_string(v->arena, line, "operation", interaction->operation);
	if (input)
		gwt_json_add(v->arena, line, "input", input);
	gwt_json_add_string(v->arena, line, "time", gwt_span_of(time));
	add_bytes(v->arena, line, "request", gwt_buf_span(&raw));
	add_bytes(v->arena, line, "contractBytes", contract.bytes);
	add_bytes(v->arena, line, "canonicalRequest", signature.expected_canonical_request);
	gwt_json_add_string(v->arena, line, "stringToSign", signature.expected_string_to_sign);
	gwt_json_add_string(v->arena, line, "signature", signature.expected_signature);
	gwt_json_write(out, line, GWT_JSON_COMPACT_LF);
	return GWT_OK;
}

gwt_status gwt_export_vectors(struct gwt_buf *out, const struct gwt_cassettes *cassettes,
			      const struct gwt_credentials *credentials, struct gwt_error *err)
{
	struct gwt_arena arena = { 0 };
	struct vectors v = { &arena, gwt_sigv4_new(), credentials, err };
	gwt_status status = GWT_OK;

	for (size_t i = 0; i < cassettes->len; i++)
		for (size_t j = 0; status == GWT_OK && j < cassettes->items[i].interaction_count; j++) {
			status = add_vector(&v, out, &cassettes->items[i],
					    &cassettes->items[i].interactions[j]);
			gwt_arena_reset(&arena);
		}
	gwt_sigv4_free(v.digests);
	gwt_arena_release(&arena);
	return status;
}
