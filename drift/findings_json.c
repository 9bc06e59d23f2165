/* The report of a comparison as JSON: the model of every other format. */
#include <stdio.h>

#include "drift/findings.h"
#include "drift/rules.h"
#include "lib/base/arena.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/json/json.h"

static struct gwt_json *new_object(struct gwt_arena *arena, struct gwt_json *list)
{
	return gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));
}

static void add_text(struct gwt_arena *arena, struct gwt_json *object, const char *name, struct gwt_span text)
{
	gwt_json_add(arena, object, name,
		     text.ptr ? gwt_json_new_string(arena, text) : gwt_json_new(arena, GWT_JSON_NULL));
}

static void add_place(struct gwt_arena *arena, struct gwt_json *object, const struct gwt_finding_place *place)
{
	struct gwt_span none = { NULL, 0 };

	add_text(arena, object, "scenario", place ? place->scenario : none);
	add_text(arena, object, "interaction", place ? place->interaction : none);
}

static void add_acceptance(struct gwt_arena *arena, struct gwt_json *object,
			   const struct gwt_finding *finding)
{
	struct gwt_json *one;

	if (!finding->acceptance)
		return;
	one = gwt_json_add_object(arena, object, finding->accepted ? "accepted" : "wasAccepted");
	gwt_json_add_string(arena, one, "reason", finding->acceptance->reason);
	gwt_json_add_string(arena, one, "until", finding->acceptance->until_text);
}

static void add_finding(struct gwt_arena *arena, struct gwt_json *list, const struct gwt_finding *finding)
{
	struct gwt_json *object = new_object(arena, list), *places;

	gwt_json_add_string(arena, object, "rule", gwt_span_of(gwt_drift_rule_row(finding->rule)->word));
	gwt_json_add_string(arena, object, "severity", gwt_span_of(gwt_severity_word(finding->severity)));
	add_place(arena, object, finding->place_count ? &finding->places[0] : NULL);
	gwt_json_add_string(arena, object, "at", finding->at);
	gwt_json_add(arena, object, "was", gwt_json_copy(arena, finding->was));
	gwt_json_add(arena, object, "now", gwt_json_copy(arena, finding->now));
	gwt_json_add_string(arena, object, "text", finding->text);
	add_acceptance(arena, object, finding);
	for (const struct gwt_json *more = finding->more ? finding->more->child : NULL; more;
	     more = more->next)
		gwt_json_add_span(arena, object, more->name, gwt_json_copy(arena, more));
	places = gwt_json_add_array(arena, object, "places");
	for (size_t i = 0; i < finding->place_count; i++)
		add_place(arena, new_object(arena, places), &finding->places[i]);
}

static void add_findings(const struct gwt_findings *findings, struct gwt_arena *arena, struct gwt_json *root,
			 const char *name, bool accepted)
{
	struct gwt_json *list = gwt_json_add_array(arena, root, name);

	for (size_t i = 0; i < findings->len; i++)
		if (findings->items[i]->accepted == accepted)
			add_finding(arena, list, findings->items[i]);
}

static size_t count_accepted(const struct gwt_findings *findings)
{
	size_t count = 0;

	for (size_t i = 0; i < findings->len; i++)
		count += findings->items[i]->accepted;
	return count;
}

static void add_summary(const struct gwt_findings *findings, struct gwt_arena *arena, struct gwt_json *root)
{
	struct gwt_json *summary = gwt_json_add_object(arena, root, "summary");

	gwt_json_add_number(arena, summary, "scenarios", (int64_t)findings->scenario_count);
	gwt_json_add_number(arena, summary, "compared",
			    (int64_t)(findings->scenario_count - findings->unchecked_len));
	gwt_json_add_number(arena, summary, "couldNotCheck", (int64_t)findings->unchecked_len);
	for (int i = GWT_SEVERITY_COUNT - 1; i >= 0; i--)
		gwt_json_add_number(arena, summary, gwt_severity_name((enum gwt_severity)i),
				    (int64_t)gwt_findings_count(findings, (enum gwt_severity)i));
	gwt_json_add_number(arena, summary, "accepted", (int64_t)count_accepted(findings));
}

static void add_counts(struct gwt_arena *arena, struct gwt_json *object, const struct gwt_score *score)
{
	gwt_json_add_number(arena, object, "compared", (int64_t)score->compared);
	gwt_json_add_number(arena, object, "same", (int64_t)score->same);
}

/*
 * The share of equal answers, from 0 to 1, cut after four digits so that 1 means all; null where none was
 * compared.
 */
static struct gwt_json *share(struct gwt_arena *arena, const struct gwt_score *score)
{
	struct gwt_json *number = gwt_json_new(arena, GWT_JSON_NUMBER);
	char text[16]; /* "0." and four digits */

	if (!score->compared)
		return gwt_json_new(arena, GWT_JSON_NULL);
	if (score->same == score->compared)
		return gwt_json_new_number(arena, 1);
	snprintf(text, sizeof(text), "0.%04zu", score->same * 10000 / score->compared % 10000);
	number->text = gwt_arena_copy(arena, gwt_span_of(text));
	return number;
}

static void add_score(const struct gwt_findings *findings, struct gwt_arena *arena, struct gwt_json *root)
{
	struct gwt_json *object, *classes;

	if (!findings->scored)
		return;
	object = gwt_json_add_object(arena, root, "score");
	add_counts(arena, object, &findings->score);
	gwt_json_add(arena, object, "score", share(arena, &findings->score));
	classes = gwt_json_add_object(arena, object, "byEvidence");
	for (int i = 0; i <= GWT_EVIDENCE_GUESSED; i++)
		if (findings->by_evidence[i].compared)
			add_counts(
				arena,
				gwt_json_add_object(arena, classes, gwt_evidence_word((enum gwt_evidence)i)),
				&findings->by_evidence[i]);
}

/* Scenarios, each with its worst finding */

enum { SAME = -1, UNCHECKED = GWT_SEVERITY_COUNT };

struct state {
	int worst; /* a severity, SAME or UNCHECKED */
	size_t findings;
};

static const char *state_word(const struct state *state)
{
	if (state->worst == UNCHECKED)
		return "could-not-check";
	return state->worst == SAME ? "same" : gwt_severity_name((enum gwt_severity)state->worst);
}

/* What could not be checked is reported even where something else was found. */
static void note_finding(const struct gwt_map *states, const struct gwt_finding *finding)
{
	const struct gwt_finding_place *last = NULL;

	for (size_t i = 0; !finding->accepted && i < finding->place_count; i++) {
		struct state *state = gwt_map_get(states, finding->places[i].scenario);

		if (!state || (last && gwt_span_eq(last->scenario, finding->places[i].scenario)))
			continue;
		last = &finding->places[i];
		state->findings++;
		if (state->worst < (int)finding->severity)
			state->worst = (int)finding->severity;
	}
}

static void add_scenarios(const struct gwt_findings *findings, struct gwt_arena *arena, struct gwt_json *root)
{
	struct gwt_json *list = gwt_json_add_array(arena, root, "scenarios");
	struct state *states = gwt_arena_array(arena, struct state, findings->scenario_count + 1);
	struct gwt_map by_name = { 0 };

	for (size_t i = 0; i < findings->scenario_count; i++) {
		states[i].worst = SAME;
		gwt_map_put(&by_name, findings->scenarios[i], &states[i]);
	}
	for (size_t i = 0; i < findings->unchecked_len; i++) {
		struct state *state = gwt_map_get(&by_name, findings->unchecked[i].scenario);

		if (state)
			state->worst = UNCHECKED;
	}
	for (size_t i = 0; i < findings->len; i++)
		note_finding(&by_name, findings->items[i]);
	gwt_map_release(&by_name);
	for (size_t i = 0; i < findings->scenario_count; i++) {
		struct gwt_json *object = new_object(arena, list);

		gwt_json_add_string(arena, object, "scenario", findings->scenarios[i]);
		gwt_json_add_string(arena, object, "result", gwt_span_of(state_word(&states[i])));
		gwt_json_add_number(arena, object, "findings", (int64_t)states[i].findings);
	}
}

struct gwt_json *gwt_findings_json(const struct gwt_findings *findings, struct gwt_arena *arena)
{
	struct gwt_json *root = gwt_json_new(arena, GWT_JSON_OBJECT), *list;

	add_summary(findings, arena, root);
	add_score(findings, arena, root);
	add_findings(findings, arena, root, "findings", false);
	add_findings(findings, arena, root, "accepted", true);
	list = gwt_json_add_array(arena, root, "couldNotCheck");
	for (size_t i = 0; i < findings->unchecked_len; i++) {
		struct gwt_json *object = new_object(arena, list);

		gwt_json_add_string(arena, object, "scenario", findings->unchecked[i].scenario);
		gwt_json_add_string(arena, object, "reason", findings->unchecked[i].reason);
	}
	add_scenarios(findings, arena, root);
	return root;
}
