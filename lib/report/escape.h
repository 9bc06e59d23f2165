/*
 * escape.h - a client's or a service's bytes in the text formats of reports.
 *
 * No text that is added here can end its surroundings. The bytes are UTF-8 (unicode.h repairs what is not);
 * html_text.h does the same for HTML, xml.h for XML.
 */
#ifndef GWT_REPORT_ESCAPE_H
#define GWT_REPORT_ESCAPE_H

#include "lib/base/buf.h"

/*
 * Plain text on one line: a character without a visible form is shown as \u{202e}, so that no text begins a
 * new line or controls a terminal.
 */
void gwt_visible_add(struct gwt_buf *out, struct gwt_span text);
/* JSON text in which characters without a visible form are written as \u202e, which is the same value. */
void gwt_json_visible_add(struct gwt_buf *out, struct gwt_span json);
/* The data of a GitHub workflow command, or one of its properties. */
void gwt_github_add(struct gwt_buf *out, struct gwt_span text, bool property);
/* GitHub's Markdown, one line: no markup, no mention, no cell of a table begins or ends in it. */
void gwt_markdown_add(struct gwt_buf *out, struct gwt_span text);

#endif
