#include "verifier/pairs.h"

#include "lib/base/arena.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/contract/canonical.h"
#include "lib/contract/compare.h"
#include "lib/contract/verdict.h"
#include "lib/json/json.h"
#include "verifier/cell.h"

/* Hashes of a request's forms, by level; `made` is false where there was no request. */
struct forms {
	uint64_t hash[GWT_LEVEL_WIRE + 1];
	bool made;
};

static struct forms forms_of(const struct gwt_cell *cell)
{
	struct gwt_arena scratch = { 0 };
	struct gwt_request request;
	struct gwt_contract contract;
	struct forms forms = { 0 };

	forms.made = gwt_cell_request(cell, &scratch, &request);
	if (forms.made) {
		gwt_contract_make(&request, &scratch, &contract);
		forms.hash[GWT_LEVEL_CONTRACT] = gwt_hash(contract.bytes);
		forms.hash[GWT_LEVEL_SIGNED] = gwt_hash(gwt_signed_bytes(&request, &scratch));
		forms.hash[GWT_LEVEL_WIRE] = gwt_hash(gwt_wire_bytes(&request, &scratch));
	}
	gwt_arena_release(&scratch);
	return forms;
}

static struct forms **all_forms(const struct gwt_contestant *items, size_t len, size_t calls,
				struct gwt_arena *arena)
{
	struct forms **all = gwt_arena_array(arena, struct forms *, len + 1);

	for (size_t i = 0; i < len; i++) {
		all[i] = gwt_arena_array(arena, struct forms, calls + 1);
		for (size_t j = 0; items[i].cells && j < calls; j++)
			all[i][j] = forms_of(&items[i].cells[j]);
	}
	return all;
}

/* Unequal at `contract`: a weaker level may still hold. */
static bool same_effect(const struct gwt_cell *a, const struct gwt_cell *b)
{
	struct gwt_compare_options options = { 0 };
	struct gwt_arena scratch = { 0 };
	struct gwt_request first, second;
	struct gwt_comparison comparison = { 0 };

	if (gwt_cell_request(a, &scratch, &first) && gwt_cell_request(b, &scratch, &second))
		gwt_compare(&first, &second, &options, &scratch, &comparison);
	gwt_arena_release(&scratch);
	return comparison.level >= GWT_LEVEL_EFFECT;
}

/* The strongest level at which two requests are equal: levels nest. */
static enum gwt_level level_of(const struct forms *a, const struct forms *b)
{
	enum gwt_level level = GWT_LEVEL_NONE;

	for (int i = GWT_LEVEL_CONTRACT; i <= GWT_LEVEL_WIRE && a->hash[i] == b->hash[i]; i++)
		level = (enum gwt_level)i;
	return level;
}

static void add_pair(const struct gwt_contestant *a, const struct gwt_contestant *b, const struct forms *x,
		     const struct forms *y, size_t calls, struct gwt_json *list, struct gwt_arena *arena)
{
	struct gwt_json *object = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));
	size_t compared = 0, held[GWT_LEVEL_WIRE + 1] = { 0 };
	const char *word = NULL;

	for (size_t i = 0; i < calls; i++) {
		enum gwt_level level;

		if (!x[i].made || !y[i].made)
			continue;
		compared++;
		level = level_of(&x[i], &y[i]);
		if (level == GWT_LEVEL_NONE && same_effect(&a->cells[i], &b->cells[i]))
			level = GWT_LEVEL_EFFECT;
		for (int j = GWT_LEVEL_EFFECT; j <= (int)level; j++)
			held[j]++;
	}
	for (int i = GWT_LEVEL_EFFECT; i <= GWT_LEVEL_WIRE && compared && held[i] == compared; i++)
		word = gwt_level_word((enum gwt_level)i);
	gwt_json_add_string(arena, object, "a", gwt_span_of(a->client->word));
	gwt_json_add_string(arena, object, "b", gwt_span_of(b->client->word));
	gwt_json_add(arena, object, "level",
		     word ? gwt_json_new_string(arena, gwt_span_of(word))
			  : gwt_json_new(arena, GWT_JSON_NULL));
	gwt_json_add_number(arena, object, "compared", (int64_t)compared);
	for (int i = GWT_LEVEL_WIRE; i >= GWT_LEVEL_EFFECT; i--)
		gwt_json_add_number(arena, object, gwt_level_word((enum gwt_level)i), (int64_t)held[i]);
}

struct gwt_json *gwt_pairs_json(const struct gwt_contestant *items, size_t len, size_t calls,
				struct gwt_arena *arena)
{
	struct gwt_json *list = gwt_json_new(arena, GWT_JSON_ARRAY);
	struct forms **forms = all_forms(items, len, calls, arena);

	for (size_t i = 0; i < len; i++)
		for (size_t j = i + 1; j < len; j++)
			add_pair(&items[i], &items[j], forms[i], forms[j], calls, list, arena);
	return list;
}
