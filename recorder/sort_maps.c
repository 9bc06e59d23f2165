#include "recorder/sort_maps.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/model/model.h"
#include "lib/json/json.h"

static bool shuffles(struct gwt_span client)
{
	static const char *const clients[] = { "terraform-provider-aws/", "Terraform/", "aws-sdk-go-v2/" };

	for (size_t i = 0; i < GWT_LEN(clients); i++)
		if (gwt_span_starts(client, gwt_span_of(clients[i])))
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return gwt_span_cmp((*(const struct gwt_json *const *)a)->name,
			    (*(const struct gwt_json *const *)b)->name);
}

/* Add the members of `map` in the order of their names, each unchanged; the bytes between them stay. */
static void add_sorted(struct gwt_buf *out, struct gwt_span source, const struct gwt_json *map,
		       struct gwt_arena *arena)
{
	const struct gwt_json **sorted = gwt_arena_array(arena, const struct gwt_json *, map->len);
	size_t at = map->offset, i = 0;

	for (const struct gwt_json *item = map->child; item; item = item->next)
		sorted[i++] = item;
	qsort(sorted, map->len, sizeof(*sorted), by_name);
	i = 0;
	for (const struct gwt_json *place = map->child; place; place = place->next, i++) {
		gwt_buf_add(out, gwt_span_slice(source, at, place->name_offset));
		gwt_buf_add(out, gwt_span_slice(source, sorted[i]->name_offset, sorted[i]->end));
		at = place->end;
	}
	gwt_buf_add(out, gwt_span_slice(source, at, map->end));
}

static bool is_map(const struct gwt_operation *operation, const struct gwt_json *value)
{
	const struct gwt_member *member = gwt_member_wired(operation->input, GWT_PLACE_BODY, value->name);

	return member && (member->shape == GWT_SHAPE_STRING_MAP || member->shape == GWT_SHAPE_BOOLEAN_MAP) &&
	       value->type == GWT_JSON_OBJECT && value->len > 1;
}

void gwt_sort_maps(struct gwt_request *request, struct gwt_span client, struct gwt_arena *arena)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };
	struct gwt_span source = request->body;
	struct gwt_route route;
	struct gwt_json *body;
	size_t at = 0;

	gwt_buf_init(&out, SIZE_MAX);
	if (!shuffles(client) || request->chunked ||
	    !gwt_route_find(request->method, request->path, &route) ||
	    !gwt_json_parse(arena, source, &body, NULL))
		return;
	for (const struct gwt_json *value = body->child; value; value = value->next) {
		if (!is_map(route.operation, value))
			continue;
		gwt_buf_add(&out, gwt_span_slice(source, at, value->offset));
		add_sorted(&out, source, value, arena);
		at = value->end;
	}
	gwt_buf_add(&out, gwt_span_slice(source, at, source.len));
	request->body = request->raw_body = gwt_arena_copy(arena, gwt_buf_span(&out));
}
