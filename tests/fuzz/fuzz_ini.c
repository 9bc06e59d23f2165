/*
 * fuzz_ini.c - any bytes are a file of sections or an error with its line; what
 * was read can be looked up, and a command line is never longer than its spelling.
 */
#include <stdint.h>
#include <stdlib.h>

#include "lib/awsconf/ini.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_lookup(struct gwt_arena *arena, const struct gwt_ini *ini)
{
	for (size_t i = 0; i < ini->len; i++) {
		const struct gwt_ini_section *section = ini->sections[i];

		must(gwt_ini_section(ini, section->name) == section || strlen(section->name) == 0);
		for (size_t j = 0; j < section->len; j++) {
			const struct gwt_ini_option *option = &section->options[j];
			const char *value = gwt_ini_get(section, option->name);

			must(value == option->value || (option->value[0] == '\n' && !value) ||
			     !option->name[0]);
			gwt_ini_get_in(arena, section, option->name, "endpoint_url");
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_span text = { (const char *)data, size };
	struct gwt_arena arena = { 0 };
	struct gwt_error err = { .msg = "" };
	struct gwt_ini ini;
	size_t count, length = 0;
	char **words;

	if (gwt_ini_parse(&arena, "f", text, &ini, &err) == GWT_OK)
		check_lookup(&arena, &ini);
	else
		must(strncmp(err.msg, "f:", 2) == 0);
	if (gwt_shell_split(&arena, text, &words, &count)) {
		for (size_t i = 0; i < count; i++)
			length += strlen(words[i]);
		must(length <= size && words[count] == NULL);
	}
	gwt_arena_wipe(&arena);
	return 0;
}
