#include "recorder/call_ids.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/position.h"
#include "lib/model/model.h"
#include "lib/model/related.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"

static void add(struct gwt_arena *arena, struct gwt_call_ids *out, struct gwt_span base, struct gwt_span live,
		struct gwt_span at)
{
	GWT_GROW(arena, out->items, out->len, out->cap);
	out->items[out->len++] = (struct gwt_call_id){ .base = base, .live = live, .at = at };
}

/* Requests */

static struct gwt_span decoded(struct gwt_arena *arena, struct gwt_span encoded)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { 0 };

	gwt_buf_init(&text, SIZE_MAX);
	gwt_uri_decode(&text, encoded);
	return gwt_arena_copy(arena, gwt_buf_span(&text));
}

/* The id for a label of a route's template: partId for "{part_id}"; absent when the label is not an id. */
static struct gwt_span base_of_label(struct gwt_span label, struct gwt_arena *arena)
{
	static const struct {
		const char *label, *base;
	} rows[] = {
		{ "{restapi_id}", "restApiId" },
		{ "{resource_id}", "resourceId" },
		{ "{parent_id}", "parentId" },
		{ "{vpclink_id}", "vpcLinkId" },
		{ "{usageplanId}", "usagePlanId" },
		{ "{api_Key}", "apiKeyId" },
		{ "{keyId}", "keyId" },
		{ "{requestvalidator_id}", "requestValidatorId" },
		{ "{authorizer_id}", "authorizerId" },
		{ "{deployment_id}", "deploymentId" },
		{ "{clientcertificate_id}", "clientCertificateId" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (gwt_span_is(label, rows[i].label))
			return gwt_span_of(rows[i].base);
	if (!gwt_span_ends(label, GWT_SPAN("_id}")))
		return GWT_ABSENT;
	return gwt_arena_printf(arena, GWT_SPAN_FMT "Id",
				GWT_SPAN_ARG(gwt_span_slice(label, 1, label.len - 4)));
}

/*
 * An operation without a model has the labels of its route. A path that is not a route of the service has the
 * id of an API, too, when it begins with /restapis/{id}.
 */
static void add_unmodelled_labels(const struct gwt_request *request, struct gwt_arena *arena,
				  struct gwt_call_ids *out)
{
	const struct gwt_service_operation *operation =
		gwt_service_operation_of(arena, request->method, request->path, request->query);
	struct gwt_span template =
		operation ? gwt_span_of(operation->path) : GWT_SPAN("/restapis/{restapi_id}");

	if (!operation && !gwt_span_is(gwt_path_segment(request->path, 0), "restapis"))
		return;
	gwt_span_cut(&template, '/');
	for (size_t i = 0; template.ptr; i++) {
		struct gwt_span base = base_of_label(gwt_span_cut(&template, '/'), arena);
		struct gwt_span id = gwt_path_segment(request->path, i);

		if (base.ptr && id.len)
			add(arena, out, base, decoded(arena, id), gwt_arena_printf(arena, "path/%zu", i));
	}
}

/* Labels that are ids end in "Id"; the others (httpMethod, statusCode, stageName) are the client's words. */
static void add_labels(const struct gwt_request *request, struct gwt_arena *arena, struct gwt_call_ids *out)
{
	struct gwt_route route;

	if (!gwt_route_find(request->method, request->path, &route)) {
		add_unmodelled_labels(request, arena, out);
		return;
	}
	for (size_t i = 0; i < route.len; i++) {
		struct gwt_span name = gwt_span_of(route.members[i]->name);

		if (gwt_span_ends(name, GWT_SPAN("Id")) && route.labels[i].len)
			add(arena, out, name, decoded(arena, route.labels[i]),
			    gwt_arena_printf(arena, "path/%zu", route.segments[i]));
	}
}

static bool is_account(struct gwt_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	return text.len == 12;
}

/* Add region and account of the ARN that begins at `from`: arn:partition:service:region:account:… */
static size_t add_arn(struct gwt_span text, size_t from, struct gwt_span region, struct gwt_span at,
		      struct gwt_arena *arena, struct gwt_call_ids *out)
{
	size_t start = from;

	for (int field = 0; field < 5; field++) {
		size_t end = start + gwt_span_find(gwt_span_slice(text, start, text.len), ':');
		struct gwt_span part = gwt_span_slice(text, start, end);
		struct gwt_span place =
			gwt_arena_printf(arena, GWT_SPAN_FMT "@%zu+%zu", GWT_SPAN_ARG(at), start, part.len);

		if (end == text.len)
			return text.len;
		if (field == 3 && part.len && gwt_span_eq(part, region))
			add(arena, out, GWT_SPAN("region"), part, place);
		if (field == 4 && is_account(part))
			add(arena, out, GWT_SPAN("accountId"), part, place);
		start = end + 1;
	}
	return start;
}

/* Add those of every ARN in a text: an integration's URI has an ARN inside an ARN. */
static void add_arns(struct gwt_span text, struct gwt_span region, struct gwt_span at,
		     struct gwt_arena *arena, struct gwt_call_ids *out)
{
	static const struct gwt_span prefix = GWT_SPAN_INIT("arn:");
	size_t from = 0;

	if (!gwt_span_starts(text, prefix))
		return;
	while (from < text.len) {
		size_t next = from + gwt_span_find_span(gwt_span_slice(text, from, text.len), prefix);

		if (next >= text.len)
			return;
		from = add_arn(text, next, region, at, arena, out);
	}
}

/* Add the members that hold ARNs, at any depth, and those that hold an id. */
static void add_value(const struct gwt_json *value, struct gwt_span name, struct gwt_span at,
		      struct gwt_span region, struct gwt_arena *arena, struct gwt_call_ids *out)
{
	static const char *const arns[] = { "uri", "credentials", "integrationTarget", "targetArns",
					    "value" };

	if (gwt_span_ends(name, GWT_SPAN("Id")) && value->text.len && value->text.ptr[0] != '$') {
		bool link = gwt_span_is(name, "connectionId");

		add(arena, out, link ? GWT_SPAN("vpcLinkId") : name, value->text, at);
		out->items[out->len - 1].only_given = !link;
	}
	for (size_t i = 0; i < GWT_LEN(arns); i++)
		if (gwt_span_is(name, arns[i]))
			add_arns(value->text, region, at, arena, out);
}

/* Terraform sends the resource's id as the namespace of its cache. */
static void add_namespace(const struct gwt_json *body, struct gwt_arena *arena, struct gwt_call_ids *out)
{
	const struct gwt_json *value = gwt_json_get(body, "cacheNamespace");
	size_t labels = out->len;

	for (size_t i = 0; gwt_json_is(value, GWT_JSON_STRING) && i < labels; i++)
		if (gwt_span_is(out->items[i].base, "resourceId") &&
		    gwt_span_eq(out->items[i].live, value->text)) {
			add(arena, out, GWT_SPAN("resourceId"), value->text, GWT_SPAN("body/cacheNamespace"));
			return;
		}
}

static void walk_body(const struct gwt_json *value, struct gwt_span name, struct gwt_buf *at,
		      struct gwt_span region, struct gwt_arena *arena, struct gwt_call_ids *out)
{
	size_t len = at->len, index = 0;

	if (value->type == GWT_JSON_STRING)
		add_value(value, name, gwt_arena_copy(arena, gwt_buf_span(at)), region, arena, out);
	for (const struct gwt_json *child = value->child; child; child = child->next) {
		if (value->type == GWT_JSON_OBJECT)
			gwt_json_pointer_add_name(at, child->name);
		else
			gwt_json_pointer_add_index(at, index++);
		walk_body(child, value->type == GWT_JSON_OBJECT ? child->name : name, at, region, arena, out);
		at->len = len;
	}
}

/* Texts of the run */

struct texts {
	const struct gwt_run_texts *known;
	struct gwt_arena *arena;
	struct gwt_call_ids *out;
};

static void add_text(const struct texts *t, struct gwt_span value, struct gwt_span at)
{
	for (size_t i = 0; i < t->known->len; i++)
		if (gwt_span_eq(t->known->items[i].value, value)) {
			add(t->arena, t->out, t->known->items[i].name, value, gwt_arena_copy(t->arena, at));
			t->out->items[t->out->len - 1].text = true;
			return;
		}
}

static void add_text_labels(const struct texts *t, const struct gwt_request *request)
{
	struct gwt_route route;

	if (!gwt_route_find(request->method, request->path, &route))
		return;
	for (size_t i = 0; i < route.len; i++)
		add_text(t, decoded(t->arena, route.labels[i]),
			 gwt_arena_printf(t->arena, "path/%zu", route.segments[i]));
}

static void add_member_texts(const struct texts *t, const struct gwt_json *value, enum gwt_shape shape,
			     const struct gwt_member *members, struct gwt_buf *at);

/* The shape of the items of a value of this shape. */
static enum gwt_shape inner_shape(enum gwt_shape shape)
{
	switch (shape) {
	case GWT_SHAPE_STRING_MAP:
	case GWT_SHAPE_STRING_LIST:
		return GWT_SHAPE_STRING;
	case GWT_SHAPE_STRUCTURE_LIST:
	case GWT_SHAPE_STRUCTURE_MAP:
		return GWT_SHAPE_STRUCTURE;
	default:
		return GWT_SHAPE_OTHER;
	}
}

static void add_child_texts(const struct texts *t, const struct gwt_json *child, enum gwt_shape shape,
			    const struct gwt_member *members, struct gwt_buf *at)
{
	const struct gwt_member *member =
		shape == GWT_SHAPE_STRUCTURE ? gwt_member_wired(members, GWT_PLACE_BODY, child->name) : NULL;

	if (shape != GWT_SHAPE_STRUCTURE)
		add_member_texts(t, child, inner_shape(shape), members, at);
	else if (member)
		add_member_texts(t, child, member->shape, member->members, at);
}

static void add_member_texts(const struct texts *t, const struct gwt_json *value, enum gwt_shape shape,
			     const struct gwt_member *members, struct gwt_buf *at)
{
	size_t len = at->len, index = 0;

	if (value->type == GWT_JSON_STRING && shape == GWT_SHAPE_STRING)
		add_text(t, value->text, gwt_buf_span(at));
	for (const struct gwt_json *child = value->child; child; child = child->next) {
		if (value->type == GWT_JSON_OBJECT)
			gwt_json_pointer_add_name(at, child->name);
		else
			gwt_json_pointer_add_index(at, index++);
		add_child_texts(t, child, shape, members, at);
		at->len = len;
	}
}

static void add_texts(const struct texts *t, const struct gwt_request *request, const struct gwt_json *body)
{
	gwt_auto(gwt_buf_release) struct gwt_buf at = { 0 };
	struct gwt_route route;

	if (!t->known || !t->known->len)
		return;
	gwt_buf_init(&at, SIZE_MAX);
	gwt_buf_add_text(&at, "body");
	add_text_labels(t, request);
	if (body && gwt_route_find(request->method, request->path, &route) && route.operation->input)
		add_member_texts(t, body, GWT_SHAPE_STRUCTURE, route.operation->input, &at);
}

/* "1764380796178": decimal digits that are a time during the run, in seconds or in milliseconds. */
static bool is_clock(struct gwt_span text, int64_t made_at)
{
	enum { BEFORE = 24 * 60 * 60, AFTER = 5 * 60, SECONDS = 10, MILLISECONDS = 13 };
	uint64_t value;

	if ((text.len != SECONDS && text.len != MILLISECONDS) || !made_at ||
	    !gwt_span_to_u64(text, UINT64_MAX, &value))
		return false;
	if (text.len == MILLISECONDS)
		value /= 1000;
	return value + BEFORE >= (uint64_t)made_at && value <= (uint64_t)made_at + AFTER;
}

/* Claudia.js sends the time as the version of a document. The user cannot give it with --var. */
static void add_clocks(const struct gwt_json *value, struct gwt_buf *at, int64_t made_at,
		       struct gwt_arena *arena, struct gwt_call_ids *out)
{
	size_t len = at->len, index = 0;

	if (value->type == GWT_JSON_STRING && is_clock(value->text, made_at)) {
		add(arena, out, GWT_SPAN(GWT_CLOCK_TEXT), value->text,
		    gwt_arena_copy(arena, gwt_buf_span(at)));
		out->items[out->len - 1].text = out->items[out->len - 1].clock = true;
	}
	for (const struct gwt_json *child = value->child; child; child = child->next) {
		if (value->type == GWT_JSON_OBJECT)
			gwt_json_pointer_add_name(at, child->name);
		else
			gwt_json_pointer_add_index(at, index++);
		add_clocks(child, at, made_at, arena, out);
		at->len = len;
	}
}

static void add_texts_of_unmodelled(const struct gwt_run_texts *texts, const struct gwt_request *request,
				    const struct gwt_json *body, struct gwt_arena *arena,
				    struct gwt_call_ids *out)
{
	gwt_auto(gwt_buf_release) struct gwt_buf at = { .max = SIZE_MAX };
	struct gwt_route route;

	if (!body || !texts || gwt_route_find(request->method, request->path, &route))
		return;
	gwt_buf_add_text(&at, "body");
	add_clocks(body, &at, texts->made_at, arena, out);
}

/* Drop the ids inside a string that is one of the run's texts as a whole. */
static void drop_covered(struct gwt_call_ids *out, size_t texts)
{
	size_t kept = texts;

	for (size_t i = texts; i < out->len; i++) {
		struct gwt_span at = out->items[i].at;
		bool covered = false;

		at.len = gwt_span_find(at, '@');
		for (size_t j = 0; j < texts && !covered; j++)
			covered = gwt_span_eq(out->items[j].at, at);
		if (!covered)
			out->items[kept++] = out->items[i];
	}
	out->len = kept;
}

void gwt_call_ids_of_request(const struct gwt_request *request, struct gwt_span region,
			     const struct gwt_run_texts *texts, struct gwt_arena *arena,
			     struct gwt_call_ids *out)
{
	gwt_auto(gwt_buf_release) struct gwt_buf at = { 0 };
	struct gwt_json *body = NULL;
	size_t text_count;

	gwt_buf_init(&at, SIZE_MAX);
	if (!gwt_json_parse(arena, request->body, &body, NULL))
		body = NULL;
	add_texts(&(struct texts){ texts, arena, out }, request, body);
	add_texts_of_unmodelled(texts, request, body, arena, out);
	text_count = out->len;
	add_labels(request, arena, out);
	if (body) {
		add_namespace(body, arena, out);
		gwt_buf_add_text(&at, "body");
		walk_body(body, GWT_SPAN(""), &at, region, arena, out);
	}
	drop_covered(out, text_count);
}

/* Answers */

/* "CreateDeployment" gives a deploymentId. */
static struct gwt_span base_of(struct gwt_span operation, struct gwt_arena *arena)
{
	static const char *const verbs[] = { "Create", "Get", "Update", "Put", "Import" };
	struct gwt_span name = operation;
	char *base;

	for (size_t i = 0; i < GWT_LEN(verbs); i++)
		if (gwt_span_starts(name, gwt_span_of(verbs[i]))) {
			name = gwt_span_slice(name, strlen(verbs[i]), name.len);
			break;
		}
	if (gwt_span_ends(name, GWT_SPAN("s")))
		name.len--;
	base = gwt_arena_cstr(arena, gwt_arena_printf(arena, GWT_SPAN_FMT "Id", GWT_SPAN_ARG(name)));
	base[0] = (char)(base[0] | 0x20);
	return gwt_span_of(base);
}

/* A resource without a parent is the root. */
static struct gwt_span base_of_item(const struct gwt_json *object, struct gwt_span operation,
				    struct gwt_arena *arena)
{
	struct gwt_span base = base_of(operation, arena);

	return gwt_span_is(base, "resourceId") && gwt_span_is(gwt_json_get_text(object, "path"), "/")
		       ? GWT_SPAN("parentId")
		       : base;
}

static void walk_answer(const struct gwt_json *value, struct gwt_span operation, struct gwt_buf *at,
			struct gwt_arena *arena, struct gwt_call_ids *out)
{
	size_t len = at->len, index = 0;

	for (const struct gwt_json *child = value->child; child; child = child->next) {
		bool text = child->type == GWT_JSON_STRING && child->text.len;
		struct gwt_span base = { NULL, 0 };

		if (value->type == GWT_JSON_OBJECT)
			gwt_json_pointer_add_name(at, child->name);
		else
			gwt_json_pointer_add_index(at, index++);
		if (text && gwt_span_is(child->name, "id"))
			base = base_of_item(value, operation, arena);
		if (text &&
		    (gwt_span_is(child->name, "rootResourceId") || gwt_span_is(child->name, "parentId")))
			base = GWT_SPAN("parentId");
		if (text && gwt_span_is(child->name, "clientCertificateId") &&
		    gwt_span_is(operation, "GenerateClientCertificate"))
			base = child->name;
		if (base.ptr)
			add(arena, out, base, child->text, gwt_arena_copy(arena, gwt_buf_span(at)));
		walk_answer(child, operation, at, arena, out);
		at->len = len;
	}
}

void gwt_call_ids_of_answer(const struct gwt_capture *call, struct gwt_arena *arena, struct gwt_call_ids *out)
{
	gwt_auto(gwt_buf_release) struct gwt_buf at = { 0 };
	struct gwt_json *body;

	gwt_buf_init(&at, SIZE_MAX);
	if (gwt_service_operation_of(arena, call->request.method, call->request.path, call->request.query) &&
	    call->response.status < 300 && gwt_json_parse(arena, call->response.body, &body, NULL))
		walk_answer(body, call->operation, &at, arena, out);
}
