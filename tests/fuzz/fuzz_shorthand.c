/*
 * fuzz_shorthand.c - any text is shorthand, an object of its keys, or refused with a reason.
 */
#include <stdint.h>
#include <stdlib.h>

#include "awscli/shorthand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_arena arena = { 0 };
	struct gwt_json *value = NULL;
	struct gwt_span reason = { NULL, 0 };

	if (gwt_aws_shorthand(&arena, (struct gwt_span){ (const char *)data, size }, &value, &reason))
		must(value->type == GWT_JSON_OBJECT && value->len <= size);
	else
		must(reason.len > 0);
	gwt_arena_release(&arena);
	return 0;
}
