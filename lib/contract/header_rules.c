/*
 * header_rules.c - which headers count (contract bytes, version 1: docs/contract-bytes.md).
 */
#include "lib/contract/header_rules.h"

#include "lib/base/error.h"

/* A header name, or with `prefix` how it begins. */
struct pattern {
	struct gwt_span text;
	bool prefix;
};

/* DESIGN section 5. */
static const struct pattern volatile_headers[] = {
	{ GWT_SPAN_INIT("host"), false },
	{ GWT_SPAN_INIT("connection"), false },
	{ GWT_SPAN_INIT("keep-alive"), false },
	{ GWT_SPAN_INIT("te"), false },
	{ GWT_SPAN_INIT("accept-encoding"), false },
	{ GWT_SPAN_INIT("accept-language"), false },
	{ GWT_SPAN_INIT("sec-fetch-"), true },
	{ GWT_SPAN_INIT("user-agent"), false },
	{ GWT_SPAN_INIT("x-amz-user-agent"), false },
	{ GWT_SPAN_INIT("amz-sdk-"), true },
	{ GWT_SPAN_INIT("x-amz-date"), false },
	{ GWT_SPAN_INIT("x-amz-security-token"), false },
	{ GWT_SPAN_INIT("x-amz-content-sha256"), false },
	{ GWT_SPAN_INIT("content-length"), false },
	{ GWT_SPAN_INIT("transfer-encoding"), false },
	{ GWT_SPAN_INIT("expect"), false },
	{ GWT_SPAN_INIT("authorization"), false },
};

static const struct pattern amazon = { GWT_SPAN_INIT("x-amz-"), true };

/* Called for every header of every request: most are known by their length or first letter. */
static bool fits(struct gwt_span name, const struct pattern *pattern)
{
	if (pattern->prefix ? name.len < pattern->text.len : name.len != pattern->text.len)
		return false;
	if ((name.ptr[0] | 0x20) != pattern->text.ptr[0])
		return false;
	name.len = pattern->text.len;
	return gwt_span_ieq(name, pattern->text);
}

bool gwt_header_is_volatile(struct gwt_span name)
{
	for (size_t i = 0; i < GWT_LEN(volatile_headers); i++)
		if (fits(name, &volatile_headers[i]))
			return true;
	return false;
}

bool gwt_header_is_contract(struct gwt_span name, bool has_body)
{
	static const struct pattern accept = { GWT_SPAN_INIT("accept"), false };
	static const struct pattern content_type = { GWT_SPAN_INIT("content-type"), false };

	if (fits(name, &amazon))
		return !gwt_header_is_volatile(name);
	return fits(name, &accept) || (has_body && fits(name, &content_type));
}
