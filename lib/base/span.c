#include "lib/base/span.h"

struct gwt_span gwt_span_of(const char *text)
{
	return (struct gwt_span){ text, text ? strlen(text) : 0 };
}

bool gwt_span_eq(struct gwt_span a, struct gwt_span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool gwt_span_is(struct gwt_span a, const char *text)
{
	return gwt_span_eq(a, gwt_span_of(text));
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

bool gwt_span_ieq(struct gwt_span a, struct gwt_span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
}

bool gwt_span_iis(struct gwt_span a, const char *text)
{
	return gwt_span_ieq(a, gwt_span_of(text));
}

int gwt_span_cmp(struct gwt_span a, struct gwt_span b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.ptr, b.ptr, n) : 0;

	return c ? c : (a.len > b.len) - (a.len < b.len);
}

bool gwt_span_starts(struct gwt_span s, struct gwt_span prefix)
{
	return s.len >= prefix.len && gwt_span_eq(gwt_span_slice(s, 0, prefix.len), prefix);
}

bool gwt_span_ends(struct gwt_span s, struct gwt_span suffix)
{
	return s.len >= suffix.len && gwt_span_eq(gwt_span_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t gwt_span_find(struct gwt_span s, char c)
{
	const char *at = s.len ? memchr(s.ptr, c, s.len) : NULL;

	return at ? (size_t)(at - s.ptr) : s.len;
}

size_t gwt_span_find_span(struct gwt_span s, struct gwt_span needle)
{
	const char *at;

	if (needle.len == 0)
		return 0;
	at = s.len ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
	return at ? (size_t)(at - s.ptr) : s.len;
}

struct gwt_span gwt_span_slice(struct gwt_span s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return (struct gwt_span){ s.ptr ? s.ptr + from : NULL, to - from };
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

struct gwt_span gwt_span_cut(struct gwt_span *rest, char sep)
{
	struct gwt_span all = *rest;
	size_t at = gwt_span_find(all, sep);

	*rest = at < all.len ? gwt_span_slice(all, at + 1, all.len) : (struct gwt_span){ NULL, 0 };
	return gwt_span_slice(all, 0, at);
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
