/*
 * asof.h - what AWS changed, and since when.
 *
 * Each row of the table is a change that recordings show; the date is that of the
 * first recording with the newer answer, so a time before it gives the older one.
 */
#ifndef GWT_SANDBOX_ASOF_H
#define GWT_SANDBOX_ASOF_H

#include "lib/base/span.h"

enum gwt_change {
	GWT_CHANGE_ARN_TEXT,            /* 'Invalid AWS URI' -> 'Invalid ARN specified in the request' */
	GWT_CHANGE_PASSTHROUGH_DEFAULT, /* passthroughBehavior is given when it was not sent */
	GWT_CHANGE_PROXY_TYPES,         /* types AWS_PROXY and HTTP_PROXY */
	GWT_CHANGE_TIMEOUT,             /* timeoutInMillis */
	GWT_CHANGE_CONNECTION,          /* connectionType */
	GWT_CHANGE_ENDPOINT,            /* a REST API's apiKeySource and endpointConfiguration */
	GWT_CHANGE_APIGW_ID_HEADER,     /* x-amz-apigw-id */
	GWT_CHANGE_API_ID_TEXT,   /* 'Invalid REST API identifier' -> 'Invalid API identifier ACCOUNT:ID' */
	GWT_CHANGE_REQUEST_ID_V4, /* x-amzn-RequestId is a version 4 UUID */
	GWT_CHANGE_EXECUTE_API_ENDPOINT, /* disableExecuteApiEndpoint */
	GWT_CHANGE_INTEGRATION_TEXT, /* 'No integration defined for method' -> 'Invalid Integration identifier
					…' */
	GWT_CHANGE_ROOT_RESOURCE_ID, /* rootResourceId of a REST API */
	GWT_CHANGE_IP_ADDRESS_TYPE,  /* endpointConfiguration.ipAddressType */
	GWT_CHANGES,
};

/* Whether the newer answer holds at `as_of`; 0 is now. */
bool gwt_changed(enum gwt_change change, int64_t as_of);

#endif
