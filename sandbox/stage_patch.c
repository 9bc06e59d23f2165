/*
 * stage_patch.c - UpdateStage: members, settings of methods, access logs, canaries.
 *
 * AWS takes every path that it does not know for the setting of a method, and says so.
 */
#include "sandbox/patch.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/call.h"
#include "sandbox/state.h"

static const struct gwt_patch_rule rules[] = {
	{ "/accessLogSettings", GWT_PATCH_REMOVE, GWT_PATCH_TEXT },
	{ "/accessLogSettings/destinationArn", GWT_PATCH_ADD | GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/accessLogSettings/format", GWT_PATCH_ADD | GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/cacheClusterEnabled", GWT_PATCH_REPLACE, GWT_PATCH_BOOLEAN },
	{ "/cacheClusterSize", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/canarySettings", GWT_PATCH_REMOVE, GWT_PATCH_TEXT },
	{ "/canarySettings/deploymentId", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/canarySettings/percentTraffic", GWT_PATCH_REPLACE, GWT_PATCH_DOUBLE },
	{ "/canarySettings/stageVariableOverrides/*", GWT_PATCH_ADD | GWT_PATCH_REPLACE | GWT_PATCH_REMOVE,
	  GWT_PATCH_TEXT },
	{ "/canarySettings/useStageCache", GWT_PATCH_REPLACE, GWT_PATCH_BOOLEAN },
	{ "/clientCertificateId", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/deploymentId", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/description", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/documentationVersion", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/tracingEnabled", GWT_PATCH_REPLACE, GWT_PATCH_BOOLEAN },
	{ "/variables/*", GWT_PATCH_ANY, GWT_PATCH_TEXT },
	{ NULL, 0, GWT_PATCH_TEXT },
};

/* The last two segments of /{resourcePath}/{httpMethod}/GROUP/NAME, and the member that they set. */
static const struct {
	const char *path, *member;
	enum gwt_patch_value value;
	const char *fallback; /* JSON; the value of a new entry; NULL: absent */
} settings[] = {
	{ "metrics/enabled", "metricsEnabled", GWT_PATCH_BOOLEAN, "false" },
	{ "logging/loglevel", "loggingLevel", GWT_PATCH_TEXT, NULL },
	{ "logging/dataTrace", "dataTraceEnabled", GWT_PATCH_BOOLEAN, "false" },
	{ "throttling/burstLimit", "throttlingBurstLimit", GWT_PATCH_INTEGER, "5000" },
	{ "throttling/rateLimit", "throttlingRateLimit", GWT_PATCH_DOUBLE, "10000.0" },
	{ "caching/enabled", "cachingEnabled", GWT_PATCH_BOOLEAN, "false" },
	{ "caching/ttlInSeconds", "cacheTtlInSeconds", GWT_PATCH_INTEGER, "300" },
	{ "caching/dataEncrypted", "cacheDataEncrypted", GWT_PATCH_BOOLEAN, "false" },
	{ "caching/requireAuthorizationForCacheControl", "requireAuthorizationForCacheControl",
	  GWT_PATCH_BOOLEAN, "true" },
	{ "caching/unauthorizedCacheControlHeaderStrategy", "unauthorizedCacheControlHeaderStrategy",
	  GWT_PATCH_TEXT, "\"SUCCEED_WITH_RESPONSE_HEADER\"" },
};

/* Split a path into its key "/a~1b/GET" and the index of its setting; false when it is not a setting. */
static bool split_setting(struct gwt_span path, struct gwt_span *key, size_t *setting)
{
	for (size_t i = 0; i < GWT_LEN(settings); i++) {
		struct gwt_span tail = gwt_span_of(settings[i].path);

		if (path.len < tail.len + 4 || !gwt_span_ends(path, tail) ||
		    path.ptr[path.len - tail.len - 1] != '/')
			continue;
		*key = gwt_span_slice(path, 1, path.len - tail.len - 1);
		*setting = i;
		return gwt_span_find(*key, '/') < key->len;
	}
	return false;
}

/* A new entry begins as a copy of the entry for all methods, or with the defaults (recorded). */
static struct gwt_json *setting_entry(struct gwt_call *call, struct gwt_json *map, struct gwt_span key)
{
	struct gwt_json *entry = gwt_json_get_span(map, key), *all = gwt_json_get(map, "*/*"), *value = NULL;

	if (entry)
		return entry;
	if (all) {
		gwt_json_set(call->arena, map, key, gwt_json_copy(call->arena, all));
		return gwt_json_get_span(map, key);
	}
	entry = gwt_json_add_span(call->arena, map, key, gwt_json_new(call->arena, GWT_JSON_OBJECT));
	for (size_t i = 0; i < GWT_LEN(settings); i++)
		if (settings[i].fallback &&
		    gwt_json_parse(call->arena, gwt_span_of(settings[i].fallback), &value, NULL))
			gwt_json_add(call->arena, entry, settings[i].member, value);
	return entry;
}

static bool replace_setting(struct gwt_call *call, struct gwt_json *stage, const struct gwt_patch_op *op,
			    struct gwt_span key, size_t i)
{
	struct gwt_json *map = gwt_json_get(stage, "methodSettings");

	if (op->op != GWT_PATCH_REPLACE)
		return gwt_call_fail_with(call, GWT_RULE_STAGE_PATH, op->path);
	key = gwt_patch_unescape(call, key);
	gwt_json_set(call->arena, setting_entry(call, map, key), gwt_span_of(settings[i].member),
		     gwt_patch_json(call, settings[i].value, op->value));
	return gwt_call_rests_on_kind(call, GWT_RULE_PATCHED, gwt_patch_kind(call, op, settings[i].path));
}

/* The first segment of a path, without its slash. */
static struct gwt_span first_segment(struct gwt_span path)
{
	gwt_span_cut(&path, '/');
	return gwt_span_cut(&path, '/');
}

static bool is_removable(struct gwt_span path)
{
	for (const struct gwt_patch_rule *rule = rules; rule->path; rule++) {
		struct gwt_span pattern = gwt_span_of(rule->path);

		if (!(rule->ops & GWT_PATCH_REMOVE))
			continue;
		if (gwt_span_ends(pattern, GWT_SPAN("*"))
			    ? gwt_span_starts(path, gwt_span_slice(pattern, 0, pattern.len - 1)) &&
				      path.len >= pattern.len
			    : gwt_span_eq(path, pattern))
			return true;
	}
	return false;
}

/* A path that cannot be removed is taken for all settings of a method, /{resourcePath}/{httpMethod}. */
static bool remove_setting(struct gwt_call *call, struct gwt_json *stage, const struct gwt_patch_op *op)
{
	struct gwt_span key = gwt_patch_unescape(call, gwt_span_slice(op->path, 1, op->path.len));
	struct gwt_span first = first_segment(op->path);
	bool member = gwt_span_is(first, "accessLogSettings") || gwt_span_is(first, "canarySettings");

	if (gwt_json_remove(gwt_json_get(stage, "methodSettings"), key))
		return gwt_call_rests_on_kind(call, GWT_RULE_PATCHED, GWT_SPAN("remove:setting"));
	return gwt_call_fail_values(call, GWT_RULE_STAGE_NOTHING_TO_REMOVE,
				    member ? first : GWT_SPAN("setting"), &key, 1);
}

static bool has_rule(struct gwt_span path)
{
	for (const struct gwt_patch_rule *rule = rules; rule->path; rule++)
		if (gwt_span_is(path, rule->path))
			return true;
	return false;
}

static bool check_logs(struct gwt_call *call, const struct gwt_patch_op *op)
{
	if (!gwt_span_is(first_segment(op->path), "accessLogSettings"))
		return true;
	if (gwt_span_is(op->path, "/accessLogSettings") || !has_rule(op->path))
		return gwt_call_fail(call, GWT_RULE_STAGE_LOG_PATH);
	return op->value.len > 0 ||
	       gwt_call_fail_kind(call, GWT_RULE_STAGE_LOG_VALUE,
				  gwt_patch_kind(call, op, gwt_arena_cstr(call->arena, op->path)));
}

/* A canary begins with the stage's own deployment and no traffic (recorded). */
static void begin_canary(struct gwt_call *call, struct gwt_json *stage, const struct gwt_patch_op *op)
{
	if (gwt_span_is(first_segment(op->path), "canarySettings") && !gwt_json_get(stage, "canarySettings"))
		gwt_json_set(call->arena, stage, GWT_SPAN("canarySettings"),
			     gwt_canary_json(call, NULL, gwt_json_get_text(stage, "deploymentId")));
}

static bool check_canary(struct gwt_call *call, const struct gwt_patch_op *op)
{
	if (op->op == GWT_PATCH_ADD && gwt_span_starts(op->path, GWT_SPAN("/canarySettings/")) &&
	    !gwt_span_starts(op->path, GWT_SPAN("/canarySettings/stageVariableOverrides/")))
		return gwt_call_fail_values(call, GWT_RULE_STAGE_ADD, op->path, &op->path, 1);
	if (op->op == GWT_PATCH_REPLACE && gwt_span_is(op->path, "/canarySettings/deploymentId") &&
	    !gwt_node_child(call->api, GWT_KIND_DEPLOYMENT, op->value))
		return gwt_call_fail_kind(call, GWT_RULE_STAGE_DEPLOYMENT, GWT_SPAN("canary"));
	return true;
}

/* Promotion: what the stage takes over from its canary. */
static const struct {
	const char *path, *from;
} copies[] = {
	{ "/deploymentId", "/canarySettings/deploymentId" },
	{ "/variables", "/canarySettings/stageVariableOverrides" },
};

static bool fail_copy(struct gwt_call *call, const struct gwt_patch_op *op)
{
	struct gwt_span values[2] = { op->path, op->from };
	bool reversed = gwt_span_starts(op->path, GWT_SPAN("/canarySettings/"));

	return gwt_call_fail_values(call, GWT_RULE_STAGE_COPY, reversed ? GWT_SPAN("reversed") : GWT_SPAN(""),
				    values, 2);
}

static void copy_variables(struct gwt_call *call, struct gwt_json *stage, const struct gwt_json *overrides)
{
	struct gwt_json *variables = gwt_json_get(stage, "variables");

	if (!variables && overrides && overrides->child)
		variables = gwt_json_add_object(call->arena, stage, "variables");
	for (const struct gwt_json *item = overrides ? overrides->child : NULL; item; item = item->next)
		gwt_json_set(call->arena, variables, item->name, gwt_json_copy(call->arena, item));
}

static bool copy(struct gwt_call *call, struct gwt_json *stage, const struct gwt_patch_op *op)
{
	const struct gwt_json *canary = gwt_json_get(stage, "canarySettings");
	size_t i = 0;

	while (i < GWT_LEN(copies) &&
	       !(gwt_span_is(op->path, copies[i].path) && gwt_span_is(op->from, copies[i].from)))
		i++;
	if (i == GWT_LEN(copies))
		return fail_copy(call, op);
	if (!canary)
		return gwt_call_fail(call, GWT_RULE_STAGE_NO_CANARY);
	if (i == 0)
		gwt_json_set(call->arena, stage, GWT_SPAN("deploymentId"),
			     gwt_json_new_string(call->arena, gwt_json_get_text(canary, "deploymentId")));
	else
		copy_variables(call, stage, gwt_json_get(canary, "stageVariableOverrides"));
	return gwt_call_rests_on_kind(call, GWT_RULE_PATCHED, gwt_patch_kind(call, op, copies[i].path));
}

static bool patch_stage(struct gwt_call *call, struct gwt_json *stage, const struct gwt_patch_op *op)
{
	struct gwt_span key;
	size_t setting;

	if (op->op == GWT_PATCH_COPY)
		return copy(call, stage, op);
	if (split_setting(op->path, &key, &setting))
		return replace_setting(call, stage, op, key, setting);
	if (op->op == GWT_PATCH_REMOVE && !is_removable(op->path))
		return remove_setting(call, stage, op);
	if (op->op != GWT_PATCH_REMOVE && (!check_logs(call, op) || !check_canary(call, op)))
		return false;
	if (op->op != GWT_PATCH_REMOVE && has_rule(op->path))
		begin_canary(call, stage, op);
	return gwt_patch_one(call, rules, GWT_PATCH_NAMES_SETTING, stage, op);
}

bool gwt_update_stage(struct gwt_call *call)
{
	struct gwt_json *stage = gwt_call_read(call, call->node);
	struct gwt_patch_op op;

	gwt_patch_begin(call);
	for (size_t i = 0; gwt_patch_next(call, i, &op); i++)
		if (!patch_stage(call, stage, &op))
			return false;
	if (!gwt_node_child(call->api, GWT_KIND_DEPLOYMENT, gwt_json_get_text(stage, "deploymentId")))
		return gwt_call_fail(call, GWT_RULE_STAGE_DEPLOYMENT);
	gwt_json_set(call->arena, stage, GWT_SPAN("lastUpdatedDate"),
		     gwt_json_new_number(call->arena, call->now));
	return gwt_call_store(call, call->node, stage) && gwt_get_node(call);
}
