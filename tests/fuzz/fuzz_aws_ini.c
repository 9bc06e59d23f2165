/*
 * fuzz_aws_ini.c - any bytes are a config file, an object of sections that hold texts and blocks, or
 * refused; and as a command line they split into words that are never longer than it.
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

static void check_section(const struct gwt_json *section)
{
	must(section->type == GWT_JSON_OBJECT);
	for (const struct gwt_json *option = section->child; option; option = option->next)
		must(option->type == GWT_JSON_STRING || option->type == GWT_JSON_OBJECT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_span text = { (const char *)data, size };
	struct gwt_words_list words = { 0 };
	struct gwt_arena arena = { 0 };
	struct gwt_json *sections;
	size_t length = 0;

	if (gwt_aws_ini_parse(&arena, text, true, &sections) == GWT_INI_OK)
		for (const struct gwt_json *section = sections->child; section; section = section->next)
			check_section(section);
	if (gwt_py_shlex_split(&arena, text, &words))
		for (size_t i = 0; i < words.len; i++)
			length += words.items[i].len;
	must(length <= size);
	gwt_py_expandvars(&arena, text);
	gwt_arena_release(&arena);
	return 0;
}
