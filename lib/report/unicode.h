/*
 * unicode.h - text that came from a client, for reports.
 *
 * A client may send any bytes. Reports are UTF-8, and a reader of one must see what is
 * there: also what has no shape of its own, or changes the direction of what follows.
 */
#ifndef GWT_REPORT_UNICODE_H
#define GWT_REPORT_UNICODE_H

#include "lib/base/arena.h"

/* Whether nothing, or only a blank, would be seen of it, or the text around it would be moved. U+0020 is not.
 */
bool gwt_code_is_hidden(uint32_t code);
/* `s`, or a copy in `arena` with U+FFFD for each byte that is not UTF-8. Absent stays absent. */
struct gwt_span gwt_utf8_repaired(struct gwt_arena *arena, struct gwt_span s);

#endif
