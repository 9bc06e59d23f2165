/*
 * caller.h - who may call the admin API.
 *
 * It listens on a loopback address, where every page that a browser has open can send
 * requests. Two ways in are closed: a name of somebody else's that resolves to 127.0.0.1
 * (DNS rebinding; the Host header shows it), and a request that another site has a browser make
 * (Origin and Sec-Fetch-Site show it; Fetch Standard, 3.1, and W3C Fetch Metadata, 2.4).
 */
#ifndef GWT_REPLAYER_CALLER_H
#define GWT_REPLAYER_CALLER_H

#include "lib/http/message.h"

/* Why this caller is refused; NULL when it is not. `any_host`: the listener is open to others, who have names for it. */
const char *gwt_caller_refusal(const struct gwt_request *request, bool any_host);

#endif
