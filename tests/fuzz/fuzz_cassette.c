/*
 * fuzz_cassette.c - any bytes as a cassette: refused with a position, or written so that it reads and writes as
 * itself.
 */
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/cassette/cassette.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_written(struct gwt_arena *arena, const struct gwt_cassette *cassette)
{
	struct gwt_cassette back;
	struct gwt_error err;
	struct gwt_buf once, twice;

	gwt_buf_init(&once, SIZE_MAX);
	gwt_buf_init(&twice, SIZE_MAX);
	must(gwt_cassette_write(&once, cassette, &err) == GWT_OK);
	must(gwt_cassette_parse(arena, "w", gwt_buf_span(&once), &back, &err) == GWT_OK);
	must(back.interaction_count == cassette->interaction_count);
	must(gwt_cassette_write(&twice, &back, &err) == GWT_OK);
	must(gwt_span_eq(gwt_buf_span(&once), gwt_buf_span(&twice)));
	gwt_buf_release(&once);
	gwt_buf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_arena arena = { 0 };
	struct gwt_error err = { 0 };
	struct gwt_cassette cassette;
	gwt_status status = gwt_cassette_parse(&arena, "f", (struct gwt_span){ (const char *)data, size },
					       &cassette, &err);

	must(status == GWT_OK || strncmp(err.msg, "f:", 2) == 0);
	if (status == GWT_OK)
		check_written(&arena, &cassette);
	gwt_arena_release(&arena);
	return 0;
}
