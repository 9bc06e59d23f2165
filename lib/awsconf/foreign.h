/*
 * foreign.h - which variables a program may inherit that must not have the user's credentials.
 *
 * For clients under test and the programs that find or install them, all of which are third-party code.
 */
#ifndef GWT_AWSCONF_FOREIGN_H
#define GWT_AWSCONF_FOREIGN_H

#include <stdbool.h>

/* Whether a variable may be inherited; `entry` is NAME=VALUE. */
bool gwt_env_is_harmless(const char *entry);

#endif
