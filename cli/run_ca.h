/*
 * run_ca.h - the certificate authority of a run that speaks TLS: the user's own of gwtape, else one for this run only.
 */
#ifndef GWT_CLI_RUN_CA_H
#define GWT_CLI_RUN_CA_H

#include "lib/base/arena.h"
#include "lib/net/ca.h"
#include "lib/net/tls.h"

struct gwt_run_ca {
	struct gwt_ca *ca;
	struct gwt_tls *tls;
	/* "/tmp/gwtape-ca-XXXXXX", a folder for this run only; "": none */
	char temporary[64];
};

/* Where the user's cache cannot be written (in a container), the CA is only for this run. */
gwt_status gwt_run_ca_open(struct gwt_run_ca *run, struct gwt_arena *arena, struct gwt_error *err);
/* Takes a zeroed one. */
void gwt_run_ca_close(struct gwt_run_ca *run);

/* $XDG_CACHE_HOME/gwtape or ~/.cache/gwtape; NULL where neither is known. XDG ignores relative paths. */
const char *gwt_cache_folder(struct gwt_arena *arena);

#endif
