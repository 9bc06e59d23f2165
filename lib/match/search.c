/* Finding the interaction that answers; nothing here changes what a session knows. */
#include "lib/match/expected.h"
#include "lib/match/internal.h"
#include "lib/match/recall.h"
#include "lib/scenario/variable.h"
#include "lib/sigv4/authorization.h"

/* What fits */

struct gwt_span gwt_search_region(struct gwt_search *search)
{
	struct gwt_authorization said;

	if (!search->scope_read) {
		search->scope_read = true;
		if (gwt_authorization_read(search->inquiry->request, search->inquiry->arena, &said, NULL) ==
			    GWT_OK &&
		    said.present)
			search->region = said.scope.region;
	}
	return search->region;
}

/* What stands in a path must name something: a dot segment would be taken out of it. */
static bool may_bind(const struct gwt_session *session, struct gwt_span type, struct gwt_span value)
{
	return gwt_variable_takes(type, value) && gwt_json_is_utf8(value) && !gwt_span_is(value, ".") &&
	       !gwt_span_is(value, "..") &&
	       (!session->options.issued_ids || !gwt_variable_type_is_id(type) ||
		gwt_map_get(&session->issued, value) != NULL);
}

/* A region that the client's own call is not signed for. */
static bool is_out_of_scope(struct gwt_search *search, struct gwt_span type, struct gwt_span value)
{
	return gwt_span_is(type, "region") && gwt_search_region(search).ptr &&
	       !gwt_span_eq(gwt_search_region(search), value);
}

/* Whether the value is what the scenario calls something else: two ids that were recorded stay two. */
static bool is_anothers(const struct gwt_edges *edges, const struct gwt_run *run,
			const struct gwt_entry *entry, size_t variable, struct gwt_span value)
{
	for (size_t i = 0; i < entry->cassette->variable_count; i++) {
		const struct gwt_cassette_variable *other = &entry->cassette->variables[i];

		if (i == variable || !gwt_variable_type_is_id(other->type))
			continue;
		if (run && run->values[i].ptr ? gwt_span_eq(run->values[i], value)
					      : gwt_bit(edges->given, i) && gwt_span_eq(other->sample, value))
			return true;
	}
	return false;
}

/* Whether a variable without a value may take this one; `run` NULL: the scenario begins with it. */
static enum gwt_misfit misfit_of_new(struct gwt_search *search, const struct gwt_run *run,
				     const struct gwt_entry *entry, size_t variable, struct gwt_span value)
{
	const struct gwt_edges *edges = gwt_session_edges(search->session, entry->cassette_index);
	const struct gwt_cassette_variable *of = &entry->cassette->variables[variable];

	if (is_out_of_scope(search, of->type, value))
		return GWT_FITS_NO_SCOPE;
	if (gwt_span_eq(value, of->sample))
		return GWT_FITS;
	if (gwt_bit(edges->given, variable) ||
	    (gwt_variable_type_is_id(of->type) && is_anothers(edges, run, entry, variable, value)))
		return GWT_FITS_NOT;
	if (may_bind(search->session, of->type, value))
		return GWT_FITS;
	return gwt_variable_takes(of->type, value) ? GWT_FITS_NOT : GWT_FITS_NO_TYPE;
}

static enum gwt_misfit misfit_of(struct gwt_search *search, const struct gwt_run *run,
				 const struct gwt_entry *entry, size_t variable, struct gwt_span value)
{
	const struct gwt_cassette_variable *of = &entry->cassette->variables[variable];

	if (is_out_of_scope(search, of->type, value))
		return GWT_FITS_NO_SCOPE;
	if (run && run->values[variable].ptr)
		return gwt_span_eq(value, run->values[variable]) ? GWT_FITS : GWT_FITS_NOT;
	if (run && run->started)
		return misfit_of_new(search, run, entry, variable, value);
	if (gwt_span_eq(value, of->sample))
		return GWT_FITS;
	return gwt_variable_takes(of->type, value) ? GWT_FITS_NOT : GWT_FITS_NO_TYPE;
}

enum gwt_misfit gwt_search_misfit(struct gwt_search *search, const struct gwt_run *run,
				  const struct gwt_entry *entry, const struct gwt_values *values,
				  size_t *variable)
{
	for (size_t i = 0; i < values->len; i++) {
		enum gwt_misfit misfit =
			values->items[i].ptr ? misfit_of(search, run, entry, i, values->items[i]) : GWT_FITS;

		if (misfit == GWT_FITS)
			continue;
		*variable = i;
		return misfit;
	}
	return GWT_FITS;
}

/* What answers */

/* Whether one that was used answers again: a read, or a write that does the same again. */
static bool repeats(const struct gwt_session *session, const struct gwt_entry *entry)
{
	if (session->options.once)
		return !entry->effect && entry->interaction->repeated;
	return entry->repeats;
}

static bool answers(const struct gwt_session *session, const struct gwt_run *run,
		    const struct gwt_entry *entry)
{
	return (!gwt_run_is_done(run, entry) || repeats(session, entry)) &&
	       gwt_is_available(session, run, entry);
}

static void add_hypothesis(struct gwt_search *search, const struct gwt_hypothesis *hypothesis)
{
	gwt_arena_grow(search->inquiry->arena, (void **)&search->items, sizeof(*hypothesis), search->len,
		       &search->cap);
	search->items[search->len++] = *hypothesis;
}

/* Of equal interactions of one run: the first in recorded order that was not used, else the last. */
static bool is_better(const struct gwt_run *run, const struct gwt_entry *offered, const struct gwt_entry *had)
{
	bool used = gwt_run_is_done(run, offered), had_used = gwt_run_is_done(run, had);

	if (used != had_used)
		return had_used;
	return used ? offered->interaction_index > had->interaction_index
		    : offered->interaction_index < had->interaction_index;
}

/* What the search has of this run; NULL when there is nothing. Scenarios come one after the other. */
static struct gwt_hypothesis *offered_of(struct gwt_search *search, const struct gwt_hypothesis *offered)
{
	struct gwt_hypothesis *last = search->len ? &search->items[search->len - 1] : NULL;
	const struct gwt_run *run = offered->run;

	if (run)
		return run->search == search->session->searches ? &search->items[run->item] : NULL;
	return last && !last->run && last->entry->cassette_index == offered->entry->cassette_index ? last
												   : NULL;
}

static void offer(struct gwt_search *search, const struct gwt_hypothesis *offered)
{
	struct gwt_hypothesis *had = offered_of(search, offered);

	if (had) {
		if (is_better(offered->run, offered->entry, had->entry))
			*had = *offered;
		return;
	}
	if (offered->run) {
		offered->run->search = search->session->searches;
		offered->run->item = search->len;
	}
	add_hypothesis(search, offered);
}

static bool region_differs(struct gwt_search *search, const struct gwt_entry *entry)
{
	struct gwt_span recorded = entry->cassette->provenance.region;

	return !search->session->options.any_region && recorded.ptr && gwt_search_region(search).ptr &&
	       !gwt_span_eq(recorded, gwt_search_region(search));
}

/*
 * One that is equal and cannot answer now, to be explained: of the request's own region first, then one that was not
 * used, then a read, which only became stale.
 */
static void note_late(struct gwt_search *search, const struct gwt_hypothesis *hypothesis)
{
	const struct gwt_entry *entry = hypothesis->entry;
	bool done = gwt_run_is_done(hypothesis->run, entry);
	unsigned rank = (region_differs(search, entry) ? 1u : 5u) + (!done ? 2u : entry->effect ? 0u : 1u);

	if (search->late.entry && search->late_rank >= rank)
		return;
	search->late = *hypothesis;
	search->late_rank = rank;
}

static void try_values(struct gwt_search *search, struct gwt_run *run, const struct gwt_entry *entry,
		       const struct gwt_values *values)
{
	struct gwt_hypothesis hypothesis = { .entry = entry, .values = *values, .run = run };
	size_t variable;

	if (gwt_search_misfit(search, run, entry, values, &variable) != GWT_FITS)
		return;
	if (!answers(search->session, run, entry)) {
		note_late(search, &hypothesis);
		return;
	}
	hypothesis.begins = !run || !run->started;
	hypothesis.number = 1;
	offer(search, &hypothesis);
}

static bool read_values(struct gwt_search *search, const struct gwt_entry *entry, struct gwt_values *out)
{
	const struct gwt_inquiry *inquiry = search->inquiry;

	return gwt_is_selected(&search->session->options, entry) &&
	       gwt_entry_read(entry, inquiry->request, inquiry->contract, inquiry->arena, out);
}

static void try_entry(struct gwt_search *search, struct gwt_run *run, const struct gwt_entry *entry)
{
	struct gwt_values values;

	if (read_values(search, entry, &values))
		try_values(search, run, entry, &values);
}

/* Beginning a run */

static bool has_samples(const struct gwt_entry *entry, const struct gwt_values *values)
{
	for (size_t i = 0; i < values->len; i++)
		if (values->items[i].ptr &&
		    !gwt_span_eq(values->items[i], entry->cassette->variables[i].sample))
			return false;
	return true;
}

static bool same_ids(const struct gwt_run *run, const struct gwt_entry *entry,
		     const struct gwt_values *values)
{
	for (size_t i = 0; i < values->len; i++)
		if (values->items[i].ptr && !gwt_span_eq(values->items[i], gwt_run_value(run, entry, i)))
			return false;
	return true;
}

static bool can_begin_with(struct gwt_search *search, const struct gwt_entry *entry,
			   const struct gwt_values *values)
{
	for (size_t i = 0; i < values->len; i++)
		if (values->items[i].ptr &&
		    misfit_of_new(search, NULL, entry, i, values->items[i]) != GWT_FITS)
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
 * Once: a call that begins several scenarios is counted in all of them, since only what follows tells which
 * was meant. The others may begin again, until as many calls came as scenarios begin so.
 */
static bool may_begin_once(const struct gwt_session *session, const struct gwt_run *run,
			   const struct gwt_entry *entry)
{
	return !run || !run->started ||
	       (entry->interaction_index == 0 &&
		gwt_session_tally(session, entry).starts < beginners(session, entry));
}

/* A scenario that creates its API begins a run with each creation; with what comes before that once the last is over. */
static bool may_begin_another(struct gwt_search *search, const struct gwt_entry *entry)
{
	const struct gwt_progress *progress = search->session->progress[entry->cassette_index];
	size_t creator = gwt_index_creator(search->session->index, entry->cassette_index);

	if (entry->interaction_index > creator ||
	    (entry->interaction_index < creator && !progress->newest->ended))
		return false;
	if (progress->open >= GWT_MAX_OPEN_RUNS)
		search->full = entry;
	return progress->open < GWT_MAX_OPEN_RUNS;
}

/*
 * A scenario under way starts over by its first step, with other ids; with the same ones only where that does the
 * same again, whatever came since.
 */
static bool may_start_over(const struct gwt_run *run, const struct gwt_entry *entry,
			   const struct gwt_values *values)
{
	return entry->interaction_index == 0 && (!same_ids(run, entry, values) || entry->again);
}

static void try_start_values(struct gwt_search *search, const struct gwt_entry *entry,
			     const struct gwt_values *values)
{
	struct gwt_session *session = search->session;
	struct gwt_run *run = gwt_first_run(session, entry);
	struct gwt_hypothesis hypothesis = {
		.entry = entry, .values = *values, .run = run, .begins = true, .number = 1
	};

	if ((session->options.once && !may_begin_once(session, run, entry)) ||
	    !can_begin_with(search, entry, values) || !gwt_is_available(session, NULL, entry))
		return;
	if (run && run->started) {
		if (gwt_index_creator(session->index, entry->cassette_index) == SIZE_MAX) {
			if (!may_start_over(run, entry, values))
				return;
		} else if (may_begin_another(search, entry)) {
			hypothesis.run = NULL;
			hypothesis.number = session->progress[entry->cassette_index]->runs + 1;
		} else {
			return;
		}
	}
	add_hypothesis(search, &hypothesis);
}

static void try_start(struct gwt_search *search, const struct gwt_entry *entry)
{
	struct gwt_values values;

	if (read_values(search, entry, &values))
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

/* The ways in which a request fits, the better ones first */

static bool is_under_way(const struct gwt_run *run)
{
	return run && run->started;
}

/* Of runs under way: with ids that are bound, or that a variable without a value takes. */
static void search_under_way(struct gwt_search *search, const struct gwt_found *found)
{
	const struct gwt_session *session = search->session;
	const struct gwt_node *node = gwt_chains_first(&session->by_ids, found->ids);

	for (; node; node = node->next)
		if (node->hash == found->ids && node->entry->key == found->key)
			try_entry(search, node->run, node->entry);
	node = gwt_chains_first(&session->by_key, gwt_key_hash(found->key));
	for (; node; node = node->next)
		if (node->entry->key == found->key &&
		    node->run->by_ids[node->entry->interaction_index].hash != found->ids)
			try_entry(search, node->run, node->entry);
}

/* Of scenarios that were not begun: the samples are bound from the start. */
static void search_samples(struct gwt_search *search, const struct gwt_found *found)
{
	const struct gwt_entry *entry = gwt_index_with_samples(search->session->index, found);

	for (; entry; entry = entry->same_ids) {
		struct gwt_run *run = gwt_first_run(search->session, entry);

		if (entry->sample_ids == found->ids && entry->key == found->key && !is_under_way(run))
			try_entry(search, run, entry);
	}
}

/* Only the flow of ids decides what may begin, so more does than the list of starters has. */
static void search_all_starts(struct gwt_search *search, const struct gwt_found *found)
{
	for (const struct gwt_entry *entry = found->key->entries; entry; entry = entry->same_key)
		try_start(search, entry);
}

static void search_starts(struct gwt_search *search, const struct gwt_found *found)
{
	if (search->session->options.order == GWT_REPLAY_NONE) {
		search_all_starts(search, found);
		return;
	}
	for (const struct gwt_entry *entry = found->key->starters; entry; entry = entry->next_starter)
		try_start(search, entry);
}

/* The same ways for what is equal at level `effect` only; a scenario that has an equal one keeps it. */
static void loose_under_way(struct gwt_search *search, const struct gwt_same_effect *each)
{
	struct gwt_progress *progress = search->session->progress[each->entry->cassette_index];

	for (struct gwt_run *run = progress ? progress->newest : NULL; run; run = run->older)
		if (run->started)
			try_values(search, run, each->entry, &each->values);
}

static void loose_samples(struct gwt_search *search, const struct gwt_same_effect *each)
{
	struct gwt_run *run = gwt_first_run(search->session, each->entry);

	if (!is_under_way(run) && has_samples(each->entry, &each->values))
		try_values(search, run, each->entry, &each->values);
}

static void loose_start(struct gwt_search *search, const struct gwt_same_effect *each)
{
	try_start_values(search, each->entry, &each->values);
}

static const struct way {
	void (*exact)(struct gwt_search *, const struct gwt_found *);
	void (*loose)(struct gwt_search *, const struct gwt_same_effect *);
} ways[] = {
	{ search_under_way, loose_under_way },
	{ search_samples, loose_samples },
	{ search_starts, loose_start },
};

static void search_way(struct gwt_search *search, const struct way *way)
{
	size_t exact;

	for (size_t i = 0; i < search->inquiry->found_count; i++)
		way->exact(search, &search->inquiry->found[i]);
	exact = search->len;
	for (size_t i = 0; i < search->loose_len; i++)
		if (!is_offered(search, exact, search->loose[i].entry))
			way->loose(search, &search->loose[i]);
}

/* Answers */

static void response_of(const struct gwt_hypothesis *hypothesis, const struct gwt_session *session,
			struct gwt_arena *arena, struct gwt_response *out)
{
	const struct gwt_entry *entry = hypothesis->entry;
	const struct gwt_edges *edges = gwt_session_edges(session, entry->cassette_index);
	struct gwt_values values = { gwt_arena_array(arena, struct gwt_span, hypothesis->values.len + 1),
				     hypothesis->values.len };

	for (size_t i = 0; i < values.len; i++) {
		values.items[i] = hypothesis->values.items[i];
		if (values.items[i].ptr)
			continue;
		values.items[i] = hypothesis->begins
					  ? gwt_fresh_value(entry, edges, i, hypothesis->number, arena)
					  : gwt_run_value(hypothesis->run, entry, i);
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
static bool is_busy_elsewhere(const struct gwt_session *session, const struct gwt_hypothesis *first)
{
	const struct gwt_run *run = gwt_first_run(session, first->entry);
	size_t count = first->entry->cassette->interaction_count, done = 0;

	if (!run || !run->started || same_ids(run, first->entry, &first->values))
		return false;
	for (size_t i = 1; i < count; i++)
		done += gwt_bit(run->done, i);
	return done > 0 && done + 1 < count;
}

static bool is_later_write(const struct gwt_search *search)
{
	for (size_t i = 0; i < search->len; i++)
		if (search->items[i].entry->writes && search->items[i].entry->interaction_index > 0)
			return true;
	return false;
}

/* Comparing */

void gwt_search_compare(const struct gwt_search *search, const struct gwt_hypothesis *with,
			struct gwt_comparison *out)
{
	const struct gwt_inquiry *inquiry = search->inquiry;
	struct gwt_compare_options options = { .any_region = search->session->options.any_region,
					       .unsigned_has_no_scope = true };
	struct gwt_contract contract;
	struct gwt_request expected;

	gwt_expected_request(with->entry, &with->values, inquiry->arena, &expected);
	/* The keys are equal and the values fit, so the contract bytes are; a body spelled the same has that
	 * tree. */
	if (gwt_span_eq(expected.body, inquiry->request->body))
		contract = *inquiry->contract;
	else
		gwt_contract_make_bounded(&expected, inquiry->arena, &contract);
	gwt_compare_made(&expected, &contract, inquiry->request, inquiry->contract, &options, inquiry->arena,
			 out);
}

/* The same as last time, where it was so. */
static void compare_again(struct gwt_search *search, const struct gwt_hypothesis *with,
			  struct gwt_comparison *out)
{
	const struct gwt_inquiry *inquiry = search->inquiry;

	if (search->compared == with->entry)
		*out = search->comparison;
	else if (!gwt_recall_comparison(inquiry->recall, with->entry, inquiry->request, inquiry->arena, out))
		gwt_search_compare(search, with, out);
}

/* Whether the candidates are not all of the request's region, as far as that can decide anything. */
static bool regions_matter(struct gwt_search *search)
{
	for (size_t i = 0; i < search->len && gwt_index_has_regions(search->session->index); i++)
		if (region_differs(search, search->items[i].entry))
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

/* may_begin_once() counts what begins alike at `contract`; of these fewer may be equal at the wanted level. */
static void drop_begun(struct gwt_search *search)
{
	size_t kept = 0, equal = search->len;

	for (size_t i = 0; i < equal; i++) {
		const struct gwt_hypothesis *each = &search->items[i];
		const struct gwt_progress *progress = search->session->progress[each->entry->cassette_index];

		if (!each->begins || !progress || !progress->first->started ||
		    progress->uses[each->entry->interaction_index] < equal)
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

	if (wanted <= GWT_LEVEL_CONTRACT && !regions_matter(search))
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
	search->session->searches++; /* what runs know of their place in the list is not true any more */
	if (search->session->options.once)
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
static void also_start(struct gwt_search *search, const struct gwt_response *answer)
{
	size_t known = search->len, kept = known;
	struct gwt_response other;

	if (search->session->options.once || answer->status >= 300 || !is_later_write(search))
		return;
	for (size_t i = 0; i < search->inquiry->found_count; i++)
		search_starts(search, &search->inquiry->found[i]);
	for (size_t i = known; i < search->len; i++) {
		const struct gwt_hypothesis *each = &search->items[i];

		if (each->entry->interaction_index != 0 || is_offered(search, known, each->entry) ||
		    is_busy_elsewhere(search->session, each))
			continue;
		response_of(each, search->session, search->inquiry->arena, &other);
		if (same_response(answer, &other) && is_equal_enough(search, each))
			search->items[kept++] = *each;
	}
	search->len = kept;
}

/* Index of the first hypothesis that answers otherwise than the first one; the count when all agree. */
static size_t first_dissent(const struct gwt_search *search, struct gwt_response *answer)
{
	struct gwt_response other;

	response_of(&search->items[0], search->session, search->inquiry->arena, answer);
	for (size_t i = 1; i < search->len; i++) {
		response_of(&search->items[i], search->session, search->inquiry->arena, &other);
		if (!same_response(answer, &other))
			return i;
	}
	return search->len;
}

/* Keep those of a better claim, where only some have it; how many were kept, 0 when that settles nothing. */
static size_t keep_if(struct gwt_search *search,
		      bool (*keeps)(const struct gwt_search *, const struct gwt_hypothesis *))
{
	size_t kept = 0;

	for (size_t i = 0; i < search->len; i++)
		kept += keeps(search, &search->items[i]);
	if (kept == 0 || kept == search->len)
		return 0;
	kept = 0;
	for (size_t i = 0; i < search->len; i++)
		if (keeps(search, &search->items[i]))
			search->items[kept++] = search->items[i];
	search->len = kept;
	return kept;
}

/* A scenario begins with its first step before another does with a later one that nothing comes before. */
static bool is_first_step(const struct gwt_search *search, const struct gwt_hypothesis *each)
{
	(void)search;
	return !each->begins || each->entry->interaction_index == 0;
}

/* Of the runs of one scenario, the one that was begun last: what has no ids tells them apart in no other way. */
static bool is_newest_run(const struct gwt_search *search, const struct gwt_hypothesis *each)
{
	(void)search;
	return !each->run || each->run->of->newest_offered == each->run->number;
}

static void mark_newest_runs(struct gwt_search *search)
{
	for (size_t i = 0; i < search->len; i++)
		if (search->items[i].run)
			search->items[i].run->of->newest_offered = 0;
	for (size_t i = 0; i < search->len; i++) {
		struct gwt_run *run = search->items[i].run;

		if (run && run->of->newest_offered < run->number)
			run->of->newest_offered = run->number;
	}
}

/* Where they disagree, what is the better claim may settle it. */
static size_t settle(struct gwt_search *search, struct gwt_response *answer)
{
	static bool (*const better[])(const struct gwt_search *,
				      const struct gwt_hypothesis *) = { is_first_step, is_newest_run };
	size_t dissent = first_dissent(search, answer);

	if (dissent < search->len)
		mark_newest_runs(search);
	for (size_t i = 0; i < GWT_LEN(better) && dissent < search->len; i++)
		if (keep_if(search, better[i]))
			dissent = first_dissent(search, answer);
	return dissent;
}

static void set_ambiguous(const struct gwt_search *search, size_t dissent, struct gwt_outcome *out)
{
	const struct gwt_entry *a = search->items[0].entry, *b = search->items[dissent].entry;

	gwt_search_compare(search, &search->items[0], &out->comparison);
	out->entry = a;
	out->verdict = out->comparison.verdict;
	if (out->verdict == GWT_VERDICT_WRONG_SCOPE) /* of all of them: another region was kept by none */
		return;
	out->comparison = (struct gwt_comparison){ .verdict = GWT_VERDICT_AMBIGUOUS_SCENARIO };
	out->verdict = GWT_VERDICT_AMBIGUOUS_SCENARIO;
	out->note = gwt_arena_printf(search->inquiry->arena,
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

	gwt_expected_request(with->entry, &with->values, search->inquiry->arena, &expected);
	gwt_compare_explain(&expected, search->inquiry->request, search->session->options.level,
			    search->inquiry->arena, out);
}

static void keep_answer(struct gwt_search *search, const struct gwt_outcome *out)
{
	struct gwt_session *session = search->session;
	struct gwt_response *answer = gwt_arena_new(search->inquiry->arena, struct gwt_response);

	*answer = out->response;
	session->answering = search->items;
	session->answering_count = out->ok ? search->len : 0;
	session->answered = search->inquiry->request;
	session->answer = answer;
}

static void set_answer(struct gwt_search *search, const struct gwt_response *answer, struct gwt_outcome *out)
{
	const struct gwt_hypothesis *first = &search->items[0];
	const struct gwt_inquiry *inquiry = search->inquiry;

	if (!gwt_recall_comparison(inquiry->recall, first->entry, inquiry->request, inquiry->arena,
				   &out->comparison)) {
		compare_again(search, first, &out->comparison);
		gwt_recall_keep(inquiry->recall, first->entry, inquiry->request, &out->comparison);
	}
	out->entry = first->entry;
	out->level = out->comparison.level;
	out->verdict = out->comparison.verdict;
	out->ok = out->level >= search->session->options.level;
	if (!out->ok)
		explain_level(search, first, &out->comparison);
	out->response = *answer;
	keep_answer(search, out);
}

/* What is wrong is the level or the region, not that an interaction which is equal there too came out of turn. */
static bool is_only_weak(struct gwt_search *search)
{
	struct gwt_comparison comparison;

	if (!search->weak.entry || !search->late.entry)
		return search->weak.entry != NULL;
	gwt_search_compare(search, &search->late, &comparison);
	return comparison.level < search->session->options.level;
}

static void search_and_answer(struct gwt_search *search, struct gwt_outcome *out)
{
	struct gwt_response answer;
	size_t dissent;

	for (size_t way = 0; way < GWT_LEN(ways); way++) {
		search->session->searches++;
		search_way(search, &ways[way]);
		if (keep_equal(search))
			break;
	}
	if (search->len == 0 && !is_only_weak(search)) {
		gwt_search_refuse(search, out);
		return;
	}
	if (search->len == 0)
		add_hypothesis(search, &search->weak);
	dissent = settle(search, &answer);
	if (dissent < search->len) {
		set_ambiguous(search, dissent, out);
		return;
	}
	also_start(search, &answer);
	set_answer(search, &answer, out);
}

void gwt_session_find(struct gwt_session *session, const struct gwt_request *request, struct gwt_arena *arena,
		      struct gwt_outcome *out)
{
	struct gwt_contract contract;
	struct gwt_inquiry inquiry = { .request = request, .contract = &contract, .arena = arena };
	struct gwt_search search = { .session = session, .inquiry = &inquiry };

	*out = (struct gwt_outcome){ .verdict = GWT_VERDICT_NO_SCENARIO };
	session->answering_count = 0;
	inquiry.recall = gwt_recall_contract(session->options.memo, request, arena, &contract);
	if (!gwt_recall_found(inquiry.recall, session->index, &inquiry.found, &inquiry.found_count)) {
		inquiry.found_count =
			gwt_index_find(session->index, request, &contract, arena, &inquiry.found);
		gwt_recall_keep_found(inquiry.recall, session->index, inquiry.found, inquiry.found_count);
	}
	if (session->options.level == GWT_LEVEL_EFFECT)
		search.loose_len = gwt_find_same_effect(session, &inquiry, &search.loose);
	search_and_answer(&search, out);
}
