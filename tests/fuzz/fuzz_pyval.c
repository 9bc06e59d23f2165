/*
 * fuzz_pyval.c - any bytes are JSON as CPython reads it, or refused with CPython's message; what was
 * read is written and read again as an equal value.
 */
#include <stdint.h>
#include <stdlib.h>

#include "awscli/pyval/pyval.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* NaN is not equal to itself. */
static bool has_nan(struct gwt_span text)
{
	return gwt_span_find_span(text, GWT_SPAN("NaN")) < text.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct gwt_py_dumps how = { .comma = ", ", .colon = ": " };
	struct gwt_span text = { (const char *)data, size };
	struct gwt_arena arena = { 0 };
	struct gwt_py_json_fault fault = { 0 };
	struct gwt_json *value, *again;
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	if (!gwt_py_json_read(&arena, text, false, &value, &fault)) {
		must(fault.message.len > 0);
	} else if (gwt_py_json_write(&out, value, &how)) {
		must(gwt_py_json_read(&arena, gwt_buf_span(&out), false, &again, &fault));
		must(has_nan(text) || gwt_py_equal(value, again));
	}
	gwt_buf_release(&out);
	gwt_arena_release(&arena);
	return 0;
}
