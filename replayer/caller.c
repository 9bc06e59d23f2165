#include "replayer/caller.h"

#include <arpa/inet.h>

#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/http/uri.h"

/* "localhost", ::1 and 127.0.0.0/8, not names that only begin with one of them. */
static bool is_loopback(struct gwt_span host)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr v6;
	struct in_addr v4;

	if (gwt_span_iis(host, "localhost"))
		return true;
	if (host.len == 0 || host.len >= sizeof(text))
		return false;
	gwt_copy(text, host.ptr, host.len);
	text[host.len] = '\0';
	if (inet_pton(AF_INET, text, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, text, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/* A browser names the page's origin; it is ours when it is http:// and the Host that was asked. */
static bool is_own_origin(struct gwt_span origin, struct gwt_span host)
{
	static const struct gwt_span schemes[] = { GWT_SPAN_INIT("http://"), GWT_SPAN_INIT("https://") };

	for (size_t i = 0; i < GWT_LEN(schemes); i++)
		if (gwt_span_starts(origin, schemes[i]) &&
		    gwt_span_ieq(gwt_span_slice(origin, schemes[i].len, origin.len), host))
			return true;
	return false;
}

const char *gwt_caller_refusal(const struct gwt_request *request, bool any_host)
{
	struct gwt_span host = gwt_headers_get(&request->headers, "host");
	struct gwt_span origin = gwt_headers_get(&request->headers, "origin");
	struct gwt_span site = gwt_headers_get(&request->headers, "sec-fetch-site");
	struct gwt_authority authority;

	if (!any_host && !(host.ptr && gwt_authority_parse(host, &authority) && is_loopback(authority.host)))
		return "the Host header names no loopback address: call 127.0.0.1, [::1] or localhost";
	if (gwt_span_is(request->method, "GET"))
		return NULL;
	if (origin.ptr && !is_own_origin(origin, host))
		return "a page of another origin must not change anything here";
	if (site.ptr && !gwt_span_is(site, "same-origin") && !gwt_span_is(site, "none"))
		return "a page of another site must not change anything here";
	return NULL;
}
