#include "sandbox/state.h"

#include <stdlib.h>

#include "lib/base/span.h"

/* The most objects of a kind under one parent: far above AWS's quotas, to stop only runaway clients. */
static const size_t max_children[GWT_KINDS] = {
	[GWT_KIND_ROOT] = 1,
	[GWT_KIND_API] = 10000,
	[GWT_KIND_RESOURCE] = 100000,
	[GWT_KIND_METHOD] = 16,
	[GWT_KIND_METHOD_RESPONSE] = 500,
	[GWT_KIND_INTEGRATION] = 1,
	[GWT_KIND_INTEGRATION_RESPONSE] = 500,
	[GWT_KIND_DEPLOYMENT] = 10000,
	[GWT_KIND_STAGE] = 1000,
	[GWT_KIND_VPC_LINK] = 10000,
	[GWT_KIND_MODEL] = 1000,
	[GWT_KIND_VALIDATOR] = 1000,
	[GWT_KIND_AUTHORIZER] = 1000,
};

static struct gwt_node *new_node(enum gwt_kind kind, struct gwt_span id)
{
	struct gwt_node *node = gwt_xcalloc(1, sizeof(*node) + id.len + 2);

	node->kind = kind;
	node->key[0] = (char)('A' + (int)kind);
	if (id.len)
		gwt_copy(node->key + 1, id.ptr, id.len);
	node->id = (struct gwt_span){ node->key + 1, id.len };
	return node;
}

static size_t node_bytes(const struct gwt_node *node)
{
	return sizeof(*node) + node->id.len + 2 + node->body.len + node->label.len;
}

static void free_node(struct gwt_state *state, struct gwt_node *node)
{
	struct gwt_map_entry *entry;

	for (size_t i = 0; (entry = gwt_map_next(&node->children, &i));)
		free_node(state, entry->value);
	state->bytes -= node_bytes(node);
	gwt_map_release(&node->children);
	free((char *)node->body.ptr);
	free((char *)node->label.ptr);
	free(node);
}

void gwt_state_init(struct gwt_state *state)
{
	state->root = new_node(GWT_KIND_ROOT, GWT_SPAN(""));
	state->bytes = node_bytes(state->root);
	state->max_bytes = GWT_SANDBOX_MAX_BYTES;
}

void gwt_state_release(struct gwt_state *state)
{
	if (state->root)
		free_node(state, state->root);
	state->root = NULL;
}

struct gwt_node *gwt_node_child(const struct gwt_node *parent, enum gwt_kind kind, struct gwt_span id)
{
	char small[256]; /* a longer key is allocated */
	char *key = small;
	struct gwt_node *found;

	if (!parent)
		return NULL;
	if (id.len + 1 > sizeof(small))
		key = gwt_xcalloc(1, id.len + 1);
	key[0] = (char)('A' + (int)kind);
	if (id.len)
		gwt_copy(key + 1, id.ptr, id.len);
	found = gwt_map_get(&parent->children, (struct gwt_span){ key, id.len + 1 });
	if (key != small)
		free(key);
	return found;
}

struct gwt_node *gwt_node_next(const struct gwt_node *parent, enum gwt_kind kind, size_t *i)
{
	struct gwt_map_entry *entry;

	while ((entry = gwt_map_next(&parent->children, i)))
		if (((struct gwt_node *)entry->value)->kind == kind)
			return entry->value;
	return NULL;
}

size_t gwt_node_count(const struct gwt_node *parent, enum gwt_kind kind)
{
	return parent->counts[kind];
}

struct gwt_node *gwt_node_add(struct gwt_state *state, struct gwt_node *parent, enum gwt_kind kind,
			      struct gwt_span id)
{
	struct gwt_node *node;

	if (parent->counts[kind] >= max_children[kind] ||
	    state->bytes + sizeof(*node) + id.len + 2 > state->max_bytes)
		return NULL;
	node = new_node(kind, id);
	node->parent = parent;
	gwt_map_put(&parent->children, (struct gwt_span){ node->key, id.len + 1 }, node);
	parent->counts[kind]++;
	state->bytes += node_bytes(node);
	return node;
}

static bool replace(struct gwt_state *state, struct gwt_span *held, struct gwt_span bytes)
{
	char *copy;

	if (state->bytes - held->len + bytes.len > state->max_bytes)
		return false;
	copy = gwt_xrealloc(NULL, bytes.len);
	if (bytes.len)
		gwt_copy(copy, bytes.ptr, bytes.len);
	state->bytes = state->bytes - held->len + bytes.len;
	free((char *)held->ptr);
	*held = (struct gwt_span){ copy, bytes.len };
	return true;
}

struct gwt_span gwt_node_body(const struct gwt_node *node, struct gwt_arena *arena)
{
	return node->body.ptr ? gwt_arena_copy(arena, node->body) : node->body;
}

bool gwt_node_set_body(struct gwt_state *state, struct gwt_node *node, struct gwt_span json)
{
	return replace(state, &node->body, json);
}

bool gwt_node_set_label(struct gwt_state *state, struct gwt_node *node, struct gwt_span label)
{
	return replace(state, &node->label, label);
}

static bool lies_under(const struct gwt_node *resource, const struct gwt_node *ancestor)
{
	for (resource = resource->above; resource; resource = resource->above)
		if (resource == ancestor)
			return true;
	return false;
}

static void detach(struct gwt_state *state, struct gwt_node *node)
{
	gwt_map_remove(&node->parent->children, (struct gwt_span){ node->key, node->id.len + 1 });
	node->parent->counts[node->kind]--;
	free_node(state, node);
}

/* Two passes, since the chain of `above` must be complete while it is followed. */
static void remove_under(struct gwt_state *state, struct gwt_node *top)
{
	struct gwt_node *api = top->parent, *node;

	for (size_t i = 0; (node = gwt_node_next(api, GWT_KIND_RESOURCE, &i));)
		node->doomed = lies_under(node, top);
	for (size_t i = 0; (node = gwt_node_next(api, GWT_KIND_RESOURCE, &i));)
		if (node->doomed)
			detach(state, node);
}

void gwt_node_remove(struct gwt_state *state, struct gwt_node *node)
{
	if (node->kind == GWT_KIND_RESOURCE)
		remove_under(state, node);
	detach(state, node);
}
