/* What git calls while it merges and shows cassettes (docs/git.md). */
#include <stdio.h>

#include "cli/command.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/store/merge.h"

struct no_options {
	char unused;
};

static const struct gwt_option none[] = { { 0 } };

static bool is_validated(const char *path)
{
	const char *name = strrchr(path, '/');

	return strcmp(name ? name + 1 : path, "VALIDATED.json") == 0;
}

static gwt_status read_three(char *const *paths, struct gwt_arena *arena, struct gwt_merge *out,
			     struct gwt_error *err)
{
	struct gwt_span *spans[] = { &out->base, &out->ours, &out->theirs };
	gwt_status status = GWT_OK;

	for (size_t i = 0; status == GWT_OK && i < GWT_LEN(spans); i++)
		status = gwt_file_read(arena, paths[i], GWT_MAX_FILE_BYTES, spans[i], err);
	return status;
}

static gwt_status merge_validated(const struct gwt_merge *merge, const char *path, struct gwt_arena *arena,
				  struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };
	gwt_status status;

	gwt_buf_init(&out, GWT_MAX_FILE_BYTES);
	status = gwt_merge_validated(arena, merge, &out, err);
	return status == GWT_OK ? gwt_file_write(path, gwt_buf_span(&out), err) : status;
}

/* %O %A %B %P: the result goes to %A; any exit code but 0 is a conflict for git. */
static gwt_status run_merge(void *options, const struct gwt_arguments *args, struct gwt_arena *arena,
			    int *exit_code, struct gwt_error *err)
{
	char *const *words = args->words.items;
	struct gwt_merge merge;
	struct gwt_span result;
	gwt_status status;

	(void)options;
	if (args->words.len != 4)
		return gwt_fail(err, GWT_EUSAGE, "'git-merge-driver' is called by git with %%O %%A %%B %%P");
	status = read_three(words, arena, &merge, err);
	if (status == GWT_OK && is_validated(words[3]))
		return merge_validated(&merge, words[1], arena, err);
	if (status != GWT_OK)
		return status;
	if (!gwt_merge_cassette(&merge, &result)) {
		gwt_say("'%s' was recorded on both sides: two recordings are not merged; ours is kept until you choose "
			"(git checkout --theirs) or record again",
			words[3]);
		*exit_code = gwt_status_exit_code(GWT_EMISMATCH);
		return GWT_OK;
	}
	return gwt_file_write(words[1], result, err);
}

static void print_body(struct gwt_arena *arena, struct gwt_span body)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };
	struct gwt_json *json;

	gwt_buf_init(&out, SIZE_MAX);
	if (gwt_json_parse(arena, body, &json, NULL))
		gwt_json_write(&out, json, GWT_JSON_PRETTY);
	else if (body.len)
		gwt_buf_add(&out, body);
	if (out.len && out.ptr[out.len - 1] != '\n')
		gwt_buf_add_char(&out, '\n');
	fwrite(out.ptr, 1, out.len, stdout);
}

static void print_headers(const struct gwt_headers *headers)
{
	for (size_t i = 0; i < headers->len; i++)
		gwt_print(GWT_SPAN_FMT ": " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(headers->items[i].name),
			  GWT_SPAN_ARG(headers->items[i].value));
}

static void print_interaction(struct gwt_arena *arena, const struct gwt_interaction *interaction)
{
	gwt_print("\n== " GWT_SPAN_FMT " (" GWT_SPAN_FMT ")\n" GWT_SPAN_FMT " " GWT_SPAN_FMT "\n",
		  GWT_SPAN_ARG(interaction->id), GWT_SPAN_ARG(interaction->operation),
		  GWT_SPAN_ARG(interaction->request.method), GWT_SPAN_ARG(interaction->request.target));
	print_headers(&interaction->request.headers);
	print_body(arena, interaction->request.body);
	gwt_print("-- %d, %s\n", interaction->response.status, gwt_evidence_word(interaction->evidence));
	print_headers(&interaction->response.headers);
	print_body(arena, interaction->response.body);
}

/* A file that cannot be read as a cassette is shown as it is: git must be able to show anything. */
static gwt_status run_textconv(void *options, const struct gwt_arguments *args, struct gwt_arena *arena,
			       int *exit_code, struct gwt_error *err)
{
	struct gwt_cassette cassette;
	struct gwt_span text;
	gwt_status status;

	(void)options, (void)exit_code;
	if (args->words.len != 1)
		return gwt_fail(err, GWT_EUSAGE, "'git-textconv' is called by git with one file");
	status = gwt_file_read(arena, args->words.items[0], GWT_MAX_FILE_BYTES, &text, err);
	if (status != GWT_OK)
		return status;
	if (gwt_cassette_parse(arena, args->words.items[0], text, &cassette, NULL) != GWT_OK) {
		fwrite(text.ptr, 1, text.len, stdout);
		return GWT_OK;
	}
	gwt_print("scenario " GWT_SPAN_FMT "\nrecorded from " GWT_SPAN_FMT ", " GWT_SPAN_FMT "\n",
		  GWT_SPAN_ARG(cassette.scenario), GWT_SPAN_ARG(cassette.provenance.upstream),
		  GWT_SPAN_ARG(cassette.provenance.region));
	for (size_t i = 0; i < cassette.interaction_count; i++)
		print_interaction(arena, &cassette.interactions[i]);
	return GWT_OK;
}

const struct gwt_command gwt_cmd_git_merge_driver = {
	.name = "git-merge-driver",
	.about = "merge VALIDATED.json; keep two recordings of one scenario apart",
	.synopsis = "%O %A %B %P",
	.options = none,
	.options_size = sizeof(struct no_options),
	.run = run_merge,
	.details = "Called by git; docs/git.md says how to set it up.\n",
};

const struct gwt_command gwt_cmd_git_textconv = {
	.name = "git-textconv",
	.about = "print a cassette without its index, for git diff",
	.synopsis = "FILE",
	.options = none,
	.options_size = sizeof(struct no_options),
	.run = run_textconv,
	.details = "Called by git; docs/git.md says how to set it up.\n",
};
