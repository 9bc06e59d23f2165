/*
 * span.h - a view of bytes.
 *
 * Never owns, never needs a NUL: the prototype that hands one out says whose
 * storage it views and for how long. GWT_ABSENT has no pointer; a span of length
 * 0 with a pointer means "empty". Pass by value.
 */
#ifndef GWT_BASE_SPAN_H
#define GWT_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct gwt_span {
	const char *ptr;
	size_t len;
};

/* The absent span. */
#define GWT_ABSENT ((struct gwt_span){ NULL, 0 })
/* A span over a string literal. */
#define GWT_SPAN(literal) ((struct gwt_span){ (literal), sizeof(literal) - 1 })
/* The same for static initializers. */
#define GWT_SPAN_INIT(literal)                                                                               \
	{                                                                                                    \
		(literal), sizeof(literal) - 1                                                               \
	}
/* printf("%.*s") with a span. */
#define GWT_SPAN_FMT    "%.*s"
#define GWT_SPAN_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

/* The building blocks of every parser are inline: most of these are a few instructions. */

/* memcpy() for a length that may be 0: an absent span is NULL then, which memcpy() does not allow. */
static inline void gwt_copy(void *to, const void *from, size_t size)
{
	if (size)
		memcpy(to, from, size);
}

/* A span over a NUL-terminated string; absent for NULL. */
static inline struct gwt_span gwt_span_of(const char *text)
{
	return (struct gwt_span){ text, text ? strlen(text) : 0 };
}

static inline bool gwt_span_eq(struct gwt_span a, struct gwt_span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool gwt_span_is(struct gwt_span a, const char *text)
{
	return gwt_span_eq(a, gwt_span_of(text));
}

/* Whether both are the same when ASCII case is ignored; both have `len` bytes. */
bool gwt_bytes_ieq(const char *a, const char *b, size_t len);

/* ASCII case ignored (RFC 9110, 5.1). */
static inline bool gwt_span_ieq(struct gwt_span a, struct gwt_span b)
{
	if (a.len != b.len)
		return false;
	if (a.len && ((a.ptr[0] ^ b.ptr[0]) & 0xdf)) /* separates most names of one length */
		return false;
	return gwt_bytes_ieq(a.ptr, b.ptr, a.len);
}

static inline bool gwt_span_iis(struct gwt_span a, const char *text)
{
	return gwt_span_ieq(a, gwt_span_of(text));
}

/* s[from, to), both clamped to the span. */
static inline struct gwt_span gwt_span_slice(struct gwt_span s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return (struct gwt_span){ s.ptr ? s.ptr + from : NULL, to - from };
}

static inline bool gwt_span_starts(struct gwt_span s, struct gwt_span prefix)
{
	return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

/* Offset of the first match, or s.len when there is none. */
static inline size_t gwt_span_find(struct gwt_span s, char c)
{
	const char *at = s.len ? memchr(s.ptr, c, s.len) : NULL;

	return at ? (size_t)(at - s.ptr) : s.len;
}

/* Cut at the first `sep`: returns what is before it, leaves what follows in *rest (absent at the end). */
static inline struct gwt_span gwt_span_cut(struct gwt_span *rest, char sep)
{
	struct gwt_span all = *rest;
	size_t at = gwt_span_find(all, sep);

	*rest = at < all.len ? gwt_span_slice(all, at + 1, all.len) : GWT_ABSENT;
	return gwt_span_slice(all, 0, at);
}

/* Byte order; a prefix sorts first. */
int gwt_span_cmp(struct gwt_span a, struct gwt_span b);
bool gwt_span_ends(struct gwt_span s, struct gwt_span suffix);
/* Offset of the first match, or s.len when there is none. */
size_t gwt_span_find_span(struct gwt_span s, struct gwt_span needle);
/* The first `max` bytes, or a few less: not in the middle of a character of UTF-8. */
struct gwt_span gwt_span_begin(struct gwt_span text, size_t max);
/* Without leading and trailing SP and HTAB. */
struct gwt_span gwt_span_trim(struct gwt_span s);
/* All of `s` as decimal digits, up to `max`; false otherwise. */
bool gwt_span_to_u64(struct gwt_span s, uint64_t max, uint64_t *out);

#endif
