/*
 * What may not reach a file does not: the header allowlists, and the scan for secrets in every spelling.
 * Encoded forms were made with Python (base64, urllib.parse.quote, json.dumps).
 */
#include <criterion/criterion.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/cassette/redact.h"
#include "lib/cassette/scan.h"
#include "tests/support/guard.h"

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKEY"

static bool finds(const char *text, const char *secret, struct gwt_leak *leak)
{
	struct gwt_live_secret secrets[] = { { "the secret", gwt_span_of(secret) } };
	struct gwt_scan scan = { .secrets = secrets, .secret_count = 1, .no_forms = true };

	return gwt_scan_find(&scan, gwt_guarded(gwt_span_of(text)), 0, leak);
}

Test(redact, a_live_secret_is_found_in_every_spelling)
{
	static const struct {
		const char *label, *text;
		size_t offset;
	} rows[] = {
		{ "plain", "a " SECRET " b", 2 },
		{ "at the end", "x" SECRET, 1 },
		{ "percent-encoded", "/p/wJalrXUtnFEMI%2FK7MDENG%2BbPxRfiCYzEXAMPLEKEY?", 3 },
		{ "percent-encoded, lower case", "wJalrXUtnFEMI%2fK7MDENG%2bbPxRfiCYzEXAMPLEKEY", 0 },
		{ "all percent-encoded start", "%77%4AalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKEY", 0 },
		{ "JSON, escaped slash", "{\"a\":\"wJalrXUtnFEMI\\/K7MDENG+bPxRfiCYzEXAMPLEKEY\"}", 6 },
		{ "JSON, \\u", "\"wJalrXUtnFEMI\\u002fK7MDENG\\u002BbPxRfiCYzEXAMPLEKEY\"", 1 },
		{ "base64", "{\"b\": \"d0phbHJYVXRuRkVNSS9LN01ERU5HK2JQeFJmaUNZekVYQU1QTEVLRVk=\"}", 7 },
		{ "base64, one byte before", "eHdKYWxyWFV0bkZFTUkvSzdNREVORytiUHhSZmlDWXpFWEFNUExFS0VZ", 0 },
		{ "base64, two bytes before",
		  "eHl3SmFsclhVdG5GRU1JL0s3TURFTkcrYlB4UmZpQ1l6RVhBTVBMRUtFWQ==", 0 },
		{ "base64, glued to other text",
		  "keyZQd0phbHJYVXRuRkVNSS9LN01ERU5HK2JQeFJmaUNZekVYQU1QTEVLRVk=", 0 },
		{ "base64 in base64",
		  "ZDBwaGJISllWWFJ1UmtWTlNTOUxOMDFFUlU1SEsySlFlRkptYVVOWmVrVllRVTFRVEVWTFJWaz0=", 0 },
		{ "base64 of JSON escapes off",
		  "ImQwcGhiSEpZVlhSdVJrVk5TUzlMTjAxRVJVNUhLMkpRZUZKbWFVTlpla1ZZUVUxUVRFVkxSVms9Ig==", 0 },
		{ "base64 with escaped slash in JSON",
		  "\"d0phbHJYVXRuRkVNSS9LN01ERU5HK2JQeFJmaUNZekVYQU1QTEVLRVk\\u003d\"", 1 },
		{ "base64 over lines",
		  "eHl3SmFsclhVdG5G\nRU1JL0s3TURFTkcr\nYlB4UmZpQ1l6RVhB\nTVBMRUtFWQ==", 0 },
		{ "base64 over lines, CR LF",
		  "a: eHl3SmFsclhVdG5G\r\nRU1JL0s3TURFTkcr\r\nYlB4UmZpQ1l6RVhB\r\nTVBMRUtFWQ==", 3 },
		{ "base64 over lines, indented",
		  "key: |\n  eHl3SmFsclhVdG5G\n  RU1JL0s3TURFTkcr\n  YlB4UmZpQ1l6RVhB\n  TVBMRUtFWQ==", 9 },
		{ "base64 over lines, in JSON",
		  "{\"a\":\"eHl3SmFsclhVdG5G\\nRU1JL0s3TURFTkcr\\nYlB4UmZpQ1l6RVhB\\nTVBMRUtFWQ==\"}", 6 },
		{ "base64 over lines, in JSON, CR LF",
		  "{\"a\":\"eHl3SmFsclhVdG5G\\r\\nRU1JL0s3TURFTkcr\\r\\nYlB4UmZpQ1l6RVhB\\r\\nTVBMRUtFWQ==\"}",
		  6 },
		{ "base64 over lines, in JSON in JSON",
		  "{\"a\":\"eHl3SmFsclhVdG5G\\\\nRU1JL0s3TURFTkcr\\\\nYlB4UmZpQ1l6RVhB\\\\nTVBMRUtFWQ==\"}",
		  6 },
		{ "base64 over lines, line ends as \\u",
		  "{\"a\":\"eHl3SmFsclhVdG5G\\u000aRU1JL0s3TURFTkcr\\u000aYlB4UmZpQ1l6RVhB\\u000aTVBMRUtFWQ==\"}",
		  6 },
		{ "base64 over lines, percent-encoded",
		  "eHl3SmFsclhVdG5G%0D%0ARU1JL0s3TURFTkcr%0D%0AYlB4UmZpQ1l6RVhB%0D%0ATVBMRUtFWQ%3D%3D", 0 },
	};
	struct gwt_leak leak;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		cr_expect(finds(rows[i].text, SECRET, &leak), "%s", rows[i].label);
		cr_expect_eq(leak.offset, rows[i].offset, "%s: at %zu", rows[i].label, leak.offset);
	}
}

enum { LONG = 1 << 15, PART = 8 * 1024, STEP = 397 }; /* PART: how much scan.c reads at a time */

/* Lines like those of a recording, with each kind of encoding. */
static struct gwt_span long_recording(struct gwt_arena *arena)
{
	static const char *const lines[] = {
		"  {\"uri\": \"arn:aws:apigateway:us-east-1:s3:path/a%2Fb%20c\",\n",
		"   \"body\": \"{\\\"a\\\":\\\"&lt;b&gt; \\\\u0041\\\"}\",\n",
		"   \"sha256\": \"%08x9eac5c9b1a4c7f6ef1f0a1cc5de1d5f0d1c3a6bb1d6a1a2a3a4a5a6a7\"},\n",
		"   \"text\": \"\\\\x41 d29ybGQgaGVsbG8gd29ybGQ= &amp;#65; %%2541\\n\",\n",
	};
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	for (unsigned i = 0; gwt_buf_span(&out).len < LONG; i++)
		if (i % 40 == 2)
			gwt_buf_printf(&out, lines[2], i);
		else
			gwt_buf_add_text(&out, i % 40 < 4 ? lines[i % 40]
							  : "   \"name\": \"a plain text of a member\",\n");
	return gwt_arena_copy(arena, gwt_buf_span(&out));
}

Test(redact, a_long_recording_is_looked_through_to_its_end)
{
	static const char *const forms[] = { SECRET, "wJalrXUtnFEMI%2FK7MDENG%2BbPxRfiCYzEXAMPLEKEY",
					     "d0phbHJYVXRuRkVNSS9LN01ERU5HK2JQeFJmaUNZekVYQU1QTEVLRVk=",
					     "wJalrXUtnFEMI\\u002fK7MDENG\\u002BbPxRfiCYzEXAMPLEKEY" };
	struct gwt_arena arena = { 0 };
	struct gwt_span text = long_recording(&arena);
	struct gwt_leak leak;

	cr_assert_not(finds(text.ptr, SECRET, &leak), "%s", leak.what);
	for (size_t i = 0; i < GWT_LEN(forms); i++) {
		const char *form = forms[i];
		size_t line = gwt_span_find(gwt_span_slice(text, PART + i * STEP, text.len), '\n') + PART +
			      i * STEP + 1;
		struct gwt_span with = gwt_arena_printf(&arena, "%.*s{\"k\":\"%s\",\n%s", (int)line, text.ptr,
							form, text.ptr + line);

		cr_expect(finds(with.ptr, SECRET, &leak), "%s at %zu", form, line);
		cr_expect_eq(leak.offset, line + strlen("{\"k\":\""), "%s: at %zu", form, leak.offset);
	}
	gwt_arena_release(&arena);
}

Test(redact, a_text_with_a_line_break_in_it_is_found_between_two_parts)
{
	struct gwt_arena arena = { 0 };
	struct gwt_span text = long_recording(&arena);
	size_t seam = gwt_span_find(gwt_span_slice(text, PART, text.len), '\n') + PART + 1;
	struct gwt_leak leak;

	for (size_t shift = 0; shift < 4; shift++) {
		struct gwt_span with =
			gwt_arena_printf(&arena, "%.*s first,\nsecond %s", (int)(seam - shift * 60), text.ptr,
					 text.ptr + seam - shift * 60);

		cr_expect(finds(with.ptr, "first,\nsecond", &leak), "%zu", shift);
	}
	gwt_arena_release(&arena);
}

Test(redact, what_is_no_secret_is_not_found)
{
	static const struct {
		const char *label, *text, *secret;
	} rows[] = {
		{ "all but one byte", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKE", SECRET },
		{ "nothing", "", SECRET },
		{ "too short to be one", "a test of testing", "test" },
		{ "empty secret", "anything", "" },
	};
	struct gwt_leak leak;

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_not(finds(rows[i].text, rows[i].secret, &leak), "%s", rows[i].label);
}

Test(redact, secrets_are_found_by_their_form)
{
	static const struct {
		const char *text, *what; /* NULL: nothing is found */
	} rows[] = {
		{ "id AKIAQ3EGJK4RZL2M7XYZ.", "an access key id" },
		{ "\"ASIAQ3EGJK4RZL2M7XYZ\"", "an access key id" },
		{ "AKIAQ3EGJK4RZL2M7XYZA", NULL }, /* 21 characters */
		{ "xAKIAQ3EGJK4RZL2M7XYZ", NULL }, /* part of a word */
		{ "AKIAQ3EGJK4RZL2M7xyz", NULL },  /* lower case */
		{ "arn:aws:iam::481516234278:role/x", "a 12-digit account id" },
		{ "%3A481516234278%3A", "a 12-digit account id" },
		{ "aWQ9QUtJQVEzRUdKSzRSWkwyTTdYWVo7", "an access key id" }, /* base64 */
		{ "YXJuOmF3czppYW06OjQ4MTUxNjIzNDI3ODpyb2xlL3g=", "a 12-digit account id" },
		{ "az1oN0drMkxtTjlwUXI0U3RV\n NnZXeDhZekExYkNkM0VmRzVoSWo3S2xNOw==",
		  "what looks like a secret access key" },
		{ "4815162342780", NULL },
		{ "timeoutInMillis: 29000", NULL },
		{ "a481516234278", NULL },
		{ "k=h7Gk2LmN9pQr4StU6vWx8YzA1bCd3EfG5hIj7KlM;", "what looks like a secret access key" },
		{ "https://h.example/Zq3xV9sbT1mWc7+KpLd5RsYh2NfGj8UaEo4Qi6Xt/x",
		  "what looks like a secret access key" },
		{ "da39a3ee5e6b4b0d3255bfef95601890afd80709", NULL }, /* SHA-1 of nothing */
		{ "/restapis/abc123/resources/Def456/methods/", NULL },
		{ "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", NULL },
	};
	struct gwt_scan scan = { 0 };
	struct gwt_leak leak;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		bool found = gwt_scan_find(&scan, gwt_guarded(gwt_span_of(rows[i].text)), 0, &leak);

		cr_expect_eq(found, rows[i].what != NULL, "%s", rows[i].text);
		if (found && rows[i].what)
			cr_expect_str_eq(leak.what, rows[i].what, "%s", rows[i].text);
	}
}

Test(redact, a_literal_is_allowed_and_the_next_leak_is_found_behind_it)
{
	struct gwt_span literals[] = { GWT_SPAN_INIT("role: arn:aws:iam::123456789012:role/x") };
	struct gwt_scan scan = { .literals = literals, .literal_count = 1 };
	struct gwt_span text = GWT_SPAN("123456789012 481516234278 481516234278");
	struct gwt_leak leak;

	cr_assert(gwt_scan_find(&scan, text, 0, &leak));
	cr_expect_eq(leak.offset, 13u);
	cr_assert(gwt_scan_find(&scan, text, leak.offset + leak.len, &leak));
	cr_expect_eq(leak.offset, 26u);
	cr_expect_not(gwt_scan_find(&scan, text, leak.offset + leak.len, &leak));
}

Test(redact, base64_that_stands_in_a_literal_may_have_any_form_and_no_live_secret)
{
	struct gwt_live_secret secrets[] = { { "the secret", GWT_SPAN_INIT(SECRET) } };
	struct gwt_span literals[] = { GWT_SPAN_INIT("body: YXJuOmF3czppYW06OjQ4MTUxNjIzNDI3ODpyb2xlL3g="),
				       GWT_SPAN_INIT(
					       "d0phbHJYVXRuRkVNSS9LN01ERU5HK2JQeFJmaUNZekVYQU1QTEVLRVk=") };
	struct gwt_scan scan = {
		.secrets = secrets, .secret_count = 1, .literals = literals, .literal_count = 2
	};
	struct gwt_leak leak;

	cr_expect_not(
		gwt_scan_find(&scan, GWT_SPAN("YXJuOmF3czppYW06OjQ4MTUxNjIzNDI3ODpyb2xlL3g="), 0, &leak));
	cr_expect(gwt_scan_find(&scan, GWT_SPAN("YXJuOmF3czppYW06OjQ4MTUxNjIzNDI3OTpyb2xlL3g="), 0, &leak));
	cr_expect(gwt_scan_find(&scan, literals[1], 0, &leak));
}

static void add(struct gwt_headers *headers, const char *name, const char *value)
{
	cr_assert_eq(gwt_headers_add(headers, gwt_span_of(name), gwt_span_of(value), NULL), GWT_OK);
}

Test(redact, of_a_request_only_contract_headers_are_kept_in_order_and_spelling)
{
	static const char *const kept[] = { "accept", "Content-Type", "X-Amz-Custom" };
	struct gwt_arena arena = { 0 };
	struct gwt_headers in, out, again;

	gwt_headers_init(&in, &arena);
	add(&in, "Host", "apigateway.us-east-1.amazonaws.com");
	add(&in, "accept", "application/json");
	add(&in, "User-Agent", "aws-cli/2.1 md/x");
	add(&in, "Content-Type", "application/json");
	add(&in, "X-Amz-Date", "20261122T123957Z");
	add(&in, "X-Amz-Security-Token", "IQoJ");
	add(&in, "X-Amz-Custom", "1");
	add(&in, "Authorization", "AWS4-HMAC-SHA256 Credential=AKIA");
	add(&in, "Cookie", "session=1");
	add(&in, "X-Forwarded-For", "10.0.0.1");
	gwt_redact_request_headers(&in, &arena, &out);
	cr_assert_eq(out.len, GWT_LEN(kept));
	for (size_t i = 0; i < out.len; i++)
		cr_expect(gwt_span_is(out.items[i].name, kept[i]), "%zu", i);
	gwt_redact_request_headers(&out, &arena, &again);
	cr_expect_eq(again.len, out.len);
	gwt_arena_release(&arena);
}

Test(redact, of_an_answer_nothing_is_kept_that_tells_when_or_to_whom)
{
	struct gwt_arena arena = { 0 };
	struct gwt_headers in, out;

	gwt_headers_init(&in, &arena);
	add(&in, "Date", "Sun, 22 Nov 2026 12:39:57 GMT");
	add(&in, "Content-Type", "application/json");
	add(&in, "Content-Length", "48");
	add(&in, "x-amzn-RequestId", "baca5c2e-023f-11e9-8ea4-b344d5ae59d5");
	add(&in, "x-amz-apigw-id", "SEdwfJ8boAMEckw=");
	add(&in, "x-amzn-ErrorType", "NotFoundException");
	add(&in, "Set-Cookie", "a=b");
	add(&in, "X-Amzn-Trace-Id", "Root=1-5b2c");
	gwt_redact_response_headers(&in, &arena, &out);
	cr_assert_eq(out.len, 2u);
	cr_expect(gwt_span_is(out.items[0].name, "Content-Type"));
	cr_expect(gwt_span_is(out.items[1].name, "x-amzn-ErrorType"));
	gwt_arena_release(&arena);
}

/* Equal names keep their order; "allow" comes before "content-type" whatever the case. */
Test(redact, headers_of_answers_come_in_one_order_however_they_came)
{
	static const char *const names[] = { "x-amzn-ErrorType", "Location", "content-type", "Allow" };
	static const size_t wanted[] = { 3, 2, 1, 0 };
	struct gwt_arena arena = { 0 };

	for (size_t shift = 0; shift < 24; shift++) {
		size_t order[4] = { 0, 1, 2, 3 };
		struct gwt_headers in, out;

		for (size_t i = 0, rest = shift; i < 4; rest /= 4 - i, i++) {
			size_t with = i + rest % (4 - i), kept = order[i];

			order[i] = order[with];
			order[with] = kept;
		}
		gwt_headers_init(&in, &arena);
		add(&in, "retry-after", "2");
		for (size_t i = 0; i < 4; i++)
			add(&in, names[order[i]], "v");
		add(&in, "Retry-After", "1");
		gwt_redact_response_headers(&in, &arena, &out);
		cr_assert_eq(out.len, 6u);
		for (size_t i = 0; i < 3; i++)
			cr_expect(gwt_span_is(out.items[i].name, names[wanted[i]]), "%zu: %zu", shift, i);
		cr_expect(gwt_span_is(out.items[3].value, "2") && gwt_span_is(out.items[4].value, "1"));
		cr_expect(gwt_span_is(out.items[5].name, "x-amzn-ErrorType"));
	}
	gwt_arena_release(&arena);
}
