/*
 * repository.h - a path as a code host knows it.
 */
#ifndef GWT_REPORT_REPOSITORY_H
#define GWT_REPORT_REPOSITORY_H

#include "lib/base/arena.h"
#include "lib/base/span.h"

/*
 * Rewrite `path`, which is absolute or starts at the working directory, to start at the root of the working
 * directory's repository: annotations are shown only with such a path. It is unchanged when the file does not
 * exist or is elsewhere.
 */
struct gwt_span gwt_path_in_repository(struct gwt_arena *arena, struct gwt_span path);

#endif
