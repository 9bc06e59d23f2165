/*
 * watch.h - learn when something in a folder changes.
 */
#ifndef GWT_NET_WATCH_H
#define GWT_NET_WATCH_H

#include "lib/net/net.h"

/*
 * Call `fn` after files in `dir`, or in a folder below it, were made, changed or removed: after a short time
 * without changes, or after a second of constant changes. Changes while it runs are reported again. New
 * folders are watched, too, and so is `dir` itself when it is replaced. Names that begin with '.' are
 * skipped. The watch ends with the loop. GWT_EIO when the system cannot watch.
 */
gwt_status gwt_loop_watch(struct gwt_loop *loop, const char *dir, void (*fn)(void *arg), void *arg,
			  struct gwt_error *err);

#endif
