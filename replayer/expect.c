#include "replayer/expect.h"

#include "lib/base/span.h"
#include "lib/contract/compare.h"
#include "lib/match/expected.h"

static void set_unasked(struct gwt_match_result *out)
{
	*out = (struct gwt_match_result){ .verdict = GWT_VERDICT_NO_SCENARIO };
	out->note = GWT_SPAN("no call was asked for when this request came");
}

/* The second request of a call whose first one was answered. */
static void set_consumed(const struct gwt_entry *entry, struct gwt_match_result *out)
{
	*out = (struct gwt_match_result){ .verdict = GWT_VERDICT_ALREADY_CONSUMED, .entry = entry };
	out->note = GWT_SPAN("the call was answered, and the client sent it again");
}

/* The recorded request with the samples as ids: those that the client received. */
static void make_expected(const struct gwt_entry *entry, struct gwt_arena *arena, struct gwt_request *out)
{
	const struct gwt_interaction *interaction = entry->interaction;

	*out = interaction->request;
	gwt_expected_headers(entry->cassette, interaction, &interaction->request.headers, arena,
			     &out->headers);
	if (interaction->wire.ptr)
		gwt_expected_wire(interaction, arena, out);
}

static void compare(const struct gwt_expectation *wanted, const struct gwt_request *request,
		    const struct gwt_match_options *options, struct gwt_arena *arena,
		    struct gwt_match_result *out)
{
	struct gwt_compare_options how = { .any_region = options->any_region };
	struct gwt_request expected;

	*out = (struct gwt_match_result){ .entry = wanted->entry };
	make_expected(wanted->entry, arena, &expected);
	gwt_compare(&expected, request, &how, arena, &out->comparison);
	gwt_compare_explain(&expected, request, options->level, arena, &out->comparison);
	out->level = out->comparison.level;
	out->verdict = out->comparison.verdict;
	out->ok = out->level >= options->level;
	out->response = wanted->response ? *wanted->response : wanted->entry->interaction->response;
}

const struct gwt_fault *gwt_expect_find(const struct gwt_expect *expect, const struct gwt_request *request,
					const struct gwt_match_options *options, struct gwt_arena *arena,
					struct gwt_match_result *out)
{
	struct gwt_expectation wanted = { 0 };

	expect->wanted(expect->arg, &wanted);
	if (!wanted.entry)
		set_unasked(out);
	else if (wanted.consumed)
		set_consumed(wanted.entry, out);
	else
		compare(&wanted, request, options, arena, out);
	return out->ok ? wanted.fault : NULL;
}

bool gwt_expect_is_about(const struct gwt_expect *expect, const char *operation)
{
	struct gwt_expectation wanted = { 0 };

	expect->wanted(expect->arg, &wanted);
	return !wanted.entry || gwt_span_is(wanted.entry->interaction->operation, operation);
}

void gwt_expect_judged(const struct gwt_expect *expect, const struct gwt_run_row *row,
		       const struct gwt_request *request)
{
	if (expect->judged)
		expect->judged(expect->arg, row, request);
}
