/*
 * watch.h - learn when something in a folder changes.
 */
#ifndef GWT_NET_WATCH_H
#define GWT_NET_WATCH_H

#include "lib/net/net.h"

/*
 * Call `fn` after files in `dir`, or in a folder below it, were made, changed or removed: once things have been
 * quiet for a moment, or after a second of unrest. What changes while it runs is reported again. Folders that
 * appear, and `dir` itself when it is replaced, are followed. Names that begin with '.' are not looked into. It
 * ends with the loop. GWT_EIO when the system cannot.
 */
gwt_status gwt_loop_watch(struct gwt_loop *loop, const char *dir, void (*fn)(void *arg), void *arg,
			  struct gwt_error *err);

#endif
