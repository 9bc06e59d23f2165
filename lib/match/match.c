/* Finding the interaction that answers; nothing here changes the session. */
#include "lib/match/match.h"

#include "lib/match/nearest.h"
#include "lib/match/recall.h"
#include "lib/match/search.h"
#include "lib/match/session.h"

enum { MAX_KEYS = 32, MAX_EXPLAINED = 1000 };

/*
 * An empty path segment names nothing: a client that lost its id must not match. Nor does a dot segment, which AWS
 * would take out of the path. What is not UTF-8 fits no answer.
 */
static bool may_bind(const struct gwt_session *session, struct gwt_span value)
{
	return value.len > 0 && !gwt_span_is(value, ".") && !gwt_span_is(value, "..") &&
	       gwt_json_is_utf8(value) &&
	       (!session->options.issued_ids || gwt_map_get(&session->issued, value) != NULL);
}

/* First variable of `values` that the session knows by another value; SIZE_MAX when all fit. A variable that
   this client has not named yet takes the value it is given. */
size_t gwt_search_unknown_variable(const struct gwt_session *session, const struct gwt_entry *entry,
				   const struct gwt_values *values)
{
	const struct gwt_progress *progress = session->progress[entry->cassette_index];

	for (size_t i = 0; i < values->len; i++) {
		if (!values->items[i].ptr ||
		    gwt_span_eq(values->items[i], gwt_search_bound_value(session, entry, i)))
			continue;
		if (progress && progress->started && !progress->values[i].ptr &&
		    may_bind(session, values->items[i]))
			continue;
		return i;
	}
	return SIZE_MAX;
}

static bool can_start_over(const struct gwt_session *session, const struct gwt_entry *entry,
			   const struct gwt_values *values)
{
	if (entry->interaction_index != 0)
		return false;
	for (size_t i = 0; i < values->len; i++)
		if (values->items[i].ptr &&
		    !gwt_span_eq(values->items[i], gwt_search_bound_value(session, entry, i)) &&
		    !may_bind(session, values->items[i]))
			return false;
	return true;
}

/* Every recorded write before it was matched, and the scenario is still consistent with the calls. */
static bool is_available(const struct gwt_session *session, const struct gwt_entry *entry)
{
	const struct gwt_progress *progress = session->progress[entry->cassette_index];

	if (!progress)
		return entry->interaction_index <= gwt_session_write_after(session, entry->cassette_index, 0);
	return progress->consistent && entry->interaction_index <= progress->next_write;
}

/*
 * Of a write: it is the next one, or repeats the last one, which only a PUT does truthfully (a second DELETE
 * finds nothing). Of a read: it was recorded after the last write.
 */
static bool is_in_turn(const struct gwt_session *session, const struct gwt_entry *entry)
{
	const struct gwt_progress *progress = session->progress[entry->cassette_index];

	if (!progress || progress->last_write == SIZE_MAX)
		return true;
	if (entry->interaction_index == progress->last_write)
		return gwt_span_is(entry->interaction->request.method, "PUT");
	return entry->interaction_index > progress->last_write;
}

/* Strict: the one interaction that comes next in its scenario. */
static bool is_next_in_strict_order(const struct gwt_session *session, const struct gwt_entry *entry)
{
	return !gwt_search_is_used_up(session, entry) &&
	       (entry->interaction_index == 0 || gwt_search_is_used_up(session, entry - 1));
}

static bool answers(const struct gwt_session *session, const struct gwt_entry *entry)
{
	if (!is_available(session, entry) || !is_in_turn(session, entry))
		return false;
	return !session->options.strict || is_next_in_strict_order(session, entry);
}

static void add_hypothesis(struct gwt_search *search, const struct gwt_hypothesis *hypothesis)
{
	gwt_arena_grow(search->arena, (void **)&search->items, sizeof(*hypothesis), search->len,
		       &search->cap);
	search->items[search->len++] = *hypothesis;
}

/*
 * Of the equal interactions of one scenario, the one that answers: the first that was not used in this run,
 * else the last. A better one replaces what the search has of this scenario.
 */
static void offer(struct gwt_search *search, const struct gwt_hypothesis *offered)
{
	struct gwt_hypothesis *last = search->len ? &search->items[search->len - 1] : NULL;

	if (!last || last->entry->cassette_index != offered->entry->cassette_index ||
	    last->starts_over != offered->starts_over) {
		add_hypothesis(search, offered);
		return;
	}
	if (gwt_search_is_used_up(search->session, last->entry))
		*last = *offered;
}

static void try_values(struct gwt_search *search, const struct gwt_entry *entry,
		       const struct gwt_values *values)
{
	struct gwt_hypothesis hypothesis = { .entry = entry, .values = *values };

	if (gwt_search_unknown_variable(search->session, entry, values) == SIZE_MAX) {
		if (answers(search->session, entry)) {
			offer(search, &hypothesis);
			return;
		}
		if (!search->out_of_turn) {
			search->out_of_turn = entry;
			search->out_of_turn_values = *values;
		}
	} else if (!search->unknown_id) {
		search->unknown_id = entry;
		search->unknown_values = *values;
	}
}

static void try_entry(struct gwt_search *search, const struct gwt_entry *entry)
{
	struct gwt_values values;

	if (gwt_is_selected(&search->session->options, entry) &&
	    gwt_entry_read(entry, search->request, search->contract, search->arena, &values))
		try_values(search, entry, &values);
}

static bool same_ids(const struct gwt_session *session, const struct gwt_entry *entry,
		     const struct gwt_values *values)
{
	for (size_t i = 0; i < values->len; i++)
		if (values->items[i].ptr &&
		    !gwt_span_eq(values->items[i], gwt_search_bound_value(session, entry, i)))
			return false;
	return true;
}

/* How many scenarios that may answer begin like this one. */
static size_t beginners(const struct gwt_session *session, const struct gwt_entry *first)
{
	size_t count = 0;

	if (!session->options.selected)
		return first->key->first_len;
	for (const struct gwt_entry *entry = first->key->first_steps; entry; entry = entry->next_first)
		count += gwt_is_selected(&session->options, entry);
	return count;
}

/*
 * Strict: a call that begins several scenarios is counted in all of them, since only what follows tells which
 * was meant. The others may begin again, until as many calls came as scenarios begin so.
 */
static bool may_begin_strictly(const struct gwt_session *session, const struct gwt_entry *first)
{
	const struct gwt_progress *progress = session->progress[first->cassette_index];

	return !progress || !progress->started ||
	       gwt_session_tally(session, first).starts < beginners(session, first);
}

/* With new ids any first step starts its scenario over; with the same ids only a PUT does, which replaces
 * all. */
static void try_start_values(struct gwt_search *search, const struct gwt_entry *entry,
			     const struct gwt_values *values)
{
	struct gwt_hypothesis hypothesis = { .entry = entry, .values = *values, .starts_over = true };

	if (search->session->options.strict && !may_begin_strictly(search->session, entry))
		return;
	if (!can_start_over(search->session, entry, values))
		return;
	if (same_ids(search->session, entry, values) && !gwt_span_is(search->request->method, "PUT"))
		return;
	add_hypothesis(search, &hypothesis);
}

static void try_start(struct gwt_search *search, const struct gwt_entry *entry)
{
	struct gwt_values values;

	if (gwt_is_selected(&search->session->options, entry) &&
	    gwt_entry_read(entry, search->request, search->contract, search->arena, &values))
		try_start_values(search, entry, &values);
}

/* Whether one of the first `len` hypotheses is of the entry's scenario. */
static bool is_offered(const struct gwt_search *search, size_t len, const struct gwt_entry *entry)
{
	for (size_t i = 0; i < len; i++)
		if (search->items[i].entry->cassette_index == entry->cassette_index)
			return true;
	return false;
}

/* Entries with these ids: of the samples, then of what this client has bound. */
static void search_known(struct gwt_search *search, const struct gwt_found *found)
{
	struct gwt_session *session = search->session;
	const struct gwt_binding *binding;

	for (const struct gwt_entry *entry = gwt_index_with_samples(session->index, found); entry;
	     entry = entry->same_ids)
		if (entry->sample_ids == found->ids && entry->key == found->key)
			try_entry(search, entry);
	binding = session->bound.heads[found->ids & session->bound.mask];
	for (; binding; binding = binding->next)
		if (binding->ids == found->ids && binding->entry->key == found->key &&
		    binding->entry->sample_ids != found->ids)
			try_entry(search, binding->entry);
}

static void search_starts(struct gwt_search *search, const struct gwt_found *found)
{
	for (const struct gwt_entry *entry = found->key->first_steps; entry; entry = entry->next_first)
		try_start(search, entry);
}

/*
 * Entries that ask the same with other ids: one of a started scenario may still have a variable without a
 * value; else they explain what is wrong. Only so many are looked at, since this is a failing request.
 */
static void search_others(struct gwt_search *search, const struct gwt_found *found)
{
	size_t looked_at = 0;

	for (const struct gwt_entry *entry = found->key->entries; entry && looked_at < MAX_EXPLAINED;
	     entry = entry->same_key) {
		looked_at += gwt_is_selected(&search->session->options, entry);
		try_entry(search, entry);
	}
}

/* The same three ways for what is equal at level `effect` only; a scenario that has an equal one keeps it. */
static void loose_known(struct gwt_search *search, const struct gwt_same_effect *each)
{
	if (same_ids(search->session, each->entry, &each->values))
		try_values(search, each->entry, &each->values);
}

static void loose_start(struct gwt_search *search, const struct gwt_same_effect *each)
{
	if (each->entry->interaction_index == 0)
		try_start_values(search, each->entry, &each->values);
}

static void loose_other(struct gwt_search *search, const struct gwt_same_effect *each)
{
	try_values(search, each->entry, &each->values);
}

static const struct way {
	void (*exact)(struct gwt_search *, const struct gwt_found *);
	void (*loose)(struct gwt_search *, const struct gwt_same_effect *);
} ways[] = {
	{ search_known, loose_known },
	{ search_starts, loose_start },
	{ search_others, loose_other },
};

static void search_way(struct gwt_search *search, const struct way *way, const struct gwt_found *found,
		       size_t count)
{
	size_t exact;

	for (size_t i = 0; i < count; i++)
		way->exact(search, &found[i]);
	exact = search->len;
	for (size_t i = 0; i < search->loose_len; i++)
		if (!is_offered(search, exact, search->loose[i].entry))
			way->loose(search, &search->loose[i]);
}

static void response_of(const struct gwt_hypothesis *hypothesis, const struct gwt_session *session,
			struct gwt_arena *arena, struct gwt_response *out)
{
	const struct gwt_entry *entry = hypothesis->entry;
	struct gwt_values values = { gwt_arena_array(arena, struct gwt_span, hypothesis->values.len + 1),
				     hypothesis->values.len };

	for (size_t i = 0; i < values.len; i++) {
		values.items[i] = hypothesis->values.items[i];
		if (!values.items[i].ptr && !hypothesis->starts_over)
			values.items[i] = gwt_search_bound_value(session, entry, i);
	}
	gwt_template_response(&entry->response, entry->cassette, entry->interaction, &values, arena, out);
}

static bool same_response(const struct gwt_response *a, const struct gwt_response *b)
{
	if (a->status != b->status || !gwt_span_eq(a->body, b->body) || a->headers.len != b->headers.len)
		return false;
	for (size_t i = 0; i < a->headers.len; i++)
		if (!gwt_span_ieq(a->headers.items[i].name, b->headers.items[i].name) ||
		    !gwt_span_eq(a->headers.items[i].value, b->headers.items[i].value))
			return false;
	return true;
}

/* Under way with other ids, beyond the first step that it may share with others: to start it over loses its
 * place. */
static bool is_busy_elsewhere(const struct gwt_session *session, const struct gwt_entry *first,
			      const struct gwt_values *values)
{
	const struct gwt_progress *progress = session->progress[first->cassette_index];
	size_t count = first->cassette->interaction_count, done = 0;

	if (!progress || !progress->started || !progress->consistent || same_ids(session, first, values))
		return false;
	for (size_t i = 1; i < count; i++)
		done += progress->done[i];
	return done > 0 && done + 1 < count;
}

static bool is_later_write(const struct gwt_search *search)
{
	for (size_t i = 0; i < search->len; i++)
		if (search->items[i].entry->writes && search->items[i].entry->interaction_index > 0)
			return true;
	return false;
}

void gwt_search_compare(const struct gwt_search *search, const struct gwt_hypothesis *with,
			struct gwt_comparison *out)
{
	struct gwt_compare_options options = { .any_region = search->session->options.any_region,
					       .unsigned_has_no_scope = true };
	struct gwt_contract contract;
	struct gwt_request expected;

	gwt_expected_request(with->entry, &with->values, search->arena, &expected);
	/* The keys are equal and the values fit, so the contract bytes are; a body spelled the same has that
	 * tree. */
	if (gwt_span_eq(expected.body, search->request->body))
		contract = *search->contract;
	else
		gwt_contract_make(&expected, search->arena, &contract);
	gwt_compare_made(&expected, &contract, search->request, search->contract, &options, search->arena,
			 out);
}

/* The same as last time, where it was so. */
static void compare_again(struct gwt_search *search, const struct gwt_hypothesis *with,
			  struct gwt_comparison *out)
{
	if (search->compared == with->entry)
		*out = search->comparison;
	else if (!gwt_recall_comparison(search->recall, with->entry, search->request, search->arena, out))
		gwt_search_compare(search, with, out);
}

static bool regions_differ(const struct gwt_search *search)
{
	for (size_t i = 1; i < search->len && !search->session->options.any_region; i++)
		if (!gwt_span_eq(search->items[i].entry->cassette->provenance.region,
				 search->items[0].entry->cassette->provenance.region))
			return true;
	return false;
}

static void note_weak(struct gwt_search *search, const struct gwt_hypothesis *hypothesis,
		      enum gwt_level level)
{
	if (search->weak.entry && search->weak_level >= level)
		return;
	search->weak = *hypothesis;
	search->weak_level = level;
}

/* may_begin_strictly() counts what begins alike at `contract`; of these fewer may be equal at the wanted level. */
static void drop_begun(struct gwt_search *search)
{
	size_t kept = 0, equal = search->len;

	for (size_t i = 0; i < equal; i++) {
		const struct gwt_hypothesis *each = &search->items[i];
		const struct gwt_progress *progress = search->session->progress[each->entry->cassette_index];

		if (!each->starts_over || !progress || !progress->started || progress->uses[0] < equal)
			search->items[kept++] = *each;
	}
	search->len = kept;
}

/*
 * Several interactions may be equal at `contract` and not stricter, as those are that several clients' recordings
 * have in common: at a strict level only those answer that are equal there. So with regions. True when some do.
 */
static bool keep_equal(struct gwt_search *search)
{
	enum gwt_level wanted = search->session->options.level;
	size_t kept = 0;

	if (wanted <= GWT_LEVEL_CONTRACT && !regions_differ(search))
		return search->len > 0;
	for (size_t i = 0; i < search->len; i++) {
		struct gwt_comparison comparison;

		compare_again(search, &search->items[i], &comparison);
		if (comparison.level < wanted) {
			note_weak(search, &search->items[i], comparison.level);
			continue;
		}
		if (kept == 0) {
			search->compared = search->items[i].entry;
			search->comparison = comparison;
		}
		search->items[kept++] = search->items[i];
	}
	search->len = kept;
	if (search->session->options.strict)
		drop_begun(search);
	return search->len > 0;
}

/* Of one that was not among those: at a strict level it must be equal there. */
static bool is_equal_enough(struct gwt_search *search, const struct gwt_hypothesis *hypothesis)
{
	struct gwt_comparison comparison;

	if (search->session->options.level <= GWT_LEVEL_CONTRACT)
		return true;
	compare_again(search, hypothesis, &comparison);
	return comparison.level >= search->session->options.level;
}

/*
 * A later write of one scenario can be the first of another, which it then also starts, provided that the
 * answer is the same: for a client with one resource for all its calls, that is how the other begins. A
 * refused write is no beginning, since what was there before stays.
 */
static void also_start(struct gwt_search *search, const struct gwt_found *found, size_t count,
		       const struct gwt_response *answer)
{
	size_t known = search->len, kept = known;
	struct gwt_response other;

	if (search->session->options.strict || answer->status >= 300 || !is_later_write(search))
		return;
	for (size_t i = 0; i < count; i++)
		search_starts(search, &found[i]);
	for (size_t i = known; i < search->len; i++) {
		const struct gwt_hypothesis *each = &search->items[i];

		if (is_offered(search, known, each->entry) ||
		    is_busy_elsewhere(search->session, each->entry, &each->values))
			continue;
		response_of(each, search->session, search->arena, &other);
		if (same_response(answer, &other) && is_equal_enough(search, each))
			search->items[kept++] = *each;
	}
	search->len = kept;
}

/* Index of the first hypothesis that answers otherwise than the first one; the count when all agree. */
static size_t first_dissent(const struct gwt_search *search, struct gwt_response *answer)
{
	struct gwt_response other;

	response_of(&search->items[0], search->session, search->arena, answer);
	for (size_t i = 1; i < search->len; i++) {
		response_of(&search->items[i], search->session, search->arena, &other);
		if (!same_response(answer, &other))
			return i;
	}
	return search->len;
}

static void set_ambiguous(const struct gwt_search *search, size_t dissent, struct gwt_outcome *out)
{
	const struct gwt_entry *a = search->items[0].entry, *b = search->items[dissent].entry;

	out->verdict = GWT_VERDICT_AMBIGUOUS_SCENARIO;
	out->entry = a;
	out->note = gwt_arena_printf(search->arena,
				     "'" GWT_SPAN_FMT "' and '" GWT_SPAN_FMT
				     "' would answer this call differently; "
				     "select one with --scenario " GWT_SPAN_FMT,
				     GWT_SPAN_ARG(a->cassette->scenario), GWT_SPAN_ARG(b->cassette->scenario),
				     GWT_SPAN_ARG(a->cassette->scenario));
}

/* A strict level failed where the contract held: name the line. */
static void explain_level(const struct gwt_search *search, const struct gwt_hypothesis *with,
			  struct gwt_comparison *out)
{
	struct gwt_request expected;

	gwt_expected_request(with->entry, &with->values, search->arena, &expected);
	gwt_compare_explain(&expected, search->request, search->session->options.level, search->arena, out);
}

/* The second line of the contract bytes. */
static struct gwt_span path_line(const struct gwt_contract *contract)
{
	struct gwt_span rest = contract->bytes;

	gwt_span_cut(&rest, '\n');
	return gwt_span_cut(&rest, '\n');
}

static void set_answer(struct gwt_search *search, const struct gwt_response *answer, struct gwt_outcome *out)
{
	const struct gwt_hypothesis *first = &search->items[0];

	if (!gwt_recall_comparison(search->recall, first->entry, search->request, search->arena,
				   &out->comparison)) {
		compare_again(search, first, &out->comparison);
		gwt_recall_keep(search->recall, first->entry, search->request, &out->comparison);
	}
	out->entry = first->entry;
	out->level = out->comparison.level;
	out->verdict = out->comparison.verdict;
	out->ok = out->level >= search->session->options.level;
	if (!out->ok)
		explain_level(search, first, &out->comparison);
	out->response = *answer;
	out->hypotheses = search->items;
	out->hypothesis_count = search->len;
	out->request = search->request;
	out->path = path_line(search->contract);
}

/* What is wrong is the level or the region, not that an interaction which is equal there too came out of turn. */
static bool is_only_weak(struct gwt_search *search)
{
	struct gwt_hypothesis late = { .entry = search->out_of_turn, .values = search->out_of_turn_values };
	struct gwt_comparison comparison;

	if (!search->weak.entry || !late.entry)
		return search->weak.entry != NULL;
	gwt_search_compare(search, &late, &comparison);
	return comparison.level < search->session->options.level;
}

void gwt_session_find(struct gwt_session *session, const struct gwt_request *request, struct gwt_arena *arena,
		      struct gwt_outcome *out)
{
	struct gwt_found room[MAX_KEYS];
	const struct gwt_found *found = room;
	struct gwt_contract contract;
	struct gwt_search search = {
		.session = session, .request = request, .contract = &contract, .arena = arena
	};
	struct gwt_response answer;
	size_t count, dissent;

	*out = (struct gwt_outcome){ .verdict = GWT_VERDICT_NO_SCENARIO };
	search.recall = gwt_recall_contract(session->options.memo, request, arena, &contract);
	if (!gwt_recall_found(search.recall, session->index, &found, &count)) {
		count = gwt_index_find(session->index, request, &contract, arena, room, MAX_KEYS);
		gwt_recall_keep_found(search.recall, session->index, room, count);
	}
	if (session->options.level == GWT_LEVEL_EFFECT)
		search.loose_len = gwt_match_same_effect(session->index, request, &contract,
							 &session->options, arena, &search.loose);
	for (size_t way = 0; way < GWT_LEN(ways); way++) {
		search_way(&search, &ways[way], found, count);
		if (keep_equal(&search))
			break;
	}
	if (search.len == 0 && !is_only_weak(&search)) {
		gwt_search_refuse(&search, out);
		return;
	}
	if (search.len == 0)
		add_hypothesis(&search, &search.weak);
	dissent = first_dissent(&search, &answer);
	if (dissent < search.len) {
		set_ambiguous(&search, dissent, out);
		return;
	}
	also_start(&search, found, count, &answer);
	set_answer(&search, &answer, out);
}
