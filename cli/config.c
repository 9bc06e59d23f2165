#include "cli/config.h"

#include <cjson/cJSON.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "lib/base/file.h"
#include "lib/base/guess.h"
#include "lib/base/span.h"

/* "PATH:LINE:COLUMN" of a member of gwtape.json. */
static const char *place_of(const struct gwt_config *config, size_t offset, struct gwt_arena *arena)
{
	size_t line, column;

	gwt_file_position(config->text, offset, &line, &column);
	return gwt_arena_printf(arena, "%s:%zu:%zu", config->path, line, column).ptr;
}

static bool is_texts(const cJSON *item)
{
	const cJSON *each;

	if (!cJSON_IsArray(item))
		return false;
	cJSON_ArrayForEach(each, item)
	{
		if (!cJSON_IsString(each))
			return false;
	}
	return true;
}

static enum gwt_config_type type_of(const cJSON *item)
{
	if (cJSON_IsString(item))
		return GWT_CONFIG_TEXT;
	if (cJSON_IsNumber(item))
		return GWT_CONFIG_NUMBER;
	if (cJSON_IsBool(item))
		return GWT_CONFIG_BOOL;
	return is_texts(item) ? GWT_CONFIG_TEXTS : GWT_CONFIG_OTHER;
}

/* %.17g keeps the fraction of a number that is not whole. */
static const char *word_of(const cJSON *item, struct gwt_arena *arena)
{
	if (cJSON_IsBool(item))
		return cJSON_IsTrue(item) ? "true" : "false";
	return cJSON_IsNumber(item) ? gwt_arena_printf(arena, "%.17g", item->valuedouble).ptr
				    : item->valuestring;
}

bool gwt_config_find(const struct gwt_config *config, const char *name, struct gwt_arena *arena,
		     struct gwt_config_value *out)
{
	const cJSON *item =
		config && config->json ? cJSON_GetObjectItemCaseSensitive(config->json, name) : NULL;
	const struct gwt_json *where = config && config->tree ? gwt_json_get(config->tree, name) : NULL;
	const cJSON *each;

	if (!item)
		return false;
	*out = (struct gwt_config_value){ .type = type_of(item),
					  .place = place_of(config, where ? where->offset : 0, arena) };
	if (out->type == GWT_CONFIG_OTHER)
		return true;
	out->words = gwt_arena_array(arena, const char *, (size_t)cJSON_GetArraySize(item) + 1);
	if (out->type != GWT_CONFIG_TEXTS)
		out->words[out->len++] = word_of(item, arena);
	else
		cJSON_ArrayForEach(each, item) out->words[out->len++] = each->valuestring;
	return true;
}

/* Look for gwtape.json in the working directory and then in each folder above it. */
static const char *find_config(struct gwt_arena *arena)
{
	char dir[PATH_MAX];

	if (!getcwd(dir, sizeof(dir)))
		return NULL;
	for (;;) {
		const char *path = gwt_file_join(arena, dir, "gwtape.json");
		char *slash = strrchr(dir, '/');

		if (gwt_file_exists(path))
			return path;
		if (!slash || dir[1] == '\0')
			return NULL;
		slash[slash == dir] = '\0';
	}
}

static bool is_any_option(const char *name)
{
	for (size_t i = 0; gwt_commands[i]; i++)
		for (const struct gwt_option *option = gwt_commands[i]->options; option->name; option++)
			if (gwt_option_config_name(option)[0] &&
			    strcmp(gwt_option_config_name(option), name) == 0)
				return true;
	return false;
}

/* Members that are not options: a command reads them itself. */
static bool is_section(const char *name)
{
	return strcmp(name, "drift") == 0;
}

/* The unknown name is not shown: it may be a secret. */
static gwt_status fail_unknown(const char *place, const char *name, struct gwt_error *err)
{
	struct gwt_guess guess = { .word = gwt_span_of(name) };

	for (size_t i = 0; gwt_commands[i]; i++) {
		if (strcmp(gwt_commands[i]->name, name) == 0)
			return gwt_fail(
				err, GWT_EPARSE,
				"%s: a member is an option's name, the same for every command; write the "
				"options of '%s' beside each other, without its name",
				place, gwt_commands[i]->name);
		for (const struct gwt_option *option = gwt_commands[i]->options; option->name; option++)
			if (gwt_option_config_name(option)[0])
				gwt_guess_try(&guess, gwt_span_of(gwt_option_config_name(option)));
	}
	if (guess.best.ptr)
		return gwt_fail(err, GWT_EPARSE,
				"%s: no command has an option of this name; did you mean '" GWT_SPAN_FMT "'?",
				place, GWT_SPAN_ARG(guess.best));
	return gwt_fail(err, GWT_EPARSE,
			"%s: no command has an option of this name (see 'gwtape help COMMAND')", place);
}

static gwt_status check_members(const struct gwt_config *config, struct gwt_arena *arena,
				struct gwt_error *err)
{
	for (const struct gwt_json *item = config->tree->child; item; item = item->next) {
		const char *name = gwt_arena_cstr(arena, item->name);

		if (!is_any_option(name) && !is_section(name))
			return fail_unknown(place_of(config, item->name_offset, arena), name, err);
	}
	return GWT_OK;
}

/* NULL when gwtape.json is in the working directory: its paths are then shown as they were written. */
static const char *folder_above(const char *path, struct gwt_arena *arena)
{
	size_t len = (size_t)(strrchr(path, '/') - path);
	char dir[PATH_MAX];

	if (getcwd(dir, sizeof(dir)) && strlen(dir) == len && strncmp(dir, path, len) == 0)
		return NULL;
	return len ? gwt_arena_cstr(arena, (struct gwt_span){ path, len }) : "/";
}

gwt_status gwt_config_load(struct gwt_config *config, struct gwt_arena *arena, struct gwt_error *err)
{
	const char *path = find_config(arena);
	gwt_status status;

	*config = (struct gwt_config){ 0 };
	if (!path)
		return GWT_OK;
	status = gwt_file_read(arena, path, 1 << 20, &config->text, err);
	if (status == GWT_OK) /* strict, with the places of members */
		status = gwt_json_parse_file(arena, path, config->text, &config->tree, err);
	if (status != GWT_OK)
		return status;
	config->json = cJSON_ParseWithLength(config->text.ptr, config->text.len);
	if (config->tree->type != GWT_JSON_OBJECT || !cJSON_IsObject(config->json)) {
		gwt_config_release(config);
		return gwt_fail(err, GWT_EPARSE, "%s:1:1: must be a JSON object of options", path);
	}
	config->path = path;
	config->folder = folder_above(path, arena);
	status = check_members(config, arena, err);
	if (status != GWT_OK)
		gwt_config_release(config);
	return status;
}

void gwt_config_release(struct gwt_config *config)
{
	cJSON_Delete(config->json);
	config->json = NULL;
}
