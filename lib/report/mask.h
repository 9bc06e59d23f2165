/*
 * mask.h - what must not get into a report, a journal or a log.
 *
 * A canonical request has the session token if one was signed, and the query of a presigned URL has its
 * signature: both are credentials as long as they are valid.
 */
#ifndef GWT_REPORT_MASK_H
#define GWT_REPORT_MASK_H

#include "lib/base/buf.h"
#include "lib/contract/compare.h"

/* `text`, a target or a canonical request, with `*` in place of session tokens and signatures. */
void gwt_mask_add(struct gwt_buf *out, struct gwt_span text);
/*
 * The same for the values of the differences between two requests. The differences are copied, since others
 * may use them.
 */
void gwt_mask_comparison(struct gwt_arena *arena, struct gwt_comparison *comparison);

#endif
