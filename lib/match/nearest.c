#include "lib/match/nearest.h"

#include "lib/match/expected.h"
#include "lib/cassette/position.h"
#include "lib/match/session.h"

enum { MAX_CANDIDATES = 4096 }; /* a failing request must not cost more than this */

void gwt_expected_request(const struct gwt_entry *entry, const struct gwt_values *values,
			  struct gwt_arena *arena, struct gwt_request *out)
{
	const struct gwt_interaction *interaction = entry->interaction;

	gwt_template_request(&entry->request, entry->cassette, interaction, values, arena, out);
	if (interaction->wire.ptr)
		gwt_expected_wire(interaction, arena, out);
	if (out->headers.items == interaction->request.headers.items)
		out->headers = *entry->expected_headers;
	else
		gwt_expected_headers(entry->cassette, interaction, &out->headers, arena, &out->headers);
}

/* Variables as far as the request names them at the recorded places, so that ids are no differences. */
static void read_what_is_there(const struct gwt_entry *entry, const struct gwt_request *request,
			       const struct gwt_contract *contract, struct gwt_arena *arena,
			       struct gwt_values *out)
{
	out->len = entry->cassette->variable_count;
	out->items = gwt_arena_array(arena, struct gwt_span, out->len + 1);
	for (size_t i = 0; i < entry->request.len; i++) {
		const struct gwt_slot *slot = &entry->request.slots[i];
		struct gwt_json *json = contract->json ? contract->json : contract->untold;
		struct gwt_span text = gwt_position_string(&slot->at, request, NULL, json, arena);

		if (text.ptr)
			gwt_slot_read(slot, text, out->items);
	}
}

/* The recorded request with the ids of this one, and those ids. */
static const struct gwt_request *expected_of(const struct gwt_entry *entry, const struct gwt_request *request,
					     const struct gwt_contract *contract, struct gwt_arena *arena,
					     struct gwt_values *values)
{
	struct gwt_request *expected = gwt_arena_new(arena, struct gwt_request);

	read_what_is_there(entry, request, contract, arena, values);
	gwt_expected_request(entry, values, arena, expected);
	return expected;
}

size_t gwt_match_same_effect(const struct gwt_index *index, const struct gwt_request *request,
			     const struct gwt_contract *contract, const struct gwt_match_options *options,
			     struct gwt_arena *arena, struct gwt_same_effect **out)
{
	struct gwt_compare_options compare = { .any_region = options->any_region,
					       .unsigned_has_no_scope = true };
	struct gwt_entry *const *entries;
	size_t count = gwt_index_same_route(index, request, &entries), len = 0;

	if (!contract->json) /* only members of a body have defaults */
		return 0;
	*out = gwt_arena_array(arena, struct gwt_same_effect, count);
	for (size_t i = 0; i < count; i++) {
		struct gwt_same_effect *next = &(*out)[len];
		const struct gwt_request *expected;
		struct gwt_comparison comparison;

		if (!gwt_is_selected(options, entries[i]))
			continue;
		expected = expected_of(entries[i], request, contract, arena, &next->values);
		gwt_compare_made(expected, NULL, request, contract, &compare, arena, &comparison);
		next->entry = entries[i];
		len += comparison.level == GWT_LEVEL_EFFECT;
	}
	return len;
}

/* At level `effect` a difference that it accepts is not what broke the contract. */
static enum gwt_verdict verdict_at(const struct gwt_comparison *comparison, enum gwt_level level)
{
	for (size_t i = 0; level == GWT_LEVEL_EFFECT && i < comparison->len; i++)
		if (!comparison->differences[i].same_effect)
			return comparison->differences[i].verdict;
	return comparison->verdict;
}

void gwt_match_nearest(const struct gwt_index *index, const struct gwt_request *request,
		       const struct gwt_contract *contract, const struct gwt_match_options *options,
		       struct gwt_arena *arena, struct gwt_outcome *out)
{
	struct gwt_compare_options compare = { .any_region = options->any_region,
					       .unsigned_has_no_scope = true };
	struct gwt_entry *const *all;
	size_t count = 0, of_route = gwt_index_same_route(index, request, &all);
	const struct gwt_entry **entries;
	const struct gwt_request **candidates;
	struct gwt_nearest nearest;

	out->verdict = GWT_VERDICT_NO_SCENARIO;
	entries = gwt_arena_array(arena, const struct gwt_entry *,
				  of_route < MAX_CANDIDATES ? of_route : MAX_CANDIDATES);
	for (size_t i = 0; i < of_route && count < MAX_CANDIDATES; i++)
		if (gwt_is_selected(options, all[i]))
			entries[count++] = all[i];
	if (count == 0)
		return;
	candidates = gwt_arena_array(arena, const struct gwt_request *, count);
	for (size_t i = 0; i < count; i++) {
		struct gwt_values values;

		candidates[i] = expected_of(entries[i], request, contract, arena, &values);
	}
	gwt_nearest_find(candidates, count, request, &compare, arena, &nearest);
	out->nearest_count = nearest.len;
	for (size_t i = 0; i < nearest.len; i++)
		out->nearest[i] = (struct gwt_candidate){ entries[nearest.items[i].index],
							  nearest.items[i].comparison };
	out->entry = out->nearest[0].entry;
	out->comparison = out->nearest[0].comparison;
	out->level = out->comparison.level;
	if (out->level < GWT_LEVEL_CONTRACT) /* equal to one that its scenario rules out is still no match */
		out->verdict = verdict_at(&out->comparison, options->level);
}
