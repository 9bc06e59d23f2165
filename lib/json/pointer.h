/*
 * pointer.h - JSON pointers (RFC 6901).
 */
#ifndef GWT_JSON_POINTER_H
#define GWT_JSON_POINTER_H

#include "lib/base/buf.h"
#include "lib/json/json.h"

/* The value at `pointer` ("" is the whole value); NULL when there is none or the pointer is malformed. */
struct gwt_json *gwt_json_pointer_get(struct gwt_json *json, struct gwt_span pointer);
/* Append "/name" with ~ and / escaped, or "/3". */
void gwt_json_pointer_add_name(struct gwt_buf *pointer, struct gwt_span name);
void gwt_json_pointer_add_index(struct gwt_buf *pointer, size_t index);

#endif
