#include "drift/places.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/cassette/position.h"

static int by_position(const void *a, const void *b)
{
	const struct gwt_variable_place *left = a, *right = b;

	if (left->at->interaction != right->at->interaction)
		return left->at->interaction < right->at->interaction ? -1 : 1;
	return gwt_position_order(left->at, right->at);
}

static size_t count_places(const struct gwt_cassette *cassette)
{
	size_t count = 0;

	for (size_t i = 0; i < cassette->variable_count; i++)
		count += cassette->variables[i].at_count;
	return count;
}

void gwt_places_init(struct gwt_places *out, const struct gwt_cassette *cassette, struct gwt_arena *arena)
{
	size_t interaction = 0;

	*out = (struct gwt_places){ .cassette = cassette };
	out->items = gwt_arena_array(arena, struct gwt_variable_place, count_places(cassette) + 1);
	out->first = gwt_arena_array(arena, size_t, cassette->interaction_count + 1);
	for (size_t i = 0; i < cassette->variable_count; i++)
		for (size_t j = 0; j < cassette->variables[i].at_count; j++)
			out->items[out->len++] =
				(struct gwt_variable_place){ &cassette->variables[i].at[j],
							     cassette->variables[i].name, i };
	if (out->len)
		qsort(out->items, out->len, sizeof(*out->items), by_position);
	for (size_t i = 0; i < out->len; i++)
		while (interaction < out->items[i].at->interaction)
			out->first[++interaction] = i;
	while (interaction < cassette->interaction_count)
		out->first[++interaction] = out->len;
}

/* The state of renaming: a name for each variable of `now`, and which variables of `was` are taken. */
struct names {
	struct gwt_span *of;
	bool *taken;
};

static void pair_up(struct names *names, const struct gwt_variable_place *now,
		    const struct gwt_variable_place *was)
{
	if (names->of[now->variable].ptr || names->taken[was->variable])
		return;
	names->of[now->variable] = was->name;
	names->taken[was->variable] = true;
}

/* Two sorted runs of places: variables at the same place get the same name. */
static void pair_interaction(struct names *names, const struct gwt_places *now, size_t i,
			     const struct gwt_places *was, size_t j)
{
	size_t a = now->first[i], b = was->first[j];

	while (a < now->first[i + 1] && b < was->first[j + 1]) {
		int order = gwt_position_order(now->items[a].at, was->items[b].at);

		if (order == 0)
			pair_up(names, &now->items[a], &was->items[b]);
		a += order <= 0;
		b += order >= 0;
	}
}

/* A variable without a counterpart keeps its name, changed where another has taken it. */
static void name_rest(struct names *names, const struct gwt_cassette *now, struct gwt_arena *arena)
{
	for (size_t i = 0; i < now->variable_count; i++)
		if (!names->of[i].ptr)
			names->of[i] = gwt_arena_printf(arena, GWT_SPAN_FMT "'",
							GWT_SPAN_ARG(now->variables[i].name));
}

void gwt_places_rename(struct gwt_places *now, const struct gwt_places *was, struct gwt_arena *arena)
{
	const struct gwt_cassette *cassette = now->cassette;
	struct names names = { gwt_arena_array(arena, struct gwt_span, cassette->variable_count + 1),
			       gwt_arena_array(arena, bool, was->cassette->variable_count + 1) };
	struct gwt_map ids = { 0 };

	for (size_t j = 0; j < was->cassette->interaction_count; j++)
		gwt_map_put(&ids, was->cassette->interactions[j].id, &was->first[j]);
	for (size_t i = 0; i < cassette->interaction_count; i++) {
		const size_t *first = gwt_map_get(&ids, cassette->interactions[i].id);

		if (first)
			pair_interaction(&names, now, i, was, (size_t)(first - was->first));
	}
	gwt_map_release(&ids);
	name_rest(&names, cassette, arena);
	for (size_t i = 0; i < now->len; i++)
		now->items[i].name = names.of[now->items[i].variable];
}
