#include "lib/model/misroute.h"

#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/model/related.h"

/* Longer paths are not a typing mistake. */
enum { MAX_SEGMENTS = 32 };

/* The segments of a path that are not empty. */
struct pieces {
	struct gwt_span items[MAX_SEGMENTS];
	size_t len;
	bool slashes; /* some were empty */
};

static bool cut(struct gwt_span path, struct pieces *out)
{
	struct gwt_span rest = gwt_span_slice(path, 1, path.len);

	out->len = 0;
	out->slashes = false;
	if (path.len < 2 || path.ptr[0] != '/')
		return false;
	while (rest.ptr) {
		struct gwt_span piece = gwt_span_cut(&rest, '/');

		if (piece.len && out->len == MAX_SEGMENTS)
			return false;
		if (piece.len)
			out->items[out->len++] = piece;
		else
			out->slashes = true;
	}
	return out->len > 0;
}

/* Whether the segments from `from` on fit this route when the case of letters is ignored. */
static bool fits(const struct gwt_service_operation *operation, const struct pieces *pieces, size_t from,
		 bool *other_case)
{
	struct gwt_span template = gwt_span_slice(gwt_span_of(operation->path), 1, SIZE_MAX);

	*other_case = false;
	for (size_t i = from; i < pieces->len; i++) {
		struct gwt_span want = gwt_span_cut(&template, '/');

		if (!want.ptr || (want.len && want.ptr[0] != '{' && !gwt_span_ieq(want, pieces->items[i])))
			return false;
		*other_case |= want.len && want.ptr[0] != '{' && !gwt_span_eq(want, pieces->items[i]);
	}
	return !template.ptr;
}

static size_t literals_of(const struct gwt_service_operation *operation)
{
	size_t literals = 0;

	for (struct gwt_span rest = gwt_span_of(operation->path); rest.ptr;) {
		struct gwt_span piece = gwt_span_cut(&rest, '/');

		literals += piece.len && piece.ptr[0] != '{';
	}
	return literals;
}

/* The route with the most literal segments of those that fit from `from` on. */
static bool find_from(struct gwt_span method, const struct pieces *pieces, size_t from,
		      struct gwt_misroute *out)
{
	size_t count, best = 0;
	const struct gwt_service_operation *operations = gwt_service_operations(&count);

	for (size_t i = 0; i < count; i++) {
		bool other_case;

		if (operations[i].imports || !gwt_span_is(method, operations[i].method) ||
		    literals_of(&operations[i]) <= best || !fits(&operations[i], pieces, from, &other_case))
			continue;
		best = literals_of(&operations[i]);
		out->operation = &operations[i];
		out->other_case = other_case;
	}
	return best > 0;
}

/* Whether a route of the service begins with this segment. If so, no prefix can reach past it. */
static bool begins_a_route(struct gwt_span piece)
{
	size_t count;
	const struct gwt_service_operation *operations = gwt_service_operations(&count);

	for (size_t i = 0; i < count; i++) {
		struct gwt_span rest = gwt_span_slice(gwt_span_of(operations[i].path), 1, SIZE_MAX);

		if (gwt_span_ieq(gwt_span_cut(&rest, '/'), piece))
			return true;
	}
	return false;
}

bool gwt_misroute_find(struct gwt_arena *arena, struct gwt_span method, struct gwt_span path,
		       struct gwt_span query, struct gwt_misroute *out)
{
	struct pieces pieces;

	*out = (struct gwt_misroute){ 0 };
	if (gwt_service_operation_of(arena, method, path, query) || !cut(path, &pieces))
		return false;
	out->slashes = pieces.slashes;
	for (size_t from = 0; from < pieces.len; from++) {
		if (find_from(method, &pieces, from, out)) {
			if (from)
				out->prefix = gwt_span_slice(path, 0,
							     (size_t)(pieces.items[from].ptr - path.ptr) - 1);
			return out->other_case || out->slashes || out->prefix.ptr;
		}
		if (begins_a_route(pieces.items[from]))
			return false;
	}
	return false;
}

struct gwt_span gwt_misroute_text(struct gwt_arena *arena, const struct gwt_misroute *misroute)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	const char *between = "";

	gwt_buf_printf(&out, "%s %s (%s) differs only by ", misroute->operation->method,
		       misroute->operation->path, misroute->operation->name);
	if (misroute->prefix.ptr) {
		gwt_buf_printf(&out, "the prefix '" GWT_SPAN_FMT "'",
			       GWT_SPAN_ARG(gwt_span_begin(misroute->prefix, 200)));
		between = " and ";
	}
	if (misroute->other_case) {
		gwt_buf_printf(&out, "%sthe case of its letters", between);
		between = " and ";
	}
	if (misroute->slashes)
		gwt_buf_printf(&out, "%sa slash too many", between);
	return gwt_arena_copy(arena, gwt_buf_span(&out));
}
