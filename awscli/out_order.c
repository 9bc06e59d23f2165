/* out_order.c - members in the order that all formats but json print them in. */
#include "awscli/output.h"

#include <stdlib.h>

#include "lib/base/span.h"

static int by_name(const void *a, const void *b)
{
	return gwt_span_cmp((*(const struct gwt_json *const *)a)->name,
			    (*(const struct gwt_json *const *)b)->name);
}

const struct gwt_json **gwt_aws_sorted(struct gwt_arena *arena, const struct gwt_json *object)
{
	const struct gwt_json **members = gwt_arena_array(arena, const struct gwt_json *, object->len + 1);
	size_t count = 0;

	for (const struct gwt_json *member = object->child; member; member = member->next)
		members[count++] = member;
	qsort(members, count, sizeof(*members), by_name);
	return members;
}
