/*
 * unicode.h - code points, and what CPython 3.11 (Unicode 14) knows of them.
 *
 * Texts are UTF-8 that may hold lone surrogates in their three-byte form. A byte
 * outside any character reads as U+DC80 + (byte - 0x80), Python's surrogateescape.
 */
#ifndef GWT_AWSCLI_PYVAL_UNICODE_H
#define GWT_AWSCLI_PYVAL_UNICODE_H

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/utf8.h"

/* Read the code point at s.ptr[at], at < s.len; returns how many bytes it takes (at least 1). */
size_t gwt_utf8_get(struct gwt_span s, size_t at, uint32_t *cp);
/* Number of code points: len(str). */
size_t gwt_utf8_len(struct gwt_span s);
/* Byte offset of code point `index`; s.len past the end. */
size_t gwt_utf8_offset(struct gwt_span s, size_t index);

/* os.fsdecode(): bytes that are not UTF-8 become lone surrogates; and back. */
struct gwt_span gwt_py_fsdecode(struct gwt_arena *arena, struct gwt_span bytes);
void gwt_py_fsencode(struct gwt_buf *out, struct gwt_span text);
bool gwt_utf8_has_surrogate(struct gwt_span text);

bool gwt_py_is_printable(uint32_t cp);
bool gwt_py_is_wide(uint32_t cp); /* East Asian W, F or A: two cells in the CLI's tables */
int gwt_py_digit(uint32_t cp);    /* value of a decimal digit of any script; -1 for other characters */
void gwt_py_upper(struct gwt_buf *out, struct gwt_span text); /* str.upper() */
void gwt_py_lower_ascii(struct gwt_buf *out, struct gwt_span text);

/* text.replace("\\" + escaped, escaped) */
struct gwt_span gwt_py_unescape(struct gwt_arena *arena, struct gwt_span text, char escaped);

#endif
