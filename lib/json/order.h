/*
 * order.h - members of an object in a given order.
 *
 * For lib/json, and for walking two objects in parallel (lib/contract).
 */
#ifndef GWT_JSON_ORDER_H
#define GWT_JSON_ORDER_H

#include "lib/json/json.h"

/* for qsort(), whose elements are struct gwt_json * */
typedef int gwt_json_order(const void *a, const void *b);

gwt_json_order gwt_json_by_bytes;
/* By UTF-16 code units of the names (RFC 8785, 3.2.3). */
gwt_json_order gwt_json_by_utf16;

enum { GWT_JSON_FEW_MEMBERS = 32 };

/*
 * The children of `json`, sorted: in `few` when they fit, else in memory from gwt_xcalloc() that the
 * caller frees.
 */
struct gwt_json **gwt_json_sorted(const struct gwt_json *json, struct gwt_json *few[GWT_JSON_FEW_MEMBERS],
				  gwt_json_order *order);

#endif
