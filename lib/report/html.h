/*
 * html.h - a row of a run as HTML, for the report and for the live page.
 */
#ifndef GWT_REPORT_HTML_H
#define GWT_REPORT_HTML_H

#include "lib/base/buf.h"
#include "lib/json/json.h"

/*
 * A row of the JSON report as one <details>. Its summary says what was called and what the result was; inside,
 * for a row that was compared, is each difference with the expected value beside the received one, and what
 * is wrong with a signature. `number` counts the rows from 1. The caller sets `open` for the first breach.
 */
void gwt_html_row_add(struct gwt_buf *out, const struct gwt_json *row, uint64_t number, bool open);

#endif
