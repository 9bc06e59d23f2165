/* The ways in which a request fits, the better ones first. */
#include "lib/match/internal.h"

#include "lib/match/index.h"

static bool is_under_way(const struct gwt_playthrough *playthrough)
{
	return playthrough && playthrough->started;
}

/*
 * Search playthroughs under way: their bound ids, and variables without a value that can take the request's.
 */
static void search_under_way(struct gwt_search *search, const struct gwt_found *found)
{
	const struct gwt_session *session = search->session;
	const struct gwt_chain_node *node = gwt_chains_first(&session->by_ids, found->ids);

	for (; node; node = node->next)
		if (node->hash == found->ids && node->entry->key == found->key)
			gwt_search_try(search, node->playthrough, node->entry);
	node = gwt_chains_first(&session->by_key, gwt_key_hash(found->key));
	for (; node; node = node->next)
		if (node->entry->key == found->key &&
		    node->playthrough->by_ids[node->entry->interaction_index].hash != found->ids)
			gwt_search_try(search, node->playthrough, node->entry);
}

/* Search scenarios that have not begun: they have the samples from the beginning. */
static void search_samples(struct gwt_search *search, const struct gwt_found *found)
{
	const struct gwt_entry *entry = gwt_index_with_samples(search->session->index, found);

	for (; entry; entry = entry->same_ids) {
		struct gwt_playthrough *playthrough = gwt_first_playthrough(search->session, entry);

		if (entry->sample_ids == found->ids && entry->key == found->key && !is_under_way(playthrough))
			gwt_search_try(search, playthrough, entry);
	}
}

/* Only the flow of ids decides what may begin, so more interactions may than the list of starters has. */
static void search_all_starts(struct gwt_search *search, const struct gwt_found *found)
{
	for (const struct gwt_entry *entry = found->key->entries; entry; entry = entry->same_key)
		gwt_search_start(search, entry);
}

void gwt_search_starts(struct gwt_search *search, const struct gwt_found *found)
{
	if (search->session->options.order == GWT_REPLAY_NONE) {
		search_all_starts(search, found);
		return;
	}
	for (const struct gwt_entry *entry = found->key->starters; entry; entry = entry->next_starter)
		gwt_search_start(search, entry);
}

/*
 * The same ways for interactions that are equal only at level `effect`; a scenario with an equal one
 * keeps that.
 */
static void loose_under_way(struct gwt_search *search, const struct gwt_same_effect *each)
{
	struct gwt_progress *progress = search->session->progress[each->entry->cassette_index];

	for (struct gwt_playthrough *playthrough = progress ? progress->newest : NULL; playthrough;
	     playthrough = playthrough->older)
		if (playthrough->started)
			gwt_search_try_values(search, playthrough, each->entry, &each->values);
}

static void loose_samples(struct gwt_search *search, const struct gwt_same_effect *each)
{
	struct gwt_playthrough *playthrough = gwt_first_playthrough(search->session, each->entry);

	if (!is_under_way(playthrough) && gwt_has_samples(each->entry, &each->values))
		gwt_search_try_values(search, playthrough, each->entry, &each->values);
}

static void loose_start(struct gwt_search *search, const struct gwt_same_effect *each)
{
	gwt_search_start_values(search, each->entry, &each->values);
}

static const struct way {
	void (*exact)(struct gwt_search *, const struct gwt_found *);
	void (*loose)(struct gwt_search *, const struct gwt_same_effect *);
} ways[GWT_SEARCH_WAYS] = {
	{ search_under_way, loose_under_way },
	{ search_samples, loose_samples },
	{ gwt_search_starts, loose_start },
};

void gwt_search_way(struct gwt_search *search, size_t number)
{
	const struct way *way = &ways[number];
	size_t exact;

	for (size_t i = 0; i < search->inquiry->found_count; i++)
		way->exact(search, &search->inquiry->found[i]);
	exact = search->len;
	for (size_t i = 0; i < search->loose_len; i++)
		if (!gwt_search_has(search, exact, search->loose[i].entry))
			way->loose(search, &search->loose[i]);
}
