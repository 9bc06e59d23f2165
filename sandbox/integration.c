/*
 * integration.c - integrations: which members each type keeps, and their defaults.
 */
#include "sandbox/call.h"

#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/state.h"

enum {
	HTTP = 1 << 0,
	HTTP_PROXY = 1 << 1,
	AWS = 1 << 2,
	AWS_PROXY = 1 << 3,
	MOCK = 1 << 4,
	ALL = 31,
	NOT_MOCK = 15,
	BOTH_HTTP = HTTP | HTTP_PROXY,
	BOTH_PROXIES = HTTP_PROXY | AWS_PROXY,
};

static const struct {
	const char *name;
	unsigned flag;
} types[] = {
	{ "HTTP", HTTP }, { "HTTP_PROXY", HTTP_PROXY }, { "AWS", AWS }, { "AWS_PROXY", AWS_PROXY },
	{ "MOCK", MOCK },
};

/* How an empty string is stored: unchanged, or as an absent member. */
enum empty { KEPT, ABSENT };

/*
 * Members of an integration, in the order of their names: the types that keep a sent value, the types that
 * have a default where none was sent, and the default as JSON. Which members were recorded for which type is
 * in SENT_MEMBER of kinds.inc. docs/sandbox.md describes each member.
 */
static const struct {
	const char *name;
	unsigned kept, defaulted;
	const char *fallback; /* NULL: the resource's id */
	enum empty empty;
} members[] = {
	{ "cacheKeyParameters", ALL, ALL, "[]", KEPT },
	{ "cacheNamespace", ALL, ALL, NULL, ABSENT },
	{ "connectionId", BOTH_HTTP, 0, "", ABSENT },
	{ "connectionType", BOTH_HTTP, BOTH_HTTP, "\"INTERNET\"", KEPT },
	{ "contentHandling", ALL, 0, "", KEPT },
	{ "credentials", ALL, 0, "", ABSENT },
	{ "httpMethod", NOT_MOCK, 0, "", KEPT },
	{ "integrationTarget", BOTH_HTTP, 0, "", ABSENT },
	{ "passthroughBehavior", ALL, ALL, "\"WHEN_NO_MATCH\"", ABSENT },
	{ "requestParameters", ALL, 0, "", KEPT },
	{ "requestTemplates", ALL, 0, "", KEPT },
	{ "responseTransferMode", ALL, 0, "", KEPT },
	{ "timeoutInMillis", ALL, ALL, "29000", KEPT },
	{ "tlsConfig", BOTH_HTTP, 0, "", KEPT },
	{ "type", ALL, 0, "", KEPT },
	{ "uri", NOT_MOCK, 0, "", KEPT },
};

/* Rules that a kept value of some members rests on, in addition to SENT_MEMBER. */
static const struct {
	const char *name;
	unsigned types;
	enum gwt_rule rule;
} kept_rules[] = {
	{ "integrationTarget", BOTH_HTTP, GWT_RULE_INTEGRATION_TARGET },
	{ "responseTransferMode", BOTH_PROXIES, GWT_RULE_TRANSFER_MODE },
	{ "responseTransferMode", MOCK | HTTP | AWS, GWT_RULE_TRANSFER_MODE_OTHER },
};

/* Members that did not exist before a change, or that were only in the answer when they were sent. */
static const struct {
	const char *name;
	enum gwt_api_change change;
	bool only_default;
} newer[] = {
	{ "timeoutInMillis", GWT_API_CHANGE_TIMEOUT, false },
	{ "connectionType", GWT_API_CHANGE_CONNECTION, false },
	{ "connectionId", GWT_API_CHANGE_CONNECTION, false },
	{ "passthroughBehavior", GWT_API_CHANGE_PASSTHROUGH_DEFAULT, true },
};

static unsigned type_flag(const struct gwt_json *integration)
{
	struct gwt_span type = gwt_json_get_text(integration, "type");

	for (size_t i = 0; i < GWT_LEN(types); i++)
		if (gwt_span_is(type, types[i].name))
			return types[i].flag;
	return 0;
}

bool gwt_integration_is_http(const struct gwt_json *integration)
{
	return type_flag(integration) & BOTH_HTTP;
}

static bool exists(const struct gwt_call *call, const char *name, bool sent)
{
	for (size_t i = 0; i < GWT_LEN(newer); i++)
		if (strcmp(newer[i].name, name) == 0 && !gwt_call_is(call, newer[i].change))
			return sent && newer[i].only_default;
	return true;
}

static bool is_empty_text(const struct gwt_json *value)
{
	return value->type == GWT_JSON_STRING && value->text.len == 0;
}

/* In templates, "" is returned as null (recorded). */
void gwt_null_empty_values(struct gwt_call *call, struct gwt_json *map)
{
	for (struct gwt_json *value = map ? map->child : NULL; value; value = value->next) {
		if (is_empty_text(value))
			value->type = GWT_JSON_NULL;
		if (value->type == GWT_JSON_NULL)
			gwt_call_rests_on(call, GWT_RULE_EMPTY_TEMPLATE);
	}
}

static struct gwt_json *default_of(struct gwt_call *call, size_t i)
{
	struct gwt_json *made = NULL;

	if (!members[i].fallback)
		return gwt_json_new_string(call->arena, call->resource->id);
	gwt_json_parse(call->arena, gwt_span_of(members[i].fallback), &made, NULL);
	return made;
}

static void rest_on_kept(struct gwt_call *call, const char *name, unsigned type)
{
	for (size_t i = 0; i < GWT_LEN(kept_rules); i++)
		if (strcmp(kept_rules[i].name, name) == 0 && kept_rules[i].types & type)
			gwt_call_rests_on(call, kept_rules[i].rule);
}

/* Note the rule for a member that was sent although this type does not have it. */
static void rest_on_dropped(struct gwt_call *call, const char *name)
{
	if (strcmp(name, "tlsConfig") == 0)
		gwt_call_rests_on(call, GWT_RULE_TLS_CONFIG_DROPPED);
	else if (strcmp(name, "connectionType") == 0)
		gwt_call_rests_on(call, GWT_RULE_CONNECTION_DROPPED);
	else if (strcmp(name, "connectionId") == 0 || strcmp(name, "integrationTarget") == 0)
		gwt_call_rests_on(call, GWT_RULE_EMPTY_MEMBER);
}

/* Add the member of one row of the table: the value of `from`, or the default, or nothing. */
static void add_member(struct gwt_call *call, const struct gwt_json *from, struct gwt_json *made, size_t i,
		       unsigned type)
{
	const char *name = members[i].name;
	const struct gwt_json *sent = gwt_json_get(from, name);

	if (sent && sent->type == GWT_JSON_NULL)
		sent = NULL;
	if (sent && members[i].empty == ABSENT && is_empty_text(sent)) {
		gwt_call_rests_on(call, GWT_RULE_EMPTY_MEMBER);
		sent = NULL;
	}
	if (sent && !(members[i].kept & type))
		rest_on_dropped(call, name);
	if (!exists(call, name, sent != NULL))
		return;
	if (sent && members[i].kept & type) {
		gwt_json_set(call->arena, made, gwt_span_of(name), gwt_json_copy(call->arena, sent));
		rest_on_kept(call, name, type);
	} else if (!sent && members[i].defaulted & type) {
		gwt_json_set(call->arena, made, gwt_span_of(name), default_of(call, i));
	}
}

bool gwt_integration_is_proxy(const struct gwt_json *integration)
{
	return type_flag(integration) & BOTH_PROXIES;
}

/* A read of a proxy integration shows a mode that was not sent; how writes answer since then is not known. */
static void rest_on_mode(struct gwt_call *call, const struct gwt_json *made)
{
	if (gwt_call_is(call, GWT_API_CHANGE_TRANSFER_MODE) && gwt_integration_is_proxy(made) &&
	    !gwt_json_get(made, "responseTransferMode"))
		gwt_call_rests_on(call, GWT_RULE_TRANSFER_MODE_UNSEEN);
}

struct gwt_json *gwt_integration_settle(struct gwt_call *call, const struct gwt_json *from)
{
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT), *tls;

	for (size_t i = 0; i < GWT_LEN(members); i++)
		add_member(call, from, made, i, type_flag(from));
	gwt_null_empty_values(call, gwt_json_get(made, "requestTemplates"));
	if (!gwt_span_is(gwt_json_get_text(made, "connectionType"), "VPC_LINK") &&
	    gwt_json_remove(made, GWT_SPAN("connectionId")))
		gwt_call_rests_on(call, GWT_RULE_CONNECTION_ID);
	tls = gwt_json_get(made, "tlsConfig");
	if (tls && !gwt_json_get(tls, "insecureSkipVerification"))
		gwt_json_add_bool(call->arena, tls, "insecureSkipVerification", false);
	return made;
}

/* A put replaces the whole integration, so its responses go. */
static void drop_responses(struct gwt_call *call, struct gwt_node *integration)
{
	struct gwt_node *response;

	for (size_t i = 0; (response = gwt_node_next(integration, GWT_KIND_INTEGRATION_RESPONSE, &i));) {
		gwt_node_remove(&call->sandbox->state, response);
		gwt_call_rests_on(call, GWT_RULE_REPLACED);
	}
}

bool gwt_put_integration(struct gwt_call *call)
{
	struct gwt_json *made = gwt_integration_settle(call, call->input);

	call->integration = gwt_call_put(call, call->method, GWT_KIND_INTEGRATION, GWT_SPAN(""), made);
	call->node = call->integration;
	if (!call->node)
		return false;
	drop_responses(call, call->integration);
	rest_on_mode(call, made);
	call->output = gwt_integration_json(call, call->integration);
	return true;
}

struct gwt_json *gwt_integration_json(const struct gwt_call *call, const struct gwt_node *integration)
{
	struct gwt_json *json = gwt_call_read(call, integration);

	gwt_call_add_map(call, json, "integrationResponses", integration, GWT_KIND_INTEGRATION_RESPONSE);
	return json;
}

static bool shows_mode(const struct gwt_call *call, const struct gwt_json *json)
{
	return gwt_call_is(call, GWT_API_CHANGE_TRANSFER_MODE_SHOWN) && gwt_integration_is_proxy(json) &&
	       !gwt_json_get(json, "responseTransferMode");
}

struct gwt_json *gwt_integration_read(struct gwt_call *call, const struct gwt_node *integration)
{
	struct gwt_json *json = gwt_integration_json(call, integration);
	struct gwt_node *response;

	if (shows_mode(call, json)) {
		gwt_json_add_string(call->arena, json, "responseTransferMode", GWT_SPAN("BUFFERED"));
		gwt_call_rests_on(call, GWT_RULE_TRANSFER_MODE_SHOWN);
	}
	for (size_t i = 0; (response = gwt_node_next(integration, GWT_KIND_INTEGRATION_RESPONSE, &i));)
		gwt_call_rests_on_node(call, response);
	gwt_call_rests_on_node(call, integration);
	return json;
}

bool gwt_get_integration(struct gwt_call *call)
{
	call->output = gwt_integration_read(call, call->integration);
	return true;
}

bool gwt_update_integration(struct gwt_call *call)
{
	struct gwt_json *made = gwt_integration_settle(call, call->input);

	if (!gwt_call_store(call, call->integration, made))
		return false;
	rest_on_mode(call, made);
	call->output = gwt_integration_json(call, call->integration);
	return true;
}
