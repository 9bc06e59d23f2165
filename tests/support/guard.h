/*
 * guard.h - bytes that end at a page which may not be touched.
 *
 * A parser that reads one byte too far crashes instead of passing.
 */
#ifndef GWT_TESTS_GUARD_H
#define GWT_TESTS_GUARD_H

#include "lib/base/span.h"

/* A copy of `s` whose last byte is directly before a PROT_NONE page. Kept until the process ends. */
struct gwt_span gwt_guarded(struct gwt_span s);

#endif
