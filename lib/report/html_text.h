/*
 * html_text.h - a client's bytes as HTML text, in which every character is visible.
 *
 * No text that is added here can end an element or an attribute. A character without a visible form
 * (controls, bidirectional overrides, blanks other than the space: unicode.h) is written as its number,
 * `U+202E`, and a byte that is not UTF-8 as `\xFF`, both in an element of class `u`, so that they cannot be
 * confused with text that looks the same.
 */
#ifndef GWT_REPORT_HTML_TEXT_H
#define GWT_REPORT_HTML_TEXT_H

#include "lib/base/buf.h"

/* On one line: a line feed is shown as its number, too. */
void gwt_html_add(struct gwt_buf *out, struct gwt_span text);
/* In a <pre>: line feeds are kept. */
void gwt_html_add_lines(struct gwt_buf *out, struct gwt_span text);
/* In a double-quoted attribute: numbers are in braces, without an element. */
void gwt_html_add_attribute(struct gwt_buf *out, struct gwt_span text);
/*
 * One of two texts that are shown beside each other: `text`, with the part that `other` does not have in
 * <mark>. Parts end at code points.
 */
void gwt_html_add_marked(struct gwt_buf *out, struct gwt_span text, struct gwt_span other);

#endif
