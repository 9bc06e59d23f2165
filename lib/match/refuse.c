/* Why no interaction answers: it came out of turn, with a value that does not fit, or is like none. */
#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/contract/compare.h"
#include "lib/json/json.h"
#include "lib/match/edges.h"
#include "lib/match/index.h"
#include "lib/match/internal.h"
#include "lib/scenario/variable.h"

enum { MAX_EXPLAINED = 1000 }; /* entries that are examined for a message; no verdict depends on it */

/* A wrong scope is reported before an id or the order. */
static void compare_scope(struct gwt_search *search, const struct gwt_hypothesis *with,
			  enum gwt_verdict verdict, struct gwt_match_result *out)
{
	gwt_search_compare(search, with, &out->comparison);
	if (out->comparison.verdict != GWT_VERDICT_WRONG_SCOPE)
		out->comparison = (struct gwt_comparison){ .verdict = verdict };
	out->verdict = out->comparison.verdict;
	out->entry = with->entry;
}

/* Values that do not fit */

struct unfit {
	struct gwt_hypothesis with;
	enum gwt_misfit misfit;
	size_t variable;
	unsigned rank;
};

static bool is_wrong_by_itself(enum gwt_misfit misfit)
{
	return misfit == GWT_FITS_NO_TYPE || misfit == GWT_FITS_NO_SCOPE;
}

/* A fault that does not depend on earlier calls is reported first. */
static bool find_misfit(struct gwt_search *search, struct unfit *unfit)
{
	struct gwt_values values = unfit->with.values, one = values;
	bool found = false;

	for (size_t i = 0; i < values.len; i++) {
		enum gwt_misfit misfit;
		size_t variable;

		one.items = gwt_arena_array(search->inquiry->arena, struct gwt_span, values.len + 1);
		one.items[i] = values.items[i];
		misfit = gwt_search_misfit(search, unfit->with.playthrough, unfit->with.entry, &one,
					   &variable);
		if (misfit == GWT_FITS || (found && !is_wrong_by_itself(misfit)))
			continue;
		unfit->misfit = misfit;
		unfit->variable = i;
		found = true;
		if (is_wrong_by_itself(misfit))
			break;
	}
	return found;
}

/* Scenarios under way come first, then those that may begin. */
static unsigned rank_of(const struct gwt_search *search, const struct unfit *unfit)
{
	const struct gwt_playthrough *playthrough = unfit->with.playthrough;
	bool first = unfit->with.entry->interaction_index == 0;

	return (playthrough && playthrough->started && !playthrough->ended ? 4u : 0u) +
	       (is_wrong_by_itself(unfit->misfit) && (first || playthrough) ? 2u : 0u) +
	       (gwt_is_available(search->session, playthrough, unfit->with.entry) ? 1u : 0u);
}

static void try_unfit(struct gwt_search *search, const struct gwt_entry *entry,
		      struct gwt_playthrough *playthrough, const struct gwt_values *values,
		      struct unfit *best)
{
	struct unfit unfit = { .with = { .entry = entry, .values = *values, .playthrough = playthrough } };

	if (!find_misfit(search, &unfit))
		return;
	unfit.rank = rank_of(search, &unfit);
	if (!best->with.entry || best->rank < unfit.rank)
		*best = unfit;
}

static bool find_unfit(struct gwt_search *search, struct unfit *best)
{
	const struct gwt_inquiry *inquiry = search->inquiry;
	size_t looked_at = 0;

	*best = (struct unfit){ 0 };
	for (size_t i = 0; i < inquiry->found_count; i++)
		for (const struct gwt_entry *entry = inquiry->found[i].key->entries;
		     entry && looked_at < MAX_EXPLAINED; entry = entry->same_key) {
			const struct gwt_progress *progress =
				search->session->progress[entry->cassette_index];
			struct gwt_values values;

			if (!gwt_is_selected(&search->session->options, entry) ||
			    !gwt_entry_read(entry, inquiry->request, inquiry->contract, inquiry->arena,
					    &values))
				continue;
			looked_at++;
			try_unfit(search, entry, progress ? progress->newest : NULL, &values, best);
		}
	return best->with.entry != NULL;
}

/* The place of the variable in the request. */
static struct gwt_span place_of(const struct gwt_entry *entry, size_t variable)
{
	for (size_t i = 0; i < entry->request.len; i++) {
		const struct gwt_slot *slot = &entry->request.slots[i];

		for (size_t j = 0; j < slot->piece_count; j++)
			if (slot->pieces[j].variable == variable)
				return slot->at.part == GWT_AT_PATH ? GWT_SPAN("path") : slot->at.pointer;
	}
	return GWT_SPAN("");
}

/* Whether this client knows the value, from its own request or from an answer. */
static bool was_shown(const struct gwt_search *search, const struct unfit *unfit)
{
	const struct gwt_playthrough *playthrough = unfit->with.playthrough;
	const struct gwt_entry *entries =
		gwt_index_entries(search->session->index, unfit->with.entry->cassette_index);

	if (!playthrough || !playthrough->values[unfit->variable].ptr)
		return false;
	if (!gwt_bit(gwt_session_edges(search->session, playthrough->of->cassette)->given, unfit->variable))
		return true;
	for (size_t i = 0; i < entries->cassette->interaction_count; i++)
		for (size_t j = 0; gwt_bit(playthrough->done, i) && j < entries[i].response.len; j++)
			for (size_t k = 0; k < entries[i].response.slots[j].piece_count; k++)
				if (entries[i].response.slots[j].pieces[k].variable == unfit->variable)
					return true;
	return false;
}

/* The client's value of the variable, or what the value must be; the client cannot know a sample. */
static const struct gwt_json *expected_of(struct gwt_search *search, const struct unfit *unfit)
{
	const struct gwt_playthrough *playthrough = unfit->with.playthrough;
	const struct gwt_cassette_variable *of = &unfit->with.entry->cassette->variables[unfit->variable];
	struct gwt_arena *arena = search->inquiry->arena;

	if (unfit->misfit == GWT_FITS_NO_SCOPE)
		return gwt_json_new_string(arena, gwt_search_region(search));
	if (was_shown(search, unfit))
		return gwt_json_new_string(arena, playthrough->values[unfit->variable]);
	if (unfit->misfit == GWT_FITS_NO_TYPE)
		return gwt_json_new_string(arena, gwt_span_of(gwt_variable_wants(of->type)));
	return NULL;
}

static struct gwt_span unfit_note(const struct gwt_search *search, const struct unfit *unfit)
{
	const struct gwt_entry *entry = unfit->with.entry;
	const struct gwt_cassette_variable *of = &entry->cassette->variables[unfit->variable];
	bool given =
		gwt_bit(gwt_session_edges(search->session, entry->cassette_index)->given, unfit->variable);
	struct gwt_arena *arena = search->inquiry->arena;

	if (unfit->misfit == GWT_FITS_NO_TYPE)
		return gwt_arena_printf(arena, "'" GWT_SPAN_FMT "' takes %s", GWT_SPAN_ARG(of->name),
					gwt_variable_wants(of->type));
	if (unfit->misfit == GWT_FITS_NO_SCOPE)
		return GWT_SPAN("the region in the value is not the one that the request is signed for");
	if (given)
		return gwt_arena_printf(
			arena, "no answer of '" GWT_SPAN_FMT "' gave this client that '" GWT_SPAN_FMT "'",
			GWT_SPAN_ARG(entry->cassette->scenario), GWT_SPAN_ARG(of->name));
	return GWT_ABSENT;
}

static void set_unfit(struct gwt_search *search, const struct unfit *unfit, struct gwt_match_result *out)
{
	const struct gwt_cassette_variable *of = &unfit->with.entry->cassette->variables[unfit->variable];
	bool id = gwt_variable_type_is_id(of->type);
	enum gwt_verdict verdict = id ? GWT_VERDICT_UNKNOWN_ID : GWT_VERDICT_WRONG_VALUE;
	struct gwt_difference *difference;

	compare_scope(search, &unfit->with, verdict, out);
	difference = gwt_comparison_add(&out->comparison, search->inquiry->arena, verdict,
					id ? of->name : place_of(unfit->with.entry, unfit->variable));
	difference->expected = expected_of(search, unfit);
	difference->got =
		gwt_json_new_string(search->inquiry->arena, unfit->with.values.items[unfit->variable]);
	out->note = unfit_note(search, unfit);
}

/* Calls out of turn */

/* The first step of a playthrough that was not called and can be called now; absent when there is none. */
static struct gwt_span next_id(const struct gwt_session *session, const struct gwt_playthrough *playthrough)
{
	const struct gwt_entry *entries = gwt_index_entries(session->index, playthrough->of->cassette);

	for (size_t i = 0; i < entries->cassette->interaction_count; i++)
		if (!gwt_bit(playthrough->done, i) && gwt_is_available(session, playthrough, &entries[i]))
			return entries[i].interaction->id;
	return GWT_ABSENT;
}

/*
 * The scenario of the session: that of the last call, else the only one that may answer; NULL when it is
 * not clear.
 */
static const struct gwt_cassette *under_way(const struct gwt_session *session)
{
	const struct gwt_cassettes *cassettes = gwt_index_cassettes(session->index);
	const bool *selected = session->options.selected;
	const struct gwt_cassette *only = NULL;

	if (session->latest && (!selected || selected[session->latest->cassette]))
		return gwt_session_cassette(session, session->latest->cassette);
	for (size_t i = 0; i < cassettes->len; i++) {
		if (selected && !selected[i])
			continue;
		if (only)
			return NULL;
		only = &cassettes->items[i];
	}
	return only;
}

/*
 * Nothing was recorded of the call: name the step that would have been next, so that its author finds
 * the place.
 */
static void set_additional(struct gwt_search *search, struct gwt_match_result *out)
{
	const struct gwt_session *session = search->session;
	const struct gwt_cassette *cassette = under_way(session);
	const struct gwt_progress *progress;
	struct gwt_span next;

	out->under_way = cassette;
	if (!cassette || out->note.ptr)
		return;
	progress = session->progress[cassette - gwt_index_cassettes(session->index)->items];
	next = progress ? next_id(session, progress->newest) : cassette->interactions[0].id;
	out->note = gwt_arena_printf(
		search->inquiry->arena, "expected next in '" GWT_SPAN_FMT "': %s" GWT_SPAN_FMT "%s",
		GWT_SPAN_ARG(cassette->scenario), next.ptr ? "'" : "",
		GWT_SPAN_ARG(next.ptr ? next : GWT_SPAN("nothing")), next.ptr ? "'" : "");
}

static const char *how_to_record(const struct gwt_cassette *cassette)
{
	return gwt_span_is(cassette->provenance.upstream, "proxy") ? "gwtape record --proxy --name"
								   : "gwtape record --mode all";
}

static struct gwt_span consumed_note(const struct gwt_search *search)
{
	const struct gwt_hypothesis *late = &search->late;
	const struct gwt_cassette *cassette = late->entry->cassette;
	struct gwt_span scenario = cassette->scenario,
			next = late->playthrough ? next_id(search->session, late->playthrough) : GWT_ABSENT;

	return gwt_arena_printf(
		search->inquiry->arena,
		"'" GWT_SPAN_FMT
		"' was called already, and a second call is not recorded%s; expected next in '" GWT_SPAN_FMT
		"': %s" GWT_SPAN_FMT "%s (where the call is right, record again: %s " GWT_SPAN_FMT ")",
		GWT_SPAN_ARG(late->entry->interaction->id),
		search->session->options.once ? " (--strict: once each)" : "", GWT_SPAN_ARG(scenario),
		next.ptr ? "'" : "", GWT_SPAN_ARG(next.ptr ? next : GWT_SPAN("nothing")), next.ptr ? "'" : "",
		how_to_record(cassette), GWT_SPAN_ARG(scenario));
}

static struct gwt_span full_note(const struct gwt_search *search)
{
	return gwt_arena_printf(search->inquiry->arena,
				"'" GWT_SPAN_FMT
				"' is under way %d times: delete its APIs, or reset the session",
				GWT_SPAN_ARG(search->full->cassette->scenario), GWT_MAX_OPEN_PLAYTHROUGHS);
}

static struct gwt_span stale_note(const struct gwt_search *search, struct gwt_span id,
				  const struct gwt_later_write *write)
{
	struct gwt_arena *arena = search->inquiry->arena;

	if (!write->entry)
		return gwt_arena_printf(arena,
					"'" GWT_SPAN_FMT "' is not true since " GWT_SPAN_FMT " " GWT_SPAN_FMT
					", which is of no scenario",
					GWT_SPAN_ARG(id), GWT_SPAN_ARG(write->operation),
					GWT_SPAN_ARG(write->path));
	return gwt_arena_printf(arena,
				"'" GWT_SPAN_FMT "' was recorded before '" GWT_SPAN_FMT "' of '" GWT_SPAN_FMT
				"', which was called since",
				GWT_SPAN_ARG(id), GWT_SPAN_ARG(write->entry->interaction->id),
				GWT_SPAN_ARG(write->entry->cassette->scenario));
}

static struct gwt_span order_note(const struct gwt_search *search, const struct gwt_match_result *out)
{
	struct gwt_span id = search->late.entry->interaction->id;

	if (out->comes_after)
		return gwt_arena_printf(search->inquiry->arena,
					"'" GWT_SPAN_FMT "' comes after '" GWT_SPAN_FMT
					"', which was not called yet",
					GWT_SPAN_ARG(id), GWT_SPAN_ARG(out->comes_after->interaction->id));
	return stale_note(search, id, &out->stale_since);
}

static void set_late(struct gwt_search *search, struct gwt_match_result *out)
{
	const struct gwt_hypothesis *late = &search->late;
	bool used = gwt_playthrough_is_done(late->playthrough, late->entry) &&
		    (late->entry->effect || search->session->options.once);
	struct gwt_hindrance why;

	compare_scope(search, late, used ? GWT_VERDICT_ALREADY_CONSUMED : GWT_VERDICT_OUT_OF_ORDER, out);
	gwt_find_hindrance(search->session, late->playthrough, late->entry, &why);
	if (used) {
		out->note = search->full ? full_note(search) : consumed_note(search);
		return;
	}
	out->comes_after = why.comes_after;
	out->stale_since = why.stale_since;
	out->note = order_note(search, out);
}

void gwt_search_refuse(struct gwt_search *search, struct gwt_match_result *out)
{
	struct unfit unfit;

	if (search->late.entry)
		set_late(search, out);
	else if (find_unfit(search, &unfit))
		set_unfit(search, &unfit, out);
	else
		gwt_find_nearest(search->session, search->inquiry, out);
	if (!out->entry)
		set_additional(search, out);
}
