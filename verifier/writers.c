#include "verifier/writers.h"

#include <stdio.h>

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/report/format.h"

static void write_json(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	gwt_report_json(out, matrix->report);
}

static const struct {
	const char *name;
	void (*write)(struct gwt_buf *out, const struct gwt_matrix *matrix);
} formats[] = {
	{ "text", gwt_matrix_text },         { "json", write_json },      { "junit", gwt_matrix_junit },
	{ "markdown", gwt_matrix_markdown }, { "html", gwt_matrix_html }, { "findings", gwt_matrix_findings },
};

gwt_status gwt_matrix_target_parse(const char *text, struct gwt_matrix_target *out, struct gwt_error *err)
{
	struct gwt_span file = gwt_span_of(text), name = gwt_span_cut(&file, ':');

	for (size_t i = 0; i < GWT_LEN(formats); i++) {
		if (!gwt_span_is(name, formats[i].name))
			continue;
		if (!file.ptr || !file.len)
			return gwt_fail(err, GWT_EUSAGE, "report '%s' names no file: %s:FILE", text,
					formats[i].name);
		*out = (struct gwt_matrix_target){ formats[i].write, file.ptr };
		return GWT_OK;
	}
	return gwt_fail(err, GWT_EUSAGE,
			"unknown report '%s': it is FORMAT:FILE, with a format of "
			"text|json|junit|markdown|html|findings",
			text);
}

gwt_status gwt_matrix_write(const struct gwt_matrix_target *target, const struct gwt_matrix *matrix,
			    struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	gwt_status status;

	target->write(&out, matrix);
	if (strcmp(target->path, "-") == 0)
		return fwrite(out.ptr, 1, out.len, stdout) == out.len
			       ? GWT_OK
			       : gwt_fail(err, GWT_EIO, "cannot write the report to stdout");
	status = gwt_file_mkdirs_for(target->path, err);
	return status == GWT_OK ? gwt_file_write_any(target->path, gwt_buf_span(&out), err) : status;
}
