/*
 * child_env.h - the environment in which a client is tested.
 *
 * DESIGN section 2, "-- CMD": the endpoint in the variables that clients read, dummy
 * credentials, no profile, no metadata service; the user's own AWS settings are out
 * of reach.
 */
#ifndef GWT_CLI_CHILD_ENV_H
#define GWT_CLI_CHILD_ENV_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

struct gwt_child_settings {
	const char *endpoint; /* http://127.0.0.1:PORT */
	const char *region;   /* of the cassettes */
	const char *empty_file;
	const char *ca_bundle; /* PEM of our CA; NULL without TLS or guard */
	const char *proxy;     /* URL of the guard's proxy; NULL without it */
};

/* NULL-ended, in `arena`. It inherits the variables that lib/awsconf/foreign.h calls harmless. */
char **gwt_child_environment(struct gwt_arena *arena, const struct gwt_child_settings *settings);

enum { GWT_EMPTY_FILE_BYTES = sizeof("/tmp/gwtape-empty-XXXXXX") };

/* A file with nothing in it, for clients that read AWS configuration; the caller unlinks it. */
gwt_status gwt_empty_file_make(char path[GWT_EMPTY_FILE_BYTES], struct gwt_error *err);

#endif
