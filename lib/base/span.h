/*
 * span.h - a view of bytes.
 *
 * Never owns, never needs a NUL: the prototype that hands one out says whose
 * storage it views and for how long. {NULL, 0} means "absent"; a span of length
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

/* A span over a NUL-terminated string; absent for NULL. */
struct gwt_span gwt_span_of(const char *text);

bool gwt_span_eq(struct gwt_span a, struct gwt_span b);
bool gwt_span_is(struct gwt_span a, const char *text);
/* ASCII case ignored (RFC 9110, 5.1). */
bool gwt_span_ieq(struct gwt_span a, struct gwt_span b);
bool gwt_span_iis(struct gwt_span a, const char *text);
/* Byte order; a prefix sorts first. */
int gwt_span_cmp(struct gwt_span a, struct gwt_span b);
bool gwt_span_starts(struct gwt_span s, struct gwt_span prefix);
bool gwt_span_ends(struct gwt_span s, struct gwt_span suffix);
/* Offset of the first match, or s.len when there is none. */
size_t gwt_span_find(struct gwt_span s, char c);
size_t gwt_span_find_span(struct gwt_span s, struct gwt_span needle);
/* s[from, to), both clamped to the span. */
struct gwt_span gwt_span_slice(struct gwt_span s, size_t from, size_t to);
/* Without leading and trailing SP and HTAB. */
struct gwt_span gwt_span_trim(struct gwt_span s);
/* Cut at the first `sep`: returns what is before it, leaves what follows in *rest (absent at the end). */
struct gwt_span gwt_span_cut(struct gwt_span *rest, char sep);
/* All of `s` as decimal digits, up to `max`; false otherwise. */
bool gwt_span_to_u64(struct gwt_span s, uint64_t max, uint64_t *out);

#endif
