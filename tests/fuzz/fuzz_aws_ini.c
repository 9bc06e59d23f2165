/*
 * fuzz_aws_ini.c - any bytes are split into words, which together are not longer, or are refused; as a path,
 * their variables can be expanded.
 */
#include <stdint.h>
#include <stdlib.h>

#include "awscli/argparse.h"
#include "awscli/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_span text = { (const char *)data, size };
	struct gwt_words_list words = { 0 };
	struct gwt_arena arena = { 0 };
	size_t length = 0;

	if (gwt_py_shlex_split(&arena, text, &words))
		for (size_t i = 0; i < words.len; i++)
			length += words.items[i].len;
	must(length <= size);
	gwt_py_expandvars(&arena, text);
	gwt_arena_release(&arena);
	return 0;
}
