/*
 * parts.h - the parts of a request in their contract form.
 *
 * Private to lib/contract: canonical.c writes them one after the other, compare.c
 * holds them side by side. All results live in the arena or view the request.
 */
#ifndef GWT_CONTRACT_PARTS_H
#define GWT_CONTRACT_PARTS_H

#include "lib/base/buf.h"
#include "lib/http/message.h"

struct gwt_named {
	struct gwt_span name, value;
};

struct gwt_named_list {
	struct gwt_named *items; /* sorted by name, then by value */
	size_t len, cap;
};

/* Each label decoded once and encoded again; empty and dot labels kept. */
void gwt_contract_add_path(struct gwt_buf *out, struct gwt_span path);
/* Parameters decoded and encoded again; empty pieces, as in "a=1&&b=2", are left out. */
void gwt_contract_query(struct gwt_span query, struct gwt_arena *arena, struct gwt_named_list *out);
/*
 * Contract headers, lower-case names; the values of a repeated header are joined with ',' in arrival order.
 */
void gwt_contract_headers(const struct gwt_headers *headers, bool has_body, struct gwt_arena *arena,
			  struct gwt_named_list *out);
/* The same joining for Content-Type; absent when there is none. */
struct gwt_span gwt_joined_content_type(const struct gwt_headers *headers, struct gwt_arena *arena);

#endif
