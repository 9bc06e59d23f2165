/*
 * asof.h - what AWS changed, and since when.
 *
 * Each row of the table is a change that recordings or the service model show; the
 * date is that of the first one with the newer answer, so a time before it gives the
 * older one.
 */
#ifndef GWT_SANDBOX_ASOF_H
#define GWT_SANDBOX_ASOF_H

#include "lib/base/span.h"

/* In the order of the dates. */
enum gwt_api_change {
	GWT_API_CHANGE_ARN_TEXT,            /* 'Invalid AWS URI' -> 'Invalid ARN specified in the request' */
	GWT_API_CHANGE_PASSTHROUGH_DEFAULT, /* passthroughBehavior is in the answer when it was not sent */
	GWT_API_CHANGE_PROXY_TYPES,         /* types AWS_PROXY and HTTP_PROXY */
	GWT_API_CHANGE_TIMEOUT,             /* timeoutInMillis */
	GWT_API_CHANGE_CONNECTION,          /* connectionType */
	GWT_API_CHANGE_ENDPOINT,            /* a REST API's apiKeySource and endpointConfiguration */
	GWT_API_CHANGE_APIGW_ID_HEADER,     /* x-amz-apigw-id */
	GWT_API_CHANGE_API_ID_TEXT, /* 'Invalid REST API identifier' -> 'Invalid API identifier ACCOUNT:ID' */
	GWT_API_CHANGE_REQUEST_ID_V4, /* x-amzn-RequestId is a version 4 UUID */
	/* an integration response's 'No integration defined for method' -> 'Invalid Integration identifier …' */
	GWT_API_CHANGE_INTEGRATION_RESPONSE_TEXT,
	GWT_API_CHANGE_EXECUTE_API_ENDPOINT, /* disableExecuteApiEndpoint */
	GWT_API_CHANGE_INTEGRATION_TEXT,     /* the same text for an integration */
	GWT_API_CHANGE_ROOT_RESOURCE_ID,     /* rootResourceId of a REST API */
	GWT_API_CHANGE_IP_ADDRESS_TYPE,      /* endpointConfiguration.ipAddressType */
	GWT_API_CHANGE_TRANSFER_MODE,        /* responseTransferMode */
	GWT_API_CHANGE_INTEGRATION_TARGET,   /* integrationTarget */
	GWT_API_CHANGE_VPC_LINK_V2,          /* a V2 link needs integrationTarget */
	GWT_API_CHANGE_TRANSFER_MODE_SHOWN,  /* a read of a proxy integration shows BUFFERED */
	GWT_API_CHANGES,
};

/* Whether the newer answer holds at `as_of`; 0 is now. */
bool gwt_api_changed(enum gwt_api_change change, int64_t as_of);
/* Whether the service knows a member of this name at `as_of`; true for members that it always knew. */
bool gwt_member_exists(struct gwt_span name, int64_t as_of);

#endif
