/*
 * git_home.h - a folder of a test's own, in which git and libgit2 know no other configuration, and git itself to ask.
 */
#ifndef GWT_TESTS_GIT_HOME_H
#define GWT_TESTS_GIT_HOME_H

#include "lib/base/arena.h"

/* Make a folder and make it HOME; its path lives until the process ends. */
const char *git_home_make(void);
void git_home_remove(void);

/* Output, errors too, of a shell command run in `where`; the command must succeed. In `arena`. */
const char *git_home_sh(struct gwt_arena *arena, const char *where, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
