/* html_row.c - a row of a run as HTML: its summary, its differences, its signature. */
#include "lib/report/html.h"

#include <inttypes.h>

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/contract/compare.h"
#include "lib/contract/verdict.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/report/html_text.h"
#include "lib/report/row.h"

/* <span class="CLASS">text</span>; nothing when there is no text. */
static void add_span(struct gwt_buf *out, const char *class, struct gwt_span text)
{
	if (!text.len)
		return;
	gwt_buf_printf(out, "<span class=\"%s\">", class);
	gwt_html_add(out, text);
	gwt_buf_add_text(out, "</span>");
}

static bool is_match(const struct gwt_json *row)
{
	return gwt_span_is(gwt_json_get_text(row, "verdict"), "MATCH");
}

/* Some differences say only that a call came at the wrong time: they have no two sides to show. */
static bool has_sides(const struct gwt_json *difference)
{
	return gwt_json_get(difference, "expected") || gwt_json_get(difference, "got");
}

/* The place of a difference, and the API's name of the member there. */
static void add_place(struct gwt_buf *out, const struct gwt_json *difference)
{
	struct gwt_span at = gwt_json_get_text(difference, "at"),
			name = gwt_json_get_text(difference, "name");
	gwt_auto(gwt_buf_release) struct gwt_buf place = { .max = SIZE_MAX };

	gwt_buf_add(&place, at.len ? at : GWT_SPAN("(whole body)"));
	if (name.len)
		gwt_buf_printf(&place, " (" GWT_SPAN_FMT ")", GWT_SPAN_ARG(name));
	add_span(out, "at", gwt_buf_span(&place));
}

/* The place that the verdict is about, and how many more there are; or what is wrong with the signature. */
static void add_where(struct gwt_buf *out, const struct gwt_json *row)
{
	const struct gwt_json *differences = gwt_json_get(row, "differences"),
			      *named = gwt_row_difference(row);

	add_span(out, "at", gwt_json_get_text(gwt_json_get(row, "signature"), "reason"));
	if (!named || !has_sides(named))
		return;
	add_place(out, named);
	if (differences->len > 1)
		gwt_buf_printf(out, "<span class=\"more\">and %zu more</span>", differences->len - 1);
}

/* A row that matched has no word. */
static void add_word(struct gwt_buf *out, const struct gwt_json *row)
{
	gwt_auto(gwt_buf_release) struct gwt_buf word = { .max = SIZE_MAX };

	if (gwt_row_ok(row) && is_match(row))
		return;
	gwt_row_word_add(&word, row);
	add_span(out, "word", gwt_buf_span(&word));
}

static void add_what(struct gwt_buf *out, const struct gwt_json *row)
{
	gwt_buf_add_text(out, "<span class=\"what\">");
	add_word(out, row);
	if (gwt_row_ok(row)) {
		add_span(out, "held", gwt_json_get_text(row, "level"));
		add_span(out, "from", gwt_json_get_text(row, "evidence"));
		if (gwt_json_is(gwt_json_get(row, "fault"), GWT_JSON_TRUE))
			add_span(out, "from", GWT_SPAN("scripted fault"));
	} else {
		add_where(out, row);
	}
	gwt_buf_add_text(out, "</span>");
}

static void add_name(struct gwt_buf *out, const struct gwt_json *row)
{
	gwt_auto(gwt_buf_release) struct gwt_buf place = { .max = SIZE_MAX };
	struct gwt_span operation = gwt_json_get_text(row, "operation");

	gwt_row_place(&place, row);
	if (operation.len) {
		add_span(out, "operation", operation);
	} else {
		gwt_buf_add_text(out, "<span class=\"operation\">");
		gwt_html_add(out, gwt_json_get_text(row, "method"));
		gwt_buf_add_char(out, ' ');
		gwt_html_add(out, gwt_json_get_text(row, "path"));
		gwt_buf_add_text(out, "</span>");
	}
	gwt_buf_add_text(out, "<span class=\"place\">");
	gwt_html_add(out, gwt_buf_span(&place));
	gwt_buf_add_text(out, "</span>");
}

/* "12:39:57" of "2026-11-22T12:39:57Z". */
static struct gwt_span clock_of(struct gwt_span time)
{
	return gwt_span_slice(time, gwt_span_find(time, 'T') + 1, time.len ? time.len - 1 : 0);
}

static void add_who(struct gwt_buf *out, const struct gwt_json *row)
{
	gwt_buf_add_text(out, "<span class=\"who\">");
	add_span(out, "session", gwt_json_get_text(row, "session"));
	add_span(out, "client", gwt_json_get_text(row, "client"));
	gwt_buf_add_text(out, "</span>");
	add_span(out, "clock", clock_of(gwt_json_get_text(row, "time")));
}

static void add_summary(struct gwt_buf *out, const struct gwt_json *row)
{
	gwt_buf_printf(out, "<summary><span class=\"mark\">%s</span>", gwt_row_ok(row) ? "ok" : "FAIL");
	add_name(out, row);
	add_what(out, row);
	add_who(out, row);
	gwt_buf_add_text(out, "</summary>\n");
}

static void open_fact(struct gwt_buf *out, const char *name)
{
	gwt_buf_printf(out, "<div><dt>%s</dt><dd>", name);
}

static void open_long_fact(struct gwt_buf *out, const char *name)
{
	gwt_buf_printf(out, "<div class=\"long\"><dt>%s</dt><dd>", name);
}

static void close_fact(struct gwt_buf *out)
{
	gwt_buf_add_text(out, "</dd></div>\n");
}

static void add_compared(struct gwt_buf *out, const struct gwt_json *row)
{
	gwt_auto(gwt_buf_release) struct gwt_buf place = { .max = SIZE_MAX };
	const struct gwt_json *cassette = gwt_json_get(row, "cassette");
	uint64_t line = 0;

	gwt_row_place(&place, row);
	if (!place.len)
		return;
	open_long_fact(out, gwt_row_ok(row) ? "answered by" : "compared with");
	gwt_html_add(out, gwt_buf_span(&place));
	if (cassette) {
		gwt_json_to_u64(gwt_json_get(cassette, "line"), UINT32_MAX, &line);
		gwt_buf_add_text(out, " <span class=\"file\">");
		gwt_html_add(out, gwt_json_get_text(cassette, "path"));
		gwt_buf_printf(out, ":%" PRIu64 "</span>", line);
	}
	close_fact(out);
}

static void add_request(struct gwt_buf *out, const struct gwt_json *row)
{
	if (!gwt_json_get_text(row, "method").ptr)
		return;
	open_long_fact(out, "request");
	gwt_html_add(out, gwt_json_get_text(row, "method"));
	gwt_buf_add_char(out, ' ');
	gwt_html_add(out, gwt_json_get_text(row, "path"));
	close_fact(out);
}

static void add_signature_fact(struct gwt_buf *out, const struct gwt_json *row)
{
	const struct gwt_json *signature = gwt_json_get(row, "signature");

	if (!signature)
		return;
	open_fact(out, "signature");
	gwt_html_add(out, gwt_json_get_text(signature, "verdict"));
	close_fact(out);
}

/* Members of a row that are shown unchanged. */
static const struct {
	const char *member, *name;
} facts[] = {
	{ "level", "level" },          { "evidence", "evidence" }, { "client", "client" },
	{ "session", "session" },      { "reason", "reason" },     { "waiver", "waiver" },
	{ "requestId", "request id" }, { "time", "time" },
};

static void add_facts(struct gwt_buf *out, const struct gwt_json *row)
{
	gwt_buf_add_text(out, "<dl class=\"facts\">\n");
	add_compared(out, row);
	add_request(out, row);
	add_signature_fact(out, row);
	for (size_t i = 0; i < GWT_LEN(facts); i++) {
		struct gwt_span text = gwt_json_get_text(row, facts[i].member);

		if (!text.len)
			continue;
		open_fact(out, facts[i].name);
		gwt_html_add(out, text);
		close_fact(out);
	}
	gwt_buf_add_text(out, "</dl>\n");
}

/* A value for a reader: one with members is written on several lines. */
static void write_value(struct gwt_buf *out, const struct gwt_json *value)
{
	if (!value)
		return;
	gwt_json_write(out, value, GWT_JSON_PRETTY);
	while (out->len && out->ptr[out->len - 1] == '\n')
		out->len--;
}

static bool has_parts(const struct gwt_json *value)
{
	return value && (value->type == GWT_JSON_STRING || value->type == GWT_JSON_ARRAY ||
			 value->type == GWT_JSON_OBJECT);
}

/* One side, with its label inside, so that a reader needs neither order nor colour to recognise it. */
static void add_side(struct gwt_buf *out, const char *name, const struct gwt_json *value,
		     const struct gwt_json *other)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX }, beside = { .max = SIZE_MAX };

	gwt_buf_printf(out, "<div class=\"side %s\"><h4>%s</h4>", name, name);
	write_value(&text, value);
	write_value(&beside, other);
	if (!value) {
		gwt_buf_add_text(out, "<p class=\"absent\">nothing: it is absent</p>");
	} else {
		gwt_buf_add_text(out, "<pre>");
		if (has_parts(value) && has_parts(other))
			gwt_html_add_marked(out, gwt_buf_span(&text), gwt_buf_span(&beside));
		else
			gwt_html_add_lines(out, gwt_buf_span(&text));
		gwt_buf_add_text(out, "</pre>");
	}
	gwt_buf_add_text(out, "</div>\n");
}

/* The number of the line in a strict level's form. */
static void add_line(struct gwt_buf *out, const struct gwt_json *difference)
{
	enum gwt_level level;
	uint64_t line;

	if (gwt_level_parse(gwt_json_get_text(difference, "level"), &level) &&
	    gwt_json_to_u64(gwt_json_get(difference, "line"), UINT64_MAX, &line))
		gwt_buf_printf(out, "<span class=\"offset\">line %" PRIu64 " of the %s</span>", line,
			       gwt_level_form(level));
}

static void add_difference(struct gwt_buf *out, const struct gwt_json *difference)
{
	const struct gwt_json *expected = gwt_json_get(difference, "expected"),
			      *got = gwt_json_get(difference, "got");
	uint64_t offset;

	gwt_buf_add_text(out, "<section class=\"difference\"><h3>");
	add_place(out, difference);
	add_span(out, "word", gwt_json_get_text(difference, "verdict"));
	if (gwt_json_to_u64(gwt_json_get(difference, "offset"), UINT64_MAX, &offset))
		gwt_buf_printf(out, "<span class=\"offset\">byte %" PRIu64 " of the body</span>", offset);
	if (gwt_difference_is_harmless(difference))
		gwt_buf_add_text(out, "<span class=\"offset\">AWS would do the same</span>");
	add_line(out, difference);
	gwt_buf_add_text(out, "</h3>\n<div class=\"sides\">\n");
	add_side(out, "expected", expected, got);
	add_side(out, "got", got, expected);
	gwt_buf_add_text(out, "</div></section>\n");
}

static void add_text_box(struct gwt_buf *out, const char *name, struct gwt_span text)
{
	if (!text.ptr)
		return;
	gwt_buf_printf(out, "<details class=\"box\"><summary>%s</summary><pre>", name);
	gwt_html_add_lines(out, text);
	gwt_buf_add_text(out, "</pre></details>\n");
}

static void add_note(struct gwt_buf *out, const struct gwt_json *row)
{
	struct gwt_span note = gwt_json_get_text(row, "note");

	if (!note.len)
		return;
	gwt_buf_add_text(out, "<p class=\"note\">");
	gwt_html_add(out, note);
	gwt_buf_add_text(out, "</p>\n");
}

/* What is wrong with the signature, how to mend it, and what a correct signer would have signed. */
static void add_signature(struct gwt_buf *out, const struct gwt_json *row)
{
	const struct gwt_json *signature = gwt_json_get(row, "signature");
	struct gwt_span verdict = gwt_json_get_text(signature, "verdict");

	if (!gwt_json_get_text(signature, "detail").len)
		return;
	gwt_buf_add_text(out, "<section class=\"signature\"><h3><span class=\"at\">signature</span>");
	add_span(out, "word", verdict);
	add_span(out, "offset", gwt_json_get_text(signature, "reason"));
	gwt_buf_add_text(out, "</h3>\n<p>");
	gwt_html_add(out, gwt_json_get_text(signature, "detail"));
	gwt_buf_add_text(out, "</p>\n");
	add_text_box(out, "expected canonical request",
		     gwt_json_get_text(signature, "expectedCanonicalRequest"));
	add_text_box(out, "expected string to sign", gwt_json_get_text(signature, "expectedStringToSign"));
	gwt_buf_add_text(out, "</section>\n");
}

/*
 * The difference of the title comes first, then the others that break the row, in their order, then the
 * harmless ones.
 */
static void add_differences(struct gwt_buf *out, const struct gwt_json *row)
{
	const struct gwt_json *differences = gwt_json_get(row, "differences"),
			      *named = gwt_row_difference(row);

	if (named && has_sides(named))
		add_difference(out, named);
	for (int harmless = 0; differences && harmless <= 1; harmless++)
		for (const struct gwt_json *item = differences->child; item; item = item->next)
			if (item != named && has_sides(item) && gwt_difference_is_harmless(item) == harmless)
				add_difference(out, item);
}

void gwt_html_row_add(struct gwt_buf *out, const struct gwt_json *row, uint64_t number, bool open)
{
	gwt_buf_printf(out, "<details class=\"row %s\" id=\"r%" PRIu64 "\"%s>",
		       gwt_row_ok(row) ? "ok" : "fail", number, open ? " open" : "");
	add_summary(out, row);
	gwt_buf_add_text(out, "<div class=\"inside\">\n");
	add_differences(out, row);
	add_note(out, row);
	add_signature(out, row);
	add_facts(out, row);
	add_text_box(out, "what the client was answered", gwt_json_get_text(row, "text"));
	add_text_box(out, "the request as it came", gwt_json_get_text(row, "request"));
	gwt_buf_add_text(out, "</div></details>\n");
}
