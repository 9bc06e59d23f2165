#include "verifier/plan.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/match/edges.h"
#include "lib/model/related.h"
#include "lib/scenario/variable.h"
#include "lib/sigv4/sigv4.h"

struct gwt_plan_call *gwt_plan_add(struct gwt_plan *plan, struct gwt_arena *arena)
{
	GWT_GROW(arena, plan->calls, plan->len, plan->cap);
	plan->calls[plan->len] = (struct gwt_plan_call){ 0 };
	return &plan->calls[plan->len++];
}

/* What a scenario's variables are while its cassette is replayed. */
struct samples {
	const struct gwt_cassette *cassette;
	const struct gwt_scenario *scenario;
	struct gwt_arena *arena;
};

static struct gwt_span sample_of(void *opaque, struct gwt_span name)
{
	const struct samples *samples = opaque;
	const struct gwt_cassette *cassette = samples->cassette;
	struct gwt_span value = gwt_variable_default(samples->scenario->variables, name);

	for (size_t i = 0; i < cassette->variable_count; i++)
		if (gwt_span_eq(cassette->variables[i].name, name))
			return cassette->variables[i].sample;
	if (gwt_span_is(name, "region") && cassette->provenance.region.len)
		return cassette->provenance.region;
	if (value.ptr)
		return value;
	return gwt_sample_for(samples->arena, cassette->scenario, name,
			      gwt_variable_declared_type(samples->scenario->variables, name));
}

static const struct gwt_cassette *cassette_of(const struct gwt_index *index,
					      const struct gwt_scenario *scenario, size_t *at)
{
	const struct gwt_cassettes *cassettes = gwt_index_cassettes(index);

	for (*at = 0; *at < cassettes->len; ++*at)
		if (gwt_span_eq(cassettes->items[*at].scenario, scenario->name))
			return strcmp(cassettes->items[*at].scenario_sha256, scenario->sha256) == 0
				       ? &cassettes->items[*at]
				       : NULL;
	return NULL;
}

static gwt_status add_step(struct gwt_plan *plan, struct gwt_arena *arena, const struct samples *samples,
			   const struct gwt_step *step, const struct gwt_entry *entry, struct gwt_error *err)
{
	struct gwt_plan_call *call = gwt_plan_add(plan, arena);

	*call = (struct gwt_plan_call){ .source = samples->scenario, .step = step, .entry = entry };
	if (gwt_step_is_raw(step)) /* no driver is asked for it */
		return GWT_OK;
	return gwt_step_values(step, step->input, GWT_SPAN("input"), sample_of, (void *)(uintptr_t)samples,
			       arena, &call->input, NULL, err);
}

/* The calls of the scenario, from `first` on, that a call is related to: without them it cannot be made. */
static void relate(struct gwt_plan *plan, struct gwt_arena *arena, struct gwt_trace *trace, size_t first,
		   size_t at)
{
	size_t *after = gwt_arena_array(arena, size_t, at - first + 1), count = 0;
	size_t second = plan->calls[at].entry->interaction_index;

	for (size_t i = first; i < at; i++) {
		size_t before = plan->calls[i].entry->interaction_index;

		if (before < second && gwt_trace_relation(trace, before, second).rule)
			after[count++] = i;
	}
	plan->calls[at].after = after;
	plan->calls[at].after_count = count;
}

static void count_unrecorded(struct gwt_plan *plan, const struct gwt_scenario *scenario)
{
	if (plan->unrecorded++ == 0)
		plan->first_unrecorded = scenario->name;
}

static gwt_status add_scenario(struct gwt_plan *plan, struct gwt_arena *arena,
			       const struct gwt_scenario *scenario, const struct gwt_index *index,
			       struct gwt_error *err)
{
	size_t at;
	const struct gwt_cassette *cassette = cassette_of(index, scenario, &at);
	struct samples samples = { cassette, scenario, arena };
	gwt_status status = GWT_OK;
	size_t before = plan->len;

	if (!cassette) {
		count_unrecorded(plan, scenario);
		return GWT_OK;
	}
	for (size_t i = 0; i < scenario->step_count && status == GWT_OK; i++) {
		size_t found = gwt_cassette_find(cassette, scenario->steps[i].id);

		if (found != SIZE_MAX)
			status = add_step(plan, arena, &samples, &scenario->steps[i],
					  &gwt_index_entries(index, at)[found], err);
	}
	if (plan->len > before + 1) {
		struct gwt_trace *trace = gwt_edges_trace(cassette, arena);

		for (size_t i = before + 1; i < plan->len; i++)
			relate(plan, arena, trace, before, i);
	}
	plan->scenarios += plan->len > before;
	return status;
}

/* SHA-256 over the names and the recorded requests and answers, shortened: a folder's name. */
static struct gwt_span hash_of(struct gwt_arena *arena, const struct gwt_plan *plan)
{
	gwt_auto(gwt_buf_release) struct gwt_buf all = { .max = SIZE_MAX };
	struct gwt_sigv4 *digests = gwt_sigv4_new();
	char hex[GWT_SHA256_HEX + 1];

	for (size_t i = 0; i < plan->len; i++) {
		const struct gwt_interaction *interaction = plan->calls[i].entry->interaction;
		struct gwt_span parts[] = { plan->calls[i].entry->cassette->scenario, interaction->id,
					    interaction->request.target, interaction->request.body,
					    interaction->response.body };

		for (size_t j = 0; j < GWT_LEN(parts); j++) {
			gwt_buf_printf(&all, "%zu:", parts[j].len);
			gwt_buf_add(&all, parts[j]);
		}
	}
	gwt_sha256_hex(digests, gwt_buf_span(&all), hex);
	gwt_sigv4_free(digests);
	return gwt_arena_copy(arena, (struct gwt_span){ hex, 16 });
}

gwt_status gwt_plan_make(struct gwt_arena *arena, const struct gwt_scenarios *scenarios,
			 const struct gwt_index *index, struct gwt_plan *out, struct gwt_error *err)
{
	struct gwt_plan plan = { 0 };
	gwt_status status = GWT_OK;

	for (size_t i = 0; i < scenarios->len && status == GWT_OK; i++)
		status = add_scenario(&plan, arena, &scenarios->items[i], index, err);
	if (status == GWT_OK && plan.len == 0)
		status = gwt_fail(err, GWT_EUNCHECKED,
				  "no selected scenario has a cassette: record them first ('gwtape record')");
	if (status != GWT_OK)
		return status;
	plan.hash = hash_of(arena, &plan);
	*out = plan;
	return GWT_OK;
}
