#include "lib/report/row.h"

#include <inttypes.h>

#include "lib/base/error.h"
#include "lib/base/span.h"

bool gwt_row_ok(const struct gwt_json *row)
{
	return gwt_json_is(gwt_json_get(row, "ok"), GWT_JSON_TRUE);
}

void gwt_row_place(struct gwt_buf *out, const struct gwt_json *row)
{
	struct gwt_span scenario = gwt_json_get_text(row, "scenario"),
			id = gwt_json_get_text(row, "interaction");

	if (!scenario.ptr)
		return;
	gwt_buf_add(out, scenario);
	gwt_buf_add_char(out, '#');
	gwt_buf_add(out, id);
}

void gwt_row_title(struct gwt_buf *out, const struct gwt_json *row)
{
	struct gwt_span operation = gwt_json_get_text(row, "operation");

	gwt_buf_add(out, operation.ptr ? operation : GWT_SPAN("(unknown operation)"));
	if (!gwt_json_get_text(row, "scenario").ptr)
		return;
	gwt_buf_add_char(out, ' ');
	gwt_row_place(out, row);
}

void gwt_row_cause_add(struct gwt_buf *out, const struct gwt_json *row)
{
	const struct gwt_json *after = gwt_json_get(row, "after");

	if (!after)
		return;
	gwt_buf_add_text(out, " (after ");
	gwt_row_place(out, after);
	gwt_buf_add_text(out, ", which was broken)");
}

size_t gwt_run_unused_failing(const struct gwt_json *run)
{
	const struct gwt_json *failing = gwt_json_get(run, "unusedFailing");

	return failing ? failing->len : 0;
}

const struct gwt_json *gwt_run_first_failing(const struct gwt_json *run)
{
	const struct gwt_json *failing = gwt_json_get(run, "unusedFailing");

	return failing ? failing->child : NULL;
}

bool gwt_row_fails(const struct gwt_json **next, const struct gwt_json *unused)
{
	if (!*next || !gwt_json_equal(*next, unused))
		return false;
	*next = (*next)->next;
	return true;
}

bool gwt_difference_is_harmless(const struct gwt_json *difference)
{
	return gwt_span_is(gwt_json_get_text(difference, "effect"), "same");
}

const struct gwt_json *gwt_row_difference(const struct gwt_json *row)
{
	const struct gwt_json *differences = gwt_json_get(row, "differences"), *first = NULL;
	struct gwt_span verdict = gwt_json_get_text(row, "verdict");

	for (const struct gwt_json *item = differences ? differences->child : NULL; item; item = item->next) {
		bool harmless = !gwt_row_ok(row) && gwt_difference_is_harmless(item);

		if (!harmless && gwt_span_eq(gwt_json_get_text(item, "verdict"), verdict))
			return item;
		if (!first || (!harmless && gwt_difference_is_harmless(first)))
			first = item;
	}
	return first;
}

struct gwt_span gwt_row_first_line(const struct gwt_json *row)
{
	struct gwt_span text = gwt_json_get_text(row, "text");

	return text.ptr ? gwt_span_slice(text, 0, gwt_span_find(text, '\n')) : text;
}

uint64_t gwt_run_summary_number(const struct gwt_json *run, const char *name)
{
	uint64_t value = 0;

	gwt_json_to_u64(gwt_json_get(gwt_json_get(run, "summary"), name), UINT64_MAX, &value);
	return value;
}

void gwt_run_counts_add(struct gwt_buf *out, const struct gwt_json *run)
{
	static const struct {
		const char *member, *text;
		bool always;
	} counts[] = {
		{ "matched", "matched", true },
		{ "broken", "broken", true },
		{ "consequences", "of them as a consequence of one before", false },
		{ "unused", "unused", false },
		{ "backdrop", "answered by the backdrop", false },
		{ "forwarded", "passed on", false },
		{ "faults", "answered by a scripted fault", false },
	};
	uint64_t requests = gwt_run_summary_number(run, "requests");

	gwt_buf_printf(out, "%" PRIu64 " request%s", requests, requests == 1 ? "" : "s");
	for (size_t i = 0; i < GWT_LEN(counts); i++) {
		uint64_t count = gwt_run_summary_number(run, counts[i].member);

		if (count || counts[i].always)
			gwt_buf_printf(out, ", %" PRIu64 " %s", count, counts[i].text);
	}
}

void gwt_run_trouble_add(struct gwt_buf *out, const struct gwt_json *run)
{
	uint64_t code = 0, weak = gwt_run_summary_number(run, "weakEvidence"),
		 unreachable = gwt_run_summary_number(run, "unreachable");
	uint64_t matched = gwt_run_summary_number(run, "matched"),
		 broken = gwt_run_summary_number(run, "broken");

	gwt_json_to_u64(gwt_json_get(run, "exit"), UINT32_MAX, &code);
	if (code == 0 || broken || gwt_run_unused_failing(run))
		return;
	if (unreachable)
		gwt_buf_printf(out, "%" PRIu64 " of the requests passed on got no answer", unreachable);
	else if (matched == 0)
		gwt_buf_add_text(out, "nothing was compared: that is not success");
	else if (weak)
		gwt_buf_printf(out, "%" PRIu64 " answer%s weaker evidence than was asked for", weak,
			       weak == 1 ? " has" : "s have");
}

void gwt_row_word_add(struct gwt_buf *out, const struct gwt_json *row)
{
	struct gwt_span word = gwt_json_get_text(row, "verdict"), level = gwt_json_get_text(row, "level");

	gwt_buf_add(out, word);
	if (!gwt_row_ok(row) && level.len && gwt_span_is(word, "MATCH"))
		gwt_buf_printf(out, " at " GWT_SPAN_FMT, GWT_SPAN_ARG(level));
}
