/*
 * stage.c - stages, with the settings of methods that hang on them.
 */
#include "sandbox/patch.h"

static const struct gwt_patch_rule rules[] = {
	{ "/accessLogSettings/destinationArn", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/accessLogSettings/format", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/accessLogSettings", GWT_PATCH_REMOVE, GWT_PATCH_TEXT },
	{ "/cacheClusterEnabled", GWT_PATCH_REPLACE, GWT_PATCH_BOOLEAN },
	{ "/cacheClusterSize", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/clientCertificateId", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/deploymentId", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/description", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/documentationVersion", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/tracingEnabled", GWT_PATCH_REPLACE, GWT_PATCH_BOOLEAN },
	{ "/variables/*", GWT_PATCH_ANY, GWT_PATCH_TEXT },
	{ NULL, 0, GWT_PATCH_TEXT },
};

/* The last two segments of /{resourcePath}/{httpMethod}/GROUP/NAME, and the member they set. */
static const struct {
	const char *path, *member;
	enum gwt_patch_value value;
	const char *fallback; /* as JSON; what an entry starts with. NULL: absent */
} settings[] = {
	{ "metrics/enabled", "metricsEnabled", GWT_PATCH_BOOLEAN, "false" },
	{ "logging/loglevel", "loggingLevel", GWT_PATCH_TEXT, NULL },
	{ "logging/dataTrace", "dataTraceEnabled", GWT_PATCH_BOOLEAN, "false" },
	{ "throttling/burstLimit", "throttlingBurstLimit", GWT_PATCH_INTEGER, "5000" },
	{ "throttling/rateLimit", "throttlingRateLimit", GWT_PATCH_INTEGER, "10000.0" },
	{ "caching/enabled", "cachingEnabled", GWT_PATCH_BOOLEAN, "false" },
	{ "caching/ttlInSeconds", "cacheTtlInSeconds", GWT_PATCH_INTEGER, "300" },
	{ "caching/dataEncrypted", "cacheDataEncrypted", GWT_PATCH_BOOLEAN, "false" },
	{ "caching/requireAuthorizationForCacheControl", "requireAuthorizationForCacheControl",
	  GWT_PATCH_BOOLEAN, "true" },
	{ "caching/unauthorizedCacheControlHeaderStrategy", "unauthorizedCacheControlHeaderStrategy",
	  GWT_PATCH_TEXT, "\"SUCCEED_WITH_RESPONSE_HEADER\"" },
};

bool gwt_find_stage(struct gwt_call *call)
{
	if (!gwt_find_api(call))
		return false;
	call->node = gwt_node_child(call->api, GWT_KIND_STAGE, gwt_call_label(call, "stage_name"));
	return call->node || gwt_call_fail(call, GWT_RULE_NO_STAGE);
}

bool gwt_check_stage(struct gwt_call *call)
{
	struct gwt_span deployment = gwt_json_get_text(call->input, "deploymentId");

	if (!gwt_node_child(call->api, GWT_KIND_DEPLOYMENT, deployment))
		return gwt_call_fail(call, GWT_RULE_STAGE_DEPLOYMENT);
	if (gwt_node_child(call->api, GWT_KIND_STAGE, gwt_json_get_text(call->input, "stageName")))
		return gwt_call_fail(call, GWT_RULE_STAGE_EXISTS);
	return true;
}

struct gwt_json *gwt_stage_json(struct gwt_call *call, struct gwt_span name, const char *description)
{
	static const char *const echoed[] = { "deploymentId",        "documentationVersion",
					      "cacheClusterEnabled", "cacheClusterSize",
					      "variables",           "tracingEnabled",
					      "canarySettings",      "tags" };
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_bool(call->arena, made, "cacheClusterEnabled", false);
	gwt_json_add_string(call->arena, made, "cacheClusterStatus", GWT_SPAN("NOT_AVAILABLE"));
	gwt_json_add_number(call->arena, made, "createdDate", call->now);
	gwt_json_add_number(call->arena, made, "lastUpdatedDate", call->now);
	gwt_json_add_object(call->arena, made, "methodSettings");
	gwt_json_add_string(call->arena, made, "stageName", name);
	gwt_json_add_bool(call->arena, made, "tracingEnabled", false);
	if (gwt_json_get_text(call->input, description).len > 0)
		gwt_json_add_string(call->arena, made, "description",
				    gwt_json_get_text(call->input, description));
	for (size_t i = 0; i < GWT_LEN(echoed); i++)
		gwt_call_echo(call, made, echoed[i]);
	if (gwt_json_is(gwt_json_get(made, "variables"), GWT_JSON_OBJECT) &&
	    gwt_json_get(made, "variables")->len == 0)
		gwt_json_remove(made, GWT_SPAN("variables"));
	return made;
}

bool gwt_create_stage(struct gwt_call *call)
{
	struct gwt_span name = gwt_json_get_text(call->input, "stageName");

	call->node = gwt_call_put(call, call->api, GWT_KIND_STAGE, name,
				  gwt_stage_json(call, name, "description"));
	return call->node && gwt_get_node(call);
}

/* "/a~1b/GET" and the setting's index in a path; false when it is no setting. */
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

static struct gwt_json *setting_entry(struct gwt_call *call, struct gwt_json *map, struct gwt_span key)
{
	struct gwt_json *entry = gwt_json_get_span(map, key), *value = NULL;

	if (entry)
		return entry;
	entry = gwt_json_add_span(call->arena, map, key, gwt_json_new(call->arena, GWT_JSON_OBJECT));
	for (size_t i = 0; i < GWT_LEN(settings); i++)
		if (settings[i].fallback &&
		    gwt_json_parse(call->arena, gwt_span_of(settings[i].fallback), &value, NULL))
			gwt_json_add(call->arena, entry, settings[i].member, value);
	return entry;
}

static bool patch_setting(struct gwt_call *call, struct gwt_json *stage, const struct gwt_patch_op *op,
			  bool *done)
{
	struct gwt_json *map = gwt_json_get(stage, "methodSettings");
	struct gwt_span key;
	size_t i;

	*done = split_setting(op->path, &key, &i);
	if (!*done)
		return true;
	if (op->op != GWT_PATCH_REPLACE)
		return gwt_call_fail_with(call, GWT_RULE_STAGE_PATH, op->path);
	key = gwt_patch_unescape(call, key);
	gwt_json_set(call->arena, setting_entry(call, map, key), gwt_span_of(settings[i].member),
		     gwt_patch_json(call, settings[i].value, op->value));
	return true;
}

/* remove /{resourcePath}/{httpMethod}: the entry as a whole */
static bool remove_entry(struct gwt_call *call, struct gwt_json *stage, const struct gwt_patch_op *op)
{
	struct gwt_span key = gwt_patch_unescape(call, gwt_span_slice(op->path, 1, op->path.len));

	return op->op == GWT_PATCH_REMOVE && gwt_json_remove(gwt_json_get(stage, "methodSettings"), key);
}

static bool patch_stage(struct gwt_call *call, struct gwt_json *stage)
{
	struct gwt_patch_op op;

	for (size_t i = 0; gwt_patch_next(call, i, &op); i++) {
		bool done = false;

		if (!patch_setting(call, stage, &op, &done))
			return false;
		if (!done && !remove_entry(call, stage, &op) &&
		    !gwt_patch_one(call, rules, GWT_PATCH_NAMES_SETTING, stage, &op))
			return false;
	}
	return !call->code.ptr;
}

bool gwt_update_stage(struct gwt_call *call)
{
	struct gwt_json *stage = gwt_call_read(call, call->node);

	if (!patch_stage(call, stage))
		return false;
	if (!gwt_node_child(call->api, GWT_KIND_DEPLOYMENT, gwt_json_get_text(stage, "deploymentId")))
		return gwt_call_fail(call, GWT_RULE_STAGE_DEPLOYMENT);
	gwt_json_set(call->arena, stage, GWT_SPAN("lastUpdatedDate"),
		     gwt_json_new_number(call->arena, call->now));
	return gwt_call_store(call, call->node, stage) && gwt_get_node(call);
}

/* ?deploymentId= picks the stages of one deployment. */
bool gwt_get_stages(struct gwt_call *call)
{
	struct gwt_span deployment = gwt_call_query(call, "deploymentId");
	struct gwt_node **nodes = gwt_call_list(call, call->api, GWT_KIND_STAGE);
	struct gwt_json *items;
	size_t len = 0;

	call->output = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	items = gwt_json_add_array(call->arena, call->output, "item");
	for (size_t i = 0; nodes[i]; i++) {
		struct gwt_json *stage = gwt_call_read(call, nodes[i]);

		if (deployment.ptr && !gwt_span_eq(gwt_json_get_text(stage, "deploymentId"), deployment))
			continue;
		nodes[len++] = nodes[i];
		gwt_json_append(items, stage);
	}
	nodes[len] = NULL;
	call->listed = nodes;
	return true;
}
