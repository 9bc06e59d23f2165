/*
 * chars.h - which bytes may be where (RFC 9110, 5.6.2; RFC 3986, 2.2 and 2.3).
 *
 * One table of bits; bytes from 0x80 on are in no class.
 */
#ifndef GWT_HTTP_CHARS_H
#define GWT_HTTP_CHARS_H

#include "lib/base/span.h"

enum gwt_char_class {
	GWT_CHAR_TOKEN = 1,      /* tchar */
	GWT_CHAR_UNRESERVED = 2, /* unreserved */
	GWT_CHAR_REG_NAME = 4,   /* unreserved, sub-delims and '%' */
	GWT_CHAR_PLAIN = 8, /* visible ASCII except ',' and '=', which separate the parts of Authorization */
	GWT_CHAR_PATH = 16, /* unreserved and '/' */
};

extern const unsigned char gwt_char_classes[256];

static inline bool gwt_char_is(char c, enum gwt_char_class class)
{
	return gwt_char_classes[(unsigned char)c] & class;
}

/* Whether all bytes are in `class`, and there is at least one. */
static inline bool gwt_chars_are(struct gwt_span s, enum gwt_char_class class)
{
	for (size_t i = 0; i < s.len; i++)
		if (!gwt_char_is(s.ptr[i], class))
			return false;
	return s.len > 0;
}

/* Value of a hexadecimal digit, -1 for any other byte. */
static inline int gwt_hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
