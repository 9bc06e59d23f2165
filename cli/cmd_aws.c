/* cmd_aws.c - gwtape aws, put-integration, get-integration: the AWS CLI's command line, and cassettes for it. */
#include <stdio.h>

#include "awscli/awscli.h"
#include "cli/command.h"
#include "cli/config.h"
#include "cli/option.h"
#include "cli/record_report.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/http/headers.h"
#include "lib/match/index.h"
#include "lib/match/session.h"
#include "lib/contract/compare.h"
#include "lib/contract/verdict.h"
#include "lib/model/model.h"
#include "lib/store/load.h"
#include "lib/store/store.h"
#include "recorder/capture.h"
#include "recorder/derive.h"
#include "recorder/keep.h"
#include "recorder/kept_files.h"

/* Where cassettes and scenarios are: from gwtape.json and the environment, since flags are the AWS CLI's. */
struct places {
	const char *cassettes, *scenarios;
};

static const struct gwt_option place_specs[] = {
	{ "cassettes", "DIR", "cassettes", GWT_OPT_PATH, offsetof(struct places, cassettes), NULL, NULL },
	{ "scenarios", "DIR", "scenarios", GWT_OPT_PATH, offsetof(struct places, scenarios), NULL, NULL },
	{ 0 },
};

static const struct gwt_command place_reader = {
	.name = "aws",
	.options = place_specs,
	.options_size = sizeof(struct places),
};

static gwt_status find_places(struct gwt_arena *arena, struct places *out, struct gwt_error *err)
{
	char *no_words[] = { NULL };
	struct gwt_arguments args;
	struct gwt_config config;
	gwt_status status = gwt_config_load(&config, arena, err);

	*out = (struct places){ 0 };
	if (status == GWT_OK)
		status = gwt_options_fill(&place_reader, &config, no_words, arena, out, &args, NULL, err);
	gwt_config_release(&config);
	out->cassettes = out->cassettes ? out->cassettes : "cassettes";
	return status;
}

static gwt_status find_files(struct gwt_arena *arena, const char *name, struct gwt_kept_files *files,
			     struct gwt_error *err)
{
	struct places places;
	gwt_status status = find_places(arena, &places, err);

	if (status == GWT_OK)
		status = gwt_kept_files_init(files, name, places.cassettes, places.scenarios, arena, err);
	return status == GWT_OK ? gwt_kept_files_check(files, arena, err) : status;
}

static gwt_status record_begin(struct gwt_arena *arena, const char *name, struct gwt_error *err)
{
	struct gwt_kept_files files;

	return find_files(arena, name, &files, err);
}

static bool is_aws(struct gwt_span endpoint)
{
	return gwt_span_starts(endpoint, GWT_SPAN("https://")) &&
	       (gwt_span_ends(endpoint, GWT_SPAN(".amazonaws.com")) ||
		gwt_span_ends(endpoint, GWT_SPAN(".amazonaws.com.cn")) ||
		gwt_span_ends(endpoint, GWT_SPAN(".api.aws")));
}

/* For VALIDATED.json and the commit. */
static struct gwt_span upstream_word(const struct gwt_aws_call *call)
{
	return is_aws(call->endpoint) ? GWT_SPAN("aws") : call->endpoint;
}

static gwt_status make_kept(struct gwt_arena *arena, const struct gwt_kept_files *files,
			    const struct gwt_aws_call *call, struct gwt_kept *out, struct gwt_error *err)
{
	bool aws = is_aws(call->endpoint);
	struct gwt_keep_options keep = {
		.name = gwt_span_of(files->name),
		.tag = GWT_SPAN(GWT_PROXY_TAG),
		.how = GWT_SPAN("recorded by 'gwtape aws --record'"),
		.order = GWT_ORDER_EXACT,
		.provenance = { .upstream = aws ? GWT_SPAN("aws") : GWT_SPAN("other"),
				.endpoint = call->endpoint,
				.region = call->region,
				.model = gwt_span_of(gwt_model_version_word(GWT_MODEL_NEWER)) },
		.credentials = call->credentials,
	};
	struct gwt_capture capture;
	const char *trouble = gwt_capture_take(aws ? GWT_UPSTREAM_AWS : GWT_UPSTREAM_OTHER, &call->request,
					       &call->request, &call->response, arena, &capture);

	if (trouble)
		return gwt_fail(err, GWT_EUNCHECKED, "not recorded: %s", trouble);
	return gwt_keep_calls(&capture, 1, &keep, arena, out, err);
}

static void report(const struct gwt_kept_files *files)
{
	const struct gwt_commit_result *commit = &files->transaction.commit;

	gwt_say("%s %s", files->changed ? "recorded" : "confirmed", files->cassette_path);
	if (commit->committed)
		gwt_say("committed %.12s", commit->oid);
	gwt_say_not_committed(commit);
}

static gwt_status keep_call(struct gwt_arena *arena, struct gwt_kept_files *files,
			    const struct gwt_aws_call *call, struct gwt_error *err)
{
	struct gwt_kept kept;
	gwt_status status;

	files->transaction.upstream = upstream_word(call);
	files->transaction.region = call->region;
	status = gwt_kept_files_prepare(files, GWT_COMMIT_DEFAULT, err);
	if (status != GWT_OK)
		return status;
	status = make_kept(arena, files, call, &kept, err);
	if (status == GWT_OK)
		status = gwt_kept_files_write(files, &kept, arena, err);
	if (status == GWT_OK)
		status = gwt_kept_files_commit(files, arena, err);
	gwt_kept_files_release(files);
	if (status == GWT_OK)
		report(files);
	return status;
}

static gwt_status record(struct gwt_arena *arena, const char *name, const struct gwt_aws_call *call,
			 struct gwt_error *err)
{
	struct gwt_kept_files files;
	gwt_status status = find_files(arena, name, &files, err);

	if (status != GWT_OK)
		return status;
	if (gwt_span_is(gwt_headers_get(&call->response.headers, "x-gwtape"), "replay"))
		return gwt_fail(err, GWT_EUPSTREAM,
				"not recorded: the answer came from a replay, not from a service");
	return keep_call(arena, &files, call, err);
}

/* Load all of the cassette folder, or the named cassette; without it there is nothing to compare with. */
static gwt_status load_from_folder(struct gwt_arena *arena, const char *folder, char **name,
				   struct gwt_cassettes *out, struct gwt_error *err)
{
	if (!gwt_file_is_dir(folder) && !strchr(folder, '@'))
		return gwt_fail(err, GWT_EUNCHECKED, "no cassette folder '%s': nothing to compare with",
				folder);
	return gwt_cassettes_load(arena, folder, name, name ? 1 : 0, out, err);
}

/*
 * `source` is a file, a folder (DIR or DIR@REV), or a scenario's name below the cassette folder; ""
 * means all of that folder.
 */
static gwt_status load_cassettes(struct gwt_arena *arena, const char *source, struct gwt_cassettes *out,
				 struct gwt_error *err)
{
	char *names[] = { gwt_arena_cstr(arena, gwt_span_of(source)) };
	struct places places;
	struct gwt_span text;
	gwt_status status = find_places(arena, &places, err);

	if (status != GWT_OK)
		return status;
	if (gwt_file_is_dir(source) || strchr(source, '@'))
		return gwt_cassettes_load(arena, source, NULL, 0, out, err);
	if (!*source || !gwt_file_exists(source))
		return load_from_folder(arena, places.cassettes, *source ? names : NULL, out, err);
	*out = (struct gwt_cassettes){ .items = gwt_arena_new(arena, struct gwt_cassette),
				       .len = 1,
				       .cap = 1 };
	status = gwt_file_read(arena, source, GWT_MAX_FILE_BYTES, &text, err);
	return status == GWT_OK ? gwt_cassette_parse(arena, source, text, out->items, err) : status;
}

/* Compare the request with the most similar interaction, ids aside. */
static gwt_status compare(struct gwt_arena *arena, const struct gwt_index *index,
			  const struct gwt_request *request, struct gwt_buf *out, struct gwt_error *err)
{
	struct gwt_match_options options = { .level = GWT_LEVEL_CONTRACT, .any_region = true };
	struct gwt_session *session = gwt_session_new(index, &options);
	struct gwt_match_result result = { 0 };
	bool equal;

	gwt_session_nearest(session, request, arena, &result);
	gwt_session_free(session);
	if (!result.entry)
		return gwt_fail(err, GWT_EUNCHECKED,
				"no cassette has a call like this one: nothing to compare with");
	equal = result.level >= GWT_LEVEL_CONTRACT;
	gwt_comparison_text(out, &result.comparison);
	gwt_buf_printf(out, "%s: %s " GWT_SPAN_FMT " (" GWT_SPAN_FMT ")%s%s\n",
		       gwt_verdict_word(result.comparison.verdict), equal ? "equal to" : "nearest is",
		       GWT_SPAN_ARG(result.entry->interaction->id),
		       GWT_SPAN_ARG(result.entry->cassette->scenario), equal ? " at level " : "",
		       equal ? gwt_level_word(result.level) : "");
	return equal ? GWT_OK
		     : gwt_fail(err, GWT_EMISMATCH,
				"gwtape: the request would break the contract; nothing was sent");
}

static gwt_status check(struct gwt_arena *arena, const char *source, const struct gwt_request *request,
			struct gwt_buf *out, struct gwt_error *err)
{
	struct gwt_cassettes cassettes;
	struct gwt_index *index;
	gwt_status status = load_cassettes(arena, source, &cassettes, err);

	if (status != GWT_OK)
		return status;
	index = gwt_index_new(&cassettes);
	status = compare(arena, index, request, out, err);
	gwt_index_free(index);
	return status;
}

static const struct gwt_aws_hooks hooks = { .record_begin = record_begin, .record = record, .check = check };

static int aws_main(int argc, char **argv)
{
	return gwt_aws_main(argc, argv, &hooks);
}

static const struct gwt_option no_options[] = { { 0 } };

static const char details[] =
	"Behaves as the AWS CLI 2.9.19 does: parsing, request, output, exit code (docs/aws-cli.md).\n"
	"'gwtape aws apigateway put-integration help' shows AWS's own page. Options of ours, whole words only:\n"
	"  --print-request         print the signed request and send nothing\n"
	"  --check [CASSETTE]      compare the request with a cassette and send nothing\n"
	"  --record NAME           send it, and store the call as the cassette NAME\n"
	"Exit codes are the AWS CLI's: 252, 253, 254, 255, 130; --check: 1, 5.\n";

const struct gwt_command gwt_cmd_aws = {
	.name = "aws",
	.about = "the AWS CLI's own command line: 'gwtape aws apigateway put-integration ...'",
	.synopsis = "ARGS...",
	.options = no_options,
	.details = details,
	.own_main = aws_main,
};

const struct gwt_command gwt_cmd_put_integration = {
	.name = "put-integration",
	.about = "short for 'gwtape aws apigateway put-integration'",
	.synopsis = "ARGS...",
	.options = no_options,
	.details = details,
	.own_main = aws_main,
};

const struct gwt_command gwt_cmd_get_integration = {
	.name = "get-integration",
	.about = "short for 'gwtape aws apigateway get-integration'",
	.synopsis = "ARGS...",
	.options = no_options,
	.details = details,
	.own_main = aws_main,
};
