/*
 * headers.h - ordered list of HTTP header fields.
 *
 * Fields keep their arrival order and their spelling, since a cassette replays
 * the bytes it saw; lookups ignore ASCII case (RFC 9110, 5.1).
 */
#ifndef GWT_HTTP_HEADERS_H
#define GWT_HTTP_HEADERS_H

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/http/header_id.h"

struct gwt_header {
	struct gwt_span name, value; /* value without the white space around it */
	enum gwt_header_id id;       /* of the name; read it with gwt_header_id() */
};

/* The number of a field's name; a field that was made without one is identified now. */
static inline enum gwt_header_id gwt_header_id(const struct gwt_header *header)
{
	return header->id ? header->id : gwt_header_identify(header->name);
}

struct gwt_headers {
	struct gwt_arena *arena; /* borrowed; outlives the list, owns what is copied */
	struct gwt_header *items;
	size_t len, cap;
};

void gwt_headers_init(struct gwt_headers *headers, struct gwt_arena *arena);
/*
 * Append a copy of `name: value`. GWT_EPARSE when the name is not a token or the value has a control byte
 * other than HTAB; the list is then unchanged.
 */
gwt_status gwt_headers_add(struct gwt_headers *headers, struct gwt_span name, struct gwt_span value,
			   struct gwt_error *err);
/* Append views without a check: the parser has checked them, and its buffer outlives the list. */
void gwt_headers_add_view(struct gwt_headers *headers, struct gwt_span name, struct gwt_span value);
/* First value of `name`; absent when there is none. */
struct gwt_span gwt_headers_get(const struct gwt_headers *headers, const char *name);
/* The same by number, and how many fields have it; only for numbers that mean a single name. */
struct gwt_span gwt_headers_find(const struct gwt_headers *headers, enum gwt_header_id id);
size_t gwt_headers_count_of(const struct gwt_headers *headers, enum gwt_header_id id);
/* Append all fields of another list, as views. */
void gwt_headers_add_views(struct gwt_headers *headers, const struct gwt_headers *from);
/* Make a list with copies of all fields, in `arena`. */
void gwt_headers_copy(const struct gwt_headers *from, struct gwt_arena *arena, struct gwt_headers *out);
/* Whether they have the same fields in the same order and spelling. */
bool gwt_headers_equal(const struct gwt_headers *a, const struct gwt_headers *b);
/* Whether they have the same fields in the same order, apart from the case of names. */
bool gwt_headers_same(const struct gwt_headers *a, const struct gwt_headers *b);
/* How many fields have this name. */
size_t gwt_headers_count(const struct gwt_headers *headers, const char *name);

/*
 * tchar of RFC 9110, 5.6.2, at least one; field-value of 5.5: no CR, LF, NUL or other control byte
 * except HTAB.
 */
bool gwt_is_token(struct gwt_span s);
bool gwt_is_field_value(struct gwt_span s);

#endif
