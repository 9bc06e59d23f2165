/*
 * The ids of an answer. For each string, the first of these rules that applies:
 *
 *   1. the request (or, for a read, the latest write of the same thing) has the same string at the same
 *      member: the answer has variables exactly where that string has them, none if it was literal;
 *   2. the model says that an id or a time is there;
 *   3. it is the message of an error whose text has holes, or a HAL link.
 */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/maker.h"
#include "lib/model/model.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"

/* A string of an answer, and its place. */
struct place {
	struct gwt_maker *maker;
	size_t interaction;
	const struct gwt_operation *operation; /* NULL: unknown */
	struct gwt_span pointer;
	const struct gwt_json *value, *parent; /* `parent` is the object that has it as a member, or NULL */
	const struct gwt_member *member;       /* its member in the model; NULL: unknown */
};

static void mark_part(const struct place *place, size_t from, size_t len, size_t variable)
{
	struct gwt_position at = { .interaction = place->interaction,
				   .in_response = true,
				   .part = GWT_AT_BODY,
				   .pointer = gwt_arena_copy(place->maker->arena, place->pointer),
				   .from = from,
				   .len = len };

	gwt_maker_add_occurrence(place->maker, &at, variable);
}

/* 1. Echoes */

static bool accepted(const struct gwt_capture *capture)
{
	return capture->response.status >= 200 && capture->response.status < 300;
}

/*
 * An answer may contain the requested object or one below it. This is the path of that object, and the
 * pointer in it.
 */
struct owner {
	struct gwt_span path, pointer;
};

/* The part of "/a/b" below "/a", which is "/b"; absent when it is not below. */
static struct gwt_span below(struct gwt_span pointer, const char *prefix)
{
	size_t len = strlen(prefix);

	if (pointer.len <= len || memcmp(pointer.ptr, prefix, len) != 0 || pointer.ptr[len] != '/')
		return GWT_ABSENT;
	return gwt_span_slice(pointer, len, pointer.len);
}

static struct owner owner_of(struct gwt_arena *arena, struct gwt_span path, struct gwt_span pointer)
{
	struct owner owner = { path, pointer };
	struct gwt_span rest = below(owner.pointer, "/methodIntegration");

	if (rest.ptr)
		owner = (struct owner){
			gwt_arena_printf(arena, GWT_SPAN_FMT "/integration", GWT_SPAN_ARG(path)), rest
		};
	rest = below(owner.pointer, "/integrationResponses");
	if (rest.ptr) {
		struct gwt_span code =
			gwt_span_slice(rest, 1, 1 + gwt_span_find(gwt_span_slice(rest, 1, rest.len), '/'));

		owner.path = gwt_arena_printf(arena, GWT_SPAN_FMT "/responses/" GWT_SPAN_FMT,
					      GWT_SPAN_ARG(owner.path), GWT_SPAN_ARG(code));
		owner.pointer = gwt_span_slice(rest, 1 + code.len, rest.len);
	}
	return owner;
}

/* The pointer to the last value that a PATCH gives to `pointer`; absent when it gives none. */
static struct gwt_span patched(struct gwt_arena *arena, const struct gwt_json *body, struct gwt_span pointer)
{
	const struct gwt_json *operations = gwt_json_get(body, "patchOperations");
	struct gwt_span found = { NULL, 0 };
	size_t index = 0;

	for (const struct gwt_json *op = operations ? operations->child : NULL; op; op = op->next, index++)
		if (gwt_span_eq(gwt_json_get_text(op, "path"), pointer))
			found = gwt_arena_printf(arena, "/patchOperations/%zu/value", index);
	return found;
}

/*
 * Whether call `index` sets or removes the value at `owner`; *source is the pointer into its body, absent
 * when it sets none.
 */
static bool decides(struct gwt_maker *maker, size_t index, const struct owner *owner, struct gwt_span *source)
{
	const struct gwt_capture *capture = &maker->captures->items[index];

	*source = GWT_ABSENT;
	if (!gwt_method_writes(capture->request.method) || !accepted(capture) ||
	    !gwt_span_eq(capture->request.path, owner->path))
		return false;
	if (gwt_span_is(capture->request.method, "PATCH")) {
		*source = patched(maker->arena, maker->requests[index], owner->pointer);
		return source->ptr != NULL;
	}
	if (maker->requests[index] && gwt_json_pointer_get(maker->requests[index], owner->pointer))
		*source = owner->pointer;
	return true;
}

/* Find the call and the pointer where the value was written; false when no call wrote it. */
static bool written_at(const struct place *place, size_t *index, struct gwt_span *source)
{
	struct gwt_maker *maker = place->maker;
	struct owner owner = owner_of(maker->arena, maker->captures->items[place->interaction].request.path,
				      place->pointer);

	for (size_t i = place->interaction + 1; i-- > 0;)
		if (decides(maker, i, &owner, source)) {
			*index = i;
			return source->ptr != NULL;
		}
	return false;
}

/* True when the string repeats a written one, whether that has variables or not. */
static bool mark_echo(const struct place *place)
{
	struct gwt_maker *maker = place->maker;
	struct gwt_span source;
	size_t index, known = maker->len;
	const struct gwt_json *written;

	if (!written_at(place, &index, &source))
		return false;
	written = gwt_json_pointer_get(maker->requests[index], source);
	if (!gwt_json_is(written, place->value->type) || !gwt_span_eq(written->text, place->value->text))
		return false;
	for (size_t i = 0; i < known; i++) {
		struct gwt_position at = maker->marks[i].at;

		if (at.interaction == index && !at.in_response && at.part == GWT_AT_BODY &&
		    gwt_span_eq(at.pointer, source))
			mark_part(place, at.from, at.len, maker->marks[i].variable);
	}
	return true;
}

/* 2. Ids and times by the model */

/* `id` is the id of the operation's subject. */
static const char *type_of_id(struct gwt_span operation)
{
	static const struct {
		const char *suffix, *type;
	} rows[] = {
		{ "RestApi", "rest-api-id" },   { "RestApis", "rest-api-id" }, { "Resource", "resource-id" },
		{ "Resources", "resource-id" }, { "VpcLink", "vpc-link-id" },  { "VpcLinks", "vpc-link-id" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (gwt_span_ends(operation, gwt_span_of(rows[i].suffix)))
			return rows[i].type;
	return "id";
}

static const struct {
	const char *member, *type;
	bool only_bound; /* only when the value is bound: the service does not make such a value */
} id_members[] = {
	{ "id", NULL, false },
	{ "parentId", "resource-id", false },
	{ "rootResourceId", "resource-id", false },
	{ "clientCertificateId", "id", true },
	{ "cacheNamespace", "resource-id", true },
	{ "connectionId", "vpc-link-id", true },
};

static struct gwt_span last_name(struct gwt_span pointer)
{
	size_t at = pointer.len;

	while (at > 0 && pointer.ptr[at - 1] != '/')
		at--;
	return gwt_span_slice(pointer, at, pointer.len);
}

/*
 * A name such as "create.id" or "list.item.3.parentId", which is unique, since a step's id and a pointer are.
 */
static struct gwt_span name_of(const struct place *place)
{
	struct gwt_arena *arena = place->maker->arena;
	struct gwt_span id = place->maker->captures->items[place->interaction].id;
	struct gwt_span name = gwt_arena_printf(arena, GWT_SPAN_FMT GWT_SPAN_FMT, GWT_SPAN_ARG(id),
						GWT_SPAN_ARG(place->pointer));
	char *text = gwt_arena_cstr(arena, name);

	for (size_t i = id.len; text[i]; i++)
		if (text[i] == '/')
			text[i] = '.';
	return gwt_span_of(text);
}

static void mark_whole(const struct place *place, const char *type, bool only_bound)
{
	size_t variable = gwt_maker_bound(place->maker, type, place->value->text);

	if (variable == SIZE_MAX && only_bound)
		return;
	if (variable == SIZE_MAX)
		variable = gwt_maker_variable(place->maker, name_of(place), gwt_span_of(type),
					      place->value->text);
	mark_part(place, 0, 0, variable);
}

/* The object to which a time belongs: its id and its stage. */
struct thing {
	struct gwt_span id, stage;
};

static struct thing thing_of(const struct gwt_json *object)
{
	return (struct thing){ gwt_json_get_text(object, "id"), gwt_json_get_text(object, "stageName") };
}

static bool same_thing(const struct thing *a, const struct thing *b)
{
	return gwt_span_eq(a->id, b->id) && gwt_span_eq(a->stage, b->stage);
}

/* How many accepted calls, up to this one, wrote the object. */
static size_t writes_of(const struct place *place, const struct thing *thing)
{
	const struct gwt_captures *captures = place->maker->captures;
	size_t writes = 0;

	for (size_t i = 0; i <= place->interaction; i++) {
		struct thing answered = thing_of(place->maker->responses[i]);

		writes += gwt_method_writes(captures->items[i].request.method) &&
			  accepted(&captures->items[i]) && same_thing(&answered, thing);
	}
	return writes;
}

/*
 * Two times are one variable only when they are the same time of the same object: that two objects were
 * made, or one was changed, within one second is a coincidence. The creation date of an object stays when it
 * is changed.
 */
static struct gwt_span time_key(const struct place *place)
{
	struct gwt_arena *arena = place->maker->arena;
	struct gwt_span name = last_name(place->pointer);
	struct thing thing = thing_of(place->parent);
	size_t writes = gwt_span_is(name, "createdDate") ? 0 : writes_of(place, &thing);

	if (!thing.id.ptr && !thing.stage.ptr)
		thing.id = gwt_arena_printf(
			arena, GWT_SPAN_FMT "#" GWT_SPAN_FMT,
			GWT_SPAN_ARG(place->maker->captures->items[place->interaction].request.path),
			GWT_SPAN_ARG(place->pointer));
	return gwt_arena_printf(arena, GWT_SPAN_FMT "/" GWT_SPAN_FMT "/" GWT_SPAN_FMT "/%zu=" GWT_SPAN_FMT,
				GWT_SPAN_ARG(thing.id), GWT_SPAN_ARG(thing.stage), GWT_SPAN_ARG(name), writes,
				GWT_SPAN_ARG(place->value->text));
}

static void mark_time(const struct place *place)
{
	struct gwt_span key = time_key(place);
	size_t variable = gwt_maker_keyed(place->maker, key);

	if (variable == SIZE_MAX) {
		variable = gwt_maker_variable(place->maker, name_of(place), GWT_SPAN("timestamp"),
					      place->value->text);
		place->maker->keys[variable] = key;
	}
	mark_part(place, 0, 0, variable);
}

static const char *type_at(const struct place *place, size_t member)
{
	const struct gwt_capture *capture = &place->maker->captures->items[place->interaction];

	return id_members[member].type ? id_members[member].type : type_of_id(capture->operation);
}

/*
 * In the answer of an operation that the model does not have, `id` is an id if a request uses it; resources
 * have no others.
 */
static void mark_given(const struct place *place)
{
	struct gwt_span name = last_name(place->pointer);

	if (place->value->type != GWT_JSON_STRING || !place->value->text.len)
		return;
	for (size_t i = 0; i < GWT_LEN(id_members); i++)
		if (gwt_span_is(name, id_members[i].member)) {
			mark_whole(place, type_at(place, i), id_members[i].only_bound || !id_members[i].type);
			return;
		}
	mark_whole(place, "text", true);
}

static bool mark_modelled(const struct place *place)
{
	struct gwt_span name = last_name(place->pointer);

	if (place->member && place->member->shape == GWT_SHAPE_TIMESTAMP) {
		mark_time(place);
		return true;
	}
	if (!place->member || place->value->type != GWT_JSON_STRING || place->value->text.len == 0)
		return false;
	for (size_t i = 0; i < GWT_LEN(id_members); i++)
		if (gwt_span_is(name, id_members[i].member)) {
			mark_whole(place, type_at(place, i), id_members[i].only_bound);
			return true;
		}
	return false;
}

/* 3. Texts with holes */

/* The name in braces is a type. Ids that are not bound are kept, since the scenario wrote them. */
static const char *const error_texts[] = {
	"Invalid API identifier specified {account-id}:{rest-api-id}",
};

static bool in_hole(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
	       c == '_';
}

struct hole {
	struct gwt_span type;
	size_t from, len;
};

/*
 * Match `text` with `pattern`, and put its parts into `holes`; returns their number, or SIZE_MAX when it does
 * not match.
 */
static size_t fit(struct gwt_span pattern, struct gwt_span text, struct hole *holes, size_t cap)
{
	size_t at = 0, count = 0;

	for (size_t i = 0; i < pattern.len; i++) {
		size_t from = at;

		if (pattern.ptr[i] != '{') {
			if (at == text.len || text.ptr[at++] != pattern.ptr[i])
				return SIZE_MAX;
			continue;
		}
		while (at < text.len && in_hole(text.ptr[at]))
			at++;
		if (at == from || count == cap)
			return SIZE_MAX;
		holes[count].type = gwt_span_slice(
			pattern, i + 1, i + gwt_span_find(gwt_span_slice(pattern, i, pattern.len), '}'));
		holes[count].from = from;
		holes[count++].len = at - from;
		i += gwt_span_find(gwt_span_slice(pattern, i, pattern.len), '}');
	}
	return at == text.len ? count : SIZE_MAX;
}

static void mark_hole(const struct place *place, const struct hole *hole)
{
	struct gwt_maker *maker = place->maker;
	struct gwt_span live = gwt_span_slice(place->value->text, hole->from, hole->from + hole->len);
	size_t variable = gwt_maker_bound(maker, gwt_arena_cstr(maker->arena, hole->type), live);

	if (variable == SIZE_MAX && gwt_span_is(hole->type, "account-id"))
		variable = gwt_maker_variable(maker, GWT_SPAN("accountId"), hole->type, live);
	if (variable != SIZE_MAX && gwt_span_eq(maker->live[variable], live))
		mark_part(place, hole->from, hole->len, variable);
}

static bool mark_error_text(const struct place *place)
{
	struct hole holes[4];

	for (size_t i = 0; i < GWT_LEN(error_texts); i++) {
		size_t count = fit(gwt_span_of(error_texts[i]), place->value->text, holes, GWT_LEN(holes));

		for (size_t j = 0; count != SIZE_MAX && j < count; j++)
			mark_hole(place, &holes[j]);
		if (count != SIZE_MAX)
			return true;
	}
	return false;
}

/* Each of these words is followed by an id: "/restapis/abc/resources/def". */
static const struct {
	const char *segment, *type;
} link_ids[] = {
	{ "restapis", "rest-api-id" },
	{ "resources", "resource-id" },
	{ "vpclinks", "vpc-link-id" },
};

static void mark_link(const struct place *place)
{
	struct gwt_span text = place->value->text, rest = text, before = { NULL, 0 };

	while (rest.ptr) {
		struct gwt_span segment = gwt_span_cut(&rest, '/');

		for (size_t i = 0; i < GWT_LEN(link_ids); i++)
			if (segment.len && gwt_span_is(before, link_ids[i].segment))
				mark_hole(place,
					  &(struct hole){ gwt_span_of(link_ids[i].type),
							  (size_t)(segment.ptr - text.ptr), segment.len });
		before = segment;
	}
}

/* Mark a text of the model that is a value of this run, such as the name of an object in a list. */
static void mark_text(const struct place *place)
{
	bool text = place->value->type == GWT_JSON_STRING && place->value->text.len && place->member &&
		    place->member->shape == GWT_SHAPE_STRING && !place->member->values;

	if (text)
		mark_whole(place, "text", true);
}

static bool is_link(struct gwt_span pointer)
{
	return gwt_span_find_span(pointer, GWT_SPAN("/_links/")) < pointer.len &&
	       gwt_span_is(last_name(pointer), "href");
}

static void mark_value(const struct place *place)
{
	bool failed = !accepted(&place->maker->captures->items[place->interaction]);

	if (failed) {
		mark_error_text(place);
		return;
	}
	if (is_link(place->pointer))
		mark_link(place);
	else if (mark_echo(place))
		return;
	else if (!place->operation)
		mark_given(place);
	else if (!mark_modelled(place))
		mark_text(place);
}

/* Whether each child of `value` is a structure. HAL writes a list of one item as that item. */
static bool holds_structures(const struct gwt_member *member, const struct gwt_json *value)
{
	return member && (member->shape == GWT_SHAPE_STRUCTURE_MAP ||
			  (member->shape == GWT_SHAPE_STRUCTURE_LIST && value->type == GWT_JSON_ARRAY));
}

static void walk(struct place *place, struct gwt_buf *pointer, const struct gwt_json *value,
		 const struct gwt_member *member, const struct gwt_member *members)
{
	size_t index = 0, len = pointer->len;

	if (value->type == GWT_JSON_STRING || value->type == GWT_JSON_NUMBER) {
		place->pointer = gwt_buf_span(pointer);
		place->value = value;
		place->member = member;
		mark_value(place);
		return;
	}
	for (const struct gwt_json *child = value->child; child; child = child->next) {
		const struct gwt_json *around = place->parent;
		bool map = holds_structures(member, value);
		const struct gwt_member *inner = NULL;
		/* HAL has the list of a plain answer one level lower */
		bool embeds =
			!member && value->type == GWT_JSON_OBJECT && gwt_span_is(child->name, "_embedded");

		if (value->type == GWT_JSON_OBJECT) {
			gwt_json_pointer_add_name(pointer, child->name);
			inner = members && !map ? gwt_member_wired(members, GWT_PLACE_BODY, child->name)
						: NULL;
		} else {
			gwt_json_pointer_add_index(pointer, index++);
		}
		/*
		 * the items of a list or map of structures have the members of the container, one level lower
		 */
		place->parent = value->type == GWT_JSON_OBJECT ? value : NULL;
		walk(place, pointer, child, map ? NULL : inner,
		     map || embeds ? members
		     : inner       ? inner->members
				   : NULL);
		place->parent = around;
		pointer->len = len;
	}
}

void gwt_maker_find_in_answer(struct gwt_maker *maker, size_t interaction)
{
	struct place place = { .maker = maker, .interaction = interaction };
	gwt_auto(gwt_buf_release) struct gwt_buf pointer = { 0 };

	gwt_buf_init(&pointer, SIZE_MAX);
	if (!maker->responses[interaction])
		return;
	place.operation = gwt_operation_named(maker->captures->items[interaction].operation);
	walk(&place, &pointer, maker->responses[interaction], NULL,
	     place.operation ? place.operation->output : NULL);
}
