/*
 * model_table.c - the table of model.h: shapes first, then the operations.
 *
 * Member order is that of AWS's model, which is also the order in which clients
 * write them. "Newer" rows are absent from the older of the two model versions.
 */
#include "lib/model/model_table.h"

/* Every row is { name, wire, place, shape, required, values, members, since }. */
#define LABEL(name, wire)                                                                                    \
	{                                                                                                    \
		name, wire, GWT_PLACE_PATH, GWT_SHAPE_STRING, true                                           \
	}
#define QUERY(name, shape)                                                                                   \
	{                                                                                                    \
		name, name, GWT_PLACE_QUERY, GWT_SHAPE_##shape                                               \
	}
#define REQUIRED_QUERY(name, shape)                                                                          \
	{                                                                                                    \
		name, name, GWT_PLACE_QUERY, GWT_SHAPE_##shape, true                                         \
	}
#define MEMBER(name, shape)                                                                                  \
	{                                                                                                    \
		name, name, GWT_PLACE_BODY, GWT_SHAPE_##shape                                                \
	}
#define REQUIRED(name, shape)                                                                                \
	{                                                                                                    \
		name, name, GWT_PLACE_BODY, GWT_SHAPE_##shape, true                                          \
	}
#define RENAMED(name, wire, shape)                                                                           \
	{                                                                                                    \
		name, wire, GWT_PLACE_BODY, GWT_SHAPE_##shape                                                \
	}
#define CHOICE(name, values)                                                                                 \
	{                                                                                                    \
		name, name, GWT_PLACE_BODY, GWT_SHAPE_STRING, false, values                                  \
	}
#define REQUIRED_CHOICE(name, values)                                                                        \
	{                                                                                                    \
		name, name, GWT_PLACE_BODY, GWT_SHAPE_STRING, true, values                                   \
	}
#define RECORD(name, shape, members) RENAMED_RECORD(name, name, shape, members)
#define RENAMED_RECORD(name, wire, shape, members)                                                           \
	{                                                                                                    \
		name, wire, GWT_PLACE_BODY, GWT_SHAPE_##shape, false, NULL, members                          \
	}
#define NEWER(name, shape)                                                                                   \
	{                                                                                                    \
		name, name, GWT_PLACE_BODY, GWT_SHAPE_##shape, false, NULL, NULL, GWT_MODEL_NEWER            \
	}
#define NEWER_CHOICE(name, values)                                                                           \
	{                                                                                                    \
		name, name, GWT_PLACE_BODY, GWT_SHAPE_STRING, false, values, NULL, GWT_MODEL_NEWER           \
	}
#define END                                                                                                  \
	{                                                                                                    \
		NULL                                                                                         \
	}

#define REST_API_LABEL  LABEL("restApiId", "restapi_id")
#define METHOD_LABELS   REST_API_LABEL, LABEL("resourceId", "resource_id"), LABEL("httpMethod", "http_method")
#define RESPONSE_LABELS METHOD_LABELS, LABEL("statusCode", "status_code")

#define REST_API_URI "/restapis/{restapi_id}"
#define METHOD_URI   REST_API_URI "/resources/{resource_id}/methods/{http_method}"

/* clang-format off */

static const char *const integration_types[] = { "HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY", NULL };
static const char *const connection_types[] = { "INTERNET", "VPC_LINK", NULL };
static const char *const content_handlings[] = { "CONVERT_TO_BINARY", "CONVERT_TO_TEXT", NULL };
static const char *const response_transfer_modes[] = { "BUFFERED", "STREAM", NULL };
static const char *const patch_verbs[] = { "add", "remove", "replace", "move", "copy", "test", NULL };
static const char *const api_key_source_types[] = { "HEADER", "AUTHORIZER", NULL };
static const char *const ip_address_types[] = { "ipv4", "dualstack", NULL };
static const char *const security_policies[] = {
	"TLS_1_0", "TLS_1_2", "SecurityPolicy_TLS13_1_3_2025_09", "SecurityPolicy_TLS13_1_3_FIPS_2025_09",
	"SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09",
	"SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_PQ_2025_09",
	"SecurityPolicy_TLS13_1_2_2021_06", "SecurityPolicy_TLS13_2025_EDGE",
	"SecurityPolicy_TLS12_PFS_2025_EDGE", "SecurityPolicy_TLS12_2018_EDGE", NULL,
};
static const char *const endpoint_access_modes[] = { "BASIC", "STRICT", NULL };
static const char *const api_statuses[] = { "UPDATING", "AVAILABLE", "PENDING", "FAILED", NULL };
static const char *const vpc_link_statuses[] = { "AVAILABLE", "PENDING", "DELETING", "FAILED", NULL };
static const char *const cache_cluster_sizes[] = {
	"0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237", NULL,
};
static const char *const cache_cluster_statuses[] = {
	"CREATE_IN_PROGRESS", "AVAILABLE", "DELETE_IN_PROGRESS", "NOT_AVAILABLE", "FLUSH_IN_PROGRESS", NULL,
};
static const char *const cache_control_strategies[] = {
	"FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER", NULL,
};

static const char *const authorizer_types[] = { "TOKEN", "REQUEST", "COGNITO_USER_POOLS", NULL };

static const struct gwt_member tls_config[] = {
	MEMBER("insecureSkipVerification", BOOLEAN),
	END,
};

static const struct gwt_member put_integration[] = {
	METHOD_LABELS,
	REQUIRED_CHOICE("type", integration_types),
	RENAMED("integrationHttpMethod", "httpMethod", STRING),
	MEMBER("uri", STRING),
	CHOICE("connectionType", connection_types),
	MEMBER("connectionId", STRING),
	MEMBER("credentials", STRING),
	MEMBER("requestParameters", STRING_MAP),
	MEMBER("requestTemplates", STRING_MAP),
	MEMBER("passthroughBehavior", STRING),
	MEMBER("cacheNamespace", STRING),
	MEMBER("cacheKeyParameters", STRING_LIST),
	CHOICE("contentHandling", content_handlings),
	MEMBER("timeoutInMillis", INTEGER),
	RECORD("tlsConfig", STRUCTURE, tls_config),
	NEWER_CHOICE("responseTransferMode", response_transfer_modes),
	NEWER("integrationTarget", STRING),
	END,
};

static const struct gwt_member integration_response[] = {
	MEMBER("statusCode", STRING),
	MEMBER("selectionPattern", STRING),
	MEMBER("responseParameters", STRING_MAP),
	MEMBER("responseTemplates", STRING_MAP),
	CHOICE("contentHandling", content_handlings),
	END,
};

static const struct gwt_member integration[] = {
	CHOICE("type", integration_types),
	MEMBER("httpMethod", STRING),
	MEMBER("uri", STRING),
	CHOICE("connectionType", connection_types),
	MEMBER("connectionId", STRING),
	MEMBER("credentials", STRING),
	MEMBER("requestParameters", STRING_MAP),
	MEMBER("requestTemplates", STRING_MAP),
	MEMBER("passthroughBehavior", STRING),
	CHOICE("contentHandling", content_handlings),
	MEMBER("timeoutInMillis", INTEGER),
	MEMBER("cacheNamespace", STRING),
	MEMBER("cacheKeyParameters", STRING_LIST),
	RECORD("integrationResponses", STRUCTURE_MAP, integration_response),
	RECORD("tlsConfig", STRUCTURE, tls_config),
	NEWER_CHOICE("responseTransferMode", response_transfer_modes),
	NEWER("integrationTarget", STRING),
	END,
};

static const struct gwt_member method_labels[] = {
	METHOD_LABELS,
	END,
};

static const struct gwt_member patch_operation[] = {
	CHOICE("op", patch_verbs),
	MEMBER("path", STRING),
	MEMBER("value", STRING),
	MEMBER("from", STRING),
	END,
};

static const struct gwt_member method_patch[] = {
	METHOD_LABELS,
	RECORD("patchOperations", STRUCTURE_LIST, patch_operation),
	END,
};

static const struct gwt_member put_integration_response[] = {
	RESPONSE_LABELS,
	MEMBER("selectionPattern", STRING),
	MEMBER("responseParameters", STRING_MAP),
	MEMBER("responseTemplates", STRING_MAP),
	CHOICE("contentHandling", content_handlings),
	END,
};

static const struct gwt_member response_labels[] = {
	RESPONSE_LABELS,
	END,
};

static const struct gwt_member response_patch[] = {
	RESPONSE_LABELS,
	RECORD("patchOperations", STRUCTURE_LIST, patch_operation),
	END,
};

static const struct gwt_member put_method[] = {
	METHOD_LABELS,
	REQUIRED("authorizationType", STRING),
	MEMBER("authorizerId", STRING),
	MEMBER("apiKeyRequired", BOOLEAN),
	MEMBER("operationName", STRING),
	MEMBER("requestParameters", BOOLEAN_MAP),
	MEMBER("requestModels", STRING_MAP),
	MEMBER("requestValidatorId", STRING),
	MEMBER("authorizationScopes", STRING_LIST),
	END,
};

static const struct gwt_member method_response[] = {
	MEMBER("statusCode", STRING),
	MEMBER("responseParameters", BOOLEAN_MAP),
	MEMBER("responseModels", STRING_MAP),
	END,
};

static const struct gwt_member method[] = {
	MEMBER("httpMethod", STRING),
	MEMBER("authorizationType", STRING),
	MEMBER("authorizerId", STRING),
	MEMBER("apiKeyRequired", BOOLEAN),
	MEMBER("requestValidatorId", STRING),
	MEMBER("operationName", STRING),
	MEMBER("requestParameters", BOOLEAN_MAP),
	MEMBER("requestModels", STRING_MAP),
	RECORD("methodResponses", STRUCTURE_MAP, method_response),
	RECORD("methodIntegration", STRUCTURE, integration),
	MEMBER("authorizationScopes", STRING_LIST),
	END,
};

static const struct gwt_member put_method_response[] = {
	RESPONSE_LABELS,
	MEMBER("responseParameters", BOOLEAN_MAP),
	MEMBER("responseModels", STRING_MAP),
	END,
};

static const struct gwt_member create_resource[] = {
	REST_API_LABEL,
	LABEL("parentId", "parent_id"),
	REQUIRED("pathPart", STRING),
	END,
};

static const struct gwt_member resource[] = {
	MEMBER("id", STRING),
	MEMBER("parentId", STRING),
	MEMBER("pathPart", STRING),
	MEMBER("path", STRING),
	RECORD("resourceMethods", STRUCTURE_MAP, method),
	END,
};

static const struct gwt_member get_resource[] = {
	REST_API_LABEL,
	LABEL("resourceId", "resource_id"),
	QUERY("embed", STRING_LIST),
	END,
};

static const struct gwt_member get_resources[] = {
	REST_API_LABEL,
	QUERY("position", STRING),
	QUERY("limit", INTEGER),
	QUERY("embed", STRING_LIST),
	END,
};

static const struct gwt_member resources[] = {
	MEMBER("position", STRING),
	RENAMED_RECORD("items", "item", STRUCTURE_LIST, resource),
	END,
};

static const struct gwt_member resource_patch[] = {
	REST_API_LABEL,
	LABEL("resourceId", "resource_id"),
	RECORD("patchOperations", STRUCTURE_LIST, patch_operation),
	END,
};

static const struct gwt_member resource_labels[] = {
	REST_API_LABEL,
	LABEL("resourceId", "resource_id"),
	END,
};

static const struct gwt_member endpoint_configuration[] = {
	MEMBER("types", STRING_LIST),
	NEWER_CHOICE("ipAddressType", ip_address_types),
	MEMBER("vpcEndpointIds", STRING_LIST),
	END,
};

static const struct gwt_member create_rest_api[] = {
	REQUIRED("name", STRING),
	MEMBER("description", STRING),
	MEMBER("version", STRING),
	MEMBER("cloneFrom", STRING),
	MEMBER("binaryMediaTypes", STRING_LIST),
	MEMBER("minimumCompressionSize", INTEGER),
	CHOICE("apiKeySource", api_key_source_types),
	RECORD("endpointConfiguration", STRUCTURE, endpoint_configuration),
	MEMBER("policy", STRING),
	MEMBER("tags", STRING_MAP),
	MEMBER("disableExecuteApiEndpoint", BOOLEAN),
	NEWER_CHOICE("securityPolicy", security_policies),
	NEWER_CHOICE("endpointAccessMode", endpoint_access_modes),
	END,
};

static const struct gwt_member rest_api[] = {
	MEMBER("id", STRING),
	MEMBER("name", STRING),
	MEMBER("description", STRING),
	MEMBER("createdDate", TIMESTAMP),
	MEMBER("version", STRING),
	MEMBER("warnings", STRING_LIST),
	MEMBER("binaryMediaTypes", STRING_LIST),
	MEMBER("minimumCompressionSize", INTEGER),
	CHOICE("apiKeySource", api_key_source_types),
	RECORD("endpointConfiguration", STRUCTURE, endpoint_configuration),
	MEMBER("policy", STRING),
	MEMBER("tags", STRING_MAP),
	MEMBER("disableExecuteApiEndpoint", BOOLEAN),
	NEWER("rootResourceId", STRING),
	NEWER_CHOICE("securityPolicy", security_policies),
	NEWER_CHOICE("endpointAccessMode", endpoint_access_modes),
	NEWER_CHOICE("apiStatus", api_statuses),
	NEWER("apiStatusMessage", STRING),
	END,
};

static const struct gwt_member rest_api_labels[] = {
	REST_API_LABEL,
	END,
};

static const struct gwt_member page[] = {
	QUERY("position", STRING),
	QUERY("limit", INTEGER),
	END,
};

static const struct gwt_member rest_apis[] = {
	MEMBER("position", STRING),
	RENAMED_RECORD("items", "item", STRUCTURE_LIST, rest_api),
	END,
};

static const struct gwt_member rest_api_patch[] = {
	REST_API_LABEL,
	RECORD("patchOperations", STRUCTURE_LIST, patch_operation),
	END,
};

static const struct gwt_member create_vpc_link[] = {
	REQUIRED("name", STRING),
	MEMBER("description", STRING),
	REQUIRED("targetArns", STRING_LIST),
	MEMBER("tags", STRING_MAP),
	END,
};

static const struct gwt_member vpc_link[] = {
	MEMBER("id", STRING),
	MEMBER("name", STRING),
	MEMBER("description", STRING),
	MEMBER("targetArns", STRING_LIST),
	CHOICE("status", vpc_link_statuses),
	MEMBER("statusMessage", STRING),
	MEMBER("tags", STRING_MAP),
	END,
};

static const struct gwt_member vpc_link_labels[] = {
	LABEL("vpcLinkId", "vpclink_id"),
	END,
};

static const struct gwt_member vpc_links[] = {
	MEMBER("position", STRING),
	RENAMED_RECORD("items", "item", STRUCTURE_LIST, vpc_link),
	END,
};

static const struct gwt_member vpc_link_patch[] = {
	LABEL("vpcLinkId", "vpclink_id"),
	RECORD("patchOperations", STRUCTURE_LIST, patch_operation),
	END,
};

static const struct gwt_member deployment_canary_settings[] = {
	MEMBER("percentTraffic", DOUBLE),
	MEMBER("stageVariableOverrides", STRING_MAP),
	MEMBER("useStageCache", BOOLEAN),
	END,
};

static const struct gwt_member create_deployment[] = {
	REST_API_LABEL,
	MEMBER("stageName", STRING),
	MEMBER("stageDescription", STRING),
	MEMBER("description", STRING),
	MEMBER("cacheClusterEnabled", BOOLEAN),
	CHOICE("cacheClusterSize", cache_cluster_sizes),
	MEMBER("variables", STRING_MAP),
	RECORD("canarySettings", STRUCTURE, deployment_canary_settings),
	MEMBER("tracingEnabled", BOOLEAN),
	END,
};

static const struct gwt_member deployment[] = {
	MEMBER("id", STRING),
	MEMBER("description", STRING),
	MEMBER("createdDate", TIMESTAMP),
	MEMBER("apiSummary", OTHER),
	END,
};

static const struct gwt_member get_deployment[] = {
	REST_API_LABEL,
	LABEL("deploymentId", "deployment_id"),
	QUERY("embed", STRING_LIST),
	END,
};

static const struct gwt_member get_deployments[] = {
	REST_API_LABEL,
	QUERY("position", STRING),
	QUERY("limit", INTEGER),
	END,
};

static const struct gwt_member deployments[] = {
	MEMBER("position", STRING),
	RENAMED_RECORD("items", "item", STRUCTURE_LIST, deployment),
	END,
};

static const struct gwt_member deployment_patch[] = {
	REST_API_LABEL,
	LABEL("deploymentId", "deployment_id"),
	RECORD("patchOperations", STRUCTURE_LIST, patch_operation),
	END,
};

static const struct gwt_member deployment_labels[] = {
	REST_API_LABEL,
	LABEL("deploymentId", "deployment_id"),
	END,
};

static const struct gwt_member canary_settings[] = {
	MEMBER("percentTraffic", DOUBLE),
	MEMBER("deploymentId", STRING),
	MEMBER("stageVariableOverrides", STRING_MAP),
	MEMBER("useStageCache", BOOLEAN),
	END,
};

static const struct gwt_member create_stage[] = {
	REST_API_LABEL,
	REQUIRED("stageName", STRING),
	REQUIRED("deploymentId", STRING),
	MEMBER("description", STRING),
	MEMBER("cacheClusterEnabled", BOOLEAN),
	CHOICE("cacheClusterSize", cache_cluster_sizes),
	MEMBER("variables", STRING_MAP),
	MEMBER("documentationVersion", STRING),
	RECORD("canarySettings", STRUCTURE, canary_settings),
	MEMBER("tracingEnabled", BOOLEAN),
	MEMBER("tags", STRING_MAP),
	END,
};

static const struct gwt_member method_setting[] = {
	MEMBER("metricsEnabled", BOOLEAN),
	MEMBER("loggingLevel", STRING),
	MEMBER("dataTraceEnabled", BOOLEAN),
	MEMBER("throttlingBurstLimit", INTEGER),
	MEMBER("throttlingRateLimit", DOUBLE),
	MEMBER("cachingEnabled", BOOLEAN),
	MEMBER("cacheTtlInSeconds", INTEGER),
	MEMBER("cacheDataEncrypted", BOOLEAN),
	MEMBER("requireAuthorizationForCacheControl", BOOLEAN),
	CHOICE("unauthorizedCacheControlHeaderStrategy", cache_control_strategies),
	END,
};

static const struct gwt_member access_log_settings[] = {
	MEMBER("format", STRING),
	MEMBER("destinationArn", STRING),
	END,
};

static const struct gwt_member stage[] = {
	MEMBER("deploymentId", STRING),
	MEMBER("clientCertificateId", STRING),
	MEMBER("stageName", STRING),
	MEMBER("description", STRING),
	MEMBER("cacheClusterEnabled", BOOLEAN),
	CHOICE("cacheClusterSize", cache_cluster_sizes),
	CHOICE("cacheClusterStatus", cache_cluster_statuses),
	RECORD("methodSettings", STRUCTURE_MAP, method_setting),
	MEMBER("variables", STRING_MAP),
	MEMBER("documentationVersion", STRING),
	RECORD("accessLogSettings", STRUCTURE, access_log_settings),
	RECORD("canarySettings", STRUCTURE, canary_settings),
	MEMBER("tracingEnabled", BOOLEAN),
	MEMBER("webAclArn", STRING),
	MEMBER("tags", STRING_MAP),
	MEMBER("createdDate", TIMESTAMP),
	MEMBER("lastUpdatedDate", TIMESTAMP),
	END,
};

static const struct gwt_member stage_labels[] = {
	REST_API_LABEL,
	LABEL("stageName", "stage_name"),
	END,
};

static const struct gwt_member get_stages[] = {
	REST_API_LABEL,
	QUERY("deploymentId", STRING),
	END,
};

static const struct gwt_member stages[] = {
	RECORD("item", STRUCTURE_LIST, stage),
	END,
};

static const struct gwt_member stage_patch[] = {
	REST_API_LABEL,
	LABEL("stageName", "stage_name"),
	RECORD("patchOperations", STRUCTURE_LIST, patch_operation),
	END,
};

static const struct gwt_member model[] = {
	MEMBER("id", STRING),
	MEMBER("name", STRING),
	MEMBER("description", STRING),
	MEMBER("schema", STRING),
	MEMBER("contentType", STRING),
	END,
};

static const struct gwt_member create_model[] = {
	REST_API_LABEL,
	REQUIRED("name", STRING),
	MEMBER("description", STRING),
	MEMBER("schema", STRING),
	REQUIRED("contentType", STRING),
	END,
};

static const struct gwt_member get_model[] = {
	REST_API_LABEL,
	LABEL("modelName", "model_name"),
	QUERY("flatten", BOOLEAN),
	END,
};

static const struct gwt_member model_labels[] = {
	REST_API_LABEL,
	LABEL("modelName", "model_name"),
	END,
};

static const struct gwt_member api_page[] = {
	REST_API_LABEL,
	QUERY("position", STRING),
	QUERY("limit", INTEGER),
	END,
};

static const struct gwt_member models[] = {
	MEMBER("position", STRING),
	RENAMED_RECORD("items", "item", STRUCTURE_LIST, model),
	END,
};

static const struct gwt_member request_validator[] = {
	MEMBER("id", STRING),
	MEMBER("name", STRING),
	MEMBER("validateRequestBody", BOOLEAN),
	MEMBER("validateRequestParameters", BOOLEAN),
	END,
};

static const struct gwt_member create_request_validator[] = {
	REST_API_LABEL,
	MEMBER("name", STRING),
	MEMBER("validateRequestBody", BOOLEAN),
	MEMBER("validateRequestParameters", BOOLEAN),
	END,
};

static const struct gwt_member request_validator_labels[] = {
	REST_API_LABEL,
	LABEL("requestValidatorId", "requestvalidator_id"),
	END,
};

static const struct gwt_member request_validators[] = {
	MEMBER("position", STRING),
	RENAMED_RECORD("items", "item", STRUCTURE_LIST, request_validator),
	END,
};

static const struct gwt_member authorizer[] = {
	MEMBER("id", STRING),
	MEMBER("name", STRING),
	CHOICE("type", authorizer_types),
	MEMBER("providerARNs", STRING_LIST),
	MEMBER("authType", STRING),
	MEMBER("authorizerUri", STRING),
	MEMBER("authorizerCredentials", STRING),
	MEMBER("identitySource", STRING),
	MEMBER("identityValidationExpression", STRING),
	MEMBER("authorizerResultTtlInSeconds", INTEGER),
	END,
};

static const struct gwt_member create_authorizer[] = {
	REST_API_LABEL,
	REQUIRED("name", STRING),
	REQUIRED_CHOICE("type", authorizer_types),
	MEMBER("providerARNs", STRING_LIST),
	MEMBER("authType", STRING),
	MEMBER("authorizerUri", STRING),
	MEMBER("authorizerCredentials", STRING),
	MEMBER("identitySource", STRING),
	MEMBER("identityValidationExpression", STRING),
	MEMBER("authorizerResultTtlInSeconds", INTEGER),
	END,
};

static const struct gwt_member authorizer_labels[] = {
	REST_API_LABEL,
	LABEL("authorizerId", "authorizer_id"),
	END,
};

static const struct gwt_member authorizers[] = {
	MEMBER("position", STRING),
	RENAMED_RECORD("items", "item", STRUCTURE_LIST, authorizer),
	END,
};

static const struct gwt_member nothing[] = {
	END,
};

static const struct gwt_member throttle_settings[] = {
	MEMBER("burstLimit", INTEGER),
	MEMBER("rateLimit", DOUBLE),
	END,
};

static const struct gwt_member account[] = {
	MEMBER("cloudwatchRoleArn", STRING),
	RECORD("throttleSettings", STRUCTURE, throttle_settings),
	MEMBER("features", STRING_LIST),
	MEMBER("apiKeyVersion", STRING),
	END,
};

static const struct gwt_member account_patch[] = {
	RECORD("patchOperations", STRUCTURE_LIST, patch_operation),
	END,
};

static const struct gwt_member tag_resource[] = {
	LABEL("resourceArn", "resource_arn"),
	REQUIRED("tags", STRING_MAP),
	END,
};

static const struct gwt_member untag_resource[] = {
	LABEL("resourceArn", "resource_arn"),
	REQUIRED_QUERY("tagKeys", STRING_LIST),
	END,
};

static const struct gwt_member get_tags[] = {
	LABEL("resourceArn", "resource_arn"),
	QUERY("position", STRING),
	QUERY("limit", INTEGER),
	END,
};

static const struct gwt_member tags[] = {
	MEMBER("tags", STRING_MAP),
	END,
};

const struct gwt_operation gwt_operation_table[] = {
	{ "PutIntegration",            "PUT",    METHOD_URI "/integration",                         201, put_integration,          integration },
	{ "GetIntegration",            "GET",    METHOD_URI "/integration",                         200, method_labels,            integration },
	{ "UpdateIntegration",         "PATCH",  METHOD_URI "/integration",                         200, method_patch,             integration },
	{ "DeleteIntegration",         "DELETE", METHOD_URI "/integration",                         204, method_labels,            NULL },
	{ "PutIntegrationResponse",    "PUT",    METHOD_URI "/integration/responses/{status_code}", 201, put_integration_response, integration_response },
	{ "GetIntegrationResponse",    "GET",    METHOD_URI "/integration/responses/{status_code}", 200, response_labels,          integration_response },
	{ "UpdateIntegrationResponse", "PATCH",  METHOD_URI "/integration/responses/{status_code}", 200, response_patch,           integration_response },
	{ "DeleteIntegrationResponse", "DELETE", METHOD_URI "/integration/responses/{status_code}", 204, response_labels,          NULL },
	{ "PutMethod",                 "PUT",    METHOD_URI,                                        201, put_method,               method },
	{ "GetMethod",                 "GET",    METHOD_URI,                                        200, method_labels,            method },
	{ "UpdateMethod",              "PATCH",  METHOD_URI,                                        200, method_patch,             method },
	{ "DeleteMethod",              "DELETE", METHOD_URI,                                        204, method_labels,            NULL },
	{ "PutMethodResponse",         "PUT",    METHOD_URI "/responses/{status_code}",             201, put_method_response,      method_response },
	{ "GetMethodResponse",         "GET",    METHOD_URI "/responses/{status_code}",             200, response_labels,          method_response },
	{ "UpdateMethodResponse",      "PATCH",  METHOD_URI "/responses/{status_code}",             201, response_patch,           method_response },
	{ "DeleteMethodResponse",      "DELETE", METHOD_URI "/responses/{status_code}",             204, response_labels,          NULL },
	{ "CreateResource",            "POST",   REST_API_URI "/resources/{parent_id}",             201, create_resource,          resource },
	{ "GetResource",               "GET",    REST_API_URI "/resources/{resource_id}",           200, get_resource,             resource },
	{ "GetResources",              "GET",    REST_API_URI "/resources",                         200, get_resources,            resources },
	{ "UpdateResource",            "PATCH",  REST_API_URI "/resources/{resource_id}",           200, resource_patch,           resource },
	{ "DeleteResource",            "DELETE", REST_API_URI "/resources/{resource_id}",           202, resource_labels,          NULL },
	{ "CreateRestApi",             "POST",   "/restapis",                                       201, create_rest_api,          rest_api },
	{ "GetRestApi",                "GET",    REST_API_URI,                                      200, rest_api_labels,          rest_api },
	{ "GetRestApis",               "GET",    "/restapis",                                       200, page,                     rest_apis },
	{ "UpdateRestApi",             "PATCH",  REST_API_URI,                                      200, rest_api_patch,           rest_api },
	{ "DeleteRestApi",             "DELETE", REST_API_URI,                                      202, rest_api_labels,          NULL },
	{ "CreateVpcLink",             "POST",   "/vpclinks",                                       202, create_vpc_link,          vpc_link },
	{ "GetVpcLink",                "GET",    "/vpclinks/{vpclink_id}",                          200, vpc_link_labels,          vpc_link },
	{ "GetVpcLinks",               "GET",    "/vpclinks",                                       200, page,                     vpc_links },
	{ "UpdateVpcLink",             "PATCH",  "/vpclinks/{vpclink_id}",                          200, vpc_link_patch,           vpc_link },
	{ "DeleteVpcLink",             "DELETE", "/vpclinks/{vpclink_id}",                          202, vpc_link_labels,          NULL },
	{ "CreateDeployment",          "POST",   REST_API_URI "/deployments",                       201, create_deployment,        deployment },
	{ "GetDeployment",             "GET",    REST_API_URI "/deployments/{deployment_id}",       200, get_deployment,           deployment },
	{ "GetDeployments",            "GET",    REST_API_URI "/deployments",                       200, get_deployments,          deployments },
	{ "UpdateDeployment",          "PATCH",  REST_API_URI "/deployments/{deployment_id}",       200, deployment_patch,         deployment },
	{ "DeleteDeployment",          "DELETE", REST_API_URI "/deployments/{deployment_id}",       202, deployment_labels,        NULL },
	{ "CreateStage",               "POST",   REST_API_URI "/stages",                            201, create_stage,             stage },
	{ "GetStage",                  "GET",    REST_API_URI "/stages/{stage_name}",               200, stage_labels,             stage },
	{ "GetStages",                 "GET",    REST_API_URI "/stages",                            200, get_stages,               stages },
	{ "UpdateStage",               "PATCH",  REST_API_URI "/stages/{stage_name}",               200, stage_patch,              stage },
	{ "DeleteStage",               "DELETE", REST_API_URI "/stages/{stage_name}",               202, stage_labels,             NULL },
	{ "CreateModel",               "POST",   REST_API_URI "/models",                            201, create_model,             model },
	{ "GetModel",                  "GET",    REST_API_URI "/models/{model_name}",               200, get_model,                model },
	{ "GetModels",                 "GET",    REST_API_URI "/models",                            200, api_page,                 models },
	{ "DeleteModel",               "DELETE", REST_API_URI "/models/{model_name}",               202, model_labels,             NULL },
	{ "CreateRequestValidator",    "POST",   REST_API_URI "/requestvalidators",                 201, create_request_validator, request_validator },
	{ "GetRequestValidator",       "GET",    REST_API_URI "/requestvalidators/{requestvalidator_id}", 200, request_validator_labels, request_validator },
	{ "GetRequestValidators",      "GET",    REST_API_URI "/requestvalidators",                 200, api_page,                 request_validators },
	{ "DeleteRequestValidator",    "DELETE", REST_API_URI "/requestvalidators/{requestvalidator_id}", 202, request_validator_labels, NULL },
	{ "CreateAuthorizer",          "POST",   REST_API_URI "/authorizers",                       201, create_authorizer,        authorizer },
	{ "GetAuthorizer",             "GET",    REST_API_URI "/authorizers/{authorizer_id}",       200, authorizer_labels,        authorizer },
	{ "GetAuthorizers",            "GET",    REST_API_URI "/authorizers",                       200, api_page,                 authorizers },
	{ "DeleteAuthorizer",          "DELETE", REST_API_URI "/authorizers/{authorizer_id}",       202, authorizer_labels,        NULL },
	{ "GetAccount",                "GET",    "/account",                                        200, nothing,                  account },
	{ "UpdateAccount",             "PATCH",  "/account",                                        200, account_patch,            account },
	{ "TagResource",               "PUT",    "/tags/{resource_arn}",                            204, tag_resource,             NULL },
	{ "UntagResource",             "DELETE", "/tags/{resource_arn}",                            204, untag_resource,           NULL },
	{ "GetTags",                   "GET",    "/tags/{resource_arn}",                            200, get_tags,                 tags },
};
/* clang-format on */

const size_t gwt_operation_count = GWT_LEN(gwt_operation_table);
