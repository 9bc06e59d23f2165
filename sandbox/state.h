/*
 * state.h - what the sandbox remembers: a tree of objects.
 *
 * An object is a node with an id and its JSON as bytes: written once, parsed again by its reader, so that
 * nothing of a request outlives its arena and the memory in use is known to the byte. Each kind has a limit
 * per parent and all bytes together have one.
 */
#ifndef GWT_SANDBOX_STATE_H
#define GWT_SANDBOX_STATE_H

#include "lib/base/arena.h"
#include "lib/base/map.h"

struct gwt_sandbox_basis;

#define GWT_SANDBOX_MAX_BYTES (256u * 1024 * 1024) /* bodies, ids and nodes together */

#define GWT_SANDBOX_MAX_ENTRIES 2000 /* of one map or list in a request; an object takes five times as many */
#define GWT_SANDBOX_MAX_DEPTH   200  /* of resources below one another */

enum gwt_kind {
	GWT_KIND_ROOT, /* the account */
	GWT_KIND_API,
	GWT_KIND_RESOURCE,
	GWT_KIND_METHOD,
	GWT_KIND_METHOD_RESPONSE,
	GWT_KIND_INTEGRATION,
	GWT_KIND_INTEGRATION_RESPONSE,
	GWT_KIND_DEPLOYMENT,
	GWT_KIND_STAGE,
	GWT_KIND_VPC_LINK,
	GWT_KIND_MODEL,
	GWT_KIND_VALIDATOR,
	GWT_KIND_AUTHORIZER,
	GWT_KINDS,
};

struct gwt_node {
	enum gwt_kind kind;
	struct gwt_span
		id; /* API or resource id, HTTP method, status code, stage or model name; "" for an integration */
	struct gwt_span label;                 /* RESOURCE: its path part */
	const struct gwt_sandbox_basis *basis; /* the basis of the write that made it what it is */
	struct gwt_node *parent;
	struct gwt_node *above; /* RESOURCE: its parent; NULL for the root one */
	/* private */
	struct gwt_span body; /* compact JSON; absent until it is set; read with gwt_node_body() */
	struct gwt_map children;
	size_t counts[GWT_KINDS]; /* the number of children of each kind */
	bool doomed;
	char key[]; /* kind as a letter, then the id */
};

struct gwt_state {
	struct gwt_node *root;
	size_t bytes, max_bytes;
};

void gwt_state_init(struct gwt_state *state);
void gwt_state_release(struct gwt_state *state);

/* NULL when there is no such child, or `parent` is NULL. */
struct gwt_node *gwt_node_child(const struct gwt_node *parent, enum gwt_kind kind, struct gwt_span id);
/* Children of one kind in the order they were added: for (size_t i = 0; (n = gwt_node_next(p, kind, &i));) */
struct gwt_node *gwt_node_next(const struct gwt_node *parent, enum gwt_kind kind, size_t *i);
size_t gwt_node_count(const struct gwt_node *parent, enum gwt_kind kind);

/* Add a child without a body; NULL when a limit is reached. `id` is copied; no such child may exist. */
struct gwt_node *gwt_node_add(struct gwt_state *state, struct gwt_node *parent, enum gwt_kind kind,
			      struct gwt_span id);
/*
 * A copy of the body in `arena`, absent where none was set. It is a copy because it is parsed in place and
 * may outlive the next gwt_node_set_body() or the node itself.
 */
struct gwt_span gwt_node_body(const struct gwt_node *node, struct gwt_arena *arena);
/* Replace the body by a copy of `json`; false when a limit is reached: then the old body stays. */
bool gwt_node_set_body(struct gwt_state *state, struct gwt_node *node, struct gwt_span json);
/* The same for the label. */
bool gwt_node_set_label(struct gwt_state *state, struct gwt_node *node, struct gwt_span label);
/* Remove a node and everything below it; for a resource, also the resources below it. */
void gwt_node_remove(struct gwt_state *state, struct gwt_node *node);

#endif
