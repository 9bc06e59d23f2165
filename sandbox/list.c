/*
 * list.c - answers that are lists: in the order of ids, a page at a time.
 */
#include <stdlib.h>

#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/call.h"
#include "sandbox/state.h"

enum { PAGE = 25, MAX_PAGE = 500 }; /* from the API reference */

bool gwt_get_node(struct gwt_call *call)
{
	call->output = gwt_call_read(call, call->node);
	return gwt_call_rests_on_node(call, call->node);
}

bool gwt_delete_node(struct gwt_call *call)
{
	gwt_node_remove(&call->sandbox->state, call->node);
	call->node = NULL;
	return true;
}

static int by_id(const void *a, const void *b)
{
	return gwt_span_cmp((*(struct gwt_node *const *)a)->id, (*(struct gwt_node *const *)b)->id);
}

struct gwt_node **gwt_call_list(const struct gwt_call *call, const struct gwt_node *parent,
				enum gwt_kind kind)
{
	size_t count = gwt_node_count(parent, kind), len = 0;
	struct gwt_node **nodes = gwt_arena_array(call->arena, struct gwt_node *, count + 1), *node;

	for (size_t i = 0; (node = gwt_node_next(parent, kind, &i));)
		nodes[len++] = node;
	qsort(nodes, len, sizeof(struct gwt_node *), by_id);
	return nodes;
}

void gwt_call_add_map(const struct gwt_call *call, struct gwt_json *json, const char *name,
		      const struct gwt_node *parent, enum gwt_kind kind)
{
	struct gwt_json *map;
	struct gwt_node *child;

	if (gwt_node_count(parent, kind) == 0)
		return;
	map = gwt_json_add_object(call->arena, json, name);
	for (size_t i = 0; (child = gwt_node_next(parent, kind, &i));)
		gwt_json_add_span(call->arena, map, child->id, gwt_call_read(call, child));
}

static bool page_size(struct gwt_call *call, uint64_t *size)
{
	struct gwt_span limit = gwt_call_query(call, "limit");

	*size = PAGE;
	if (!limit.ptr)
		return true;
	return (gwt_span_to_u64(limit, MAX_PAGE, size) && *size > 0) ||
	       gwt_call_fail(call, GWT_RULE_BAD_LIMIT);
}

struct gwt_json *gwt_read_node(struct gwt_call *call, const struct gwt_node *node)
{
	gwt_call_rests_on_node(call, node);
	return gwt_call_read(call, node);
}

/* The position of a page is the id of the last item before it. */
bool gwt_call_answer_list(struct gwt_call *call, const struct gwt_node *parent, enum gwt_kind kind,
			  struct gwt_json *(*read)(struct gwt_call *call, const struct gwt_node *node))
{
	struct gwt_node **nodes = gwt_call_list(call, parent, kind);
	struct gwt_span after = gwt_call_query(call, "position");
	struct gwt_json *items;
	uint64_t size;

	if (!page_size(call, &size))
		return false;
	while (after.ptr && *nodes && gwt_span_cmp((*nodes)->id, after) <= 0)
		nodes++;
	call->output = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	call->listed = nodes;
	items = gwt_json_add_array(call->arena, call->output, "item");
	for (; *nodes && items->len < size; nodes++)
		gwt_json_append(items, read(call, *nodes));
	if (*nodes)
		gwt_json_add_string(call->arena, call->output, "position", nodes[-1]->id);
	return true;
}
