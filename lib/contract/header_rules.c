/*
 * header_rules.c - which headers count (contract bytes, version 1: docs/contract-bytes.md).
 */
#include "lib/contract/header_rules.h"

enum { VOLATILE = 1, CONTRACT = 2, CONTRACT_OF_BODY = 4 };

/* DESIGN section 5. */
static const unsigned char rules[GWT_HEADER_IDS] = {
	[GWT_HEADER_HOST] = VOLATILE,
	[GWT_HEADER_CONNECTION] = VOLATILE,
	[GWT_HEADER_KEEP_ALIVE] = VOLATILE,
	[GWT_HEADER_TE] = VOLATILE,
	[GWT_HEADER_ACCEPT_ENCODING] = VOLATILE,
	[GWT_HEADER_ACCEPT_LANGUAGE] = VOLATILE,
	[GWT_HEADER_SEC_FETCH] = VOLATILE,
	[GWT_HEADER_USER_AGENT] = VOLATILE,
	[GWT_HEADER_AMZ_USER_AGENT] = VOLATILE,
	[GWT_HEADER_AMZ_SDK] = VOLATILE,
	[GWT_HEADER_AMZ_DATE] = VOLATILE,
	[GWT_HEADER_AMZ_SECURITY_TOKEN] = VOLATILE,
	[GWT_HEADER_AMZ_CONTENT_SHA256] = VOLATILE,
	[GWT_HEADER_CONTENT_LENGTH] = VOLATILE,
	[GWT_HEADER_TRANSFER_ENCODING] = VOLATILE,
	[GWT_HEADER_EXPECT] = VOLATILE,
	[GWT_HEADER_AUTHORIZATION] = VOLATILE,
	[GWT_HEADER_ACCEPT] = CONTRACT,
	[GWT_HEADER_AMZ] = CONTRACT,
	[GWT_HEADER_CONTENT_TYPE] = CONTRACT_OF_BODY,
};

bool gwt_header_is_volatile(struct gwt_span name)
{
	return rules[gwt_header_identify(name)] & VOLATILE;
}

bool gwt_header_id_is_contract(enum gwt_header_id id, bool has_body)
{
	return rules[id] & (has_body ? CONTRACT | CONTRACT_OF_BODY : CONTRACT);
}

bool gwt_header_is_contract(struct gwt_span name, bool has_body)
{
	return gwt_header_id_is_contract(gwt_header_identify(name), has_body);
}
