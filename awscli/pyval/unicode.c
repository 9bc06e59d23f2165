/* unicode.c - UTF-8 with lone surrogates, and lookups in the generated tables. */
#include "awscli/pyval/unicode.h"

#include "lib/base/error.h"
#include "lib/base/span.h"

struct range {
	uint32_t first, last;
};
struct shift {
	uint32_t first, last;
	int step, add;
};
struct expansion {
	uint32_t cp;
	const char *text;
};

#include "awscli/pyval/unicode_tables.inc"

size_t gwt_utf8_get(struct gwt_span s, size_t at, uint32_t *cp)
{
	size_t len = gwt_utf8_read_any(gwt_span_slice(s, at, s.len), cp);

	if (len)
		return len;
	*cp = 0xdc00 + (unsigned char)s.ptr[at];
	return 1;
}

size_t gwt_utf8_len(struct gwt_span s)
{
	size_t count = 0;
	uint32_t cp;

	for (size_t i = 0; i < s.len; count++)
		i += gwt_utf8_get(s, i, &cp);
	return count;
}

size_t gwt_utf8_offset(struct gwt_span s, size_t index)
{
	size_t at = 0;
	uint32_t cp;

	while (index-- && at < s.len)
		at += gwt_utf8_get(s, at, &cp);
	return at;
}

static bool is_surrogate(uint32_t cp)
{
	return cp >= 0xd800 && cp < 0xe000;
}

bool gwt_utf8_has_surrogate(struct gwt_span text)
{
	uint32_t cp;

	for (size_t i = 0; i < text.len;) {
		i += gwt_utf8_get(text, i, &cp);
		if (is_surrogate(cp))
			return true;
	}
	return false;
}

struct gwt_span gwt_py_fsdecode(struct gwt_arena *arena, struct gwt_span bytes)
{
	struct gwt_buf out;
	struct gwt_span text;
	uint32_t cp;

	if (gwt_utf8_valid(bytes, NULL))
		return gwt_arena_copy(arena, bytes);
	gwt_buf_init(&out, SIZE_MAX);
	for (size_t i = 0, len; i < bytes.len; i += len) {
		len = gwt_utf8_read_any(gwt_span_slice(bytes, i, bytes.len), &cp);
		if (len == 0 || is_surrogate(cp)) {
			len = 1;
			cp = 0xdc00 + (unsigned char)bytes.ptr[i];
		}
		gwt_utf8_add(&out, cp);
	}
	text = gwt_arena_copy(arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return text;
}

void gwt_py_fsencode(struct gwt_buf *out, struct gwt_span text)
{
	uint32_t cp;

	for (size_t i = 0; i < text.len;) {
		i += gwt_utf8_get(text, i, &cp);
		if (cp >= 0xdc80 && cp < 0xdd00)
			gwt_buf_add_char(out, (char)(cp - 0xdc00));
		else
			gwt_utf8_add(out, cp);
	}
}

static bool in_ranges(const struct range *ranges, size_t count, uint32_t cp)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (cp < ranges[mid].first)
			high = mid;
		else if (cp > ranges[mid].last)
			low = mid + 1;
		else
			return true;
	}
	return false;
}

bool gwt_py_is_printable(uint32_t cp)
{
	if (cp >= 0x20 && cp < 0x7f)
		return true;
	return !in_ranges(not_printable, GWT_LEN(not_printable), cp);
}

bool gwt_py_is_wide(uint32_t cp)
{
	return cp >= 0x80 && in_ranges(wide, GWT_LEN(wide), cp);
}

int gwt_py_digit(uint32_t cp)
{
	for (size_t i = 0; i < GWT_LEN(digit_zeros); i++)
		if (cp >= digit_zeros[i] && cp < digit_zeros[i] + 10)
			return (int)(cp - digit_zeros[i]);
	return -1;
}

static void upper_one(struct gwt_buf *out, uint32_t cp)
{
	for (size_t i = 0; i < GWT_LEN(upper_expansions); i++)
		if (upper_expansions[i].cp == cp) {
			gwt_buf_add_text(out, upper_expansions[i].text);
			return;
		}
	for (size_t i = 0; i < GWT_LEN(upper_shifts); i++) {
		const struct shift *row = &upper_shifts[i];

		if (cp >= row->first && cp <= row->last && (cp - row->first) % (uint32_t)row->step == 0) {
			gwt_utf8_add(out, (uint32_t)((int64_t)cp + row->add));
			return;
		}
	}
	gwt_utf8_add(out, cp);
}

void gwt_py_upper(struct gwt_buf *out, struct gwt_span text)
{
	uint32_t cp;

	for (size_t i = 0; i < text.len;) {
		i += gwt_utf8_get(text, i, &cp);
		upper_one(out, cp);
	}
}

void gwt_py_lower_ascii(struct gwt_buf *out, struct gwt_span text)
{
	for (size_t i = 0; i < text.len; i++)
		gwt_buf_add_char(out, text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? (char)(text.ptr[i] + 32)
									       : text.ptr[i]);
}

struct gwt_span gwt_py_unescape(struct gwt_arena *arena, struct gwt_span text, char escaped)
{
	char *out = gwt_arena_bytes(arena, text.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\\' && i + 1 < text.len && text.ptr[i + 1] == escaped)
			i++;
		out[len++] = text.ptr[i];
	}
	return (struct gwt_span){ out, len };
}
