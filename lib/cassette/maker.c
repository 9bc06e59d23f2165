/*
 * maker.c - the variables of a cassette under construction, and their places.
 */
#include "lib/cassette/maker.h"

#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"

void gwt_maker_add_occurrence(struct gwt_maker *maker, const struct gwt_position *at, size_t variable)
{
	GWT_GROW(maker->arena, maker->marks, maker->len, maker->cap);
	maker->marks[maker->len++] = (struct gwt_occurrence){ *at, variable };
}

static size_t find_variable(const struct gwt_cassette *cassette, struct gwt_span name)
{
	for (size_t i = 0; i < cassette->variable_count; i++)
		if (gwt_span_eq(cassette->variables[i].name, name))
			return i;
	return SIZE_MAX;
}

size_t gwt_maker_variable(struct gwt_maker *maker, struct gwt_span name, struct gwt_span type,
			  struct gwt_span live)
{
	struct gwt_cassette *out = maker->out;
	size_t index = find_variable(out, name);

	if (index != SIZE_MAX)
		return index;
	index = out->variable_count++;
	GWT_GROW(maker->arena, out->variables, index, out->variable_cap);
	GWT_GROW(maker->arena, maker->live, index, maker->live_cap);
	out->variables[index] = (struct gwt_cassette_variable){
		.name = name, .type = type, .sample = gwt_sample_for(maker->arena, out->scenario, name, type)
	};
	GWT_GROW(maker->arena, maker->keys, index, maker->key_cap);
	maker->live[index] = live;
	maker->keys[index] = GWT_ABSENT;
	return index;
}

size_t gwt_maker_keyed(const struct gwt_maker *maker, struct gwt_span key)
{
	for (size_t i = 0; i < maker->out->variable_count; i++)
		if (maker->keys[i].ptr && gwt_span_eq(maker->keys[i], key))
			return i;
	return SIZE_MAX;
}

size_t gwt_maker_bound(struct gwt_maker *maker, const char *type, struct gwt_span live)
{
	const struct gwt_captures *captures = maker->captures;

	for (size_t i = 0; i < maker->out->variable_count; i++)
		if (gwt_span_is(maker->out->variables[i].type, type) && gwt_span_eq(maker->live[i], live))
			return i;
	for (size_t i = 0; i < captures->binding_count; i++) {
		const struct gwt_binding *binding = &captures->bindings[i];

		if (gwt_span_is(binding->type, type) && gwt_span_eq(binding->live, live))
			return gwt_maker_variable(maker, binding->name, binding->type, binding->live);
	}
	return SIZE_MAX;
}
