#include "drift/report.h"

#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/write.h"
#include "lib/report/escape.h"

static const struct gwt_drift_format formats[] = {
	{ "text", gwt_drift_report_text },         { "json", gwt_drift_report_json },
	{ "markdown", gwt_drift_report_markdown }, { "html", gwt_drift_report_html },
	{ "junit", gwt_drift_report_junit },       { "github", gwt_drift_report_github },
};

const struct gwt_drift_format *gwt_drift_format_named(struct gwt_span name)
{
	for (size_t i = 0; i < GWT_LEN(formats); i++)
		if (gwt_span_is(name, formats[i].name))
			return &formats[i];
	return NULL;
}

const char *gwt_drift_formats(void)
{
	return "text|json|markdown|html|junit|github";
}

void gwt_drift_report_json(struct gwt_buf *out, const struct gwt_drift_report *report)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };

	gwt_json_write(&text, report->run, GWT_JSON_PRETTY);
	gwt_json_visible_add(out, gwt_buf_span(&text));
}
