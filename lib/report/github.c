/* GitHub Actions workflow commands: an annotation at the line of the cassette that says what was expected. */
#include "lib/base/buf.h"
#include "lib/json/json.h"
#include "lib/report/escape.h"
#include "lib/report/format.h"
#include "lib/report/repository.h"
#include "lib/report/row.h"
#include "lib/report/rows.h"

enum { MAX_NOTICES = 9 }; /* GitHub shows ten of one kind in a step; the counts are one of them */

static void add_row(struct gwt_buf *out, struct gwt_rows *rows, const struct gwt_json *row)
{
	const struct gwt_json *cassette = gwt_json_get(row, "cassette");
	gwt_auto(gwt_buf_release) struct gwt_buf title = { .max = SIZE_MAX };
	uint64_t line = 0;

	gwt_row_word_add(&title, row);
	gwt_buf_add_char(&title, ' ');
	gwt_buf_add(&title, gwt_rows_name(rows, row));
	if (gwt_rows_is_consequence(rows, row))
		gwt_buf_add_text(out, "::notice ");
	else
		gwt_buf_add_text(out, "::error ");
	if (cassette) {
		gwt_json_to_u64(gwt_json_get(cassette, "line"), UINT32_MAX, &line);
		gwt_buf_add_text(out, "file=");
		gwt_github_add(out, gwt_path_in_repository(&rows->arena, gwt_json_get_text(cassette, "path")),
			       true);
		gwt_buf_printf(out, ",line=%zu,", (size_t)line);
	}
	gwt_buf_add_text(out, "title=");
	gwt_github_add(out, gwt_buf_span(&title), true);
	gwt_buf_add_text(out, "::");
	gwt_github_add(out, gwt_json_get_text(row, "text"), false);
	gwt_buf_add_char(out, '\n');
}

/*
 * Each interaction that was never called and fails the run is an error. The others are one line when GitHub
 * would not show them all.
 */
static void add_unused(struct gwt_buf *out, const struct gwt_json *run)
{
	const struct gwt_json *unused = gwt_json_get(run, "unused"), *next = gwt_run_first_failing(run);
	size_t harmless = unused->len - gwt_run_unused_failing(run);

	for (const struct gwt_json *row = unused->child; row; row = row->next) {
		gwt_auto(gwt_buf_release) struct gwt_buf place = { .max = SIZE_MAX };
		bool fails = gwt_row_fails(&next, row);

		if (!fails && harmless > MAX_NOTICES)
			continue;
		gwt_row_place(&place, row);
		gwt_row_cause_add(&place, row);
		gwt_buf_printf(out, "::%s title=UNUSED::", fails ? "error" : "notice");
		gwt_github_add(out, gwt_buf_span(&place), false);
		gwt_buf_add_text(out, " was never called\n");
	}
	if (harmless > MAX_NOTICES)
		gwt_buf_printf(out, "::notice title=UNUSED::%zu recorded interactions were never called\n",
			       harmless);
}

/* The counts, and what fails the run when no row does. */
static void add_counts(struct gwt_buf *out, const struct gwt_json *run)
{
	gwt_auto(gwt_buf_release) struct gwt_buf trouble = { .max = SIZE_MAX };

	gwt_run_trouble_add(&trouble, run);
	if (trouble.len) {
		gwt_buf_add_text(out, "::error title=gwtape::");
		gwt_github_add(out, gwt_buf_span(&trouble), false);
		gwt_buf_add_char(out, '\n');
	}
	gwt_buf_add_text(out, "::notice title=gwtape::");
	gwt_run_counts_add(out, run);
	gwt_buf_add_char(out, '\n');
}

void gwt_report_github(struct gwt_buf *out, const struct gwt_json *run)
{
	const struct gwt_json *requests = gwt_json_get(run, "requests");
	struct gwt_rows rows = { 0 };

	for (const struct gwt_json *row = requests->child; row; row = row->next)
		if (!gwt_row_ok(row))
			add_row(out, &rows, row);
	gwt_rows_release(&rows);
	add_unused(out, run);
	add_counts(out, run);
}
