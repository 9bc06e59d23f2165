/*
 * foreign.h - which variables a program may inherit that must not have the user's credentials.
 *
 * Clients under test, and what finds or installs them: third-party code all of it.
 */
#ifndef GWT_AWSCONF_FOREIGN_H
#define GWT_AWSCONF_FOREIGN_H

#include <stdbool.h>

/* `entry` is NAME=VALUE. */
bool gwt_env_is_harmless(const char *entry);

#endif
