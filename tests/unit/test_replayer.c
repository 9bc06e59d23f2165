/* The replay's own parts: who may call the admin API, and what the journal keeps. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "lib/base/bounds.h"
#include "lib/json/write.h"
#include "replayer/caller.h"
#include "replayer/journal.h"
#include "replayer/live.h"
#include "tests/support/cassettes.h"
#include "tests/support/request.h"

static struct gwt_arena arena;
static struct gwt_journal *journal;

static void setup(void)
{
	journal = gwt_journal_new();
}

static void teardown(void)
{
	gwt_journal_free(journal);
	gwt_arena_release(&arena);
}

TestSuite(caller, .fini = teardown);
TestSuite(journal, .init = setup, .fini = teardown);

static const char *refusal_of(const char *head)
{
	struct gwt_request request = gwt_test_request_of(&arena, head, GWT_ABSENT);

	return gwt_caller_refusal(&request, false);
}

/* RFC 1122, 3.2.1.3: 127.0.0.0/8 is loopback; RFC 4291, 2.5.3: ::1; RFC 6761, 6.3: localhost. */
Test(caller, only_loopback_names_are_taken)
{
	static const struct {
		const char *host;
		bool taken;
	} rows[] = {
		{ "127.0.0.1:8080", true },
		{ "127.0.0.1", true },
		{ "127.255.0.9:1", true },
		{ "[::1]:8080", true },
		{ "localhost:8080", true },
		{ "LocalHost", true },
		{ "evil.example", false },
		{ "127.evil.example", false },
		{ "127.0.0.1.evil.example:8080", false },
		{ "localhost.evil.example", false },
		{ "10.0.0.1", false },
		{ "0.0.0.0:8080", false },
		{ "[::]:8080", false },
		{ "[2001:db8::1]", false },
		{ "notlocalhost", false },
		{ "128.0.0.1", false },
		{ "2130706433", false },
		{ "0x7f.0.0.1", false },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		char head[200];

		snprintf(head, sizeof(head), "GET /_gwtape/journal HTTP/1.1\nHost: %s\n", rows[i].host);
		cr_expect_eq(refusal_of(head) == NULL, rows[i].taken, "%s", rows[i].host);
	}
	cr_expect(refusal_of("GET /_gwtape/ HTTP/1.0\n"), "no Host");
}

/* A listener that is open to others may have any name; other sites still cannot change anything. */
Test(caller, an_open_listener_takes_any_name_but_no_other_site)
{
	struct gwt_request request = gwt_test_request_of(
		&arena,
		"POST /_gwtape/reset HTTP/1.1\nHost: ci.example:9000\nOrigin: http://ci.example:9000\n",
		GWT_ABSENT);

	cr_expect(!gwt_caller_refusal(&request, true));
	cr_expect(gwt_caller_refusal(&request, false));
	request = gwt_test_request_of(
		&arena, "POST /_gwtape/reset HTTP/1.1\nHost: ci.example:9000\nOrigin: http://evil.example\n",
		GWT_ABSENT);
	cr_expect(gwt_caller_refusal(&request, true));
}

/* Fetch Standard, "Origin" header; W3C Fetch Metadata: Sec-Fetch-Site. */
Test(caller, another_site_changes_nothing)
{
	static const struct {
		const char *label, *method, *headers;
		bool taken;
	} rows[] = {
		{ "a program", "POST", "", true },
		{ "the page itself", "POST", "Origin: http://127.0.0.1:80\nSec-Fetch-Site: same-origin\n",
		  true },
		{ "typed in", "POST", "Sec-Fetch-Site: none\n", true },
		{ "another site", "POST", "Origin: http://evil.example\nSec-Fetch-Site: cross-site\n",
		  false },
		{ "an old browser", "POST", "Origin: http://evil.example\n", false },
		{ "without Origin", "POST", "Sec-Fetch-Site: cross-site\n", false },
		{ "another port", "POST", "Origin: http://127.0.0.1:8081\nSec-Fetch-Site: same-site\n",
		  false },
		{ "a name that begins alike", "POST", "Origin: http://127.0.0.1:80.evil.example\n", false },
		{ "a sandboxed frame", "POST", "Origin: null\n", false },
		{ "a word that is not known", "POST", "Sec-Fetch-Site: maybe\n", false },
		{ "another method", "DELETE", "Origin: http://evil.example\n", false },
		{ "following a link", "GET", "Sec-Fetch-Site: cross-site\n", true },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		char head[300];

		snprintf(head, sizeof(head), "%s /_gwtape/reset HTTP/1.1\nHost: 127.0.0.1:80\n%s",
			 rows[i].method, rows[i].headers);
		cr_expect_eq(refusal_of(head) == NULL, rows[i].taken, "%s", rows[i].label);
	}
}

static void add(bool ok, const char *text)
{
	struct gwt_run_row row = {
		.ok = ok,
		.session = GWT_SPAN("one"),
		.client = GWT_SPAN("a\xff"),
		.operation = GWT_SPAN("GetIntegration"),
		.level = ok ? GWT_LEVEL_SIGNED : GWT_LEVEL_NONE,
		.verdict = ok ? GWT_VERDICT_MATCH : GWT_VERDICT_NO_SCENARIO,
		.text = gwt_span_of(text),
		.request_id = GWT_SPAN("id"),
		.time = 1440938160,
		.method = GWT_SPAN("GET"),
		.path = GWT_SPAN("/restapis/<x>"),
	};

	gwt_journal_add(journal, &row);
}

static struct gwt_json *entries_of(struct gwt_journal_filter filter, struct gwt_json **root)
{
	struct gwt_json *json = gwt_journal_json(journal, &filter, &arena);

	if (root)
		*root = json;
	return gwt_json_get(json, "entries");
}

static uint64_t number_in(const struct gwt_json *object, const char *name)
{
	uint64_t value = UINT64_MAX;

	gwt_json_to_u64(gwt_json_get(object, name), UINT64_MAX, &value);
	return value;
}

Test(journal, a_ring_keeps_the_newest_and_counts_all)
{
	struct gwt_json *root, *entries;

	for (size_t i = 0; i < GWT_JOURNAL_ENTRIES + 10; i++)
		add(i % 2 == 0, "why");
	entries = entries_of((struct gwt_journal_filter){ 0 }, &root);
	cr_expect_eq(entries->len, GWT_JOURNAL_ENTRIES);
	cr_expect_eq(number_in(entries->child, "number"), 11);
	cr_expect_eq(number_in(entries->last, "number"), GWT_JOURNAL_ENTRIES + 10);
	cr_expect_eq(number_in(root, "total"), GWT_JOURNAL_ENTRIES + 10);
	cr_expect_eq(number_in(root, "broken"), GWT_JOURNAL_ENTRIES / 2 + 5);
	cr_expect_eq(number_in(root, "kept"), GWT_JOURNAL_ENTRIES);
}

Test(journal, filters_choose)
{
	static const struct {
		const char *label;
		struct gwt_journal_filter filter;
		size_t count, first;
	} rows[] = {
		{ "all", { .after = 0 }, 6, 1 },
		{ "after", { .after = 4 }, 2, 5 },
		{ "limit", { .limit = 2 }, 2, 5 },
		{ "broken", { .broken_only = true }, 3, 2 },
		{ "broken, limit", { .broken_only = true, .limit = 1 }, 1, 6 },
		{ "session", { .session = GWT_SPAN_INIT("one") }, 6, 1 },
		{ "after all", { .after = 6 }, 0, 0 },
		{ "another session", { .session = GWT_SPAN_INIT("two") }, 0, 0 },
	};

	for (size_t i = 0; i < 6; i++)
		add(i % 2 == 0, "why");
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_json *entries = entries_of(rows[i].filter, NULL);

		cr_expect_eq(entries->len, rows[i].count, "%s", rows[i].label);
		if (entries->len)
			cr_expect_eq(number_in(entries->child, "number"), rows[i].first, "%s", rows[i].label);
	}
}

/* Both kinds have one shape: the members of a row of the JSON report. */
Test(journal, entries_are_rows_of_the_report)
{
	static const char *const members[] = { "ok",       "session",     "client",      "operation",
					       "scenario", "interaction", "level",       "verdict",
					       "evidence", "signature",   "differences", "method",
					       "path",     "requestId",   "time",        "number" };
	struct gwt_json *entries;

	add(true, NULL);
	add(false, "why");
	entries = entries_of((struct gwt_journal_filter){ 0 }, NULL);
	for (struct gwt_json *entry = entries->child; entry; entry = entry->next) {
		for (size_t i = 0; i < GWT_LEN(members); i++)
			cr_expect(gwt_json_get(entry, members[i]), "%s", members[i]);
		cr_expect(gwt_span_is(gwt_json_get_text(entry, "client"), "a\ufffd"));
		cr_expect(gwt_span_is(gwt_json_get_text(entry, "time"), "2015-08-30T12:36:00Z"));
		cr_expect(gwt_span_is(gwt_json_get_text(gwt_json_get(entry, "signature"), "verdict"),
				      "unchecked"));
	}
	cr_expect(!gwt_json_get(entries->child, "text"));
	cr_expect(gwt_span_is(gwt_json_get_text(entries->last, "text"), "why"));
}

/* What a client can make long is bounded, however many such requests it sends. */
Test(journal, a_row_that_is_too_long_is_cut_and_says_so)
{
	char *text = gwt_arena_bytes(&arena, GWT_MAX_ROW_BYTES * 4 + 1);
	struct gwt_json *entry;
	struct gwt_buf out;

	memset(text, '\x01', GWT_MAX_ROW_BYTES * 4);
	text[GWT_MAX_ROW_BYTES * 4] = '\0';
	add(false, text);
	entry = entries_of((struct gwt_journal_filter){ 0 }, NULL)->child;
	cr_expect(gwt_json_is(gwt_json_get(entry, "cut"), GWT_JSON_TRUE));
	cr_expect_eq(gwt_json_get_text(entry, "text").len, 6144);
	gwt_buf_init(&out, SIZE_MAX);
	gwt_json_write(&out, entry, GWT_JSON_COMPACT);
	cr_expect_leq(out.len, GWT_MAX_ROW_BYTES);
	gwt_buf_release(&out);
}

Test(journal, clearing_makes_another_journal)
{
	struct gwt_json *before, *after;

	add(false, "why");
	entries_of((struct gwt_journal_filter){ 0 }, &before);
	gwt_journal_clear(journal);
	cr_expect_eq(entries_of((struct gwt_journal_filter){ 0 }, &after)->len, 0);
	cr_expect_eq(number_in(after, "total"), 0);
	cr_expect_eq(number_in(after, "broken"), 0);
	cr_expect_eq(gwt_json_get_text(before, "journal").len, 36);
	cr_expect(!gwt_span_eq(gwt_json_get_text(before, "journal"), gwt_json_get_text(after, "journal")));
	add(true, NULL);
	cr_expect_eq(number_in(entries_of((struct gwt_journal_filter){ 0 }, NULL)->child, "number"), 1);
}

Test(journal, the_live_page_gets_rows_that_are_escaped)
{
	struct gwt_json *root, *entries;
	struct gwt_span html;

	add(true, NULL);
	add(false, "</script><b>");
	entries = entries_of((struct gwt_journal_filter){ 0 }, &root);
	gwt_live_add_rows(&arena, root);
	cr_expect(gwt_span_starts(gwt_json_get_text(entries->child, "html"),
				  GWT_SPAN("<details class=\"row ok\" id=\"r1\"><summary>")));
	html = gwt_json_get_text(entries->last, "html");
	cr_expect(gwt_span_starts(html, GWT_SPAN("<details class=\"row fail\" id=\"r2\"><summary>")));
	cr_expect_neq(gwt_span_find_span(html, GWT_SPAN("&lt;/script&gt;&lt;b&gt;")), html.len);
	cr_expect_eq(gwt_span_find_span(html, GWT_SPAN("<b>")), html.len);
	cr_expect_neq(gwt_span_find_span(html, GWT_SPAN("<span class=\"clock\">12:36:00</span></summary>")),
		      html.len);
}
