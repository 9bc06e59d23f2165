/* prompt_history.c - lines that were run: {"version": 1, "commands": [...]}, the last 500. */
#include "awscli/prompt_state.h"

#include "awscli/argparse.h"
#include "awscli/files.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"
#include "lib/json/json.h"

#define MAX_COMMANDS 500

static struct gwt_span history_path(struct gwt_arena *arena)
{
	return gwt_py_expanduser(arena, GWT_SPAN("~/.aws/cli/cache/prompt_history.json"));
}

static struct gwt_json *read_history(struct gwt_arena *arena)
{
	struct gwt_py_json_fault fault;
	struct gwt_json *json, *commands;
	struct gwt_span text;

	if (gwt_aws_read_file(arena, history_path(arena), &text) != 0 ||
	    !gwt_py_json_read(arena, text, false, &json, &fault))
		return NULL;
	commands = gwt_json_get(json, "commands");
	return gwt_json_is(commands, GWT_JSON_ARRAY) ? commands : NULL;
}

void gwt_prompt_history_load(struct gwt_arena *arena, struct gwt_words_list *out)
{
	const struct gwt_json *commands = read_history(arena);

	for (const struct gwt_json *c = commands ? commands->child : NULL; c; c = c->next)
		if (gwt_py_is_str(c))
			gwt_words_add(arena, out, c->text);
}

void gwt_prompt_history_add(struct gwt_arena *arena, struct gwt_span line)
{
	static const struct gwt_py_dumps how = { .ascii = true, .comma = ", ", .colon = ": " };
	struct gwt_json *file = gwt_json_new(arena, GWT_JSON_OBJECT), *commands;
	struct gwt_words_list old = { 0 };
	char *path = gwt_arena_cstr(arena, history_path(arena));
	struct gwt_error err;
	struct gwt_buf text;

	gwt_prompt_history_load(arena, &old);
	gwt_words_add(arena, &old, line);
	gwt_json_add_number(arena, file, "version", 1);
	commands = gwt_json_add_array(arena, file, "commands");
	for (size_t i = old.len > MAX_COMMANDS ? old.len - MAX_COMMANDS : 0; i < old.len; i++)
		gwt_json_append(commands, gwt_json_new_string(arena, old.items[i]));
	gwt_buf_init(&text, SIZE_MAX);
	gwt_py_json_write(&text, file, &how);
	/* the command works without a history */
	if (gwt_file_mkdirs_for(path, &err) == GWT_OK)
		gwt_file_write(path, gwt_buf_span(&text), &err);
	gwt_buf_release(&text);
}
