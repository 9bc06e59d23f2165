/* A session's life, and what an answered call changes. */
#include <assert.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/contract/parts.h"
#include "lib/match/index.h"
#include "lib/match/internal.h"
#include "lib/model/related.h"

struct gwt_session *gwt_session_new(const struct gwt_index *index, const struct gwt_match_options *options)
{
	struct gwt_session *session = gwt_xcalloc(1, sizeof(*session));
	size_t count = gwt_index_cassettes(index)->len;

	session->index = index;
	session->options = *options;
	session->progress = gwt_xcalloc(count, sizeof(*session->progress));
	gwt_chains_init(&session->by_ids, count);
	gwt_chains_init(&session->by_key, 0);
	gwt_chains_init(&session->reached, count);
	return session;
}

void gwt_session_free(struct gwt_session *session)
{
	if (!session)
		return;
	for (size_t i = 0; i < gwt_index_cassettes(session->index)->len; i++)
		gwt_progress_free(session, session->progress[i]);
	free(session->progress);
	free(session->by_ids.heads);
	free(session->by_key.heads);
	free(session->reached.heads);
	gwt_map_release(&session->issued);
	gwt_map_release(&session->tallies);
	gwt_arena_release(&session->arena);
	free(session);
}

void gwt_session_select(struct gwt_session *session, const bool *selected)
{
	session->options.selected = selected;
}

bool gwt_session_has_operation(const struct gwt_session *session, struct gwt_span operation)
{
	const struct gwt_cassettes *cassettes = gwt_index_cassettes(session->index);

	if (!session->options.selected)
		return gwt_index_has_operation(session->index, operation);
	for (size_t i = 0; i < cassettes->len; i++)
		for (size_t j = 0; session->options.selected[i] && j < cassettes->items[i].interaction_count;
		     j++)
			if (gwt_span_eq(cassettes->items[i].interactions[j].operation, operation))
				return true;
	return false;
}

void gwt_session_issue(struct gwt_session *session, struct gwt_span id)
{
	if (!gwt_map_get(&session->issued, id)) /* kept once, however often the backdrop shows it */
		gwt_map_put(&session->issued, gwt_arena_copy(&session->arena, id), session);
}

void gwt_session_issue_all(struct gwt_session *session, const struct gwt_session *from)
{
	struct gwt_map_entry *entry;

	for (size_t i = 0; (entry = gwt_map_next(&from->issued, &i));)
		gwt_session_issue(session, entry->key);
}

/* Once: what was counted */

/* The entry's key as a name for maps: the pointer itself. */
static struct gwt_span key_name(const struct gwt_entry *entry)
{
	return (struct gwt_span){ (const char *)&entry->key, sizeof(entry->key) };
}

struct gwt_tally gwt_session_tally(const struct gwt_session *session, const struct gwt_entry *entry)
{
	const struct gwt_tally *tally = gwt_map_get(&session->tallies, key_name(entry));

	return tally ? *tally : (struct gwt_tally){ 0 };
}

/*
 * Interactions with requests equal to that of `entry` and a better claim: more of their scenario was called.
 */
static size_t better_claims(const struct gwt_session *session, const struct gwt_entry *entry)
{
	size_t used = session->progress[entry->cassette_index]->used, better = 0;

	for (const struct gwt_entry *other = entry->key->entries; other; other = other->same_key) {
		const struct gwt_progress *progress = session->progress[other->cassette_index];

		if (progress && progress->uses[other->interaction_index] && other != entry)
			better += progress->used > used || (progress->used == used && other < entry);
	}
	return better;
}

size_t gwt_session_uses(const struct gwt_session *session, const struct gwt_entry *entry)
{
	const struct gwt_progress *progress = session->progress[entry->cassette_index];
	size_t uses = progress ? progress->uses[entry->interaction_index] : 0;

	if (!uses || !session->options.once)
		return uses;
	return better_claims(session, entry) < gwt_session_tally(session, entry).calls ? uses : 0;
}

static bool is_counted(const struct gwt_session *session, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (session->answering[i].entry->key == session->answering[before].entry->key)
			return true;
	return false;
}

/* Counted once for each call, however many scenarios it fits. */
static void count_call(struct gwt_session *session)
{
	for (size_t i = 0; i < session->answering_count; i++) {
		const struct gwt_entry *entry = session->answering[i].entry;
		struct gwt_tally *tally = gwt_map_get(&session->tallies, key_name(entry));

		if (is_counted(session, i))
			continue;
		if (!tally) {
			tally = gwt_arena_new(&session->arena, struct gwt_tally);
			gwt_map_put(&session->tallies, key_name(entry), tally);
		}
		tally->calls++;
		tally->starts += entry->interaction_index == 0;
	}
}

/* A refused write changed nothing for anybody. */
static void block_others(struct gwt_session *session)
{
	struct gwt_later_write write = { .entry = session->answering[0].entry };

	if (write.entry->effect)
		gwt_session_block(session, session->answered, session->answered_path, session->answer,
				  &write);
}

void gwt_session_take(struct gwt_session *session)
{
	struct gwt_arena scratch = { 0 };

	assert(session->answering_count);
	if (session->options.once)
		count_call(session);
	block_others(session);
	for (size_t i = 0; i < session->answering_count; i++) {
		const struct gwt_hypothesis *each = &session->answering[i];

		gwt_playthrough_done(session, gwt_playthrough_enter(session, each, &scratch), each->entry);
		session->latest = session->progress[each->entry->cassette_index];
	}
	session->answering_count = 0;
	gwt_arena_release(&scratch);
}

void gwt_session_overtaken(struct gwt_session *session, const struct gwt_request *request,
			   const struct gwt_response *response)
{
	struct gwt_arena arena = { 0 };
	const struct gwt_service_operation *operation =
		gwt_service_operation_of(&arena, request->method, request->path, request->query);
	struct gwt_later_write write = { .operation =
						 operation ? gwt_span_of(operation->name) : request->method,
					 .path = request->path };

	struct gwt_buf normalized;

	session->answering_count = 0;
	gwt_buf_init_in(&normalized, &arena, request->path.len);
	gwt_contract_add_path(&normalized, request->path);
	gwt_session_block(session, request, gwt_buf_span(&normalized), response, &write);
	gwt_arena_release(&arena);
}
