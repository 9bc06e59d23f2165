/*
 * history_rename.h - the name that a new cassette had before.
 */
#ifndef GWT_STORE_HISTORY_RENAME_H
#define GWT_STORE_HISTORY_RENAME_H

#include "lib/store/history_graph.h"

/*
 * Find the path that `commit` renamed to `path`, by git's similarity of contents; NULL when it was
 * not renamed.
 */
gwt_status gwt_rename_find(struct gwt_graph *graph, size_t commit, const char *path, const char **out,
			   struct gwt_error *err);

#endif
