/*
 * path.h - os.path.expanduser and expandvars of Python, over bytes.
 */
#ifndef GWT_AWSCONF_PATH_H
#define GWT_AWSCONF_PATH_H

#include "lib/base/arena.h"

/* "~" and "~user" at the front; unchanged where there is no such user. */
struct gwt_span gwt_path_expand_user(struct gwt_arena *arena, struct gwt_span path);
/* $NAME and ${NAME} where they are set. */
struct gwt_span gwt_path_expand_vars(struct gwt_arena *arena, struct gwt_span path);

#endif
