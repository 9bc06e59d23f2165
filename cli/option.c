#include "cli/option.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/guess.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"

static bool is_list(const struct gwt_option *option)
{
	return option->kind == GWT_OPT_LIST || option->kind == GWT_OPT_REPORTS ||
	       option->kind == GWT_OPT_SECRET;
}

static void *field(const struct gwt_option *option, void *options)
{
	return (char *)options + option->offset;
}

/* Whether `word` is one of "a|b|c". */
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

/* The source of a value, for messages: "option '--level'", "GWTAPE_LEVEL", "gwtape.json:2:3: 'level'". */
struct origin {
	const char *name;
	bool is_file; /* a file may hold secrets: its place is named, its text never quoted */
};

static gwt_status refuse(const struct origin *from, const char *value, const char *wanted,
			 struct gwt_error *err)
{
	if (from->is_file)
		return gwt_fail(err, GWT_EPARSE, "%s must be %s", from->name, wanted);
	return gwt_fail(err, GWT_EUSAGE, "%s must be %s, not '%s'", from->name, wanted, value);
}

/* Only the words below are accepted: GWTAPE_ANY_REGION=no must not relax anything. */
static gwt_status set_flag(bool *out, const char *value, const struct origin *from, struct gwt_error *err)
{
	if (!is_one_of(value, "true|1|false|0|"))
		return refuse(from, value, "true or false", err);
	*out = is_one_of(value, "true|1");
	return GWT_OK;
}

/* The value is never quoted: it may hold a password, or be a misplaced one. */
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

static gwt_status set_choice(const struct gwt_option *option, int *out, const char *value,
			     const struct origin *from, struct gwt_arena *arena, struct gwt_error *err)
{
	struct gwt_span rest = gwt_span_of(option->values);

	for (size_t i = 0; rest.ptr; i++)
		if (gwt_span_is(gwt_span_cut(&rest, '|'), value)) {
			*out = option->codes[i];
			return GWT_OK;
		}
	return refuse(from, value, gwt_arena_printf(arena, "one of %s", option->values).ptr, err);
}

static gwt_status set_number(const struct gwt_option *option, int64_t *out, const char *value,
			     const struct origin *from, struct gwt_arena *arena, struct gwt_error *err)
{
	int64_t max = option->max ? option->max : INT64_MAX / (option->unit_ms ? option->unit_ms : 1);
	uint64_t number;

	if (!gwt_span_to_u64(gwt_span_of(value), (uint64_t)max, &number))
		return refuse(from, value,
			      option->max ? gwt_arena_printf(arena, "a whole number, at most %lld",
							     (long long)option->max)
						    .ptr
					  : "a whole number",
			      err);
	*out = (int64_t)number * (option->unit_ms ? option->unit_ms : 1);
	return GWT_OK;
}

static gwt_status set_rate(double *out, const char *value, const struct origin *from, struct gwt_error *err)
{
	char *end;
	double rate = strtod(value, &end);

	if (end == value || *end || !(rate >= 0.001 && rate <= 1e6))
		return refuse(from, value, "a number of calls a second", err);
	*out = rate;
	return GWT_OK;
}

static gwt_status set(const struct gwt_option *option, void *options, const char *value,
		      const struct origin *from, struct gwt_arena *arena, struct gwt_error *err)
{
	void *to = field(option, options);

	switch (option->kind) {
	case GWT_OPT_FLAG:
		return set_flag(to, value, from, err);
	case GWT_OPT_TEXT:
	case GWT_OPT_PATH:
		*(const char **)to = gwt_arena_cstr(arena, gwt_span_of(value));
		return GWT_OK;
	case GWT_OPT_ENDPOINT:
		return set_endpoint(option, options, value, from, arena, err);
	case GWT_OPT_CHOICE:
		return set_choice(option, to, value, from, arena, err);
	case GWT_OPT_NUMBER:
	case GWT_OPT_DURATION:
		return set_number(option, to, value, from, arena, err);
	case GWT_OPT_RATE:
		return set_rate(to, value, from, err);
	case GWT_OPT_LIST:
	case GWT_OPT_REPORTS:
	case GWT_OPT_SECRET:
		add_word(arena, to, gwt_arena_cstr(arena, gwt_span_of(value)));
		return GWT_OK;
	}
	return GWT_OK;
}

/* A path in gwtape.json is relative to the folder of that file, wherever below it gwtape runs. */
static const char *path_in(const char *folder, const char *value, struct gwt_arena *arena)
{
	return is_one_of(value, "-|off|shipped|") || value[0] == '/' ? value
								     : gwt_file_join(arena, folder, value);
}

/* FORMAT:FILE */
static const char *report_in(const char *folder, const char *value, struct gwt_arena *arena)
{
	struct gwt_span path = gwt_span_of(value), format = gwt_span_cut(&path, ':');

	if (!path.ptr)
		return value;
	return gwt_arena_printf(arena, GWT_SPAN_FMT ":%s", GWT_SPAN_ARG(format),
				path_in(folder, path.ptr, arena))
		.ptr;
}

static const char *from_its_folder(const struct gwt_option *option, const char *folder, const char *value,
				   struct gwt_arena *arena)
{
	if (folder && option->kind == GWT_OPT_PATH)
		return path_in(folder, value, arena);
	return folder && option->kind == GWT_OPT_REPORTS ? report_in(folder, value, arena) : value;
}

/* A string may give any option's value except a flag's; other JSON types must fit the option. */
static bool has_type(const struct gwt_option *option, enum gwt_config_type type)
{
	switch (type) {
	case GWT_CONFIG_TEXT:
		return option->kind != GWT_OPT_FLAG;
	case GWT_CONFIG_NUMBER:
		return option->kind == GWT_OPT_NUMBER || option->kind == GWT_OPT_DURATION ||
		       option->kind == GWT_OPT_RATE;
	case GWT_CONFIG_BOOL:
		return option->kind == GWT_OPT_FLAG;
	case GWT_CONFIG_TEXTS:
		return is_list(option);
	case GWT_CONFIG_OTHER:
		break;
	}
	return false;
}

static gwt_status set_from_file(const struct gwt_option *option, void *options,
				const struct gwt_config *config, const struct gwt_config_value *value,
				struct gwt_arena *arena, struct gwt_error *err)
{
	struct origin from = { gwt_arena_printf(arena, "%s: '%s'", value->place, option->name).ptr, true };

	if (!has_type(option, value->type))
		return gwt_fail(err, GWT_EPARSE, "%s %s", from.name,
				is_list(option) ? "must be a list of strings" : "has the wrong type");
	for (size_t i = 0; i < value->len; i++)
		if (set(option, options, from_its_folder(option, config->folder, value->words[i], arena),
			&from, arena, err) != GWT_OK)
			return GWT_EPARSE;
	return GWT_OK;
}

/* "GWTAPE_MIN_EVIDENCE" for "min-evidence". */
static const char *environment_name(const struct gwt_option *option, struct gwt_arena *arena)
{
	char *name =
		gwt_arena_cstr(arena, gwt_arena_printf(arena, "GWTAPE_%s", gwt_option_config_name(option)));

	for (char *at = name + 7; *at; at++)
		*at = (char)(*at == '-' ? '_' : *at >= 'a' && *at <= 'z' ? *at - 32 : *at);
	return name;
}

/* A list from a later source replaces the earlier list; other values are overwritten when they are set. */
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
		const char *value =
			gwt_option_config_name(option)[0] ? getenv(environment_name(option, arena)) : NULL;
		struct gwt_config_value member;
		gwt_status status = GWT_OK;

		if (gwt_option_config_name(option)[0] &&
		    gwt_config_find(config, gwt_option_config_name(option), arena, &member)) {
			status = set_from_file(option, options, config, &member, arena, err);
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

static gwt_status fail_unknown(const struct gwt_command *command, struct gwt_span name, struct gwt_error *err)
{
	struct gwt_guess guess = { .word = name };

	for (const struct gwt_option *option = command->options; option->name; option++)
		gwt_guess_try(&guess, gwt_span_of(option->name));
	if (guess.best.ptr)
		return gwt_fail(err, GWT_EUSAGE,
				"unknown option '--" GWT_SPAN_FMT "'; did you mean '--" GWT_SPAN_FMT "'?",
				GWT_SPAN_ARG(name), GWT_SPAN_ARG(guess.best));
	return gwt_fail(err, GWT_EUSAGE, "unknown option '--" GWT_SPAN_FMT "' (see 'gwtape help %s')",
			GWT_SPAN_ARG(name), command->name);
}

static gwt_status fill_from_flag(const struct gwt_command *command, char ***at, struct gwt_arena *arena,
				 void *options, enum gwt_option_source *sources, struct gwt_error *err)
{
	struct gwt_span value = gwt_span_of(**at + 2), name = gwt_span_cut(&value, '=');
	const struct gwt_option *option = find_option(command, name);
	const char *text = value.ptr;

	if (!option)
		return fail_unknown(command, name, err);
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
	for (size_t i = 0; i < count; i++)
		if (command->options[i].kind == GWT_OPT_CHOICE)
			*(int *)field(&command->options[i], options) = command->options[i].usual;
	status = fill_from_config(command, config, arena, options, sources, err);
	if (status != GWT_OK)
		return status;
	return fill_from_words(command, argv, arena, options, args, sources, err);
}

static const char *choice_text(const struct gwt_option *option, int code, struct gwt_arena *arena)
{
	struct gwt_span rest = gwt_span_of(option->values);

	for (size_t i = 0; rest.ptr; i++) {
		struct gwt_span word = gwt_span_cut(&rest, '|');

		if (option->codes[i] == code)
			return gwt_arena_cstr(arena, word);
	}
	return NULL;
}

static const char *number_text(int64_t number, struct gwt_arena *arena)
{
	return number ? gwt_arena_printf(arena, "%lld", (long long)number).ptr : NULL;
}

static const char *list_text(const struct gwt_words *words, struct gwt_arena *arena)
{
	const char *text = NULL;

	for (size_t i = 0; i < words->len; i++)
		text = text ? gwt_arena_printf(arena, "%s, %s", text, words->items[i]).ptr : words->items[i];
	return text;
}

const char *gwt_option_text(const struct gwt_option *option, const void *options, struct gwt_arena *arena)
{
	const void *at = (const char *)options + option->offset;
	double rate;

	switch (option->kind) {
	case GWT_OPT_FLAG:
		return *(const bool *)at ? "true" : NULL;
	case GWT_OPT_TEXT:
	case GWT_OPT_PATH:
		return *(const char *const *)at;
	case GWT_OPT_ENDPOINT:
		return gwt_url_shown(arena, *(const char *const *)at);
	case GWT_OPT_CHOICE:
		return choice_text(option, *(const int *)at, arena);
	case GWT_OPT_NUMBER:
		return number_text(*(const int64_t *)at, arena);
	case GWT_OPT_DURATION:
		return number_text(*(const int64_t *)at / option->unit_ms, arena);
	case GWT_OPT_RATE:
		rate = *(const double *)at;
		return rate > 0 ? gwt_arena_printf(arena, "%g", rate).ptr : NULL;
	case GWT_OPT_SECRET:
		return ((const struct gwt_words *)at)->len
			       ? gwt_arena_printf(arena, "(%zu, not shown)",
						  ((const struct gwt_words *)at)->len)
					 .ptr
			       : NULL;
	case GWT_OPT_LIST:
	case GWT_OPT_REPORTS:
		return list_text(at, arena);
	}
	return NULL;
}
