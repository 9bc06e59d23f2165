/*
 * unicode.h - text that came from a client, for reports.
 *
 * A client may send any bytes. Reports are UTF-8, and must show their readers everything that is there: also
 * characters without a visible form, and those that change the direction of the following text.
 */
#ifndef GWT_REPORT_UNICODE_H
#define GWT_REPORT_UNICODE_H

#include "lib/base/arena.h"

/*
 * Whether a character would show nothing or only a blank, or would move the text around it. U+0020 is
 * not hidden.
 */
bool gwt_code_is_hidden(uint32_t code);
/* `s`, or a copy in `arena` with U+FFFD for each byte that is not UTF-8. An absent text stays absent. */
struct gwt_span gwt_utf8_repaired(struct gwt_arena *arena, struct gwt_span s);

#endif
