#include "drift/service_model.h"

#include "drift/change.h"
#include "drift/model_use.h"
#include "drift/rules.h"
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/model/model.h"
#include "lib/model/service.h"

gwt_status gwt_service_model_read(const char *path, const struct gwt_json *json,
				  struct gwt_service_model *out, struct gwt_error *err)
{
	const struct gwt_json *metadata = gwt_json_get(json, "metadata");
	struct gwt_span prefix = gwt_json_get_text(metadata, "endpointPrefix");

	*out = (struct gwt_service_model){ gwt_json_get(json, "operations"), gwt_json_get(json, "shapes") };
	if (!gwt_json_is(out->operations, GWT_JSON_OBJECT) || !gwt_json_is(out->shapes, GWT_JSON_OBJECT) ||
	    !out->operations->len)
		return gwt_fail(
			err, GWT_EPARSE,
			"'%s' is not a service model: it needs 'operations' and 'shapes', as botocore's "
			"service-2.json has them",
			path);
	if (prefix.ptr && !gwt_span_is(prefix, "apigateway"))
		return gwt_fail(err, GWT_EPARSE,
				"'%s' is the model of '" GWT_SPAN_FMT "', not of API Gateway", path,
				GWT_SPAN_ARG(prefix));
	if (!gwt_json_get(out->operations, "PutIntegration"))
		return gwt_fail(err, GWT_EPARSE,
				"'%s' is not the model of API Gateway: it has no PutIntegration", path);
	return GWT_OK;
}

/* The state of a comparison. */
struct walk {
	const struct gwt_service_model *model;
	struct gwt_findings *findings;
	struct gwt_changes changes;
	struct gwt_model_use use;
	const struct gwt_operation *operation; /* the current place */
	bool input;
};

enum { MAX_MODEL_DEPTH = 8 };

/* One finding for each rule and place, with its operations. */
static struct gwt_finding *add(struct walk *walk, enum gwt_drift_rule rule, struct gwt_span at,
			       struct gwt_span was, struct gwt_span now)
{
	struct gwt_arena *arena = walk->changes.arena;
	const struct gwt_json *old = was.ptr ? gwt_json_new_string(arena, was) : NULL;
	const struct gwt_json *new = now.ptr ? gwt_json_new_string(arena, now) : NULL;
	struct gwt_change *change = gwt_changes_add(&walk->changes, rule, at, at, old, new);
	struct gwt_span none = { NULL, 0 };

	gwt_change_say(&walk->changes, change,
		       "%s: '" GWT_SPAN_FMT "' was " GWT_SPAN_FMT ", is now " GWT_SPAN_FMT,
		       gwt_drift_rule_row(rule)->about, GWT_SPAN_ARG(at),
		       GWT_SPAN_ARG(gwt_value_shown(arena, old)), GWT_SPAN_ARG(gwt_value_shown(arena, new)));
	return gwt_findings_add(walk->findings, change, none, none);
}

static void note_operation(struct walk *walk, struct gwt_finding *finding, struct gwt_span name)
{
	struct gwt_arena *arena = walk->changes.arena;
	struct gwt_json *list;

	if (!finding->more) {
		finding->more = gwt_json_new(arena, GWT_JSON_OBJECT);
		gwt_json_add_array(arena, finding->more, "operations");
	}
	list = gwt_json_get(finding->more, "operations");
	if (!list->last || !gwt_span_eq(list->last->text, name))
		gwt_json_append(list, gwt_json_new_string(arena, name));
}

static struct gwt_span operation_name(const struct walk *walk)
{
	return gwt_span_of(walk->operation->name);
}

/* Shapes */

static const struct gwt_json *shape_named(const struct walk *walk, struct gwt_span name)
{
	return name.ptr ? gwt_json_get_span(walk->model->shapes, name) : NULL;
}

/* The shape that a reference ({"shape": NAME}) means; NULL: none. */
static const struct gwt_json *shape_of(const struct walk *walk, const struct gwt_json *reference)
{
	return shape_named(walk, gwt_json_get_text(reference, "shape"));
}

static const struct {
	const char *type;
	enum gwt_shape shape;
} scalars[] = {
	{ "string", GWT_SHAPE_STRING },       { "integer", GWT_SHAPE_INTEGER },
	{ "long", GWT_SHAPE_INTEGER },        { "double", GWT_SHAPE_DOUBLE },
	{ "float", GWT_SHAPE_DOUBLE },        { "boolean", GWT_SHAPE_BOOLEAN },
	{ "timestamp", GWT_SHAPE_TIMESTAMP }, { "structure", GWT_SHAPE_STRUCTURE },
};

static enum gwt_shape scalar_kind(const struct gwt_json *shape)
{
	struct gwt_span type = gwt_json_get_text(shape, "type");

	for (size_t i = 0; i < GWT_LEN(scalars); i++)
		if (gwt_span_is(type, scalars[i].type))
			return scalars[i].shape;
	return GWT_SHAPE_OTHER;
}

/* The shape of a list's or map's items; otherwise the shape itself. */
static const struct gwt_json *inner_of(const struct walk *walk, const struct gwt_json *shape)
{
	struct gwt_span type = gwt_json_get_text(shape, "type");

	if (gwt_span_is(type, "list"))
		return shape_of(walk, gwt_json_get(shape, "member"));
	if (gwt_span_is(type, "map"))
		return shape_of(walk, gwt_json_get(shape, "value"));
	return shape;
}

static enum gwt_shape kind_of(const struct walk *walk, const struct gwt_json *shape)
{
	struct gwt_span type = gwt_json_get_text(shape, "type");
	enum gwt_shape inner = scalar_kind(inner_of(walk, shape));

	if (gwt_span_is(type, "list"))
		return inner == GWT_SHAPE_STRING      ? GWT_SHAPE_STRING_LIST
		       : inner == GWT_SHAPE_STRUCTURE ? GWT_SHAPE_STRUCTURE_LIST
						      : GWT_SHAPE_OTHER;
	if (gwt_span_is(type, "map"))
		return inner == GWT_SHAPE_STRING      ? GWT_SHAPE_STRING_MAP
		       : inner == GWT_SHAPE_BOOLEAN   ? GWT_SHAPE_BOOLEAN_MAP
		       : inner == GWT_SHAPE_STRUCTURE ? GWT_SHAPE_STRUCTURE_MAP
						      : GWT_SHAPE_OTHER;
	return inner;
}

static const char *kind_word(enum gwt_shape kind)
{
	static const char *const words[] = {
		[GWT_SHAPE_STRING] = "string",
		[GWT_SHAPE_INTEGER] = "integer",
		[GWT_SHAPE_DOUBLE] = "double",
		[GWT_SHAPE_BOOLEAN] = "boolean",
		[GWT_SHAPE_TIMESTAMP] = "timestamp",
		[GWT_SHAPE_STRING_MAP] = "map of strings",
		[GWT_SHAPE_BOOLEAN_MAP] = "map of booleans",
		[GWT_SHAPE_STRING_LIST] = "list of strings",
		[GWT_SHAPE_STRUCTURE] = "structure",
		[GWT_SHAPE_STRUCTURE_LIST] = "list of structures",
		[GWT_SHAPE_STRUCTURE_MAP] = "map of structures",
		[GWT_SHAPE_OTHER] = "other",
	};

	return words[kind];
}

/* Members */

static bool is_required(const struct gwt_json *structure, struct gwt_span name)
{
	const struct gwt_json *list = gwt_json_get(structure, "required");

	for (const struct gwt_json *item = list ? list->child : NULL; item; item = item->next)
		if (gwt_span_eq(item->text, name))
			return true;
	return false;
}

/* "path restapi_id", "body httpMethod" */
static struct gwt_span wire_of(struct gwt_arena *arena, const struct gwt_json *reference)
{
	struct gwt_span location = gwt_json_get_text(reference, "location"),
			name = gwt_json_get_text(reference, "locationName");
	const char *place = !location.ptr                          ? "body"
			    : gwt_span_is(location, "uri")         ? "path"
			    : gwt_span_is(location, "querystring") ? "query"
								   : "header";

	return gwt_arena_printf(arena, "%s " GWT_SPAN_FMT, place,
				GWT_SPAN_ARG(name.ptr ? name : reference->name));
}

static struct gwt_span built_in_wire(struct gwt_arena *arena, const struct gwt_member *member)
{
	static const char *const places[] = {
		[GWT_PLACE_PATH] = "path", [GWT_PLACE_QUERY] = "query", [GWT_PLACE_BODY] = "body"
	};

	return gwt_arena_printf(arena, "%s %s", places[member->place], member->wire);
}

static bool has_value(const char *const *values, struct gwt_span value)
{
	for (; values && *values; values++)
		if (gwt_span_is(value, *values))
			return true;
	return false;
}

static bool lists_value(const struct gwt_json *list, const char *value)
{
	for (const struct gwt_json *item = list ? list->child : NULL; item; item = item->next)
		if (gwt_span_is(item->text, value))
			return true;
	return false;
}

static void add_value(struct walk *walk, enum gwt_drift_rule rule, const char *member, struct gwt_span value)
{
	struct gwt_span none = { NULL, 0 };
	bool gone = rule == GWT_DRIFT_RULE_MODEL_VALUE_GONE;
	struct gwt_finding *finding =
		add(walk, rule,
		    gwt_arena_printf(walk->changes.arena, "%s=" GWT_SPAN_FMT, member, GWT_SPAN_ARG(value)),
		    gone ? value : none, gone ? none : value);

	note_operation(walk, finding, operation_name(walk));
	gwt_model_use_value(&walk->use, finding, operation_name(walk), gwt_span_of(member), value);
}

static void compare_values(struct walk *walk, const struct gwt_member *member, const struct gwt_json *shape)
{
	const struct gwt_json *list = gwt_json_get(shape, "enum");

	for (const char *const *value = member->values; list && value && *value; value++)
		if (!lists_value(list, *value))
			add_value(walk, GWT_DRIFT_RULE_MODEL_VALUE_GONE, member->name, gwt_span_of(*value));
	for (const struct gwt_json *item = list ? list->child : NULL; item; item = item->next)
		if (item->type == GWT_JSON_STRING && !has_value(member->values, item->text))
			add_value(walk, GWT_DRIFT_RULE_MODEL_VALUE_NEW, member->name, item->text);
}

static void add_member(struct walk *walk, enum gwt_drift_rule rule, struct gwt_span name, struct gwt_span was,
		       struct gwt_span now)
{
	struct gwt_finding *finding = add(walk, rule, name, was, now);

	note_operation(walk, finding, operation_name(walk));
	gwt_model_use_member(&walk->use, finding, operation_name(walk), name);
}

static void compare_members(struct walk *walk, const struct gwt_member *members,
			    const struct gwt_json *structure, size_t depth);

static void compare_member(struct walk *walk, const struct gwt_member *member,
			   const struct gwt_json *structure, const struct gwt_json *reference, size_t depth)
{
	struct gwt_arena *arena = walk->changes.arena;
	const struct gwt_json *shape = shape_of(walk, reference);
	enum gwt_shape kind = kind_of(walk, shape);
	struct gwt_span name = gwt_span_of(member->name), wire = wire_of(arena, reference);
	bool required = is_required(structure, name);

	if (member->shape != GWT_SHAPE_OTHER && kind != member->shape)
		add_member(walk, GWT_DRIFT_RULE_MODEL_TYPE, name, gwt_span_of(kind_word(member->shape)),
			   gwt_span_of(kind_word(kind)));
	if (!gwt_span_eq(wire, built_in_wire(arena, member)))
		add_member(walk, GWT_DRIFT_RULE_MODEL_NAME, name, built_in_wire(arena, member), wire);
	if (walk->input && required != member->required)
		add_member(walk, required ? GWT_DRIFT_RULE_MODEL_REQUIRED : GWT_DRIFT_RULE_MODEL_OPTIONAL,
			   name, required ? GWT_SPAN("optional") : GWT_SPAN("required"),
			   required ? GWT_SPAN("required") : GWT_SPAN("optional"));
	compare_values(walk, member, shape);
	if (member->members)
		compare_members(walk, member->members, inner_of(walk, shape), depth + 1);
}

/* A value that a scenario could send for a shape. */
static const struct gwt_json *sample_of(struct walk *walk, const struct gwt_json *shape)
{
	struct gwt_arena *arena = walk->changes.arena;
	const struct gwt_json *values = gwt_json_get(shape, "enum");
	struct gwt_json *sample;

	if (values && values->child)
		return gwt_json_new_string(arena, values->child->text);
	switch (kind_of(walk, shape)) {
	case GWT_SHAPE_INTEGER:
	case GWT_SHAPE_DOUBLE:
		return gwt_json_new_number(arena, 1);
	case GWT_SHAPE_BOOLEAN:
		return gwt_json_new_bool(arena, true);
	case GWT_SHAPE_STRING_LIST:
		sample = gwt_json_new(arena, GWT_JSON_ARRAY);
		gwt_json_append(sample, gwt_json_new_string(arena, GWT_SPAN("pets")));
		return sample;
	case GWT_SHAPE_STRING_MAP:
		sample = gwt_json_new(arena, GWT_JSON_OBJECT);
		gwt_json_add_string(arena, sample, "name", GWT_SPAN("pets"));
		return sample;
	case GWT_SHAPE_STRING:
		return gwt_json_new_string(arena, GWT_SPAN("pets"));
	default:
		return gwt_json_new(arena, GWT_JSON_OBJECT);
	}
}

static void add_new_member(struct walk *walk, const struct gwt_json *reference, size_t depth)
{
	struct gwt_span none = { NULL, 0 }, name = reference->name;
	const struct gwt_json *shape = shape_of(walk, reference);
	struct gwt_finding *finding = add(walk, GWT_DRIFT_RULE_MODEL_MEMBER_NEW, name, none,
					  gwt_span_of(kind_word(kind_of(walk, shape))));

	note_operation(walk, finding, operation_name(walk));
	gwt_model_use_member(&walk->use, finding, operation_name(walk), name);
	if (walk->input && depth == 0 && !finding->place_count && !gwt_json_get(finding->more, "skeleton"))
		gwt_json_add_string(walk->changes.arena, finding->more, "skeleton",
				    gwt_model_skeleton(walk->changes.arena, walk->operation, name,
						       sample_of(walk, shape)));
}

static void compare_members(struct walk *walk, const struct gwt_member *members,
			    const struct gwt_json *structure, size_t depth)
{
	const struct gwt_json *theirs = gwt_json_get(structure, "members");
	struct gwt_span none = { NULL, 0 };

	if (depth > MAX_MODEL_DEPTH)
		return;
	for (const struct gwt_member *member = members; member && member->name; member++) {
		const struct gwt_json *reference = gwt_json_get(theirs, member->name);

		if (reference)
			compare_member(walk, member, structure, reference, depth);
		else
			add_member(walk, GWT_DRIFT_RULE_MODEL_MEMBER_GONE, gwt_span_of(member->name),
				   gwt_span_of(kind_word(member->shape)), none);
	}
	for (const struct gwt_json *reference = theirs ? theirs->child : NULL; reference;
	     reference = reference->next)
		if (!gwt_member_named(members, reference->name))
			add_new_member(walk, reference, depth);
}

/* Operations */

static struct gwt_span route_of(struct gwt_arena *arena, const struct gwt_json *operation)
{
	const struct gwt_json *http = gwt_json_get(operation, "http");
	struct gwt_span uri = gwt_json_get_text(http, "requestUri");

	uri = gwt_span_slice(uri, 0, gwt_span_find(uri, '?'));
	return gwt_arena_printf(arena, GWT_SPAN_FMT " " GWT_SPAN_FMT,
				GWT_SPAN_ARG(gwt_json_get_text(http, "method")), GWT_SPAN_ARG(uri));
}

static void compare_routes(struct walk *walk, const struct gwt_service_operation *ours,
			   const struct gwt_json *theirs)
{
	struct gwt_arena *arena = walk->changes.arena;
	struct gwt_span was = gwt_arena_printf(arena, "%s %s", ours->method, ours->path);
	struct gwt_span now = theirs ? route_of(arena, theirs) : GWT_ABSENT;
	struct gwt_finding *finding;

	if (theirs && gwt_span_eq(was, now))
		return;
	finding = add(walk, theirs ? GWT_DRIFT_RULE_MODEL_ROUTE : GWT_DRIFT_RULE_MODEL_OPERATION_GONE,
		      gwt_arena_printf(arena, "%s " GWT_SPAN_FMT, ours->name, GWT_SPAN_ARG(was)), was, now);
	note_operation(walk, finding, gwt_span_of(ours->name));
	gwt_model_use_operation(&walk->use, finding, gwt_span_of(ours->name));
}

static void compare_status(struct walk *walk, const struct gwt_json *theirs)
{
	struct gwt_arena *arena = walk->changes.arena;
	uint64_t status = 200;

	gwt_json_to_u64(gwt_json_get(gwt_json_get(theirs, "http"), "responseCode"), 999, &status);
	if ((int)status == walk->operation->success_status)
		return;
	add_member(walk, GWT_DRIFT_RULE_MODEL_STATUS, operation_name(walk),
		   gwt_arena_printf(arena, "%d", walk->operation->success_status),
		   gwt_arena_printf(arena, "%d", (int)status));
}

static void compare_operation(struct walk *walk, const struct gwt_operation *ours,
			      const struct gwt_json *theirs)
{
	walk->operation = ours;
	compare_status(walk, theirs);
	walk->input = true;
	compare_members(walk, ours->input, shape_of(walk, gwt_json_get(theirs, "input")), 0);
	walk->input = false;
	if (ours->output)
		compare_members(walk, ours->output, shape_of(walk, gwt_json_get(theirs, "output")), 0);
}

static const struct gwt_service_operation *service_named(struct gwt_span name)
{
	size_t count;
	const struct gwt_service_operation *all = gwt_service_operations(&count);

	for (size_t i = 0; i < count; i++)
		if (gwt_span_is(name, all[i].name))
			return &all[i];
	return NULL;
}

static void add_new_operation(struct walk *walk, const struct gwt_json *operation)
{
	struct gwt_arena *arena = walk->changes.arena;
	struct gwt_span route = route_of(arena, operation), none = { NULL, 0 };
	struct gwt_finding *finding =
		add(walk, GWT_DRIFT_RULE_MODEL_OPERATION_NEW,
		    gwt_arena_printf(arena, GWT_SPAN_FMT " " GWT_SPAN_FMT, GWT_SPAN_ARG(operation->name),
				     GWT_SPAN_ARG(route)),
		    none, route);

	note_operation(walk, finding, operation->name);
	gwt_model_use_operation(&walk->use, finding, operation->name);
}

void gwt_service_model_compare(struct gwt_findings *findings, const struct gwt_service_model *model,
			       const struct gwt_model_users *users)
{
	struct walk walk = { .model = model,
			     .findings = findings,
			     .changes = { .arena = findings->arena },
			     .use = { findings, users } };
	size_t count;
	const struct gwt_service_operation *routes = gwt_service_operations(&count);
	const struct gwt_operation *ours;

	for (size_t i = 0; i < count; i++)
		compare_routes(&walk, &routes[i], gwt_json_get(model->operations, routes[i].name));
	ours = gwt_operations(&count);
	for (size_t i = 0; i < count; i++) {
		const struct gwt_json *theirs = gwt_json_get(model->operations, ours[i].name);

		if (theirs)
			compare_operation(&walk, &ours[i], theirs);
	}
	for (const struct gwt_json *operation = model->operations->child; operation;
	     operation = operation->next)
		if (!service_named(operation->name))
			add_new_operation(&walk, operation);
}
