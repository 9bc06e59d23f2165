#include "drift/policy.h"

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"

enum { DAY_S = 24 * 60 * 60 };

void gwt_drift_policy_init(struct gwt_drift_policy *policy, int64_t now)
{
	*policy = (struct gwt_drift_policy){ .now = now };
	for (int i = 0; i < GWT_DRIFT_RULE_COUNT; i++)
		policy->severity[i] = gwt_drift_rule_row((enum gwt_drift_rule)i)->severity;
}

/* The state of reading. */
struct reading {
	struct gwt_drift_policy *policy;
	const char *path;
	struct gwt_error *err;
};

static gwt_status unknown_rule(const struct reading *reading, struct gwt_span word)
{
	return gwt_fail(reading->err, GWT_EPARSE,
			"'%s': 'drift' names the rule '" GWT_SPAN_FMT
			"', which does not exist (docs/drift.md lists them)",
			reading->path, GWT_SPAN_ARG(word));
}

static gwt_status read_severities(struct reading *reading, const struct gwt_json *object)
{
	if (object && object->type != GWT_JSON_OBJECT)
		return gwt_fail(reading->err, GWT_EPARSE, "'%s': 'drift.severity' is not an object",
				reading->path);
	for (const struct gwt_json *item = object ? object->child : NULL; item; item = item->next) {
		enum gwt_drift_rule rule;

		if (!gwt_drift_rule_parse(item->name, &rule))
			return unknown_rule(reading, item->name);
		if (item->type != GWT_JSON_STRING ||
		    !gwt_severity_parse(item->text, &reading->policy->severity[rule]))
			return gwt_fail(reading->err, GWT_EPARSE,
					"'%s': 'drift.severity." GWT_SPAN_FMT
					"' must be breaking, risky or info",
					reading->path, GWT_SPAN_ARG(item->name));
	}
	return GWT_OK;
}

/* The named day is included. */
static bool read_until(struct gwt_span text, int64_t *out)
{
	if (!text.ptr || !gwt_clock_parse(text, out))
		return false;
	*out += text.len == strlen("2026-12-31") ? DAY_S : 1;
	return true;
}

static bool is_member(struct gwt_span name)
{
	static const char *const names[] = { "rule", "scenario", "at", "reason", "until" };

	for (size_t i = 0; i < GWT_LEN(names); i++)
		if (gwt_span_is(name, names[i]))
			return true;
	return false;
}

/* What is wrong with the shape of an acceptance; absent when nothing is. */
static const char *bad_shape(const struct gwt_json *item)
{
	if (item->type != GWT_JSON_OBJECT)
		return "is not an object";
	for (const struct gwt_json *member = item->child; member; member = member->next) {
		if (!is_member(member->name))
			return "has a member other than rule, scenario, at, reason and until";
		if (member->type != GWT_JSON_STRING)
			return "has a member that is not a text";
	}
	if (!gwt_json_get_text(item, "rule").ptr)
		return "has no 'rule'";
	if (!gwt_json_get_text(item, "reason").len)
		return "has no 'reason'";
	return NULL;
}

static gwt_status read_acceptance(struct reading *reading, const struct gwt_json *item, size_t index,
				  struct gwt_acceptance *out)
{
	const char *wrong = bad_shape(item);

	if (wrong)
		return gwt_fail(reading->err, GWT_EPARSE, "'%s': 'drift.accepted' item %zu %s", reading->path,
				index, wrong);
	*out = (struct gwt_acceptance){
		.scenario = gwt_json_get_text(item, "scenario"),
		.at = gwt_json_get_text(item, "at"),
		.reason = gwt_json_get_text(item, "reason"),
		.until_text = gwt_json_get_text(item, "until"),
	};
	if (!gwt_drift_rule_parse(gwt_json_get_text(item, "rule"), &out->rule))
		return unknown_rule(reading, gwt_json_get_text(item, "rule"));
	if (!read_until(out->until_text, &out->until))
		return gwt_fail(reading->err, GWT_EPARSE,
				"'%s': 'drift.accepted' item %zu needs 'until', a date like 2026-12-31",
				reading->path, index);
	return GWT_OK;
}

static gwt_status read_accepted(struct reading *reading, const struct gwt_json *list, struct gwt_arena *arena)
{
	struct gwt_drift_policy *policy = reading->policy;
	gwt_status status = GWT_OK;

	if (!list)
		return GWT_OK;
	if (list->type != GWT_JSON_ARRAY)
		return gwt_fail(reading->err, GWT_EPARSE, "'%s': 'drift.accepted' is not a list",
				reading->path);
	policy->accepted = gwt_arena_array(arena, struct gwt_acceptance, list->len + 1);
	for (const struct gwt_json *item = list->child; status == GWT_OK && item; item = item->next) {
		status = read_acceptance(reading, item, policy->accepted_count + 1,
					 &policy->accepted[policy->accepted_count]);
		policy->accepted_count += status == GWT_OK;
	}
	return status;
}

gwt_status gwt_drift_policy_read(struct gwt_drift_policy *policy, const char *path,
				 const struct gwt_json *drift, struct gwt_arena *arena, struct gwt_error *err)
{
	struct reading reading = { policy, path, err };
	gwt_status status;

	if (!drift)
		return GWT_OK;
	if (drift->type != GWT_JSON_OBJECT)
		return gwt_fail(err, GWT_EPARSE, "'%s': 'drift' is not an object", path);
	for (const struct gwt_json *item = drift->child; item; item = item->next)
		if (!gwt_span_is(item->name, "severity") && !gwt_span_is(item->name, "accepted"))
			return gwt_fail(err, GWT_EPARSE,
					"'%s': 'drift' has the member '" GWT_SPAN_FMT
					"': it may have severity and accepted",
					path, GWT_SPAN_ARG(item->name));
	status = read_severities(&reading, gwt_json_get(drift, "severity"));
	return status == GWT_OK ? read_accepted(&reading, gwt_json_get(drift, "accepted"), arena) : status;
}

static bool is_within(struct gwt_span name, struct gwt_span selected)
{
	while (selected.len && selected.ptr[selected.len - 1] == '/')
		selected.len--;
	return gwt_span_starts(name, selected) && (name.len == selected.len || name.ptr[selected.len] == '/');
}

struct gwt_acceptance *gwt_drift_policy_find(const struct gwt_drift_policy *policy, enum gwt_drift_rule rule,
					     struct gwt_span scenario, struct gwt_span at)
{
	struct gwt_acceptance *expired = NULL;

	for (size_t i = 0; i < policy->accepted_count; i++) {
		struct gwt_acceptance *one = &policy->accepted[i];

		if (one->rule != rule || (one->scenario.ptr && !is_within(scenario, one->scenario)) ||
		    (one->at.ptr && !gwt_span_eq(one->at, at)))
			continue;
		one->used = true;
		if (policy->now < one->until)
			return one;
		expired = one;
	}
	return expired;
}
