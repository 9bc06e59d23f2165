#include "cli/option.h"

#include <cjson/cJSON.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"

static bool is_list(const struct gwt_option *option)
{
	return option->kind == GWT_OPT_LIST || option->kind == GWT_OPT_SECRET;
}

static void *field(const struct gwt_option *option, void *options)
{
	return (char *)options + option->offset;
}

/* `word` stands in "a|b|c". */
static bool is_one_of(const char *word, const char *words)
{
	struct gwt_span rest = gwt_span_of(words);

	while (rest.ptr)
		if (gwt_span_is(gwt_span_cut(&rest, '|'), word))
			return true;
	return false;
}

static void add_word(struct gwt_arena *arena, struct gwt_words *words, char *word)
{
	if (words->len + 2 > words->cap) { /* room for the NULL at the end too */
		size_t cap = words->cap ? words->cap * 2 : 8;
		char **grown = gwt_arena_array(arena, char *, cap);

		if (words->len)
			gwt_copy(grown, words->items, words->len * sizeof(char *));
		words->items = grown;
		words->cap = cap;
	}
	words->items[words->len++] = word;
	words->items[words->len] = NULL;
}

/* Where a value is from, for messages: "option '--level'", "GWTAPE_LEVEL", "gwtape.json:2:3: 'level'". */
struct origin {
	const char *name;
	bool is_file; /* which may hold secrets: only placed, never quoted */
};

static gwt_status refuse(const struct origin *from, const char *value, const char *wanted,
			 struct gwt_error *err)
{
	if (from->is_file)
		return gwt_fail(err, GWT_EPARSE, "%s must be %s", from->name, wanted);
	return gwt_fail(err, GWT_EUSAGE, "%s must be %s, not '%s'", from->name, wanted, value);
}

/* Nothing else: GWTAPE_ANY_REGION=no must not relax anything. */
static gwt_status set_flag(bool *out, const char *value, const struct origin *from, struct gwt_error *err)
{
	if (!is_one_of(value, "true|1|false|0|"))
		return refuse(from, value, "true or false", err);
	*out = is_one_of(value, "true|1");
	return GWT_OK;
}

/* Never quoted, wherever it is from: it may hold a password, or be one that was put in the wrong place. */
static gwt_status set_endpoint(const struct gwt_option *option, void *options, const char *value,
			       const struct origin *from, struct gwt_arena *arena, struct gwt_error *err)
{
	gwt_status status = from->is_file ? GWT_EPARSE : GWT_EUSAGE;
	struct gwt_error why;
	struct gwt_url url;

	*(const char **)field(option, options) = gwt_arena_cstr(arena, gwt_span_of(value));
	if (option->values && is_one_of(value, option->values))
		return GWT_OK;
	if (strncmp(value, "http://", 7) != 0 && strncmp(value, "https://", 8) != 0)
		return gwt_fail(err, status, "%s must be %s%san http(s) URL", from->name,
				option->values ? option->values : "", option->values ? " or " : "");
	if (gwt_url_parse(gwt_span_of(value), &url, &why) != GWT_OK)
		return gwt_fail(err, status, "%s: %s", from->name, why.msg);
	return GWT_OK;
}

static gwt_status set(const struct gwt_option *option, void *options, const char *value,
		      const struct origin *from, struct gwt_arena *arena, struct gwt_error *err)
{
	uint64_t number;

	if (option->kind == GWT_OPT_ENDPOINT)
		return set_endpoint(option, options, value, from, arena, err);
	if (option->values && !is_one_of(value, option->values))
		return refuse(from, value, gwt_arena_printf(arena, "one of %s", option->values).ptr, err);
	switch (option->kind) {
	case GWT_OPT_ENDPOINT:
		return GWT_OK; /* above */
	case GWT_OPT_FLAG:
		return set_flag(field(option, options), value, from, err);
	case GWT_OPT_STRING:
		*(const char **)field(option, options) = gwt_arena_cstr(arena, gwt_span_of(value));
		return GWT_OK;
	case GWT_OPT_LIST:
	case GWT_OPT_SECRET:
		add_word(arena, field(option, options), gwt_arena_cstr(arena, gwt_span_of(value)));
		return GWT_OK;
	case GWT_OPT_NUMBER:
		if (!gwt_span_to_u64(gwt_span_of(value), INT64_MAX, &number))
			return refuse(from, value, "a whole number", err);
		*(int64_t *)field(option, options) = (int64_t)number;
		return GWT_OK;
	}
	return GWT_OK;
}

static const char *config_name(const struct gwt_option *option)
{
	return option->config ? option->config : option->name;
}

/* The option's help says what it names: "DIR", "DIR[@REV]", "FILE" or "FORMAT:FILE". */
static bool names_a_path(const struct gwt_option *option, const char *value)
{
	const char *what = option->value ? option->value : "";

	return (strncmp(what, "DIR", 3) == 0 || strcmp(what, "FILE") == 0) &&
	       !is_one_of(value, "-|off|shipped") && value[0] != '/';
}

/* A path in gwtape.json is relative to its folder, wherever below it gwtape runs. */
static const char *from_its_folder(const struct gwt_option *option, const struct gwt_config *config,
				   const char *value, struct gwt_arena *arena)
{
	struct gwt_span format = gwt_span_of(value),
			folder = { config->folder, config->folder ? strlen(config->folder) : 0 };

	if (!folder.ptr)
		return value;
	if (names_a_path(option, value))
		return gwt_file_join(arena, folder.ptr, value);
	format = gwt_span_slice(format, 0, gwt_span_find(format, ':'));
	if (!option->value || strcmp(option->value, "FORMAT:FILE") != 0 || format.len == strlen(value) ||
	    is_one_of(value + format.len + 1, "-|") || value[format.len + 1] == '/')
		return value;
	return gwt_arena_printf(arena, GWT_SPAN_FMT ":%s/%s", GWT_SPAN_ARG(format), folder.ptr,
				value + format.len + 1)
		.ptr;
}

static gwt_status set_from_file(const struct gwt_option *option, void *options,
				const struct gwt_config *config, const char *value, const struct origin *from,
				struct gwt_arena *arena, struct gwt_error *err)
{
	return set(option, options, from_its_folder(option, config, value, arena), from, arena, err);
}

/* "PATH:LINE:COLUMN" of a member of gwtape.json. */
static const char *place_of(const struct gwt_config *config, size_t offset, struct gwt_arena *arena)
{
	size_t line, column;

	gwt_file_position(config->text, offset, &line, &column);
	return gwt_arena_printf(arena, "%s:%zu:%zu", config->path, line, column).ptr;
}

static gwt_status set_from_json(const struct gwt_option *option, void *options,
				const struct gwt_config *config, const cJSON *item, struct gwt_arena *arena,
				struct gwt_error *err)
{
	const struct gwt_json *where = gwt_json_get(config->tree, config_name(option));
	const char *place = place_of(config, where ? where->offset : 0, arena);
	struct origin origin = { gwt_arena_printf(arena, "%s: '%s'", place, option->name).ptr, true },
		      *from = &origin;

	if (cJSON_IsArray(item) && is_list(option)) {
		const cJSON *each;

		cJSON_ArrayForEach(each, item)
		{
			if (!cJSON_IsString(each))
				return gwt_fail(err, GWT_EPARSE, "%s must be a list of strings", from->name);
			if (set_from_file(option, options, config, each->valuestring, from, arena, err) !=
			    GWT_OK)
				return GWT_EPARSE;
		}
		return GWT_OK;
	}
	if (cJSON_IsString(item) && option->kind != GWT_OPT_FLAG)
		return set_from_file(option, options, config, item->valuestring, from, arena, err);
	if (cJSON_IsBool(item) && option->kind == GWT_OPT_FLAG)
		return set_from_file(option, options, config, cJSON_IsTrue(item) ? "true" : "false", from,
				     arena, err);
	if (cJSON_IsNumber(item) &&
	    option->kind == GWT_OPT_NUMBER) /* %.17g: what is not whole stays so and is refused */
		return set_from_file(option, options, config,
				     gwt_arena_printf(arena, "%.17g", item->valuedouble).ptr, from, arena,
				     err);
	return gwt_fail(err, GWT_EPARSE, "%s has the wrong type", from->name);
}

/* GWTAPE_MIN_EVIDENCE for min-evidence */
static const char *environment_name(const struct gwt_option *option, struct gwt_arena *arena)
{
	char *name = gwt_arena_cstr(arena, gwt_arena_printf(arena, "GWTAPE_%s", config_name(option)));

	for (char *at = name + 7; *at; at++)
		*at = (char)(*at == '-' ? '_' : *at >= 'a' && *at <= 'z' ? *at - 32 : *at);
	return name;
}

/* A flag counts as long as one source sets it; a list from a later source replaces the earlier one. */
static void forget(const struct gwt_option *option, void *options)
{
	if (is_list(option))
		*(struct gwt_words *)field(option, options) = (struct gwt_words){ 0 };
}

static gwt_status fill_from_config(const struct gwt_command *command, const struct gwt_config *config,
				   struct gwt_arena *arena, void *options, enum gwt_option_source *sources,
				   struct gwt_error *err)
{
	for (size_t i = 0; command->options[i].name; i++) {
		const struct gwt_option *option = &command->options[i];
		const char *value = config_name(option)[0] ? getenv(environment_name(option, arena)) : NULL;
		const cJSON *item =
			config && config->json
				? cJSON_GetObjectItemCaseSensitive(config->json, config_name(option))
				: NULL;
		gwt_status status = GWT_OK;

		if (item && config_name(option)[0]) {
			status = set_from_json(option, options, config, item, arena, err);
			sources[i] = GWT_FROM_FILE;
		}
		if (status == GWT_OK && value) {
			forget(option, options);
			status = set(option, options, value,
				     &(struct origin){ environment_name(option, arena), false }, arena, err);
			sources[i] = GWT_FROM_ENVIRONMENT;
		}
		if (status != GWT_OK)
			return status;
	}
	return GWT_OK;
}

static const struct gwt_option *find_option(const struct gwt_command *command, struct gwt_span name)
{
	for (const struct gwt_option *option = command->options; option->name; option++)
		if (gwt_span_is(name, option->name))
			return option;
	return NULL;
}

static gwt_status fill_from_flag(const struct gwt_command *command, char ***at, struct gwt_arena *arena,
				 void *options, enum gwt_option_source *sources, struct gwt_error *err)
{
	struct gwt_span value = gwt_span_of(**at + 2), name = gwt_span_cut(&value, '=');
	const struct gwt_option *option = find_option(command, name);
	const char *text = value.ptr;

	if (!option)
		return gwt_fail(err, GWT_EUSAGE, "unknown option '--" GWT_SPAN_FMT "' (see 'gwtape help %s')",
				GWT_SPAN_ARG(name), command->name);
	if (option->kind == GWT_OPT_FLAG && text)
		return gwt_fail(err, GWT_EUSAGE, "option '--%s' takes no value", option->name);
	if (option->kind == GWT_OPT_FLAG)
		text = "true";
	else if (!text && !(text = *++*at))
		return gwt_fail(err, GWT_EUSAGE, "option '--%s' needs a value: %s", option->name,
				option->value);
	if (sources[option - command->options] != GWT_FROM_FLAG)
		forget(option, options);
	sources[option - command->options] = GWT_FROM_FLAG;
	return set(option, options, text,
		   &(struct origin){ gwt_arena_printf(arena, "option '--%s'", option->name).ptr, false },
		   arena, err);
}

static gwt_status fill_from_words(const struct gwt_command *command, char **argv, struct gwt_arena *arena,
				  void *options, struct gwt_arguments *args, enum gwt_option_source *sources,
				  struct gwt_error *err)
{
	for (char **at = argv; *at; at++) {
		gwt_status status = GWT_OK;

		if (strcmp(*at, "--") == 0) {
			args->command = at + 1;
			return args->command[0] ? GWT_OK : gwt_fail(err, GWT_EUSAGE, "no command after '--'");
		}
		if ((*at)[0] == '-' && (*at)[1] == '-')
			status = fill_from_flag(command, &at, arena, options, sources, err);
		else if ((*at)[0] == '-' && (*at)[1])
			status = gwt_fail(err, GWT_EUSAGE, "unknown option '%s' (see 'gwtape help %s')", *at,
					  command->name);
		else
			add_word(arena, &args->words, *at);
		if (status != GWT_OK)
			return status;
	}
	return GWT_OK;
}

gwt_status gwt_options_fill(const struct gwt_command *command, const struct gwt_config *config, char **argv,
			    struct gwt_arena *arena, void *options, struct gwt_arguments *args,
			    enum gwt_option_source *sources, struct gwt_error *err)
{
	size_t count = 0;
	gwt_status status;

	while (command->options[count].name)
		count++;
	if (!sources)
		sources = gwt_arena_array(arena, enum gwt_option_source, count + 1);
	*args = (struct gwt_arguments){ 0 };
	status = fill_from_config(command, config, arena, options, sources, err);
	if (status != GWT_OK)
		return status;
	return fill_from_words(command, argv, arena, options, args, sources, err);
}

const char *gwt_option_text(const struct gwt_option *option, const void *options, struct gwt_arena *arena)
{
	const void *at = (const char *)options + option->offset;
	const struct gwt_words *words = at;
	const char *text = NULL;

	switch (option->kind) {
	case GWT_OPT_FLAG:
		return *(const bool *)at ? "true" : NULL;
	case GWT_OPT_STRING:
		return *(const char *const *)at;
	case GWT_OPT_ENDPOINT:
		return gwt_url_shown(arena, *(const char *const *)at);
	case GWT_OPT_SECRET:
		return words->len ? gwt_arena_printf(arena, "(%zu, not shown)", words->len).ptr : NULL;
	case GWT_OPT_NUMBER:
		return *(const int64_t *)at
			       ? gwt_arena_printf(arena, "%lld", (long long)*(const int64_t *)at).ptr
			       : NULL;
	case GWT_OPT_LIST:
		for (size_t i = 0; i < words->len; i++)
			text = text ? gwt_arena_printf(arena, "%s, %s", text, words->items[i]).ptr
				    : words->items[i];
		return text;
	}
	return NULL;
}

/* gwtape.json in the working directory or the nearest one above it. */
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
			if (config_name(option)[0] && strcmp(config_name(option), name) == 0)
				return true;
	return false;
}

/* Members that are not options: a command reads them itself. */
static bool is_section(const char *name)
{
	return strcmp(name, "drift") == 0;
}

static gwt_status check_members(const struct gwt_config *config, struct gwt_arena *arena,
				struct gwt_error *err)
{
	for (const struct gwt_json *item = config->tree->child; item; item = item->next) {
		const char *name = gwt_arena_cstr(arena, item->name);

		if (!is_any_option(name) && !is_section(name))
			return gwt_fail(
				err, GWT_EPARSE,
				"%s: no command has an option of this name (see 'gwtape help COMMAND')",
				place_of(config, item->name_offset, arena));
	}
	return GWT_OK;
}

/* NULL when gwtape.json lies in the working directory: what it names is then shown as it was written. */
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
	if (status == GWT_OK) /* strict, and knows where what stands */
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
