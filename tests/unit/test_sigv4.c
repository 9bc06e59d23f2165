/*
 * Signing and proving, against vectors made by tests/support/sigv4_ref.py, which
 * was written from AWS's documentation and reproduces the signatures printed there.
 */
#include <criterion/criterion.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/sigv4/sigv4.h"
#include "tests/support/data.h"
#include "tests/support/guard.h"
#include "tests/support/http_text.h"

static struct gwt_sigv4 *ctx;
static struct gwt_arena arena;

static void setup(void)
{
	ctx = gwt_sigv4_new();
}

static void teardown(void)
{
	gwt_sigv4_free(ctx);
	gwt_arena_release(&arena);
}

TestSuite(sigv4, .init = setup, .fini = teardown);

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

/* One secret for AKIDEXAMPLE, none for any other id. */
static size_t lookup(void *arg, struct gwt_span access_key_id, struct gwt_span secrets[8])
{
	secrets[0] = gwt_span_of(arg);
	return gwt_span_is(access_key_id, "AKIDEXAMPLE") ? 1 : 0;
}

static char dummy[] = SECRET;
static const struct gwt_verify_options options = { .lookup = lookup, .lookup_arg = dummy };

static struct gwt_signature verify_text(struct gwt_span text, const struct gwt_verify_options *how)
{
	struct gwt_request request;
	struct gwt_signature out;

	cr_assert(gwt_http_text(&arena, text, &request), "not a request: " GWT_SPAN_FMT, GWT_SPAN_ARG(text));
	gwt_sigv4_verify(ctx, &request, how, true, &arena, &out);
	return out;
}

static struct gwt_span member(const cJSON *row, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(row, name);

	cr_assert(cJSON_IsString(item), "no member %s", name);
	return gwt_span_of(item->valuestring);
}

/* Call `each` for every row of vectors.jsonl; returns the number of rows. */
static size_t for_each_vector(void (*each)(const cJSON *row, const char *name))
{
	struct gwt_span rest = gwt_test_read(&arena, gwt_test_source(), "tests/data/sigv4/vectors.jsonl");
	size_t count = 0;

	while (rest.len) {
		struct gwt_span line = gwt_span_cut(&rest, '\n');
		cJSON *row = cJSON_ParseWithLength(line.ptr, line.len);

		cr_assert(row, "row %zu of vectors.jsonl is not JSON", count + 1);
		each(row, gwt_arena_cstr(&arena, member(row, "name")));
		cJSON_Delete(row);
		count++;
	}
	return count;
}

/* No part of a request is read past its end: each part ends at a guard page. */
static void guard_request(struct gwt_request *request)
{
	request->path = gwt_guarded(request->path);
	if (request->query.ptr)
		request->query = gwt_guarded(request->query);
	request->body = gwt_guarded(request->body);
	for (size_t i = 0; i < request->headers.len; i++) {
		request->headers.items[i].name = gwt_guarded(request->headers.items[i].name);
		request->headers.items[i].value = gwt_guarded(request->headers.items[i].value);
	}
}

static void expect_verdict(const cJSON *row, const char *name)
{
	struct gwt_span secret = member(row, "secret"), detail = member(row, "detail");
	struct gwt_verify_options how = options;
	struct gwt_request request;
	struct gwt_signature got;

	how.lookup_arg = gwt_arena_cstr(&arena, secret);
	cr_assert(gwt_http_text(&arena, member(row, "request"), &request), "%s: not a request", name);
	guard_request(&request);
	gwt_sigv4_verify(ctx, &request, &how, false, &arena, &got);
	cr_expect(gwt_span_is(member(row, "verdict"), gwt_signature_verdict_word(got.verdict)),
		  "%s: got %s (%s)", name, gwt_signature_verdict_word(got.verdict), got.detail);
	cr_expect(gwt_span_is(member(row, "reason"), gwt_signature_reason_word(got.reason)),
		  "%s: got '%s' (%s)", name, gwt_signature_reason_word(got.reason), got.detail);
	cr_expect(gwt_span_find_span(gwt_span_of(got.detail), detail) < strlen(got.detail) || !detail.len,
		  "%s: '" GWT_SPAN_FMT "' is not in '%s'", name, GWT_SPAN_ARG(detail), got.detail);
	cr_expect_eq(got.verdict == GWT_SIG_INVALID, got.detail[0] != '\0', "%s: '%s'", name, got.detail);
	cr_expect_null(got.expected_canonical_request.ptr, "%s: nobody asked for it", name);
}

Test(sigv4, verdicts_of_the_reference_vectors)
{
	size_t count = for_each_vector(expect_verdict);

	cr_expect_geq(count, 80);
	fprintf(stderr, "sigv4: %zu own vectors verified\n", count);
}

/* The scope as the reference writes it: date/region/service/aws4_request. */
static struct gwt_scope scope_of(struct gwt_span text)
{
	struct gwt_scope scope;

	scope.date = gwt_span_cut(&text, '/');
	scope.region = gwt_span_cut(&text, '/');
	scope.service = gwt_span_cut(&text, '/');
	return scope;
}

static void expect_span(struct gwt_span got, struct gwt_span want, const char *name, const char *what)
{
	cr_expect(gwt_span_eq(got, want), "%s, %s: got\n" GWT_SPAN_FMT "\nwant\n" GWT_SPAN_FMT, name, what,
		  GWT_SPAN_ARG(got), GWT_SPAN_ARG(want));
}

static void expect_stages(const cJSON *row, const char *name)
{
	struct gwt_scope scope = scope_of(member(row, "scope"));
	char signature[GWT_SHA256_HEX + 1];
	struct gwt_buf canonical, to_sign;
	struct gwt_request request;

	if (!gwt_span_starts(member(row, "verdict"), GWT_SPAN("valid")))
		return;
	gwt_buf_init(&canonical, SIZE_MAX);
	gwt_buf_init(&to_sign, SIZE_MAX);
	cr_assert(gwt_http_text(&arena, member(row, "request"), &request), "%s: not a request", name);
	gwt_sigv4_canonical_request(&canonical, &request, GWT_SIGV4_PATH_NORMALIZED, member(row, "names"),
				    member(row, "payload"));
	expect_span(gwt_buf_span(&canonical), member(row, "canonical"), name, "canonical request");
	gwt_sigv4_string_to_sign(ctx, &to_sign, member(row, "date"), &scope, gwt_buf_span(&canonical));
	expect_span(gwt_buf_span(&to_sign), member(row, "toSign"), name, "string to sign");
	gwt_sigv4_signature(ctx, member(row, "secret"), &scope, gwt_buf_span(&to_sign), signature);
	expect_span(gwt_span_of(signature), member(row, "signature"), name, "signature");
	gwt_buf_release(&canonical);
	gwt_buf_release(&to_sign);
}

Test(sigv4, stages_of_the_reference_vectors)
{
	cr_expect_geq(for_each_vector(expect_stages), 80);
}

/* Whether the reference has the texts to expect: after these reasons, they are the request's own. */
static bool is_comparable(const cJSON *row)
{
	static const char *const reasons[] = { "", "single-encoded-path", "wrong-secret", "mismatch" };

	for (size_t i = 0; i < GWT_LEN(reasons); i++)
		if (gwt_span_is(member(row, "reason"), reasons[i]))
			return !gwt_span_starts(member(row, "name"), GWT_SPAN("presigned")) || i == 0;
	return false;
}

static void expect_explanation(const cJSON *row, const char *name)
{
	struct gwt_verify_options how = options;
	struct gwt_signature got;

	if (!is_comparable(row))
		return;
	how.lookup_arg = gwt_arena_cstr(&arena, member(row, "secret"));
	got = verify_text(member(row, "request"), &how);
	expect_span(got.expected_canonical_request, member(row, "canonical"), name,
		    "expected canonical request");
	expect_span(got.expected_string_to_sign, member(row, "toSign"), name, "expected string to sign");
	expect_span(got.expected_signature, member(row, "signature"), name, "expected signature");
}

Test(sigv4, explanations_hold_what_a_right_signer_makes)
{
	cr_expect_geq(for_each_vector(expect_explanation), 80);
}

/* A signed GET; the rows below write its Authorization and its further headers. */
#define DATE     "20261122T123957Z"
#define SCOPE    "AKIDEXAMPLE/20261122/us-east-1/apigateway/aws4_request"
#define HEX      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define START    "GET /restapis HTTP/1.1\r\nHost: h\r\n"
#define AMZ_DATE "X-Amz-Date: " DATE "\r\n"
#define AUTH(x)  START AMZ_DATE "Authorization: " x "\r\n\r\n"
#define LIST     "SignedHeaders=host;x-amz-date"
#define SIGN     "Signature=" HEX
#define QUERY(x) "GET /restapis?" x " HTTP/1.1\r\nHost: h\r\n\r\n"
#define Q_ALG    "X-Amz-Algorithm=AWS4-HMAC-SHA256"
#define Q_CRED   "&X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Fus-east-1%2Fapigateway%2Faws4_request"
#define Q_DATE   "&X-Amz-Date=" DATE
#define Q_REST   "&X-Amz-SignedHeaders=host&X-Amz-Signature=" HEX

Test(sigv4, malformations_are_named)
{
	static const struct {
		const char *text, *detail;
	} rows[] = {
		{ AUTH("Basic dTpw"), "scheme 'Basic' is not AWS4-HMAC-SHA256" },
		{ AUTH("Bearer x"), "scheme 'Bearer'" },
		{ AUTH("AWS4-ECDSA-P256-SHA256 Credential=x"), "scheme 'AWS4-ECDSA-P256-SHA256'" },
		{ AUTH("aws4-hmac-sha256 Credential=" SCOPE ", " LIST ", " SIGN),
		  "scheme 'aws4-hmac-sha256'" },
		{ AUTH(""), "scheme ''" },
		{ AUTH("AWS4-HMAC-SHA256"), "has no Credential" },
		{ AUTH("AWS4-HMAC-SHA256 " LIST ", " SIGN), "has no Credential" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", " SIGN), "has no SignedHeaders" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", " LIST), "has no Signature" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", " LIST ", " SIGN ", " SIGN),
		  "has Signature twice" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", " LIST ", " SIGN ", X=1"), "unknown part" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", " LIST ", " SIGN ","), "unknown part" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE " " LIST " " SIGN), "has no SignedHeaders" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=, " LIST ", " SIGN), "empty Credential" },
		{ AUTH("AWS4-HMAC-SHA256 Credential, " LIST ", " SIGN), "empty Credential" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE, " LIST ", " SIGN),
		  "is not KEY/DATE/REGION" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=20261122/us-east-1/apigateway/aws4_request, " LIST
		       ", " SIGN),
		  "is not KEY/DATE/REGION" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=K/20261122//apigateway/aws4_request, " LIST ", " SIGN),
		  "is not KEY/DATE/REGION" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=/20261122/r/s/aws4_request, " LIST ", " SIGN),
		  "has no access key id" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=K/2026112/r/s/aws4_request, " LIST ", " SIGN),
		  "not 8 digits" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=K/2026112x/r/s/aws4_request, " LIST ", " SIGN),
		  "not 8 digits" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", " LIST ", Signature=abc"),
		  "64 lower-case hexa" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", " LIST ", " SIGN "0"), "64 lower-case hexa" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", " LIST
		       ", Signature=0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"),
		  "64 lower-case hexa" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", SignedHeaders=x-amz-date;host, " SIGN),
		  "not sorted" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", SignedHeaders=host;host;x-amz-date, " SIGN),
		  "not sorted" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", SignedHeaders=Host;x-amz-date, " SIGN),
		  "'Host'" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", SignedHeaders=host;;x-amz-date, " SIGN),
		  "''" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", SignedHeaders=host;x-amz-date;, " SIGN),
		  "''" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", SignedHeaders=ho st;x-amz-date, " SIGN),
		  "SignedHeaders has '*', which" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", SignedHeaders=gone;host;x-amz-date, " SIGN),
		  "'gone'" },
		{ START "Authorization: AWS4-HMAC-SHA256 Credential=" SCOPE ", " LIST ", " SIGN "\r\n\r\n",
		  "no X-Amz-Date" },
		{ START AMZ_DATE AMZ_DATE "Authorization: AWS4-HMAC-SHA256 Credential=" SCOPE ", " LIST
					  ", " SIGN "\r\n\r\n",
		  "X-Amz-Date twice" },
		{ START
		  "X-Amz-Date: 2026-11-22T12:39:57Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=" SCOPE
		  ", " LIST ", " SIGN "\r\n\r\n",
		  "is not of the form" },
		{ START "X-Amz-Date: 20261131T123957Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=" SCOPE
			", " LIST ", " SIGN "\r\n\r\n",
		  "is not of the form" },
		{ START
		  "Date: Mon, 22 Nov 2026 12:39:57 GMT\r\nAuthorization: AWS4-HMAC-SHA256 Credential=" SCOPE
		  ", SignedHeaders=date;host, " SIGN "\r\n\r\n",
		  "is not of the form" }, /* it was a Sunday */
		{ START AMZ_DATE "Authorization: a\r\nAuthorization: b\r\n\r\n",
		  "has 2 Authorization headers" },
		{ "GET /?" Q_ALG Q_CRED Q_DATE "&X-Amz-Expires=60" Q_REST " HTTP/1.1\r\nHost: h\r\n"
		  "Authorization: AWS4-HMAC-SHA256 Credential=" SCOPE ", " LIST ", " SIGN "\r\n\r\n",
		  "signed twice" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=A B/20261122/r/s/aws4_request, " LIST ", " SIGN),
		  "has a blank" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=A SignedHeaders=host/20261122/r/s/aws4_request, " LIST
		       ", " SIGN),
		  "has a blank" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=ASignedHeaders=host/20261122/r/s/aws4_request, " LIST
		       ", " SIGN),
		  "has a blank" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=K\xc3\xa9/20261122/r/s/aws4_request, " LIST ", " SIGN),
		  "not ASCII" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", " LIST ", Signature=a b"),
		  "64 lower-case hexa" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", SignedHeaders=, " SIGN), "is empty" },
		{ AUTH("AWS4-HMAC-SHA256 Credential=" SCOPE ", SignedHeaders, " SIGN),
		  "empty SignedHeaders" },
		{ START AMZ_DATE "X-Amz-Content-Sha256: a\r\nx-amz-content-sha256: a\r\n"
				 "Authorization: AWS4-HMAC-SHA256 Credential=" SCOPE ", " LIST ", " SIGN
				 "\r\n\r\n",
		  "has X-Amz-Content-Sha256 twice" },
		{ START AMZ_DATE "X-Amz-Security-Token: a\r\nX-AMZ-SECURITY-TOKEN: b\r\n"
				 "Authorization: AWS4-HMAC-SHA256 Credential=" SCOPE ", " LIST ", " SIGN
				 "\r\n\r\n",
		  "has X-Amz-Security-Token twice" },
		{ START "Date: Sun, 22 Nov 2026 12:39:57 GMT\r\nDate: Sun, 22 Nov 2026 12:39:57 GMT\r\n"
			"Authorization: AWS4-HMAC-SHA256 Credential=" SCOPE ", SignedHeaders=date;host, " SIGN
			"\r\n\r\n",
		  "has Date twice" },
		{ "GET /?" Q_ALG Q_CRED Q_DATE "&X-Amz-Expires=60" Q_REST " HTTP/1.1\r\nHost: h\r\n" AMZ_DATE
		  "\r\n",
		  "has X-Amz-Date twice: in a header and in the query" },
		{ "GET /?" Q_ALG Q_CRED Q_DATE "&X-Amz-Expires=60" Q_REST
		  "&X-Amz-Security-Token=t HTTP/1.1\r\nHost: h\r\n"
		  "X-Amz-Security-Token: t\r\n\r\n",
		  "has X-Amz-Security-Token twice: in" },
		{ QUERY(Q_ALG Q_CRED Q_DATE "&X-Amz-Expires=60" Q_REST
					    "&X-Amz-Security-Token=a&X-Amz-Security-Token=a"),
		  "query has X-Amz-Security-Token twice" },
		{ QUERY(Q_ALG Q_CRED "&X-Amz-%43redential=x" Q_DATE "&X-Amz-Expires=60" Q_REST),
		  "query has X-Amz-Credential twice" },
		{ QUERY("X-Amz-Signature=" HEX), "no X-Amz-Algorithm" },
		{ QUERY(Q_ALG Q_DATE "&X-Amz-Expires=60" Q_REST), "no X-Amz-Credential" },
		{ QUERY(Q_ALG Q_CRED "&X-Amz-Expires=60" Q_REST), "no X-Amz-Date" },
		{ QUERY(Q_ALG Q_CRED Q_DATE Q_REST), "no X-Amz-Expires" },
		{ QUERY(Q_ALG Q_CRED Q_DATE "&X-Amz-Expires=60"), "no X-Amz-SignedHeaders" },
		{ QUERY(Q_ALG Q_CRED Q_DATE "&X-Amz-Expires=60&X-Amz-Expires=60" Q_REST),
		  "X-Amz-Expires twice" },
		{ QUERY(Q_ALG Q_CRED Q_DATE "&X-Amz-Expires=0" Q_REST), "'0' is not 1 to 604800" },
		{ QUERY(Q_ALG Q_CRED Q_DATE "&X-Amz-Expires=604801" Q_REST), "'604801' is not 1 to" },
		{ QUERY(Q_ALG Q_CRED Q_DATE "&X-Amz-Expires=-1" Q_REST), "'-1' is not 1 to" },
		{ QUERY("X-Amz-Algorithm=AWS4" Q_CRED Q_DATE "&X-Amz-Expires=60" Q_REST),
		  "X-Amz-Algorithm 'AWS4'" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_signature got = verify_text(gwt_span_of(rows[i].text), &options);

		cr_expect(got.verdict == GWT_SIG_INVALID && got.reason == GWT_SIG_MALFORMED,
			  "row %zu: got %s %s: %s", i, gwt_signature_verdict_word(got.verdict),
			  gwt_signature_reason_word(got.reason), got.detail);
		cr_expect(strstr(got.detail, rows[i].detail), "row %zu: '%s' is not in '%s'", i,
			  rows[i].detail, got.detail);
		cr_expect_null(got.expected_signature.ptr, "row %zu: nothing to expect of it", i);
	}
}

Test(sigv4, a_request_that_says_nothing_is_absent)
{
	static const char *const rows[] = { START AMZ_DATE "\r\n", QUERY("X-Amz-Date=" DATE), QUERY("a=b"),
					    "GET / HTTP/1.0\r\n\r\n", QUERY("x-amz-signature=" HEX) };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_signature got = verify_text(gwt_span_of(rows[i]), &options);

		cr_expect_eq(got.verdict, GWT_SIG_ABSENT, "row %zu: got %s", i,
			     gwt_signature_verdict_word(got.verdict));
	}
}

/* A signed request, whose parts a test may then change. */
static struct gwt_request signed_request(const char *method, const char *target, const char *body,
					 int64_t now)
{
	const struct gwt_credentials credentials = { .access_key_id = GWT_SPAN("AKIDEXAMPLE"),
						     .secret_key = GWT_SPAN(SECRET) };
	struct gwt_headers headers;
	struct gwt_request request;
	struct gwt_error err;

	gwt_headers_init(&headers, &arena);
	cr_assert_eq(gwt_headers_add(&headers, GWT_SPAN("Host"), GWT_SPAN("h"), &err), GWT_OK);
	gwt_request_set(&request, gwt_span_of(method), gwt_span_of(target), &headers, gwt_span_of(body));
	cr_assert_eq(gwt_sigv4_sign(ctx, &request, &credentials, GWT_SPAN("eu-west-1"),
				    GWT_SPAN("apigateway"), now, &err),
		     GWT_OK, "%s", err.msg);
	return request;
}

Test(sigv4, the_clock_allows_fifteen_minutes)
{
	const int64_t then = 1795351197; /* 20261122T123957Z */
	static const struct {
		int64_t after_s;
		bool check, ok;
	} rows[] = { { 0, true, true },      { 900, true, true },          { -900, true, true },
		     { 901, true, false },   { -901, true, false },        { 901, false, true },
		     { 86400, true, false }, { -86400 * 365, true, false } };
	struct gwt_request request = signed_request("GET", "/restapis", "", then);

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_verify_options how = options;
		struct gwt_signature got;

		how.check_clock = rows[i].check;
		how.now = then + rows[i].after_s;
		gwt_sigv4_verify(ctx, &request, &how, false, &arena, &got);
		cr_expect_eq(got.reason, rows[i].ok ? GWT_SIG_REASON_NONE : GWT_SIG_CLOCK_SKEW, "row %zu: %s",
			     i, got.detail);
		cr_expect_eq(got.verdict, rows[i].ok ? GWT_SIG_VALID : GWT_SIG_INVALID, "row %zu", i);
	}
}

static struct gwt_span vector_request;

static void find_presigned(const cJSON *row, const char *name)
{
	if (strcmp(name, "presigned") == 0)
		vector_request = gwt_arena_copy(&arena, member(row, "request"));
}

Test(sigv4, a_presigned_request_expires)
{
	const int64_t then = 1795351197;
	static const struct {
		int64_t after_s;
		bool ok;
	} rows[] = { { 0, true }, { 900, true }, { 901, false }, { -900, true }, { -901, false } };

	for_each_vector(find_presigned);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_verify_options how = options;
		struct gwt_signature got;

		how.check_clock = true;
		how.now = then + rows[i].after_s;
		got = verify_text(vector_request, &how);
		cr_expect_eq(got.reason, rows[i].ok ? GWT_SIG_REASON_NONE : GWT_SIG_CLOCK_SKEW, "row %zu: %s",
			     i, got.detail);
	}
}

Test(sigv4, the_scope_is_compared_where_asked)
{
	static const struct {
		const char *region, *service;
		enum gwt_signature_reason reason;
	} rows[] = {
		{ NULL, NULL, GWT_SIG_REASON_NONE },  { "eu-west-1", "apigateway", GWT_SIG_REASON_NONE },
		{ "us-east-1", NULL, GWT_SIG_SCOPE }, { NULL, "execute-api", GWT_SIG_SCOPE },
		{ "", NULL, GWT_SIG_SCOPE },
	};
	struct gwt_request request = signed_request("GET", "/restapis", "", 1795351197);

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_verify_options how = options;
		struct gwt_signature got;

		how.region = gwt_span_of(rows[i].region);
		how.service = gwt_span_of(rows[i].service);
		gwt_sigv4_verify(ctx, &request, &how, false, &arena, &got);
		cr_expect_eq(got.reason, rows[i].reason, "row %zu: %s", i, got.detail);
	}
}

Test(sigv4, what_is_signed_here_verifies_here)
{
	static const char *const targets[] = {
		"/restapis", "/a%20b/%2F", "/tags/arn:aws:x", "/r?b=2&a=1&c", "/r?a=1+2&b=%zz", "/a/../b",
		"//",        "/"
	};

	for (size_t i = 0; i < GWT_LEN(targets); i++) {
		struct gwt_request request = signed_request("PUT", targets[i], "{\"a\":1}", 1795351197);
		struct gwt_signature got;
		bool dots = strstr(targets[i], "/../") || strstr(targets[i], "//");

		gwt_sigv4_verify(ctx, &request, &options, false, &arena, &got);
		cr_expect_eq(got.verdict, dots ? GWT_SIG_VALID_NORMALIZED_PATH : GWT_SIG_VALID, "%s: %s",
			     targets[i], got.detail);
	}
}

/* The reference signed the same request with the same headers: "put-with-body" without Accept. */
static void expect_same_signature(const cJSON *row, const char *name)
{
	const struct gwt_credentials credentials = { GWT_SPAN("AKIDEXAMPLE"), GWT_SPAN(SECRET), { NULL, 0 } };
	struct gwt_request theirs, ours;
	struct gwt_headers headers;
	struct gwt_error err;

	if (strcmp(name, "put-with-body") != 0 && strcmp(name, "escaped-path") != 0)
		return;
	cr_assert(gwt_http_text(&arena, member(row, "request"), &theirs));
	gwt_headers_init(&headers, &arena);
	for (size_t i = 0; i < theirs.headers.len; i++)
		if (!gwt_span_iis(theirs.headers.items[i].name, "x-amz-date") &&
		    !gwt_span_iis(theirs.headers.items[i].name, "authorization"))
			gwt_headers_add_view(&headers, theirs.headers.items[i].name,
					     theirs.headers.items[i].value);
	gwt_request_set(&ours, theirs.method, theirs.target, &headers, theirs.body);
	cr_assert_eq(gwt_sigv4_sign(ctx, &ours, &credentials, GWT_SPAN("us-east-1"), GWT_SPAN("apigateway"),
				    1795351197, &err),
		     GWT_OK, "%s", err.msg);
	expect_span(gwt_headers_get(&ours.headers, "Authorization"),
		    gwt_headers_get(&theirs.headers, "Authorization"), name, "Authorization");
}

Test(sigv4, the_signer_makes_what_the_reference_makes)
{
	cr_expect_geq(for_each_vector(expect_same_signature), 80);
}

Test(sigv4, a_session_token_is_sent_and_signed)
{
	const struct gwt_credentials credentials = { GWT_SPAN("AKIDEXAMPLE"), GWT_SPAN(SECRET),
						     GWT_SPAN("t/k==") };
	struct gwt_headers headers;
	struct gwt_request request;
	struct gwt_signature got;
	struct gwt_error err;

	gwt_headers_init(&headers, &arena);
	cr_assert_eq(gwt_headers_add(&headers, GWT_SPAN("Host"), GWT_SPAN("h"), &err), GWT_OK);
	gwt_request_set(&request, GWT_SPAN("GET"), GWT_SPAN("/"), &headers, GWT_SPAN(""));
	cr_assert_eq(gwt_sigv4_sign(ctx, &request, &credentials, GWT_SPAN("r"), GWT_SPAN("s"), 0, &err),
		     GWT_OK);
	gwt_sigv4_verify(ctx, &request, &options, false, &arena, &got);
	cr_expect_eq(got.verdict, GWT_SIG_VALID, "%s", got.detail);
	cr_expect(gwt_span_is(got.authorization.signed_headers, "host;x-amz-date;x-amz-security-token"));
	cr_expect(gwt_span_is(gwt_headers_get(&request.headers, "x-amz-security-token"), "t/k=="));
}

Test(sigv4, the_signer_refuses_what_it_would_sign_wrongly)
{
	static const struct {
		const char *name, *value;
	} rows[] = {
		{ "Authorization", "x" },
		{ "x-amz-date", DATE },
		{ "X-Amz-Security-Token", "t" },
		{ "Host", "again" },
		{ "X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD" },
	};
	const struct gwt_credentials credentials = { GWT_SPAN("K"), GWT_SPAN("s"), GWT_SPAN("bad\r\nX: y") };
	struct gwt_headers headers;
	struct gwt_request request;
	struct gwt_error err;

	for (size_t i = 0; i <= GWT_LEN(rows); i++) { /* the last one: a token that would split the head */
		gwt_headers_init(&headers, &arena);
		cr_assert_eq(gwt_headers_add(&headers, GWT_SPAN("Host"), GWT_SPAN("h"), &err), GWT_OK);
		if (i < GWT_LEN(rows))
			gwt_headers_add(&headers, gwt_span_of(rows[i].name), gwt_span_of(rows[i].value),
					&err);
		gwt_request_set(&request, GWT_SPAN("GET"), GWT_SPAN("/"), &headers, GWT_SPAN(""));
		cr_expect_eq(
			gwt_sigv4_sign(ctx, &request, &credentials, GWT_SPAN("r"), GWT_SPAN("s"), 0, &err),
			GWT_EPARSE, "row %zu", i);
	}
	gwt_headers_init(&headers, &arena);
	gwt_request_set(&request, GWT_SPAN("GET"), GWT_SPAN("/"), &headers, GWT_SPAN(""));
	cr_expect_eq(gwt_sigv4_sign(ctx, &request, &credentials, GWT_SPAN("r"), GWT_SPAN("s"), 0, &err),
		     GWT_EPARSE);
}

static size_t several(void *arg, struct gwt_span access_key_id, struct gwt_span secrets[8])
{
	(void)arg;
	(void)access_key_id;
	for (size_t i = 0; i < 7; i++)
		secrets[i] = GWT_SPAN("not this one");
	secrets[7] = GWT_SPAN(SECRET);
	return 8;
}

Test(sigv4, every_secret_of_the_lookup_is_tried)
{
	struct gwt_request request = signed_request("GET", "/", "", 0);
	struct gwt_verify_options how = { .lookup = several };
	struct gwt_signature got;

	gwt_sigv4_verify(ctx, &request, &how, false, &arena, &got);
	cr_expect_eq(got.verdict, GWT_SIG_VALID, "%s", got.detail);
}

Test(sigv4, an_unknown_key_id_is_no_match)
{
	struct gwt_request request = signed_request("GET", "/", "", 0);
	struct gwt_headers copy;
	struct gwt_signature got;
	struct gwt_span value = gwt_headers_get(&request.headers, "authorization");
	char *text = gwt_arena_cstr(&arena, value);

	memcpy(strstr(text, "AKIDEXAMPLE"), "AKIDEXAMPLF", 11); /* the key id is not part of what is signed */
	gwt_headers_init(&copy, &arena);
	for (size_t i = 0; i < request.headers.len; i++)
		gwt_headers_add_view(&copy, request.headers.items[i].name,
				     gwt_span_iis(request.headers.items[i].name, "authorization")
					     ? gwt_span_of(text)
					     : request.headers.items[i].value);
	request.headers = copy;
	gwt_sigv4_verify(ctx, &request, &options, true, &arena, &got);
	cr_expect_eq(got.reason, GWT_SIG_MISMATCH);
	cr_expect(strstr(got.detail, "no secret key is known for access key id 'AKIDEXAMPLF'"), "%s",
		  got.detail);
	cr_expect_null(got.expected_signature.ptr);
	cr_expect(got.expected_canonical_request.len > 0);
}

/* More scopes than the cache has slots, each twice: the second time, the slots hold other keys. */
Test(sigv4, signing_keys_are_not_mixed_up_in_the_cache)
{
	static char first[300][GWT_SHA256_HEX + 1];
	struct gwt_sigv4 *fresh;

	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < GWT_LEN(first); i++) {
			char got[GWT_SHA256_HEX + 1], region[512];
			struct gwt_scope scope = { GWT_SPAN("20261122"),
						   { region, 0 },
						   GWT_SPAN("apigateway") };

			memset(region, 'r', sizeof(region)); /* the longest scopes do not fit a slot */
			region[0] = (char)('a' + i % 26);
			scope.region.len = 1 + i;
			gwt_sigv4_signature(ctx, GWT_SPAN(SECRET), &scope, GWT_SPAN("x"), got);
			if (round == 0)
				memcpy(first[i], got, sizeof(got));
			cr_expect_str_eq(got, first[i], "round %d, region %zu", round, i);
			fresh = gwt_sigv4_new();
			gwt_sigv4_signature(fresh, GWT_SPAN(SECRET), &scope, GWT_SPAN("x"), got);
			gwt_sigv4_free(fresh);
			cr_expect_str_eq(got, first[i], "a fresh context, region %zu", i);
		}
	}
}

/* The parts of a key are adjacent in memory: "ab"+"c" must differ from "a"+"bc". */
Test(sigv4, neighbouring_key_parts_are_told_apart)
{
	struct gwt_scope one = { GWT_SPAN("20261122"), GWT_SPAN("ab"), GWT_SPAN("c") };
	struct gwt_scope other = { GWT_SPAN("20261122"), GWT_SPAN("a"), GWT_SPAN("bc") };
	char a[GWT_SHA256_HEX + 1], b[GWT_SHA256_HEX + 1];

	gwt_sigv4_signature(ctx, GWT_SPAN(SECRET), &one, GWT_SPAN("x"), a);
	gwt_sigv4_signature(ctx, GWT_SPAN(SECRET), &other, GWT_SPAN("x"), b);
	cr_expect_str_neq(a, b);
}

/* FIPS 180-4's examples. */
Test(sigv4, sha256_of_known_texts)
{
	static const struct {
		struct gwt_span text;
		const char *hex;
	} rows[] = {
		{ { "", 0 }, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ { "abc", 3 }, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56 },
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	char got[GWT_SHA256_HEX + 1];

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		gwt_sha256_hex(ctx, rows[i].text, got);
		cr_expect_str_eq(got, rows[i].hex);
	}
}

/* Digests of bodies are kept: no body, of the same length or an earlier one, may get that of another. */
Test(sigv4, kept_digests_of_bodies_are_not_mixed_up)
{
	static const char *const bodies[] = { "{\"a\":1}", "{\"a\":2}", "", "{\"a\":1}        ",
					      "{\"b\":1}" };

	for (size_t i = 0; i < GWT_LEN(bodies); i++)
		for (size_t j = 0; j < GWT_LEN(bodies); j++) {
			struct gwt_request request = signed_request("PUT", "/", bodies[i], 1795351197);
			struct gwt_signature right, other;

			gwt_sigv4_verify(ctx, &request, &options, false, &arena, &right);
			request.body = gwt_span_of(bodies[j]);
			gwt_sigv4_verify(ctx, &request, &options, false, &arena, &other);
			cr_expect_eq(right.verdict, GWT_SIG_VALID, "%s", bodies[i]);
			cr_expect_eq(other.verdict, i == j ? GWT_SIG_VALID : GWT_SIG_INVALID,
				     "%s signed, %s sent", bodies[i], bodies[j]);
		}
}

/* 8,000 parameters, 100 signed headers: no step may be slow. */
Test(sigv4, a_huge_query_and_a_full_head_are_no_trouble)
{
	struct gwt_request request = signed_request("GET", "/", "", 0);
	struct gwt_buf target;
	struct gwt_signature got;

	gwt_buf_init(&target, SIZE_MAX);
	gwt_buf_add_text(&target, "/?");
	for (int i = 0; i < 8000; i++)
		gwt_buf_printf(&target, "%d&", (i * 7919) % 8000);
	gwt_request_set(&request, GWT_SPAN("GET"), gwt_buf_span(&target), &request.headers, GWT_SPAN(""));
	gwt_sigv4_verify(ctx, &request, &options, true, &arena, &got);
	cr_expect_eq(got.reason, GWT_SIG_MISMATCH);
	cr_expect(strstr(got.detail, "line 3 of the canonical request (query)"), "%s", got.detail);
	gwt_buf_release(&target);
}
