/*
 * ca.h - the certificate authority that vouches for our TLS endpoints.
 *
 * Each user has one, made on first use in a folder of the user's own and used
 * until it is about to expire, so that a client that was set to trust it once can
 * go on. The key never leaves that folder, is readable by its owner only and signs
 * nothing but leaf certificates that live in this process's memory.
 */
#ifndef GWT_NET_CA_H
#define GWT_NET_CA_H

#include <stdint.h>

#include "lib/base/error.h"

struct gwt_ca;

/*
 * The authority in `dir` (absolute; made, for its owner only, when it is missing). Several processes may call
 * this at once: all get the same one. An authority that cannot be used at time `now` (seconds) is replaced.
 * GWT_EIO when the folder cannot be written or belongs to another user.
 */
gwt_status gwt_ca_open(const char *dir, int64_t now, struct gwt_ca **out, struct gwt_error *err);
void gwt_ca_free(struct gwt_ca *ca);
/* The PEM file with its certificate, for clients; lives as long as the authority. */
const char *gwt_ca_path(const struct gwt_ca *ca);

#endif
