/*
 * http_text.h - requests as AWS's signing vectors write them.
 *
 * Lines may end in LF alone, a target may hold spaces, a value may be folded and
 * the colon has no space: all refused by the product's parser, so not fit for it.
 */
#ifndef GWT_TESTS_HTTP_TEXT_H
#define GWT_TESTS_HTTP_TEXT_H

#include "lib/http/message.h"

/* Parts view `text` or `arena`; false when the text cannot be read even in this form. */
bool gwt_http_text(struct gwt_arena *arena, struct gwt_span text, struct gwt_request *out);

#endif
