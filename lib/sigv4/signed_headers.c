/*
 * signed_headers.c - which headers a signature covers, and which it must.
 */
#include "lib/sigv4/internal.h"

#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"

bool gwt_sigv4_is_signed(struct gwt_span signed_headers, struct gwt_span name)
{
	while (signed_headers.ptr)
		if (gwt_span_ieq(gwt_span_cut(&signed_headers, ';'), name))
			return true;
	return false;
}

bool gwt_sigv4_must_be_signed(enum gwt_header_id id)
{
	switch (id) {
	case GWT_HEADER_HOST:
	case GWT_HEADER_AMZ:
	case GWT_HEADER_AMZ_CONTENT_SHA256:
	case GWT_HEADER_AMZ_DATE:
	case GWT_HEADER_AMZ_SECURITY_TOKEN:
	case GWT_HEADER_AMZ_USER_AGENT:
		return true;
	default:
		return false;
	}
}

static struct gwt_span lower(struct gwt_arena *arena, struct gwt_span s)
{
	char *text = gwt_arena_bytes(arena, s.len);

	for (size_t i = 0; i < s.len; i++)
		text[i] = (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] + 32 : s.ptr[i]);
	return (struct gwt_span){ text, s.len };
}

/* Insert a name into a sorted list without duplicates. */
static size_t insert_name(struct gwt_span *names, size_t len, struct gwt_span name)
{
	size_t at = len;

	while (at > 0 && gwt_span_cmp(names[at - 1], name) > 0)
		at--;
	if (at > 0 && gwt_span_eq(names[at - 1], name))
		return len;
	memmove(&names[at + 1], &names[at], (len - at) * sizeof(*names));
	names[at] = name;
	return len + 1;
}

struct gwt_span gwt_sigv4_list_signed(struct gwt_arena *arena, const struct gwt_headers *headers,
				      struct gwt_span also)
{
	struct gwt_span *names = gwt_arena_array(arena, struct gwt_span, headers->len + 1);
	size_t len = 0, size = 0, at = 0;
	char *text;

	for (size_t i = 0; i < headers->len; i++) {
		struct gwt_span name = lower(arena, headers->items[i].name);

		if (gwt_sigv4_must_be_signed(gwt_header_id(&headers->items[i])) ||
		    gwt_sigv4_is_signed(also, name))
			len = insert_name(names, len, name);
	}
	for (size_t i = 0; i < len; i++)
		size += names[i].len + 1;
	text = gwt_arena_bytes(arena, size);
	for (size_t i = 0; i < len; i++) {
		if (i)
			text[at++] = ';';
		gwt_copy(text + at, names[i].ptr, names[i].len);
		at += names[i].len;
	}
	return (struct gwt_span){ text, at };
}
