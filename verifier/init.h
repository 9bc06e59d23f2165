/*
 * init.h - a driver to start from, one for each language.
 */
#ifndef GWT_VERIFIER_INIT_H
#define GWT_VERIFIER_INIT_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

/*
 * Write driver.EXT for `language` into `folder`; *path is what was written, *command is how to run it. An
 * existing file is never replaced: GWT_EUSAGE.
 */
gwt_status gwt_init_driver(struct gwt_arena *arena, const char *folder, const char *language,
			   const char **path, const char **command, struct gwt_error *err);

#endif
