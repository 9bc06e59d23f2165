/*
 * header_id.h - the headers that decide something, by number.
 *
 * Many parts read a head: framing, the proof of the signature, the contract bytes, the memo of requests that
 * came before. Each would search it by name. Instead a name is identified once, when its field is parsed, and
 * the number is kept with the field.
 */
#ifndef GWT_HTTP_HEADER_ID_H
#define GWT_HTTP_HEADER_ID_H

#include "lib/base/span.h"

enum gwt_header_id {
	GWT_HEADER_UNREAD, /* not identified yet, because the field was not parsed */
	GWT_HEADER_OTHER,
	GWT_HEADER_HOST,
	GWT_HEADER_DATE,
	GWT_HEADER_ACCEPT,
	GWT_HEADER_ACCEPT_ENCODING,
	GWT_HEADER_ACCEPT_LANGUAGE,
	GWT_HEADER_AUTHORIZATION,
	GWT_HEADER_CONNECTION,
	GWT_HEADER_CONTENT_LENGTH,
	GWT_HEADER_CONTENT_TYPE,
	GWT_HEADER_EXPECT,
	GWT_HEADER_KEEP_ALIVE,
	GWT_HEADER_TE,
	GWT_HEADER_TRANSFER_ENCODING,
	GWT_HEADER_USER_AGENT,
	GWT_HEADER_SEC_FETCH, /* every sec-fetch-*; the next is every amz-sdk-* */
	GWT_HEADER_AMZ_SDK,
	GWT_HEADER_AMZ, /* every x-amz-* except the following ones */
	GWT_HEADER_AMZ_CONTENT_SHA256,
	GWT_HEADER_AMZ_DATE,
	GWT_HEADER_AMZ_SECURITY_TOKEN,
	GWT_HEADER_AMZ_USER_AGENT,
	GWT_HEADER_IDS,
};

/* The number of a name; never UNREAD. */
enum gwt_header_id gwt_header_identify(struct gwt_span name);

#endif
