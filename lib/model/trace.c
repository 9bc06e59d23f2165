/* What the calls of a trace are about, and what their bodies show. */
#include "lib/model/trace.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/model/model.h"
#include "lib/model/service.h"

#define RESTAPIS GWT_SPAN("restapis")

/* Paths */

static struct gwt_span decoded(struct gwt_arena *arena, struct gwt_span encoded)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { 0 };

	if (gwt_span_find(encoded, '%') == encoded.len)
		return encoded;
	gwt_buf_init(&text, SIZE_MAX);
	gwt_uri_decode(&text, encoded);
	return gwt_arena_copy(arena, gwt_buf_span(&text));
}

static struct gwt_place_path split(struct gwt_arena *arena, struct gwt_span path, bool decode)
{
	struct gwt_place_path out;

	out.len = gwt_path_split(path, arena, &out.segments);
	for (size_t i = 0; decode && i < out.len; i++)
		out.segments[i] = decoded(arena, out.segments[i]);
	return out;
}

/* The path in an ARN: what follows the account in "arn:aws:apigateway:us-east-1::/restapis/ID". */
static struct gwt_place_path path_of_arn(struct gwt_arena *arena, struct gwt_span arn)
{
	for (int field = 0; field < 5; field++)
		gwt_span_cut(&arn, ':');
	return split(arena, arn, false);
}

bool gwt_path_holds(const struct gwt_place_path *upper, const struct gwt_place_path *lower)
{
	if (!upper->len || upper->len > lower->len)
		return false;
	for (size_t i = upper->len; i-- > 0;) /* the last segments differ most often */
		if (!gwt_span_eq(upper->segments[i], lower->segments[i]))
			return false;
	return true;
}

/* The first `keep` segments of a path, then another. */
static struct gwt_place_path with_segment(struct gwt_arena *arena, const struct gwt_place_path *path,
					  size_t keep, struct gwt_span segment)
{
	struct gwt_place_path out = { gwt_arena_array(arena, struct gwt_span, keep + 1), keep + 1 };

	gwt_copy(out.segments, path->segments, keep * sizeof(segment));
	out.segments[keep] = segment;
	return out;
}

/* /restapis/API/KIND/NAME */
static struct gwt_place_path path_in_api(struct gwt_arena *arena, struct gwt_span api, const char *kind,
					 struct gwt_span name)
{
	struct gwt_place_path out = { gwt_arena_array(arena, struct gwt_span, 4), name.ptr ? 4 : 3 };

	out.segments[0] = RESTAPIS;
	out.segments[1] = api;
	out.segments[2] = gwt_span_of(kind);
	out.segments[3] = name;
	return out;
}

/* Bodies */

static struct gwt_span text_of(const struct gwt_json *json)
{
	return gwt_json_is(json, GWT_JSON_STRING) ? json->text : GWT_ABSENT;
}

static const struct gwt_json *patch_list(const struct gwt_trace_call *call)
{
	return gwt_json_get(call->call.request, "patchOperations");
}

const struct gwt_json *gwt_trace_patched(const struct gwt_trace_call *call, const char *patched)
{
	const struct gwt_json *list = patch_list(call);

	if (!list)
		return gwt_json_get(call->call.request, patched + 1);
	for (const struct gwt_json *patch = list->child; patch; patch = patch->next)
		if (gwt_span_is(gwt_json_get_text(patch, "path"), patched))
			return gwt_json_get(patch, "value");
	return NULL;
}

/* Parents of resources */

static void add_parent(struct gwt_trace *trace, struct gwt_span api, struct gwt_span resource,
		       struct gwt_span parent)
{
	for (size_t i = 0; i < trace->parent_len; i++)
		if (gwt_span_eq(trace->parents[i].resource, resource) &&
		    gwt_span_eq(trace->parents[i].parent, parent) && gwt_span_eq(trace->parents[i].api, api))
			return;
	GWT_GROW(trace->arena, trace->parents, trace->parent_len, trace->parent_cap);
	trace->parents[trace->parent_len++] = (struct gwt_trace_parent){ api, resource, parent, 0 };
}

/* Reads all depths: lists have their items in `item`, or in `_embedded` (HAL). */
static void read_parents(struct gwt_trace *trace, const struct gwt_trace_call *call,
			 const struct gwt_json *json)
{
	static const struct gwt_span none = { NULL, 0 };
	struct gwt_span id = gwt_json_get_text(json, "id"), parent = gwt_json_get_text(json, "parentId"),
			root = gwt_json_get_text(json, "rootResourceId");

	if (root.ptr && id.ptr)
		add_parent(trace, id, root, none);
	else if (id.ptr && parent.ptr)
		add_parent(trace, call->api, id, parent);
	else if (id.ptr && gwt_span_is(gwt_json_get_text(json, "path"), "/"))
		add_parent(trace, call->api, id, none);
	for (const struct gwt_json *child = json->child; child; child = child->next)
		if (child->child)
			read_parents(trace, call, child);
}

/* Follows every parent that the resource ever had, each once: parents before a move count, too. */
static bool leads_to(struct gwt_trace *trace, struct gwt_span api, struct gwt_span resource,
		     struct gwt_span above)
{
	bool shown = false;

	for (size_t i = 0; i < trace->parent_len; i++) {
		struct gwt_trace_parent *parent = &trace->parents[i];

		if (!gwt_span_eq(parent->resource, resource) || !gwt_span_eq(parent->api, api))
			continue;
		shown = true;
		if (!parent->parent.ptr || parent->visit == trace->visit)
			continue;
		parent->visit = trace->visit;
		if (gwt_span_eq(parent->parent, above) || leads_to(trace, api, parent->parent, above))
			return true;
	}
	return !shown;
}

bool gwt_trace_is_below(struct gwt_trace *trace, struct gwt_span api, struct gwt_span resource,
			struct gwt_span above)
{
	trace->visit++;
	return leads_to(trace, api, resource, above);
}

/* What a creation makes */

static const struct creation {
	const char *operation;
	const char *named;  /* member of the request whose value is the child's label */
	const char *given;  /* else the member of the answer */
	const char *unique; /* member of the request that must be unique in its place */
} creations[] = {
	{ "CreateApiKey", NULL, "id", "name" },
	{ "CreateAuthorizer", NULL, "id", "name" },
	{ "CreateBasePathMapping", "basePath", NULL, "basePath" },
	{ "CreateDeployment", NULL, "id", NULL },
	{ "CreateDocumentationPart", NULL, "id", "location" },
	{ "CreateDocumentationVersion", "documentationVersion", NULL, "documentationVersion" },
	{ "CreateDomainName", "domainName", NULL, "domainName" },
	{ "CreateDomainNameAccessAssociation", NULL, "domainNameAccessAssociationArn",
	  "accessAssociationSource" },
	{ "CreateModel", "name", NULL, "name" },
	{ "CreateRequestValidator", NULL, "id", "name" },
	{ "CreateResource", NULL, "id", "pathPart" },
	{ "CreateRestApi", NULL, "id", "name" },
	{ "CreateStage", "stageName", NULL, "stageName" },
	{ "CreateUsagePlan", NULL, "id", "name" },
	{ "CreateUsagePlanKey", "keyId", NULL, "keyId" },
	{ "CreateVpcLink", NULL, "id", "name" },
	{ "GenerateClientCertificate", NULL, "clientCertificateId", NULL },
	{ "ImportRestApi", NULL, "id", NULL },
};

static bool is_operation(const struct gwt_trace_call *call, const char *name)
{
	return call->operation && strcmp(call->operation->name, name) == 0;
}

/* The label of a new child; a base path mapping without a path is "(none)". */
static struct gwt_span label_of(const struct gwt_trace_call *call, const struct creation *row)
{
	struct gwt_span label;

	if (!row->named)
		return call->call.status < 300 ? gwt_json_get_text(call->call.answer, row->given)
					       : GWT_ABSENT;
	label = gwt_json_get_text(call->call.request, row->named);
	return !label.len && call->operation->thing == GWT_THING_MAPPING ? GWT_SPAN("(none)") : label;
}

static void read_creation(struct gwt_trace *trace, struct gwt_trace_call *call, const struct creation *row)
{
	struct gwt_span label = label_of(call, row), stage;
	size_t keep = call->operation->thing == GWT_THING_RESOURCE ? 3 : call->path.len;

	if (label.ptr)
		call->child = with_segment(trace->arena, &call->path, keep, label);
	call->unique = row->unique ? gwt_json_get(call->call.request, row->unique) : NULL;
	if (is_operation(call, "CreateApiKey"))
		call->value = gwt_json_get(call->call.request, "value");
	if (is_operation(call, "CreateResource") && label.ptr && call->path.len == 4)
		add_parent(trace, call->api, label, call->path.segments[3]);
	stage = gwt_json_get_text(call->call.request, "stageName");
	if (is_operation(call, "CreateDeployment") && stage.len) /* it creates or changes that stage */
		call->child = path_in_api(trace->arena, call->api, "stages", stage);
}

/* Names */

static struct gwt_trace_name *add_name(struct gwt_trace *trace, const struct gwt_trace_call *call,
				       struct gwt_place_path target, const char *row)
{
	GWT_GROW(trace->arena, trace->names, trace->name_len, trace->name_cap);
	trace->names[trace->name_len] =
		(struct gwt_trace_name){ .holder = call->child.len ? call->child : call->path,
					 .target = target,
					 .row = row,
					 .call = (size_t)(call - trace->calls) };
	return &trace->names[trace->name_len++];
}

/*
 * A member that names another object of its API (or a VPC link): in its value, in the values of its map, or
 * by `$ref` in a schema.
 */
static const struct naming {
	enum gwt_thing thing;
	const char *member; /* its path in a patch */
	const char *kind;   /* the collection of the named object */
	enum { ITSELF, VALUES, REFERENCES } by;
	const char *row;
} namings[] = {
	{ GWT_THING_METHOD, "/authorizerId", "authorizers", ITSELF, "a method and the authorizer it names" },
	{ GWT_THING_METHOD, "/requestValidatorId", "requestvalidators", ITSELF,
	  "a method and the request validator it names" },
	{ GWT_THING_METHOD, "/requestModels", "models", VALUES, "a method and the models it names" },
	{ GWT_THING_METHOD_RESPONSE, "/responseModels", "models", VALUES,
	  "a method response and the models it names" },
	{ GWT_THING_MODEL, "/schema", "models", REFERENCES, "a model and the models it names" },
	{ GWT_THING_INTEGRATION, "/connectionId", "vpclinks", ITSELF,
	  "an integration and the VPC link it names" },
};

static void add_named(struct gwt_trace *trace, const struct gwt_trace_call *call, const struct naming *naming,
		      struct gwt_span name)
{
	struct gwt_place_path target = path_in_api(trace->arena, call->api, naming->kind, name);

	if (!name.len || name.ptr[0] == '$') /* the value of a stage variable is not known here */
		return;
	if (strcmp(naming->kind, "vpclinks") == 0)
		target = (struct gwt_place_path){ target.segments + 2, 2 };
	add_name(trace, call, target, naming->row);
}

/* A reference is "https://apigateway.amazonaws.com/restapis/ID/models/NAME". */
static void add_references(struct gwt_trace *trace, const struct gwt_trace_call *call,
			   const struct naming *naming, const struct gwt_json *schema)
{
	static const struct gwt_span before = GWT_SPAN_INIT("/models/");

	for (const struct gwt_json *child = schema->child; child; child = child->next) {
		if (gwt_json_is(child, GWT_JSON_STRING) && gwt_span_is(child->name, "$ref")) {
			size_t at = gwt_span_find_span(child->text, before);

			add_named(trace, call, naming,
				  gwt_span_slice(child->text, at + before.len, child->text.len));
		}
		add_references(trace, call, naming, child);
	}
}

/* Every patch of the member or of something below it names what its value says. */
static void read_patched_values(struct gwt_trace *trace, const struct gwt_trace_call *call,
				const struct naming *naming)
{
	for (const struct gwt_json *patch = patch_list(call)->child; patch; patch = patch->next) {
		struct gwt_span path = gwt_json_get_text(patch, "path");

		if (gwt_span_starts(path, gwt_span_of(naming->member)))
			add_named(trace, call, naming, gwt_json_get_text(patch, "value"));
	}
}

static void read_values(struct gwt_trace *trace, const struct gwt_trace_call *call,
			const struct naming *naming)
{
	const struct gwt_json *map = gwt_json_get(call->call.request, naming->member + 1);

	if (patch_list(call))
		read_patched_values(trace, call, naming);
	for (const struct gwt_json *child = map ? map->child : NULL; child; child = child->next)
		add_named(trace, call, naming, text_of(child));
}

static void read_naming(struct gwt_trace *trace, const struct gwt_trace_call *call,
			const struct naming *naming)
{
	struct gwt_span text;
	struct gwt_json *schema;

	if (naming->by == VALUES) {
		read_values(trace, call, naming);
		return;
	}
	text = text_of(gwt_trace_patched(call, naming->member));
	if (naming->by == ITSELF)
		add_named(trace, call, naming, text);
	else if (text.len && gwt_json_parse(trace->arena, text, &schema, NULL))
		add_references(trace, call, naming, schema);
}

static const char names_stage[] = "a stage and what names it: a base path mapping, a usage plan";

/* No stage means any stage of the API. */
static void add_stage(struct gwt_trace *trace, const struct gwt_trace_call *call, struct gwt_span api,
		      struct gwt_span stage)
{
	if (api.len)
		add_name(trace, call,
			 path_in_api(trace->arena, api, "stages", stage.len ? stage : GWT_ABSENT),
			 names_stage);
}

/*
 * A patch may set only the API or only the stage. The stage may then be any of that API; or the API may be
 * any that the mapping named before.
 */
static void read_mapping(struct gwt_trace *trace, const struct gwt_trace_call *call)
{
	struct gwt_span api = text_of(gwt_trace_patched(call, "/restApiId"));
	struct gwt_span stage = text_of(gwt_trace_patched(call, "/stage"));
	size_t before = trace->name_len;

	if (api.ptr && (stage.ptr || !patch_list(call)))
		add_stage(trace, call, api, stage);
	if (!patch_list(call) || (api.ptr && stage.ptr) || (!api.ptr && !stage.ptr))
		return;
	if (api.ptr)
		add_stage(trace, call, api, stage);
	for (size_t i = 0; i < before && stage.ptr; i++)
		if (trace->names[i].row == names_stage &&
		    gwt_path_holds(&trace->names[i].holder, &call->path))
			add_stage(trace, call, trace->names[i].target.segments[1], stage);
}

/* {"apiStages": [{"apiId": …, "stage": …}]}, or patches of /apiStages with "API:STAGE" in value or path. */
static void read_usage_plan(struct gwt_trace *trace, const struct gwt_trace_call *call)
{
	static const struct gwt_span prefix = GWT_SPAN_INIT("/apiStages");
	const struct gwt_json *list = gwt_json_get(call->call.request, "apiStages"),
			      *patches = patch_list(call);

	for (const struct gwt_json *each = list ? list->child : NULL; each; each = each->next)
		add_stage(trace, call, gwt_json_get_text(each, "apiId"), gwt_json_get_text(each, "stage"));
	for (const struct gwt_json *patch = patches ? patches->child : NULL; patch; patch = patch->next) {
		struct gwt_span path = gwt_json_get_text(patch, "path"), key, api;

		if (!gwt_span_starts(path, prefix))
			continue;
		key = gwt_span_slice(path, prefix.len + 1, path.len);
		key = gwt_span_slice(key, 0, gwt_span_find(key, '/'));
		key = key.len ? key : gwt_json_get_text(patch, "value");
		api = gwt_span_cut(&key, ':');
		add_stage(trace, call, api, key);
	}
}

static void read_names(struct gwt_trace *trace, const struct gwt_trace_call *call)
{
	if (!call->operation || !call->call.request)
		return;
	for (size_t i = 0; i < GWT_LEN(namings); i++)
		if (namings[i].thing == call->operation->thing)
			read_naming(trace, call, &namings[i]);
	if (call->operation->thing == GWT_THING_MAPPING)
		read_mapping(trace, call);
	if (call->operation->thing == GWT_THING_USAGE_PLAN)
		read_usage_plan(trace, call);
}

/* A put sets a pattern or removes it; a patch that does not mention it leaves it unchanged. */
static void read_pattern(struct gwt_trace *trace, const struct gwt_trace_call *call)
{
	const struct gwt_json *pattern = gwt_trace_patched(call, "/selectionPattern");

	if (!call->operation || call->operation->thing != GWT_THING_INTEGRATION_RESPONSE ||
	    call->operation->role != GWT_ROLE_WRITE || (patch_list(call) && !pattern))
		return;
	GWT_GROW(trace->arena, trace->patterns, trace->pattern_len, trace->pattern_cap);
	trace->patterns[trace->pattern_len++] = (struct gwt_trace_pattern){ call->path, text_of(pattern) };
}

/* Calls */

const struct gwt_service_operation *gwt_service_operation_of(struct gwt_arena *scratch,
							     struct gwt_span method, struct gwt_span path,
							     struct gwt_span query)
{
	struct gwt_place_path segments = split(scratch, path, true);

	return gwt_service_find(method, segments.segments, segments.len,
				gwt_query_has(query, "mode", "import"));
}

struct gwt_span gwt_service_name_of(struct gwt_arena *arena, struct gwt_span method, struct gwt_span path,
				    struct gwt_span query)
{
	const struct gwt_service_operation *operation = gwt_service_operation_of(arena, method, path, query);

	return operation ? gwt_span_of(operation->name)
			 : gwt_arena_printf(arena, GWT_SPAN_FMT " of an unknown operation",
					    GWT_SPAN_ARG(method));
}

static void read_path(struct gwt_trace *trace, struct gwt_trace_call *call)
{
	struct gwt_place_path path = split(trace->arena, call->call.path, true);

	call->operation = gwt_service_find(call->call.method, path.segments, path.len,
					   gwt_query_has(call->call.query, "mode", "import"));
	if (call->operation && call->operation->thing == GWT_THING_TAGS)
		path = path_of_arn(trace->arena, path.segments[1]);
	call->path = path;
	if (path.len > 1 && gwt_span_is(path.segments[0], "restapis") && path.segments[1].len)
		call->api = path.segments[1];
}

static void read_answer(struct gwt_trace *trace, struct gwt_trace_call *call)
{
	bool refused = call->call.status >= 400 && call->call.status < 500;

	call->takes_effect = call->is_write && !refused;
	if (call->call.status >= 300 || !call->call.answer)
		return;
	if (is_operation(call, "ImportRestApi"))
		call->api = gwt_json_get_text(call->call.answer, "id");
	read_parents(trace, call, call->call.answer);
}

static void read_request(struct gwt_trace *trace, struct gwt_trace_call *call)
{
	for (size_t i = 0; call->operation && i < GWT_LEN(creations); i++)
		if (is_operation(call, creations[i].operation))
			read_creation(trace, call, &creations[i]);
	call->moves = is_operation(call, "UpdateResource") && gwt_trace_patched(call, "/parentId") != NULL;
}

struct gwt_trace *gwt_trace_new(struct gwt_arena *arena)
{
	struct gwt_trace *trace = gwt_arena_new(arena, struct gwt_trace);

	trace->arena = arena;
	return trace;
}

size_t gwt_trace_add(struct gwt_trace *trace, const struct gwt_related_call *call)
{
	struct gwt_trace_call *added;

	GWT_GROW(trace->arena, trace->calls, trace->len, trace->cap);
	added = &trace->calls[trace->len];
	*added = (struct gwt_trace_call){ .call = *call, .is_write = gwt_method_writes(call->method) };
	read_path(trace, added);
	read_answer(trace, added);
	read_request(trace, added);
	read_names(trace, added);
	read_pattern(trace, added);
	return trace->len++;
}

void gwt_trace_answer(struct gwt_trace *trace, size_t call, const struct gwt_json *answer, int status)
{
	struct gwt_trace_call *answered = &trace->calls[call];

	answered->call.answer = answer;
	answered->call.status = status;
	read_answer(trace, answered);
	read_request(trace, answered);
	for (size_t i = 0; i < trace->name_len && answered->child.len; i++)
		if (trace->names[i].call == call)
			trace->names[i].holder = answered->child;
}
