/* `gwtape export`: cassettes as HAR, or as test vectors for authors of clients. */
#include <stdio.h>

#include "cli/command.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/store/load.h"
#include "lib/awsconf/credentials.h"
#include "recorder/export.h"

struct export_options {
	const char *cassettes;
};

#define AT(member) offsetof(struct export_options, member)

static const struct gwt_option specs[] = {
	{ "cassettes", "DIR[@REV]", "cassettes to export (cassettes)", GWT_OPT_PATH, AT(cassettes), NULL,
	  NULL },
	{ 0 },
};

static gwt_status write_vectors(struct gwt_buf *out, const struct gwt_cassettes *cassettes,
				struct gwt_error *err)
{
	struct gwt_credentials dummy = gwt_credentials_dummy();

	return gwt_export_vectors(out, cassettes, &dummy, err);
}

static const struct {
	const char *word;
	gwt_status (*write)(struct gwt_buf *out, const struct gwt_cassettes *cassettes,
			    struct gwt_error *err);
} formats[] = { { "har", gwt_export_har }, { "vectors", write_vectors } };

static gwt_status export(const struct export_options *options, size_t format, char *const *names,
			 size_t count, struct gwt_arena *arena, struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };
	struct gwt_cassettes cassettes;
	gwt_status status = gwt_cassettes_load(arena, options->cassettes ? options->cassettes : "cassettes",
					       names, count, &cassettes, err);

	gwt_buf_init(&out, SIZE_MAX);
	if (status == GWT_OK)
		status = formats[format].write(&out, &cassettes, err);
	if (status == GWT_OK)
		fwrite(out.ptr, 1, out.len, stdout);
	return status;
}

static gwt_status run_export(void *options, const struct gwt_arguments *args, struct gwt_arena *arena,
			     int *exit_code, struct gwt_error *err)
{
	(void)exit_code;
	for (size_t i = 0; args->words.len >= 1 && i < GWT_LEN(formats); i++)
		if (strcmp(args->words.items[0], formats[i].word) == 0)
			return export(options, i, args->words.items + 1, args->words.len - 1, arena, err);
	return gwt_fail(err, GWT_EUSAGE,
			"'export' takes a format, har or vectors, and scenarios (all without any)");
}

const struct gwt_command gwt_cmd_export = {
	.name = "export",
	.about = "print cassettes as HAR or as test vectors",
	.synopsis = "har|vectors [SCENARIO...]",
	.options = specs,
	.options_size = sizeof(struct export_options),
	.run = run_export,
	.details =
		"vectors: one line of JSON an interaction: input, request, contract bytes, canonical request, string to\n"
		"sign and signature, signed with the dummy credentials at 20150830T123600Z.\n",
};
