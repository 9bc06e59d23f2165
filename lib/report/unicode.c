#include "lib/report/unicode.h"

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"

/*
 * Unicode 15: general categories Cc, Cf, Zl, Zp and Zs except U+0020; Default_Ignorable_Code_Point; the
 * non-characters; and U+2800, which is a blank. The ranges are sorted and do not touch.
 */
static const struct {
	uint32_t first, last;
} hidden[] = {
	{ 0x0000, 0x001f },   { 0x007f, 0x00a0 },   { 0x00ad, 0x00ad },   { 0x034f, 0x034f },
	{ 0x0600, 0x0605 },   { 0x061c, 0x061c },   { 0x06dd, 0x06dd },   { 0x070f, 0x070f },
	{ 0x0890, 0x0891 },   { 0x08e2, 0x08e2 },   { 0x115f, 0x1160 },   { 0x1680, 0x1680 },
	{ 0x17b4, 0x17b5 },   { 0x180b, 0x180f },   { 0x2000, 0x200f },   { 0x2028, 0x202f },
	{ 0x205f, 0x206f },   { 0x2800, 0x2800 },   { 0x3000, 0x3000 },   { 0x3164, 0x3164 },
	{ 0xfdd0, 0xfdef },   { 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb },   { 0x110bd, 0x110bd }, { 0x110cd, 0x110cd }, { 0x13430, 0x1343f },
	{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

bool gwt_code_is_hidden(uint32_t code)
{
	size_t low = 0, high = GWT_LEN(hidden);

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (code > hidden[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return (low < GWT_LEN(hidden) && code >= hidden[low].first) || (code & 0xfffe) == 0xfffe;
}

struct gwt_span gwt_utf8_repaired(struct gwt_arena *arena, struct gwt_span s)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	if (gwt_utf8_valid(s, NULL))
		return s;
	for (size_t at = 0, length; at < s.len; at += length ? length : 1) {
		struct gwt_span rest = gwt_span_slice(s, at, s.len);
		uint32_t code;

		length = gwt_utf8_read(rest, &code);
		gwt_buf_add(&out, length ? gwt_span_slice(rest, 0, length) : GWT_SPAN("\xef\xbf\xbd"));
	}
	return gwt_arena_copy(arena, gwt_buf_span(&out));
}
