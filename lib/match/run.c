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

static void forget_values(struct gwt_run *run, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free((void *)(uintptr_t)run->values[i].ptr);
		run->values[i] = GWT_ABSENT;
	}
}

static void forget_blockers(struct gwt_run *run)
{
	while (run->blockers) {
		struct gwt_blocker *next = run->blockers->next;

		free((void *)(uintptr_t)run->blockers->write.operation.ptr);
		free((void *)(uintptr_t)run->blockers->write.path.ptr);
		free(run->blockers);
		run->blockers = next;
	}
}

static void unbind(const struct gwt_session *session, struct gwt_run *run)
{
	for (size_t i = 0; i < gwt_session_cassette(session, run->of->cassette)->interaction_count; i++) {
		gwt_chains_remove(&run->by_ids[i]);
		gwt_chains_remove(&run->by_key[i]);
	}
}

/* As if nothing of it had been called yet. */
static void reset(const struct gwt_session *session, struct gwt_run *run)
{
	const struct gwt_cassette *cassette = gwt_session_cassette(session, run->of->cassette);
	size_t words = gwt_bit_words(cassette->interaction_count);

	run->of->open -= run->started && !run->ended;
	run->of->ended -= run->ended;
	run->started = run->ended = false;
	memset(run->done, 0, words * sizeof(*run->done));
	memset(run->blocked, 0, words * sizeof(*run->blocked));
	unbind(session, run);
	gwt_run_unreach(run);
	forget_blockers(run);
	forget_values(run, cassette->variable_count);
}

static size_t bytes_of_run(size_t interactions, size_t variables)
{
	return sizeof(struct gwt_run) + variables * sizeof(struct gwt_span) +
	       2 * interactions * sizeof(struct gwt_node) +
	       2 * gwt_bit_words(interactions) * sizeof(uint64_t);
}

/* One piece of memory, so that a run's state is in few cache lines. What needs most alignment is first. */
static void lay_out(struct gwt_run *run, size_t interactions, size_t variables)
{
	run->values = (struct gwt_span *)(run + 1);
	run->by_ids = (struct gwt_node *)(run->values + variables);
	run->by_key = run->by_ids + interactions;
	run->done = (uint64_t *)(run->by_key + interactions);
	run->blocked = run->done + gwt_bit_words(interactions);
}

struct gwt_progress *gwt_progress_of(struct gwt_session *session, size_t cassette)
{
	const struct gwt_cassette *from = gwt_session_cassette(session, cassette);
	struct gwt_progress *progress = session->progress[cassette];
	size_t run_bytes = bytes_of_run(from->interaction_count, from->variable_count);

	if (progress)
		return progress;
	progress = gwt_xcalloc(1, sizeof(*progress) + run_bytes +
					  from->interaction_count * sizeof(*progress->uses));
	progress->cassette = cassette;
	progress->first = progress->newest = (struct gwt_run *)(progress + 1);
	progress->uses = (uint32_t *)((char *)progress->first + run_bytes);
	progress->first->of = progress;
	progress->first->number = progress->runs = 1;
	lay_out(progress->first, from->interaction_count, from->variable_count);
	session->progress[cassette] = progress;
	return progress;
}

static void release(const struct gwt_session *session, struct gwt_run *run)
{
	reset(session, run);
	if (run != run->of->first)
		free(run);
}

void gwt_progress_free(const struct gwt_session *session, struct gwt_progress *progress)
{
	struct gwt_run *run = progress ? progress->newest : NULL;

	while (run) {
		struct gwt_run *older = run->older;

		release(session, run);
		run = older;
	}
	free(progress);
}

static struct gwt_run *new_run(struct gwt_session *session, struct gwt_progress *progress)
{
	const struct gwt_cassette *from = gwt_session_cassette(session, progress->cassette);
	struct gwt_run *run = gwt_xcalloc(1, bytes_of_run(from->interaction_count, from->variable_count));

	run->of = progress;
	run->older = progress->newest;
	run->number = ++progress->runs;
	lay_out(run, from->interaction_count, from->variable_count);
	progress->newest = run;
	return run;
}

/* Values */

static struct gwt_span own_copy(struct gwt_span s)
{
	char *copy = gwt_xcalloc(1, s.len + 1);

	gwt_copy(copy, s.ptr, s.len);
	return (struct gwt_span){ copy, s.len };
}

struct gwt_span gwt_run_value(const struct gwt_run *run, const struct gwt_entry *entry, size_t variable)
{
	if (run && run->values[variable].ptr)
		return run->values[variable];
	return entry->cassette->variables[variable].sample;
}

/* Letters become letters and digits digits, so that the id has the form that the service gives it. */
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

static bool bind_values(struct gwt_run *run, const struct gwt_values *values)
{
	bool bound = false;

	for (size_t i = 0; i < values->len; i++) {
		if (!values->items[i].ptr || run->values[i].ptr)
			continue;
		run->values[i] = own_copy(values->items[i]);
		bound = true;
	}
	return bound;
}

static void bind_fresh(const struct gwt_session *session, struct gwt_run *run, const struct gwt_entry *entry,
		       struct gwt_arena *scratch)
{
	const struct gwt_edges *edges = gwt_session_edges(session, run->of->cassette);

	for (size_t i = 0; i < entry->cassette->variable_count; i++) {
		struct gwt_span fresh = gwt_fresh_value(entry, edges, i, run->number, scratch);

		if (fresh.ptr)
			run->values[i] = own_copy(fresh);
	}
}

/* Whether a variable of its request has no value yet and may still take any. */
static bool is_open(const struct gwt_edges *edges, const struct gwt_run *run, const struct gwt_entry *entry)
{
	for (size_t i = 0; i < entry->request.len; i++)
		for (size_t j = 0; j < entry->request.slots[i].piece_count; j++) {
			size_t variable = entry->request.slots[i].pieces[j].variable;

			if (variable != GWT_LITERAL && !run->values[variable].ptr &&
			    !gwt_bit(edges->given, variable))
				return true;
		}
	return false;
}

static void bind_entries(struct gwt_session *session, struct gwt_run *run, struct gwt_arena *scratch)
{
	const struct gwt_entry *entries = gwt_index_entries(session->index, run->of->cassette);
	const struct gwt_edges *edges = gwt_session_edges(session, run->of->cassette);
	struct gwt_values values = { run->values, entries->cassette->variable_count };

	unbind(session, run);
	for (size_t i = 0; i < entries->cassette->interaction_count; i++) {
		run->by_ids[i] = (struct gwt_node){ .hash = gwt_entry_ids(&entries[i], &values, scratch),
						    .run = run,
						    .entry = &entries[i] };
		gwt_chains_add(&session->by_ids, &run->by_ids[i]);
		if (!is_open(edges, run, &entries[i]))
			continue;
		run->by_key[i] = (struct gwt_node){ .hash = gwt_key_hash(entries[i].key),
						    .run = run,
						    .entry = &entries[i] };
		gwt_chains_add(&session->by_key, &run->by_key[i]);
	}
}

static struct gwt_run *run_of(struct gwt_session *session, const struct gwt_hypothesis *hypothesis,
			      struct gwt_arena *scratch)
{
	struct gwt_progress *progress = gwt_progress_of(session, hypothesis->entry->cassette_index);
	struct gwt_run *run = hypothesis->run ? hypothesis->run : progress->first;

	if (!hypothesis->begins)
		return run;
	if (hypothesis->number > 1) {
		run = new_run(session, progress);
		bind_fresh(session, run, hypothesis->entry, scratch);
	} else {
		reset(session, run);
	}
	return run;
}

struct gwt_run *gwt_run_enter(struct gwt_session *session, const struct gwt_hypothesis *hypothesis,
			      struct gwt_arena *scratch)
{
	struct gwt_run *run = run_of(session, hypothesis, scratch);
	bool bound = bind_values(run, &hypothesis->values);

	if (run->started && !bound)
		return run;
	run->of->open += !run->started;
	run->started = true;
	bind_entries(session, run, scratch);
	gwt_run_reach(session, run, scratch);
	return run;
}

/* What was matched */

bool gwt_run_is_done(const struct gwt_run *run, const struct gwt_entry *entry)
{
	return run && gwt_bit(run->done, entry->interaction_index);
}

/* The oldest of the ended ones, but for the first, which the samples belong to. */
static void forget_ended(const struct gwt_session *session, struct gwt_progress *progress)
{
	struct gwt_run **oldest = NULL;

	for (struct gwt_run **at = &progress->newest; *at; at = &(*at)->older)
		if ((*at)->ended && *at != progress->first)
			oldest = at;
	if (oldest && progress->ended > GWT_MAX_ENDED_RUNS) {
		struct gwt_run *run = *oldest;

		*oldest = run->older;
		release(session, run);
	}
}

/* Whether every API that it deletes is deleted. */
static bool is_over(const struct gwt_session *session, const struct gwt_run *run)
{
	const struct gwt_entry *entries = gwt_index_entries(session->index, run->of->cassette);
	bool deletes = false;

	for (size_t i = 0; i < entries->cassette->interaction_count; i++) {
		if (!entries[i].deletes_api)
			continue;
		if (!gwt_bit(run->done, i))
			return false;
		deletes = true;
	}
	return deletes;
}

void gwt_run_done(struct gwt_session *session, struct gwt_run *run, const struct gwt_entry *entry)
{
	struct gwt_progress *progress = run->of;

	progress->used += progress->uses[entry->interaction_index]++ == 0;
	gwt_bit_set(run->done, entry->interaction_index);
	/* what every run asks alike and may ask once is looked for no more in this one */
	if (run != progress->first && !entry->repeats && entry->request.len == 0)
		gwt_chains_remove(&run->by_ids[entry->interaction_index]);
	if (!entry->deletes_api || run->ended || !is_over(session, run))
		return;
	run->ended = true;
	gwt_run_unreach(run);
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
static size_t first_missing(const uint64_t *row, size_t words, const struct gwt_run *run, size_t interaction)
{
	for (size_t i = 0; i < words && i <= interaction / 64; i++) {
		uint64_t missing = row[i] & below(i, interaction) & ~(run ? run->done[i] : 0);

		if (missing)
			return i * 64 + lowest_bit(missing);
	}
	return SIZE_MAX;
}

/* The first that was recorded after it and was matched. */
static size_t first_later(const uint64_t *row, size_t words, const struct gwt_run *run, size_t interaction)
{
	for (size_t i = interaction / 64; run && i < words; i++) {
		uint64_t later = row[i] & run->done[i] & ~below(i, interaction + 1);

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

bool gwt_is_available(const struct gwt_session *session, const struct gwt_run *run,
		      const struct gwt_entry *entry)
{
	const struct gwt_edges *edges = gwt_session_edges(session, entry->cassette_index);
	const uint64_t *row = row_of(session, edges, entry);
	size_t at = entry->interaction_index;

	return !(run && gwt_bit(run->blocked, at)) && first_missing(row, edges->words, run, at) == SIZE_MAX &&
	       first_later(row, edges->words, run, at) == SIZE_MAX;
}

static const struct gwt_blocker *blocker_of(const struct gwt_run *run, size_t interaction)
{
	const struct gwt_blocker *blocker = run ? run->blockers : NULL;

	while (blocker && !gwt_bit(blocker->blocks, interaction))
		blocker = blocker->next;
	return blocker;
}

void gwt_find_hindrance(const struct gwt_session *session, const struct gwt_run *run,
			const struct gwt_entry *entry, struct gwt_hindrance *out)
{
	const struct gwt_edges *edges = gwt_session_edges(session, entry->cassette_index);
	const struct gwt_entry *entries = gwt_index_entries(session->index, entry->cassette_index);
	const uint64_t *row = row_of(session, edges, entry);
	size_t at = entry->interaction_index, missing = first_missing(row, edges->words, run, at),
	       later = first_later(row, edges->words, run, at);
	const struct gwt_blocker *blocker = blocker_of(run, at);

	*out = (struct gwt_hindrance){ 0 };
	if (blocker)
		out->stale_since = blocker->write;
	else if (missing != SIZE_MAX)
		out->comes_after = &entries[missing];
	else if (later != SIZE_MAX)
		out->stale_since.entry = &entries[later];
}
