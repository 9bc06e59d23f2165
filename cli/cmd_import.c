/* `gwtape import`: what other tools recorded, as a cassette and the scenario that makes the same calls. */
#include <stdio.h>

#include "cli/command.h"
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/cassette/cassette.h"
#include "lib/cassette/scan.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/model/model.h"
#include "recorder/derive.h"
#include "recorder/export.h"
#include "recorder/import.h"
#include "recorder/keep.h"
#include "recorder/kept_files.h"
#include "recorder/transaction.h"
#include "lib/store/store.h"
#include "lib/store/validated.h"

struct import_options {
	const char *name, *cassettes, *scenarios, *region;
	bool force;
};

#define AT(member) offsetof(struct import_options, member)

static const struct gwt_option specs[] = {
	{ "name", "GROUP/NAME", "name of the scenario and cassette (imported/FILE)", GWT_OPT_TEXT, AT(name),
	  NULL, "" },
	{ "cassettes", "DIR", "where the cassette goes (cassettes)", GWT_OPT_PATH, AT(cassettes), NULL,
	  NULL },
	{ "scenarios", "DIR", "where the scenario goes (scenarios)", GWT_OPT_PATH, AT(scenarios), NULL,
	  NULL },
	{ "region", "R", "AWS region, where the file does not name it", GWT_OPT_TEXT, AT(region), NULL,
	  NULL },
	{ "force", NULL, "replace existing cassettes", GWT_OPT_FLAG, AT(force), NULL, "" },
	{ 0 },
};

static const struct {
	const char *word;
	gwt_status (*read)(struct gwt_arena *arena, const char *path, struct gwt_span text,
			   struct gwt_imported *out, struct gwt_error *err);
} formats[] = { { "har", gwt_import_har }, { "vcr", gwt_import_vcr } };

/* "some/Day 1.har" -> "imported/day-1" */
static const char *usual_name(struct gwt_arena *arena, const char *path)
{
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	char *name = gwt_arena_cstr(arena, gwt_span_of(base)), *dot = strrchr(name, '.');

	if (dot && dot != name)
		*dot = '\0';
	for (char *c = name; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
		else if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-_", *c))
			*c = '-';
	return gwt_arena_printf(arena, "imported/%s", name).ptr;
}

static void say_left_out(const struct gwt_imported *imported)
{
	for (size_t i = 0; i < imported->warning_count; i++)
		gwt_say("warning: " GWT_SPAN_FMT, GWT_SPAN_ARG(imported->warnings[i]));
	if (imported->foreign)
		gwt_say("warning: %zu entries are not calls of API Gateway and were left out",
			imported->foreign);
	if (imported->unsendable)
		gwt_say("warning: %zu calls of API Gateway were left out: their URL has a user or bytes that no URL has",
			imported->unsendable);
	if (imported->bodiless)
		gwt_say("warning: %zu calls of API Gateway were left out: the file has the size of a body and not the body",
			imported->bodiless);
}

static struct gwt_span region_of(const struct import_options *options, const struct gwt_imported *imported)
{
	if (options->region)
		return gwt_span_of(options->region);
	return imported->region.ptr ? imported->region : GWT_SPAN("us-east-1");
}

/* The weakest evidence of a cassette's answers. */
static enum gwt_evidence weakest(const struct gwt_cassette *cassette)
{
	enum gwt_evidence evidence = GWT_EVIDENCE_AWS_LIVE;

	for (size_t i = 0; i < cassette->interaction_count; i++)
		if (cassette->interactions[i].evidence > evidence)
			evidence = cassette->interactions[i].evidence;
	return evidence;
}

/* Without --force, only a cassette that import made, with evidence that is not stronger, is replaced. */
static gwt_status check_replaced(const struct import_options *options, const struct gwt_kept_files *files,
				 struct gwt_span text, bool is_imported, struct gwt_arena *arena,
				 struct gwt_error *err)
{
	struct gwt_cassette before, after;
	struct gwt_span old;
	gwt_status status;

	if (options->force || !gwt_file_exists(files->cassette_path))
		return GWT_OK;
	status = gwt_file_read(arena, files->cassette_path, GWT_MAX_FILE_BYTES, &old, err);
	if (status != GWT_OK || gwt_span_eq(old, text))
		return status;
	if (is_imported && gwt_cassette_parse(arena, files->cassette_path, old, &before, NULL) == GWT_OK &&
	    gwt_cassette_parse(arena, files->cassette_path, text, &after, NULL) == GWT_OK &&
	    weakest(&before) >= weakest(&after))
		return GWT_OK;
	return gwt_fail(err, GWT_EUSAGE, "'%s' exists already and differs: --force replaces it",
			files->cassette_path);
}

/* The HAR may have been edited: its cassettes are checked as recordings are. */
static gwt_status check_restored(const struct gwt_kept_files *files, struct gwt_span text,
				 struct gwt_arena *arena, struct gwt_error *err)
{
	struct gwt_cassette cassette;
	struct gwt_scan scan = { 0 };
	struct gwt_span *literals;
	struct gwt_leak leak;
	size_t line, column;
	gwt_status status = gwt_cassette_parse(arena, files->cassette_path, text, &cassette, err);

	if (status != GWT_OK)
		return status;
	literals = gwt_arena_array(arena, struct gwt_span, cassette.variable_count + 2);
	literals[scan.literal_count++] = gwt_scan_examples;
	for (size_t i = 0; i < cassette.variable_count; i++)
		literals[scan.literal_count++] = cassette.variables[i].sample;
	if (gwt_file_exists(files->scenario_path))
		status = gwt_file_read(arena, files->scenario_path, GWT_MAX_FILE_BYTES,
				       &literals[scan.literal_count++], err);
	scan.literals = literals;
	if (status != GWT_OK || !gwt_scan_find(&scan, text, 0, &leak))
		return status;
	gwt_file_position(text, leak.offset, &line, &column);
	return gwt_fail(err, GWT_EUNCHECKED, "not restored: %s would be in line %zu, column %zu of '%s'",
			leak.what, line, column, files->cassette_path);
}

static gwt_status write_files(struct gwt_kept_files *files, const struct gwt_kept *kept,
			      struct gwt_arena *arena, struct gwt_error *err)
{
	gwt_status status;

	files->transaction.upstream = GWT_SPAN("import");
	status = gwt_kept_files_prepare(files, GWT_COMMIT_NO, err);
	if (status == GWT_OK)
		status = gwt_kept_files_write(files, kept, arena, err);
	gwt_kept_files_release(files);
	return status;
}

static gwt_status import_calls(const struct import_options *options, const char *path,
			       const struct gwt_imported *imported, struct gwt_arena *arena,
			       struct gwt_error *err)
{
	struct gwt_keep_options keep = {
		.tag = GWT_SPAN(GWT_IMPORT_TAG),
		.how = GWT_SPAN("imported"),
		.order = GWT_ORDER_EXACT,
		.provenance = { .upstream = GWT_SPAN("other"),
				.endpoint = imported->endpoint,
				.region = region_of(options, imported),
				.model = gwt_span_of(gwt_model_version_word(GWT_MODEL_NEWER)) },
	};
	struct gwt_kept_files files;
	struct gwt_kept kept;
	gwt_status status =
		gwt_kept_files_init(&files, options->name ? options->name : usual_name(arena, path),
				    options->cassettes, options->scenarios, arena, err);

	if (status == GWT_OK)
		status = gwt_kept_files_check(&files, arena, err);
	if (status != GWT_OK)
		return status;
	say_left_out(imported);
	keep.name = gwt_span_of(files.name);
	status = gwt_keep_calls(imported->calls, imported->len, &keep, arena, &kept, err);
	if (status == GWT_OK)
		status = check_replaced(options, &files, kept.cassette, gwt_file_exists(files.scenario_path),
					arena, err);
	if (status == GWT_OK)
		status = write_files(&files, &kept, arena, err);
	if (status != GWT_OK)
		return status;
	if (kept.inexact)
		gwt_say("warning: %zu of the calls are not made byte for byte by the scenario", kept.inexact);
	gwt_print("imported %s: %zu calls\nscenario %s\n", files.cassette_path, kept.calls,
		  files.scenario_path);
	return GWT_OK;
}

static gwt_status write_cassette(const struct gwt_kept_files *files, struct gwt_span text,
				 struct gwt_error *err)
{
	struct gwt_transaction transaction = {
		.request = { .dir = files->cassettes, .items = &files->item, .len = 1, .mode = GWT_COMMIT_NO }
	};
	bool unused;
	gwt_status status = gwt_transaction_prepare(&transaction, err);

	if (status == GWT_OK)
		status = gwt_transaction_write(&transaction, files->cassette_path, text, &unused, err);
	gwt_transaction_release(&transaction);
	return status;
}

/* A HAR that gwtape exported: restore its cassettes unchanged. */
static gwt_status restore(const struct import_options *options, const struct gwt_har_cassette *list,
			  size_t count, struct gwt_arena *arena, struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	for (size_t i = 0; status == GWT_OK && i < count; i++) {
		const char *name = gwt_arena_cstr(arena, list[i].scenario);
		struct gwt_kept_files files;

		status =
			gwt_kept_files_init(&files, name, options->cassettes, options->scenarios, arena, err);
		if (status == GWT_OK)
			status = check_restored(&files, list[i].text, arena, err);
		if (status == GWT_OK)
			status = check_replaced(options, &files, list[i].text, false, arena, err);
		if (status == GWT_OK)
			status = write_cassette(&files, list[i].text, err);
		if (status == GWT_OK)
			gwt_print("restored %s\n", files.cassette_path);
	}
	return status;
}

static gwt_status import_file(const struct import_options *options, size_t format, const char *path,
			      struct gwt_arena *arena, struct gwt_error *err)
{
	struct gwt_har_cassette *own = NULL;
	struct gwt_imported imported;
	struct gwt_span text;
	size_t count = 0;
	gwt_status status = gwt_file_read(arena, path, GWT_MAX_FILE_BYTES, &text, err);

	if (status == GWT_OK)
		text = gwt_import_text(text);
	if (status == GWT_OK && formats[format].read == gwt_import_har && !options->name)
		status = gwt_import_har_cassettes(arena, path, text, &own, &count, err);
	if (status != GWT_OK || count)
		return status == GWT_OK ? restore(options, own, count, arena, err) : status;
	status = formats[format].read(arena, path, text, &imported, err);
	return status == GWT_OK ? import_calls(options, path, &imported, arena, err) : status;
}

static gwt_status run_import(void *options, const struct gwt_arguments *args, struct gwt_arena *arena,
			     int *exit_code, struct gwt_error *err)
{
	(void)exit_code;
	for (size_t i = 0; args->words.len == 2 && i < GWT_LEN(formats); i++)
		if (strcmp(args->words.items[0], formats[i].word) == 0)
			return import_file(options, i, args->words.items[1], arena, err);
	return gwt_fail(err, GWT_EUSAGE, "'import' takes a format, har or vcr, and a file");
}

const struct gwt_command gwt_cmd_import = {
	.name = "import",
	.about = "make a cassette and a scenario from a HAR or VCR recording",
	.synopsis = "har|vcr FILE",
	.options = specs,
	.options_size = sizeof(struct import_options),
	.run = run_import,
	.details =
		"Calls of other services are left out; every loss is reported. A HAR that 'gwtape export har' wrote gives\n"
		"its cassettes back as they were, scanned for secrets. An existing cassette is replaced with --force, or\n"
		"where import made it and its evidence is not stronger.\n",
};
