/* One playing of a scenario: what was matched, what its variables are, what is available. */
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/cassette/template.h"
#include "lib/contract/parts.h"
#include "lib/match/edges.h"
#include "lib/match/index.h"
#include "lib/match/internal.h"
#include "lib/scenario/variable.h"

/* Life */

static void forget_values(struct gwt_playthrough *playthrough, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free((void *)(uintptr_t)playthrough->values[i].ptr);
		playthrough->values[i] = GWT_ABSENT;
	}
}

static void forget_blockers(struct gwt_playthrough *playthrough)
{
	while (playthrough->blockers) {
		struct gwt_blocker *next = playthrough->blockers->next;

		free((void *)(uintptr_t)playthrough->blockers->write.operation.ptr);
		free((void *)(uintptr_t)playthrough->blockers->write.path.ptr);
		free(playthrough->blockers);
		playthrough->blockers = next;
	}
}

static void unbind(const struct gwt_session *session, struct gwt_playthrough *playthrough)
{
	for (size_t i = 0; i < gwt_session_cassette(session, playthrough->of->cassette)->interaction_count;
	     i++) {
		gwt_chains_remove(&playthrough->by_ids[i]);
		gwt_chains_remove(&playthrough->by_key[i]);
	}
}

/* Set it to the state before its first call. */
static void reset(const struct gwt_session *session, struct gwt_playthrough *playthrough)
{
	const struct gwt_cassette *cassette = gwt_session_cassette(session, playthrough->of->cassette);
	size_t words = gwt_bit_words(cassette->interaction_count);

	playthrough->of->open -= playthrough->started && !playthrough->ended;
	playthrough->of->ended -= playthrough->ended;
	playthrough->started = playthrough->ended = false;
	memset(playthrough->done, 0, words * sizeof(*playthrough->done));
	memset(playthrough->blocked, 0, words * sizeof(*playthrough->blocked));
	unbind(session, playthrough);
	gwt_playthrough_unreach(playthrough);
	forget_blockers(playthrough);
	forget_values(playthrough, cassette->variable_count);
}

static size_t bytes_of_playthrough(size_t interactions, size_t variables)
{
	return sizeof(struct gwt_playthrough) + variables * sizeof(struct gwt_span) +
	       2 * interactions * sizeof(struct gwt_chain_node) +
	       2 * gwt_bit_words(interactions) * sizeof(uint64_t);
}

/*
 * One block of memory, so that the state is in few cache lines. Members with the strictest alignment
 * come first.
 */
static void lay_out(struct gwt_playthrough *playthrough, size_t interactions, size_t variables)
{
	playthrough->values = (struct gwt_span *)(playthrough + 1);
	playthrough->by_ids = (struct gwt_chain_node *)(playthrough->values + variables);
	playthrough->by_key = playthrough->by_ids + interactions;
	playthrough->done = (uint64_t *)(playthrough->by_key + interactions);
	playthrough->blocked = playthrough->done + gwt_bit_words(interactions);
}

struct gwt_progress *gwt_progress_of(struct gwt_session *session, size_t cassette)
{
	const struct gwt_cassette *from = gwt_session_cassette(session, cassette);
	struct gwt_progress *progress = session->progress[cassette];
	size_t run_bytes = bytes_of_playthrough(from->interaction_count, from->variable_count);

	if (progress)
		return progress;
	progress = gwt_xcalloc(1, sizeof(*progress) + run_bytes +
					  from->interaction_count * sizeof(*progress->uses));
	progress->cassette = cassette;
	progress->first = progress->newest = (struct gwt_playthrough *)(progress + 1);
	progress->uses = (uint32_t *)((char *)progress->first + run_bytes);
	progress->first->of = progress;
	progress->first->number = progress->playthroughs = 1;
	lay_out(progress->first, from->interaction_count, from->variable_count);
	session->progress[cassette] = progress;
	return progress;
}

static void release(const struct gwt_session *session, struct gwt_playthrough *playthrough)
{
	reset(session, playthrough);
	if (playthrough != playthrough->of->first)
		free(playthrough);
}

void gwt_progress_free(const struct gwt_session *session, struct gwt_progress *progress)
{
	struct gwt_playthrough *playthrough = progress ? progress->newest : NULL;

	while (playthrough) {
		struct gwt_playthrough *older = playthrough->older;

		release(session, playthrough);
		playthrough = older;
	}
	free(progress);
}

static struct gwt_playthrough *new_playthrough(struct gwt_session *session, struct gwt_progress *progress)
{
	const struct gwt_cassette *from = gwt_session_cassette(session, progress->cassette);
	struct gwt_playthrough *playthrough =
		gwt_xcalloc(1, bytes_of_playthrough(from->interaction_count, from->variable_count));

	playthrough->of = progress;
	playthrough->older = progress->newest;
	playthrough->number = ++progress->playthroughs;
	lay_out(playthrough, from->interaction_count, from->variable_count);
	progress->newest = playthrough;
	return playthrough;
}

/* Values */

static struct gwt_span own_copy(struct gwt_span s)
{
	char *copy = gwt_xcalloc(1, s.len + 1);

	gwt_copy(copy, s.ptr, s.len);
	return (struct gwt_span){ copy, s.len };
}

struct gwt_span gwt_playthrough_value(const struct gwt_playthrough *playthrough,
				      const struct gwt_entry *entry, size_t variable)
{
	if (playthrough && playthrough->values[variable].ptr)
		return playthrough->values[variable];
	return entry->cassette->variables[variable].sample;
}

/* Letters are replaced by letters and digits by digits, so that the id has the service's form. */
struct gwt_span gwt_fresh_value(const struct gwt_entry *entry, const struct gwt_edges *edges, size_t variable,
				size_t number, struct gwt_arena *arena)
{
	const struct gwt_cassette_variable *of = &entry->cassette->variables[variable];
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15) * number;
	char *text;

	if (number < 2 || !gwt_bit(edges->given, variable) || !gwt_variable_type_is_id(of->type))
		return GWT_ABSENT;
	for (size_t i = 0; i < of->sample.len; i++)
		state = (state ^ (unsigned char)of->sample.ptr[i]) * UINT64_C(0x100000001b3);
	text = gwt_arena_bytes(arena, of->sample.len);
	for (size_t i = 0; i < of->sample.len; i++) {
		char c = of->sample.ptr[i];

		state ^= state >> 29;
		state *= UINT64_C(0xbf58476d1ce4e5b9);
		state ^= state >> 32;
		if (c >= '0' && c <= '9')
			c = (char)('0' + state % 10);
		else if (c >= 'a' && c <= 'z')
			c = (char)('a' + state % 26);
		else if (c >= 'A' && c <= 'Z')
			c = (char)('A' + state % 26);
		text[i] = c;
	}
	return (struct gwt_span){ text, of->sample.len };
}

static bool bind_values(struct gwt_playthrough *playthrough, const struct gwt_values *values)
{
	bool bound = false;

	for (size_t i = 0; i < values->len; i++) {
		if (!values->items[i].ptr || playthrough->values[i].ptr)
			continue;
		playthrough->values[i] = own_copy(values->items[i]);
		bound = true;
	}
	return bound;
}

static void bind_fresh(const struct gwt_session *session, struct gwt_playthrough *playthrough,
		       const struct gwt_entry *entry, struct gwt_arena *scratch)
{
	const struct gwt_edges *edges = gwt_session_edges(session, playthrough->of->cassette);

	for (size_t i = 0; i < entry->cassette->variable_count; i++) {
		struct gwt_span fresh = gwt_fresh_value(entry, edges, i, playthrough->number, scratch);

		if (fresh.ptr)
			playthrough->values[i] = own_copy(fresh);
	}
}

/* Whether a variable of its request has no value yet and may still take any. */
static bool is_open(const struct gwt_edges *edges, const struct gwt_playthrough *playthrough,
		    const struct gwt_entry *entry)
{
	for (size_t i = 0; i < entry->request.len; i++)
		for (size_t j = 0; j < entry->request.slots[i].piece_count; j++) {
			size_t variable = entry->request.slots[i].pieces[j].variable;

			if (variable != GWT_LITERAL && !playthrough->values[variable].ptr &&
			    !gwt_bit(edges->given, variable))
				return true;
		}
	return false;
}

static void bind_entries(struct gwt_session *session, struct gwt_playthrough *playthrough,
			 struct gwt_arena *scratch)
{
	const struct gwt_entry *entries = gwt_index_entries(session->index, playthrough->of->cassette);
	const struct gwt_edges *edges = gwt_session_edges(session, playthrough->of->cassette);
	struct gwt_values values = { playthrough->values, entries->cassette->variable_count };

	unbind(session, playthrough);
	for (size_t i = 0; i < entries->cassette->interaction_count; i++) {
		playthrough->by_ids[i] =
			(struct gwt_chain_node){ .hash = gwt_entry_ids(&entries[i], &values, scratch),
						 .playthrough = playthrough,
						 .entry = &entries[i] };
		gwt_chains_add(&session->by_ids, &playthrough->by_ids[i]);
		if (!is_open(edges, playthrough, &entries[i]))
			continue;
		playthrough->by_key[i] = (struct gwt_chain_node){ .hash = gwt_key_hash(entries[i].key),
								  .playthrough = playthrough,
								  .entry = &entries[i] };
		gwt_chains_add(&session->by_key, &playthrough->by_key[i]);
	}
}

static struct gwt_playthrough *playthrough_of(struct gwt_session *session,
					      const struct gwt_hypothesis *hypothesis,
					      struct gwt_arena *scratch)
{
	struct gwt_progress *progress = gwt_progress_of(session, hypothesis->entry->cassette_index);
	struct gwt_playthrough *playthrough =
		hypothesis->playthrough ? hypothesis->playthrough : progress->first;

	if (!hypothesis->begins)
		return playthrough;
	if (hypothesis->number > 1) {
		playthrough = new_playthrough(session, progress);
		bind_fresh(session, playthrough, hypothesis->entry, scratch);
	} else {
		reset(session, playthrough);
	}
	return playthrough;
}

struct gwt_playthrough *gwt_playthrough_enter(struct gwt_session *session,
					      const struct gwt_hypothesis *hypothesis,
					      struct gwt_arena *scratch)
{
	struct gwt_playthrough *playthrough = playthrough_of(session, hypothesis, scratch);
	bool bound = bind_values(playthrough, &hypothesis->values);

	if (playthrough->started && !bound)
		return playthrough;
	playthrough->of->open += !playthrough->started;
	playthrough->started = true;
	bind_entries(session, playthrough, scratch);
	gwt_playthrough_reach(session, playthrough, scratch);
	return playthrough;
}

/* What was matched */

bool gwt_playthrough_is_done(const struct gwt_playthrough *playthrough, const struct gwt_entry *entry)
{
	return playthrough && gwt_bit(playthrough->done, entry->interaction_index);
}

/* Forget the oldest ended playthrough, except the first one, which has the samples. */
static void forget_ended(const struct gwt_session *session, struct gwt_progress *progress)
{
	struct gwt_playthrough **oldest = NULL;

	for (struct gwt_playthrough **at = &progress->newest; *at; at = &(*at)->older)
		if ((*at)->ended && *at != progress->first)
			oldest = at;
	if (oldest && progress->ended > GWT_MAX_ENDED_PLAYTHROUGHS) {
		struct gwt_playthrough *playthrough = *oldest;

		*oldest = playthrough->older;
		release(session, playthrough);
	}
}

/* Whether every API that the scenario deletes is deleted. */
static bool is_over(const struct gwt_session *session, const struct gwt_playthrough *playthrough)
{
	const struct gwt_entry *entries = gwt_index_entries(session->index, playthrough->of->cassette);
	bool deletes = false;

	for (size_t i = 0; i < entries->cassette->interaction_count; i++) {
		if (!entries[i].deletes_api)
			continue;
		if (!gwt_bit(playthrough->done, i))
			return false;
		deletes = true;
	}
	return deletes;
}

void gwt_playthrough_done(struct gwt_session *session, struct gwt_playthrough *playthrough,
			  const struct gwt_entry *entry)
{
	struct gwt_progress *progress = playthrough->of;

	progress->used += progress->uses[entry->interaction_index]++ == 0;
	gwt_bit_set(playthrough->done, entry->interaction_index);
	/* one that has no ids and answers only once is not searched for in this playthrough again */
	if (playthrough != progress->first && !entry->repeats && entry->request.len == 0)
		gwt_chains_remove(&playthrough->by_ids[entry->interaction_index]);
	if (!entry->deletes_api || playthrough->ended || !is_over(session, playthrough))
		return;
	playthrough->ended = true;
	gwt_playthrough_unreach(playthrough);
	progress->open--;
	progress->ended++;
	forget_ended(session, progress);
}

/* What is available */

static size_t lowest_bit(uint64_t word)
{
	return (size_t)__builtin_ctzll(word);
}

/* Bits of a row below (or from) an interaction, in the word that has its own bit. */
static uint64_t below(size_t word, size_t interaction)
{
	if (word < interaction / 64)
		return ~UINT64_C(0);
	return word > interaction / 64 ? 0 : (UINT64_C(1) << (interaction % 64)) - 1;
}

/* The first write that is related to it, was recorded before it and was not matched; SIZE_MAX: none. */
static size_t first_missing(const uint64_t *row, size_t words, const struct gwt_playthrough *playthrough,
			    size_t interaction)
{
	for (size_t i = 0; i < words && i <= interaction / 64; i++) {
		uint64_t missing = row[i] & below(i, interaction) & ~(playthrough ? playthrough->done[i] : 0);

		if (missing)
			return i * 64 + lowest_bit(missing);
	}
	return SIZE_MAX;
}

/* The first related write that was recorded after it and was matched. */
static size_t first_later(const uint64_t *row, size_t words, const struct gwt_playthrough *playthrough,
			  size_t interaction)
{
	for (size_t i = interaction / 64; playthrough && i < words; i++) {
		uint64_t later = row[i] & playthrough->done[i] & ~below(i, interaction + 1);

		if (later)
			return i * 64 + lowest_bit(later);
	}
	return SIZE_MAX;
}

static const uint64_t *row_of(const struct gwt_session *session, const struct gwt_edges *edges,
			      const struct gwt_entry *entry)
{
	return gwt_edges_row(edges, session->options.order, entry->interaction_index);
}

bool gwt_is_available(const struct gwt_session *session, const struct gwt_playthrough *playthrough,
		      const struct gwt_entry *entry)
{
	const struct gwt_edges *edges = gwt_session_edges(session, entry->cassette_index);
	const uint64_t *row = row_of(session, edges, entry);
	size_t at = entry->interaction_index;

	return !(playthrough && gwt_bit(playthrough->blocked, at)) &&
	       first_missing(row, edges->words, playthrough, at) == SIZE_MAX &&
	       first_later(row, edges->words, playthrough, at) == SIZE_MAX;
}

static const struct gwt_blocker *blocker_of(const struct gwt_playthrough *playthrough, size_t interaction)
{
	const struct gwt_blocker *blocker = playthrough ? playthrough->blockers : NULL;

	while (blocker && !gwt_bit(blocker->blocks, interaction))
		blocker = blocker->next;
	return blocker;
}

void gwt_find_hindrance(const struct gwt_session *session, const struct gwt_playthrough *playthrough,
			const struct gwt_entry *entry, struct gwt_hindrance *out)
{
	const struct gwt_edges *edges = gwt_session_edges(session, entry->cassette_index);
	const struct gwt_entry *entries = gwt_index_entries(session->index, entry->cassette_index);
	const uint64_t *row = row_of(session, edges, entry);
	size_t at = entry->interaction_index, missing = first_missing(row, edges->words, playthrough, at),
	       later = first_later(row, edges->words, playthrough, at);
	const struct gwt_blocker *blocker = blocker_of(playthrough, at);

	*out = (struct gwt_hindrance){ 0 };
	if (blocker)
		out->stale_since = blocker->write;
	else if (missing != SIZE_MAX)
		out->comes_after = &entries[missing];
	else if (later != SIZE_MAX)
		out->stale_since.entry = &entries[later];
}
