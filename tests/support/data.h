/*
 * data.h - files that tests read.
 *
 * Own data lies in tests/data; third-party suites lie outside the repository, in
 * $GWTAPE_SHARED or ../shared beside the checkout, and may be absent.
 */
#ifndef GWT_TESTS_DATA_H
#define GWT_TESTS_DATA_H

#include "lib/base/arena.h"

/* Root of the checkout. */
const char *gwt_test_source(void);
/* The folder of third-party suites; NULL when it does not exist. */
const char *gwt_test_shared(void);
/* Report on stderr that `what` was skipped, in the form that scripts/test.sh counts. */
void gwt_test_skipped(const char *what);
/* Bytes of a file below `root`; aborts the test when it cannot be read. */
struct gwt_span gwt_test_read(struct gwt_arena *arena, const char *root, const char *path);

#endif
