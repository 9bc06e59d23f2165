/* What a request that matches nothing was probably meant to be. */
#include "lib/base/span.h"
#include "lib/cassette/position.h"
#include "lib/cassette/template.h"
#include "lib/contract/canonical.h"
#include "lib/contract/compare.h"
#include "lib/contract/rank.h"
#include "lib/json/json.h"
#include "lib/match/expected.h"
#include "lib/match/index.h"
#include "lib/match/internal.h"
#include "lib/model/misroute.h"

enum {
	MAX_CANDIDATES = 4096, /* a failing request must not cost more than this */
	WIDE = 2048,           /* number of values in a body */
	MAX_EFFECT_VALUES = 64 /* bodies of one effect differ in fewer values: few members have a default */
};

/* Read the variables that the request has at the recorded places, so that ids are not differences. */
static void read_what_is_there(const struct gwt_entry *entry, const struct gwt_inquiry *inquiry,
			       struct gwt_values *out)
{
	out->len = entry->cassette->variable_count;
	out->items = gwt_arena_array(inquiry->arena, struct gwt_span, out->len + 1);
	for (size_t i = 0; i < entry->request.len; i++) {
		const struct gwt_slot *slot = &entry->request.slots[i];
		struct gwt_json *json =
			inquiry->contract->json ? inquiry->contract->json : inquiry->contract->untold;
		struct gwt_span text =
			gwt_position_string(&slot->at, inquiry->request, NULL, json, inquiry->arena);

		if (text.ptr)
			gwt_slot_read(slot, text, out->items);
	}
}

/* The recorded request with the ids of this request, and those ids. */
static const struct gwt_request *expected_of(const struct gwt_entry *entry, const struct gwt_inquiry *inquiry,
					     struct gwt_values *values)
{
	struct gwt_request *expected = gwt_arena_new(inquiry->arena, struct gwt_request);

	read_what_is_there(entry, inquiry, values);
	gwt_expected_request(entry, values, inquiry->arena, expected);
	return expected;
}

/* A request with more values than this cannot have the same effect as one of `entries`. */
static size_t most_values(struct gwt_entry *const *entries, size_t count)
{
	size_t longest = 0;

	for (size_t i = 0; i < count; i++)
		if (entries[i]->interaction->request.body.len > longest)
			longest = entries[i]->interaction->request.body.len;
	return longest / 2 + MAX_EFFECT_VALUES;
}

size_t gwt_find_same_effect(const struct gwt_session *session, const struct gwt_inquiry *inquiry,
			    struct gwt_same_effect **out)
{
	struct gwt_compare_options compare = { .any_region = session->options.any_region,
					       .unsigned_has_no_scope = true };
	struct gwt_entry *const *entries;
	size_t count = gwt_index_same_route(session->index, inquiry->request, &entries), len = 0;
	size_t values = gwt_json_count(inquiry->contract->json, most_values(entries, count) + 1);

	if (!inquiry->contract->json) /* only members of a body have defaults */
		return 0;
	*out = gwt_arena_array(inquiry->arena, struct gwt_same_effect, count);
	for (size_t i = 0; i < count; i++) {
		struct gwt_same_effect *next = &(*out)[len];
		const struct gwt_request *expected;
		struct gwt_comparison comparison;
		struct gwt_contract made;

		if (!gwt_is_selected(&session->options, entries[i]) ||
		    values > entries[i]->interaction->request.body.len / 2 + MAX_EFFECT_VALUES)
			continue;
		expected = expected_of(entries[i], inquiry, &next->values);
		gwt_contract_make_bounded(expected, inquiry->arena, &made);
		if (values > gwt_json_count(made.json, SIZE_MAX) + MAX_EFFECT_VALUES)
			continue;
		gwt_compare_made(expected, &made, inquiry->request, inquiry->contract, &compare,
				 inquiry->arena, &comparison);
		next->entry = entries[i];
		len += comparison.level == GWT_LEVEL_EFFECT;
	}
	return len;
}

/* Whether a playthrough under way has exactly the ids of the request. */
static bool is_bound(const struct gwt_session *session, const struct gwt_entry *entry,
		     const struct gwt_values *values)
{
	const struct gwt_progress *progress = session->progress[entry->cassette_index];
	const struct gwt_playthrough *playthrough = progress ? progress->newest : NULL;

	for (; playthrough; playthrough = playthrough->older) {
		size_t equal = 0, named = 0;

		for (size_t i = 0; i < values->len; i++) {
			named += values->items[i].ptr != NULL;
			equal += values->items[i].ptr &&
				 gwt_span_eq(values->items[i], gwt_playthrough_value(playthrough, entry, i));
		}
		if (playthrough->started && named && equal == named)
			return true;
	}
	return false;
}

/* At level `effect`, a difference that the level accepts did not break the contract. */
static enum gwt_verdict verdict_at(const struct gwt_comparison *comparison, enum gwt_level level)
{
	for (size_t i = 0; level == GWT_LEVEL_EFFECT && i < comparison->len; i++)
		if (!comparison->differences[i].same_effect)
			return comparison->differences[i].verdict;
	return comparison->verdict;
}

struct candidates {
	const struct gwt_entry **entries;
	const struct gwt_request **requests;
	size_t len;
};

/* The candidates of the route; if some have ids that this client has bound, only those. */
static void find_candidates(const struct gwt_session *session, const struct gwt_inquiry *inquiry,
			    struct candidates *out)
{
	struct gwt_entry *const *all;
	size_t of_route = gwt_index_same_route(session->index, inquiry->request, &all),
	       room = of_route < MAX_CANDIDATES ? of_route : MAX_CANDIDATES;
	bool only_bound = false;

	out->len = 0;
	out->entries = gwt_arena_array(inquiry->arena, const struct gwt_entry *, room);
	out->requests = gwt_arena_array(inquiry->arena, const struct gwt_request *, room);
	for (size_t i = 0; i < of_route && out->len < room; i++) {
		const struct gwt_request *expected;
		struct gwt_values values;
		bool bound;

		if (!gwt_is_selected(&session->options, all[i]))
			continue;
		expected = expected_of(all[i], inquiry, &values);
		bound = is_bound(session, all[i], &values);
		if (bound && !only_bound)
			out->len = 0;
		only_bound |= bound;
		if (only_bound && !bound)
			continue;
		out->entries[out->len] = all[i];
		out->requests[out->len++] = expected;
	}
}

static bool is_wide(const struct gwt_contract *contract)
{
	const struct gwt_json *json = contract->json ? contract->json : contract->untold;

	return gwt_json_count(json, WIDE) == WIDE;
}

/* The path is not a route of the service, but near one: its author has to look there. */
static struct gwt_span misroute_note(const struct gwt_inquiry *inquiry)
{
	const struct gwt_request *request = inquiry->request;
	struct gwt_misroute misroute;

	return gwt_misroute_find(inquiry->arena, request->method, request->path, request->query, &misroute)
		       ? gwt_misroute_text(inquiry->arena, &misroute)
		       : GWT_ABSENT;
}

void gwt_find_nearest(const struct gwt_session *session, const struct gwt_inquiry *inquiry,
		      struct gwt_match_result *out)
{
	struct gwt_compare_options compare = { .any_region = session->options.any_region,
					       .unsigned_has_no_scope = true };
	struct gwt_contract contract = *inquiry->contract;
	struct gwt_inquiry of_head = *inquiry;
	struct candidates candidates;
	struct gwt_ranking nearest;

	out->verdict = GWT_VERDICT_NO_SCENARIO;
	if (is_wide(inquiry->contract)) { /* its ids would be searched for at the places of each candidate */
		contract.json = contract.untold = NULL;
		of_head.contract = &contract;
	}
	find_candidates(session, &of_head, &candidates);
	if (candidates.len == 0) {
		out->note = misroute_note(inquiry);
		return;
	}
	gwt_rank_candidates(candidates.requests, candidates.len, inquiry->request, inquiry->contract,
			    &compare, inquiry->arena, &nearest);
	out->nearest_count = nearest.len;
	for (size_t i = 0; i < nearest.len; i++)
		out->nearest[i] = (struct gwt_candidate){ candidates.entries[nearest.items[i].index],
							  nearest.items[i].comparison };
	out->entry = out->nearest[0].entry;
	out->comparison = out->nearest[0].comparison;
	out->level = out->comparison.level;
	if (out->level < GWT_LEVEL_CONTRACT) /* equal, but ruled out by its scenario: not a match */
		out->verdict = verdict_at(&out->comparison, session->options.level);
}

void gwt_session_nearest(const struct gwt_session *session, const struct gwt_request *request,
			 struct gwt_arena *arena, struct gwt_match_result *out)
{
	struct gwt_contract contract;
	struct gwt_inquiry inquiry = { .request = request, .contract = &contract, .arena = arena };

	*out = (struct gwt_match_result){ 0 };
	gwt_contract_make_bounded(request, arena, &contract);
	gwt_find_nearest(session, &inquiry, out);
}
