/*
 * shown.h - which parts of a signature a message may show.
 *
 * People put a secret into the wrong place: a secret key for a key id, a token for a region. A part is shown
 * only when it has the form of its place; any other part is shown as "*".
 */
#ifndef GWT_SIGV4_SHOWN_H
#define GWT_SIGV4_SHOWN_H

#include "lib/base/span.h"
#include "lib/http/message.h"
#include "lib/sigv4/authorization.h"

enum gwt_shown {
	GWT_SHOWN_WORD, /* a region, a service, the terminator: small letters, digits, '-' and '_', at most 32 */
	GWT_SHOWN_HEADER, /* the name of a header, in any case, shorter than a secret key */
	GWT_SHOWN_KEY_ID, /* capitals and digits; or letters, digits and "-_.", no longer than AWS's */
	GWT_SHOWN_TIME,   /* a date or a number */
	GWT_SHOWN_HASH,   /* hexadecimal digits, or the capitals of STREAMING-… */
	GWT_SHOWN_SCHEME, /* a known scheme */
};

/* `text` if it has the form of its place, else "*". */
struct gwt_span gwt_sigv4_shown(enum gwt_shown place, struct gwt_span text);

/*
 * Whether the expected texts may be shown: all parts of them that the client chose have the form of
 * their place.
 */
bool gwt_sigv4_may_be_shown(const struct gwt_request *request, const struct gwt_authorization *claim);

#endif
