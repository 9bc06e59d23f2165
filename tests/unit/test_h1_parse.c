#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "tests/unit/h1_feed.h"

static struct gwt_arena arena;

static void teardown(void)
{
	gwt_arena_release(&arena);
}

TestSuite(h1_parse, .fini = teardown);

#define HOST        "Host: h\r\n"
#define GET(target) "GET " target " HTTP/1.1\r\n" HOST "\r\n"
#define CHUNKED     "PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"

/* Bytes that the rules of RFC 9112 and 9110 (in the label) accept, and the request that they are. */
static const struct accepted_row {
	const char *label;
	struct gwt_span bytes;
	const char *method, *path, *query, *body; /* query NULL: absent */
	size_t headers, left_over;
	bool keep_alive;
} accepted[] = {
	{ "origin-form (9112, 3.2.1)", GWT_SPAN_INIT(GET("/where?q=now")), "GET", "/where", "q=now", "", 1, 0,
	  true },
	{ "empty query", GWT_SPAN_INIT(GET("/where?")), "GET", "/where", "", "", 1, 0, true },
	{ "second question mark", GWT_SPAN_INIT(GET("/a?b?c")), "GET", "/a", "b?c", "", 1, 0, true },
	{ "absolute-form (9112, 3.2.2)",
	  GWT_SPAN_INIT("GET http://www.example.org/pub/WWW/TheProject.html HTTP/1.1\r\nHost: "
			"www.example.org\r\n\r\n"),
	  "GET", "/pub/WWW/TheProject.html", NULL, "", 1, 0, true },
	{ "absolute-form without a path",
	  GWT_SPAN_INIT("GET HTTPS://h:8443?x=1 HTTP/1.1\r\nHost: H:8443\r\n\r\n"), "GET", "/", "x=1", "", 1,
	  0, true },
	{ "absolute-form, the scheme's port left out",
	  GWT_SPAN_INIT("GET http://h:80/ HTTP/1.1\r\nHost: h\r\n\r\n"), "GET", "/", NULL, "", 1, 0, true },
	{ "absolute-form, Host with it",
	  GWT_SPAN_INIT("GET https://[::1]/ HTTP/1.1\r\nHost: [::1]:443\r\n\r\n"), "GET", "/", NULL, "", 1, 0,
	  true },
	{ "absolute-form in 1.0 without Host", GWT_SPAN_INIT("GET http://h/ HTTP/1.0\r\n\r\n"), "GET", "/",
	  NULL, "", 0, 0, false },
	{ "authority-form (9112, 3.2.3)",
	  GWT_SPAN_INIT("CONNECT www.example.com:80 HTTP/1.1\r\n" HOST "\r\n"), "CONNECT",
	  "www.example.com:80", NULL, "", 1, 0, true },
	{ "CONNECT to IPv6", GWT_SPAN_INIT("CONNECT [::1]:443 HTTP/1.1\r\n" HOST "\r\n"), "CONNECT",
	  "[::1]:443", NULL, "", 1, 0, true },
	{ "asterisk-form (9112, 3.2.4)", GWT_SPAN_INIT("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), "OPTIONS", "*",
	  NULL, "", 1, 0, true },
	{ "any token is a method", GWT_SPAN_INIT("x!y / HTTP/1.1\r\n" HOST "\r\n"), "x!y", "/", NULL, "", 1,
	  0, true },
	{ "empty lines before it (9112, 2.2)", GWT_SPAN_INIT("\r\n\r\n" GET("/")), "GET", "/", NULL, "", 1, 0,
	  true },
	{ "no Host in 1.0", GWT_SPAN_INIT("GET / HTTP/1.0\r\n\r\n"), "GET", "/", NULL, "", 0, 0, false },
	{ "1.0 asks to stay (9112, 9.3)", GWT_SPAN_INIT("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"),
	  "GET", "/", NULL, "", 1, 0, true },
	{ "close among options (9112, 9.6)",
	  GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST "Connection: a, ,Close\r\n\r\n"), "GET", "/", NULL, "", 2,
	  0, false },
	{ "close beats keep-alive (9112, 9.3)",
	  GWT_SPAN_INIT("GET / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n"), "GET", "/",
	  NULL, "", 2, 0, false },
	{ "length", GWT_SPAN_INIT("PUT /r HTTP/1.1\r\n" HOST "content-length: 5\r\n\r\nhello"), "PUT", "/r",
	  NULL, "hello", 2, 0, true },
	{ "length with zeroes",
	  GWT_SPAN_INIT("PUT /r HTTP/1.1\r\n" HOST "Content-Length:\t0005 \r\n\r\nhello"), "PUT", "/r", NULL,
	  "hello", 2, 0, true },
	{ "length 0", GWT_SPAN_INIT("PUT /r HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"), "PUT", "/r",
	  NULL, "", 2, 0, true },
	{ "body of bytes", GWT_SPAN_INIT("PUT / HTTP/1.0\r\nContent-Length: 4\r\n\r\n\r\n\r\n"), "PUT", "/",
	  NULL, "\r\n\r\n", 1, 0, false },
	{ "the next request stays", GWT_SPAN_INIT(GET("/a") GET("/b")), "GET", "/a", NULL, "", 1,
	  sizeof(GET("/b")) - 1, true },
	{ "chunked (9112, 7.1)",
	  GWT_SPAN_INIT(CHUNKED "4\r\nWiki\r\n6\r\npedia \r\n00E\r\nin \r\n\r\nchunks.\r\n0\r\n\r\n"), "PUT",
	  "/", NULL, "Wikipedia in \r\n\r\nchunks.", 2, 0, true },
	{ "chunked, then the next", GWT_SPAN_INIT(CHUNKED "1\r\na\r\n000\r\n\r\n" GET("/")), "PUT", "/", NULL,
	  "a", 2, sizeof(GET("/")) - 1, true },
	{ "no chunk but the last", GWT_SPAN_INIT(CHUNKED "0\r\n\r\n"), "PUT", "/", NULL, "", 2, 0, true },
	{ "coding in any case (9112, 7)",
	  GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "transfer-encoding: Chunked\r\n\r\n"
			"1\r\na\r\n0\r\n\r\n"),
	  "PUT", "/", NULL, "a", 2, 0, true },
	{ "chunk extensions (9112, 7.1.1)",
	  GWT_SPAN_INIT(CHUNKED "1;a;b=c;d=\"e;\\\"f\\\\\"\r\na\r\n0;last\r\n\r\n"), "PUT", "/", NULL, "a", 2,
	  0, true },
	{ "trailers dropped (9112, 7.1.2)",
	  GWT_SPAN_INIT(CHUNKED "1\r\na\r\n0\r\nA: 1\r\nX-Check: 7\r\n\r\n"), "PUT", "/", NULL, "a", 2, 0,
	  true },
	{ "blanks around a value (9112, 5)",
	  GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST "A: \t b \tc\t \r\nB:\r\n\r\n"), "GET", "/", NULL, "", 3, 0,
	  true },
	{ "GET with a body is taken, then closed (9110, 9.3.1)",
	  GWT_SPAN_INIT("GET /r HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nab"), "GET", "/r", NULL, "ab", 2,
	  0, false },
	{ "GET with an empty body stays",
	  GWT_SPAN_INIT("GET /r HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"), "GET", "/r", NULL, "", 2, 0,
	  true },
	{ "obs-text in a value (9110, 5.5)", GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST "A: \x80\xff\r\n\r\n"),
	  "GET", "/", NULL, "", 2, 0, true },
};

/* Bytes that are refused, the status, and a word of the reason. */
static const struct refused_row {
	const char *label;
	struct gwt_span bytes;
	int status;
	const char *reason;
} refused[] = {
	{ "misspelt length", GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Content_Length: 2\r\n\r\n"), 400,
	  "misspelt" },
	{ "misspelt coding", GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "transferEncoding: chunked\r\n\r\n"),
	  400, "misspelt" },
	{ "Content-Length and Transfer-Encoding",
	  GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
	  400, "both" },
	{ "two lengths",
	  GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\n"), 400,
	  "two Content" },
	{ "two equal lengths",
	  GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\n"), 400,
	  "two Content" },
	{ "list of lengths", GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\n"), 400,
	  "number" },
	{ "signed length", GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Content-Length: +2\r\n\r\n"), 400,
	  "number" },
	{ "negative length", GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Content-Length: -2\r\n\r\n"), 400,
	  "number" },
	{ "hexadecimal length", GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Content-Length: 0x2\r\n\r\n"), 400,
	  "number" },
	{ "empty length", GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n"), 400, "empty" },
	{ "length over the cap", GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Content-Length: 10485761\r\n\r\n"),
	  413, "body" },
	{ "length over 64 bits",
	  GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551617\r\n\r\n"), 413,
	  "body" },
	{ "another coding", GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n"),
	  400, "Transfer" },
	{ "two codings", GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n"),
	  400, "Transfer" },
	{ "coding twice",
	  GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST
			"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
	  400, "Transfer" },
	{ "no coding", GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\r\n"), 400,
	  "Transfer" },
	{ "coding with a parameter",
	  GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked;a\r\n\r\n"), 400, "Transfer" },
	{ "coding in 1.0", GWT_SPAN_INIT("PUT / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"), 400,
	  "1.0" },
	{ "blank before the colon",
	  GWT_SPAN_INIT("PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n"), 400,
	  "white space" },
	{ "tab before the colon", GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST "A\t: b\r\n\r\n"), 400,
	  "white space" },
	{ "folded line", GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST "A: b\r\n c\r\n\r\n"), 400, "white space" },
	{ "blank before the first header", GWT_SPAN_INIT("GET / HTTP/1.1\r\n " HOST "\r\n"), 400,
	  "white space" },
	{ "bare LF after the request line", GWT_SPAN_INIT("GET / HTTP/1.1\n" HOST "\r\n"), 400, "CR LF" },
	{ "bare LF after a value", GWT_SPAN_INIT("GET / HTTP/1.1\r\nHost: h\n\r\n"), 400, "CR LF" },
	{ "bare LF at the end", GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST "\n"), 400, "colon" },
	{ "bare LF before it", GWT_SPAN_INIT("\n" GET("/")), 400, "CR LF" },
	{ "bare CR before it", GWT_SPAN_INIT("\r" GET("/")), 400, "CR LF" },
	{ "bare CR in a value", GWT_SPAN_INIT("GET / HTTP/1.1\r\nHost: h\rx: y\r\n\r\n"), 400, "CR LF" },
	{ "CR CR LF", GWT_SPAN_INIT("GET / HTTP/1.1\r\nHost: h\r\r\n\r\n"), 400, "CR LF" },
	{ "bare CR for the empty line", GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST "\rx"), 400, "CR LF" },
	{ "NUL in a value", GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST "A: b\0c\r\n\r\n"), 400, "control" },
	{ "DEL in a value", GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST "A: abcdefgh\x7f\r\n\r\n"), 400,
	  "control" },
	{ "NUL in a name", GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST "A\0: b\r\n\r\n"), 400, "token" },
	{ "no name", GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST ": b\r\n\r\n"), 400, "empty" },
	{ "no colon", GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST "A\r\n\r\n"), 400, "colon" },
	{ "non-ASCII name", GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST "\xc3\xa9: b\r\n\r\n"), 400, "token" },
	{ "no Host", GWT_SPAN_INIT("GET / HTTP/1.1\r\n\r\n"), 400, "no Host" },
	{ "two Hosts", GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST HOST "\r\n"), 400, "two Host" },
	{ "two Hosts in 1.0", GWT_SPAN_INIT("GET / HTTP/1.0\r\n" HOST HOST "\r\n"), 400, "two Host" },
	{ "empty Host", GWT_SPAN_INIT("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400, "Host is not" },
	{ "Host with a path", GWT_SPAN_INIT("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400, "Host is not" },
	{ "Host with a user", GWT_SPAN_INIT("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"), 400, "Host is not" },
	{ "Host with two ports", GWT_SPAN_INIT("GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n"), 400, "Host is not" },
	{ "Host with a large port", GWT_SPAN_INIT("GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"), 400,
	  "Host is not" },
	{ "Host with an open bracket", GWT_SPAN_INIT("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"), 400,
	  "Host is not" },
	{ "another expectation", GWT_SPAN_INIT("GET / HTTP/1.1\r\n" HOST "Expect: a\r\n\r\n"), 417,
	  "100-continue" },
	{ "HTTP/9.9", GWT_SPAN_INIT("GET / HTTP/9.9\r\n" HOST "\r\n"), 505, "HTTP/1.1" },
	{ "HTTP/2.0", GWT_SPAN_INIT("PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505, "HTTP/1.1" },
	{ "HTTP/1.2", GWT_SPAN_INIT("GET / HTTP/1.2\r\n" HOST "\r\n"), 505, "HTTP/1.1" },
	{ "HTTP/0.9", GWT_SPAN_INIT("GET / HTTP/0.9\r\n\r\n"), 505, "HTTP/1.1" },
	{ "no version", GWT_SPAN_INIT("GET /\r\n"), 400, "no HTTP version" },
	{ "lower-case version", GWT_SPAN_INIT("GET / http/1.1\r\n"), 400, "HTTP/1.1" },
	{ "two digits", GWT_SPAN_INIT("GET / HTTP/1.10\r\n"), 400, "HTTP/1.1" },
	{ "blank after the version", GWT_SPAN_INIT("GET / HTTP/1.1 \r\n"), 400, "HTTP/1.1" },
	{ "two blanks before the target", GWT_SPAN_INIT("GET  / HTTP/1.1\r\n"), 400, "no target" },
	{ "two blanks after the target", GWT_SPAN_INIT("GET /  HTTP/1.1\r\n"), 400, "HTTP/1.1" },
	{ "tab for a blank", GWT_SPAN_INIT("GET\t/ HTTP/1.1\r\n"), 400, "method" },
	{ "space in the target", GWT_SPAN_INIT("GET /a b HTTP/1.1\r\n"), 400, "HTTP/1.1" },
	{ "UTF-8 in the target", GWT_SPAN_INIT("GET /\xce\xb4 HTTP/1.1\r\n"), 400, "non-ASCII" },
	{ "control in the target", GWT_SPAN_INIT("GET /\x01 HTTP/1.1\r\n"), 400, "control" },
	{ "DEL in the target", GWT_SPAN_INIT("GET /\x7f HTTP/1.1\r\n"), 400, "control" },
	{ "fragment", GWT_SPAN_INIT("GET /a#b HTTP/1.1\r\n"), 400, "fragment" },
	{ "* but not OPTIONS", GWT_SPAN_INIT("GET * HTTP/1.1\r\n"), 400, "OPTIONS" },
	{ "no slash", GWT_SPAN_INIT("GET a HTTP/1.1\r\n"), 400, "neither" },
	{ "another scheme", GWT_SPAN_INIT("GET ftp://h/ HTTP/1.1\r\n"), 400, "neither" },
	{ "no host in the URL", GWT_SPAN_INIT("GET http:///a HTTP/1.1\r\n"), 400, "neither" },
	{ "another host in the URL", GWT_SPAN_INIT(GET("http://g/a") "\r\n"), 400, "that of Host" },
	{ "Host before another host's URL", GWT_SPAN_INIT("GET http://h.h/ HTTP/1.1\r\nHost: h\r\n\r\n"), 400,
	  "that of Host" },
	{ "another port in the URL", GWT_SPAN_INIT(GET("http://h:81/") "\r\n"), 400, "that of Host" },
	{ "another scheme's port in the URL", GWT_SPAN_INIT("GET https://h/ HTTP/1.1\r\nHost: h:80\r\n\r\n"),
	  400, "that of Host" },
	{ "another host in a 1.0 URL", GWT_SPAN_INIT("GET http://g/ HTTP/1.0\r\nHost: h\r\n\r\n"), 400,
	  "that of Host" },
	{ "user in the URL", GWT_SPAN_INIT("GET http://u:p@h/ HTTP/1.1\r\n"), 400, "neither" },
	{ "CONNECT without a port", GWT_SPAN_INIT("CONNECT h HTTP/1.1\r\n"), 400, "host:port" },
	{ "CONNECT to a path", GWT_SPAN_INIT("CONNECT /a HTTP/1.1\r\n"), 400, "host:port" },
	{ "no method", GWT_SPAN_INIT(" / HTTP/1.1\r\n"), 400, "method" },
	{ "TLS on a plain port", GWT_SPAN_INIT("\x16\x03\x01\x02"), 400, "method" },
	{ "method of 33 bytes", GWT_SPAN_INIT("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1\r\n"), 501,
	  "method" },
	{ "chunk size with 0x", GWT_SPAN_INIT(CHUNKED "0x2\r\nab\r\n0\r\n\r\n"), 400, "chunk" },
	{ "chunk size with a sign", GWT_SPAN_INIT(CHUNKED "+2\r\nab\r\n"), 400, "hexadecimal" },
	{ "no chunk size", GWT_SPAN_INIT(CHUNKED "\r\n"), 400, "hexadecimal" },
	{ "no chunk size, only an extension", GWT_SPAN_INIT(CHUNKED ";a\r\n"), 400, "hexadecimal" },
	{ "blank after the size", GWT_SPAN_INIT(CHUNKED "2 \r\nab\r\n"), 400, "extension" },
	{ "bare LF after the size", GWT_SPAN_INIT(CHUNKED "2\nab\r\n"), 400, "CR LF" },
	{ "bare CR after the size", GWT_SPAN_INIT(CHUNKED "2\rab\r\n"), 400, "CR LF" },
	{ "bare LF in an extension", GWT_SPAN_INIT(CHUNKED "2;a\nab\r\n"), 400, "CR LF" },
	{ "data one byte too long", GWT_SPAN_INIT(CHUNKED "2\r\nabc\r\n"), 400, "data" },
	{ "bare LF after the data", GWT_SPAN_INIT(CHUNKED "2\r\nab\n0\r\n\r\n"), 400, "data" },
	{ "extension without a name", GWT_SPAN_INIT(CHUNKED "2;\r\nab\r\n"), 400, "extension" },
	{ "extension without a value", GWT_SPAN_INIT(CHUNKED "2;a=\r\nab\r\n"), 400, "extension" },
	{ "extension's quote is open", GWT_SPAN_INIT(CHUNKED "2;a=\"b\r\nab\r\n"), 400, "extension" },
	{ "extension's quote ends in an escape", GWT_SPAN_INIT(CHUNKED "2;a=\"b\\\r\nab\r\n"), 400,
	  "extension" },
	{ "extension goes on after its quote", GWT_SPAN_INIT(CHUNKED "2;a=\"b\"c\r\nab\r\n"), 400,
	  "extension" },
	{ "chunk over the cap", GWT_SPAN_INIT(CHUNKED "A00001\r\n"), 413, "body" },
	{ "chunk size over 64 bits", GWT_SPAN_INIT(CHUNKED "10000000000000002\r\nab\r\n"), 413, "body" },
	{ "two chunks over the cap", GWT_SPAN_INIT(CHUNKED "1\r\na\r\nA00000\r\n"), 413, "body" },
	{ "trailer that frames", GWT_SPAN_INIT(CHUNKED "0\r\nContent-Length: 7\r\n\r\n"), 400, "trailer" },
	{ "malformed trailer", GWT_SPAN_INIT(CHUNKED "0\r\nA : 1\r\n\r\n"), 400, "white space" },
	{ "folded trailer", GWT_SPAN_INIT(CHUNKED "0\r\nA: 1\r\n b\r\n\r\n"), 400, "white space" },
	{ "bare LF after the trailers", GWT_SPAN_INIT(CHUNKED "0\r\nA: 1\r\n\n"), 400, "colon" },
};

Test(h1_parse, takes_what_the_rfcs_allow)
{
	for (size_t i = 0; i < GWT_LEN(accepted); i++) {
		const struct accepted_row *row = &accepted[i];
		struct h1_outcome got = h1_feed_whole(&arena, row->bytes);
		struct gwt_request *request = &got.request;

		cr_expect_eq(got.result, GWT_H1_DONE, "%s: %s", row->label, got.reason);
		if (got.result != GWT_H1_DONE)
			continue;
		cr_expect(gwt_span_is(request->method, row->method), "%s", row->label);
		cr_expect(gwt_span_is(request->path, row->path), "%s", row->label);
		cr_expect(row->query ? gwt_span_is(request->query, row->query) : !request->query.ptr, "%s",
			  row->label);
		cr_expect(gwt_span_is(request->body, row->body), "%s", row->label);
		cr_expect_eq(request->headers.len, row->headers, "%s", row->label);
		cr_expect_eq(request->keep_alive, row->keep_alive, "%s", row->label);
		cr_expect_eq(row->bytes.len - got.consumed, row->left_over, "%s", row->label);
	}
}

Test(h1_parse, refuses_what_could_be_read_in_two_ways)
{
	for (size_t i = 0; i < GWT_LEN(refused); i++) {
		const struct refused_row *row = &refused[i];
		struct h1_outcome got = h1_feed_whole(&arena, row->bytes);

		cr_expect_eq(got.result, GWT_H1_BAD, "%s", row->label);
		cr_expect_eq(got.status, row->status, "%s: %d", row->label, got.status);
		cr_expect(got.reason && strstr(got.reason, row->reason), "%s: %s", row->label, got.reason);
	}
}

static void expect_same_however_cut(const char *label, struct gwt_span bytes)
{
	struct h1_outcome whole = h1_feed_whole(&arena, bytes), drip = h1_feed(&arena, bytes, 0, 1);

	cr_expect(h1_outcome_eq(&whole, &drip), "%s: one byte at a time", label);
	for (size_t cut = 1; cut < bytes.len; cut++) {
		struct h1_outcome got = h1_feed(&arena, bytes, cut, bytes.len);

		cr_expect(h1_outcome_eq(&whole, &got), "%s: cut at %zu", label, cut);
	}
	gwt_arena_reset(&arena);
}

Test(h1_parse, the_verdict_does_not_depend_on_how_the_bytes_were_cut)
{
	for (size_t i = 0; i < GWT_LEN(accepted); i++)
		expect_same_however_cut(accepted[i].label, accepted[i].bytes);
	for (size_t i = 0; i < GWT_LEN(refused); i++)
		expect_same_however_cut(refused[i].label, refused[i].bytes);
}

Test(h1_parse, a_request_cut_short_is_never_done_and_never_bad)
{
	for (size_t i = 0; i < GWT_LEN(accepted); i++)
		for (size_t len = 0; len < accepted[i].bytes.len - accepted[i].left_over; len++) {
			struct h1_outcome got =
				h1_feed_whole(&arena, gwt_span_slice(accepted[i].bytes, 0, len));

			cr_expect_eq(got.result, GWT_H1_MORE, "%s: cut at %zu", accepted[i].label, len);
		}
}

Test(h1_parse, the_raw_bytes_stay_beside_their_meaning)
{
	static const char text[] = "\r\nPUT /a HTTP/1.1\r\nhOST: h\r\nTransfer-Encoding: chunked\r\n\r\n"
				   "2;x\r\nab\r\n0\r\nT: 1\r\n\r\nGET";
	struct h1_outcome got = h1_feed_whole(&arena, GWT_SPAN(text));

	cr_assert_eq(got.result, GWT_H1_DONE);
	cr_expect(gwt_span_is(got.request.head,
			      "PUT /a HTTP/1.1\r\nhOST: h\r\nTransfer-Encoding: chunked\r\n\r\n"));
	cr_expect(gwt_span_is(got.request.raw_body, "2;x\r\nab\r\n0\r\nT: 1\r\n\r\n"));
	cr_expect(gwt_span_is(got.request.body, "ab"));
	cr_expect(gwt_span_is(got.request.headers.items[0].name, "hOST"));
	cr_expect(got.request.chunked);
	cr_expect_eq(got.consumed, sizeof(text) - 1 - 3);
}

Test(h1_parse, continue_is_asked_for_once_and_only_while_no_body_byte_is_here)
{
	static const struct {
		const char *label;
		struct gwt_span bytes;
		size_t first, continues;
	} rows[] = {
#define EXPECT "PUT / HTTP/1.1\r\n" HOST "Expect: 100-Continue\r\n"
		{ "head alone, length", GWT_SPAN_INIT(EXPECT "Content-Length: 2\r\n\r\nab"),
		  sizeof(EXPECT "Content-Length: 2\r\n\r\n") - 1, 1 },
		{ "head alone, chunked",
		  GWT_SPAN_INIT(EXPECT "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"),
		  sizeof(EXPECT "Transfer-Encoding: chunked\r\n\r\n") - 1, 1 },
		{ "one body byte came along", GWT_SPAN_INIT(EXPECT "Content-Length: 2\r\n\r\nab"),
		  sizeof(EXPECT "Content-Length: 2\r\n\r\n"), 0 },
		{ "all at once", GWT_SPAN_INIT(EXPECT "Content-Length: 2\r\n\r\nab"), 999, 0 },
		{ "no body", GWT_SPAN_INIT(EXPECT "Content-Length: 0\r\n\r\n"), 999, 0 },
		{ "HTTP/1.0",
		  GWT_SPAN_INIT("PUT / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab"),
		  sizeof("PUT / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n") - 1, 0 },
	};
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct h1_outcome got = h1_feed(&arena, rows[i].bytes, rows[i].first, 1);

		cr_expect_eq(got.result, GWT_H1_DONE, "%s: %s", rows[i].label, got.reason);
		cr_expect_eq(got.continues, rows[i].continues, "%s: %zu", rows[i].label, got.continues);
	}
}

/* The prefix, `count` times `filler`, and the suffix. */
static struct gwt_span padded(const char *prefix, const char *filler, size_t count, const char *suffix)
{
	struct gwt_buf buf;
	struct gwt_span out;

	gwt_buf_init(&buf, SIZE_MAX);
	gwt_buf_add_text(&buf, prefix);
	for (size_t i = 0; i < count; i++)
		gwt_buf_add_text(&buf, filler);
	gwt_buf_add_text(&buf, suffix);
	out = gwt_arena_copy(&arena, gwt_buf_span(&buf));
	gwt_buf_release(&buf);
	return out;
}

Test(h1_parse, each_limit_holds_to_the_byte)
{
	static const char head[] = "GET / HTTP/1.1\r\n" HOST "A: ";
	size_t value = GWT_MAX_HEAD_BYTES - (sizeof(head) - 1) - 4, trailer = GWT_MAX_TRAILER_BYTES - 3 - 4;
	const struct {
		const char *label, *prefix, *filler;
		size_t count;
		const char *suffix;
		int status; /* 0: accepted */
	} rows[] = {
		{ "target", "GET /", "a", GWT_MAX_TARGET_BYTES - 1, " HTTP/1.1\r\n" HOST "\r\n", 0 },
		{ "target", "GET /", "a", GWT_MAX_TARGET_BYTES, " HTTP/1.1\r\n" HOST "\r\n", 414 },
		{ "target without an end", "GET /", "a", GWT_MAX_TARGET_BYTES, "", 414 },
		{ "head", head, "a", value, "\r\n\r\n", 0 },
		{ "head", head, "a", value + 1, "\r\n\r\n", 431 },
		{ "head without an end", head, "a", value + 4, "", 431 },
		{ "head of blanks", head, " ", value + 4, "", 431 },
		{ "head of a name", "GET / HTTP/1.1\r\n", "a", GWT_MAX_HEAD_BYTES, "", 431 },
		{ "empty lines before it", "", "\r\n", GWT_MAX_HEAD_BYTES / 2, "", 431 },
		{ "headers", "GET / HTTP/1.1\r\n" HOST, "a:\r\n", GWT_MAX_HEADERS - 1, "\r\n", 0 },
		{ "headers", "GET / HTTP/1.1\r\n" HOST, "a:\r\n", GWT_MAX_HEADERS, "\r\n", 431 },
		{ "method", "", "A", GWT_MAX_METHOD_BYTES, " / HTTP/1.1\r\n" HOST "\r\n", 0 },
		{ "method", "", "A", GWT_MAX_METHOD_BYTES + 1, " / HTTP/1.1\r\n" HOST "\r\n", 501 },
		{ "chunk line", CHUNKED, "0", GWT_MAX_CHUNK_LINE - 2, "\r\n\r\n", 0 },
		{ "chunk line", CHUNKED, "0", GWT_MAX_CHUNK_LINE - 1, "\r\n\r\n", 400 },
		{ "chunk line without an end", CHUNKED, "0", GWT_MAX_CHUNK_LINE, "", 400 },
		{ "chunk extension", CHUNKED "1;", "a", GWT_MAX_CHUNK_LINE - 4, "\r\nx\r\n0\r\n\r\n", 0 },
		{ "chunk extension", CHUNKED "1;", "a", GWT_MAX_CHUNK_LINE - 3, "\r\nx\r\n0\r\n\r\n", 400 },
		{ "trailers", CHUNKED "0\r\nA: ", "a", trailer, "\r\n\r\n", 0 },
		{ "trailers", CHUNKED "0\r\nA: ", "a", trailer + 1, "\r\n\r\n", 431 },
		{ "body", "PUT / HTTP/1.1\r\n" HOST "Content-Length: 10485760\r\n\r\n", "0123456789abcdef",
		  GWT_MAX_BODY_BYTES / 16, "", 0 },
		{ "chunked body", CHUNKED "A00000\r\n", "0123456789abcdef", GWT_MAX_BODY_BYTES / 16,
		  "\r\n0\r\n\r\n", 0 },
		{ "framing of 255 bytes around each byte", CHUNKED,
		  "1;"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		  "aaaaaaaaaaaaaaaa"
		  "\r\nx\r\n",
		  GWT_MAX_RAW_BODY_BYTES / 100, "0\r\n\r\n", 413 },
	};
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span bytes = padded(rows[i].prefix, rows[i].filler, rows[i].count, rows[i].suffix);
		struct h1_outcome whole = h1_feed_whole(&arena, bytes),
				  parts = h1_feed(&arena, bytes, 1, 65521);

		cr_expect_eq(whole.result, rows[i].status ? GWT_H1_BAD : GWT_H1_DONE, "row %zu, %s: %s", i,
			     rows[i].label, whole.reason);
		cr_expect_eq(whole.status, rows[i].status, "row %zu, %s: %d", i, rows[i].label, whole.status);
		cr_expect(h1_outcome_eq(&whole, &parts), "row %zu, %s: in parts", i, rows[i].label);
		gwt_arena_reset(&arena);
	}
}

Test(h1_parse, a_parser_is_used_again_and_big_bodies_are_given_back)
{
	struct gwt_span big = padded(CHUNKED "20000\r\n", "0123456789abcdef", 0x20000 / 16, "\r\n0\r\n\r\n");
	struct gwt_h1_parser parser = { 0 };
	struct gwt_request request;

	for (int i = 0; i < 3; i++) {
		gwt_h1_parser_init(&parser);
		cr_expect_lt(parser.chunks.cap, 0x20000u);
		cr_expect_eq(gwt_h1_parse(&parser, big, &arena, &request), GWT_H1_DONE);
		cr_expect_eq(request.body.len, 0x20000u);
		gwt_h1_parser_init(&parser);
		cr_expect_eq(gwt_h1_parse(&parser, GWT_SPAN(GET("/")), &arena, &request), GWT_H1_DONE);
		cr_expect_eq(request.body.len, 0u);
		cr_expect_eq(request.headers.len, 1u);
	}
	gwt_h1_parser_release(&parser);
}

/* Nanoseconds to parse `bytes`, given `step` at a time. */
static uint64_t time_of(struct gwt_span bytes, size_t step)
{
	struct gwt_h1_parser parser = { 0 };
	struct gwt_request request;
	uint64_t start;

	gwt_h1_parser_init(&parser);
	start = gwt_clock_monotonic_ns();
	for (size_t len = step; len < bytes.len; len += step)
		gwt_h1_parse(&parser, gwt_span_slice(bytes, 0, len), &arena, &request);
	cr_expect_eq(gwt_h1_parse(&parser, bytes, &arena, &request), GWT_H1_DONE);
	start = gwt_clock_monotonic_ns() - start;
	gwt_h1_parser_release(&parser);
	return start;
}

Test(h1_parse, a_drip_fed_request_costs_the_same_per_byte_at_any_length)
{
	struct gwt_span small = padded("GET / HTTP/1.1\r\n" HOST "A: ", "a", 6000, "\r\n\r\n");
	struct gwt_span large = padded("GET / HTTP/1.1\r\n" HOST "A: ", "a", 60000, "\r\n\r\n");
	double best = 1e9;

	for (int i = 0; i < 20; i++) {
		double ratio = (double)time_of(large, 1) / (double)time_of(small, 1);

		best = ratio < best ? ratio : best;
	}
	cr_expect_lt(best, 30.0, "ten times the bytes took %.1f times as long; rescanning takes 100", best);
}
