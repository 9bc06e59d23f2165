/* write.c - FORMAT:FILE, and a report written in that format. */
#include <stdio.h>

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/report/escape.h"
#include "lib/report/format.h"
#include "lib/report/grid.h"
#include "lib/report/run.h"

static const struct gwt_report_format formats[] = {
	{ "text", gwt_report_text, false },     { "json", gwt_report_json, false },
	{ "junit", gwt_report_junit, false },   { "tap", gwt_report_tap, false },
	{ "github", gwt_report_github, false }, { "markdown", gwt_report_markdown, false },
	{ "html", gwt_report_html, true },
};

const char *gwt_report_formats(void)
{
	return "text|json|junit|tap|github|markdown|html";
}

void gwt_report_json(struct gwt_buf *out, const struct gwt_json *run)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };

	gwt_json_write(&text, run, GWT_JSON_PRETTY);
	gwt_json_visible_add(out, gwt_buf_span(&text));
}

gwt_status gwt_report_parse(const char *text, struct gwt_report_target *out, struct gwt_error *err)
{
	struct gwt_span file = gwt_span_of(text), name = gwt_span_cut(&file, ':');

	for (size_t i = 0; i < GWT_LEN(formats); i++) {
		if (!gwt_span_is(name, formats[i].name))
			continue;
		if (!file.ptr || file.len == 0)
			return gwt_fail(err, GWT_EUSAGE, "report '%s' names no file: %s:FILE", text,
					formats[i].name);
		*out = (struct gwt_report_target){ &formats[i], file.ptr };
		return GWT_OK;
	}
	return gwt_fail(err, GWT_EUSAGE, "unknown report '%s': it is FORMAT:FILE, with a format of %s", text,
			gwt_report_formats());
}

void gwt_report_expect(const struct gwt_report_target *target, struct gwt_run *run)
{
	if (target->format->grid && !run->grid)
		run->grid = gwt_grid_new(&run->arena);
}

gwt_status gwt_report_write(const struct gwt_report_target *target, struct gwt_run *run,
			    struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };
	struct gwt_json *json = gwt_run_json(run);
	gwt_status status;

	gwt_buf_init(&out, SIZE_MAX);
	if (target->format->grid && run->grid)
		gwt_json_add(&run->arena, json, "coverage", gwt_grid_json(run->grid, &run->arena));
	target->format->write(&out, json);
	if (strcmp(target->path, "-") == 0)
		return fwrite(out.ptr, 1, out.len, stdout) == out.len
			       ? GWT_OK
			       : gwt_fail(err, GWT_EIO, "cannot write the report to stdout");
	status = gwt_file_mkdirs_for(target->path, err);
	return status == GWT_OK ? gwt_file_write_any(target->path, gwt_buf_span(&out), err) : status;
}
