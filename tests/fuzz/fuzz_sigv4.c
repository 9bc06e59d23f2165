/*
 * fuzz_sigv4.c - no request, signed however, makes the verifier trip; a verdict
 * holds whether or not an explanation is asked for, and what the signer signs
 * verifies, for any method, target, header and body.
 */
#include <stdlib.h>

#include "lib/http/h1_parse.h"
#include "lib/sigv4/sigv4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static size_t lookup(void *arg, struct gwt_span access_key_id, struct gwt_span secrets[8])
{
	(void)arg;
	secrets[0] = GWT_SPAN("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
	return access_key_id.len % 2;
}

static const struct gwt_verify_options options = { .lookup = lookup };

static void check_verify(struct gwt_sigv4 *ctx, struct gwt_arena *arena, const struct gwt_request *request)
{
	struct gwt_signature plain, explained;

	gwt_sigv4_verify(ctx, request, &options, false, arena, &plain);
	gwt_sigv4_verify(ctx, request, &options, true, arena, &explained);
	must(plain.verdict == explained.verdict && plain.reason == explained.reason);
	must((plain.verdict == GWT_SIG_INVALID) == (plain.reason != GWT_SIG_REASON_NONE));
	must((plain.detail[0] == '\0') == (plain.verdict < GWT_SIG_ABSENT));
}

/* Sign the same request again, without the fields that the signer writes itself, and verify it. */
static void check_sign(struct gwt_sigv4 *ctx, struct gwt_arena *arena, const struct gwt_request *request)
{
	static const struct gwt_credentials credentials = {
		GWT_SPAN_INIT("A"), GWT_SPAN_INIT("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), { NULL, 0 }
	};
	static const char *const dropped[] = { "authorization", "x-amz-date", "x-amz-security-token",
					       "x-amz-content-sha256" };
	struct gwt_request copy = *request;
	struct gwt_signature out;

	gwt_headers_init(&copy.headers, arena);
	for (size_t i = 0; i < request->headers.len; i++) {
		struct gwt_header h = request->headers.items[i];
		bool drop = false;

		for (size_t j = 0; j < GWT_LEN(dropped); j++)
			drop |= gwt_span_iis(h.name, dropped[j]);
		if (!drop)
			gwt_headers_add_view(&copy.headers, h.name, h.value);
	}
	gwt_sigv4_verify(ctx, &copy, &options, false, arena, &out);
	if (out.verdict != GWT_SIG_ABSENT)
		return; /* a presigned request */
	if (gwt_sigv4_sign(ctx, &copy, &credentials, GWT_SPAN("r"), GWT_SPAN("s"), 1795351197, NULL) !=
	    GWT_OK)
		return; /* HTTP/1.0 without Host */
	gwt_sigv4_verify(ctx, &copy, &options, false, arena, &out);
	must(out.verdict == GWT_SIG_VALID || out.verdict == GWT_SIG_VALID_NORMALIZED_PATH);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct gwt_sigv4 *ctx;
	static struct gwt_h1_parser parser;
	struct gwt_arena arena = { 0 };
	struct gwt_request request;

	if (!ctx)
		ctx = gwt_sigv4_new();
	gwt_h1_parser_init(&parser);
	if (gwt_h1_parse(&parser, (struct gwt_span){ (const char *)data, size }, &arena, &request) ==
	    GWT_H1_DONE) {
		check_verify(ctx, &arena, &request);
		check_sign(ctx, &arena, &request);
	}
	gwt_arena_release(&arena);
	return 0;
}
