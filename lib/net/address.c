/* address.c - ADDR:PORT to socket addresses and URLs. */
#include <string.h>

#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"
#include "lib/net/internal.h"

static bool to_sockaddr(struct gwt_span host, uint16_t port, struct sockaddr_storage *out)
{
	char text[INET6_ADDRSTRLEN];

	if (gwt_span_is(host, "localhost"))
		host = GWT_SPAN("127.0.0.1");
	if (host.len >= sizeof(text))
		return false;
	gwt_copy(text, host.ptr, host.len);
	text[host.len] = '\0';
	return uv_ip4_addr(text, port, (struct sockaddr_in *)out) == 0 ||
	       uv_ip6_addr(text, port, (struct sockaddr_in6 *)out) == 0;
}

gwt_status gwt_address_parse(const char *text, struct sockaddr_storage *out, struct gwt_error *err)
{
	struct gwt_authority authority;
	struct sockaddr_storage found = { 0 };

	if (!gwt_authority_parse(gwt_span_of(text), &authority) || !authority.port_given ||
	    !to_sockaddr(authority.host, authority.port, &found))
		return gwt_fail(err, GWT_EUSAGE,
				"'%s' is not an address to listen on; write it as 127.0.0.1:0 or [::1]:8080",
				text);
	*out = found;
	return GWT_OK;
}

void gwt_address_url(const char *scheme, const struct sockaddr_storage *address, char *out, size_t size)
{
	char host[INET6_ADDRSTRLEN] = "";

	if (address->ss_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;

		uv_ip6_name(six, host, sizeof(host));
		snprintf(out, size, "%s://[%s]:%u", scheme, host, ntohs(six->sin6_port));
	} else {
		const struct sockaddr_in *four = (const struct sockaddr_in *)address;

		uv_ip4_name(four, host, sizeof(host));
		snprintf(out, size, "%s://%s:%u", scheme, host, ntohs(four->sin_port));
	}
}
