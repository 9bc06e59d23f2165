/*
 * operations.c - the steps of every operation, in the order in which AWS checks.
 *
 * Before them come the signature and what the framework checks (sandbox.c). Where
 * an order is not recorded, the row says so.
 */
#include "sandbox/call.h"

#include "lib/base/error.h"

/* clang-format off */
static const struct gwt_sandbox_operation operations[] = {
	{ "CreateRestApi", GWT_RULE_API_ANSWER, { gwt_check_rest_api, gwt_create_rest_api } },
	{ "GetRestApi", GWT_RULE_API_ANSWER, { gwt_find_api, gwt_get_node } },
	{ "GetRestApis", GWT_RULE_LIST_ANSWER, { gwt_get_rest_apis } },
	{ "UpdateRestApi", GWT_RULE_API_UPDATED, { gwt_find_api, gwt_update_rest_api } },
	{ "DeleteRestApi", GWT_RULE_API_DELETED, { gwt_find_api, gwt_delete_node } },

	{ "CreateResource", GWT_RULE_RESOURCE_ANSWER, { gwt_find_parent, gwt_check_path_part, gwt_create_resource } },
	{ "GetResource", GWT_RULE_RESOURCE_ANSWER, { gwt_find_resource, gwt_get_resource } },
	{ "GetResources", GWT_RULE_RESOURCE_ANSWER, { gwt_find_api, gwt_get_resources } },
	{ "UpdateResource", GWT_RULE_RESOURCE_ANSWER, { gwt_find_resource, gwt_update_resource } },
	{ "DeleteResource", GWT_RULE_RESOURCE_DELETED, { gwt_find_resource, gwt_delete_resource } },

	{ "PutMethod", GWT_RULE_METHOD_ANSWER, { gwt_find_resource, gwt_check_method, gwt_put_method } },
	{ "GetMethod", GWT_RULE_METHOD_ANSWER, { gwt_find_method, gwt_get_method } },
	{ "UpdateMethod", GWT_RULE_METHOD_UPDATED, { gwt_find_method, gwt_update_method } },
	{ "DeleteMethod", GWT_RULE_METHOD_DELETED, { gwt_find_method, gwt_delete_node } },

	{ "PutMethodResponse", GWT_RULE_METHOD_RESPONSE_ANSWER, {
		gwt_find_method, gwt_check_method_response, gwt_put_method_response } },
	{ "GetMethodResponse", GWT_RULE_METHOD_RESPONSE_ANSWER, { gwt_find_method_response, gwt_get_node } },
	{ "UpdateMethodResponse", GWT_RULE_METHOD_RESPONSE_ANSWER, {
		gwt_find_method_response, gwt_update_method_response } },
	{ "DeleteMethodResponse", GWT_RULE_METHOD_RESPONSE_ANSWER, {
		gwt_find_method_response, gwt_delete_method_response } },

	/* not recorded: when the look-ups are made, and the order of the checks after gwt_check_uri */
	{ "PutIntegration", GWT_RULE_INTEGRATION_ANSWER, {
		gwt_find_method, gwt_check_integration_method, gwt_check_uri, gwt_check_credentials, gwt_check_role,
		gwt_check_connection, gwt_check_passthrough, gwt_check_mappings, gwt_check_request_templates,
		gwt_check_cache_keys, gwt_check_transfer_mode, gwt_check_timeout, gwt_put_integration } },
	{ "GetIntegration", GWT_RULE_INTEGRATION_ANSWER, { gwt_find_integration, gwt_get_integration } },
	/* not recorded: whether a patched integration is checked as a put is */
	{ "UpdateIntegration", GWT_RULE_INTEGRATION_UPDATED, {
		gwt_find_integration, gwt_patch_integration, gwt_check_patched_enums,
		gwt_check_integration_method, gwt_check_uri, gwt_check_credentials, gwt_check_role,
		gwt_check_connection, gwt_check_passthrough, gwt_check_mappings, gwt_check_request_templates,
		gwt_check_cache_keys, gwt_check_transfer_mode, gwt_check_timeout, gwt_update_integration } },
	{ "DeleteIntegration", GWT_RULE_INTEGRATION_DELETED, { gwt_find_integration, gwt_delete_node } },

	/* not recorded: the order of the checks after the look-up */
	{ "PutIntegrationResponse", GWT_RULE_INTEGRATION_RESPONSE_ANSWER, {
		gwt_find_integration, gwt_check_response_templates, gwt_check_response_parameters,
		gwt_check_selection_pattern, gwt_put_integration_response } },
	{ "GetIntegrationResponse", GWT_RULE_INTEGRATION_RESPONSE_ANSWER, {
		gwt_find_integration_response, gwt_get_node } },
	{ "UpdateIntegrationResponse", GWT_RULE_INTEGRATION_RESPONSE_ANSWER, {
		gwt_find_integration_response, gwt_patch_integration_response, gwt_check_response_templates,
		gwt_check_response_parameters, gwt_check_selection_pattern, gwt_update_integration_response } },
	{ "DeleteIntegrationResponse", GWT_RULE_INTEGRATION_RESPONSE_ANSWER, {
		gwt_find_integration_response_to_delete, gwt_delete_node } },

	{ "CreateVpcLink", GWT_RULE_VPC_LINK_ANSWER, { gwt_check_vpc_link, gwt_create_vpc_link } },
	{ "GetVpcLink", GWT_RULE_VPC_LINK_ANSWER, { gwt_find_vpc_link, gwt_get_vpc_link } },
	{ "GetVpcLinks", GWT_RULE_VPC_LINK_ANSWER, { gwt_get_vpc_links } },
	{ "UpdateVpcLink", GWT_RULE_VPC_LINK_ANSWER, { gwt_find_vpc_link, gwt_update_vpc_link } },
	{ "DeleteVpcLink", GWT_RULE_VPC_LINK_ANSWER, { gwt_find_vpc_link, gwt_delete_vpc_link } },

	{ "CreateDeployment", GWT_RULE_DEPLOYMENT_ANSWER, {
		gwt_find_api, gwt_check_canary_deployment, gwt_check_deployable, gwt_create_deployment } },
	{ "GetDeployment", GWT_RULE_DEPLOYMENT_ANSWER, { gwt_find_deployment, gwt_get_node } },
	{ "GetDeployments", GWT_RULE_DEPLOYMENT_ANSWER, { gwt_find_api, gwt_get_deployments } },
	{ "UpdateDeployment", GWT_RULE_DEPLOYMENT_ANSWER, { gwt_find_deployment, gwt_update_deployment } },
	{ "DeleteDeployment", GWT_RULE_DEPLOYMENT_ANSWER, { gwt_find_deployment, gwt_delete_deployment } },

	{ "CreateStage", GWT_RULE_STAGE_ANSWER, { gwt_find_api, gwt_check_stage, gwt_create_stage } },
	{ "GetStage", GWT_RULE_STAGE_ANSWER, { gwt_find_stage, gwt_get_node } },
	{ "GetStages", GWT_RULE_STAGE_ANSWER, { gwt_find_api, gwt_get_stages } },
	{ "UpdateStage", GWT_RULE_STAGE_ANSWER, { gwt_find_stage, gwt_update_stage } },
	{ "DeleteStage", GWT_RULE_STAGE_ANSWER, { gwt_find_stage, gwt_delete_node } },

	{ "CreateModel", GWT_RULE_MODEL_ANSWER, { gwt_find_api, gwt_check_model, gwt_create_model } },
	{ "GetModel", GWT_RULE_MODEL_ANSWER, { gwt_find_model, gwt_get_node } },
	{ "GetModels", GWT_RULE_MODEL_ANSWER, { gwt_find_api, gwt_get_models } },
	{ "DeleteModel", GWT_RULE_MODEL_ANSWER, { gwt_find_model, gwt_delete_model } },
	{ "CreateRequestValidator", GWT_RULE_VALIDATOR_ANSWER, { gwt_find_api, gwt_create_validator } },
	{ "GetRequestValidator", GWT_RULE_VALIDATOR_ANSWER, { gwt_find_validator, gwt_get_node } },
	{ "GetRequestValidators", GWT_RULE_VALIDATOR_ANSWER, { gwt_find_api, gwt_get_validators } },
	{ "DeleteRequestValidator", GWT_RULE_VALIDATOR_ANSWER, { gwt_find_validator, gwt_delete_validator } },
	{ "CreateAuthorizer", GWT_RULE_AUTHORIZER_ANSWER, { gwt_find_api, gwt_create_authorizer } },
	{ "GetAuthorizer", GWT_RULE_AUTHORIZER_ANSWER, { gwt_find_authorizer, gwt_get_node } },
	{ "GetAuthorizers", GWT_RULE_AUTHORIZER_ANSWER, { gwt_find_api, gwt_get_authorizers } },
	{ "DeleteAuthorizer", GWT_RULE_AUTHORIZER_ANSWER, { gwt_find_authorizer, gwt_delete_authorizer } },

	{ "GetTags", GWT_RULE_TAGS_ANSWER, { gwt_find_tagged, gwt_get_tags } },
	{ "TagResource", GWT_RULE_TAGS_ANSWER, { gwt_find_tagged, gwt_tag_resource } },
	{ "UntagResource", GWT_RULE_TAGS_ANSWER, { gwt_find_tagged, gwt_untag_resource } },
	{ "GetAccount", GWT_RULE_ACCOUNT_ANSWER, { gwt_get_account } },
	{ "UpdateAccount", GWT_RULE_ACCOUNT_ANSWER, { gwt_update_account } },
};
/* clang-format on */

const struct gwt_sandbox_operation *gwt_sandbox_operation(const char *name)
{
	for (size_t i = 0; i < GWT_LEN(operations); i++)
		if (strcmp(operations[i].name, name) == 0)
			return &operations[i];
	return NULL;
}
