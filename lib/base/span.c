#include "lib/base/span.h"

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

#define EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/* lower() of eight bytes at once: a sum below 256 cannot carry into the next byte. */
static uint64_t lower_word(const char *bytes)
{
	uint64_t word, low, is_upper;

	memcpy(&word, bytes, sizeof(word));
	low = word & EACH_BYTE(0x7f);
	is_upper = (low + EACH_BYTE(0x80 - 'A')) & ~(low + EACH_BYTE(0x7f - 'Z')) & ~word & EACH_BYTE(0x80);
	return word | is_upper >> 2; /* 0x80 becomes 0x20 */
}

bool gwt_bytes_ieq(const char *a, const char *b, size_t len)
{
	size_t at = 0;

	for (; len - at >= sizeof(uint64_t); at += sizeof(uint64_t))
		if (lower_word(a + at) != lower_word(b + at))
			return false;
	for (; at < len; at++)
		if (lower(a[at]) != lower(b[at]))
			return false;
	return true;
}

int gwt_span_cmp(struct gwt_span a, struct gwt_span b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.ptr, b.ptr, n) : 0;

	return c ? c : (a.len > b.len) - (a.len < b.len);
}

bool gwt_span_ends(struct gwt_span s, struct gwt_span suffix)
{
	return s.len >= suffix.len && gwt_span_eq(gwt_span_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t gwt_span_find_span(struct gwt_span s, struct gwt_span needle)
{
	const char *at;

	if (needle.len == 0)
		return 0;
	at = s.len ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
	return at ? (size_t)(at - s.ptr) : s.len;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct gwt_span gwt_span_trim(struct gwt_span s)
{
	while (s.len && is_blank(s.ptr[0]))
		s = gwt_span_slice(s, 1, s.len);
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool gwt_span_to_u64(struct gwt_span s, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		uint64_t digit = (uint64_t)(unsigned char)s.ptr[i] - '0';

		if (digit > 9 || value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return value <= max;
}

struct gwt_span gwt_span_begin(struct gwt_span text, size_t max)
{
	size_t len = text.len < max ? text.len : max;

	while (len < text.len && len > 0 && ((unsigned char)text.ptr[len] & 0xc0) == 0x80)
		len--;
	return gwt_span_slice(text, 0, len);
}
