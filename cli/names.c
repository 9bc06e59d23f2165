#include "cli/names.h"

#include <string.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"

/* The folders that hold scenarios by name, and how their files end. */
static const struct {
	const char *option;
	struct gwt_span suffix;
} kinds[] = { { "scenarios", GWT_SPAN_INIT(".yaml") }, { "cassettes", GWT_SPAN_INIT(".json") } };

/* A path below `folder`: the name that it has there; absent for what is not such a path. */
static struct gwt_span name_below(const char *folder, struct gwt_span suffix, const char *word)
{
	struct gwt_span path = gwt_span_of(word), above = gwt_span_of(folder);

	if (gwt_span_starts(path, GWT_SPAN("./")))
		path = gwt_span_slice(path, 2, path.len);
	if (gwt_span_starts(above, GWT_SPAN("./")))
		above = gwt_span_slice(above, 2, above.len);
	if (!gwt_span_starts(path, above) || path.len <= above.len + 1 || path.ptr[above.len] != '/')
		return (struct gwt_span){ NULL, 0 };
	path = gwt_span_slice(path, above.len + 1, path.len);
	if (gwt_span_ends(path, suffix))
		return gwt_span_begin(path, path.len - suffix.len);
	return gwt_file_is_dir(word) ? path : (struct gwt_span){ NULL, 0 };
}

static const struct gwt_option *find(const struct gwt_command *command, const char *name)
{
	for (const struct gwt_option *option = command->options; option->name; option++)
		if (strcmp(option->name, name) == 0)
			return option;
	return NULL;
}

static void rename_word(const struct gwt_command *command, const void *options, char **word,
			struct gwt_arena *arena)
{
	for (size_t i = 0; i < GWT_LEN(kinds); i++) {
		const struct gwt_option *option = find(command, kinds[i].option);
		const char *folder = option ? *(char *const *)((const char *)options + option->offset) : NULL;
		struct gwt_span name = name_below(folder ? folder : kinds[i].option, kinds[i].suffix, *word);

		if (!option || !name.len || !gwt_file_exists(*word))
			continue;
		*word = gwt_arena_cstr(arena, name);
		return;
	}
}

void gwt_names_of_paths(const struct gwt_command *command, struct gwt_arguments *args, void *options,
			struct gwt_arena *arena)
{
	const struct gwt_option *names = find(command, "scenario");

	/* A and B of `drift A B` are paths. */
	if (command->synopsis && strstr(command->synopsis, "SCENARIO") && !strstr(command->synopsis, "A B"))
		for (size_t i = 0; i < args->words.len; i++)
			rename_word(command, options, &args->words.items[i], arena);
	if (names) {
		struct gwt_words *words = (struct gwt_words *)(void *)((char *)options + names->offset);

		for (size_t i = 0; i < words->len; i++)
			rename_word(command, options, &words->items[i], arena);
	}
}
