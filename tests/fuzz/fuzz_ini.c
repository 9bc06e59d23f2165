/*
 * fuzz_ini.c - any bytes are a file of sections or an error with its line; what
 * was read can be looked up, and a command line is never longer than its spelling.
 */
#include <stdint.h>
#include <stdlib.h>

#include "lib/awsconf/ini.h"
#include "lib/awsconf/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_lookup(const struct gwt_ini *ini)
{
	for (size_t i = 0; i < ini->len; i++) {
		const struct gwt_ini_section *section = ini->sections[i];

		const struct gwt_ini_option *option;

		must(gwt_ini_section(ini, section->name) == section);
		for (size_t j = 0; (option = gwt_ini_next(section, &j));) {
			must(gwt_ini_option(section, option->name) == option);
			must(!gwt_ini_get(section, option->name).ptr == gwt_ini_is_group(option));
			gwt_ini_get_in(section, option->name, GWT_SPAN("endpoint_url"));
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_span text = { (const char *)data, size };
	struct gwt_arena arena = { 0 };
	struct gwt_error err = { .msg = "" };
	struct gwt_ini ini;
	struct gwt_shell_words words;
	size_t length = 0;

	if (gwt_ini_parse(&arena, "f", text, size % 4, &ini, &err) == GWT_OK)
		check_lookup(&ini);
	else
		must(strncmp(err.msg, "f:", 2) == 0);
	if (gwt_shell_split(&arena, text, &words)) {
		for (size_t i = 0; i < words.len; i++)
			length += words.items[i].len;
		must(length <= size);
	}
	gwt_arena_wipe(&arena);
	return 0;
}
