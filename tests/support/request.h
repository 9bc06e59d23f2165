/*
 * request.h - requests for tests, from their bytes.
 */
#ifndef GWT_TESTS_REQUEST_H
#define GWT_TESTS_REQUEST_H

#include "lib/http/message.h"

/* Parse exactly one request; aborts the test when `raw` is not one. Views `raw`. */
struct gwt_request gwt_test_request(struct gwt_arena *arena, struct gwt_span raw);
/* A request with this head (lines end in LF) and body; Content-Length is added when there is a body. */
struct gwt_request gwt_test_request_of(struct gwt_arena *arena, const char *head, struct gwt_span body);

#endif
