/*
 * Signing and proving, against other people's vectors: aws-c-auth's, botocore's and
 * smithy-rs's suites, and what real clients put on the wire. And each bit of each
 * signed request turned over: no change may pass that means something else.
 */
#include <criterion/criterion.h>
#include <cjson/cJSON.h>
#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/http/h1_parse.h"
#include "lib/http/uri.h"
#include "lib/sigv4/sigv4.h"
#include "tests/support/data.h"
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

TestSuite(sigv4_suites, .init = setup, .fini = teardown);

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

static size_t lookup(void *arg, struct gwt_span access_key_id, struct gwt_span secrets[8])
{
	(void)arg;
	secrets[0] = GWT_SPAN(SECRET);
	return gwt_span_is(access_key_id, "AKIDEXAMPLE") ? 1 : 0;
}

static const struct gwt_verify_options options = { .lookup = lookup };

/* The files of one vector. */
struct vector {
	const char *name;
	struct gwt_span canonical, to_sign, signature, signed_request;
};

/* The file `stem``suffix`, without the LF that some end in. */
static struct gwt_span read_part(const char *stem, const char *suffix)
{
	struct gwt_span text = gwt_test_read(&arena, "", gwt_arena_printf(&arena, "%s%s", stem, suffix).ptr);

	while (text.len && text.ptr[text.len - 1] == '\n')
		text.len--;
	return text;
}

static void expect_span(struct gwt_span got, struct gwt_span want, const char *name, const char *what)
{
	cr_expect(gwt_span_eq(got, want), "%s, %s: got\n" GWT_SPAN_FMT "\nwant\n" GWT_SPAN_FMT, name, what,
		  GWT_SPAN_ARG(got), GWT_SPAN_ARG(want));
}

/* Check each stage, with the vector's own result of the stage before it as the input. */
static void expect_stages(const struct vector *vector, const struct gwt_signature *claim,
			  enum gwt_sigv4_path path, const struct gwt_request *request)
{
	const struct gwt_authorization *a = &claim->authorization;
	struct gwt_span rest = vector->canonical, payload = { NULL, 0 };
	char signature[GWT_SHA256_HEX + 1];
	struct gwt_buf out;

	while (rest.ptr) { /* the last line that is not empty is the hash */
		struct gwt_span line = gwt_span_cut(&rest, '\n');

		payload = line.len ? line : payload;
	}
	gwt_buf_init(&out, SIZE_MAX);
	gwt_sigv4_canonical_request(&out, request, path, a->signed_headers, payload);
	expect_span(gwt_buf_span(&out), vector->canonical, vector->name, "canonical request");
	gwt_buf_clear(&out);
	gwt_sigv4_string_to_sign(ctx, &out, a->amz_date, &a->scope, vector->canonical);
	expect_span(gwt_buf_span(&out), vector->to_sign, vector->name, "string to sign");
	gwt_sigv4_signature(ctx, GWT_SPAN(SECRET), &a->scope, vector->to_sign, signature);
	expect_span(gwt_span_of(signature), vector->signature, vector->name, "signature");
	gwt_buf_release(&out);
}

/* Whether normalizing changes a path, known from its text alone. */
static bool has_dots(struct gwt_span path)
{
	static const char *const marks[] = { "//", "/./", "/../" };
	bool found = gwt_span_ends(path, GWT_SPAN("/.")) || gwt_span_ends(path, GWT_SPAN("/.."));

	for (size_t i = 0; i < GWT_LEN(marks); i++)
		found |= gwt_span_find_span(path, gwt_span_of(marks[i])) < path.len;
	return found;
}

struct tally {
	size_t tried, not_http, refused, same, not_covered, survived;
};

static bool is_listed(struct gwt_span list, struct gwt_span name)
{
	while (list.ptr)
		if (gwt_span_ieq(gwt_span_cut(&list, ';'), name))
			return true;
	return false;
}

/* Compare field by field; only fields that `list` names count (all of them when it is absent). */
static bool same_fields(const struct gwt_headers *a, const struct gwt_headers *b, struct gwt_span list)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++) {
		const struct gwt_header *x = &a->items[i], *y = &b->items[i];

		if (list.ptr && !is_listed(list, x->name) && !is_listed(list, y->name) &&
		    !gwt_span_iis(x->name, "authorization"))
			continue;
		if (!gwt_span_ieq(x->name, y->name) || !gwt_span_eq(x->value, y->value))
			return false;
	}
	return true;
}

/* "%2f" and "%2F" are equal in a query; everything else counts. */
static bool same_query(struct gwt_span a, struct gwt_span b)
{
	size_t escape = 0;

	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		escape = a.ptr[i] == '%' ? 3 : escape;
		if (a.ptr[i] != b.ptr[i] &&
		    !(escape && gwt_span_ieq(gwt_span_slice(a, i, i + 1), gwt_span_slice(b, i, i + 1))))
			return false;
		escape -= escape > 0;
	}
	return true;
}

/* Compare paths without their dot segments, as AWS reads them: in "/x/../y" the x may be anything. */
static bool same_path(struct gwt_span a, struct gwt_span b)
{
	struct gwt_buf x, y;
	bool same;

	gwt_buf_init(&x, SIZE_MAX);
	gwt_buf_init(&y, SIZE_MAX);
	gwt_uri_remove_dot_segments(&x, a);
	gwt_uri_remove_dot_segments(&y, b);
	same = gwt_span_eq(gwt_buf_span(&x), gwt_buf_span(&y));
	gwt_buf_release(&x);
	gwt_buf_release(&y);
	return same;
}

/* Header names in another case mean the same request (RFC 9110, 5.1). */
static bool means_the_same(const struct gwt_request *a, const struct gwt_request *b, struct gwt_span list)
{
	return gwt_span_eq(a->method, b->method) && same_path(a->path, b->path) &&
	       same_query(a->query, b->query) && gwt_span_eq(a->body, b->body) &&
	       same_fields(&a->headers, &b->headers, list);
}

typedef bool (*reader)(struct gwt_arena *scratch, struct gwt_span text, struct gwt_request *out);

static void judge(struct gwt_span text, const struct gwt_request *original, reader read, struct tally *tally,
		  struct gwt_arena *scratch, size_t bit, const char *name)
{
	struct gwt_request request;
	struct gwt_signature got;

	tally->tried++;
	if (!read(scratch, text, &request)) {
		tally->not_http++;
		return;
	}
	gwt_sigv4_verify(ctx, &request, &options, false, scratch, &got);
	if (got.verdict == GWT_SIG_INVALID || got.verdict == GWT_SIG_ABSENT)
		tally->refused++;
	else if (means_the_same(original, &request, GWT_ABSENT))
		tally->same++;
	else if (means_the_same(original, &request, got.authorization.signed_headers))
		tally->not_covered++; /* the client chose not to sign that header */
	else {
		tally->survived++;
		cr_expect(false, "%s: bit %zu of byte %zu turned over is still %s", name, bit % 8, bit / 8,
			  gwt_signature_verdict_word(got.verdict));
	}
}

static void flip_every_bit(struct gwt_span text, reader read, struct tally *tally, const char *name)
{
	char *bytes = gwt_arena_cstr(&arena, text);
	struct gwt_arena scratch = { 0 };
	struct gwt_request original;

	cr_assert(read(&arena, text, &original), "%s: not a request", name);
	for (size_t bit = 0; bit < text.len * 8; bit++) {
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
		judge((struct gwt_span){ bytes, text.len }, &original, read, tally, &scratch, bit, name);
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
		gwt_arena_reset(&scratch);
	}
	gwt_arena_release(&scratch);
}

static void print_tally(const char *what, const struct tally *tally)
{
	fprintf(stderr,
		"sigv4: %s: %zu one-bit mutations: %zu refused, %zu no longer HTTP, %zu the same request, "
		"%zu in a header left unsigned, %zu survived\n",
		what, tally->tried, tally->refused, tally->not_http, tally->same, tally->not_covered,
		tally->survived);
	cr_expect_eq(tally->survived, 0);
	cr_expect(tally->tried > 0);
}

static struct gwt_signature verify(const struct gwt_request *request)
{
	struct gwt_signature out;

	gwt_sigv4_verify(ctx, request, &options, false, &arena, &out);
	return out;
}

/* The header or the presigned form of one aws-c-auth vector. */
static void check_c_auth_form(const char *dir, const char *form, bool normalize, bool late_token,
			      struct tally *tally)
{
	char *at = gwt_file_join(&arena, dir, form);
	struct vector vector = {
		.name = at,
		.canonical = read_part(at, "-canonical-request.txt"),
		.to_sign = read_part(at, "-string-to-sign.txt"),
		.signature = read_part(at, "-signature.txt"),
		.signed_request =
			gwt_test_read(&arena, "", gwt_arena_printf(&arena, "%s-signed-request.txt", at).ptr),
	};
	enum gwt_signature_verdict want = GWT_SIG_VALID;
	struct gwt_request request;
	struct gwt_signature got;

	cr_assert(gwt_http_text(&arena, vector.signed_request, &request), "%s: not a request", vector.name);
	got = verify(&request);
	if (has_dots(request.path))
		want = normalize ? GWT_SIG_VALID_NORMALIZED_PATH : GWT_SIG_VALID_RAW_PATH;
	if (late_token) { /* token added after signing: AWS IoT accepts it, API Gateway: unknown */
		cr_expect_eq(got.reason, GWT_SIG_UNSIGNED_HEADER, "%s: %s", vector.name, got.detail);
		return;
	}
	expect_stages(&vector, &got, normalize ? GWT_SIGV4_PATH_NORMALIZED : GWT_SIGV4_PATH_RAW, &request);
	cr_expect_eq(got.verdict, want, "%s: got %s %s", vector.name, gwt_signature_verdict_word(got.verdict),
		     got.detail);
	flip_every_bit(vector.signed_request, gwt_http_text, tally, vector.name);
}

static bool member_is_true(const cJSON *context, const char *name)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(context, name));
}

Test(sigv4_suites, aws_c_auth)
{
	const char *shared = gwt_test_shared();
	struct tally tally = { 0 };
	struct gwt_file_list list = { 0 };
	struct gwt_error err;
	char *root;

	if (!shared) {
		gwt_test_skipped("aws-c-auth's signing vectors");
		return;
	}
	root = gwt_file_join(&arena, shared, "sigv4/aws-c-auth/tests/aws-signing-test-suite/v4");
	cr_assert_eq(gwt_file_list(&arena, root, "/context.json", &list, &err), GWT_OK, "%s", err.msg);
	for (size_t i = 0; i < list.len; i++) {
		struct gwt_span rest = gwt_span_of(list.paths[i]),
				text = gwt_test_read(&arena, root, list.paths[i]);
		char *name = gwt_arena_cstr(&arena, gwt_span_cut(&rest, '/')),
		     *dir = gwt_file_join(&arena, root, name);
		cJSON *context = cJSON_ParseWithLength(text.ptr, text.len);
		bool normalize = member_is_true(context, "normalize"),
		     late = member_is_true(context, "omit_session_token");

		check_c_auth_form(dir, "header", normalize, late, &tally);
		check_c_auth_form(dir, "query", normalize, late, &tally);
		cJSON_Delete(context);
	}
	cr_expect_geq(list.len, 37);
	fprintf(stderr, "sigv4: aws-c-auth: %zu vectors, header and presigned form\n", list.len);
	print_tally("aws-c-auth", &tally);
}

static void check_botocore(const char *stem, struct tally *tally)
{
	const char *name = strrchr(stem, '/') + 1;
	struct vector vector = {
		.name = stem,
		.canonical = read_part(stem, ".creq"),
		.to_sign = read_part(stem, ".sts"),
		.signed_request = read_part(stem, ".sreq"),
	};
	struct gwt_span authorization = read_part(stem, ".authz");
	struct gwt_request request;
	struct gwt_signature got;

	cr_assert(gwt_http_text(&arena, vector.signed_request, &request), "%s: not a request", stem);
	got = verify(&request);
	vector.signature =
		gwt_span_slice(authorization, authorization.len - GWT_SHA256_HEX, authorization.len);
	expect_stages(&vector, &got, GWT_SIGV4_PATH_NORMALIZED, &request);
	if (strcmp(name, "get-vanilla-with-session-token") == 0) {
		/* its .sreq has another vector's signature; aws-c-auth has the right one */
		cr_expect_eq(got.reason, GWT_SIG_MISMATCH, "%s: %s", stem, got.detail);
		return;
	}
	expect_span(gwt_headers_get(&request.headers, "authorization"), authorization, stem, "Authorization");
	if (strcmp(name, "post-sts-header-after") == 0) {
		cr_expect_eq(got.reason, GWT_SIG_UNSIGNED_HEADER, "%s: %s", stem, got.detail);
		return;
	}
	cr_expect_eq(got.verdict, has_dots(request.path) ? GWT_SIG_VALID_NORMALIZED_PATH : GWT_SIG_VALID,
		     "%s: got %s %s", stem, gwt_signature_verdict_word(got.verdict), got.detail);
	flip_every_bit(vector.signed_request, gwt_http_text, tally, stem);
}

Test(sigv4_suites, botocore)
{
	const char *shared = gwt_test_shared();
	struct tally tally = { 0 };
	struct gwt_file_list list = { 0 };
	struct gwt_error err;
	char *root;

	if (!shared) {
		gwt_test_skipped("botocore's signing vectors");
		return;
	}
	root = gwt_file_join(&arena, shared, "sigv4/botocore/aws4_testsuite");
	cr_assert_eq(gwt_file_list(&arena, root, ".creq", &list, &err), GWT_OK, "%s", err.msg);
	for (size_t i = 0; i < list.len; i++) {
		char *stem = gwt_file_join(&arena, root, list.paths[i]);

		stem[strlen(stem) - strlen(".creq")] = '\0';
		check_botocore(stem, &tally);
	}
	cr_expect_geq(list.len, 34);
	fprintf(stderr, "sigv4: botocore: %zu vectors\n", list.len);
	print_tally("botocore", &tally);
}

/* The two vectors that encode a path twice; only the path line of the first agrees with its request. */
Test(sigv4_suites, smithy_rs)
{
	const char *shared = gwt_test_shared();
	struct gwt_request request;
	struct gwt_signature got;
	struct gwt_buf out;
	struct gwt_span want;
	char *dir;

	if (!shared) {
		gwt_test_skipped("smithy-rs's double-encoding vectors");
		return;
	}
	dir = gwt_file_join(&arena, shared, "sigv4/smithy-rs/double-encode-path/");
	want = read_part(dir, "header-canonical-request.txt");
	cr_assert(gwt_http_text(&arena, read_part(dir, "request.txt"), &request));
	gwt_buf_init(&out, SIZE_MAX);
	gwt_sigv4_canonical_request(&out, &request, GWT_SIGV4_PATH_NORMALIZED, GWT_SPAN("host"),
				    GWT_SPAN(""));
	cr_expect(gwt_span_starts(gwt_buf_span(&out),
				  gwt_span_slice(want, 0, gwt_span_find_span(want, GWT_SPAN("\n\n")))),
		  "got " GWT_SPAN_FMT, GWT_SPAN_ARG(gwt_buf_span(&out)));
	gwt_buf_release(&out);
	dir = gwt_file_join(&arena, shared, "sigv4/smithy-rs/double-url-encode/");
	cr_assert(gwt_http_text(&arena, read_part(dir, "header-signed-request.txt"), &request));
	got = verify(&request);
	expect_stages(&(struct vector){ .name = dir,
					.canonical = read_part(dir, "header-canonical-request.txt"),
					.to_sign = read_part(dir, "header-string-to-sign.txt"),
					.signature = got.authorization.signature },
		      &got, GWT_SIGV4_PATH_NORMALIZED, &request);
	cr_expect_eq(got.verdict, GWT_SIG_VALID, "%s", got.detail);
}

/* Read a request with the product's own parser, as a server does. */
static bool read_wire(struct gwt_arena *scratch, struct gwt_span text, struct gwt_request *out)
{
	static struct gwt_h1_parser parser;

	gwt_h1_parser_init(&parser);
	return gwt_h1_parse(&parser, text, scratch, out) == GWT_H1_DONE && parser.consumed == text.len;
}

Test(sigv4_suites, every_bit_of_the_reference_vectors)
{
	struct gwt_span rest = gwt_test_read(&arena, gwt_test_source(), "tests/data/sigv4/vectors.jsonl");
	struct tally tally = { 0 };

	while (rest.len) {
		struct gwt_span line = gwt_span_cut(&rest, '\n');
		cJSON *row = cJSON_ParseWithLength(line.ptr, line.len);
		const char *verdict = cJSON_GetObjectItemCaseSensitive(row, "verdict")->valuestring;
		const char *text = cJSON_GetObjectItemCaseSensitive(row, "request")->valuestring;
		const char *name = cJSON_GetObjectItemCaseSensitive(row, "name")->valuestring;

		if (strncmp(verdict, "valid", 5) == 0)
			flip_every_bit(gwt_span_of(text), gwt_http_text, &tally, name);
		cJSON_Delete(row);
	}
	print_tally("own vectors", &tally);
}

/* Clients that section 2 of report.md found to normalize; any other client signs the path as it sends it. */
static const char *const normalizing_clients[] = {
	"aws-cli-v1",
	"aws-cli-v1-inputjson",
	"aws-cli-v2-debian",
	"boto3-1.26-debian",
	"boto3-1.26-debian-nocrt",
	"boto3-1.43",
	"js-v3",
	"js-v3-3.186",
	"aws4",
	"aws4fetch",
	"aws-lite",
};
static const char *const single_encoding_clients[] = { "curl", "perl-signature4" };

static bool is_one_of(const char *const *names, size_t count, struct gwt_span name)
{
	for (size_t i = 0; i < count; i++)
		if (gwt_span_is(name, names[i]))
			return true;
	return false;
}

static bool needs_encoding(struct gwt_span path)
{
	for (size_t i = 0; i < path.len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/",
			    path.ptr[i]))
			return true;
	return false;
}

/* "valid", or "invalid single-encoded-path" */
static const char *expected_words(struct gwt_span client, struct gwt_span scenario, struct gwt_span path)
{
	if (gwt_span_is(client, "php-async-aws") && gwt_span_starts(scenario, GWT_SPAN("path_dot")))
		return "invalid mismatch"; /* it signs the dots and sends the path without them */
	if (is_one_of(single_encoding_clients, GWT_LEN(single_encoding_clients), client) &&
	    needs_encoding(path))
		return "invalid single-encoded-path";
	if (!has_dots(path))
		return "valid ";
	return is_one_of(normalizing_clients, GWT_LEN(normalizing_clients), client) ? "valid-normalized-path "
										    : "valid-raw-path ";
}

static void check_capture(const char *root, const char *path, size_t counts[2])
{
	struct gwt_span rest = gwt_span_of(path), client = gwt_span_cut(&rest, '/'), got;
	struct gwt_arena scratch = { 0 };
	struct gwt_request request;
	struct gwt_signature out;
	const char *want;

	cr_assert(read_wire(&scratch, gwt_test_read(&arena, root, path), &request), "%s does not parse",
		  path);
	gwt_sigv4_verify(ctx, &request, &options, false, &scratch, &out);
	want = expected_words(client, rest, request.path);
	got = gwt_arena_printf(&scratch, "%s %s", gwt_signature_verdict_word(out.verdict),
			       gwt_signature_reason_word(out.reason));
	cr_expect(gwt_span_is(got, want), "%s: got " GWT_SPAN_FMT ", want %s: %s", path, GWT_SPAN_ARG(got),
		  want, out.detail);
	counts[out.verdict == GWT_SIG_INVALID]++;
	gwt_arena_release(&scratch);
}

Test(sigv4_suites, captures_of_real_clients)
{
	const char *shared = gwt_test_shared();
	struct gwt_file_list list = { 0 };
	size_t counts[2] = { 0 };
	struct gwt_error err;
	char *root;

	if (!shared) {
		gwt_test_skipped("signatures of the captures");
		return;
	}
	root = gwt_file_join(&arena, shared, "wire/captures");
	cr_assert_eq(gwt_file_list(&arena, root, ".http", &list, &err), GWT_OK, "%s", err.msg);
	for (size_t i = 0; i < list.len; i++)
		check_capture(root, list.paths[i], counts);
	cr_expect_gt(list.len, 1000);
	fprintf(stderr, "sigv4: captures: %zu, %zu valid, %zu invalid as the report says\n", list.len,
		counts[0], counts[1]);
}

Test(sigv4_suites, every_bit_of_a_capture_of_each_client)
{
	const char *shared = gwt_test_shared();
	struct gwt_file_list list = { 0 };
	struct tally tally = { 0 };
	struct gwt_error err;
	char *root;

	if (!shared) {
		gwt_test_skipped("one-bit mutations of the captures");
		return;
	}
	root = gwt_file_join(&arena, shared, "wire/captures");
	cr_assert_eq(gwt_file_list(&arena, root, "/all_options.http", &list, &err), GWT_OK, "%s", err.msg);
	for (size_t i = 0; i < list.len; i++)
		flip_every_bit(gwt_test_read(&arena, root, list.paths[i]), read_wire, &tally, list.paths[i]);
	cr_expect_geq(list.len, 17);
	print_tally("captures (all_options)", &tally);
}
