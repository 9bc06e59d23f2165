/*
 * web.h - self-contained pages of HTML: no other file, nothing from the network.
 *
 * Style, scripts and skeletons are files of this folder; embed.c puts them into the program. A page's policy
 * (Content-Security-Policy) names its one style and its one script by their SHA-256: even if a client's text
 * became markup, it could neither run nor load anything.
 */
#ifndef GWT_REPORT_WEB_WEB_H
#define GWT_REPORT_WEB_WEB_H

#include "lib/base/buf.h"

struct gwt_web_file {
	const char *name;
	struct gwt_span bytes;
};
extern const struct gwt_web_file gwt_web_files[]; /* ends with a NULL name */

/* A file of this folder, which must exist. */
struct gwt_span gwt_web_file(const char *name);

struct gwt_web_page {
	struct gwt_span title;  /* text, not markup */
	struct gwt_span body;   /* markup */
	const char *body_file;  /* instead of `body`: a file with {{parts}} of its own */
	const char *scripts[4]; /* files, run one after the other; NULL after the last */
	bool fetches;           /* the script calls the server that the page came from */
};
void gwt_web_page_add(struct gwt_buf *out, const struct gwt_web_page *page);
/*
 * The value of the page's Content-Security-Policy header; a page sets the same policy itself, except what
 * only a header can.
 */
void gwt_web_policy_add(struct gwt_buf *out, const struct gwt_web_page *page);

#endif
