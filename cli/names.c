#include "cli/names.h"

#include <stdlib.h>
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

/* The part of a path after its folder; absent where the path is not below the folder. */
static struct gwt_span below(struct gwt_span folder, struct gwt_span path)
{
	if (!gwt_span_starts(path, folder) || path.len <= folder.len + 1 || path.ptr[folder.len] != '/')
		return GWT_ABSENT;
	return gwt_span_slice(path, folder.len + 1, path.len);
}

/* Like below(), for two paths that exist, however they are spelled: "./a", an absolute path, "../here/a". */
static struct gwt_span really_below(const char *folder, const char *word, struct gwt_arena *arena)
{
	char *above = realpath(folder, NULL), *path = realpath(word, NULL);
	struct gwt_span rest = above && path ? below(gwt_span_of(above), gwt_span_of(path)) : GWT_ABSENT;

	rest = rest.ptr ? gwt_arena_copy(arena, rest) : rest;
	free(above);
	free(path);
	return rest;
}

/*
 * The name that a path has in `folder`, whether the path is relative to the working directory or to `folder`;
 * absent where it is not such a path.
 */
static struct gwt_span name_in(const char *folder, struct gwt_span suffix, const char *word,
			       struct gwt_arena *arena)
{
	struct gwt_span path = gwt_span_of(word);

	if (!gwt_file_exists(word)) {
		if (!gwt_span_ends(path, suffix) || !gwt_file_exists(gwt_file_join(arena, folder, word)))
			return GWT_ABSENT;
		return gwt_span_begin(path, path.len - suffix.len);
	}
	/* a link to a file elsewhere keeps the name that the link has in this folder */
	path = really_below(folder, word, arena);
	if (!path.ptr)
		path = below(gwt_span_of(folder), gwt_span_of(word));
	if (gwt_span_ends(path, suffix))
		return gwt_span_begin(path, path.len - suffix.len);
	return gwt_file_is_dir(word) ? path : GWT_ABSENT;
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
		/* `replay` does not read scenarios, but their paths name cassettes there, too */
		const struct gwt_option *option = find(command, kinds[i].option);
		const char *folder = option ? *(char *const *)((const char *)options + option->offset) : NULL;
		struct gwt_span name =
			name_in(folder ? folder : kinds[i].option, kinds[i].suffix, *word, arena);

		if (!name.len)
			continue;
		*word = gwt_arena_cstr(arena, name);
		return;
	}
}

void gwt_names_of_paths(const struct gwt_command *command, struct gwt_arguments *args, void *options,
			struct gwt_arena *arena)
{
	const struct gwt_option *names = find(command, "scenario");

	/* in `drift A B`, A and B are paths of cassettes */
	if (command->synopsis && strstr(command->synopsis, "SCENARIO"))
		for (size_t i = 0; i < args->words.len; i++)
			if (!strstr(command->synopsis, "A B") ||
			    gwt_span_ends(gwt_span_of(args->words.items[i]), kinds[0].suffix))
				rename_word(command, options, &args->words.items[i], arena);
	if (names) {
		struct gwt_words *words = (struct gwt_words *)(void *)((char *)options + names->offset);

		for (size_t i = 0; i < words->len; i++)
			rename_word(command, options, &words->items[i], arena);
	}
}
