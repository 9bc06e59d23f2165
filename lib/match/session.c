/* A session's life: how it begins, what a scenario is bound to, and what an answered call changes. */
#include "lib/match/session.h"

#include <stdlib.h>

#include "lib/contract/parts.h"

static void table_init(struct gwt_chains *table, size_t at_least)
{
	size_t size = 16;

	while (size < at_least)
		size *= 2;
	*table = (struct gwt_chains){ gwt_xcalloc(size, sizeof(void *)), size - 1 };
}

struct gwt_session *gwt_session_new(const struct gwt_index *index, const struct gwt_match_options *options)
{
	struct gwt_session *session = gwt_xcalloc(1, sizeof(*session));
	size_t count = gwt_index_cassettes(index)->len;

	session->index = index;
	session->options = *options;
	session->progress = gwt_xcalloc(count, sizeof(*session->progress));
	table_init(&session->bound, count);
	table_init(&session->subjects, count);
	return session;
}

static void forget_values(struct gwt_progress *progress, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free((void *)(uintptr_t)progress->values[i].ptr);
		progress->values[i] = (struct gwt_span){ NULL, 0 };
	}
}

static const struct gwt_cassette *cassette_of(const struct gwt_session *session, size_t cassette)
{
	return &gwt_index_cassettes(session->index)->items[cassette];
}

void gwt_session_free(struct gwt_session *session)
{
	if (!session)
		return;
	for (size_t i = 0; i < gwt_index_cassettes(session->index)->len; i++) {
		struct gwt_progress *progress = session->progress[i];

		if (!progress)
			continue;
		forget_values(progress, cassette_of(session, i)->variable_count);
		for (size_t j = 0; j < progress->subject_count; j++)
			free((void *)(uintptr_t)progress->subjects[j].path.ptr);
		free(progress);
	}
	free(session->progress);
	free(session->bound.heads);
	free(session->subjects.heads);
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
	struct gwt_span copy = gwt_arena_copy(&session->arena, id);

	gwt_map_put(&session->issued, copy, session);
}

void gwt_session_issue_all(struct gwt_session *session, const struct gwt_session *from)
{
	struct gwt_map_entry *entry;

	for (size_t i = 0; (entry = gwt_map_next(&from->issued, &i));)
		gwt_session_issue(session, entry->key);
}

size_t gwt_session_write_after(const struct gwt_session *session, size_t cassette, size_t from)
{
	const struct gwt_entry *entries = gwt_index_entries(session->index, cassette);
	size_t count = cassette_of(session, cassette)->interaction_count;

	while (from < count && !entries[from].writes)
		from++;
	return from;
}

static void unbind(struct gwt_session *session, struct gwt_progress *progress)
{
	for (size_t i = 0; i < cassette_of(session, progress->cassette)->interaction_count; i++) {
		struct gwt_binding *binding = &progress->bindings[i], **at;

		if (!binding->entry)
			continue;
		at = (struct gwt_binding **)&session->bound.heads[binding->ids & session->bound.mask];
		while (*at != binding)
			at = &(*at)->next;
		*at = binding->next;
		binding->entry = NULL;
	}
}

static size_t segment_count(struct gwt_span path)
{
	size_t count = 0;

	for (size_t i = 0; i < path.len; i++)
		count += path.ptr[i] == '/';
	return count < GWT_SUBJECT_SEGMENTS ? count : GWT_SUBJECT_SEGMENTS;
}

static struct gwt_subject **subject_chain(const struct gwt_session *session, struct gwt_span prefix)
{
	return (struct gwt_subject **)&session->subjects.heads[gwt_hash(prefix) & session->subjects.mask];
}

static void leave_subjects(struct gwt_session *session, struct gwt_progress *progress)
{
	for (size_t i = 0; i < progress->subject_count; i++) {
		struct gwt_subject *subject = &progress->subjects[i],
				   **at = subject_chain(session, subject->prefix);

		while (*at != subject)
			at = &(*at)->next;
		*at = subject->next;
		session->subject_lengths[segment_count(subject->prefix)]--;
		free((void *)(uintptr_t)subject->path.ptr);
	}
	progress->subject_count = 0;
}

static void begin(struct gwt_session *session, struct gwt_progress *progress)
{
	const struct gwt_cassette *cassette = cassette_of(session, progress->cassette);

	progress->consistent = true;
	progress->started = false;
	progress->last_write = SIZE_MAX;
	progress->next_write = gwt_session_write_after(session, progress->cassette, 0);
	memset(progress->done, 0, cassette->interaction_count * sizeof(*progress->done));
	unbind(session, progress);
	leave_subjects(session, progress);
	forget_values(progress, cassette->variable_count);
}

/* One piece of memory, so that a scenario's state is in few cache lines. What needs most alignment is first. */
static struct gwt_progress *new_progress(size_t interactions, size_t variables)
{
	struct gwt_progress *progress;
	size_t each = sizeof(*progress->subjects) + sizeof(*progress->bindings) + sizeof(*progress->uses) +
		      sizeof(*progress->done);

	progress = gwt_xcalloc(1, sizeof(*progress) + variables * sizeof(*progress->values) +
					  interactions * each);
	progress->values = (struct gwt_span *)(progress + 1);
	progress->subjects = (struct gwt_subject *)(progress->values + variables);
	progress->bindings = (struct gwt_binding *)(progress->subjects + interactions);
	progress->uses = (uint32_t *)(progress->bindings + interactions);
	progress->done = (bool *)(progress->uses + interactions);
	return progress;
}

static struct gwt_progress *progress_of(struct gwt_session *session, size_t cassette)
{
	const struct gwt_cassette *from = cassette_of(session, cassette);
	struct gwt_progress *progress = session->progress[cassette];

	if (progress)
		return progress;
	progress = new_progress(from->interaction_count, from->variable_count);
	progress->cassette = cassette;
	session->progress[cassette] = progress;
	begin(session, progress);
	return progress;
}

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

/* Interactions that ask the same as `entry` and have a better claim to a call: more of their scenario was called. */
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

	if (!uses || !session->options.strict)
		return uses;
	return better_claims(session, entry) < gwt_session_tally(session, entry).calls ? uses : 0;
}

static struct gwt_span first_segments(struct gwt_span path, size_t count)
{
	size_t at = 0;

	for (size_t seen = 0; at < path.len; at++)
		if (path.ptr[at] == '/' && seen++ == count)
			break;
	return gwt_span_slice(path, 0, at);
}

static struct gwt_span own_copy(struct gwt_span s)
{
	char *copy = gwt_xcalloc(1, s.len + 1);

	memcpy(copy, s.ptr, s.len);
	return (struct gwt_span){ copy, s.len };
}

static void bind_values(struct gwt_progress *progress, const struct gwt_values *values)
{
	for (size_t i = 0; i < values->len; i++)
		if (values->items[i].ptr && !progress->values[i].ptr)
			progress->values[i] = own_copy(values->items[i]);
}

static struct gwt_values values_of(const struct gwt_session *session, const struct gwt_progress *progress)
{
	return (struct gwt_values){ progress->values,
				    cassette_of(session, progress->cassette)->variable_count };
}

/* The normalized path of a recorded request, as this client would send it. */
static void bound_path(const struct gwt_session *session, const struct gwt_progress *progress,
		       size_t interaction, struct gwt_buf *out, struct gwt_arena *scratch)
{
	const struct gwt_entry *entry = gwt_index_entries(session->index, progress->cassette) + interaction;
	struct gwt_values values = values_of(session, progress);
	struct gwt_request request;

	gwt_buf_clear(out);
	gwt_template_request(&entry->request, entry->cassette, entry->interaction, &values, scratch,
			     &request);
	gwt_contract_add_path(out, request.path);
}

static bool is_subject(const struct gwt_progress *progress, struct gwt_span path)
{
	for (size_t i = 0; i < progress->subject_count; i++)
		if (gwt_span_eq(progress->subjects[i].path, path))
			return true;
	return false;
}

static void enter_subjects(struct gwt_session *session, struct gwt_progress *progress,
			   struct gwt_arena *scratch)
{
	gwt_auto(gwt_buf_release) struct gwt_buf path = { .max = SIZE_MAX };

	leave_subjects(session, progress);
	for (size_t i = 0; i < cassette_of(session, progress->cassette)->interaction_count; i++) {
		struct gwt_subject *subject = &progress->subjects[progress->subject_count], **head;

		bound_path(session, progress, i, &path, scratch);
		if (is_subject(progress, gwt_buf_span(&path)))
			continue;
		subject->progress = progress;
		subject->path = own_copy(gwt_buf_span(&path));
		subject->prefix = first_segments(subject->path, GWT_SUBJECT_SEGMENTS);
		head = subject_chain(session, subject->prefix);
		subject->next = *head;
		*head = subject;
		session->subject_lengths[segment_count(subject->prefix)]++;
		progress->subject_count++;
	}
}

static void bind_entries(struct gwt_session *session, struct gwt_progress *progress,
			 struct gwt_arena *scratch)
{
	const struct gwt_entry *entries = gwt_index_entries(session->index, progress->cassette);
	struct gwt_values values = values_of(session, progress);

	unbind(session, progress);
	for (size_t i = 0; i < entries->cassette->interaction_count; i++) {
		struct gwt_binding *binding = &progress->bindings[i], **head;

		binding->ids = gwt_entry_ids(&entries[i], &values, scratch);
		binding->entry = &entries[i];
		head = (struct gwt_binding **)&session->bound.heads[binding->ids & session->bound.mask];
		binding->next = *head;
		*head = binding;
	}
}

static bool binds_something(const struct gwt_progress *progress, const struct gwt_values *values)
{
	for (size_t i = 0; i < values->len; i++)
		if (values->items[i].ptr && !progress->values[i].ptr)
			return true;
	return false;
}

static void advance(struct gwt_session *session, const struct gwt_hypothesis *hypothesis,
		    struct gwt_arena *scratch)
{
	const struct gwt_entry *entry = hypothesis->entry;
	struct gwt_progress *progress = progress_of(session, entry->cassette_index);

	if (hypothesis->starts_over)
		begin(session, progress);
	if (!progress->started || binds_something(progress, &hypothesis->values)) {
		bind_values(progress, &hypothesis->values);
		bind_entries(session, progress, scratch);
		enter_subjects(session, progress, scratch);
	}
	progress->started = true;
	progress->used += progress->uses[entry->interaction_index]++ == 0;
	progress->done[entry->interaction_index] = true;
	if (!entry->writes)
		return;
	progress->last_write = entry->interaction_index;
	if (entry->interaction_index == progress->next_write)
		progress->next_write =
			gwt_session_write_after(session, entry->cassette_index, entry->interaction_index + 1);
}

/* `shorter` is `longer` or a path above it. */
static bool is_above(struct gwt_span shorter, struct gwt_span longer)
{
	return gwt_span_starts(longer, shorter) &&
	       (longer.len == shorter.len || longer.ptr[shorter.len] == '/');
}

static bool touches(const struct gwt_subject *subject, struct gwt_span path)
{
	return is_above(path, subject->path) || is_above(subject->path, path);
}

static bool is_among(const struct gwt_outcome *outcome, size_t cassette)
{
	for (size_t i = 0; i < outcome->hypothesis_count; i++)
		if (outcome->hypotheses[i].entry->cassette_index == cassette)
			return true;
	return false;
}

/* One of a chain that the write touches and that does not have it; NULL when there is none. */
static struct gwt_subject *find_touched(struct gwt_subject *chain, const struct gwt_outcome *outcome,
					struct gwt_span path)
{
	while (chain && (is_among(outcome, chain->progress->cassette) || !touches(chain, path)))
		chain = chain->next;
	return chain;
}

/* Ending one scenario takes all its subjects out of the table: each time the chain is read anew. */
static void end_chain(struct gwt_session *session, struct gwt_subject **chain,
		      const struct gwt_outcome *outcome, struct gwt_span path)
{
	struct gwt_subject *touched;

	while ((touched = find_touched(*chain, outcome, path))) {
		touched->progress->consistent = false;
		leave_subjects(session, touched->progress);
	}
}

/*
 * A write that a started scenario does not have next, on what it is about, ends its consistency. Scenarios are
 * found by the first segments of their path; only a write above that level (the deletion of an API) looks at all.
 */
static void end_others(struct gwt_session *session, const struct gwt_outcome *outcome)
{
	struct gwt_span whole = outcome->path;

	if (first_segments(whole, GWT_SUBJECT_SEGMENTS - 1).len == whole.len) {
		for (size_t i = 0; i <= session->subjects.mask; i++)
			end_chain(session, (struct gwt_subject **)&session->subjects.heads[i], outcome,
				  whole);
		return;
	}
	for (size_t segments = 1; segments <= GWT_SUBJECT_SEGMENTS; segments++)
		if (session->subject_lengths[segments])
			end_chain(session, subject_chain(session, first_segments(whole, segments)), outcome,
				  whole);
}

static bool is_counted(const struct gwt_outcome *outcome, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (outcome->hypotheses[i].entry->key == outcome->hypotheses[before].entry->key)
			return true;
	return false;
}

/* Once for the call, however many scenarios it fits. */
static void count_call(struct gwt_session *session, const struct gwt_outcome *outcome)
{
	for (size_t i = 0; i < outcome->hypothesis_count; i++) {
		const struct gwt_entry *entry = outcome->hypotheses[i].entry;
		struct gwt_tally *tally = gwt_map_get(&session->tallies, key_name(entry));

		if (is_counted(outcome, i))
			continue;
		if (!tally) {
			tally = gwt_arena_new(&session->arena, struct gwt_tally);
			gwt_map_put(&session->tallies, key_name(entry), tally);
		}
		tally->calls++;
		tally->starts += entry->interaction_index == 0;
	}
}

void gwt_session_take(struct gwt_session *session, const struct gwt_outcome *outcome)
{
	struct gwt_arena scratch = { 0 };

	if (session->options.strict)
		count_call(session, outcome);
	if (gwt_method_writes(outcome->request->method))
		end_others(session, outcome);
	for (size_t i = 0; i < outcome->hypothesis_count; i++)
		advance(session, &outcome->hypotheses[i], &scratch);
	gwt_arena_release(&scratch);
}

/* What somebody else wrote is what the scenario is about, or took that away. */
static bool is_overtaken(const struct gwt_progress *progress, struct gwt_span path, bool deletes)
{
	for (size_t i = 0; i < progress->subject_count; i++) {
		struct gwt_span subject = progress->subjects[i].path;

		if (gwt_span_eq(path, subject) || (deletes && is_above(path, subject)))
			return true;
	}
	return false;
}

void gwt_session_overtaken(struct gwt_session *session, const struct gwt_request *request)
{
	gwt_auto(gwt_buf_release) struct gwt_buf path = { .max = SIZE_MAX };
	bool deletes = gwt_span_is(request->method, "DELETE");

	gwt_contract_add_path(&path, request->path);
	for (size_t i = 0; i < gwt_index_cassettes(session->index)->len; i++) {
		struct gwt_progress *progress = session->progress[i];

		if (!progress || !is_overtaken(progress, gwt_buf_span(&path), deletes))
			continue;
		progress->consistent = false;
		leave_subjects(session, progress);
	}
}
