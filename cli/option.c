#include "cli/option.h"

#include <cjson/cJSON.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/file.h"

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
			memcpy(grown, words->items, words->len * sizeof(char *));
		words->items = grown;
		words->cap = cap;
	}
	words->items[words->len++] = word;
	words->items[words->len] = NULL;
}

/* Nothing else: GWTAPE_ANY_REGION=no must not relax anything. */
static gwt_status set_flag(bool *out, const char *value, const char *from, struct gwt_error *err)
{
	if (!is_one_of(value, "true|1|false|0|"))
		return gwt_fail(err, GWT_EUSAGE, "%s is true or false, not '%s'", from, value);
	*out = is_one_of(value, "true|1");
	return GWT_OK;
}

/* `from` names the source in messages: "--level", "GWTAPE_LEVEL", "gwtape.json: level". */
static gwt_status set(const struct gwt_option *option, void *options, const char *value, const char *from,
		      struct gwt_arena *arena, struct gwt_error *err)
{
	uint64_t number;

	if (option->values && !is_one_of(value, option->values))
		return gwt_fail(err, GWT_EUSAGE, "%s cannot be '%s': it is one of %s", from, value,
				option->values);
	switch (option->kind) {
	case GWT_OPT_FLAG:
		return set_flag(field(option, options), value, from, err);
	case GWT_OPT_STRING:
		*(const char **)field(option, options) = gwt_arena_cstr(arena, gwt_span_of(value));
		return GWT_OK;
	case GWT_OPT_LIST:
		add_word(arena, field(option, options), gwt_arena_cstr(arena, gwt_span_of(value)));
		return GWT_OK;
	case GWT_OPT_NUMBER:
		if (!gwt_span_to_u64(gwt_span_of(value), INT64_MAX, &number))
			return gwt_fail(err, GWT_EUSAGE, "%s takes a whole number, not '%s'", from, value);
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

	return (strncmp(what, "DIR", 3) == 0 || strcmp(what, "FILE") == 0) && !is_one_of(value, "-|off") &&
	       value[0] != '/';
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
				const struct gwt_config *config, const char *value, const char *from,
				struct gwt_arena *arena, struct gwt_error *err)
{
	gwt_status status =
		set(option, options, from_its_folder(option, config, value, arena), from, arena, err);

	if (status != GWT_OK && err) /* a malformed file, not a bad command line */
		err->status = GWT_EPARSE;
	return status == GWT_OK ? GWT_OK : GWT_EPARSE;
}

static gwt_status set_from_json(const struct gwt_option *option, void *options,
				const struct gwt_config *config, const cJSON *item, struct gwt_arena *arena,
				struct gwt_error *err)
{
	const char *from = gwt_arena_printf(arena, "gwtape.json: '%s'", option->name).ptr;

	if (cJSON_IsArray(item) && option->kind == GWT_OPT_LIST) {
		const cJSON *each;

		cJSON_ArrayForEach(each, item)
		{
			if (!cJSON_IsString(each))
				return gwt_fail(err, GWT_EPARSE, "%s takes a list of strings", from);
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
	return gwt_fail(err, GWT_EPARSE, "%s has the wrong type", from);
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
	if (option->kind == GWT_OPT_LIST)
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
			status = set(option, options, value, environment_name(option, arena), arena, err);
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
	return set(option, options, text, gwt_arena_printf(arena, "option '--%s'", option->name).ptr, arena,
		   err);
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

static gwt_status check_members(const struct gwt_config *config, struct gwt_error *err)
{
	for (const cJSON *item = config->json->child; item; item = item->next) {
		if (!is_any_option(item->string) && !is_section(item->string))
			return gwt_fail(err, GWT_EPARSE, "%s: no command has an option '%s'", config->path,
					item->string);
		if (cJSON_GetObjectItemCaseSensitive(config->json, item->string) != item)
			return gwt_fail(err, GWT_EPARSE, "%s: '%s' is there twice", config->path,
					item->string);
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
	const char *path = find_config(arena), *end = NULL;
	struct gwt_span text;
	gwt_status status;

	*config = (struct gwt_config){ 0 };
	if (!path)
		return GWT_OK;
	status = gwt_file_read(arena, path, 1 << 20, &text, err);
	if (status != GWT_OK)
		return status;
	config->json = cJSON_ParseWithLengthOpts(text.ptr, text.len + 1, &end, true);
	if (!cJSON_IsObject(config->json)) {
		size_t line, column;

		gwt_file_position(text, end ? (size_t)(end - text.ptr) : 0, &line, &column);
		gwt_config_release(config);
		return gwt_fail(err, GWT_EPARSE, "%s:%zu:%zu: not a JSON object of options", path, line,
				column);
	}
	config->path = path;
	config->folder = folder_above(path, arena);
	status = check_members(config, err);
	if (status != GWT_OK)
		gwt_config_release(config);
	return status;
}

void gwt_config_release(struct gwt_config *config)
{
	cJSON_Delete(config->json);
	config->json = NULL;
}
