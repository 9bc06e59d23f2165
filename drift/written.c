#include "drift/written.h"

#include "lib/base/arena.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/model/model.h"

void gwt_written_init(struct gwt_written *written, struct gwt_arena *arena)
{
	*written = (struct gwt_written){ .arena = arena };
}

void gwt_written_release(struct gwt_written *written)
{
	gwt_map_release(&written->sent);
}

static struct gwt_span method_of(const struct gwt_normal *request)
{
	return gwt_span_slice(request->target, 0, gwt_span_find(request->target, ' '));
}

static struct gwt_span path_of(const struct gwt_normal *request)
{
	struct gwt_span path =
		gwt_span_slice(request->target, method_of(request).len + 1, request->target.len);

	return gwt_span_slice(path, 0, gwt_span_find(path, '?'));
}

/* What was sent */

/* A patch: "/timeoutInMillis" and a text. A path below a member makes the whole member unknown. */
static void patch_one(struct gwt_arena *arena, struct gwt_json *sent, const struct gwt_json *operation)
{
	struct gwt_span path = gwt_json_get_text(operation, "path"), op = gwt_json_get_text(operation, "op");
	const struct gwt_json *value = gwt_json_get(operation, "value");
	struct gwt_span name = gwt_span_slice(path, 1, path.len);
	bool deep = gwt_span_find(name, '/') < name.len;

	name = gwt_span_slice(name, 0, gwt_span_find(name, '/'));
	gwt_json_remove(sent, name);
	if (!deep && value && !gwt_span_is(op, "remove"))
		gwt_json_set(arena, sent, gwt_arena_copy(arena, name), gwt_json_copy(arena, value));
}

static const struct gwt_json *patched(struct gwt_written *written, struct gwt_span path,
				      const struct gwt_json *body)
{
	const struct gwt_json *before = gwt_map_get(&written->sent, path);
	const struct gwt_json *operations = gwt_json_get(body, "patchOperations");
	struct gwt_json *sent;

	if (!before)
		return NULL;
	sent = gwt_json_copy(written->arena, before);
	if (gwt_json_is(operations, GWT_JSON_ARRAY))
		for (const struct gwt_json *one = operations->child; one; one = one->next)
			patch_one(written->arena, sent, one);
	return sent;
}

static const struct gwt_json *body_sent(struct gwt_written *written, struct gwt_span method,
					struct gwt_span path, const struct gwt_json *body)
{
	if (gwt_span_is(method, "PATCH"))
		return patched(written, path, body);
	if (gwt_span_is(method, "DELETE"))
		return NULL;
	return gwt_json_is(body, GWT_JSON_OBJECT) ? body : gwt_json_new(written->arena, GWT_JSON_OBJECT);
}

const struct gwt_json *gwt_written_sent(struct gwt_written *written, const struct gwt_normal *request,
					bool accepted)
{
	struct gwt_span method = method_of(request), path = path_of(request);
	const struct gwt_json *sent;

	if (!gwt_method_writes(method))
		return gwt_map_get(&written->sent, path);
	sent = body_sent(written, method, path, request->json);
	if (accepted && sent)
		gwt_map_put(&written->sent, path, (void *)(uintptr_t)sent);
	else if (accepted)
		gwt_map_remove(&written->sent, path);
	return sent;
}

/* Writes that were answered differently */

static bool is_at_or_below(struct gwt_span path, struct gwt_span above)
{
	return gwt_span_starts(path, above) && (path.len == above.len || path.ptr[above.len] == '/');
}

void gwt_written_flip(struct gwt_written *written, const struct gwt_normal *request,
		      struct gwt_finding *finding)
{
	if (!gwt_method_writes(method_of(request)))
		return;
	GWT_GROW(written->arena, written->flips, written->flip_count, written->flip_cap);
	written->flips[written->flip_count++] = (struct gwt_written_flip){ path_of(request), finding };
}

void gwt_written_settle(struct gwt_written *written, const struct gwt_normal *request, bool was_accepted,
			bool now_accepted)
{
	struct gwt_span path = path_of(request);
	size_t kept = 0;

	if (!was_accepted || !now_accepted || !gwt_method_writes(method_of(request)) ||
	    gwt_span_is(method_of(request), "PATCH"))
		return;
	for (size_t i = 0; i < written->flip_count; i++)
		if (!is_at_or_below(written->flips[i].path, path))
			written->flips[kept++] = written->flips[i];
	written->flip_count = kept;
}

struct gwt_finding *gwt_written_cause(const struct gwt_written *written, const struct gwt_normal *request)
{
	struct gwt_span path = path_of(request);

	for (size_t i = written->flip_count; i > 0; i--)
		if (is_at_or_below(path, written->flips[i - 1].path) ||
		    is_at_or_below(written->flips[i - 1].path, path))
			return written->flips[i - 1].finding;
	return NULL;
}
