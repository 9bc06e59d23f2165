/*
 * integration_update.c - UpdateIntegration: patch, then every check of a put again.
 *
 * What can be patched follows AWS's list of patch operations and what the
 * Terraform provider sends.
 */
#include "sandbox/patch.h"

#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/call.h"

static const struct gwt_patch_rule rules[] = {
	{ "/cacheKeyParameters/*", GWT_PATCH_ADD | GWT_PATCH_REMOVE, GWT_PATCH_LIST, GWT_PATCH_REMOVE,
	  GWT_RULE_NO_PARAMETER, 0 },
	{ "/cacheNamespace", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/connectionId", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/connectionType", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/contentHandling", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/credentials", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/httpMethod", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/integrationTarget", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/passthroughBehavior", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/requestParameters/*", GWT_PATCH_ANY, GWT_PATCH_TEXT, GWT_PATCH_FINDING, GWT_RULE_NO_PARAMETER,
	  0 },
	{ "/requestTemplates/*", GWT_PATCH_ANY, GWT_PATCH_TEXT },
	{ "/responseTransferMode", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/timeoutInMillis", GWT_PATCH_REPLACE, GWT_PATCH_INTEGER },
	{ "/tlsConfig/insecureSkipVerification", GWT_PATCH_REPLACE, GWT_PATCH_BOOLEAN },
	{ "/uri", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ NULL, 0, GWT_PATCH_TEXT },
};

/* Members that are removed when they are replaced by an empty text. */
static const char *const emptied[] = { "cacheNamespace",      "connectionId",   "contentHandling",
				       "credentials",         "connectionType", "passthroughBehavior",
				       "responseTransferMode" };

bool gwt_patch_integration(struct gwt_call *call)
{
	struct gwt_json *patched = gwt_call_read(call, call->integration);

	if (!gwt_patch(call, rules, GWT_PATCH_LISTS_PATHS, patched))
		return false;
	for (size_t i = 0; i < GWT_LEN(emptied); i++) {
		const struct gwt_json *value = gwt_json_get(patched, emptied[i]);

		if (gwt_json_is(value, GWT_JSON_STRING) && value->text.len == 0)
			gwt_json_remove(patched, gwt_span_of(emptied[i]));
	}
	call->input = patched;
	return true;
}

/* For a put, the framework checks these enums; a patch does not pass through that check. */
bool gwt_check_patched_enums(struct gwt_call *call)
{
	static const struct {
		const char *name;
		const char *values[3];
	} enums[] = {
		{ "connectionType", { "INTERNET", "VPC_LINK" } },
		{ "contentHandling", { "CONVERT_TO_BINARY", "CONVERT_TO_TEXT" } },
		{ "responseTransferMode", { "BUFFERED", "STREAM" } },
	};

	for (size_t i = 0; i < GWT_LEN(enums); i++) {
		struct gwt_span value = gwt_json_get_text(call->input, enums[i].name);

		if (value.ptr && !gwt_span_is(value, enums[i].values[0]) &&
		    !gwt_span_is(value, enums[i].values[1]))
			return gwt_call_fail_with(call, GWT_RULE_PATCH_VALUE, value);
	}
	return true;
}
