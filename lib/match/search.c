/* Finding the interaction that answers; nothing here changes what a session knows. */
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/template.h"
#include "lib/contract/canonical.h"
#include "lib/contract/compare.h"
#include "lib/http/message.h"
#include "lib/match/edges.h"
#include "lib/match/expected.h"
#include "lib/match/index.h"
#include "lib/match/internal.h"
#include "lib/match/cached_search.h"

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
					  : gwt_playthrough_value(hypothesis->playthrough, entry, i);
	}
	gwt_template_response(&entry->response, entry->cassette, entry->interaction, &values, arena, out);
}

/*
 * Whether a playthrough is under way with other ids and past its first step: starting it over loses
 * its place.
 */
static bool is_busy_elsewhere(const struct gwt_session *session, const struct gwt_hypothesis *first)
{
	const struct gwt_playthrough *playthrough = gwt_first_playthrough(session, first->entry);
	size_t count = first->entry->cassette->interaction_count, done = 0;

	if (!playthrough || !playthrough->started ||
	    gwt_has_ids_of(playthrough, first->entry, &first->values))
		return false;
	for (size_t i = 1; i < count; i++)
		done += gwt_bit(playthrough->done, i);
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

/* Use the comparison of last time, if the request is the same. */
static void compare_again(struct gwt_search *search, const struct gwt_hypothesis *with,
			  struct gwt_comparison *out)
{
	const struct gwt_inquiry *inquiry = search->inquiry;

	if (search->compared == with->entry)
		*out = search->comparison;
	else if (!gwt_cached_search_comparison(inquiry->cached, with->entry, inquiry->request, inquiry->arena,
					       out))
		gwt_search_compare(search, with, out);
}

/* Whether some candidates are of another region than the request's, and that can decide anything. */
static bool regions_matter(struct gwt_search *search)
{
	for (size_t i = 0; i < search->len && gwt_index_has_regions(search->session->index); i++)
		if (gwt_search_region_differs(search, search->items[i].entry))
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
 * Several interactions may be equal at `contract` but not at a stricter level, such as those that recordings
 * of several clients have in common. At a strict level only those answer that are equal there; likewise with
 * regions. True when some do.
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
	search->session
		->searches++; /* the places in the list that playthroughs remember are not valid any more */
	if (search->session->options.once)
		drop_begun(search);
	return search->len > 0;
}

/* An interaction that was not among those must also be equal at a strict level. */
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
 * refused write is not a beginning, since what was there before stays.
 */
static void also_start(struct gwt_search *search, const struct gwt_response *answer)
{
	size_t known = search->len, kept = known;
	struct gwt_response other;

	if (search->session->options.once || answer->status >= 300 || !is_later_write(search))
		return;
	for (size_t i = 0; i < search->inquiry->found_count; i++)
		gwt_search_starts(search, &search->inquiry->found[i]);
	for (size_t i = known; i < search->len; i++) {
		const struct gwt_hypothesis *each = &search->items[i];

		if (each->entry->interaction_index != 0 || gwt_search_has(search, known, each->entry) ||
		    is_busy_elsewhere(search->session, each))
			continue;
		response_of(each, search->session, search->inquiry->arena, &other);
		if (gwt_response_same(answer, &other) && is_equal_enough(search, each))
			search->items[kept++] = *each;
	}
	search->len = kept;
}

/* Index of the first hypothesis with another answer than the first one; the count when all agree. */
static size_t first_dissent(const struct gwt_search *search, struct gwt_response *answer)
{
	struct gwt_response other;

	response_of(&search->items[0], search->session, search->inquiry->arena, answer);
	for (size_t i = 1; i < search->len; i++) {
		response_of(&search->items[i], search->session, search->inquiry->arena, &other);
		if (!gwt_response_same(answer, &other))
			return i;
	}
	return search->len;
}

/*
 * Keep the hypotheses with a better claim, if only some have it; returns how many, or 0 when this
 * decides nothing.
 */
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

/* A scenario that begins with its first step comes before one that begins with a later, independent step. */
static bool is_first_step(const struct gwt_search *search, const struct gwt_hypothesis *each)
{
	(void)search;
	return !each->begins || each->entry->interaction_index == 0;
}

/* The playthrough of a scenario that began last: without ids nothing else distinguishes them. */
static bool is_newest_playthrough(const struct gwt_search *search, const struct gwt_hypothesis *each)
{
	(void)search;
	return !each->playthrough || each->playthrough->of->newest_offered == each->playthrough->number;
}

static void mark_newest_playthroughs(struct gwt_search *search)
{
	for (size_t i = 0; i < search->len; i++)
		if (search->items[i].playthrough)
			search->items[i].playthrough->of->newest_offered = 0;
	for (size_t i = 0; i < search->len; i++) {
		struct gwt_playthrough *playthrough = search->items[i].playthrough;

		if (playthrough && playthrough->of->newest_offered < playthrough->number)
			playthrough->of->newest_offered = playthrough->number;
	}
}

/* Where they disagree, what is the better claim may prefer_better_claims it. */
static size_t prefer_better_claims(struct gwt_search *search, struct gwt_response *answer)
{
	static bool (*const better[])(const struct gwt_search *,
				      const struct gwt_hypothesis *) = { is_first_step,
									 is_newest_playthrough };
	size_t dissent = first_dissent(search, answer);

	if (dissent < search->len)
		mark_newest_playthroughs(search);
	for (size_t i = 0; i < GWT_LEN(better) && dissent < search->len; i++)
		if (keep_if(search, better[i]))
			dissent = first_dissent(search, answer);
	return dissent;
}

static void set_ambiguous(const struct gwt_search *search, size_t dissent, struct gwt_match_result *out)
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

/* A strict level failed while the contract held: find the line. */
static void explain_level(const struct gwt_search *search, const struct gwt_hypothesis *with,
			  struct gwt_comparison *out)
{
	struct gwt_request expected;

	gwt_expected_request(with->entry, &with->values, search->inquiry->arena, &expected);
	gwt_compare_explain(&expected, search->inquiry->request, search->session->options.level,
			    search->inquiry->arena, out);
}

/* The normalized path: the second line of the contract bytes. */
static struct gwt_span path_line(const struct gwt_contract *contract)
{
	struct gwt_span rest = contract->bytes;

	gwt_span_cut(&rest, '\n');
	return gwt_span_cut(&rest, '\n');
}

static void keep_answer(struct gwt_search *search, const struct gwt_match_result *out)
{
	struct gwt_session *session = search->session;
	struct gwt_response *answer = gwt_arena_new(search->inquiry->arena, struct gwt_response);

	*answer = out->response;
	session->answering = search->items;
	session->answering_count = out->ok ? search->len : 0;
	session->answered = search->inquiry->request;
	session->answered_path = path_line(search->inquiry->contract);
	session->answer = answer;
}

static void set_answer(struct gwt_search *search, const struct gwt_response *answer,
		       struct gwt_match_result *out)
{
	const struct gwt_hypothesis *first = &search->items[0];
	const struct gwt_inquiry *inquiry = search->inquiry;

	if (!gwt_cached_search_comparison(inquiry->cached, first->entry, inquiry->request, inquiry->arena,
					  &out->comparison)) {
		compare_again(search, first, &out->comparison);
		gwt_cached_search_keep(inquiry->cached, first->entry, inquiry->request, &out->comparison);
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

/* Whether only the level or the region is wrong, and not the order of an interaction that is equal there. */
static bool is_only_weak(struct gwt_search *search)
{
	struct gwt_comparison comparison;

	if (!search->weak.entry || !search->late.entry)
		return search->weak.entry != NULL;
	gwt_search_compare(search, &search->late, &comparison);
	return comparison.level < search->session->options.level;
}

static void search_and_answer(struct gwt_search *search, struct gwt_match_result *out)
{
	struct gwt_response answer;
	size_t dissent;

	for (size_t way = 0; way < GWT_SEARCH_WAYS; way++) {
		search->session->searches++;
		gwt_search_way(search, way);
		if (keep_equal(search))
			break;
	}
	if (search->len == 0 && !is_only_weak(search)) {
		gwt_search_refuse(search, out);
		return;
	}
	if (search->len == 0)
		gwt_search_add(search, &search->weak);
	dissent = prefer_better_claims(search, &answer);
	if (dissent < search->len) {
		set_ambiguous(search, dissent, out);
		return;
	}
	also_start(search, &answer);
	set_answer(search, &answer, out);
}

static void find(struct gwt_session *session, struct gwt_inquiry *inquiry, struct gwt_match_result *out)
{
	struct gwt_search search = { .session = session, .inquiry = inquiry };

	*out = (struct gwt_match_result){ .verdict = GWT_VERDICT_NO_SCENARIO };
	session->answering_count = 0;
	if (!gwt_cached_search_found(inquiry->cached, session->index, &inquiry->found,
				     &inquiry->found_count)) {
		inquiry->found_count = gwt_index_find(session->index, inquiry->request, inquiry->contract,
						      inquiry->arena, &inquiry->found);
		gwt_cached_search_keep_found(inquiry->cached, session->index, inquiry->found,
					     inquiry->found_count);
	}
	if (session->options.level == GWT_LEVEL_EFFECT)
		search.loose_len = gwt_find_same_effect(session, inquiry, &search.loose);
	search_and_answer(&search, out);
}

/*
 * A request that is refused is searched again with the tree of its body: only the tree explains the refusal,
 * and only a search that knows the whole request may refuse it. Searching changes nothing that a second
 * search would see.
 */
void gwt_session_find(struct gwt_session *session, const struct gwt_request *request, struct gwt_arena *arena,
		      struct gwt_match_result *out)
{
	struct gwt_contract contract;
	struct gwt_inquiry inquiry = { .request = request, .contract = &contract, .arena = arena };

	inquiry.cached = gwt_cached_search_contract(
		session->options.cache, session->options.level == GWT_LEVEL_EFFECT ? NULL : session->index,
		request, arena, &contract);
	find(session, &inquiry, out);
	if (out->ok || !contract.no_tree)
		return;
	gwt_contract_make_bounded(request, arena, &contract);
	find(session, &inquiry, out);
}
