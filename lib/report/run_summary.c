/* The end of a run in a few lines, for a person. */
#include "lib/report/run.h"

#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/contract/verdict.h"
#include "lib/json/json.h"

enum { MAX_SHOWN_SCENARIOS = 8 };

static void summary_levels(struct gwt_buf *out, const struct gwt_run *run)
{
	const char *before = " (level ";

	for (int i = GWT_LEVEL_WIRE; i >= GWT_LEVEL_EFFECT; i--) {
		if (run->levels[i] == 0)
			continue;
		gwt_buf_printf(out, "%s%s: %zu", before, gwt_level_word((enum gwt_level)i), run->levels[i]);
		before = ", ";
	}
	if (run->matched)
		gwt_buf_add_char(out, ')');
}

/*
 * The unused interactions of one scenario on a line: " types/mock: put, get". Returns the first one of the
 * next scenario.
 */
static const struct gwt_json *summary_scenario(struct gwt_buf *out, const struct gwt_json *item)
{
	struct gwt_span scenario = gwt_json_get_text(item, "scenario");
	const char *before = ": ";

	gwt_buf_printf(out, "  " GWT_SPAN_FMT, GWT_SPAN_ARG(scenario));
	for (; item && gwt_span_eq(gwt_json_get_text(item, "scenario"), scenario); item = item->next) {
		struct gwt_span id = gwt_json_get_text(item, "interaction");

		gwt_buf_printf(out, "%s" GWT_SPAN_FMT, before, GWT_SPAN_ARG(id));
		before = ", ";
	}
	gwt_buf_add_char(out, '\n');
	return item;
}

static void summary_unused(struct gwt_buf *out, const struct gwt_run *run)
{
	const struct gwt_json *item = run->unused->child;
	size_t scenarios = 0;

	if (!item)
		return;
	gwt_buf_printf(out, "unused: %zu recorded interaction%s", run->unused->len,
		       run->unused->len == 1 ? "" : "s");
	if (run->failing->len)
		gwt_buf_printf(out, " (FAIL: --scenario or --strict asks for %zu)", run->failing->len);
	if (run->unused_after)
		gwt_buf_printf(out, " (%zu of them after a call that was broken)", run->unused_after);
	gwt_buf_add_char(out, '\n');
	while (item && scenarios++ < MAX_SHOWN_SCENARIOS)
		item = summary_scenario(out, item);
	if (item)
		gwt_buf_add_text(out, "  … and more (--report json:FILE lists all)\n");
}

static void summary_evidence(struct gwt_buf *out, const struct gwt_run *run)
{
	const char *before = "answers by evidence: ";

	for (int i = 0; i <= GWT_EVIDENCE_GUESSED; i++) {
		if (run->evidence[i] == 0)
			continue;
		gwt_buf_printf(out, "%s%s %zu", before, gwt_evidence_word((enum gwt_evidence)i),
			       run->evidence[i]);
		before = ", ";
	}
	if (*before == ',')
		gwt_buf_add_char(out, '\n');
}

void gwt_run_summary(struct gwt_buf *out, const struct gwt_run *run)
{
	gwt_buf_printf(out, "%s: %zu request%s, %zu matched", run->exit_code ? "FAIL" : "ok", run->count,
		       run->count == 1 ? "" : "s", run->matched);
	summary_levels(out, run);
	gwt_buf_printf(out, ", %zu broken", run->broken);
	if (run->consequences)
		gwt_buf_printf(out, " (%zu of them as a consequence of one before)", run->consequences);
	if (run->backdrop)
		gwt_buf_printf(out, ", %zu answered by the backdrop", run->backdrop);
	if (run->forwarded)
		gwt_buf_printf(out, ", %zu passed on", run->forwarded);
	if (run->faults)
		gwt_buf_printf(out, ", %zu answered by a scripted fault", run->faults);
	gwt_buf_add_char(out, '\n');
	summary_evidence(out, run);
	summary_unused(out, run);
	for (const struct gwt_json *item = run->relaxations->child; item; item = item->next)
		gwt_buf_printf(out, "not strict: " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(item->text));
	if (run->unreachable)
		gwt_buf_printf(out, "%zu of the requests passed on got no answer: %s (exit 4)\n",
			       run->unreachable, run->unreachable_reason);
	if (run->matched + run->broken == 0)
		gwt_buf_add_text(out, "nothing was compared: that is not success (exit 5)\n");
}
