/* `gwtape scrub`: look for secrets in files, those in use and those that have the form of one. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/request_file.h"
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/cassette/scan.h"
#include "lib/json/json.h"
#include "lib/awsconf/config.h"
#include "lib/awsconf/credentials.h"

struct scrub_options {
	const char *profile, *scenarios;
	struct gwt_words redact;
	bool json;
};

#define AT(member) offsetof(struct scrub_options, member)

static const struct gwt_option specs[] = {
	{ "profile", "P", "look for the credentials of this AWS profile too", GWT_OPT_TEXT, AT(profile), NULL,
	  NULL },
	{ "scenarios", "DIR", "account ids and other values of these scenarios are not findings (scenarios)",
	  GWT_OPT_PATH, AT(scenarios), NULL, NULL },
	{ "redact", "TEXT", "look for this text too; may be repeated", GWT_OPT_SECRET, AT(redact), NULL,
	  NULL },
	{ "json", NULL, "machine-readable result", GWT_OPT_FLAG, AT(json), NULL, "" },
	{ 0 },
};

struct scrub {
	struct gwt_arena *arena;
	struct gwt_live_secret *secrets;
	size_t secret_count;
	struct gwt_span *harmless; /* examples that AWS publishes, and the scenario files */
	size_t harmless_count;
	struct gwt_json *findings; /* JSON output; NULL for text */
	size_t files, found;
	size_t unread; /* files below a folder that could not be read; reported one by one */
};

static void know(struct scrub *scrub, const char *what, const char *value)
{
	if (value && *value && !gwt_span_is(gwt_credentials_dummy().secret_key, value))
		scrub->secrets[scrub->secret_count++] = (struct gwt_live_secret){ what, gwt_span_of(value) };
}

/* Also look for the credentials in use, where reading them needs neither a program nor a call. */
static void know_credentials(struct scrub *scrub, const struct gwt_aws_config *config)
{
	know(scrub, "the secret access key in use", getenv("AWS_SECRET_ACCESS_KEY"));
	know(scrub, "the session token in use", getenv("AWS_SESSION_TOKEN"));
	if (!config)
		return;
	know(scrub, "the secret access key of the profile",
	     gwt_aws_config_get(config, "aws_secret_access_key"));
	know(scrub, "the session token of the profile", gwt_aws_config_get(config, "aws_session_token"));
}

/* The secret itself is not printed: this output may become a file. */
static void report(struct scrub *scrub, const char *path, struct gwt_span text, const struct gwt_leak *leak)
{
	struct gwt_json *finding;
	size_t line, column;

	gwt_file_position(text, leak->offset, &line, &column);
	scrub->found++;
	if (!scrub->findings) {
		gwt_print("%s:%zu:%zu: %s\n", path, line, column, leak->what);
		return;
	}
	finding = gwt_json_append(scrub->findings, gwt_json_new(scrub->arena, GWT_JSON_OBJECT));
	gwt_json_add_string(scrub->arena, finding, "path", gwt_span_of(path));
	gwt_json_add_number(scrub->arena, finding, "line", (int64_t)line);
	gwt_json_add_number(scrub->arena, finding, "column", (int64_t)column);
	gwt_json_add_string(scrub->arena, finding, "what", gwt_span_of(leak->what));
}

/* Harmless texts of this file: a cassette's samples have the form of real ids. */
static void add_harmless(const struct scrub *scrub, struct gwt_arena *arena, const char *path,
			 struct gwt_span text, struct gwt_scan *scan)
{
	struct gwt_cassette cassette = { 0 };
	struct gwt_span *literals;

	if (!gwt_span_ends(gwt_span_of(path), GWT_SPAN(".json")) ||
	    gwt_cassette_parse(arena, path, text, &cassette, NULL) != GWT_OK)
		cassette.variable_count = 0;
	literals =
		gwt_arena_array(arena, struct gwt_span, scrub->harmless_count + cassette.variable_count + 1);
	for (size_t i = 0; i < scrub->harmless_count; i++)
		literals[scan->literal_count++] = scrub->harmless[i];
	for (size_t i = 0; i < cassette.variable_count; i++)
		literals[scan->literal_count++] = cassette.variables[i].sample;
	scan->literals = literals;
}

static gwt_status scrub_file(struct scrub *scrub, const char *path, struct gwt_error *err)
{
	struct gwt_arena arena = { 0 };
	struct gwt_scan scan = { .secrets = scrub->secrets, .secret_count = scrub->secret_count };
	struct gwt_span text;
	struct gwt_leak leak;
	gwt_status status = gwt_file_read(&arena, path, GWT_MAX_FILE_BYTES, &text, err);

	if (status == GWT_OK) {
		scrub->files++;
		add_harmless(scrub, &arena, path, text, &scan);
		for (size_t at = 0; gwt_scan_find(&scan, text, at, &leak); at = leak.offset + leak.len)
			report(scrub, path, text, &leak);
	}
	gwt_arena_release(&arena);
	return status;
}

/* A file that cannot be read, or is huge, does not stop the scan of the others. */
static gwt_status scrub_path(struct scrub *scrub, const char *path, struct gwt_error *err)
{
	struct gwt_file_list files;
	gwt_status status;

	if (!gwt_file_is_dir(path))
		return scrub_file(scrub, path, err);
	status = gwt_file_list_all(scrub->arena, path, &files, err);
	for (size_t i = 0; status == GWT_OK && i < files.len; i++)
		if (scrub_file(scrub, gwt_file_join(scrub->arena, path, files.paths[i]), err) != GWT_OK) {
			gwt_say("not looked into: %s", err->msg);
			scrub->unread++;
		}
	return status;
}

static void print_result(const struct scrub *scrub)
{
	struct gwt_json *root = gwt_json_new(scrub->arena, GWT_JSON_OBJECT);

	if (!scrub->findings) {
		gwt_print("%zu files, %zu findings", scrub->files, scrub->found);
		if (scrub->unread)
			gwt_print(", %zu files not looked into", scrub->unread);
		putchar('\n');
		return;
	}
	gwt_json_add_number(scrub->arena, root, "files", (int64_t)scrub->files);
	gwt_json_add_number(scrub->arena, root, "unread", (int64_t)scrub->unread);
	gwt_json_add(scrub->arena, root, "findings", scrub->findings);
	gwt_print_json(root);
}

/* A scenario's literals are public: a person wrote them. */
static gwt_status know_scenarios(struct scrub *scrub, const char *given, struct gwt_error *err)
{
	const char *dir = given ? given : "scenarios";
	struct gwt_file_list files = { 0 };
	gwt_status status = GWT_OK;

	if (given || gwt_file_is_dir(dir))
		status = gwt_file_list(scrub->arena, dir, ".yaml", &files, err);
	scrub->harmless = gwt_arena_array(scrub->arena, struct gwt_span, files.len + 1);
	scrub->harmless[scrub->harmless_count++] = gwt_scan_examples;
	for (size_t i = 0; status == GWT_OK && i < files.len; i++)
		status = gwt_file_read(scrub->arena, gwt_file_join(scrub->arena, dir, files.paths[i]),
				       GWT_MAX_FILE_BYTES, &scrub->harmless[scrub->harmless_count++], err);
	return status;
}

static gwt_status find_all(struct scrub *scrub, const struct scrub_options *options,
			   const struct gwt_words *paths, struct gwt_error *err)
{
	struct gwt_aws_config *config = NULL;
	gwt_status status = gwt_aws_config_load(options->profile, &config, err);

	if (status != GWT_OK && !options->profile)
		status = GWT_OK; /* a scan works without AWS configuration, too */
	scrub->secrets = gwt_arena_array(scrub->arena, struct gwt_live_secret, 4 + options->redact.len);
	know_credentials(scrub, config);
	for (size_t i = 0; i < options->redact.len; i++)
		know(scrub, "a text that --redact names", options->redact.items[i]);
	if (status == GWT_OK)
		status = know_scenarios(scrub, options->scenarios, err);
	for (size_t i = 0; status == GWT_OK && i < paths->len; i++)
		status = scrub_path(scrub, paths->items[i], err);
	gwt_aws_config_free(config);
	return status;
}

static gwt_status run_scrub(void *opaque, const struct gwt_arguments *args, struct gwt_arena *arena,
			    int *exit_code, struct gwt_error *err)
{
	const struct scrub_options *options = opaque;
	struct scrub scrub = { .arena = arena };
	gwt_status status;

	if (!args->words.len)
		return gwt_fail(err, GWT_EUSAGE, "'scrub' needs a path: a file, a folder, or - for stdin");
	status = gwt_scan_check_texts(options->redact.items, options->redact.len, err);
	if (status != GWT_OK)
		return status;
	scrub.findings = options->json ? gwt_json_new(arena, GWT_JSON_ARRAY) : NULL;
	status = find_all(&scrub, options, &args->words, err);
	if (status != GWT_OK)
		return status;
	if (!scrub.files && !scrub.unread)
		return gwt_fail(err, GWT_EUNCHECKED, "no files to scan");
	print_result(&scrub);
	*exit_code = gwt_status_exit_code(scrub.found ? GWT_EMISMATCH : scrub.unread ? GWT_EIO : GWT_OK);
	return GWT_OK;
}

const struct gwt_command gwt_cmd_scrub = {
	.name = "scrub",
	.about = "look for secrets in files",
	.synopsis = "PATH...",
	.options = specs,
	.options_size = sizeof(struct scrub_options),
	.run = run_scrub,
	.details =
		"Finds the credentials in use, plain, percent-encoded, JSON-escaped and in base64, and what has the\n"
		"form of an access key id, a secret access key or an account id. Examples that AWS publishes and the\n"
		"samples of cassettes are not reported. Exit code 1 when something was found.\n",
};
