/*
 * write.h - JSON values to bytes.
 */
#ifndef GWT_JSON_WRITE_H
#define GWT_JSON_WRITE_H

#include "lib/base/buf.h"
#include "lib/json/json.h"

enum gwt_json_layout {
	GWT_JSON_COMPACT,    /* {"a":1,"b":[2,3]} */
	GWT_JSON_COMPACT_LF, /* the same and one LF */
	GWT_JSON_SPACED,     /* {"a": 1, "b": [2, 3]}: Python's json.dumps, ensure_ascii=False */
	GWT_JSON_PRETTY,     /* one member a line, two spaces deep, LF at the end */
};

/*
 * Members in their order, numbers as their tokens, strings with the shortest escapes: \" \\ \b \t \n \f \r,
 * other control characters \u00xx, everything else as UTF-8 (RFC 8785, 3.2.2.2).
 */
void gwt_json_write(struct gwt_buf *out, const struct gwt_json *json, enum gwt_json_layout layout);
/* One string with its quotes. */
void gwt_json_write_string(struct gwt_buf *out, struct gwt_span text);

/*
 * RFC 8785 form, but exact: members sorted by UTF-16 code units of their names, numbers with
 * their exact value (gwt_json_write_number), no white space.
 */
void gwt_json_write_canonical(struct gwt_buf *out, const struct gwt_json *json);
/*
 * A number token in ECMAScript's layout over all its digits: 1.0 -> 1, 1E2 -> 100, -0 -> 0,
 * 1e21 -> 1e+21, 0.0000001 -> 1e-7, 9007199254740993 -> itself, 1e400 -> 1e+400.
 */
void gwt_json_write_number(struct gwt_buf *out, struct gwt_span token);

#endif
