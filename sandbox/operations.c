/*
 * operations.c - the steps of every operation, in the order in which AWS checks.
 *
 * Before them come the signature and what the framework checks (sandbox.c). Where
 * an order is not recorded, the row says so.
 */
#include "sandbox/call.h"

/* clang-format off */
static const struct gwt_sandbox_operation operations[] = {
	{ "CreateRestApi", GWT_RULE_API_ANSWER, { gwt_create_rest_api } },
	{ "GetRestApi", GWT_RULE_API_ANSWER, { gwt_find_api, gwt_get_node } },
	{ "DeleteRestApi", GWT_RULE_API_DELETED, { gwt_find_api, gwt_delete_node } },

	{ "CreateResource", GWT_RULE_RESOURCE_ANSWER, { gwt_find_parent, gwt_check_path_part, gwt_create_resource } },
	{ "GetResource", GWT_RULE_RESOURCE_ANSWER, { gwt_find_resource, gwt_get_resource } },
	{ "GetResources", GWT_RULE_RESOURCE_ANSWER, { gwt_find_api, gwt_get_resources } },
	{ "DeleteResource", GWT_RULE_RESOURCE_DELETED, { gwt_find_resource, gwt_delete_resource } },

	{ "PutMethod", GWT_RULE_METHOD_ANSWER, { gwt_find_resource, gwt_check_method, gwt_put_method } },
	{ "GetMethod", GWT_RULE_METHOD_ANSWER, { gwt_find_method, gwt_get_method } },
	{ "DeleteMethod", GWT_RULE_METHOD_DELETED, { gwt_find_method, gwt_delete_node } },

	/* not recorded: the place of the look-up, and the order of what follows gwt_check_uri */
	{ "PutIntegration", GWT_RULE_INTEGRATION_ANSWER, {
		gwt_find_method, gwt_check_integration_method, gwt_check_uri, gwt_check_credentials,
		gwt_check_connection, gwt_check_passthrough, gwt_check_mappings, gwt_check_request_templates,
		gwt_check_cache_keys, gwt_check_transfer_mode, gwt_check_timeout, gwt_put_integration } },
	{ "GetIntegration", GWT_RULE_INTEGRATION_ANSWER, { gwt_find_integration, gwt_get_integration } },
	{ "DeleteIntegration", GWT_RULE_INTEGRATION_DELETED, { gwt_find_integration, gwt_delete_node } },
};
/* clang-format on */

const struct gwt_sandbox_operation *gwt_sandbox_operation(const char *name)
{
	for (size_t i = 0; i < GWT_LEN(operations); i++)
		if (strcmp(operations[i].name, name) == 0)
			return &operations[i];
	return NULL;
}
