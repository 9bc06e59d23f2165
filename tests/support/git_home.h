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

/* Make a user's repository in `repo`, with one commit on `main`. */
void git_home_repository(struct gwt_arena *arena, const char *repo);

/* Write dir/name, with the folders that it needs. */
void git_home_put(struct gwt_arena *arena, const char *dir, const char *name, const char *text);

#endif
