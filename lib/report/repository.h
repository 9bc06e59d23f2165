/*
 * repository.h - a path as a code host knows it.
 */
#ifndef GWT_REPORT_REPOSITORY_H
#define GWT_REPORT_REPOSITORY_H

#include "lib/base/arena.h"
#include "lib/base/span.h"

/*
 * `path`, from the working directory or absolute, from the root of the repository that the working directory
 * is in: annotations are shown only where it is right. Unchanged where the file does not exist or is
 * elsewhere.
 */
struct gwt_span gwt_path_in_repository(struct gwt_arena *arena, struct gwt_span path);

#endif
