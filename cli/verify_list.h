/*
 * verify_list.h - `gwtape verify --list`.
 */
#ifndef GWT_CLI_VERIFY_LIST_H
#define GWT_CLI_VERIFY_LIST_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

/* Print every client of the folder: installed in which version, or how to install it. */
gwt_status gwt_verify_list(struct gwt_arena *arena, const char *clients, struct gwt_error *err);

#endif
