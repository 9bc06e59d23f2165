/*
 * fuzz_verifier.c - any bytes as what `gwtape verify` reads from others: a driver's line, waivers, an earlier report.
 *
 * Each is refused, or complete. A report that is read is also made into every form that people see, which must be
 * UTF-8 whatever is in it.
 */
#include "verifier/compare.h"
#include "verifier/matrix.h"
#include "verifier/protocol.h"
#include "verifier/waivers.h"
#include "verifier/writers.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void try_reply(struct gwt_arena *arena, struct gwt_span bytes)
{
	struct gwt_reply reply;
	const char *why = NULL;

	if (gwt_protocol_reply(arena, bytes, &reply, &why))
		must(reply.id.ptr && reply.kind <= GWT_REPLY_UNSUPPORTED);
	else
		must(why && why[0]);
}

static void try_waivers(struct gwt_arena *arena, struct gwt_span bytes)
{
	struct gwt_waivers waivers = { 0 };
	struct gwt_error err = { 0 };

	if (gwt_waivers_parse(arena, "f", bytes, &waivers, &err) != GWT_OK) {
		must(err.msg[0] && !waivers.len);
		return;
	}
	for (size_t i = 0; i < waivers.len; i++)
		must(waivers.items[i].scenario.len && waivers.items[i].verdict.len &&
		     waivers.items[i].reason.len && waivers.items[i].until.len == 10);
}

static void try_report(struct gwt_arena *arena, struct gwt_span bytes)
{
	static void (*const writers[])(struct gwt_buf *, const struct gwt_matrix *) = {
		gwt_matrix_text, gwt_matrix_markdown, gwt_matrix_html, gwt_matrix_junit, gwt_matrix_findings,
	};
	struct gwt_json *report = NULL;
	struct gwt_error err = { 0 };
	struct gwt_matrix matrix;

	if (gwt_compare_parse(arena, "f", bytes, &report, &err) != GWT_OK) {
		must(err.msg[0] && !report);
		return;
	}
	if (!gwt_matrix_make(report, arena, &matrix))
		return;
	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++) {
		gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

		writers[i](&out, &matrix);
		must(gwt_json_is_utf8(gwt_buf_span(&out)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_span bytes = { (const char *)data, size };
	struct gwt_arena arena = { 0 };

	try_reply(&arena, bytes);
	try_waivers(&arena, bytes);
	try_report(&arena, bytes);
	gwt_arena_release(&arena);
	return 0;
}
