/*
 * order.c - sorts members by name.
 */
#include "lib/json/order.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/span.h"

int gwt_json_by_bytes(const void *a, const void *b)
{
	return gwt_span_cmp((*(struct gwt_json *const *)a)->name, (*(struct gwt_json *const *)b)->name);
}

/*
 * The orders of UTF-8 and UTF-16 differ in one case: characters over U+FFFF (first byte F0 to F4) are
 * surrogates in UTF-16 and come before U+E000 to U+FFFF (first byte EE, EF). Only first bytes are that high.
 */
static int utf16_rank(unsigned char c)
{
	if (c >= 0xf0)
		return c - 2;
	return c >= 0xee ? c + 5 : c;
}

int gwt_json_by_utf16(const void *a, const void *b)
{
	struct gwt_span x = (*(struct gwt_json *const *)a)->name, y = (*(struct gwt_json *const *)b)->name;
	size_t n = x.len < y.len ? x.len : y.len;

	for (size_t i = 0; i < n; i++)
		if (x.ptr[i] != y.ptr[i])
			return utf16_rank((unsigned char)x.ptr[i]) - utf16_rank((unsigned char)y.ptr[i]);
	return (x.len > y.len) - (x.len < y.len);
}

static void insertion_sort(struct gwt_json **items, size_t len, gwt_json_order *order)
{
	for (size_t i = 1; i < len; i++) {
		struct gwt_json *item = items[i];
		size_t j = i;

		for (; j > 0 && order(&items[j - 1], &item) > 0; j--)
			items[j] = items[j - 1];
		items[j] = item;
	}
}

struct gwt_json **gwt_json_sorted(const struct gwt_json *json, struct gwt_json *few[GWT_JSON_FEW_MEMBERS],
				  gwt_json_order *order)
{
	struct gwt_json **items = few;
	size_t len = 0;

	if (json->len > GWT_JSON_FEW_MEMBERS)
		items = gwt_xcalloc(json->len, sizeof(struct gwt_json *));
	for (struct gwt_json *m = json->child; m; m = m->next)
		items[len++] = m;
	if (items == few)
		insertion_sort(items, len, order);
	else
		qsort(items, len, sizeof(struct gwt_json *), order);
	return items;
}
