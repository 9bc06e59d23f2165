#include "lib/model/service.h"

#include "lib/base/error.h"

/* clang-format off */
static const struct gwt_service_operation table[] = {
	{ "CreateApiKey", "POST", "/apikeys", GWT_THING_OTHER, GWT_ROLE_CREATION, false },
	{ "CreateAuthorizer", "POST", "/restapis/{restapi_id}/authorizers", GWT_THING_OTHER, GWT_ROLE_CREATION, false },
	{ "CreateBasePathMapping", "POST", "/domainnames/{domain_name}/basepathmappings", GWT_THING_MAPPING, GWT_ROLE_CREATION, false },
	{ "CreateDeployment", "POST", "/restapis/{restapi_id}/deployments", GWT_THING_DEPLOYMENT, GWT_ROLE_CREATION, false },
	{ "CreateDocumentationPart", "POST", "/restapis/{restapi_id}/documentation/parts", GWT_THING_OTHER, GWT_ROLE_CREATION, false },
	{ "CreateDocumentationVersion", "POST", "/restapis/{restapi_id}/documentation/versions", GWT_THING_OTHER, GWT_ROLE_CREATION, false },
	{ "CreateDomainName", "POST", "/domainnames", GWT_THING_OTHER, GWT_ROLE_CREATION, false },
	{ "CreateDomainNameAccessAssociation", "POST", "/domainnameaccessassociations", GWT_THING_OTHER, GWT_ROLE_CREATION, false },
	{ "CreateModel", "POST", "/restapis/{restapi_id}/models", GWT_THING_MODEL, GWT_ROLE_CREATION, false },
	{ "CreateRequestValidator", "POST", "/restapis/{restapi_id}/requestvalidators", GWT_THING_OTHER, GWT_ROLE_CREATION, false },
	{ "CreateResource", "POST", "/restapis/{restapi_id}/resources/{parent_id}", GWT_THING_RESOURCE, GWT_ROLE_CREATION, false },
	{ "CreateRestApi", "POST", "/restapis", GWT_THING_REST_APIS, GWT_ROLE_CREATION, false },
	{ "CreateStage", "POST", "/restapis/{restapi_id}/stages", GWT_THING_STAGE, GWT_ROLE_CREATION, false },
	{ "CreateUsagePlan", "POST", "/usageplans", GWT_THING_USAGE_PLAN, GWT_ROLE_CREATION, false },
	{ "CreateUsagePlanKey", "POST", "/usageplans/{usageplanId}/keys", GWT_THING_USAGE_PLAN, GWT_ROLE_CREATION, false },
	{ "CreateVpcLink", "POST", "/vpclinks", GWT_THING_OTHER, GWT_ROLE_CREATION, false },
	{ "DeleteApiKey", "DELETE", "/apikeys/{api_Key}", GWT_THING_OTHER, GWT_ROLE_DELETION, false },
	{ "DeleteAuthorizer", "DELETE", "/restapis/{restapi_id}/authorizers/{authorizer_id}", GWT_THING_OTHER, GWT_ROLE_DELETION, false },
	{ "DeleteBasePathMapping", "DELETE", "/domainnames/{domain_name}/basepathmappings/{base_path}", GWT_THING_MAPPING, GWT_ROLE_DELETION, false },
	{ "DeleteClientCertificate", "DELETE", "/clientcertificates/{clientcertificate_id}", GWT_THING_OTHER, GWT_ROLE_DELETION, false },
	{ "DeleteDeployment", "DELETE", "/restapis/{restapi_id}/deployments/{deployment_id}", GWT_THING_DEPLOYMENT, GWT_ROLE_DELETION, false },
	{ "DeleteDocumentationPart", "DELETE", "/restapis/{restapi_id}/documentation/parts/{part_id}", GWT_THING_OTHER, GWT_ROLE_DELETION, false },
	{ "DeleteDocumentationVersion", "DELETE", "/restapis/{restapi_id}/documentation/versions/{doc_version}", GWT_THING_OTHER, GWT_ROLE_DELETION, false },
	{ "DeleteDomainName", "DELETE", "/domainnames/{domain_name}", GWT_THING_OTHER, GWT_ROLE_DELETION, false },
	{ "DeleteDomainNameAccessAssociation", "DELETE", "/domainnameaccessassociations/{domain_name_access_association_arn}", GWT_THING_OTHER, GWT_ROLE_DELETION, false },
	{ "DeleteGatewayResponse", "DELETE", "/restapis/{restapi_id}/gatewayresponses/{response_type}", GWT_THING_OTHER, GWT_ROLE_DELETION, false },
	{ "DeleteIntegration", "DELETE", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration", GWT_THING_INTEGRATION, GWT_ROLE_DELETION, false },
	{ "DeleteIntegrationResponse", "DELETE", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}", GWT_THING_INTEGRATION_RESPONSE, GWT_ROLE_DELETION, false },
	{ "DeleteMethod", "DELETE", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}", GWT_THING_METHOD, GWT_ROLE_DELETION, false },
	{ "DeleteMethodResponse", "DELETE", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}", GWT_THING_METHOD_RESPONSE, GWT_ROLE_DELETION, false },
	{ "DeleteModel", "DELETE", "/restapis/{restapi_id}/models/{model_name}", GWT_THING_MODEL, GWT_ROLE_DELETION, false },
	{ "DeleteRequestValidator", "DELETE", "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}", GWT_THING_OTHER, GWT_ROLE_DELETION, false },
	{ "DeleteResource", "DELETE", "/restapis/{restapi_id}/resources/{resource_id}", GWT_THING_RESOURCE, GWT_ROLE_DELETION, false },
	{ "DeleteRestApi", "DELETE", "/restapis/{restapi_id}", GWT_THING_REST_API, GWT_ROLE_DELETION, false },
	{ "DeleteStage", "DELETE", "/restapis/{restapi_id}/stages/{stage_name}", GWT_THING_STAGE, GWT_ROLE_DELETION, false },
	{ "DeleteUsagePlan", "DELETE", "/usageplans/{usageplanId}", GWT_THING_USAGE_PLAN, GWT_ROLE_DELETION, false },
	{ "DeleteUsagePlanKey", "DELETE", "/usageplans/{usageplanId}/keys/{keyId}", GWT_THING_USAGE_PLAN, GWT_ROLE_DELETION, false },
	{ "DeleteVpcLink", "DELETE", "/vpclinks/{vpclink_id}", GWT_THING_OTHER, GWT_ROLE_DELETION, false },
	{ "FlushStageAuthorizersCache", "DELETE", "/restapis/{restapi_id}/stages/{stage_name}/cache/authorizers", GWT_THING_STAGE, GWT_ROLE_ACTION, false },
	{ "FlushStageCache", "DELETE", "/restapis/{restapi_id}/stages/{stage_name}/cache/data", GWT_THING_STAGE, GWT_ROLE_ACTION, false },
	{ "GenerateClientCertificate", "POST", "/clientcertificates", GWT_THING_OTHER, GWT_ROLE_CREATION, false },
	{ "GetAccount", "GET", "/account", GWT_THING_ACCOUNT, GWT_ROLE_READ, false },
	{ "GetApiKey", "GET", "/apikeys/{api_Key}", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetApiKeys", "GET", "/apikeys", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetAuthorizer", "GET", "/restapis/{restapi_id}/authorizers/{authorizer_id}", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetAuthorizers", "GET", "/restapis/{restapi_id}/authorizers", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetBasePathMapping", "GET", "/domainnames/{domain_name}/basepathmappings/{base_path}", GWT_THING_MAPPING, GWT_ROLE_READ, false },
	{ "GetBasePathMappings", "GET", "/domainnames/{domain_name}/basepathmappings", GWT_THING_MAPPING, GWT_ROLE_READ, false },
	{ "GetClientCertificate", "GET", "/clientcertificates/{clientcertificate_id}", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetClientCertificates", "GET", "/clientcertificates", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetDeployment", "GET", "/restapis/{restapi_id}/deployments/{deployment_id}", GWT_THING_DEPLOYMENT, GWT_ROLE_READ, false },
	{ "GetDeployments", "GET", "/restapis/{restapi_id}/deployments", GWT_THING_DEPLOYMENT, GWT_ROLE_READ, false },
	{ "GetDocumentationPart", "GET", "/restapis/{restapi_id}/documentation/parts/{part_id}", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetDocumentationParts", "GET", "/restapis/{restapi_id}/documentation/parts", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetDocumentationVersion", "GET", "/restapis/{restapi_id}/documentation/versions/{doc_version}", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetDocumentationVersions", "GET", "/restapis/{restapi_id}/documentation/versions", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetDomainName", "GET", "/domainnames/{domain_name}", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetDomainNameAccessAssociations", "GET", "/domainnameaccessassociations", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetDomainNames", "GET", "/domainnames", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetExport", "GET", "/restapis/{restapi_id}/stages/{stage_name}/exports/{export_type}", GWT_THING_STAGE, GWT_ROLE_READ, false },
	{ "GetGatewayResponse", "GET", "/restapis/{restapi_id}/gatewayresponses/{response_type}", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetGatewayResponses", "GET", "/restapis/{restapi_id}/gatewayresponses", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetIntegration", "GET", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration", GWT_THING_INTEGRATION, GWT_ROLE_READ, false },
	{ "GetIntegrationResponse", "GET", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}", GWT_THING_INTEGRATION_RESPONSE, GWT_ROLE_READ, false },
	{ "GetMethod", "GET", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}", GWT_THING_METHOD, GWT_ROLE_READ, false },
	{ "GetMethodResponse", "GET", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}", GWT_THING_METHOD_RESPONSE, GWT_ROLE_READ, false },
	{ "GetModel", "GET", "/restapis/{restapi_id}/models/{model_name}", GWT_THING_MODEL, GWT_ROLE_READ, false },
	{ "GetModelTemplate", "GET", "/restapis/{restapi_id}/models/{model_name}/default_template", GWT_THING_MODEL, GWT_ROLE_READ, false },
	{ "GetModels", "GET", "/restapis/{restapi_id}/models", GWT_THING_MODEL, GWT_ROLE_READ, false },
	{ "GetRequestValidator", "GET", "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetRequestValidators", "GET", "/restapis/{restapi_id}/requestvalidators", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetResource", "GET", "/restapis/{restapi_id}/resources/{resource_id}", GWT_THING_RESOURCE, GWT_ROLE_READ, false },
	{ "GetResources", "GET", "/restapis/{restapi_id}/resources", GWT_THING_RESOURCES, GWT_ROLE_READ, false },
	{ "GetRestApi", "GET", "/restapis/{restapi_id}", GWT_THING_REST_API, GWT_ROLE_READ, false },
	{ "GetRestApis", "GET", "/restapis", GWT_THING_REST_APIS, GWT_ROLE_READ, false },
	{ "GetSdk", "GET", "/restapis/{restapi_id}/stages/{stage_name}/sdks/{sdk_type}", GWT_THING_STAGE, GWT_ROLE_READ, false },
	{ "GetSdkType", "GET", "/sdktypes/{sdktype_id}", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetSdkTypes", "GET", "/sdktypes", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetStage", "GET", "/restapis/{restapi_id}/stages/{stage_name}", GWT_THING_STAGE, GWT_ROLE_READ, false },
	{ "GetStages", "GET", "/restapis/{restapi_id}/stages", GWT_THING_STAGE, GWT_ROLE_READ, false },
	{ "GetTags", "GET", "/tags/{resource_arn}", GWT_THING_TAGS, GWT_ROLE_READ, false },
	{ "GetUsage", "GET", "/usageplans/{usageplanId}/usage", GWT_THING_USAGE_PLAN, GWT_ROLE_READ, false },
	{ "GetUsagePlan", "GET", "/usageplans/{usageplanId}", GWT_THING_USAGE_PLAN, GWT_ROLE_READ, false },
	{ "GetUsagePlanKey", "GET", "/usageplans/{usageplanId}/keys/{keyId}", GWT_THING_USAGE_PLAN, GWT_ROLE_READ, false },
	{ "GetUsagePlanKeys", "GET", "/usageplans/{usageplanId}/keys", GWT_THING_USAGE_PLAN, GWT_ROLE_READ, false },
	{ "GetUsagePlans", "GET", "/usageplans", GWT_THING_USAGE_PLAN, GWT_ROLE_READ, false },
	{ "GetVpcLink", "GET", "/vpclinks/{vpclink_id}", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "GetVpcLinks", "GET", "/vpclinks", GWT_THING_OTHER, GWT_ROLE_READ, false },
	{ "ImportApiKeys", "POST", "/apikeys", GWT_THING_OTHER, GWT_ROLE_ACTION, true },
	{ "ImportDocumentationParts", "PUT", "/restapis/{restapi_id}/documentation/parts", GWT_THING_OTHER, GWT_ROLE_ACTION, false },
	{ "ImportRestApi", "POST", "/restapis", GWT_THING_REST_APIS, GWT_ROLE_ACTION, true },
	{ "PutGatewayResponse", "PUT", "/restapis/{restapi_id}/gatewayresponses/{response_type}", GWT_THING_OTHER, GWT_ROLE_WRITE, false },
	{ "PutIntegration", "PUT", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration", GWT_THING_INTEGRATION, GWT_ROLE_WRITE, false },
	{ "PutIntegrationResponse", "PUT", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}", GWT_THING_INTEGRATION_RESPONSE, GWT_ROLE_WRITE, false },
	{ "PutMethod", "PUT", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}", GWT_THING_METHOD, GWT_ROLE_WRITE, false },
	{ "PutMethodResponse", "PUT", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}", GWT_THING_METHOD_RESPONSE, GWT_ROLE_WRITE, false },
	{ "PutRestApi", "PUT", "/restapis/{restapi_id}", GWT_THING_REST_API, GWT_ROLE_ACTION, false },
	{ "RejectDomainNameAccessAssociation", "POST", "/rejectdomainnameaccessassociations", GWT_THING_OTHER, GWT_ROLE_ACTION, false },
	{ "TagResource", "PUT", "/tags/{resource_arn}", GWT_THING_TAGS, GWT_ROLE_WRITE, false },
	{ "TestInvokeAuthorizer", "POST", "/restapis/{restapi_id}/authorizers/{authorizer_id}", GWT_THING_OTHER, GWT_ROLE_ACTION, false },
	{ "TestInvokeMethod", "POST", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}", GWT_THING_METHOD, GWT_ROLE_ACTION, false },
	{ "UntagResource", "DELETE", "/tags/{resource_arn}", GWT_THING_TAGS, GWT_ROLE_WRITE, false },
	{ "UpdateAccount", "PATCH", "/account", GWT_THING_ACCOUNT, GWT_ROLE_WRITE, false },
	{ "UpdateApiKey", "PATCH", "/apikeys/{api_Key}", GWT_THING_OTHER, GWT_ROLE_WRITE, false },
	{ "UpdateAuthorizer", "PATCH", "/restapis/{restapi_id}/authorizers/{authorizer_id}", GWT_THING_OTHER, GWT_ROLE_WRITE, false },
	{ "UpdateBasePathMapping", "PATCH", "/domainnames/{domain_name}/basepathmappings/{base_path}", GWT_THING_MAPPING, GWT_ROLE_WRITE, false },
	{ "UpdateClientCertificate", "PATCH", "/clientcertificates/{clientcertificate_id}", GWT_THING_OTHER, GWT_ROLE_WRITE, false },
	{ "UpdateDeployment", "PATCH", "/restapis/{restapi_id}/deployments/{deployment_id}", GWT_THING_DEPLOYMENT, GWT_ROLE_WRITE, false },
	{ "UpdateDocumentationPart", "PATCH", "/restapis/{restapi_id}/documentation/parts/{part_id}", GWT_THING_OTHER, GWT_ROLE_WRITE, false },
	{ "UpdateDocumentationVersion", "PATCH", "/restapis/{restapi_id}/documentation/versions/{doc_version}", GWT_THING_OTHER, GWT_ROLE_WRITE, false },
	{ "UpdateDomainName", "PATCH", "/domainnames/{domain_name}", GWT_THING_OTHER, GWT_ROLE_WRITE, false },
	{ "UpdateGatewayResponse", "PATCH", "/restapis/{restapi_id}/gatewayresponses/{response_type}", GWT_THING_OTHER, GWT_ROLE_WRITE, false },
	{ "UpdateIntegration", "PATCH", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration", GWT_THING_INTEGRATION, GWT_ROLE_WRITE, false },
	{ "UpdateIntegrationResponse", "PATCH", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}", GWT_THING_INTEGRATION_RESPONSE, GWT_ROLE_WRITE, false },
	{ "UpdateMethod", "PATCH", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}", GWT_THING_METHOD, GWT_ROLE_WRITE, false },
	{ "UpdateMethodResponse", "PATCH", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}", GWT_THING_METHOD_RESPONSE, GWT_ROLE_WRITE, false },
	{ "UpdateModel", "PATCH", "/restapis/{restapi_id}/models/{model_name}", GWT_THING_MODEL, GWT_ROLE_WRITE, false },
	{ "UpdateRequestValidator", "PATCH", "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}", GWT_THING_OTHER, GWT_ROLE_WRITE, false },
	{ "UpdateResource", "PATCH", "/restapis/{restapi_id}/resources/{resource_id}", GWT_THING_RESOURCE, GWT_ROLE_WRITE, false },
	{ "UpdateRestApi", "PATCH", "/restapis/{restapi_id}", GWT_THING_REST_API, GWT_ROLE_WRITE, false },
	{ "UpdateStage", "PATCH", "/restapis/{restapi_id}/stages/{stage_name}", GWT_THING_STAGE, GWT_ROLE_WRITE, false },
	{ "UpdateUsage", "PATCH", "/usageplans/{usageplanId}/keys/{keyId}/usage", GWT_THING_USAGE_PLAN, GWT_ROLE_WRITE, false },
	{ "UpdateUsagePlan", "PATCH", "/usageplans/{usageplanId}", GWT_THING_USAGE_PLAN, GWT_ROLE_WRITE, false },
	{ "UpdateVpcLink", "PATCH", "/vpclinks/{vpclink_id}", GWT_THING_OTHER, GWT_ROLE_WRITE, false },
};
/* clang-format on */

const struct gwt_service_operation *gwt_service_operations(size_t *count)
{
	*count = GWT_LEN(table);
	return table;
}

/* How many literal segments fit; -1 when the path does not have this route. */
static int literals_of(const struct gwt_service_operation *operation, const struct gwt_span *segments,
		       size_t count)
{
	struct gwt_span template = gwt_span_slice(gwt_span_of(operation->path), 1, SIZE_MAX);
	int literals = 0;

	for (size_t i = 0; i < count; i++) {
		struct gwt_span want = gwt_span_cut(&template, '/');

		if (!want.ptr)
			return -1;
		if (want.len && want.ptr[0] == '{')
			continue;
		if (!gwt_span_eq(want, segments[i]))
			return -1;
		literals++;
	}
	return template.ptr ? -1 : literals;
}

const struct gwt_service_operation *gwt_service_find(struct gwt_span method, const struct gwt_span *segments,
						     size_t count, bool imports)
{
	const struct gwt_service_operation *found = NULL;
	int best = -1;

	for (size_t i = 0; i < GWT_LEN(table); i++) {
		int literals;

		if (!gwt_span_is(method, table[i].method) || (table[i].imports && !imports))
			continue;
		literals = literals_of(&table[i], segments, count);
		if (literals < 0 || literals < best || (literals == best && !table[i].imports))
			continue;
		best = literals;
		found = &table[i];
	}
	return found;
}

bool gwt_query_has(struct gwt_span query, const char *name, const char *value)
{
	while (query.ptr) {
		struct gwt_span pair = gwt_span_cut(&query, '&'), key = gwt_span_cut(&pair, '=');

		if (gwt_span_is(key, name) && (!value || gwt_span_is(pair, value)))
			return true;
	}
	return false;
}
