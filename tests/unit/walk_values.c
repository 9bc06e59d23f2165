#include "tests/unit/walk_values.h"

#include <stdio.h>

#include "lib/json/json.h"
#include "lib/json/write.h"

#define LAMBDA                                                                                               \
	"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"                                     \
	"arn:aws:lambda:us-east-1:123456789012:function:f/invocations"

/* Names and keys that integrations, methods and their patches share, so that they refer to each other. */
static const char *const parameters[] = {
	"method.request.querystring.q",
	"method.request.path.p",
	"method.request.header.h",
	"method.request.querystring.other",
	"method.response.header.X",
	"integration.request.querystring.q",
	"integration.request.header.h",
	"integration.response.header.X",
	"'static'",
	"application/json",
	"text/plain",
	"stageVariables.v",
	"context.requestId",
	"a",
	"",
};

static const struct {
	const char *wire, *values[8];
} texts[] = {
	{ "type", { "MOCK", "MOCK", "MOCK", "HTTP", "HTTP_PROXY", "AWS", "AWS_PROXY", "TOKEN" } },
	{ "httpMethod", { "GET", "POST", "ANY" } },
	{ "uri", { "http://example.com/{p}", "https://example.com", LAMBDA, LAMBDA, "" } },
	{ "authorizerUri", { LAMBDA } },
	{ "identitySource", { "method.request.header.Auth" } },
	{ "credentials", { "arn:aws:iam::123456789012:role/r", "arn:aws:iam::*:user/*", "" } },
	{ "passthroughBehavior", { "NEVER", "WHEN_NO_MATCH", "WHEN_NO_TEMPLATES" } },
	{ "authorizationType", { "NONE", "NONE", "AWS_IAM", "CUSTOM" } },
	{ "contentType", { "application/json" } },
	{ "schema", { "{\"type\":\"object\"}" } },
	{ "stageName", { "dev", "prod", "s1" } },
	{ "targetArns",
	  { "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/n/0123456789abcdef" } },
};

/* Members and labels that hold an id, with the noun of what the id belongs to. */
static const struct {
	const char *wire, *noun;
} ids[] = {
	{ "restapi_id", "RestApi" },
	{ "resource_id", "Resource" },
	{ "parent_id", "Resource" },
	{ "parentId", "Resource" },
	{ "deployment_id", "Deployment" },
	{ "vpclink_id", "VpcLink" },
	{ "deploymentId", "Deployment" },
	{ "connectionId", "VpcLink" },
	{ "authorizer_id", "Authorizer" },
	{ "authorizerId", "Authorizer" },
	{ "requestvalidator_id", "RequestValidator" },
	{ "requestValidatorId", "RequestValidator" },
	{ "model_name", "Model" },
	{ "stage_name", "Stage" },
};

uint64_t walk_random(struct walk_world *world, uint64_t below)
{
	uint64_t z = world->seed += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (z ^ (z >> 31)) % below;
}

static struct walk_pool *pool_of(struct walk_world *world, const char *noun)
{
	size_t i = 0;

	while (i < GWT_LEN(world->pools) - 1 && world->pools[i].noun &&
	       strcmp(world->pools[i].noun, noun) != 0)
		i++;
	world->pools[i].noun = noun;
	return &world->pools[i];
}

const char *walk_id(struct walk_world *world, const char *noun)
{
	struct walk_pool *pool = pool_of(world, noun);

	if (pool->len == 0 || walk_random(world, 20) == 0)
		return "unknown";
	if (strcmp(noun, "RestApi") == 0)
		return pool->ids[pool->len - 1];
	return pool->ids[walk_random(world, pool->len)];
}

void walk_learn(struct walk_world *world, const char *noun, struct gwt_span id)
{
	struct walk_pool *pool = pool_of(world, noun);

	if (strcmp(noun, "RestApi") == 0)
		for (size_t i = 0; i < GWT_LEN(world->pools); i++)
			if (world->pools[i].noun && strcmp(world->pools[i].noun, "VpcLink") != 0)
				world->pools[i].len = 0;
	if (pool->len == WALK_POOL)
		memmove(pool->ids[1], pool->ids[2], (--pool->len - 1) * sizeof(pool->ids[0]));
	snprintf(pool->ids[pool->len++], sizeof(pool->ids[0]), GWT_SPAN_FMT, GWT_SPAN_ARG(id));
}

static const char *noun_of(const char *wire)
{
	for (size_t i = 0; i < GWT_LEN(ids); i++)
		if (strcmp(ids[i].wire, wire) == 0)
			return ids[i].noun;
	return NULL;
}

const char *walk_label(struct walk_world *world, const char *wire)
{
	static const char *const verbs[] = { "GET", "GET", "POST", "ANY", "get" };
	static const char *const codes[] = { "200", "404", "500", "x" };
	static const char *const stages[] = { "dev", "prod", "s1" };

	if (strcmp(wire, "http_method") == 0)
		return verbs[walk_random(world, walk_random(world, 9) ? 3 : GWT_LEN(verbs))];
	if (strcmp(wire, "status_code") == 0)
		return codes[walk_random(world, walk_random(world, 9) ? 2 : GWT_LEN(codes))];
	if (strcmp(wire, "stage_name") == 0)
		return stages[walk_random(world, GWT_LEN(stages))];
	if (strcmp(wire, "resource_arn") == 0)
		return gwt_arena_printf(world->arena, "arn:aws:apigateway:us-east-1::/restapis/%s",
					walk_id(world, "RestApi"))
			.ptr;
	return noun_of(wire) ? walk_id(world, noun_of(wire)) : "unknown";
}

static const char *generic(struct walk_world *world)
{
	static const char *const values[] = {
		"x",        "a long text that does not fit into what was there before",
		"",         "true",
		"50",       "GET",
		"\xc3\xa9", "ipv4",
		"PRIVATE"
	};

	if (walk_random(world, 3) == 0)
		return parameters[walk_random(world, GWT_LEN(parameters))];
	return values[walk_random(world, GWT_LEN(values))];
}

static const char *unique_name(struct walk_world *world)
{
	return gwt_arena_printf(world->arena, "n%u", (unsigned)walk_random(world, 1000000)).ptr;
}

static const char *text_for(struct walk_world *world, const struct gwt_member *member)
{
	size_t count = 0;

	if (strcmp(member->wire, "name") == 0 || strcmp(member->wire, "pathPart") == 0)
		return unique_name(world);
	if (noun_of(member->wire))
		return walk_id(world, noun_of(member->wire));
	if (walk_random(world, 15) == 0)
		return generic(world);
	for (size_t i = 0; i < GWT_LEN(texts); i++) {
		if (strcmp(texts[i].wire, member->wire) != 0)
			continue;
		while (count < GWT_LEN(texts[i].values) && texts[i].values[count])
			count++;
		if (!member->values || walk_random(world, 2))
			return texts[i].values[walk_random(world, count)];
	}
	count = 0;
	while (member->values && member->values[count])
		count++;
	return member->values ? member->values[walk_random(world, count)] : generic(world);
}

static struct gwt_json *new_text(struct walk_world *world, const char *text)
{
	return gwt_json_new_string(world->arena, gwt_span_of(text));
}

static struct gwt_json *value_of(struct walk_world *world, const struct gwt_member *member);

static void add_members(struct walk_world *world, struct gwt_json *object, const struct gwt_member *members)
{
	for (const struct gwt_member *m = members; m && m->name; m++)
		if (m->place == GWT_PLACE_BODY && (m->required || walk_random(world, world->sparse) == 0))
			gwt_json_set(world->arena, object, gwt_span_of(m->wire), value_of(world, m));
}

static struct gwt_json *value_of(struct walk_world *world, const struct gwt_member *member)
{
	static const int64_t numbers[] = { 50, 29000, 0, 49, 100, 10485760 };
	struct gwt_json *made;

	switch (member->shape) {
	case GWT_SHAPE_INTEGER:
	case GWT_SHAPE_TIMESTAMP:
	case GWT_SHAPE_DOUBLE:
		return gwt_json_new_number(world->arena, numbers[walk_random(world, GWT_LEN(numbers))]);
	case GWT_SHAPE_BOOLEAN:
		return gwt_json_new_bool(world->arena, walk_random(world, 2));
	case GWT_SHAPE_STRING_LIST:
		made = gwt_json_new(world->arena, GWT_JSON_ARRAY);
		gwt_json_append(made, new_text(world, text_for(world, member)));
		return made;
	case GWT_SHAPE_STRING_MAP:
	case GWT_SHAPE_BOOLEAN_MAP:
		made = gwt_json_new(world->arena, GWT_JSON_OBJECT);
		for (uint64_t n = walk_random(world, 3); n > 0; n--)
			gwt_json_set(world->arena, made,
				     gwt_span_of(parameters[walk_random(world, GWT_LEN(parameters))]),
				     member->shape == GWT_SHAPE_STRING_MAP
					     ? new_text(world, generic(world))
					     : gwt_json_new_bool(world->arena, walk_random(world, 2)));
		return made;
	case GWT_SHAPE_STRUCTURE:
		made = gwt_json_new(world->arena, GWT_JSON_OBJECT);
		add_members(world, made, member->members);
		return made;
	case GWT_SHAPE_STRING:
		return new_text(world, text_for(world, member));
	default:
		return gwt_json_new(world->arena, GWT_JSON_OBJECT);
	}
}

/* A path into the operation's answer, to a member or an entry of one, and a value for it. */
static const char *patch_path(struct walk_world *world, const struct gwt_operation *operation,
			      const char **value)
{
	static const char *const settings[] = { "/*/*/logging/dataTrace",
						"/~1/GET/throttling/burstLimit",
						"/canarySettings/percentTraffic",
						"/accessLogSettings/format",
						"/endpointConfiguration/types/0",
						"/variables/v",
						"/tlsConfig/insecureSkipVerification" };
	const struct gwt_member *members = operation->output;
	size_t count = 0;

	*value = generic(world);
	while (members && members[count].name)
		count++;
	if (count == 0 || walk_random(world, 8) == 0)
		return settings[walk_random(world, GWT_LEN(settings))];
	members += walk_random(world, count);
	if (members->shape < GWT_SHAPE_STRING_MAP) {
		*value = text_for(world, members);
		return gwt_arena_printf(world->arena, "/%s", members->wire).ptr;
	}
	/* the key with "~1" in place of "/" */
	return gwt_arena_printf(world->arena, "/%s/%s", members->wire,
				walk_random(world, 3) ? parameters[walk_random(world, 9)] : "text~1plain")
		.ptr;
}

static struct gwt_json *patches(struct walk_world *world, const struct gwt_operation *operation)
{
	/* operations that mostly fit a member, and operations that fit an entry of one */
	static const char *const ops[2][6] = { { "replace", "replace", "replace", "remove", "copy", "bad" },
					       { "add", "add", "remove", "replace", "copy", "bad" } };
	struct gwt_json *list = gwt_json_new(world->arena, GWT_JSON_ARRAY);

	for (uint64_t n = 1 + (walk_random(world, 6) == 0); n > 0; n--) {
		struct gwt_json *op = gwt_json_append(list, gwt_json_new(world->arena, GWT_JSON_OBJECT));
		const char *value, *path = patch_path(world, operation, &value);
		size_t which = walk_random(world, walk_random(world, 6) ? 4 : 6);

		gwt_json_add_string(world->arena, op, "op",
				    gwt_span_of(ops[strrchr(path, '/') != path][which]));
		gwt_json_add_string(world->arena, op, "path", gwt_span_of(path));
		if (walk_random(world, 4))
			gwt_json_add_string(world->arena, op, "value", gwt_span_of(value));
	}
	return list;
}

struct gwt_span walk_body(struct walk_world *world, const struct gwt_operation *operation)
{
	struct gwt_json *body = gwt_json_new(world->arena, GWT_JSON_OBJECT);
	struct gwt_buf text;
	struct gwt_span made;

	world->sparse = walk_random(world, 3) ? 1 + walk_random(world, 12) : 1000;
	add_members(world, body, operation->input);
	if (gwt_member_wired(operation->input, GWT_PLACE_BODY, GWT_SPAN("patchOperations")))
		gwt_json_set(world->arena, body, GWT_SPAN("patchOperations"), patches(world, operation));
	if (strcmp(operation->method, "GET") == 0 || strcmp(operation->method, "DELETE") == 0)
		return GWT_SPAN("");
	gwt_buf_init(&text, SIZE_MAX);
	gwt_json_write(&text, body, GWT_JSON_COMPACT);
	made = gwt_arena_copy(world->arena, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return made;
}
