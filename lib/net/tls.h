/*
 * tls.h - TLS for our listeners: certificates by host name, made as they are asked for.
 *
 * One for a loop, shared by its servers. Nothing is computed before the first
 * client says hello; then one key is made, and a certificate for each name, kept
 * in memory. TLS 1.2 and 1.3, HTTP/1.1 by ALPN.
 */
#ifndef GWT_NET_TLS_H
#define GWT_NET_TLS_H

#include "lib/net/ca.h"

struct gwt_tls;

/* `ca` must outlive it. */
struct gwt_tls *gwt_tls_new(const struct gwt_ca *ca);
/* Only after the loop that uses it is freed. */
void gwt_tls_free(struct gwt_tls *tls);

#endif
