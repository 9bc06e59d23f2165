/* resource_path.c - where a resource is, as its API shows it. */
#include "sandbox/call.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"

/* Add the path parts from the root down to `resource`. */
static void add_path(struct gwt_buf *out, const struct gwt_node *resource)
{
	if (!resource->above)
		return;
	add_path(out, resource->above);
	gwt_buf_add_char(out, '/');
	gwt_buf_add(out, resource->label);
}

struct gwt_span gwt_resource_path(const struct gwt_call *call, const struct gwt_node *resource)
{
	struct gwt_buf path;
	struct gwt_span made;

	gwt_buf_init(&path, SIZE_MAX);
	add_path(&path, resource);
	made = gwt_arena_copy(call->arena, path.len ? gwt_buf_span(&path) : GWT_SPAN("/"));
	gwt_buf_release(&path);
	return made;
}
