/*
 * number.h - exact arithmetic on number tokens (RFC 8259, 6).
 *
 * Private to lib/json. A token is never turned into a double, and its exponent,
 * which may have more digits than any integer type, stays text.
 */
#ifndef GWT_JSON_NUMBER_H
#define GWT_JSON_NUMBER_H

#include "lib/base/buf.h"

/* Whether two tokens have the same value. */
bool gwt_json_same_number(struct gwt_span a, struct gwt_span b);

#endif
