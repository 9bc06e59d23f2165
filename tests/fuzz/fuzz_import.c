/*
 * fuzz_import.c - any bytes as a HAR and as a VCR cassette: refused with a position, or calls that are kept
 * as files which read back and hold no token, or are refused with a reason.
 */
#include "recorder/import.h"
#include "recorder/keep.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool has(struct gwt_span bytes, struct gwt_span needle)
{
	return needle.len >= 8 && gwt_span_find_span(bytes, needle) < bytes.len;
}

static void check_kept(struct gwt_arena *arena, const struct gwt_imported *imported)
{
	struct gwt_keep_options options = {
		.name = GWT_SPAN("fuzz/fuzz"),
		.tag = GWT_SPAN("source:import"),
		.how = GWT_SPAN("imported"),
		.order = GWT_ORDER_EXACT,
		.provenance = { .upstream = GWT_SPAN("other"), .region = GWT_SPAN("us-east-1") },
	};
	struct gwt_error err = { 0 };
	struct gwt_kept kept;
	gwt_status status = gwt_keep_calls(imported->calls, imported->len, &options, arena, &kept, &err);

	must(status == GWT_OK || err.msg[0]);
	for (size_t i = 0; status == GWT_OK && i < imported->len; i++) {
		must(!has(kept.cassette, imported->calls[i].secret));
		must(!has(kept.scenario, imported->calls[i].secret));
	}
}

static void try(gwt_status (*read)(struct gwt_arena *arena, const char *path, struct gwt_span text,
				   struct gwt_imported *out, struct gwt_error *err),
		struct gwt_span text)
{
	struct gwt_arena arena = { 0 };
	struct gwt_error err = { 0 };
	struct gwt_imported imported;
	gwt_status status = read(&arena, "f", text, &imported, &err);

	must(status == GWT_OK || strncmp(err.msg, "f:", 2) == 0);
	/* ordering takes time quadratic in the number of calls */
	if (status == GWT_OK && imported.len < 64)
		check_kept(&arena, &imported);
	gwt_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_span text = { (const char *)data, size };

	try(gwt_import_har, text);
	try(gwt_import_vcr, text);
	return 0;
}
