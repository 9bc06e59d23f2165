/*
 * Two published suites against the parser: llhttp's own tests (Markdown) and AWS's http-desync-guardian
 * (YAML). Where our policy (docs/http.md) differs from a suite, a row below names the case and the rule;
 * a case may not differ without one, nor a row stand without a case.
 *
 * Neither suite bothers with Host. So that each case is judged for what it is about, a Host header is put
 * into every HTTP/1.1 head without one; that its absence is refused is tested in test_h1_parse.c.
 */
#include <criterion/criterion.h>
#include <ctype.h>
#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/file.h"
#include "tests/support/data.h"
#include "tests/unit/h1_feed.h"

static struct gwt_arena arena;

static void teardown(void)
{
	gwt_arena_release(&arena);
}

TestSuite(h1_suites, .fini = teardown);

/* The result for the bytes of one case. */
struct verdict {
	int taken;   /* the number of complete requests */
	int status;  /* of a refusal, else 0 */
	bool closes; /* accepted, but the connection is closed after it */
	const char *reason;
};

/* Read the bytes as a connection does: request after request, until one is refused or asks to close. */
static struct verdict judge(struct gwt_span bytes)
{
	struct verdict verdict = { 0 };

	while (bytes.len) {
		struct h1_outcome whole = h1_feed_whole(&arena, bytes);
		struct h1_outcome drip = h1_feed(&arena, bytes, 0, bytes.len / 4000 + 1);

		cr_expect(h1_outcome_eq(&whole, &drip), "cut at every byte, the verdict is another");
		verdict.status = whole.status;
		verdict.reason = whole.reason;
		if (whole.result != GWT_H1_DONE)
			break;
		verdict.taken++;
		verdict.closes = !whole.request.keep_alive;
		if (verdict.closes)
			break;
		bytes = gwt_span_slice(bytes, whole.consumed, bytes.len);
	}
	return verdict;
}

struct deviation {
	const char *file, *name; /* the case's name, or its beginning and a '*' */
	int status;              /* our status; 0: we accept it */
	const char *rule;
	int seen;
};

static bool is_named(struct gwt_span name, const char *wanted)
{
	size_t len = strlen(wanted);

	if (len && wanted[len - 1] == '*')
		return gwt_span_starts(name, (struct gwt_span){ wanted, len - 1 });
	return gwt_span_is(name, wanted);
}

static struct deviation *find_deviation(struct deviation *rows, size_t len, const char *file,
					struct gwt_span name)
{
	for (size_t i = 0; i < len; i++)
		if (strcmp(rows[i].file, file) == 0 && is_named(name, rows[i].name))
			return &rows[i];
	return NULL;
}

struct tally {
	int cases, taken, refused, deviations;
};

/* The result that a suite expects. */
enum wanted { REFUSE, REFUSE_OR_CLOSE, TAKE };

static bool is_as_wanted(enum wanted wanted, int taken, const struct verdict *got)
{
	if (wanted == TAKE)
		return got->status == 0 && (taken < 0 || taken == got->taken);
	return got->status != 0 || (wanted == REFUSE_OR_CLOSE && got->closes);
}

/* Check one case. `taken` is how many requests the suite counts, or -1 where it does not say. */
static void settle(struct tally *tally, struct deviation *row, const char *file, struct gwt_span name,
		   enum wanted wanted, int taken, struct gwt_span bytes)
{
	struct verdict got = judge(bytes);
	bool as_suite = is_as_wanted(wanted, taken, &got);

	tally->cases++;
	*(got.status ? &tally->refused : &tally->taken) += 1;
	if (row) {
		row->seen++;
		tally->deviations++;
		cr_expect_eq(got.status, row->status, "%s: " GWT_SPAN_FMT ": %d %s", file, GWT_SPAN_ARG(name),
			     got.status, got.reason);
		cr_expect_not(as_suite, "%s: " GWT_SPAN_FMT ": the row is not needed", file,
			      GWT_SPAN_ARG(name));
	} else {
		cr_expect(as_suite, "%s: " GWT_SPAN_FMT ": suite %s %d, ours %d taken, %d %s", file,
			  GWT_SPAN_ARG(name), wanted == TAKE ? "takes" : "refuses", taken, got.taken,
			  got.status, got.reason ? got.reason : "");
	}
	gwt_arena_reset(&arena);
}

static void report(const char *suite, const struct tally *tally, const struct deviation *rows, size_t len)
{
	for (size_t i = 0; i < len; i++)
		cr_expect(rows[i].seen, "no case '%s' in %s", rows[i].name, rows[i].file);
	fprintf(stderr, "%s: %d cases, %d taken, %d refused; %d of them by our own rule\n", suite,
		tally->cases, tally->taken, tally->refused, tally->deviations);
}

/* Whether `line` is a request line of HTTP/1.1, not a header whose value looks like one. */
static bool is_request_line(struct gwt_span line)
{
	size_t blank = gwt_span_find(line, ' ');

	return gwt_span_ends(line, GWT_SPAN(" HTTP/1.1\r")) && gwt_is_token(gwt_span_slice(line, 0, blank));
}

static bool has_host(struct gwt_span head)
{
	while (head.ptr) {
		struct gwt_span line = gwt_span_cut(&head, '\n');

		if (line.len <= 1)
			return false;
		if (gwt_span_iis(gwt_span_slice(line, 0, 5), "host:"))
			return true;
	}
	return false;
}

static struct gwt_span with_hosts(struct gwt_span bytes)
{
	struct gwt_buf out;
	struct gwt_span rest = bytes, copy;

	gwt_buf_init(&out, SIZE_MAX);
	while (rest.ptr) {
		struct gwt_span line = gwt_span_cut(&rest, '\n');

		gwt_buf_add(&out, line);
		if (rest.ptr)
			gwt_buf_add_char(&out, '\n');
		if (rest.ptr && is_request_line(line) && !has_host(rest))
			gwt_buf_add_text(&out, "Host: h\r\n");
	}
	copy = gwt_arena_copy(&arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return copy;
}

/* llhttp writes \r \n \t \f \xHH for bytes, '\' at a line's end for no line end, and LF for CR LF. */
static struct gwt_span unescape(struct gwt_span text)
{
	static const char letters[] = "rntf", bytes[] = "\r\n\t\f";
	char *out = gwt_arena_bytes(&arena, text.len * 2);
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i], next = i + 1 < text.len ? text.ptr[i + 1] : '\0';
		const char *letter = next ? strchr(letters, next) : NULL;

		if (c == '\n') {
			out[len++] = '\r';
			out[len++] = '\n';
		} else if (c == '\\' && next == '\n') {
			i++;
		} else if (c == '\\' && letter) {
			out[len++] = bytes[letter - letters];
			i++;
		} else if (c == '\\' && next == 'x' && i + 3 < text.len) {
			out[len++] =
				(char)strtoul((char[]){ text.ptr[i + 2], text.ptr[i + 3], '\0' }, NULL, 16);
			i += 3;
		} else {
			out[len++] = c;
		}
	}
	return (struct gwt_span){ out, len };
}

/* The next block fenced as ```kind, without its last line end; *text moves after it. */
static bool next_block(struct gwt_span *text, const char *kind, struct gwt_span *before,
		       struct gwt_span *block)
{
	char fence[16];
	size_t at, end;

	snprintf(fence, sizeof(fence), "```%s\n", kind);
	at = gwt_span_find_span(*text, gwt_span_of(fence));
	if (at == text->len)
		return false;
	*before = gwt_span_slice(*text, 0, at);
	*text = gwt_span_slice(*text, at + strlen(fence), text->len);
	end = gwt_span_find_span(*text, GWT_SPAN("\n```"));
	*block = gwt_span_slice(*text, 0, end);
	*text = gwt_span_slice(*text, end + 4, text->len);
	return true;
}

/* The last heading in `text`, without its '#'s. */
static struct gwt_span last_heading(struct gwt_span text)
{
	struct gwt_span heading = { 0 };

	while (text.ptr) {
		struct gwt_span line = gwt_span_cut(&text, '\n');

		if (!gwt_span_starts(line, GWT_SPAN("#")))
			continue;
		while (line.len && (line.ptr[0] == '#' || line.ptr[0] == ' '))
			line = gwt_span_slice(line, 1, line.len);
		heading = line;
	}
	return heading;
}

static int count_of(struct gwt_span text, const char *what)
{
	struct gwt_span needle = gwt_span_of(what);
	int count = 0;

	for (size_t at; (at = gwt_span_find_span(text, needle)) < text.len; count++)
		text = gwt_span_slice(text, at + needle.len, text.len);
	return count;
}

/* Whether llhttp refuses the bytes. Other errors are not about bytes: upgrades pause, it does not close. */
static bool is_refused_by_llhttp(struct gwt_span log)
{
	return count_of(log, " error code=") > 0 && count_of(log, "Pause on ") == 0 &&
	       count_of(log, "Data after `Connection: close`") == 0;
}

#define NO_UPGRADE "no upgrade: what follows is the next request"
#define ANY_METHOD "any token is a method; the handler knows which there are"
#define ONLY_HTTP  "only HTTP/1.1 and HTTP/1.0"
#define CLOSED     "nothing is read after a request that closes"

static struct deviation llhttp_deviations[] = {
	{ "connection.md", "Resetting flags when keep-alive is off (1.0, lenient)", 0, CLOSED, 0 },
	{ "connection.md", "CRLF between requests, explicit `close` (lenient)", 0, CLOSED, 0 },
	{ "connection.md", "Multiple tokens with folding and LWS", 400, NO_UPGRADE, 0 },
	{ "connection.md", "Upgrade GET request", 400, NO_UPGRADE, 0 },
	{ "connection.md", "Upgrade POST request", 400, NO_UPGRADE, 0 },
	{ "content-length.md", "Content-Length reset when no body is received", 0,
	  "a body that was announced is awaited", 0 },
	{ "invalid.md", "HTTP protocol and ANNOUNCE method", 0, ANY_METHOD, 0 },
	{ "invalid.md", "Invalid method", 0, ANY_METHOD, 0 },
	{ "method.md", "M-SEARCH request", 400, "the target '*' is for OPTIONS", 0 },
	{ "method.md", "PRI request HTTP2", 400, "the target '*' is for OPTIONS", 0 },
	{ "method.md", "SOURCE request with ICE", 400, ONLY_HTTP, 0 },
	{ "method.md", "OPTIONS request with RTSP", 400, ONLY_HTTP, 0 },
	{ "method.md", "ANNOUNCE request with RTSP", 400, ONLY_HTTP, 0 },
	{ "sample.md", "No HTTP version", 400, ONLY_HTTP, 0 },
	{ "transfer-encoding.md", "POST with `chunked` as last transfer-encoding*", 400,
	  "no fragment; no coding but 'chunked'", 0 },
	{ "uri.md", "Fragment in URI", 400, "no fragment in a target", 0 },
	{ "uri.md", "Host terminated by a query string", 400, "the authority is Host's (RFC 9112, 3.2.2)",
	  0 },
	{ "uri.md", "`host:port` terminated by a *", 400, "the authority is Host's (RFC 9112, 3.2.2)", 0 },
	{ "uri.md", "`host:port` and basic auth", 400, "no user in a target (RFC 9110, 4.2.4)", 0 },
};

static void run_llhttp_file(struct gwt_arena *keep, const char *root, const char *file, struct tally *tally)
{
	char *path = gwt_file_join(keep, "http/llhttp/test/request", file);
	struct gwt_span text = gwt_test_read(keep, root, path), before, request, log, between;

	while (next_block(&text, "http", &before, &request) && next_block(&text, "log", &between, &log)) {
		struct gwt_span name = last_heading(before);
		bool lenient = gwt_span_find_span(before, GWT_SPAN("\"request-lenient")) < before.len;
		struct deviation *row =
			find_deviation(llhttp_deviations, GWT_LEN(llhttp_deviations), file, name);

		settle(tally, row, file, name, lenient || is_refused_by_llhttp(log) ? REFUSE : TAKE,
		       count_of(log, "message complete"), with_hosts(unescape(request)));
	}
}

Test(h1_suites, llhttp)
{
	const char *root = gwt_test_shared();
	struct tally tally = { 0 };
	struct gwt_file_list files;
	struct gwt_arena keep = { 0 }; /* `arena` is reset after each case */
	struct gwt_error err;

	if (!root) {
		gwt_test_skipped("llhttp's request tests");
		return;
	}
	cr_assert_eq(gwt_file_list(&keep, gwt_file_join(&keep, root, "http/llhttp/test/request"), ".md",
				   &files, &err),
		     GWT_OK, "%s", err.msg);
	for (size_t i = 0; i < files.len; i++)
		run_llhttp_file(&keep, root, files.paths[i], &tally);
	report("llhttp", &tally, llhttp_deviations, GWT_LEN(llhttp_deviations));
	cr_expect_gt(tally.cases, 100);
	gwt_arena_release(&keep);
}

static struct gwt_span scalar(struct fy_node *map, const char *key)
{
	struct fy_node *node = fy_node_mapping_lookup_by_string(map, key, FY_NT);
	struct gwt_span value = { "", 0 };

	if (node)
		value.ptr = fy_node_get_scalar(node, &value.len);
	return value;
}

/* The bytes of a case; its body is as long as the case says. */
static struct gwt_span desync_bytes(struct fy_node *node)
{
	struct fy_node *headers = fy_node_mapping_lookup_by_string(node, "headers", FY_NT), *header;
	struct gwt_buf out;
	struct gwt_span copy;
	uint64_t length = 0;
	bool chunked = false;
	void *iter = NULL;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_buf_add(&out, scalar(node, "method"));
	gwt_buf_add_text(&out, " ");
	gwt_buf_add(&out, scalar(node, "uri"));
	gwt_buf_add_text(&out, scalar(node, "version").len ? " " : "");
	gwt_buf_add(&out, scalar(node, "version"));
	gwt_buf_add_text(&out, "\r\n");
	while (headers && (header = fy_node_sequence_iterate(headers, &iter))) {
		struct gwt_span name = scalar(header, "name"), value = scalar(header, "value");

		gwt_buf_add(&out, name);
		gwt_buf_add_text(&out, ": ");
		gwt_buf_add(&out, value);
		gwt_buf_add_text(&out, "\r\n");
		chunked |= gwt_span_iis(name, "transfer-encoding");
		if (gwt_span_iis(name, "content-length"))
			gwt_span_to_u64(gwt_span_trim(value), 1u << 30, &length);
	}
	gwt_buf_add_text(&out, "\r\n");
	for (uint64_t i = 0; i < length && !chunked; i++)
		gwt_buf_add_char(&out, 'x');
	gwt_buf_add_text(&out, chunked ? "0\r\n\r\n" : "");
	copy = gwt_arena_copy(&arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return copy;
}

#define NAME    "a header name is a token, and nothing stands before its colon"
#define VALUE   "no control byte in a header value"
#define VERSION "only HTTP/1.1 and HTTP/1.0"
#define CODING  "no Transfer-Encoding but one 'chunked'"
#define TARGET  "no space, fragment or non-ASCII byte in a target"

static struct deviation desync_deviations[] = {
	{ "acceptable.yaml", "No TE/CL headers, some others*", 400, NAME, 0 },
	{ "acceptable.yaml", "TE and some others are*", 400, NAME, 0 },
	{ "acceptable.yaml", "A non-essential header with a non-printable*", 400, NAME, 0 },
	{ "acceptable.yaml", "CL and some others are*", 400, NAME, 0 },
	{ "acceptable.yaml", "Non-RFC, but OK HTTP/0.9", 505, VERSION, 0 },
	{ "acceptable.yaml", "Empty version*", 400, VERSION, 0 },
	{ "acceptable.yaml", "Unknown but OK HTTP/1.2", 505, VERSION, 0 },
	{ "bad-header-characters.yaml", "Some-Header\\x01", 400, NAME, 0 },
	{ "bad-header-characters.yaml", "\\x01Some-Header", 400, NAME, 0 },
	{ "bad-header-characters.yaml", "Some-Header: *", 400, VALUE, 0 },
	{ "more-compliant-tests.yaml", "Correct TE OK", 400, CODING, 0 },
	{ "more-compliant-tests.yaml", "Transfer-Encoding: identity and chunked*", 400, CODING, 0 },
	{ "more-compliant-tests.yaml", "Multiple transfer encoding headers*", 400, CODING, 0 },
	{ "more-compliant-tests.yaml", "TE with custom parameters*", 400, CODING, 0 },
	{ "rfc-compliant.yaml", "Different Transfer-Encoding headers*", 400, CODING, 0 },
	{ "rfc-compliant.yaml", "Transfer-Encoding with a param*", 400, CODING, 0 },
	{ "rfc-compliant.yaml", "Compliant URL", 400, TARGET, 0 },
	{ "rfc-compliant.yaml", "International in URI", 400, TARGET, 0 },
	{ "rfc-compliant.yaml", "Empty URI", 400, "a request line has a target", 0 },
	{ "uri-specific-test-cases.yaml", "Extra spaces in version", 400,
	  "one space between the parts of a request line", 0 },
	{ "uri-specific-test-cases.yaml", "[space] in URI", 400, TARGET, 0 },
};

/* The guardian forwards an ambiguous request at most once, then closes. */
static enum wanted wanted_for(struct gwt_span tier)
{
	if (gwt_span_is(tier, "Severe"))
		return REFUSE;
	return gwt_span_is(tier, "Ambiguous") ? REFUSE_OR_CLOSE : TAKE;
}

static void run_desync_file(struct gwt_arena *keep, const char *root, const char *file, struct tally *tally)
{
	char *path = gwt_file_join(keep, "http/desync-guardian/tests", file);
	struct gwt_span text = gwt_test_read(keep, root, path);
	struct fy_document *doc = fy_document_build_from_string(NULL, text.ptr, text.len);
	struct fy_node *node;
	void *iter = NULL;

	cr_assert(doc, "%s", file);
	while ((node = fy_node_sequence_iterate(fy_document_root(doc), &iter))) {
		struct gwt_span name = scalar(node, "name");
		struct fy_node *expected = fy_node_mapping_lookup_by_string(node, "expected", FY_NT);
		struct gwt_span tier = scalar(expected, "tier");
		struct deviation *row =
			find_deviation(desync_deviations, GWT_LEN(desync_deviations), file, name);

		settle(tally, row, file, name, wanted_for(tier), -1, with_hosts(desync_bytes(node)));
	}
	fy_document_destroy(doc);
}

Test(h1_suites, desync_guardian)
{
	const char *root = gwt_test_shared();
	struct tally tally = { 0 };
	struct gwt_file_list files;
	struct gwt_arena keep = { 0 };
	struct gwt_error err;

	if (!root) {
		gwt_test_skipped("AWS's http-desync-guardian cases");
		return;
	}
	cr_assert_eq(gwt_file_list(&keep, gwt_file_join(&keep, root, "http/desync-guardian/tests"), ".yaml",
				   &files, &err),
		     GWT_OK, "%s", err.msg);
	for (size_t i = 0; i < files.len; i++)
		run_desync_file(&keep, root, files.paths[i], &tally);
	report("http-desync-guardian", &tally, desync_deviations, GWT_LEN(desync_deviations));
	cr_expect_gt(tally.cases, 100);
	gwt_arena_release(&keep);
}
