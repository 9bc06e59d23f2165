/*
 * fuzz_prompt.c - any bytes from a terminal are read as keys to their end, and any line can be completed as
 * far as it is understood.
 */
#include <stdint.h>
#include <stdlib.h>

#include "awscli/partial.h"
#include "awscli/prompt_keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_span rest = { (const char *)data, size };
	struct gwt_arena arena = { 0 };
	struct gwt_partial partial;

	gwt_aws_partial(&arena, rest, GWT_MODEL_REFERENCE, &partial);
	while (rest.len) {
		struct gwt_keystroke key;
		size_t early = gwt_key_parse(rest, false, &key), taken = gwt_key_parse(rest, true, &key);

		must(taken > 0 && taken <= rest.len && (early == 0 || early == taken));
		rest = gwt_span_slice(rest, taken, rest.len);
	}
	gwt_arena_release(&arena);
	return 0;
}
