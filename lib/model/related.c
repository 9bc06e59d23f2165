/*
 * The relation itself: three exceptions-and-rows tables that read like docs/related.md.
 *
 * A predicate is asked with the two calls in either order, unless it says otherwise, and only where one of them takes
 * effect: two reads never see each other.
 */
#include "lib/model/related.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/model/trace.h"

#define PATH_OF_API      2 /* number of segments of /restapis/API */
#define PATH_OF_RESOURCE 4
#define PATH_OF_METHOD   6

typedef bool (*gwt_predicate)(struct gwt_trace *, const struct gwt_trace_call *,
			      const struct gwt_trace_call *);

static bool is_thing(const struct gwt_trace_call *call, enum gwt_thing thing)
{
	return call->operation && call->operation->thing == thing;
}

static bool has_role(const struct gwt_trace_call *call, enum gwt_role role)
{
	return call->operation && call->operation->role == role;
}

/* Whether a call makes a child of its path, by a creation or an import. */
static bool creates(const struct gwt_trace_call *call)
{
	return has_role(call, GWT_ROLE_CREATION) || (call->operation && call->operation->imports);
}

static bool is_operation(const struct gwt_trace_call *call, const char *name)
{
	return call->operation && strcmp(call->operation->name, name) == 0;
}

static bool same_api(const struct gwt_trace_call *a, const struct gwt_trace_call *b)
{
	return a->api.ptr && b->api.ptr && gwt_span_eq(a->api, b->api);
}

static bool same_path(const struct gwt_trace_call *a, const struct gwt_trace_call *b)
{
	return a->path.len == b->path.len && gwt_path_holds(&a->path, &b->path);
}

static bool is_strictly_above(const struct gwt_trace_call *upper, const struct gwt_trace_call *lower)
{
	return upper->path.len < lower->path.len && gwt_path_holds(&upper->path, &lower->path);
}

/*
 * Rule 2: exceptions, for operations of the service. The first call is the one that the function's name
 * begins with.
 */

static bool two_posts(struct gwt_trace *trace, const struct gwt_trace_call *a, const struct gwt_trace_call *b)
{
	(void)trace;
	return creates(a) && creates(b) && same_path(a, b);
}

static bool creation_and_below(struct gwt_trace *trace, const struct gwt_trace_call *made,
			       const struct gwt_trace_call *other)
{
	bool of_parent = is_thing(made, GWT_THING_RESOURCE) && is_operation(other, "GetResource") &&
			 same_path(made, other);

	(void)trace;
	return creates(made) &&
	       (of_parent || (is_strictly_above(made, other) && !gwt_path_holds(&made->child, &other->path)));
}

/* UpdateRestApi, GetRestApi and the tags of an API; DeleteRestApi concerns everything below the API. */
static bool api_and_below(struct gwt_trace *trace, const struct gwt_trace_call *api,
			  const struct gwt_trace_call *other)
{
	bool itself = is_operation(api, "UpdateRestApi") || is_operation(api, "GetRestApi") ||
		      is_thing(api, GWT_THING_TAGS);

	(void)trace;
	return itself && api->api.ptr && api->path.len == PATH_OF_API && is_strictly_above(api, other);
}

static bool root_list_and_below(struct gwt_trace *trace, const struct gwt_trace_call *list,
				const struct gwt_trace_call *other)
{
	(void)trace;
	return has_role(list, GWT_ROLE_READ) && list->path.len == 1 && other->path.len > 2;
}

static bool resources_and_methods(struct gwt_trace *trace, const struct gwt_trace_call *list,
				  const struct gwt_trace_call *other)
{
	(void)trace;
	return is_thing(list, GWT_THING_RESOURCES) && !gwt_query_has(list->call.query, "embed", "methods") &&
	       other->path.len > PATH_OF_RESOURCE;
}

static const gwt_predicate exceptions[] = {
	two_posts, creation_and_below, api_and_below, root_list_and_below, resources_and_methods,
};

/* Rule 3: the service's rows */

static bool below_moved_resource(struct gwt_trace *trace, const struct gwt_trace_call *moved,
				 const struct gwt_trace_call *other)
{
	return is_thing(moved, GWT_THING_RESOURCE) &&
	       (has_role(moved, GWT_ROLE_DELETION) || has_role(moved, GWT_ROLE_WRITE)) &&
	       moved->path.len == PATH_OF_RESOURCE && same_api(moved, other) &&
	       other->path.len >= PATH_OF_RESOURCE && gwt_span_is(other->path.segments[2], "resources") &&
	       !gwt_span_eq(other->path.segments[3], moved->path.segments[3]) &&
	       gwt_trace_is_below(trace, moved->api, other->path.segments[3], moved->path.segments[3]);
}

static bool has_parent(const struct gwt_trace *trace, const struct gwt_trace_call *call,
		       struct gwt_span parent)
{
	const struct gwt_json *moved = gwt_trace_patched(call, "/parentId");
	bool shown = false;

	if (has_role(call, GWT_ROLE_CREATION))
		return gwt_span_eq(call->path.segments[3], parent);
	if (gwt_json_is(moved, GWT_JSON_STRING) && gwt_span_eq(moved->text, parent))
		return true;
	for (size_t i = 0; i < trace->parent_len; i++) {
		const struct gwt_trace_parent *each = &trace->parents[i];

		if (!gwt_span_eq(each->resource, call->path.segments[3]) ||
		    !gwt_span_eq(each->api, call->api))
			continue;
		shown = true;
		if (each->parent.ptr && gwt_span_eq(each->parent, parent))
			return true;
	}
	return !shown;
}

/* Whether `a` and `b` may have the same parent; a resource whose parent no answer shows may have any. */
static bool same_parent(const struct gwt_trace *trace, const struct gwt_trace_call *a,
			const struct gwt_trace_call *b)
{
	const struct gwt_json *moved = gwt_trace_patched(a, "/parentId");
	bool shown = false;

	if (has_role(a, GWT_ROLE_CREATION))
		return has_parent(trace, b, a->path.segments[3]);
	if (gwt_json_is(moved, GWT_JSON_STRING) && has_parent(trace, b, moved->text))
		return true;
	for (size_t i = 0; i < trace->parent_len; i++) {
		const struct gwt_trace_parent *each = &trace->parents[i];

		if (!gwt_span_eq(each->resource, a->path.segments[3]) || !gwt_span_eq(each->api, a->api))
			continue;
		shown = true;
		if (each->parent.ptr && has_parent(trace, b, each->parent))
			return true;
	}
	return !shown;
}

static bool writes_resource(const struct gwt_trace_call *call)
{
	return call->is_write && is_thing(call, GWT_THING_RESOURCE) && call->path.len == PATH_OF_RESOURCE;
}

static bool has_variable_part(const struct gwt_trace_call *call)
{
	return gwt_json_is(call->unique, GWT_JSON_STRING) &&
	       gwt_span_starts(call->unique->text, GWT_SPAN("{"));
}

static bool siblings_that_clash(struct gwt_trace *trace, const struct gwt_trace_call *a,
				const struct gwt_trace_call *b)
{
	if (!writes_resource(a) || !writes_resource(b) || !same_api(a, b))
		return false;
	if (has_role(a, GWT_ROLE_DELETION) && has_role(b, GWT_ROLE_DELETION))
		return false; /* two deletions cannot clash */
	return (!has_role(a, GWT_ROLE_CREATION) || (has_variable_part(a) && has_variable_part(b))) &&
	       same_parent(trace, a, b);
}

static bool creation_and_named_child(struct gwt_trace *trace, const struct gwt_trace_call *made,
				     const struct gwt_trace_call *other)
{
	(void)trace;
	return made->child.len && gwt_path_holds(&made->child, &other->path);
}

static bool creations_of_one_name(struct gwt_trace *trace, const struct gwt_trace_call *a,
				  const struct gwt_trace_call *b)
{
	(void)trace;
	return has_role(a, GWT_ROLE_CREATION) && has_role(b, GWT_ROLE_CREATION) && same_path(a, b) &&
	       ((a->unique && b->unique && gwt_json_equal(a->unique, b->unique)) ||
		(a->value && b->value && gwt_json_equal(a->value, b->value)));
}

static bool deployment_and_api(struct gwt_trace *trace, const struct gwt_trace_call *made,
			       const struct gwt_trace_call *other)
{
	(void)trace;
	return is_operation(made, "CreateDeployment") && other->is_write && same_api(made, other);
}

static bool clone_and_source(struct gwt_trace *trace, const struct gwt_trace_call *made,
			     const struct gwt_trace_call *other)
{
	struct gwt_span source = gwt_json_get_text(made->call.request, "cloneFrom");

	(void)trace;
	return is_operation(made, "CreateRestApi") && source.len && other->is_write && other->api.ptr &&
	       gwt_span_eq(source, other->api);
}

static bool stage_or_deployment(const struct gwt_trace_call *call)
{
	return call->api.ptr && call->path.len > PATH_OF_API &&
	       (gwt_span_is(call->path.segments[PATH_OF_API], "stages") ||
		gwt_span_is(call->path.segments[PATH_OF_API], "deployments"));
}

static bool stages_and_deployments(struct gwt_trace *trace, const struct gwt_trace_call *written,
				   const struct gwt_trace_call *other)
{
	(void)trace;
	return written->is_write && stage_or_deployment(written) && stage_or_deployment(other) &&
	       same_api(written, other);
}

/* Whether a call is about a stage, or creates one. */
static bool concerns_stage(const struct gwt_trace_call *call)
{
	const struct gwt_place_path *path = call->child.len ? &call->child : &call->path;

	return call->api.ptr && path->len > PATH_OF_API + 1 && gwt_span_is(path->segments[2], "stages");
}

static bool stage_and_vpc_link(struct gwt_trace *trace, const struct gwt_trace_call *stage,
			       const struct gwt_trace_call *other)
{
	if (!concerns_stage(stage) || !is_operation(other, "DeleteVpcLink"))
		return false;
	for (size_t i = 0; i < trace->name_len; i++)
		if (gwt_path_holds(&trace->names[i].target, &other->path) &&
		    trace->names[i].holder.len > PATH_OF_API &&
		    gwt_span_eq(trace->names[i].holder.segments[1], stage->api))
			return true;
	return false;
}

static bool responses_of_one_status(struct gwt_trace *trace, const struct gwt_trace_call *method,
				    const struct gwt_trace_call *integration)
{
	struct gwt_place_path of_method = { method->path.segments, PATH_OF_METHOD };

	(void)trace;
	return method->is_write && integration->is_write && is_thing(method, GWT_THING_METHOD_RESPONSE) &&
	       is_thing(integration, GWT_THING_INTEGRATION_RESPONSE) &&
	       gwt_path_holds(&of_method, &integration->path) &&
	       gwt_span_eq(method->path.segments[PATH_OF_METHOD + 1],
			   integration->path.segments[PATH_OF_METHOD + 2]);
}

/* Whether two integration responses ever had the same pattern; one with no known pattern may have any. */
static bool share_pattern(const struct gwt_trace *trace, const struct gwt_trace_call *a,
			  const struct gwt_trace_call *b)
{
	bool shown_a = false, shown_b = false;

	for (size_t i = 0; i < trace->pattern_len; i++) {
		if (!gwt_path_holds(&trace->patterns[i].holder, &a->path))
			continue;
		shown_a = true;
		shown_b = false;
		for (size_t j = 0; j < trace->pattern_len; j++) {
			if (!gwt_path_holds(&trace->patterns[j].holder, &b->path))
				continue;
			shown_b = true;
			if (gwt_span_eq(trace->patterns[i].pattern, trace->patterns[j].pattern))
				return true;
		}
		if (!shown_b)
			return true;
	}
	return !shown_a;
}

static bool responses_of_one_pattern(struct gwt_trace *trace, const struct gwt_trace_call *a,
				     const struct gwt_trace_call *b)
{
	struct gwt_place_path integration = { a->path.segments, PATH_OF_METHOD + 1 };

	return a->is_write && b->is_write && is_thing(a, GWT_THING_INTEGRATION_RESPONSE) &&
	       is_thing(b, GWT_THING_INTEGRATION_RESPONSE) && gwt_path_holds(&integration, &b->path) &&
	       share_pattern(trace, a, b);
}

static bool account_and_logging(struct gwt_trace *trace, const struct gwt_trace_call *account,
				const struct gwt_trace_call *stage)
{
	const struct gwt_json *list = gwt_json_get(stage->call.request, "patchOperations");

	(void)trace;
	if (!is_operation(account, "UpdateAccount") || !is_operation(stage, "UpdateStage"))
		return false;
	for (const struct gwt_json *patch = list ? list->child : NULL; patch; patch = patch->next) {
		struct gwt_span path = gwt_json_get_text(patch, "path");
		bool logs = gwt_span_ends(path, GWT_SPAN("/logging/loglevel")) ||
			    gwt_span_starts(path, GWT_SPAN("/accessLogSettings"));

		if (logs && !gwt_span_is(gwt_json_get_text(patch, "op"), "remove") &&
		    !gwt_span_is(gwt_json_get_text(patch, "value"), "OFF"))
			return true;
	}
	return false;
}

static const struct {
	const char *row;
	gwt_predicate holds;
} rows[] = {
	{ "DeleteResource or UpdateResource, and what is on and below the resources below it",
	  below_moved_resource },
	{ "two writes of one parent's children, where one renames, moves or deletes, or both path parts are variables",
	  siblings_that_clash },
	{ "a creation, and the path of the child it names", creation_and_named_child },
	{ "two creations of one name or of one API key value", creations_of_one_name },
	{ "CreateDeployment, and every write of its API", deployment_and_api },
	{ "CreateRestApi with cloneFrom, and every write of its source", clone_and_source },
	{ "a write of a deployment or a stage, and the stages and deployments of its API",
	  stages_and_deployments },
	{ "a stage, and the deletion of a VPC link that an integration of its API named",
	  stage_and_vpc_link },
	{ "a write of a method response, and of the integration response of the same method and status",
	  responses_of_one_status },
	{ "two writes of responses of one integration that have the same selection pattern",
	  responses_of_one_pattern },
	{ "UpdateAccount, and stages that turn logging on", account_and_logging },
};

/* Rule 3: names */

static bool takes_away(const struct gwt_trace_call *call)
{
	return has_role(call, GWT_ROLE_DELETION) || call->moves;
}

/*
 * Whether a name concerns a call. It concerns every call at or below its holder; of the calls above the
 * holder, only deletions and moves.
 */
static bool has_name(struct gwt_trace *trace, const struct gwt_trace_call *call,
		     const struct gwt_trace_name *name)
{
	if (name->call == (size_t)(call - trace->calls) || gwt_path_holds(&name->holder, &call->path) ||
	    gwt_path_holds(&name->holder, &call->child))
		return true;
	if (!takes_away(call))
		return false;
	if (gwt_path_holds(&call->path, &name->holder))
		return true;
	return is_thing(call, GWT_THING_RESOURCE) && call->path.len == PATH_OF_RESOURCE &&
	       name->holder.len > PATH_OF_RESOURCE && call->api.ptr &&
	       gwt_span_eq(name->holder.segments[1], call->api) &&
	       gwt_span_is(name->holder.segments[2], "resources") &&
	       gwt_trace_is_below(trace, call->api, name->holder.segments[3], call->path.segments[3]);
}

static void find_names(struct gwt_trace *trace, struct gwt_trace_call *call)
{
	size_t version = trace->name_len + trace->parent_len + 1;

	if (call->name_version == version)
		return;
	call->name_version = version;
	call->name_count = 0;
	for (size_t i = 0; i < trace->name_len; i++) {
		if (!has_name(trace, call, &trace->names[i]))
			continue;
		GWT_GROW(trace->arena, call->names, call->name_count, call->name_cap);
		call->names[call->name_count++] = &trace->names[i];
	}
}

/* Whether a call is about the object that a name refers to. */
static bool is_about(const struct gwt_trace_call *call, const struct gwt_place_path *target)
{
	return gwt_path_holds(target, &call->path) || gwt_path_holds(target, &call->child) ||
	       (takes_away(call) && gwt_path_holds(&call->path, target));
}

static const char *named_row(struct gwt_trace *trace, struct gwt_trace_call *a,
			     const struct gwt_trace_call *b)
{
	find_names(trace, a);
	for (size_t i = 0; i < a->name_count; i++)
		if (is_about(b, &a->names[i]->target))
			return a->names[i]->row;
	return NULL;
}

/* Rule 1 */

static const char flow[] = "an id or a name that an earlier call gave";

static bool is_giver(const struct gwt_trace_call *user, size_t giver)
{
	for (size_t i = 0; i < user->call.giver_count; i++)
		if (user->call.givers[i] == giver)
			return true;
	return false;
}

/* Whether the second call names what the first one made, in its path or in its body. */
static bool uses_name(const struct gwt_trace *trace, const struct gwt_trace_call *first,
		      const struct gwt_trace_call *second)
{
	if (!first->takes_effect || !has_role(first, GWT_ROLE_CREATION) || !first->child.len)
		return false;
	if (gwt_path_holds(&first->child, &second->path))
		return true;
	for (size_t i = 0; i < trace->name_len; i++)
		if (&trace->calls[trace->names[i].call] == second &&
		    first->child.len == trace->names[i].target.len &&
		    gwt_path_holds(&first->child, &trace->names[i].target))
			return true;
	return false;
}

/* Rule 4 */

/* An action may touch anything of its API; so may a call that is not an operation of the service. */
static bool concerns_everything(const struct gwt_trace_call *call)
{
	return !call->operation || (call->is_write && has_role(call, GWT_ROLE_ACTION));
}

static bool is_of_the_unknown(const struct gwt_trace_call *unknown, const struct gwt_trace_call *other)
{
	return concerns_everything(unknown) && (!unknown->api.ptr || same_api(unknown, other));
}

/* All rules */

static bool flows(struct gwt_trace *trace, size_t first, size_t second)
{
	return is_giver(&trace->calls[second], first) ||
	       uses_name(trace, &trace->calls[first], &trace->calls[second]);
}

static bool is_excepted(struct gwt_trace *trace, const struct gwt_trace_call *a,
			const struct gwt_trace_call *b)
{
	if (!a->operation || !b->operation)
		return false;
	for (size_t i = 0; i < GWT_LEN(exceptions); i++)
		if (exceptions[i](trace, a, b) || exceptions[i](trace, b, a))
			return true;
	return false;
}

static bool paths_meet(struct gwt_trace *trace, const struct gwt_trace_call *a,
		       const struct gwt_trace_call *b)
{
	return (gwt_path_holds(&a->path, &b->path) || gwt_path_holds(&b->path, &a->path)) &&
	       !is_excepted(trace, a, b);
}

static const char *service_row(struct gwt_trace *trace, struct gwt_trace_call *a, struct gwt_trace_call *b)
{
	const char *row;

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (rows[i].holds(trace, a, b) || rows[i].holds(trace, b, a))
			return rows[i].row;
	row = named_row(trace, a, b);
	return row ? row : named_row(trace, b, a);
}

struct gwt_relation gwt_trace_relation_up_to(struct gwt_trace *trace, int rule, size_t first, size_t second)
{
	struct gwt_trace_call *a = &trace->calls[first], *b = &trace->calls[second];
	const char *row;

	if (flows(trace, first, second))
		return (struct gwt_relation){ 1, flow };
	if (rule < 2 || (!a->takes_effect && !b->takes_effect))
		return (struct gwt_relation){ 0, NULL };
	if (paths_meet(trace, a, b))
		return (struct gwt_relation){ 2, "one path is the other's, or lies above or below it" };
	row = rule < 3 ? NULL : service_row(trace, a, b);
	if (row)
		return (struct gwt_relation){ 3, row };
	if (rule >= 4 && (is_of_the_unknown(a, b) || is_of_the_unknown(b, a)))
		return (struct gwt_relation){
			4, "an action, or a call that is not the service's, and everything of its API"
		};
	return (struct gwt_relation){ 0, NULL };
}

struct gwt_relation gwt_trace_relation(struct gwt_trace *trace, size_t first, size_t second)
{
	return gwt_trace_relation_up_to(trace, 4, first, second);
}

bool gwt_operation_repeats(const struct gwt_service_operation *operation)
{
	static const char *const same_again[] = { "PutIntegration", "PutIntegrationResponse",
						  "PutGatewayResponse", "TagResource" };

	for (size_t i = 0; operation && i < GWT_LEN(same_again); i++)
		if (strcmp(operation->name, same_again[i]) == 0)
			return true;
	return false;
}
