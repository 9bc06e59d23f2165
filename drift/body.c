/*
 * body.c - two bodies side by side, member by member.
 *
 * The service model comes along, so that a key of a map is distinguished from a member, and a new member that
 * clients show from one that they ignore; so does what was sent, where it is known.
 */
#include <stdlib.h>

#include "drift/change.h"
#include "drift/echo.h"
#include "drift/normal.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/order.h"
#include "lib/json/pointer.h"
#include "lib/model/model.h"

/*
 * Lookups in what was sent are linear; they are left out for a body with more members than any real one has.
 */
enum { MAX_SENT = 4096 };

/* What is known of a value. */
struct about {
	const struct gwt_member *member;  /* its row; NULL: none, or an item of a map or list */
	const struct gwt_member *members; /* rows of what is in it; NULL: none */
	bool known;                       /* the model has it */
	bool keys;                        /* its items have keys, as in a map or list */
	const struct gwt_json *sent;      /* NULL: not sent */
};

struct walk {
	const struct gwt_answers *answers;
	struct gwt_changes *out;
	struct gwt_buf at, cause;
	bool echoes;                                  /* what was sent is known */
	const struct gwt_json *order_was, *order_now; /* the first objects or lists in another order */
	struct gwt_span order_at;
};

static const struct gwt_member error_members[] = {
	{ "message", "message", GWT_PLACE_BODY, GWT_SHAPE_STRING, false, NULL, NULL, GWT_MODEL_REFERENCE },
	{ 0 },
};

static bool is_map(const struct gwt_member *member)
{
	return member->shape == GWT_SHAPE_STRING_MAP || member->shape == GWT_SHAPE_BOOLEAN_MAP ||
	       member->shape == GWT_SHAPE_STRUCTURE_MAP;
}

static const struct gwt_json *sent_member(const struct gwt_json *sent, struct gwt_span name)
{
	return gwt_json_is(sent, GWT_JSON_OBJECT) && sent->len <= MAX_SENT ? gwt_json_get_span(sent, name)
									   : NULL;
}

/* What is known of the member `name` of a value; its row is found by its wire name. */
static struct about about_member(const struct about *parent, struct gwt_span name)
{
	const struct gwt_member *member = NULL;

	if (parent->keys)
		return (struct about){ .members = parent->members,
				       .known = parent->known,
				       .sent = sent_member(parent->sent, name) };
	if (parent->members)
		member = gwt_member_wired(parent->members, GWT_PLACE_BODY, name);
	return (struct about){ .member = member,
			       .members = member ? member->members : NULL,
			       .known = member != NULL,
			       .keys = member && is_map(member),
			       .sent = sent_member(parent->sent, name) };
}

static struct about about_item(const struct about *list, size_t index)
{
	return (struct about){ .members = list->members,
			       .known = list->known,
			       .sent = gwt_json_is(list->sent, GWT_JSON_ARRAY) && index < MAX_SENT
					       ? gwt_json_at(list->sent, index)
					       : NULL };
}

static struct gwt_change *add_here(struct walk *walk, enum gwt_drift_rule rule, const struct gwt_json *was,
				   const struct gwt_json *now)
{
	return gwt_changes_add(walk->out, rule, gwt_buf_span(&walk->at), gwt_buf_span(&walk->cause), was,
			       now);
}

/* "timeoutInMillis", "requestTemplates/application~1json": the pointer as messages show it. */
static struct gwt_span name_here(const struct walk *walk)
{
	struct gwt_span at = gwt_buf_span(&walk->at);

	return gwt_span_slice(at, at.len > 0, at.len);
}

static void say(struct walk *walk, struct gwt_change *change, const struct about *about)
{
	struct gwt_span name = name_here(walk), was, now;

	if (walk->echoes) {
		gwt_echo_say(walk->out, change, name, about->sent);
		return;
	}
	was = change->was ? gwt_value_shown(walk->out->arena, change->was) : GWT_SPAN("absent");
	now = change->now ? gwt_value_shown(walk->out->arena, change->now) : GWT_SPAN("absent");
	gwt_change_say(walk->out, change, "'" GWT_SPAN_FMT "' was " GWT_SPAN_FMT ", is now " GWT_SPAN_FMT,
		       GWT_SPAN_ARG(name), GWT_SPAN_ARG(was), GWT_SPAN_ARG(now));
}

static void add_one_sided(struct walk *walk, const struct gwt_json *was, const struct gwt_json *now,
			  const struct about *about)
{
	enum gwt_drift_rule rule = was            ? GWT_DRIFT_RULE_MEMBER_REMOVED
				   : about->known ? GWT_DRIFT_RULE_MEMBER_MODELLED
						  : GWT_DRIFT_RULE_MEMBER_ADDED;

	say(walk, add_here(walk, rule, was, now), about);
}

static bool is_error_text(const struct walk *walk, const struct gwt_json *was)
{
	return walk->answers->was->status >= 400 && was->type == GWT_JSON_STRING &&
	       (gwt_span_is(gwt_buf_span(&walk->at), "/message") ||
		gwt_span_is(gwt_buf_span(&walk->at), "/Message"));
}

static enum gwt_drift_rule value_rule(const struct walk *walk, const struct about *about,
				      const struct gwt_json *was)
{
	if (!walk->echoes)
		return GWT_DRIFT_RULE_VALUE;
	if (!about->sent)
		return GWT_DRIFT_RULE_DEFAULT;
	return gwt_echo_of(about->sent, was) == GWT_ECHO_SAME ? GWT_DRIFT_RULE_ECHO : GWT_DRIFT_RULE_VALUE;
}

static void compare_scalars(struct walk *walk, const struct gwt_json *was, const struct gwt_json *now,
			    const struct about *about)
{
	if (gwt_normal_equal(was, now)) {
		if (was->type == GWT_JSON_NUMBER && !was->tag && !gwt_span_eq(was->text, now->text))
			say(walk, add_here(walk, GWT_DRIFT_RULE_NUMBER_FORM, was, now), about);
	} else if (is_error_text(walk, was)) {
		gwt_messages_compare(walk->answers, gwt_buf_span(&walk->at), was, now, walk->out);
	} else {
		say(walk, add_here(walk, value_rule(walk, about, was), was, now), about);
	}
}

static void compare_values(struct walk *walk, const struct gwt_json *was, const struct gwt_json *now,
			   const struct about *about);

static void compare_either(struct walk *walk, const struct gwt_json *was, const struct gwt_json *now,
			   const struct about *about)
{
	if (was && now)
		compare_values(walk, was, now, about);
	else
		add_one_sided(walk, was, now, about);
}

static void compare_member(struct walk *walk, const struct gwt_json *was, const struct gwt_json *now,
			   const struct about *parent)
{
	size_t at = walk->at.len, cause = walk->cause.len;
	struct gwt_span name = was ? was->name : now->name;
	struct about about = about_member(parent, name);

	gwt_json_pointer_add_name(&walk->at, name);
	gwt_json_pointer_add_name(&walk->cause, parent->keys ? GWT_SPAN("*") : name);
	compare_either(walk, was, now, &about);
	walk->at.len = at;
	walk->cause.len = cause;
}

static void compare_item(struct walk *walk, const struct gwt_json *was, const struct gwt_json *now,
			 size_t index, const struct about *list)
{
	size_t at = walk->at.len, cause = walk->cause.len;
	struct about about = about_item(list, index);

	gwt_json_pointer_add_index(&walk->at, index);
	gwt_json_pointer_add_name(&walk->cause, GWT_SPAN("*"));
	compare_either(walk, was, now, &about);
	walk->at.len = at;
	walk->cause.len = cause;
}

/* A changed order is one finding per answer, at its first place. */
static void note_order(struct walk *walk, const struct gwt_json *was, const struct gwt_json *now)
{
	if (walk->order_was)
		return;
	walk->order_was = was;
	walk->order_now = now;
	walk->order_at = gwt_arena_copy(walk->out->arena, gwt_buf_span(&walk->at));
}

/* Objects */

/* The members of two objects, by name, and which of them have a partner. */
struct members {
	struct gwt_json *few_was[GWT_JSON_FEW_MEMBERS], *few_now[GWT_JSON_FEW_MEMBERS];
	struct gwt_json **was, **now;
};

static bool is_common(struct gwt_json *const *sorted, size_t len, struct gwt_span name)
{
	size_t low = 0, high = len;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = gwt_span_cmp(sorted[middle]->name, name);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static const struct gwt_json *skip_lonely(const struct gwt_json *child, struct gwt_json *const *other,
					  size_t len)
{
	while (child && !is_common(other, len, child->name))
		child = child->next;
	return child;
}

static void compare_order(struct walk *walk, const struct gwt_json *was, const struct gwt_json *now,
			  const struct members *members)
{
	const struct gwt_json *a = skip_lonely(was->child, members->now, now->len);
	const struct gwt_json *b = skip_lonely(now->child, members->was, was->len);

	for (; a && b; a = skip_lonely(a->next, members->now, now->len),
		       b = skip_lonely(b->next, members->was, was->len))
		if (!gwt_span_eq(a->name, b->name)) {
			note_order(walk, was, now);
			return;
		}
}

static void compare_objects(struct walk *walk, const struct gwt_json *was, const struct gwt_json *now,
			    const struct about *about)
{
	struct members members;
	size_t a = 0, b = 0;

	members.was = gwt_json_sorted(was, members.few_was, gwt_json_by_bytes);
	members.now = gwt_json_sorted(now, members.few_now, gwt_json_by_bytes);
	while (a < was->len || b < now->len) {
		int order = a == was->len   ? 1
			    : b == now->len ? -1
					    : gwt_span_cmp(members.was[a]->name, members.now[b]->name);

		compare_member(walk, order <= 0 ? members.was[a] : NULL, order >= 0 ? members.now[b] : NULL,
			       about);
		a += order <= 0;
		b += order >= 0;
	}
	compare_order(walk, was, now, &members);
	if (members.was != members.few_was)
		free(members.was);
	if (members.now != members.few_now)
		free(members.now);
}

/* Lists */

/* Items between the equal ones at the front and at the back are paired by value up to this many. */
enum { MAX_PAIRED = 256 };

struct list {
	const struct gwt_json **items;
	size_t *partner; /* its partner's index + 1; 0: none */
	size_t len;
};

static struct list list_of(const struct gwt_json *array)
{
	struct list list = { gwt_xcalloc(array->len + 1, sizeof(*list.items)),
			     gwt_xcalloc(array->len + 1, sizeof(*list.partner)), 0 };

	for (const struct gwt_json *item = array->child; item; item = item->next)
		list.items[list.len++] = item;
	return list;
}

static void release(struct list *list)
{
	free(list->items);
	free(list->partner);
}

static void pair(struct list *was, size_t a, struct list *now, size_t b)
{
	was->partner[a] = b + 1;
	now->partner[b] = a + 1;
}

static void pair_ends(struct list *was, struct list *now, size_t *front, size_t *back)
{
	size_t shorter = was->len < now->len ? was->len : now->len;

	for (*front = 0; *front < shorter && gwt_normal_equal(was->items[*front], now->items[*front]);
	     ++*front)
		pair(was, *front, now, *front);
	for (*back = 0; *back < shorter - *front &&
			gwt_normal_equal(was->items[was->len - 1 - *back], now->items[now->len - 1 - *back]);
	     ++*back)
		pair(was, was->len - 1 - *back, now, now->len - 1 - *back);
}

/* Pair equal items anywhere in the middle; true when their order differs. */
static bool pair_middle(struct list *was, struct list *now, size_t front, size_t back)
{
	size_t last = 0;
	bool moved = false;

	for (size_t a = front; a < was->len - back; a++)
		for (size_t b = front; b < now->len - back; b++) {
			if (now->partner[b] || !gwt_normal_equal(was->items[a], now->items[b]))
				continue;
			pair(was, a, now, b);
			moved |= b < last;
			last = b;
			break;
		}
	return moved;
}

/* Items without an equal are compared in their order; what is left over was removed or added. */
static void compare_rest(struct walk *walk, const struct list *was, const struct list *now,
			 const struct about *about)
{
	size_t a = 0, b = 0;

	for (;; a++, b++) {
		while (a < was->len && was->partner[a])
			a++;
		while (b < now->len && now->partner[b])
			b++;
		if (a >= was->len && b >= now->len)
			return;
		compare_item(walk, a < was->len ? was->items[a] : NULL, b < now->len ? now->items[b] : NULL,
			     a < was->len ? a : b, about);
	}
}

static void compare_lists(struct walk *walk, const struct gwt_json *was, const struct gwt_json *now,
			  const struct about *about)
{
	struct list a = list_of(was), b = list_of(now);
	size_t front, back;

	pair_ends(&a, &b, &front, &back);
	if (a.len - front - back <= MAX_PAIRED && b.len - front - back <= MAX_PAIRED &&
	    pair_middle(&a, &b, front, back))
		note_order(walk, was, now);
	compare_rest(walk, &a, &b, about);
	release(&a);
	release(&b);
}

static void compare_values(struct walk *walk, const struct gwt_json *was, const struct gwt_json *now,
			   const struct about *about)
{
	if (strcmp(gwt_json_type_word(was->type), gwt_json_type_word(now->type)) != 0)
		say(walk, add_here(walk, GWT_DRIFT_RULE_TYPE, was, now), about);
	else if (was->type == GWT_JSON_OBJECT)
		compare_objects(walk, was, now, about);
	else if (was->type == GWT_JSON_ARRAY)
		compare_lists(walk, was, now, about);
	else
		compare_scalars(walk, was, now, about);
}

/* Whole bodies */

static const struct gwt_json *names_of(struct gwt_arena *arena, const struct gwt_json *json)
{
	struct gwt_json *names;

	if (json->type != GWT_JSON_OBJECT)
		return json;
	names = gwt_json_new(arena, GWT_JSON_ARRAY);
	for (const struct gwt_json *child = json->child; child; child = child->next)
		gwt_json_append(names, gwt_json_new_string(arena, child->name));
	return names;
}

static void add_order(struct walk *walk)
{
	struct gwt_changes *out = walk->out;
	struct gwt_change *change =
		gwt_changes_add(out, GWT_DRIFT_RULE_ORDER, GWT_SPAN(""), GWT_SPAN(""),
				names_of(out->arena, walk->order_was), names_of(out->arena, walk->order_now));

	gwt_change_say(out, change, "%s of '" GWT_SPAN_FMT "' come in another order",
		       walk->order_was->type == GWT_JSON_OBJECT ? "members" : "items",
		       GWT_SPAN_ARG(walk->order_at.len ? walk->order_at : GWT_SPAN("/")));
}

static void compare_json(const struct gwt_answers *answers, struct gwt_changes *out)
{
	bool error = answers->was->status >= 400;
	struct walk walk = { .answers = answers,
			     .out = out,
			     .at = { .max = SIZE_MAX },
			     .cause = { .max = SIZE_MAX },
			     .echoes = answers->sent && !error };
	struct about about = { .known = true,
			       .members = error                ? error_members
					  : answers->operation ? answers->operation->output
							       : NULL,
			       .sent = walk.echoes ? answers->sent : NULL };
	size_t before = out->len;

	compare_values(&walk, answers->was->json, answers->now->json, &about);
	if (walk.order_was)
		add_order(&walk);
	gwt_forms_compare(answers->was->body, answers->now->body, out->len == before, out);
	gwt_buf_release(&walk.at);
	gwt_buf_release(&walk.cause);
}

static const struct gwt_json *shown_body(struct gwt_arena *arena, const struct gwt_normal *answer)
{
	return answer->body.len ? gwt_json_new_string(arena, gwt_span_slice(answer->body, 0, 200)) : NULL;
}

static void compare_bytes(const struct gwt_answers *answers, struct gwt_changes *out)
{
	const struct gwt_normal *was = answers->was, *now = answers->now;
	enum gwt_drift_rule rule =
		was->json || !now->body.len ? GWT_DRIFT_RULE_BODY_REMOVED : GWT_DRIFT_RULE_BODY;
	struct gwt_change *change;

	if (!was->json && !now->json && gwt_span_eq(was->body, now->body))
		return;
	change = gwt_changes_add(out, rule, GWT_SPAN(""), GWT_SPAN(""), shown_body(out->arena, was),
				 shown_body(out->arena, now));
	gwt_change_say(out, change, "the body was %s of %zu bytes, is now %s of %zu bytes",
		       was->json ? "JSON" : "a text", was->body.len, now->json ? "JSON" : "a text",
		       now->body.len);
}

void gwt_bodies_compare(const struct gwt_answers *answers, struct gwt_changes *out)
{
	if (answers->was->json && answers->now->json)
		compare_json(answers, out);
	else
		compare_bytes(answers, out);
}
