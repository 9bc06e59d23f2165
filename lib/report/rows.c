#include "lib/report/rows.h"

#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/report/row.h"

void gwt_rows_release(struct gwt_rows *rows)
{
	gwt_map_release(&rows->broken);
	gwt_map_release(&rows->names);
	gwt_arena_release(&rows->arena);
}

/* The key of a scenario's step in a session; its parts are lines, since names have no line feed. */
static struct gwt_span step_of(struct gwt_rows *rows, const struct gwt_json *row, const struct gwt_json *step)
{
	gwt_auto(gwt_buf_release) struct gwt_buf key = { .max = SIZE_MAX };

	gwt_buf_add(&key, gwt_json_get_text(row, "session"));
	gwt_buf_add_char(&key, '\n');
	gwt_row_place(&key, step);
	return gwt_arena_copy(&rows->arena, gwt_buf_span(&key));
}

const struct gwt_json *gwt_rows_cause(struct gwt_rows *rows, const struct gwt_json *row)
{
	const struct gwt_json *first = gwt_json_get(row, "comesAfter"), *cause = NULL;

	if (gwt_row_ok(row) || !gwt_json_get_text(row, "scenario").ptr)
		return NULL;
	if (first) {
		cause = gwt_map_get(&rows->broken, step_of(rows, row, first));
		if (!cause) /* a later row that misses the same step is a consequence of this one */
			gwt_map_put(&rows->broken, step_of(rows, row, first), (void *)(uintptr_t)row);
	}
	gwt_map_put(&rows->broken, step_of(rows, row, row), (void *)(uintptr_t)row);
	return cause;
}

bool gwt_rows_is_consequence(struct gwt_rows *rows, const struct gwt_json *row)
{
	return gwt_rows_cause(rows, row) != NULL;
}

struct gwt_span gwt_rows_name(struct gwt_rows *rows, const struct gwt_json *row)
{
	gwt_auto(gwt_buf_release) struct gwt_buf name = { .max = SIZE_MAX };
	struct gwt_span session = gwt_json_get_text(row, "session"), plain;
	size_t *count;

	gwt_row_title(&name, row);
	if (session.ptr)
		gwt_buf_printf(&name, " [" GWT_SPAN_FMT "]", GWT_SPAN_ARG(session));
	plain = gwt_arena_copy(&rows->arena, gwt_buf_span(&name));
	count = gwt_map_get(&rows->names, plain);
	if (!count) {
		count = gwt_arena_new(&rows->arena, size_t);
		gwt_map_put(&rows->names, plain, count);
	}
	if (++*count == 1)
		return plain;
	/* the name of a session could end like this, too */
	do {
		gwt_buf_clear(&name);
		gwt_buf_printf(&name, GWT_SPAN_FMT " (%zu)", GWT_SPAN_ARG(plain), (*count)++);
	} while (gwt_map_get(&rows->names, gwt_buf_span(&name)));
	--*count;
	plain = gwt_arena_copy(&rows->arena, gwt_buf_span(&name));
	count = gwt_arena_new(&rows->arena, size_t);
	*count = 1;
	gwt_map_put(&rows->names, plain, count);
	return plain;
}
