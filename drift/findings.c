#include "drift/findings.h"

#include <stdlib.h>

#include "drift/rules.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/json/write.h"

void gwt_findings_init(struct gwt_findings *findings, struct gwt_arena *arena,
		       const struct gwt_drift_policy *policy)
{
	*findings = (struct gwt_findings){ .arena = arena, .policy = policy };
}

void gwt_findings_release(struct gwt_findings *findings)
{
	gwt_map_release(&findings->by_cause);
	gwt_map_release(&findings->unchecked_by_name);
}

void gwt_findings_scenario(struct gwt_findings *findings, struct gwt_span scenario)
{
	GWT_GROW(findings->arena, findings->scenarios, findings->scenario_count, findings->scenario_cap);
	findings->scenarios[findings->scenario_count++] = gwt_arena_copy(findings->arena, scenario);
}

/* Which finding */

static void add_value(struct gwt_buf *key, const struct gwt_json *value)
{
	struct gwt_arena arena = { 0 };

	gwt_json_write_canonical(key, gwt_value_copy(&arena, value));
	gwt_buf_add_char(key, '\0');
	gwt_arena_release(&arena);
}

/* Equal for changes of one cause. */
static struct gwt_span key_of(struct gwt_arena *arena, const struct gwt_change *change,
			      const struct gwt_acceptance *acceptance)
{
	gwt_auto(gwt_buf_release) struct gwt_buf key = { .max = SIZE_MAX };

	gwt_buf_printf(&key, "%d %p ", (int)change->rule, (const void *)acceptance);
	gwt_buf_add(&key, change->cause);
	gwt_buf_add_char(&key, '\0');
	if (change->variant.ptr) {
		gwt_buf_add(&key, change->variant);
	} else if (gwt_drift_rule_row(change->rule)->by_value) {
		add_value(&key, change->was);
		add_value(&key, change->now);
	}
	return gwt_arena_copy(arena, gwt_buf_span(&key));
}

static struct gwt_finding *add_new(struct gwt_findings *findings, const struct gwt_change *change,
				   const struct gwt_acceptance *acceptance)
{
	struct gwt_arena *arena = findings->arena;
	struct gwt_finding *finding = gwt_arena_new(arena, struct gwt_finding);

	*finding = (struct gwt_finding){
		.rule = change->rule,
		.severity = findings->policy->severity[change->rule],
		.at = gwt_arena_copy(arena, change->at),
		.text = gwt_arena_copy(arena, change->text),
		.was = gwt_value_copy(arena, change->was),
		.now = gwt_value_copy(arena, change->now),
		.acceptance = acceptance,
		.accepted = acceptance && findings->policy->now < acceptance->until,
	};
	GWT_GROW(arena, findings->items, findings->len, findings->cap);
	findings->items[findings->len++] = finding;
	return finding;
}

void gwt_finding_add_place(struct gwt_findings *findings, struct gwt_finding *finding,
			   struct gwt_span scenario, struct gwt_span interaction)
{
	const struct gwt_finding_place *last =
		finding->place_count ? &finding->places[finding->place_count - 1] : NULL;

	if (last && gwt_span_eq(last->scenario, scenario) && gwt_span_eq(last->interaction, interaction))
		return;
	GWT_GROW(findings->arena, finding->places, finding->place_count, finding->place_cap);
	finding->places[finding->place_count++] =
		(struct gwt_finding_place){ gwt_arena_copy(findings->arena, scenario),
					    gwt_arena_copy(findings->arena, interaction) };
}

struct gwt_finding *gwt_findings_add(struct gwt_findings *findings, const struct gwt_change *change,
				     struct gwt_span scenario, struct gwt_span interaction)
{
	const struct gwt_acceptance *acceptance =
		gwt_drift_policy_find(findings->policy, change->rule, scenario, change->at);
	struct gwt_span key = key_of(findings->arena, change, acceptance);
	struct gwt_finding *finding = gwt_map_get(&findings->by_cause, key);

	if (!finding) {
		finding = add_new(findings, change, acceptance);
		gwt_map_put(&findings->by_cause, key, finding);
	}
	if (scenario.ptr)
		gwt_finding_add_place(findings, finding, scenario, interaction);
	return finding;
}

/* What could not be checked */

void gwt_findings_unchecked(struct gwt_findings *findings, struct gwt_span scenario, struct gwt_span reason)
{
	struct gwt_arena *arena = findings->arena;
	size_t *index = gwt_map_get(&findings->unchecked_by_name, scenario);

	if (index) {
		struct gwt_unchecked *one = &findings->unchecked[*index];

		one->reason = gwt_arena_printf(arena, GWT_SPAN_FMT "; " GWT_SPAN_FMT,
					       GWT_SPAN_ARG(one->reason), GWT_SPAN_ARG(reason));
		return;
	}
	index = gwt_arena_new(arena, size_t);
	*index = findings->unchecked_len;
	GWT_GROW(arena, findings->unchecked, findings->unchecked_len, findings->unchecked_cap);
	findings->unchecked[findings->unchecked_len++] =
		(struct gwt_unchecked){ gwt_arena_copy(arena, scenario), gwt_arena_copy(arena, reason) };
	gwt_map_put(&findings->unchecked_by_name, findings->unchecked[*index].scenario, index);
}

/* The result */

static int compare_places(const struct gwt_finding *a, const struct gwt_finding *b)
{
	int order;

	if (!a->place_count || !b->place_count)
		return (a->place_count > 0) - (b->place_count > 0);
	order = gwt_span_cmp(a->places[0].scenario, b->places[0].scenario);
	return order ? order : gwt_span_cmp(a->places[0].interaction, b->places[0].interaction);
}

static int worst_first(const void *left, const void *right)
{
	const struct gwt_finding *a = *(struct gwt_finding *const *)left,
				 *b = *(struct gwt_finding *const *)right;
	int order;

	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	order = gwt_span_cmp(a->at, b->at);
	return order ? order : compare_places(a, b);
}

static int by_scenario(const void *left, const void *right)
{
	const struct gwt_unchecked *a = left, *b = right;

	return gwt_span_cmp(a->scenario, b->scenario);
}

void gwt_findings_finish(struct gwt_findings *findings)
{
	if (findings->len)
		qsort(findings->items, findings->len, sizeof(struct gwt_finding *), worst_first);
	if (findings->unchecked_len)
		qsort(findings->unchecked, findings->unchecked_len, sizeof(*findings->unchecked),
		      by_scenario);
}

size_t gwt_findings_count(const struct gwt_findings *findings, enum gwt_severity severity)
{
	size_t count = 0;

	for (size_t i = 0; i < findings->len; i++)
		count += findings->items[i]->severity == severity && !findings->items[i]->accepted;
	return count;
}

gwt_status gwt_findings_verdict(const struct gwt_findings *findings, enum gwt_severity fail_on)
{
	for (int severity = (int)fail_on; severity < GWT_SEVERITY_COUNT; severity++)
		if (gwt_findings_count(findings, (enum gwt_severity)severity))
			return GWT_EMISMATCH;
	if (findings->unchecked_len || (findings->scored && !findings->score.compared))
		return GWT_EUNCHECKED;
	return GWT_OK;
}
