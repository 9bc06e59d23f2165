/*
 * format.h - one row a report format.
 */
#ifndef GWT_REPORT_FORMAT_H
#define GWT_REPORT_FORMAT_H

#include "lib/report/run.h"

struct gwt_report_format {
	const char *name;
	void (*write)(struct gwt_buf *out, const struct gwt_json *run);
	bool grid; /* shows gwt_grid_json(): only such a format gets the member `coverage` */
};

/* The formats in the order of the help; each is a file of this folder. */
void gwt_report_text(struct gwt_buf *out, const struct gwt_json *run);
void gwt_report_json(struct gwt_buf *out, const struct gwt_json *run);
void gwt_report_junit(struct gwt_buf *out, const struct gwt_json *run);
void gwt_report_tap(struct gwt_buf *out, const struct gwt_json *run);
void gwt_report_github(struct gwt_buf *out, const struct gwt_json *run);
void gwt_report_markdown(struct gwt_buf *out, const struct gwt_json *run);
void gwt_report_html(struct gwt_buf *out, const struct gwt_json *run);

#endif
