/* `gwtape lint`: every scenario, cassette and VALIDATED.json, each with its own verdict. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/request_file.h"
#include "cli/scenario_set.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/json/json.h"
#include "lib/scenario/scenario.h"

struct lint_options {
	const char *scenarios, *cassettes;
	bool json;
};

#define AT(member) offsetof(struct lint_options, member)

static const struct gwt_option specs[] = {
	{ "scenarios", "DIR", "where the scenarios are (scenarios)", GWT_OPT_PATH, AT(scenarios), NULL,
	  NULL },
	{ "cassettes", "DIR", "where the cassettes are (cassettes)", GWT_OPT_PATH, AT(cassettes), NULL,
	  NULL },
	{ "json", NULL, "print JSON", GWT_OPT_FLAG, AT(json), NULL, "" },
	{ 0 },
};

struct linter {
	struct gwt_arena *arena;
	struct gwt_json *problems; /* of {"file", "line", "column", "message"} */
	size_t files;
};

/* Split "PATH:LINE:COLUMN: reason" into its parts; line and column are 1 where the message has none. */
static void add_problem(struct linter *lint, const char *path, const struct gwt_error *err)
{
	struct gwt_json *row = gwt_json_append(lint->problems, gwt_json_new(lint->arena, GWT_JSON_OBJECT));
	struct gwt_span message = gwt_span_of(err->msg), rest;
	uint64_t line = 1, column = 1;

	if (gwt_span_starts(message, gwt_span_of(path)) && message.ptr[strlen(path)] == ':') {
		uint64_t l, c;

		rest = gwt_span_slice(message, strlen(path) + 1, message.len);
		if (gwt_span_to_u64(gwt_span_cut(&rest, ':'), SIZE_MAX, &l) &&
		    gwt_span_to_u64(gwt_span_cut(&rest, ':'), SIZE_MAX, &c)) {
			line = l;
			column = c;
			message = gwt_span_trim(rest);
		}
	}
	gwt_json_add_string(lint->arena, row, "file", gwt_span_of(path));
	gwt_json_add_number(lint->arena, row, "line", (int64_t)line);
	gwt_json_add_number(lint->arena, row, "column", (int64_t)column);
	gwt_json_add_string(lint->arena, row, "message", message);
}

/* GROUP/NAME of …/GROUP/NAME.suffix; the whole name where there is no group. */
static struct gwt_span name_of(const char *path)
{
	struct gwt_span all = gwt_span_of(path), name = all;
	size_t slashes = 0;

	for (size_t i = all.len; i-- > 0;)
		if (all.ptr[i] == '/' && ++slashes == 2) {
			name = gwt_span_slice(all, i + 1, all.len);
			break;
		}
	for (size_t i = name.len; i-- > 0;)
		if (name.ptr[i] == '.')
			return gwt_span_slice(name, 0, i);
	return name;
}

static gwt_status lint_scenario(struct linter *lint, const char *path, struct gwt_span text,
				struct gwt_error *err)
{
	struct gwt_span name = name_of(path);
	size_t slash = gwt_span_find(name, '/');
	struct gwt_scenario scenario;
	gwt_status status = gwt_scenario_check_name(
		path, gwt_span_slice(name, slash == name.len ? 0 : slash + 1, name.len), err);

	return status == GWT_OK ? gwt_scenario_parse(lint->arena, name, path, text, &scenario, err) : status;
}

/* A cassette's file has the name of its scenario. */
static gwt_status lint_cassette(struct linter *lint, const char *path, struct gwt_span text,
				struct gwt_error *err)
{
	struct gwt_cassette cassette;
	struct gwt_span name = name_of(path);
	gwt_status status = gwt_cassette_parse(lint->arena, path, text, &cassette, err);

	if (status == GWT_OK && !gwt_span_eq(cassette.scenario, name))
		return gwt_fail(err, GWT_EPARSE,
				"%s:1:1: the cassette of scenario '" GWT_SPAN_FMT
				"' is in the file of '" GWT_SPAN_FMT "'; rename the file",
				path, GWT_SPAN_ARG(cassette.scenario), GWT_SPAN_ARG(name));
	return status;
}

static gwt_status lint_json(struct linter *lint, const char *path, struct gwt_span text,
			    struct gwt_error *err)
{
	struct gwt_json *json;

	return gwt_json_parse_file(lint->arena, path, text, &json, err);
}

static gwt_status lint_name(struct linter *lint, const char *path, struct gwt_span text,
			    struct gwt_error *err)
{
	(void)lint, (void)text;
	return gwt_fail(err, GWT_EPARSE, "%s:1:1: a scenario ends in .yaml; rename the file", path);
}

/* What is checked, by the end of the file name; the first row that fits counts. */
static const struct {
	const char *ending;
	gwt_status (*check)(struct linter *lint, const char *path, struct gwt_span text,
			    struct gwt_error *err);
} kinds[] = {
	{ ".yaml", lint_scenario },
	{ ".yml", lint_name },
	{ "VALIDATED.json", lint_json },
	{ ".json", lint_cassette },
};

static bool lint_file(struct linter *lint, const char *path)
{
	struct gwt_error err;
	struct gwt_span text;

	for (size_t i = 0; i < GWT_LEN(kinds); i++) {
		if (!gwt_span_ends(gwt_span_of(path), gwt_span_of(kinds[i].ending)))
			continue;
		lint->files++;
		if (gwt_file_read(lint->arena, path, GWT_MAX_FILE_BYTES, &text, &err) != GWT_OK ||
		    kinds[i].check(lint, path, text, &err) != GWT_OK)
			add_problem(lint, path, &err);
		return true;
	}
	return false;
}

static gwt_status lint_folder(struct linter *lint, const char *dir, struct gwt_error *err)
{
	struct gwt_file_list files = { 0 };
	gwt_status status = gwt_file_list(lint->arena, dir, "", &files, err);

	for (size_t i = 0; status == GWT_OK && i < files.len; i++)
		lint_file(lint, gwt_file_join(lint->arena, dir, files.paths[i]));
	return status;
}

static gwt_status lint_path(struct linter *lint, const char *path, struct gwt_error *err)
{
	if (gwt_file_is_dir(path))
		return lint_folder(lint, path, err);
	if (!gwt_file_exists(path))
		return gwt_fail(err, GWT_EIO, "cannot open '%s': no such file or folder", path);
	if (!lint_file(lint, path))
		return gwt_fail(err, GWT_EUSAGE, "'%s' is neither a scenario (.yaml) nor a cassette (.json)",
				path);
	return GWT_OK;
}

static gwt_status lint_defaults(struct linter *lint, const struct lint_options *options,
				struct gwt_error *err)
{
	const char *cassettes = options->cassettes ? options->cassettes : "cassettes";
	gwt_status status = lint_path(lint, options->scenarios ? options->scenarios : "scenarios", err);

	if (status == GWT_OK && (options->cassettes || gwt_file_is_dir(cassettes)))
		status = lint_path(lint, cassettes, err);
	return status;
}

static void print_text(const struct linter *lint)
{
	for (const struct gwt_json *p = lint->problems->child; p; p = p->next)
		gwt_print(GWT_SPAN_FMT ":" GWT_SPAN_FMT ":" GWT_SPAN_FMT ": " GWT_SPAN_FMT "\n",
			  GWT_SPAN_ARG(gwt_json_get_text(p, "file")),
			  GWT_SPAN_ARG(gwt_json_get(p, "line")->text),
			  GWT_SPAN_ARG(gwt_json_get(p, "column")->text),
			  GWT_SPAN_ARG(gwt_json_get_text(p, "message")));
	gwt_print("%zu files, %zu broken\n", lint->files, lint->problems->len);
}

static void print_json(const struct linter *lint)
{
	struct gwt_json *json = gwt_json_new(lint->arena, GWT_JSON_OBJECT);

	gwt_json_add_number(lint->arena, json, "files", (int64_t)lint->files);
	gwt_json_add(lint->arena, json, "problems", lint->problems);
	gwt_print_json(json);
}

static gwt_status run(void *opaque, const struct gwt_arguments *args, struct gwt_arena *arena, int *exit_code,
		      struct gwt_error *err)
{
	const struct lint_options *options = opaque;
	struct linter lint = { .arena = arena, .problems = gwt_json_new(arena, GWT_JSON_ARRAY) };
	gwt_status status = args->words.len ? GWT_OK : lint_defaults(&lint, options, err);

	for (size_t i = 0; status == GWT_OK && i < args->words.len; i++)
		status = lint_path(&lint, args->words.items[i], err);
	if (status == GWT_OK && !lint.files)
		status = gwt_fail(err, GWT_EUNCHECKED, "nothing to check: no scenarios and no cassettes");
	if (status != GWT_OK)
		return status;
	if (options->json)
		print_json(&lint);
	else
		print_text(&lint);
	*exit_code = lint.problems->len ? gwt_status_exit_code(GWT_EPARSE) : 0;
	return GWT_OK;
}

const struct gwt_command gwt_cmd_lint = {
	.name = "lint",
	.about = "check that scenarios and cassettes are well formed",
	.synopsis = "[PATH...]",
	.options = specs,
	.options_size = sizeof(struct lint_options),
	.run = run,
	.details =
		"Without a PATH, checks the folders of scenarios and cassettes. Every broken file gets one line,\n"
		"FILE:LINE:COLUMN: what is wrong; what to do. Exit code 3 when one is broken.\n",
};
