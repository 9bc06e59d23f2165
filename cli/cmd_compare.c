/* `gwtape compare`: two raw requests, which level holds between them, and what differs. */
#include <stdio.h>
#include <string.h>

#include "cli/choices.h"
#include "cli/command.h"
#include "cli/request_file.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/contract/compare.h"
#include "lib/contract/verdict.h"
#include "lib/json/json.h"
#include "lib/report/mask.h"

struct compare_options {
	enum gwt_level level;
	bool any_region, json;
};

static const struct gwt_option specs[] = {
	{ "level", "LEVEL", "what must hold for exit 0: wire, signed, contract (default) or effect",
	  GWT_OPT_CHOICE, offsetof(struct compare_options, level), GWT_LEVEL_WORDS, NULL,
	  .codes = gwt_level_codes, .usual = GWT_LEVEL_CONTRACT },
	{ "any-region", NULL, "do not compare the region of the credential scope", GWT_OPT_FLAG,
	  offsetof(struct compare_options, any_region), NULL, NULL },
	{ "json", NULL, "machine-readable output", GWT_OPT_FLAG, offsetof(struct compare_options, json), NULL,
	  "" },
	{ 0 },
};

static void print_text(const struct gwt_comparison *comparison)
{
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_comparison_text(&out, comparison);
	fwrite(gwt_buf_span(&out).ptr, 1, out.len, stdout);
	gwt_buf_release(&out);
	if (comparison->level == GWT_LEVEL_NONE)
		gwt_print("%s: no level holds\n", gwt_verdict_word(comparison->verdict));
	else
		gwt_print("%s: equal at level %s\n", gwt_verdict_word(comparison->verdict),
			  gwt_level_word(comparison->level));
}

static void print_as_json(const struct gwt_comparison *comparison, struct gwt_arena *arena)
{
	struct gwt_json *json = gwt_json_new(arena, GWT_JSON_OBJECT), *differences;

	if (comparison->level == GWT_LEVEL_NONE)
		gwt_json_add(arena, json, "level", gwt_json_new(arena, GWT_JSON_NULL));
	else
		gwt_json_add_string(arena, json, "level", gwt_span_of(gwt_level_word(comparison->level)));
	gwt_json_add_string(arena, json, "verdict", gwt_span_of(gwt_verdict_word(comparison->verdict)));
	differences = gwt_json_add_array(arena, json, "differences");
	for (size_t i = 0; i < comparison->len; i++)
		gwt_json_append(differences, gwt_difference_json(arena, &comparison->differences[i]));
	gwt_print_json(json);
}

static gwt_status run_compare(void *opaque, const struct gwt_arguments *args, struct gwt_arena *arena,
			      int *exit_code, struct gwt_error *err)
{
	const struct compare_options *options = opaque;
	struct gwt_compare_options how = { .any_region = options->any_region };
	enum gwt_level wanted = options->level;
	struct gwt_request expected, got;
	struct gwt_comparison comparison;
	gwt_status status;

	if (args->words.len != 2)
		return gwt_fail(err, GWT_EUSAGE,
				"compare takes two files, what is expected and what was got");
	if (strcmp(args->words.items[0], "-") == 0 && strcmp(args->words.items[1], "-") == 0)
		return gwt_fail(err, GWT_EUSAGE, "compare can read one of the two from stdin, not both");
	status = gwt_request_file_read(arena, args->words.items[0], &expected, err);
	if (status == GWT_OK)
		status = gwt_request_file_read(arena, args->words.items[1], &got, err);
	if (status != GWT_OK)
		return status;
	gwt_compare(&expected, &got, &how, arena, &comparison);
	gwt_compare_explain(&expected, &got, wanted, arena, &comparison);
	gwt_mask_comparison(arena, &comparison);
	if (options->json)
		print_as_json(&comparison, arena);
	else
		print_text(&comparison);
	*exit_code = comparison.level >= wanted ? 0 : 1;
	return GWT_OK;
}

const struct gwt_command gwt_cmd_compare = {
	.name = "compare",
	.about = "say at which level two raw requests are equal, and what differs",
	.synopsis = "EXPECTED.http GOT.http",
	.options = specs,
	.options_size = sizeof(struct compare_options),
	.run = run_compare,
	.details =
		"A file holds one raw request as it went over the wire, lines ending in CR LF; '-' is\n"
		"stdin. Signatures are not checked ('gwtape inspect' does that). Exit code 0 when the level\n"
		"holds, 1 when not. docs/contract-bytes.md explains levels and verdicts.\n",
};
