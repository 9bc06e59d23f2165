#include "verifier/result.h"

#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/contract/verdict.h"
#include "lib/json/json.h"
#include "lib/report/unicode.h"
#include "verifier/cell.h"
#include "verifier/pairs.h"
#include "verifier/trials.h"

static bool driver_failed(const struct gwt_contestant *contestant, const struct gwt_plan *plan)
{
	for (size_t i = 0; i < plan->len; i++)
		if (contestant->cells[i].reason)
			return true;
	return false;
}

static bool made_no_call(const struct gwt_contestant *contestant, const struct gwt_plan *plan)
{
	return !contestant->called && !driver_failed(contestant, plan);
}

const char *gwt_contestant_state(const struct gwt_contestant *contestant, const struct gwt_plan *plan)
{
	if (contestant->client->missing)
		return "not installed";
	if (!contestant->cells)
		return "not run";
	return made_no_call(contestant, plan) ? "no call" : "ok";
}

static void count_cell(const struct gwt_cell *cell, struct gwt_result_counts *out)
{
	out->requests += cell->attempt_count;
	out->matched += cell->ok;
	if (cell->ok)
		out->levels[cell->level]++;
	out->refused += cell->verdict == GWT_VERDICT_LOCAL_REFUSAL && cell->settled;
	out->unsupported += cell->verdict == GWT_VERDICT_UNSUPPORTED && cell->settled;
	out->waived += cell->waiver != NULL;
	out->broken += !cell->ok && !cell->settled && !cell->waiver;
	out->failing += gwt_cell_fails(cell);
}

void gwt_result_count(const struct gwt_contestant *contestant, const struct gwt_plan *plan,
		      struct gwt_result_counts *out)
{
	const struct gwt_waivers *waivers = &contestant->client->waivers;

	*out = (struct gwt_result_counts){ 0 };
	if (!contestant->cells)
		return;
	out->cells = plan->len;
	for (size_t i = 0; i < plan->len; i++)
		count_cell(&contestant->cells[i], out);
	for (size_t i = 0; i < waivers->len; i++)
		out->expired += waivers->items[i].expired_uses;
	if (made_no_call(contestant, plan)) /* not a breach: it could not be checked */
		out->broken = out->failing = 0;
}

static void add_counts(struct gwt_result_counts *sum, const struct gwt_result_counts *more)
{
	sum->cells += more->cells;
	sum->matched += more->matched;
	sum->broken += more->broken;
	sum->failing += more->failing;
	sum->waived += more->waived;
	sum->expired += more->expired;
	sum->refused += more->refused;
	sum->unsupported += more->unsupported;
	sum->requests += more->requests;
	for (size_t i = 0; i < GWT_LEN(sum->levels); i++)
		sum->levels[i] += more->levels[i];
}

static struct gwt_result_counts total(const struct gwt_result *result)
{
	struct gwt_result_counts sum = { 0 }, one;

	for (size_t i = 0; i < result->len; i++) {
		gwt_result_count(&result->items[i], result->plan, &one);
		add_counts(&sum, &one);
	}
	return sum;
}

int gwt_result_exit_code(const struct gwt_result *result)
{
	struct gwt_result_counts sum = total(result);

	if (result->signum)
		return 128 + result->signum;
	if (sum.failing)
		return gwt_status_exit_code(GWT_EMISMATCH);
	for (size_t i = 0; i < result->len; i++)
		if (strcmp(gwt_contestant_state(&result->items[i], result->plan), "ok") != 0)
			return gwt_status_exit_code(GWT_EUNCHECKED);
	if (sum.requests == 0 || result->plan->unrecorded) /* nothing was compared */
		return gwt_status_exit_code(GWT_EUNCHECKED);
	return 0;
}

static void add_number(struct gwt_arena *arena, struct gwt_json *object, const char *name, size_t number)
{
	gwt_json_add_number(arena, object, name, (int64_t)number);
}

static void add_text(struct gwt_arena *arena, struct gwt_json *object, const char *name, struct gwt_span text)
{
	if (text.ptr)
		gwt_json_add_string(arena, object, name, gwt_utf8_repaired(arena, text));
	else
		gwt_json_add(arena, object, name, gwt_json_new(arena, GWT_JSON_NULL));
}

static void add_levels(struct gwt_arena *arena, struct gwt_json *object,
		       const struct gwt_result_counts *counts)
{
	struct gwt_json *levels = gwt_json_add_object(arena, object, "level");

	for (int i = GWT_LEVEL_WIRE; i >= GWT_LEVEL_EFFECT; i--)
		if (i != GWT_LEVEL_EFFECT || counts->levels[i])
			add_number(arena, levels, gwt_level_word((enum gwt_level)i), counts->levels[i]);
}

static void add_shared_counts(struct gwt_arena *arena, struct gwt_json *object,
			      const struct gwt_result_counts *counts)
{
	add_number(arena, object, "matched", counts->matched);
	add_number(arena, object, "broken", counts->broken);
	add_number(arena, object, "waived", counts->waived);
	add_number(arena, object, "localRefusals", counts->refused);
	add_number(arena, object, "unsupported", counts->unsupported);
	if (counts->expired)
		add_number(arena, object, "expiredWaivers", counts->expired);
}

static void add_summary(const struct gwt_result *result, struct gwt_json *root, struct gwt_arena *arena)
{
	struct gwt_json *summary = gwt_json_add_object(arena, root, "summary");
	struct gwt_result_counts sum = total(result);

	add_number(arena, summary, "requests", sum.cells);
	add_shared_counts(arena, summary, &sum);
	add_number(arena, summary, "unused", 0);
	add_number(arena, summary, "forwarded", 0);
	add_number(arena, summary, "sessions", result->len);
	add_text(arena, summary, "order", GWT_SPAN("strict"));
	add_text(arena, summary, "wanted", gwt_span_of(gwt_level_word(result->level)));
	add_levels(arena, summary, &sum);
	add_number(arena, summary, "scenarios", result->plan->scenarios);
	if (result->plan->unrecorded)
		add_number(arena, summary, "notRecorded", result->plan->unrecorded);
	add_text(arena, summary, "cassettes", result->plan->hash);
}

static void add_client(const struct gwt_result *result, const struct gwt_contestant *contestant,
		       struct gwt_json *list, struct gwt_arena *arena)
{
	struct gwt_json *object = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));
	const struct gwt_client *client = contestant->client;
	struct gwt_result_counts counts;

	gwt_result_count(contestant, result->plan, &counts);
	add_text(arena, object, "client", gwt_span_of(client->word));
	add_text(arena, object, "version", gwt_span_of(client->version));
	add_text(arena, object, "about", gwt_span_of(client->about));
	add_text(arena, object, "state", gwt_span_of(gwt_contestant_state(contestant, result->plan)));
	if (client->missing) {
		add_text(arena, object, "install", gwt_span_of(client->install));
		return;
	}
	add_number(arena, object, "cells", counts.cells);
	add_number(arena, object, "sent", counts.requests);
	add_shared_counts(arena, object, &counts);
	add_levels(arena, object, &counts);
}

static void add_rows(const struct gwt_result *result, struct gwt_json *root, struct gwt_arena *arena)
{
	struct gwt_json *rows = gwt_json_add_array(arena, root, "requests");

	for (size_t i = 0; i < result->len; i++)
		for (size_t j = 0; result->items[i].cells && j < result->plan->len; j++)
			gwt_json_append(rows, gwt_cell_json(&result->items[i].cells[j],
							    result->items[i].client->word, arena));
}

/* The subject of a scenario: its tag, such as "option:uri", else its group. */
static struct gwt_span group_of(const struct gwt_scenario *scenario)
{
	static const struct gwt_span option = GWT_SPAN_INIT("option:");

	for (size_t i = 0; i < scenario->tag_count; i++)
		if (gwt_span_starts(scenario->tags[i], option))
			return gwt_span_slice(scenario->tags[i], option.len, scenario->tags[i].len);
	return gwt_span_slice(scenario->name, 0, gwt_span_find(scenario->name, '/'));
}

static void add_scenarios(const struct gwt_plan *plan, struct gwt_json *root, struct gwt_arena *arena)
{
	struct gwt_json *list = gwt_json_add_array(arena, root, "scenarios");

	for (size_t i = 0; i < plan->len; i++) {
		const struct gwt_scenario *scenario = plan->calls[i].source;
		struct gwt_json *object;

		if (i > 0 && plan->calls[i - 1].source == scenario)
			continue;
		object = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));
		add_text(arena, object, "scenario", scenario->name);
		add_text(arena, object, "group", group_of(scenario));
	}
}

struct gwt_json *gwt_result_json(const struct gwt_result *result, struct gwt_arena *arena)
{
	struct gwt_json *root = gwt_json_new(arena, GWT_JSON_OBJECT), *clients;

	add_summary(result, root, arena);
	clients = gwt_json_add_array(arena, root, "clients");
	for (size_t i = 0; i < result->len; i++)
		add_client(result, &result->items[i], clients, arena);
	add_scenarios(result->plan, root, arena);
	add_rows(result, root, arena);
	gwt_json_add_array(arena, root, "unused");
	gwt_json_add(arena, root, "pairs",
		     gwt_pairs_json(result->items, result->len, result->plan->len, arena));
	if (result->trials)
		gwt_trials_add(result->items, result->len, result->trials, root, arena);
	if (result->compared)
		gwt_json_add(arena, root, "compared", gwt_json_copy(arena, result->compared));
	gwt_json_add_number(arena, root, "exit", gwt_result_exit_code(result));
	return root;
}
