#include <criterion/criterion.h>

#include "lib/http/chars.h"
#include "lib/http/h1_parse.h"
#include "lib/http/h1_write.h"
#include "lib/http/uri.h"
#include "lib/http/whole.h"
#include "tests/support/guard.h"

static struct gwt_arena arena;
static struct gwt_buf buf;
static struct gwt_error err;

static void setup(void)
{
	gwt_buf_init(&buf, SIZE_MAX);
}

static void teardown(void)
{
	gwt_buf_release(&buf);
	gwt_arena_release(&arena);
}

TestSuite(http, .init = setup, .fini = teardown);

static struct gwt_headers headers_of(const char *const (*rows)[2], size_t len)
{
	struct gwt_headers headers;

	gwt_headers_init(&headers, &arena);
	for (size_t i = 0; i < len; i++)
		cr_assert_eq(
			gwt_headers_add(&headers, gwt_span_of(rows[i][0]), gwt_span_of(rows[i][1]), &err),
			GWT_OK);
	return headers;
}

Test(http, character_classes_are_those_of_the_rfcs)
{
	static const char alnum[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	static const char tchar[] = "!#$%&'*+-.^_`|~", unreserved[] = "-._~", reg_name[] = "-._~!$&'()*+,;=%";

	for (int c = 0; c < 256; c++) {
		bool in_alnum = c && strchr(alnum, c);

		cr_expect_eq(gwt_char_is((char)c, GWT_CHAR_TOKEN), in_alnum || (c && strchr(tchar, c)), "%d",
			     c);
		cr_expect_eq(gwt_char_is((char)c, GWT_CHAR_UNRESERVED),
			     in_alnum || (c && strchr(unreserved, c)), "%d", c);
		cr_expect_eq(gwt_char_is((char)c, GWT_CHAR_REG_NAME), in_alnum || (c && strchr(reg_name, c)),
			     "%d", c);
	}
}

Test(http, lookup_ignores_case_and_returns_the_first_value)
{
	static const char *const rows[][2] = { { "Accept", "a" }, { "X", " b \t" }, { "aCCEPT", "c" } };
	struct gwt_headers headers = headers_of(rows, GWT_LEN(rows));

	cr_expect(gwt_span_is(gwt_headers_get(&headers, "ACCEPT"), "a"));
	cr_expect(gwt_span_is(gwt_headers_get(&headers, "x"), "b"));
	cr_expect_null(gwt_headers_get(&headers, "accep").ptr);
	cr_expect_eq(gwt_headers_count(&headers, "accept"), 2u);
	cr_expect_eq(gwt_headers_count(&headers, "y"), 0u);
	cr_expect(gwt_span_is(headers.items[2].name, "aCCEPT"));
}

Test(http, add_rejects_fields_that_would_split_a_message)
{
	static const struct {
		const char *label;
		struct gwt_span name, value;
	} rows[] = {
		{ "space in name", { "a b", 3 }, { "v", 1 } },
		{ "empty name", { "", 0 }, { "v", 1 } },
		{ "colon in name", { "a:", 2 }, { "v", 1 } },
		{ "newline in value", { "a", 1 }, { "v\r\nb: c", 7 } },
		{ "LF in value", { "a", 1 }, { "v\nb", 3 } },
		{ "NUL in value", { "a", 1 }, { "v\0b", 3 } },
		{ "DEL in value", { "a", 1 }, { "v\x7f", 2 } },
		{ "UTF-8 in name", { "\xc3\xa9", 2 }, { "v", 1 } },
	};
	struct gwt_headers headers;

	gwt_headers_init(&headers, &arena);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		gwt_status got = gwt_headers_add(&headers, gwt_guarded(rows[i].name),
						 gwt_guarded(rows[i].value), &err);

		cr_expect_eq(got, GWT_EPARSE, "%s: got %s", rows[i].label, gwt_status_text(got));
		cr_expect_eq(headers.len, 0u);
	}
}

Test(http, a_built_request_is_split_at_the_first_question_mark)
{
	static const struct {
		const char *target, *path, *query;
	} rows[] = { { "/a?b?c", "/a", "b?c" }, { "/a", "/a", NULL }, { "/?", "/", "" }, { "", "/", NULL } };
	struct gwt_headers headers = headers_of(NULL, 0);

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_request request;

		gwt_request_set(&request, GWT_SPAN("GET"), gwt_span_of(rows[i].target), &headers,
				(struct gwt_span){ 0 });
		cr_expect(gwt_span_is(request.path, rows[i].path), "%s", rows[i].target);
		cr_expect(rows[i].query ? gwt_span_is(request.query, rows[i].query) : !request.query.ptr,
			  "%s", rows[i].target);
		cr_expect(gwt_span_is(request.body, ""));
	}
}

static const char *with(void (*fn)(struct gwt_buf *, struct gwt_span), const char *text)
{
	gwt_buf_clear(&buf);
	fn(&buf, gwt_guarded(gwt_span_of(text)));
	return gwt_buf_cstr(&buf);
}

static void encode_all(struct gwt_buf *out, struct gwt_span s)
{
	gwt_uri_encode(out, s, false);
}

static void encode_path(struct gwt_buf *out, struct gwt_span s)
{
	gwt_uri_encode(out, s, true);
}

Test(http, percent_encoding_follows_rfc_3986_section_2)
{
	static const struct {
		void (*fn)(struct gwt_buf *, struct gwt_span);
		const char *in, *out;
	} rows[] = {
		{ encode_all, "", "" },
		{ encode_all, "AZaz09-._~", "AZaz09-._~" },
		{ encode_all, "a b/c", "a%20b%2Fc" },
		{ encode_all, "\xe1\x88\xb4%", "%E1%88%B4%25" },
		{ encode_path, "/a b//:", "/a%20b//%3A" },
		{ gwt_uri_decode, "%41%7e%2f%e1", "A~/\xe1" },
		{ gwt_uri_decode, "%zz%4%", "%zz%4%" },
		{ gwt_uri_decode, "%2541", "%41" },
		{ gwt_uri_decode, "a+b", "a+b" },
		{ gwt_uri_normalize, "%7e%3a:%3A", "~%3A%3A%3A" },
		{ gwt_uri_normalize, "%zz", "%25zz" },
		{ gwt_uri_normalize, "a/b%2fc", "a%2Fb%2Fc" },
		{ gwt_uri_normalize, "+%2B", "%2B%2B" },
		{ gwt_uri_normalize, "%", "%25" },
		{ gwt_uri_normalize, "%4", "%254" },
		{ gwt_uri_normalize_path, "/a%2fb/%7Ec//%2/F%/.%2E", "/a%2Fb/~c//%252/F%25/.." },
		{ gwt_uri_normalize_path, "%/2f/%2/f", "%25/2f/%252/f" },
		{ gwt_uri_normalize_path, "*", "%2A" },
		{ gwt_uri_normalize_path, "", "" },
	};
	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_str_eq(with(rows[i].fn, rows[i].in), rows[i].out, "row %zu: %s", i, rows[i].in);
}

/* Expected values: RFC 3986, 5.2.4 and 5.4, aws-c-auth's get-slash* and get-relative* vectors, and botocore.
 */
Test(http, dot_segments_are_removed_as_the_sdks_sign_them)
{
	static const char *const rows[][2] = {
		{ "/a/b/c/./../../g", "/a/g" },
		{ "/b/c/../g", "/b/g" },
		{ "/b/c/../../../g", "/g" },
		{ "/./g", "/g" },
		{ "/../g", "/g" },
		{ "/b/c/g.", "/b/c/g." },
		{ "/b/c/..g", "/b/c/..g" },
		{ "/b/c/./g/.", "/b/c/g" },
		{ "/b/c/g;x=1/../y", "/b/c/y" },
		{ "", "/" },
		{ "/", "/" },
		{ "//", "/" },
		{ "//example//", "/example/" },
		{ "/./", "/" },
		{ "/example/..", "/" },
		{ "/./example", "/example" },
		{ "/example1/example2/../..", "/" },
		{ "/a//../b", "/b" },
		{ "/a/b/..", "/a" },
		{ "/a/b/../", "/a/" },
		{ "/%2e%2e/a", "/%2e%2e/a" },
	};
	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_str_eq(with(gwt_uri_remove_dot_segments, rows[i][0]), rows[i][1], "%s", rows[i][0]);
	gwt_buf_clear(&buf);
	gwt_buf_add_text(&buf, "kept/");
	gwt_uri_remove_dot_segments(&buf, GWT_SPAN("/../.."));
	cr_expect_str_eq(gwt_buf_cstr(&buf), "kept//");
}

Test(http, a_url_is_taken_apart)
{
	static const struct {
		const char *url, *scheme, *host, *authority, *path, *query;
		int port;
		bool given;
	} rows[] = {
		{ "http://localhost", "http", "localhost", "localhost", "", NULL, 80, false },
		{ "HTTPS://a.b:8443/x/y?z=1?2", "HTTPS", "a.b", "a.b:8443", "/x/y", "z=1?2", 8443, true },
		{ "http://[::1]:4566/", "http", "::1", "[::1]:4566", "/", NULL, 4566, true },
		{ "https://[fe80::1]", "https", "fe80::1", "[fe80::1]", "", NULL, 443, false },
		{ "http://h?q", "http", "h", "h", "", "q", 80, false },
	};
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_url url;

		cr_expect_eq(gwt_url_parse(gwt_guarded(gwt_span_of(rows[i].url)), &url, &err), GWT_OK, "%s",
			     rows[i].url);
		cr_expect(gwt_span_is(url.scheme, rows[i].scheme), "%s", rows[i].url);
		cr_expect(gwt_span_is(url.host, rows[i].host), "%s", rows[i].url);
		cr_expect(gwt_span_is(url.authority, rows[i].authority), "%s", rows[i].url);
		cr_expect(gwt_span_is(url.path, rows[i].path), "%s", rows[i].url);
		cr_expect(rows[i].query ? gwt_span_is(url.query, rows[i].query) : !url.query.ptr, "%s",
			  rows[i].url);
		cr_expect_eq(url.port, rows[i].port, "%s", rows[i].url);
		cr_expect_eq(url.port_given, rows[i].given, "%s", rows[i].url);
	}
}

/* The text may hold a password: the message says what is wrong and does not quote it. */
Test(http, a_url_that_is_none_is_refused_and_not_quoted)
{
	static const char *const rows[] = {
		"",
		"localhost",
		"ftp://h",
		"http:/h",
		"http://",
		"http:///x",
		"http://h:",
		"http://h:x",
		"http://h:-1",
		"http://h:65536",
		"http://u@h",
		"http://h/a b",
		"http://h/\xc3",
		"http://h/#f",
		"http://[::1",
		"http://[1.2.3.4]",
		"http://[]",
		"http://[::1]x",
		"http://[g]",
	};
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_url url = { .port = 1 };

		cr_expect_eq(gwt_url_parse(gwt_guarded(gwt_span_of(rows[i])), &url, &err), GWT_EPARSE, "%s",
			     rows[i]);
		cr_expect_eq(url.port, 1, "%s", rows[i]);
		cr_expect_eq(strncmp(err.msg, "the URL ", strlen("the URL ")), 0, "%s", err.msg);
		cr_expect(rows[i][0] == 0 || !strstr(err.msg, rows[i]), "%s", err.msg);
	}
}

Test(http, a_response_is_written_with_its_length)
{
	static const char *const rows[][2] = { { "Content-Type", "application/json" },
					       { "x-gwtape", "replay" } };
	struct gwt_response response = { .status = 201,
					 .headers = headers_of(rows, 2),
					 .body = GWT_SPAN("{}") };

	gwt_h1_write_response(&buf, &response, false);
	cr_expect_str_eq(gwt_buf_cstr(&buf), "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
					     "x-gwtape: replay\r\nContent-Length: 2\r\n\r\n{}");
	gwt_buf_clear(&buf);
	response.close = true;
	gwt_h1_write_response(&buf, &response, true);
	cr_expect_str_eq(gwt_buf_cstr(&buf),
			 "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
			 "x-gwtape: replay\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
	gwt_buf_clear(&buf);
	response = (struct gwt_response){ .status = 204, .no_content_length = true };
	gwt_h1_write_response(&buf, &response, false);
	cr_expect_str_eq(gwt_buf_cstr(&buf), "HTTP/1.1 204 No Content\r\n\r\n");
	cr_expect_str_eq(gwt_http_reason(299), "Unknown");
}

Test(http, a_request_is_written_as_it_is)
{
	static const char *const rows[][2] = { { "Host", "h" }, { "Content-Length", "3" } };
	struct gwt_headers headers = headers_of(rows, 2);
	struct gwt_request request;

	gwt_request_set(&request, GWT_SPAN("PUT"), GWT_SPAN("/a?b"), &headers, GWT_SPAN("xyz"));
	gwt_h1_write_request(&buf, &request);
	cr_expect_str_eq(gwt_buf_cstr(&buf), "PUT /a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyz");
}

Test(http, a_copy_of_a_response_is_equal_and_has_bytes_of_its_own)
{
	struct gwt_arena from = { 0 }, to = { 0 };
	struct gwt_response response = { .status = 201 }, copy;
	struct gwt_headers other;

	gwt_headers_init(&response.headers, &from);
	gwt_headers_add(&response.headers, GWT_SPAN("A"), GWT_SPAN("1"), NULL);
	gwt_headers_add(&response.headers, GWT_SPAN("b"), GWT_SPAN(""), NULL);
	response.body = gwt_arena_copy(&from, GWT_SPAN("{}"));
	gwt_response_copy(&response, &to, &copy);
	cr_expect(gwt_response_equal(&response, &copy));
	gwt_headers_add(&copy.headers, GWT_SPAN("c"), GWT_SPAN("3"), NULL);
	cr_expect(!gwt_response_equal(&response, &copy), "a field more");
	gwt_arena_release(&from);
	cr_expect(gwt_span_is(copy.body, "{}"));
	cr_expect(gwt_span_is(gwt_headers_get(&copy.headers, "a"), "1"));

	gwt_headers_copy(&copy.headers, &to, &other);
	other.items[0].name = GWT_SPAN("a");
	cr_expect(!gwt_headers_equal(&copy.headers, &other), "a name in other case is another spelling");
	gwt_arena_release(&to);
}

Test(http, segments_of_a_path_are_counted_and_split_in_one_way)
{
	static const struct {
		const char *path;
		size_t len;
		const char *segments[3];
	} rows[] = {
		{ "/", 1, { "" } },        { "/a/b", 2, { "a", "b" } },
		{ "/a/", 2, { "a", "" } }, { "//%2F", 2, { "", "%2F" } },
		{ "", 0, { NULL } },       { "*", 0, { NULL } },
	};
	struct gwt_arena mine = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gwt_span *segments, path = gwt_span_of(rows[i].path);

		cr_expect_eq(gwt_path_segments(path), rows[i].len, "%s", rows[i].path);
		cr_expect_eq(gwt_path_split(path, &mine, &segments), rows[i].len, "%s", rows[i].path);
		for (size_t k = 0; k < rows[i].len; k++)
			cr_expect(gwt_span_is(segments[k], rows[i].segments[k]) &&
					  gwt_span_is(gwt_path_segment(path, k), rows[i].segments[k]),
				  "%s: %zu", rows[i].path, k);
		cr_expect_null(gwt_path_segment(path, rows[i].len + (rows[i].len == 0)).ptr, "%s",
			       rows[i].path);
	}
	gwt_arena_release(&mine);
}

Test(http, answers_are_the_same_but_for_the_case_of_names)
{
	struct gwt_arena mine = { 0 };
	struct gwt_response a = { .status = 200, .body = GWT_SPAN("x") }, b = a;

	gwt_headers_init(&a.headers, &mine);
	gwt_headers_init(&b.headers, &mine);
	gwt_headers_add_view(&a.headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"));
	gwt_headers_add_view(&b.headers, GWT_SPAN("content-type"), GWT_SPAN("application/json"));
	cr_expect(gwt_response_same(&a, &b));
	cr_expect(!gwt_response_equal(&a, &b));
	b.headers.items[0].value = GWT_SPAN("application/JSON");
	cr_expect(!gwt_response_same(&a, &b));
	gwt_arena_release(&mine);
}

/* Exactly one request, as a server would read it (RFC 9112), or why the text is not one. */
Test(http, one_whole_request_is_read_and_nothing_beside_it)
{
#define BEGIN "POST /a HTTP/1.1\r\nHost: h\r\n"
	static const struct {
		const char *text, *body; /* NULL: refused */
		const char *reason;
	} rows[] = {
		{ BEGIN "\r\n", "", NULL },
		{ BEGIN "Content-Length: 3\r\n\r\nabc", "abc", NULL },
		{ BEGIN "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc", "abc", NULL },
		{ BEGIN "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", "abc", NULL },
		{ "", NULL, "'f' ends inside the head: no empty line (CR LF CR LF) follows it" },
		{ BEGIN, NULL, "'f' ends inside the head: no empty line (CR LF CR LF) follows it" },
		{ BEGIN "Content-Length: 3\r\n\r\nab", NULL,
		  "'f' is cut short: its head promises more body than the 2 bytes that follow" },
		{ BEGIN "\r\nmore", NULL,
		  "'f' goes on for 4 bytes after the request: does Content-Length say less than is there?" },
		{ "POST /a HTTP/1.1\r\n\r\n", NULL, "'f' is not an acceptable request: " },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_request request;
		gwt_status status = gwt_request_parse_whole(
			&arena, "f", gwt_guarded(gwt_span_of(rows[i].text)), &request, &err);

		cr_expect_eq(status, rows[i].body ? GWT_OK : GWT_EPARSE, "%zu: %s", i, err.msg);
		if (rows[i].body)
			cr_expect(gwt_span_is(request.body, rows[i].body), "%zu", i);
		else
			cr_expect_eq(strncmp(err.msg, rows[i].reason, strlen(rows[i].reason)), 0, "%s",
				     err.msg);
	}
}

/* The parts of a URL that may hold a secret are not shown: user, query and fragment (RFC 3986, 3). */
Test(http, a_URL_is_shown_without_what_may_be_secret)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "https://a.example", "https://a.example" },
		{ "https://user:pw@a.example:8443/p/q?x=1#f", "https://a.example:8443/p/q" },
		{ "http://a@b@c.example/x#f?y", "http://c.example/x" },
		{ "https://a.example?token=x", "https://a.example" },
		{ "ftp://user:pw@a.example/", "ftp://..." },
		{ "http://a b/secret", "http://..." },
		{ "sandbox", "sandbox" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_str_eq(gwt_url_shown(&arena, rows[i].text), rows[i].shown, "%s", rows[i].text);
	cr_expect_eq(gwt_url_shown(&arena, NULL), NULL);
}

/* The names of RFC 9110 and DESIGN section 5, in any case; a name that only resembles one has no number. */
Test(http, a_header_is_identified_by_its_whole_name)
{
	static const char *const one_name[GWT_HEADER_IDS] = {
		[GWT_HEADER_HOST] = "host",
		[GWT_HEADER_DATE] = "date",
		[GWT_HEADER_ACCEPT] = "accept",
		[GWT_HEADER_ACCEPT_ENCODING] = "accept-encoding",
		[GWT_HEADER_ACCEPT_LANGUAGE] = "accept-language",
		[GWT_HEADER_AUTHORIZATION] = "authorization",
		[GWT_HEADER_CONNECTION] = "connection",
		[GWT_HEADER_CONTENT_LENGTH] = "content-length",
		[GWT_HEADER_CONTENT_TYPE] = "content-type",
		[GWT_HEADER_EXPECT] = "expect",
		[GWT_HEADER_KEEP_ALIVE] = "keep-alive",
		[GWT_HEADER_TE] = "te",
		[GWT_HEADER_TRANSFER_ENCODING] = "transfer-encoding",
		[GWT_HEADER_USER_AGENT] = "user-agent",
		[GWT_HEADER_AMZ_CONTENT_SHA256] = "x-amz-content-sha256",
		[GWT_HEADER_AMZ_DATE] = "x-amz-date",
		[GWT_HEADER_AMZ_SECURITY_TOKEN] = "x-amz-security-token",
		[GWT_HEADER_AMZ_USER_AGENT] = "x-amz-user-agent",
	};
	static const struct {
		const char *name;
		enum gwt_header_id id;
	} rows[] = {
		{ "x-amz-", GWT_HEADER_AMZ },         { "X-AMZ-Dates", GWT_HEADER_AMZ },
		{ "x-amzn-date", GWT_HEADER_OTHER },  { "x-amz", GWT_HEADER_OTHER },
		{ "amz-sdk-", GWT_HEADER_AMZ_SDK },   { "Amz-Sdk-Request", GWT_HEADER_AMZ_SDK },
		{ "amz-sdk", GWT_HEADER_OTHER },      { "Sec-Fetch-Site", GWT_HEADER_SEC_FETCH },
		{ "sec-fetch", GWT_HEADER_OTHER },    { "", GWT_HEADER_OTHER },
		{ "cookie", GWT_HEADER_OTHER },       { "x", GWT_HEADER_OTHER },
		{ "content_type", GWT_HEADER_OTHER }, { "a-very-long-name-of-no-meaning", GWT_HEADER_OTHER },
	};
	struct gwt_arena mine = { 0 };

	for (size_t id = GWT_HEADER_OTHER + 1; id < GWT_HEADER_IDS; id++) {
		char *name = one_name[id] ? gwt_arena_cstr(&mine, gwt_span_of(one_name[id])) : NULL;

		for (size_t i = 0; name && name[i]; i++) {
			char was = name[i];

			cr_expect_eq(gwt_header_identify(gwt_span_of(name)), id, "%s", name);
			name[i] = '!';
			cr_expect_neq(gwt_header_identify(gwt_span_of(name)), id, "%s", name);
			name[i] = (char)(was >= 'a' && was <= 'z' ? was - 32 : was);
		}
		if (!name)
			continue;
		cr_expect_eq(gwt_header_identify(gwt_span_of(name)), id, "%s", name);
		cr_expect_neq(gwt_header_identify((struct gwt_span){ name, strlen(name) - 1 }), id, "%s",
			      name);
		cr_expect_neq(gwt_header_identify(gwt_arena_printf(&mine, "%sx", name)), id, "%s", name);
	}
	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_eq(gwt_header_identify(gwt_span_of(rows[i].name)), rows[i].id, "%s", rows[i].name);
	gwt_arena_release(&mine);
}

/* A search by number finds what a search by name finds, in a parsed head and in one that was made. */
Test(http, headers_are_found_by_number_as_by_name)
{
	static const char head[] =
		"GET / HTTP/1.1\r\nHost: h\r\nX-Amz-Date: 1\r\nACCEPT: a\r\nx-amz-date: 2\r\n"
		"Authorization: x\r\nAccept-: b\r\n\r\n";
	struct gwt_arena mine = { 0 };
	static struct gwt_h1_parser parser;
	struct gwt_request request;
	struct gwt_headers made;

	gwt_h1_parser_init(&parser);
	cr_assert_eq(gwt_h1_parse(&parser, GWT_SPAN(head), &mine, &request), GWT_H1_DONE);
	gwt_headers_init(&made, &mine);
	for (size_t i = 0; i < request.headers.len; i++)
		gwt_headers_add_view(&made, request.headers.items[i].name, request.headers.items[i].value);
	for (size_t i = 0; i < 2; i++) {
		const struct gwt_headers *headers = i ? &made : &request.headers;

		cr_expect(gwt_span_is(gwt_headers_find(headers, GWT_HEADER_HOST), "h"));
		cr_expect(gwt_span_is(gwt_headers_find(headers, GWT_HEADER_AMZ_DATE), "1"));
		cr_expect(gwt_span_is(gwt_headers_find(headers, GWT_HEADER_ACCEPT), "a"));
		cr_expect_null(gwt_headers_find(headers, GWT_HEADER_DATE).ptr);
		cr_expect_eq(gwt_headers_count_of(headers, GWT_HEADER_AMZ_DATE), 2);
		cr_expect_eq(gwt_headers_count_of(headers, GWT_HEADER_AUTHORIZATION), 1);
	}
	gwt_h1_parser_release(&parser);
	gwt_arena_release(&mine);
}
