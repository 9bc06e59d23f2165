/*
 * html.h - a row of a run as HTML, for the report and for the live page.
 */
#ifndef GWT_REPORT_HTML_H
#define GWT_REPORT_HTML_H

#include "lib/base/buf.h"
#include "lib/json/json.h"

/*
 * A row of the JSON report as one <details>: what it was and how it went in its summary; inside, where it was
 * compared, each difference with what was expected beside what was got, and what is wrong with a signature.
 * `number` counts the rows from 1. The first breach is worth being `open`.
 */
void gwt_html_row_add(struct gwt_buf *out, const struct gwt_json *row, uint64_t number, bool open);

#endif
