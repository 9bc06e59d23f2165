/*
 * utf8.h - code points in bytes: the one reader and the one writer of UTF-8.
 *
 * Well-formed is defined by RFC 3629, section 4: nothing overlong, nothing beyond U+10FFFF, no surrogates.
 * Python's texts may hold lone surrogates in their three-byte form; gwt_utf8_read_any() takes them as well.
 */
#ifndef GWT_BASE_UTF8_H
#define GWT_BASE_UTF8_H

#include "lib/base/buf.h"

/* The code point at the front of `s` and the number of its bytes; 0 when there is none. */
size_t gwt_utf8_read(struct gwt_span s, uint32_t *cp);
size_t gwt_utf8_read_any(struct gwt_span s, uint32_t *cp);
/* Whether all of `s` is well-formed; else *fault (may be NULL) is the offset of the first wrong byte. */
bool gwt_utf8_valid(struct gwt_span s, size_t *fault);
/* Whether `s` is text for people: well-formed, without controls except tabs and ends of lines. */
bool gwt_utf8_is_readable(struct gwt_span s);
/* Characters that control a terminal or the direction of text: C0, DEL, C1 and the marks of direction. */
bool gwt_utf8_is_control(uint32_t cp);
/* Append `cp`, which is below 0x110000; a surrogate takes its three bytes. */
void gwt_utf8_add(struct gwt_buf *out, uint32_t cp);

/* Blank as in str.isspace() of Python: White_Space of Unicode, and U+001C to U+001F. */
bool gwt_utf8_is_space(uint32_t cp);
/* Without such blanks at both ends, at the front, at the end. */
struct gwt_span gwt_utf8_strip(struct gwt_span s);
struct gwt_span gwt_utf8_lstrip(struct gwt_span s);
struct gwt_span gwt_utf8_rstrip(struct gwt_span s);

#endif
