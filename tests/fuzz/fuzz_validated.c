/*
 * fuzz_validated.c - any bytes as VALIDATED.json: refused with a position, or written so that it reads and
 * merges as itself.
 */
#include "lib/store/merge.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_written(struct gwt_arena *arena, const struct gwt_validated *validated)
{
	struct gwt_merge same;
	struct gwt_validated back;
	struct gwt_error err;
	struct gwt_buf out, merged;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_buf_init(&merged, SIZE_MAX);
	gwt_validated_write(&out, validated);
	must(gwt_validated_parse(arena, "w", gwt_buf_span(&out), &back, &err) == GWT_OK &&
	     back.len == validated->len);
	same = (struct gwt_merge){ gwt_buf_span(&out), gwt_buf_span(&out), gwt_buf_span(&out) };
	must(gwt_merge_validated(arena, &same, &merged, &err) == GWT_OK);
	must(gwt_span_eq(gwt_buf_span(&merged), gwt_buf_span(&out)));
	gwt_buf_release(&out);
	gwt_buf_release(&merged);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_arena arena = { 0 };
	struct gwt_error err = { 0 };
	struct gwt_validated validated;
	gwt_status status = gwt_validated_parse(&arena, "f", (struct gwt_span){ (const char *)data, size },
						&validated, &err);

	must(status == GWT_OK || strncmp(err.msg, "f:", 2) == 0);
	if (status == GWT_OK)
		check_written(&arena, &validated);
	gwt_arena_release(&arena);
	return 0;
}
