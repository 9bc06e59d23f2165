#include "lib/sigv4/shown.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/http/headers.h"

#define DIGITS   "0123456789"
#define SMALL    "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* A text may be shown when it has only these bytes and is not longer than this. */
struct form {
	enum gwt_shown place;
	const char *bytes;
	size_t max, piece; /* of the whole text, and of each piece between '-' */
};

static const struct form forms[] = {
	{ GWT_SHOWN_WORD, SMALL DIGITS "-_", 32, 32 },
	{ GWT_SHOWN_HEADER, SMALL DIGITS "-_", 64, 24 },
	{ GWT_SHOWN_HEADER, SMALL CAPITALS DIGITS "-_", 32, 24 },
	{ GWT_SHOWN_KEY_ID, CAPITALS DIGITS, 128, 128 },
	{ GWT_SHOWN_KEY_ID, SMALL CAPITALS DIGITS "-_.", 20, 20 },
	{ GWT_SHOWN_TIME, DIGITS "TZ:-", 32, 32 },
	{ GWT_SHOWN_HASH, DIGITS "abcdefABCDEF", 128, 128 },
	{ GWT_SHOWN_HASH, CAPITALS DIGITS "-", 64, 64 },
};

static const char *const schemes[] = {
	"",
	"Basic",
	"Bearer",
	"Digest",
	"Negotiate",
	"AWS",
	"AWS3-HTTPS",
	"aws4-hmac-sha256",
	"AWS4-HMAC-SHA256",
	"AWS4-HMAC-SHA1",
	"AWS4-ECDSA-P256-SHA256",
	"AWS4",
};

static bool is_scheme(struct gwt_span text)
{
	for (size_t i = 0; i < GWT_LEN(schemes); i++)
		if (gwt_span_is(text, schemes[i]))
			return true;
	return false;
}

static bool has_form(const struct form *form, struct gwt_span text)
{
	size_t piece = 0;

	for (size_t i = 0; i < text.len; i++) {
		piece = text.ptr[i] == '-' ? 0 : piece + 1;
		if (!text.ptr[i] || !strchr(form->bytes, text.ptr[i]) || piece > form->piece)
			return false;
	}
	return text.len <= form->max;
}

struct gwt_span gwt_sigv4_shown(enum gwt_shown place, struct gwt_span text)
{
	if (place == GWT_SHOWN_SCHEME && is_scheme(text))
		return text;
	for (size_t i = 0; i < GWT_LEN(forms); i++)
		if (forms[i].place == place && has_form(&forms[i], text))
			return text;
	return GWT_SPAN("*");
}

static bool is_shown(enum gwt_shown place, struct gwt_span text)
{
	return gwt_span_eq(gwt_sigv4_shown(place, text), text);
}

bool gwt_sigv4_may_be_shown(const struct gwt_request *request, const struct gwt_authorization *claim)
{
	struct gwt_span names = claim->signed_headers;

	while (names.ptr)
		if (!is_shown(GWT_SHOWN_HEADER, gwt_span_cut(&names, ';')))
			return false;
	return is_shown(GWT_SHOWN_TIME, claim->scope.date) && is_shown(GWT_SHOWN_WORD, claim->scope.region) &&
	       is_shown(GWT_SHOWN_WORD, claim->scope.service) &&
	       is_shown(GWT_SHOWN_WORD, claim->terminator) &&
	       is_shown(GWT_SHOWN_TIME, gwt_headers_get(&request->headers, "x-amz-date")) &&
	       is_shown(GWT_SHOWN_HASH, gwt_headers_get(&request->headers, "x-amz-content-sha256"));
}
