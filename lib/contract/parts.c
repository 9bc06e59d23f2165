/*
 * parts.c - puts path, query and headers into their contract form.
 */
#include "lib/contract/parts.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/contract/canonical.h"
#include "lib/http/uri.h"
#include "lib/contract/header_rules.h"
#include "lib/http/headers.h"

void gwt_contract_add_path(struct gwt_buf *out, struct gwt_span path)
{
	gwt_uri_normalize_path(out, path);
}

static void add_named(struct gwt_arena *arena, struct gwt_named_list *list, struct gwt_span name,
		      struct gwt_span value)
{
	GWT_GROW(arena, list->items, list->len, list->cap);
	list->items[list->len++] = (struct gwt_named){ name, value };
}

static int compare_named(const void *a, const void *b)
{
	const struct gwt_named *x = a, *y = b;
	int by_name = gwt_span_cmp(x->name, y->name);

	return by_name ? by_name : gwt_span_cmp(x->value, y->value);
}

static bool is_sorted(const struct gwt_named_list *list)
{
	for (size_t i = 1; i < list->len; i++)
		if (compare_named(&list->items[i - 1], &list->items[i]) > 0)
			return false;
	return true;
}

static void sort_named(struct gwt_named_list *list)
{
	if (!is_sorted(list))
		qsort(list->items, list->len, sizeof(*list->items), compare_named);
}

static struct gwt_span normalized(struct gwt_arena *arena, struct gwt_buf *scratch, struct gwt_span s)
{
	gwt_buf_clear(scratch);
	gwt_uri_normalize(scratch, s);
	return gwt_arena_copy(arena, gwt_buf_span(scratch));
}

void gwt_contract_query(struct gwt_span query, struct gwt_arena *arena, struct gwt_named_list *out)
{
	struct gwt_buf scratch;

	*out = (struct gwt_named_list){ 0 };
	if (!query.len)
		return;
	gwt_buf_init(&scratch, SIZE_MAX);
	while (query.ptr) {
		struct gwt_span value = gwt_span_cut(&query, '&');
		struct gwt_span name;

		if (!value.len)
			continue;
		name = gwt_span_cut(&value, '=');
		name = normalized(arena, &scratch, name);
		add_named(arena, out, name, normalized(arena, &scratch, value));
	}
	gwt_buf_release(&scratch);
	sort_named(out);
}

static struct gwt_span lower_case(struct gwt_arena *arena, struct gwt_span s)
{
	char *copy = gwt_arena_bytes(arena, s.len);

	for (size_t i = 0; i < s.len; i++)
		copy[i] = (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] + 32 : s.ptr[i]);
	return (struct gwt_span){ copy, s.len };
}

static struct gwt_span joined(struct gwt_arena *arena, struct gwt_span a, struct gwt_span b)
{
	char *both = gwt_arena_bytes(arena, a.len + 1 + b.len);

	if (a.len)
		gwt_copy(both, a.ptr, a.len);
	both[a.len] = ',';
	if (b.len)
		gwt_copy(both + a.len + 1, b.ptr, b.len);
	return (struct gwt_span){ both, a.len + 1 + b.len };
}

static struct gwt_named *find_named(struct gwt_named_list *list, struct gwt_span name)
{
	for (size_t i = 0; i < list->len; i++)
		if (gwt_span_ieq(list->items[i].name, name))
			return &list->items[i];
	return NULL;
}

/* The name in lower case; names known by number are not copied. */
static struct gwt_span contract_name(const struct gwt_header *header, struct gwt_arena *arena)
{
	switch (gwt_header_id(header)) {
	case GWT_HEADER_ACCEPT:
		return GWT_SPAN("accept");
	case GWT_HEADER_CONTENT_TYPE:
		return GWT_SPAN("content-type");
	default:
		return lower_case(arena, header->name);
	}
}

void gwt_contract_headers(const struct gwt_headers *headers, bool has_body, struct gwt_arena *arena,
			  struct gwt_named_list *out)
{
	*out = (struct gwt_named_list){ 0 };
	for (size_t i = 0; i < headers->len; i++) {
		const struct gwt_header *header = &headers->items[i];
		struct gwt_named *known;
		struct gwt_span value;

		if (!gwt_header_id_is_contract(gwt_header_id(header), has_body))
			continue;
		value = gwt_span_trim(header->value);
		known = find_named(out, header->name);
		if (known)
			known->value = joined(arena, known->value, value);
		else
			add_named(arena, out, contract_name(header, arena), value);
	}
	sort_named(out);
}

struct gwt_span gwt_joined_content_type(const struct gwt_headers *headers, struct gwt_arena *arena)
{
	struct gwt_span all = { NULL, 0 };

	for (size_t i = 0; i < headers->len; i++) {
		struct gwt_span value;

		if (gwt_header_id(&headers->items[i]) != GWT_HEADER_CONTENT_TYPE)
			continue;
		value = gwt_span_trim(headers->items[i].value);
		all = all.ptr ? joined(arena, all, value) : value;
	}
	return all;
}
