/* Finds the number of a header's name, once, while a head is read. */
#include "lib/http/header_id.h"

#include "lib/base/error.h"

enum { LONGEST = 20 };

struct known {
	struct gwt_span name;
	enum gwt_header_id id;
};

/* Sorted by length: the length and the first letter distinguish most names. */
static const struct known names[] = {
	{ GWT_SPAN_INIT("te"), GWT_HEADER_TE },
	{ GWT_SPAN_INIT("host"), GWT_HEADER_HOST },
	{ GWT_SPAN_INIT("date"), GWT_HEADER_DATE },
	{ GWT_SPAN_INIT("accept"), GWT_HEADER_ACCEPT },
	{ GWT_SPAN_INIT("expect"), GWT_HEADER_EXPECT },
	{ GWT_SPAN_INIT("x-amz-date"), GWT_HEADER_AMZ_DATE },
	{ GWT_SPAN_INIT("user-agent"), GWT_HEADER_USER_AGENT },
	{ GWT_SPAN_INIT("connection"), GWT_HEADER_CONNECTION },
	{ GWT_SPAN_INIT("keep-alive"), GWT_HEADER_KEEP_ALIVE },
	{ GWT_SPAN_INIT("content-type"), GWT_HEADER_CONTENT_TYPE },
	{ GWT_SPAN_INIT("authorization"), GWT_HEADER_AUTHORIZATION },
	{ GWT_SPAN_INIT("content-length"), GWT_HEADER_CONTENT_LENGTH },
	{ GWT_SPAN_INIT("accept-encoding"), GWT_HEADER_ACCEPT_ENCODING },
	{ GWT_SPAN_INIT("accept-language"), GWT_HEADER_ACCEPT_LANGUAGE },
	{ GWT_SPAN_INIT("x-amz-user-agent"), GWT_HEADER_AMZ_USER_AGENT },
	{ GWT_SPAN_INIT("transfer-encoding"), GWT_HEADER_TRANSFER_ENCODING },
	{ GWT_SPAN_INIT("x-amz-content-sha256"), GWT_HEADER_AMZ_CONTENT_SHA256 },
	{ GWT_SPAN_INIT("x-amz-security-token"), GWT_HEADER_AMZ_SECURITY_TOKEN },
};

/* Indexes in names[]: of the first name of each length, and one after the last name. */
static const unsigned char first_of[LONGEST + 2] = { 0, 0, 0,  1,  1,  3,  3,  5,  5,  5,  5,
						     9, 9, 10, 11, 12, 14, 15, 16, 16, 16, 18 };

static const struct known prefixes[] = {
	{ GWT_SPAN_INIT("x-amz-"), GWT_HEADER_AMZ },
	{ GWT_SPAN_INIT("amz-sdk-"), GWT_HEADER_AMZ_SDK },
	{ GWT_SPAN_INIT("sec-fetch-"), GWT_HEADER_SEC_FETCH },
};

static enum gwt_header_id by_prefix(struct gwt_span name)
{
	for (size_t i = 0; i < GWT_LEN(prefixes); i++)
		if (name.len >= prefixes[i].name.len &&
		    gwt_span_ieq((struct gwt_span){ name.ptr, prefixes[i].name.len }, prefixes[i].name))
			return prefixes[i].id;
	return GWT_HEADER_OTHER;
}

enum gwt_header_id gwt_header_identify(struct gwt_span name)
{
	if (name.len <= LONGEST)
		for (size_t i = first_of[name.len]; i < first_of[name.len + 1]; i++)
			if (gwt_span_ieq(name, names[i].name))
				return names[i].id;
	return by_prefix(name);
}
