/* Why no interaction answers: it came out of turn, with an id that is not bound, or is like none. */
#include "lib/match/nearest.h"
#include "lib/match/search.h"

/* A wrong scope is named before an id or the order. */
static void compare_scope(struct gwt_search *search, const struct gwt_entry *entry,
			  const struct gwt_values *values, enum gwt_verdict verdict, struct gwt_outcome *out)
{
	struct gwt_hypothesis with = { .entry = entry, .values = *values };

	gwt_search_compare(search, &with, &out->comparison);
	if (out->comparison.verdict != GWT_VERDICT_WRONG_SCOPE)
		out->comparison = (struct gwt_comparison){ .verdict = verdict };
	out->verdict = out->comparison.verdict;
	out->entry = entry;
}

static void set_unknown_id(struct gwt_search *search, struct gwt_outcome *out)
{
	const struct gwt_entry *entry = search->unknown_id;
	size_t variable = gwt_search_unknown_variable(search->session, entry, &search->unknown_values);
	struct gwt_difference *difference;

	compare_scope(search, entry, &search->unknown_values, GWT_VERDICT_UNKNOWN_ID, out);
	difference = gwt_comparison_add(&out->comparison, search->arena, GWT_VERDICT_UNKNOWN_ID,
					entry->cassette->variables[variable].name);
	difference->expected =
		gwt_json_new_string(search->arena, gwt_search_bound_value(search->session, entry, variable));
	difference->got = gwt_json_new_string(search->arena, search->unknown_values.items[variable]);
}

/* Why an interaction cannot answer now. */
static struct gwt_span out_of_turn_note(const struct gwt_search *search, const struct gwt_entry *entry)
{
	const struct gwt_progress *progress = search->session->progress[entry->cassette_index];
	size_t next = progress ? progress->next_write
			       : gwt_session_write_after(search->session, entry->cassette_index, 0);
	struct gwt_span id = entry->interaction->id, scenario = entry->cassette->scenario;

	if (search->session->options.strict && gwt_search_is_used_up(search->session, entry))
		return gwt_arena_printf(search->arena,
					"'" GWT_SPAN_FMT "' was answered once already (--strict)",
					GWT_SPAN_ARG(id));
	if (progress && !progress->consistent)
		return gwt_arena_printf(search->arena,
					"the calls so far are not those of '" GWT_SPAN_FMT
					"': a write came that it "
					"does not have",
					GWT_SPAN_ARG(scenario));
	if (next < entry->interaction_index)
		return gwt_arena_printf(
			search->arena,
			"'" GWT_SPAN_FMT "' comes after '" GWT_SPAN_FMT "', which was not called yet%s",
			GWT_SPAN_ARG(id), GWT_SPAN_ARG(entry->cassette->interactions[next].id),
			gwt_span_is(entry->cassette->provenance.upstream, "proxy")
				? " (a client that makes calls at the same time: docs/proxy.md, \"At replay\")"
				: "");
	if (progress && progress->last_write == entry->interaction_index)
		return gwt_arena_printf(search->arena,
					"'" GWT_SPAN_FMT
					"' was done already, and only a PUT does the same again",
					GWT_SPAN_ARG(id));
	return gwt_arena_printf(search->arena, "'" GWT_SPAN_FMT "' was recorded before a later write",
				GWT_SPAN_ARG(id));
}

static void set_out_of_turn(struct gwt_search *search, struct gwt_outcome *out)
{
	const struct gwt_entry *entry = search->out_of_turn;
	bool used = search->session->options.strict && gwt_search_is_used_up(search->session, entry);
	enum gwt_verdict verdict = used ? GWT_VERDICT_ALREADY_CONSUMED : GWT_VERDICT_OUT_OF_ORDER;

	compare_scope(search, entry, &search->out_of_turn_values, verdict, out);
	gwt_comparison_add(&out->comparison, search->arena, verdict, GWT_SPAN(""));
	out->note = out_of_turn_note(search, entry);
}

void gwt_search_refuse(struct gwt_search *search, struct gwt_outcome *out)
{
	if (search->out_of_turn)
		set_out_of_turn(search, out);
	else if (search->unknown_id)
		set_unknown_id(search, out);
	else
		gwt_match_nearest(search->session->index, search->request, search->contract,
				  &search->session->options, search->arena, out);
}
