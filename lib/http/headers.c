#include "lib/http/headers.h"

#include "lib/base/span.h"
#include "lib/http/chars.h"

bool gwt_is_token(struct gwt_span s)
{
	return gwt_chars_are(s, GWT_CHAR_TOKEN);
}

bool gwt_is_field_value(struct gwt_span s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

void gwt_headers_init(struct gwt_headers *headers, struct gwt_arena *arena)
{
	*headers = (struct gwt_headers){ .arena = arena };
}

void gwt_headers_add_view(struct gwt_headers *headers, struct gwt_span name, struct gwt_span value)
{
	GWT_GROW(headers->arena, headers->items, headers->len, headers->cap);
	headers->items[headers->len++] = (struct gwt_header){ .name = name, .value = value };
}

gwt_status gwt_headers_add(struct gwt_headers *headers, struct gwt_span name, struct gwt_span value,
			   struct gwt_error *err)
{
	if (!gwt_is_token(name))
		return gwt_fail(err, GWT_EPARSE, "header name '" GWT_SPAN_FMT "' is not a token",
				GWT_SPAN_ARG(name));
	if (!gwt_is_field_value(value))
		return gwt_fail(err, GWT_EPARSE, "value of header '" GWT_SPAN_FMT "' has a control byte",
				GWT_SPAN_ARG(name));
	gwt_headers_add_view(headers, gwt_arena_copy(headers->arena, name),
			     gwt_arena_copy(headers->arena, gwt_span_trim(value)));
	return GWT_OK;
}

struct gwt_span gwt_headers_get(const struct gwt_headers *headers, const char *name)
{
	struct gwt_span wanted = gwt_span_of(name);

	for (size_t i = 0; i < headers->len; i++)
		if (gwt_span_ieq(headers->items[i].name, wanted))
			return headers->items[i].value;
	return (struct gwt_span){ 0 };
}

struct gwt_span gwt_headers_find(const struct gwt_headers *headers, enum gwt_header_id id)
{
	for (size_t i = 0; i < headers->len; i++)
		if (gwt_header_id(&headers->items[i]) == id)
			return headers->items[i].value;
	return GWT_ABSENT;
}

size_t gwt_headers_count_of(const struct gwt_headers *headers, enum gwt_header_id id)
{
	size_t count = 0;

	for (size_t i = 0; i < headers->len; i++)
		count += gwt_header_id(&headers->items[i]) == id;
	return count;
}

size_t gwt_headers_count(const struct gwt_headers *headers, const char *name)
{
	struct gwt_span wanted = gwt_span_of(name);
	size_t count = 0;

	for (size_t i = 0; i < headers->len; i++)
		count += gwt_span_ieq(headers->items[i].name, wanted);
	return count;
}

void gwt_headers_copy(const struct gwt_headers *from, struct gwt_arena *arena, struct gwt_headers *out)
{
	gwt_headers_init(out, arena);
	out->items = gwt_arena_array(arena, struct gwt_header, from->len);
	out->len = out->cap = from->len;
	for (size_t i = 0; i < from->len; i++)
		out->items[i] = (struct gwt_header){ gwt_arena_copy(arena, from->items[i].name),
						     gwt_arena_copy(arena, from->items[i].value),
						     gwt_header_id(&from->items[i]) };
}

bool gwt_headers_equal(const struct gwt_headers *a, const struct gwt_headers *b)
{
	for (size_t i = 0; i < a->len && i < b->len; i++)
		if (!gwt_span_eq(a->items[i].name, b->items[i].name) ||
		    !gwt_span_eq(a->items[i].value, b->items[i].value))
			return false;
	return a->len == b->len;
}

bool gwt_headers_same(const struct gwt_headers *a, const struct gwt_headers *b)
{
	for (size_t i = 0; i < a->len && i < b->len; i++)
		if (!gwt_span_ieq(a->items[i].name, b->items[i].name) ||
		    !gwt_span_eq(a->items[i].value, b->items[i].value))
			return false;
	return a->len == b->len;
}

void gwt_headers_add_views(struct gwt_headers *headers, const struct gwt_headers *from)
{
	for (size_t i = 0; i < from->len; i++)
		gwt_headers_add_view(headers, from->items[i].name, from->items[i].value);
}
