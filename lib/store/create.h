/*
 * create.h - a repository of gwtape's own for cassettes outside of any.
 */
#ifndef GWT_STORE_CREATE_H
#define GWT_STORE_CREATE_H

#include <stdbool.h>

#include "lib/base/error.h"

#define GWT_ATTRIBUTES ".gitattributes"

/*
 * Make one in `dir`, marked as ours, with its .gitattributes. It is made in `place` and moved as a whole, so
 * that a killed run leaves no repository without its mark. *made is false when another run was faster.
 */
gwt_status gwt_repo_create(const char *dir, const char *place, bool *made, struct gwt_error *err);

#endif
