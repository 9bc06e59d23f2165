/* Which interactions may answer: what is available of the playthroughs under way, and what begins one. */
#include "lib/match/internal.h"

#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/match/index.h"

/* What answers */

/* Whether an interaction answers again after it was used: a read, or a write that does the same again. */
static bool repeats(const struct gwt_session *session, const struct gwt_entry *entry)
{
	if (session->options.once)
		return !entry->effect && entry->interaction->repeated;
	return entry->repeats;
}

static bool answers(const struct gwt_session *session, const struct gwt_playthrough *playthrough,
		    const struct gwt_entry *entry)
{
	return (!gwt_playthrough_is_done(playthrough, entry) || repeats(session, entry)) &&
	       gwt_is_available(session, playthrough, entry);
}

void gwt_search_add(struct gwt_search *search, const struct gwt_hypothesis *hypothesis)
{
	GWT_GROW(search->inquiry->arena, search->items, search->len, search->cap);
	search->items[search->len++] = *hypothesis;
}

/*
 * Of equal interactions in a playthrough, the first unused one in recorded order is better; else the
 * last one.
 */
static bool is_better(const struct gwt_playthrough *playthrough, const struct gwt_entry *offered,
		      const struct gwt_entry *had)
{
	bool used = gwt_playthrough_is_done(playthrough, offered),
	     had_used = gwt_playthrough_is_done(playthrough, had);

	if (used != had_used)
		return had_used;
	return used ? offered->interaction_index > had->interaction_index
		    : offered->interaction_index < had->interaction_index;
}

/*
 * The hypothesis that the search has for this playthrough; NULL when there is none. Scenarios come one after
 * the other.
 */
static struct gwt_hypothesis *offered_of(struct gwt_search *search, const struct gwt_hypothesis *offered)
{
	struct gwt_hypothesis *last = search->len ? &search->items[search->len - 1] : NULL;
	const struct gwt_playthrough *playthrough = offered->playthrough;

	if (playthrough)
		return playthrough->search == search->session->searches ? &search->items[playthrough->item]
									: NULL;
	return last && !last->playthrough && last->entry->cassette_index == offered->entry->cassette_index
		       ? last
		       : NULL;
}

static void offer(struct gwt_search *search, const struct gwt_hypothesis *offered)
{
	struct gwt_hypothesis *had = offered_of(search, offered);

	if (had) {
		if (is_better(offered->playthrough, offered->entry, had->entry))
			*had = *offered;
		return;
	}
	if (offered->playthrough) {
		offered->playthrough->search = search->session->searches;
		offered->playthrough->item = search->len;
	}
	gwt_search_add(search, offered);
}

bool gwt_search_region_differs(struct gwt_search *search, const struct gwt_entry *entry)
{
	struct gwt_span recorded = entry->cassette->provenance.region;

	return !search->session->options.any_region && recorded.ptr && gwt_search_region(search).ptr &&
	       !gwt_span_eq(recorded, gwt_search_region(search));
}

/*
 * Note an equal interaction that cannot answer now, to explain it: first one of the request's region, then
 * one that was not used, then a read, which only became stale.
 */
static void note_late(struct gwt_search *search, const struct gwt_hypothesis *hypothesis)
{
	const struct gwt_entry *entry = hypothesis->entry;
	bool done = gwt_playthrough_is_done(hypothesis->playthrough, entry);
	unsigned rank = (gwt_search_region_differs(search, entry) ? 1u : 5u) + (!done           ? 2u
										: entry->effect ? 0u
												: 1u);

	if (search->late.entry && search->late_rank >= rank)
		return;
	search->late = *hypothesis;
	search->late_rank = rank;
}

void gwt_search_try_values(struct gwt_search *search, struct gwt_playthrough *playthrough,
			   const struct gwt_entry *entry, const struct gwt_values *values)
{
	struct gwt_hypothesis hypothesis = { .entry = entry, .values = *values, .playthrough = playthrough };
	size_t variable;

	if (gwt_search_misfit(search, playthrough, entry, values, &variable) != GWT_FITS)
		return;
	if (!answers(search->session, playthrough, entry)) {
		note_late(search, &hypothesis);
		return;
	}
	hypothesis.begins = !playthrough || !playthrough->started;
	hypothesis.number = 1;
	offer(search, &hypothesis);
}

static bool read_values(struct gwt_search *search, const struct gwt_entry *entry, struct gwt_values *out)
{
	const struct gwt_inquiry *inquiry = search->inquiry;

	return gwt_is_selected(&search->session->options, entry) &&
	       gwt_entry_read(entry, inquiry->request, inquiry->contract, inquiry->arena, out);
}

void gwt_search_try(struct gwt_search *search, struct gwt_playthrough *playthrough,
		    const struct gwt_entry *entry)
{
	struct gwt_values values;

	if (read_values(search, entry, &values))
		gwt_search_try_values(search, playthrough, entry, &values);
}

/* Beginning a playthrough */

bool gwt_has_samples(const struct gwt_entry *entry, const struct gwt_values *values)
{
	for (size_t i = 0; i < values->len; i++)
		if (values->items[i].ptr &&
		    !gwt_span_eq(values->items[i], entry->cassette->variables[i].sample))
			return false;
	return true;
}

bool gwt_has_ids_of(const struct gwt_playthrough *playthrough, const struct gwt_entry *entry,
		    const struct gwt_values *values)
{
	for (size_t i = 0; i < values->len; i++)
		if (values->items[i].ptr &&
		    !gwt_span_eq(values->items[i], gwt_playthrough_value(playthrough, entry, i)))
			return false;
	return true;
}

/* How many scenarios that may answer begin like this one. */
static size_t beginners(const struct gwt_session *session, const struct gwt_entry *first)
{
	size_t count = 0;

	if (!session->options.selected)
		return first->key->first_len;
	for (const struct gwt_entry *entry = first->key->starters; entry; entry = entry->next_starter)
		count += entry->interaction_index == 0 && gwt_is_selected(&session->options, entry);
	return count;
}

/*
 * With `once`: a call that begins several scenarios counts in all of them, since only later calls show which
 * one was meant. The others may begin again, until as many calls came as scenarios begin like this.
 */
static bool may_begin_once(const struct gwt_session *session, const struct gwt_playthrough *playthrough,
			   const struct gwt_entry *entry)
{
	return !playthrough || !playthrough->started ||
	       (entry->interaction_index == 0 &&
		gwt_session_tally(session, entry).starts < beginners(session, entry));
}

/* A scenario that creates its API begins a playthrough with each creation; with what comes before that once the last is over. */
static bool may_begin_another(struct gwt_search *search, const struct gwt_entry *entry)
{
	const struct gwt_progress *progress = search->session->progress[entry->cassette_index];
	size_t creator = gwt_index_creator(search->session->index, entry->cassette_index);

	if (entry->interaction_index > creator ||
	    (entry->interaction_index < creator && !progress->newest->ended))
		return false;
	if (progress->open >= GWT_MAX_OPEN_PLAYTHROUGHS)
		search->full = entry;
	return progress->open < GWT_MAX_OPEN_PLAYTHROUGHS;
}

/*
 * A scenario under way starts over with its first step if the ids differ. With the same ids it does so only
 * if the step does the same again, whatever came since.
 */
static bool may_start_over(const struct gwt_playthrough *playthrough, const struct gwt_entry *entry,
			   const struct gwt_values *values)
{
	return entry->interaction_index == 0 && (!gwt_has_ids_of(playthrough, entry, values) || entry->again);
}

void gwt_search_start_values(struct gwt_search *search, const struct gwt_entry *entry,
			     const struct gwt_values *values)
{
	struct gwt_session *session = search->session;
	struct gwt_playthrough *playthrough = gwt_first_playthrough(session, entry);
	struct gwt_hypothesis hypothesis = {
		.entry = entry, .values = *values, .playthrough = playthrough, .begins = true, .number = 1
	};

	if ((session->options.once && !may_begin_once(session, playthrough, entry)) ||
	    !gwt_search_can_begin(search, entry, values) || !gwt_is_available(session, NULL, entry))
		return;
	if (playthrough && playthrough->started) {
		if (gwt_index_creator(session->index, entry->cassette_index) == SIZE_MAX) {
			if (!may_start_over(playthrough, entry, values))
				return;
		} else if (may_begin_another(search, entry)) {
			hypothesis.playthrough = NULL;
			hypothesis.number = session->progress[entry->cassette_index]->playthroughs + 1;
		} else {
			return;
		}
	}
	gwt_search_add(search, &hypothesis);
}

void gwt_search_start(struct gwt_search *search, const struct gwt_entry *entry)
{
	struct gwt_values values;

	if (read_values(search, entry, &values))
		gwt_search_start_values(search, entry, &values);
}

/* Whether one of the first `len` hypotheses is of the entry's scenario. */
bool gwt_search_has(const struct gwt_search *search, size_t len, const struct gwt_entry *entry)
{
	for (size_t i = 0; i < len; i++)
		if (search->items[i].entry->cassette_index == entry->cassette_index)
			return true;
	return false;
}
