/*
 * html_groups.h - the requests of a run by scenario, for the HTML report.
 *
 * Scenarios with a breach come first, in the order of their first breach, then the others in the order of their
 * first call. In each the broken calls come first. What is only the consequence of a breach (a call that came too
 * early because of it, a recorded call that was never made after it) is folded below the breach.
 */
#ifndef GWT_REPORT_HTML_GROUPS_H
#define GWT_REPORT_HTML_GROUPS_H

#include "lib/base/buf.h"
#include "lib/json/json.h"

/* Add the rows of `run`; the first breach is open. */
void gwt_html_groups_add(struct gwt_buf *out, const struct gwt_json *run);
/* Add the interactions that were never called and are not shown there; those that fail the run come first. */
void gwt_html_unused_add(struct gwt_buf *out, const struct gwt_json *run);

#endif
