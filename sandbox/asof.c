#include "sandbox/asof.h"

#include <assert.h>

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "sandbox/sandbox.h"

/* Dated by the first recording of the newer answer, or by the publication of the feature or member. */
static const struct gwt_sandbox_change changes[GWT_API_CHANGES] = {
	[GWT_API_CHANGE_ARN_TEXT] = { "2016-01-13", "`Invalid ARN specified in the request` for a uri",
				      "`Invalid AWS URI`", "issue aws-apigateway-importer#63" },
	[GWT_API_CHANGE_PASSTHROUGH_DEFAULT] = { "2016-06-02T19:23:00Z", "`passthroughBehavior` by default",
						 "only when sent", "zappa PutIntegration" },
	[GWT_API_CHANGE_PROXY_TYPES] = { "2016-12-02", "types `AWS_PROXY` and `HTTP_PROXY`",
					 "`[HTTP, MOCK, AWS]`", "issue hashicorp/terraform#10501" },
	[GWT_API_CHANGE_TIMEOUT] = { "2017-11-01", "`timeoutInMillis`", "not there", "month of its launch" },
	[GWT_API_CHANGE_CONNECTION] = { "2017-11-01", "`connectionType`, `connectionId`", "not there",
					"month of its launch" },
	[GWT_API_CHANGE_ENDPOINT] = { "2017-11-01", "a REST API's `apiKeySource` and `endpointConfiguration`",
				      "not there", "month of its launch" },
	[GWT_API_CHANGE_APIGW_ID_HEADER] = { "2018-11-05", "header `x-amz-apigw-id`", "not there",
					     "cloud-custodian" },
	[GWT_API_CHANGE_API_ID_TEXT] = { "2019-10-18", "`Invalid API identifier specified ACCOUNT:ID`",
					 "`Invalid REST API identifier specified`",
					 "cloud-custodian test_rest_api_delete" },
	[GWT_API_CHANGE_REQUEST_ID_V4] = { "2019-10-18", "request ids are version 4 UUIDs", "version 1",
					   "cloud-custodian" },
	[GWT_API_CHANGE_INTEGRATION_RESPONSE_TEXT] = { "2019-11-13",
						       "an integration response's `Invalid Integration "
						       "identifier specified`",
						       "`No integration defined for method`",
						       "issue hashicorp/terraform#23353" },
	[GWT_API_CHANGE_EXECUTE_API_ENDPOINT] = { "2020-10-01", "`disableExecuteApiEndpoint`", "not there",
						  "month of its launch" },
	[GWT_API_CHANGE_INTEGRATION_TEXT] = { "2023-05-31",
					      "an integration's `Invalid Integration identifier specified`",
					      "`No integration defined for method`",
					      "localstack test_put_integration_responses" },
	[GWT_API_CHANGE_ROOT_RESOURCE_ID] = { "2024-01-09", "`rootResourceId` of a REST API", "not there",
					      "localstack" },
	[GWT_API_CHANGE_IP_ADDRESS_TYPE] = { "2025-03-28", "`endpointConfiguration.ipAddressType`",
					     "not known",
					     "botocore 1.37.23; localstack: between 2025-03-11 and 2025-05-06" },
	[GWT_API_CHANGE_TRANSFER_MODE] = { "2025-11-19", "`responseTransferMode`", "not known",
					   "botocore 1.41.0" },
	[GWT_API_CHANGE_INTEGRATION_TARGET] = { "2025-11-21", "`integrationTarget`", "not known",
						"botocore 1.41.2" },
	[GWT_API_CHANGE_VPC_LINK_V2] = { "2025-12-03",
					 "a VPC link that CreateVpcLink did not make needs `integrationTarget`",
					 "taken as it is", "issue pulumi/pulumi-aws#6020" },
	[GWT_API_CHANGE_TRANSFER_MODE_SHOWN] = { "2026-01-01",
						 "a read of an `HTTP_PROXY` or `AWS_PROXY` integration shows "
						 "`responseTransferMode` `BUFFERED`",
						 "only when sent",
						 "three API exports and reports of 2026, one of 2026-05-24; it began after 2025-11-19" },
};

/* Members that the service did not know before a change. */
static const struct {
	const char *name;
	enum gwt_api_change change;
} members[] = {
	{ "ipAddressType", GWT_API_CHANGE_IP_ADDRESS_TYPE },
	{ "responseTransferMode", GWT_API_CHANGE_TRANSFER_MODE },
	{ "integrationTarget", GWT_API_CHANGE_INTEGRATION_TARGET },
};

const struct gwt_sandbox_change *gwt_sandbox_changes(size_t *count)
{
	*count = GWT_API_CHANGES;
	return changes;
}

bool gwt_sandbox_changed(const struct gwt_sandbox_change *change, int64_t as_of)
{
	int64_t when = 0;
	bool dated = gwt_clock_parse(gwt_span_of(change->since), &when);

	assert(dated);
	(void)dated;
	return as_of == 0 || as_of >= when;
}

bool gwt_api_changed(enum gwt_api_change change, int64_t as_of)
{
	return gwt_sandbox_changed(&changes[change], as_of);
}

bool gwt_member_exists(struct gwt_span name, int64_t as_of)
{
	for (size_t i = 0; i < GWT_LEN(members); i++)
		if (gwt_span_is(name, members[i].name))
			return gwt_api_changed(members[i].change, as_of);
	return true;
}
