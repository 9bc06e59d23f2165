#include "lib/base/utf8.h"

#include "lib/base/error.h"
#include "lib/base/span.h"

static bool is_tail(struct gwt_span s, size_t at)
{
	return at < s.len && ((unsigned char)s.ptr[at] & 0xc0) == 0x80;
}

static uint32_t tail(struct gwt_span s, size_t at)
{
	return (unsigned char)s.ptr[at] & 0x3f;
}

static bool is_surrogate(uint32_t cp)
{
	return cp >= 0xd800 && cp < 0xe000;
}

size_t gwt_utf8_read_any(struct gwt_span s, uint32_t *cp)
{
	unsigned char c = s.len ? (unsigned char)s.ptr[0] : 0xff;

	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	if (c >= 0xc2 && c < 0xe0 && is_tail(s, 1)) {
		*cp = (uint32_t)(c & 0x1f) << 6 | tail(s, 1);
		return 2;
	}
	if (c >= 0xe0 && c < 0xf0 && is_tail(s, 1) && is_tail(s, 2)) {
		*cp = (uint32_t)(c & 0x0f) << 12 | tail(s, 1) << 6 | tail(s, 2);
		return *cp >= 0x800 ? 3 : 0;
	}
	if (c >= 0xf0 && c < 0xf5 && is_tail(s, 1) && is_tail(s, 2) && is_tail(s, 3)) {
		*cp = (uint32_t)(c & 0x07) << 18 | tail(s, 1) << 12 | tail(s, 2) << 6 | tail(s, 3);
		return *cp >= 0x10000 && *cp < 0x110000 ? 4 : 0;
	}
	return 0;
}

size_t gwt_utf8_read(struct gwt_span s, uint32_t *cp)
{
	size_t len = gwt_utf8_read_any(s, cp);

	return len && is_surrogate(*cp) ? 0 : len;
}

bool gwt_utf8_valid(struct gwt_span s, size_t *fault)
{
	uint32_t cp;

	for (size_t i = 0, len; i < s.len; i += len) {
		len = gwt_utf8_read((struct gwt_span){ s.ptr + i, s.len - i }, &cp);
		if (len)
			continue;
		if (fault)
			*fault = i;
		return false;
	}
	return true;
}

bool gwt_utf8_is_readable(struct gwt_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < ' ' && s.ptr[i] != '\t' && s.ptr[i] != '\n' && s.ptr[i] != '\r')
			return false;
	return gwt_utf8_valid(s, NULL);
}

bool gwt_utf8_is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x061c || cp == 0x200e || cp == 0x200f ||
	       (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

void gwt_utf8_add(struct gwt_buf *out, uint32_t cp)
{
	char b[4]; /* RFC 3629, 3 */
	size_t len = 0;

	if (cp < 0x80) {
		b[len++] = (char)cp;
	} else if (cp < 0x800) {
		b[len++] = (char)(0xc0 | cp >> 6);
	} else if (cp < 0x10000) {
		b[len++] = (char)(0xe0 | cp >> 12);
		b[len++] = (char)(0x80 | (cp >> 6 & 0x3f));
	} else {
		b[len++] = (char)(0xf0 | cp >> 18);
		b[len++] = (char)(0x80 | (cp >> 12 & 0x3f));
		b[len++] = (char)(0x80 | (cp >> 6 & 0x3f));
	}
	if (cp >= 0x80)
		b[len++] = (char)(0x80 | (cp & 0x3f));
	gwt_buf_add(out, (struct gwt_span){ b, len });
}

bool gwt_utf8_is_space(uint32_t cp)
{
	static const struct {
		uint32_t first, last;
	} blanks[] = {
		{ 0x9, 0xd },       { 0x1c, 0x20 },     { 0x85, 0x85 },     { 0xa0, 0xa0 },
		{ 0x1680, 0x1680 }, { 0x2000, 0x200a }, { 0x2028, 0x2029 }, { 0x202f, 0x202f },
		{ 0x205f, 0x205f }, { 0x3000, 0x3000 },
	};

	for (size_t i = 0; i < GWT_LEN(blanks) && cp >= blanks[i].first; i++)
		if (cp <= blanks[i].last)
			return true;
	return false;
}

struct gwt_span gwt_utf8_lstrip(struct gwt_span s)
{
	uint32_t cp;
	size_t len;

	while (s.len && (len = gwt_utf8_read(s, &cp)) != 0 && gwt_utf8_is_space(cp))
		s = gwt_span_slice(s, len, s.len);
	return s;
}

/* The last character is at most four bytes long, and its first byte is not a tail. */
struct gwt_span gwt_utf8_rstrip(struct gwt_span s)
{
	for (;;) {
		size_t at = s.len;
		uint32_t cp;

		do {
			if (at == 0)
				return s;
			at--;
		} while (is_tail(s, at) && s.len - at < 4);
		if (gwt_utf8_read(gwt_span_slice(s, at, s.len), &cp) != s.len - at || !gwt_utf8_is_space(cp))
			return s;
		s.len = at;
	}
}

struct gwt_span gwt_utf8_strip(struct gwt_span s)
{
	return gwt_utf8_rstrip(gwt_utf8_lstrip(s));
}
