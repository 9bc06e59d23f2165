/*
 * report_page.c - the HTML page of a report, for tests that write the report themselves.
 *
 *     report_page replay|verify|drift <REPORT.json >PAGE.html
 */
#include <stdio.h>

#include "drift/report.h"
#include "lib/base/arena.h"
#include "lib/report/format.h"
#include "verifier/matrix.h"
#include "verifier/writers.h"

static bool write_verify(struct gwt_buf *out, struct gwt_arena *arena, const struct gwt_json *report)
{
	struct gwt_matrix matrix;

	if (!gwt_matrix_make(report, arena, &matrix))
		return false;
	gwt_matrix_html(out, &matrix);
	return true;
}

static bool write_page(struct gwt_buf *out, struct gwt_arena *arena, const char *of,
		       const struct gwt_json *report)
{
	struct gwt_drift_report drift = { report, gwt_json_get_text(report, "title"), GWT_SEVERITY_RISKY };

	if (strcmp(of, "verify") == 0)
		return write_verify(out, arena, report);
	if (strcmp(of, "drift") == 0)
		gwt_drift_report_html(out, &drift);
	else
		gwt_report_html(out, report);
	return true;
}

int main(int argc, char **argv)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX }, out = { .max = SIZE_MAX };
	struct gwt_arena arena = { 0 };
	struct gwt_json *report;
	bool done;

	for (int c; (c = getchar()) != EOF;)
		gwt_buf_add_char(&text, (char)c);
	done = argc == 2 && gwt_json_parse(&arena, gwt_buf_span(&text), &report, NULL) &&
	       write_page(&out, &arena, argv[1], report) && fwrite(out.ptr, 1, out.len, stdout) == out.len;
	gwt_arena_release(&arena);
	return done ? 0 : 1;
}
