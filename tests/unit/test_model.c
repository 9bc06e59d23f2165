/*
 * test_model.c - the table of operations, against AWS's published model where the
 * shared folder has it, and against rows taken from its documentation.
 */
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <stdio.h>

#include "lib/base/error.h"
#include "lib/model/misroute.h"
#include "lib/model/model.h"
#include "tests/support/data.h"
#include "tests/support/guard.h"

#define METHOD "/restapis/a1/resources/b2/methods/GET"

Test(model, an_operation_is_found_by_name)
{
	size_t count;
	const struct gwt_operation *all = gwt_operations(&count);

	for (size_t i = 0; i < count; i++)
		cr_expect_eq(gwt_operation_named(gwt_span_of(all[i].name)), &all[i], "%s", all[i].name);
	cr_expect_null(gwt_operation_named(GWT_SPAN("putIntegration")));
	cr_expect_null(gwt_operation_named(GWT_ABSENT));
}

Test(model, the_option_set_of_the_reference_page_is_complete)
{
	static const char *const page[] = {
		/* the order of the synopsis of `aws apigateway put-integration` */
		"restApiId",
		"resourceId",
		"httpMethod",
		"type",
		"integrationHttpMethod",
		"uri",
		"connectionType",
		"connectionId",
		"credentials",
		"requestParameters",
		"requestTemplates",
		"passthroughBehavior",
		"cacheNamespace",
		"cacheKeyParameters",
		"contentHandling",
		"timeoutInMillis",
		"tlsConfig",
	};
	const struct gwt_member *m = gwt_operation_named(GWT_SPAN("PutIntegration"))->input;

	for (size_t i = 0; i < GWT_LEN(page); i++, m++) {
		cr_expect_str_eq(m->name, page[i]);
		cr_expect_eq(m->since, GWT_MODEL_REFERENCE, "%s", page[i]);
	}
	cr_expect_str_eq(m->name, "responseTransferMode");
	cr_expect_eq(m->since, GWT_MODEL_NEWER);
	cr_expect_str_eq((++m)->name, "integrationTarget");
	cr_expect_eq(m->since, GWT_MODEL_NEWER);
	cr_expect_null((++m)->name);
}

Test(model, a_route_names_the_operation_and_its_labels)
{
	static const struct {
		const char *method, *path, *operation, *labels;
	} rows[] = {
		{ "PUT", METHOD "/integration", "PutIntegration",
		  "restApiId=a1@1 resourceId=b2@3 httpMethod=GET@5 " },
		{ "GET", METHOD "/integration", "GetIntegration",
		  "restApiId=a1@1 resourceId=b2@3 httpMethod=GET@5 " },
		{ "GET", "/rest%61pis/a%2Fb/resources", "GetResources", "restApiId=a%2Fb@1 " },
		{ "GET", METHOD "/integration/responses/200", "GetIntegrationResponse",
		  "restApiId=a1@1 resourceId=b2@3 httpMethod=GET@5 statusCode=200@8 " },
		{ "PUT", "/restapis//resources//methods//integration", "PutIntegration",
		  "restApiId=@1 resourceId=@3 httpMethod=@5 " },
		{ "PUT", "/restapis/./resources/../methods/%2e/integration", "PutIntegration",
		  "restApiId=.@1 resourceId=..@3 httpMethod=%2e@5 " },
		{ "GET", "/restapis/", "GetRestApi", "restApiId=@1 " },
		{ "GET", "/restapis", "GetRestApis", "" },
		{ "PUT", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fa1", "TagResource",
		  "resourceArn=arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fa1@1 " },
		{ "PATCH", "/account", "UpdateAccount", "" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_route route;
		char got[256] = "";
		size_t used = 0;

		cr_assert(gwt_route_find(gwt_span_of(rows[i].method), gwt_guarded(gwt_span_of(rows[i].path)),
					 &route),
			  "%s", rows[i].path);
		cr_expect_str_eq(route.operation->name, rows[i].operation);
		for (size_t l = 0; l < route.len; l++)
			used += (size_t)snprintf(got + used, sizeof(got) - used, "%s=" GWT_SPAN_FMT "@%zu ",
						 route.members[l]->name, GWT_SPAN_ARG(route.labels[l]),
						 route.segments[l]);
		cr_expect_str_eq(got, rows[i].labels, "%s: %s", rows[i].path, got);
	}
}

Test(model, what_is_no_route_is_none)
{
	static const struct {
		const char *method, *path;
	} rows[] = {
		{ "POST", METHOD "/integration" },
		{ "put", METHOD "/integration" },
		{ "PUT", METHOD "/integration/" },
		{ "PUT", METHOD "/integrations" },
		{ "PUT", METHOD "/Integration" },
		{ "PUT", "/v1" METHOD "/integration" },
		{ "PUT", "restapis/a1/resources" },
		{ "GET", "/" },
		{ "GET", "" },
		{ "GET", "/restapis/a/b/c/d/e/f/g/h/i/j/k/l/m/n" },
		{ "GET", "/rest%2561pis" },
		{ "GET", "/restapis%" },
		{ "GET", "/restapis%2" },
		{ "GET", "/restapis%00" },
	};
	struct gwt_route route;

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_not(gwt_route_find(gwt_span_of(rows[i].method),
					     gwt_guarded(gwt_span_of(rows[i].path)), &route),
			      "%s %s", rows[i].method, rows[i].path);
}

/* A path that differs from a route only by the case of letters, by slashes or by a prefix. */
Test(model, the_route_that_a_path_was_meant_to_be_is_named)
{
#define PUT_ROUTE                                                                                            \
	"PUT /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration "              \
	"(PutIntegration) differs only by "
	static const struct {
		const char *method, *path, *text;
	} rows[] = {
		{ "PUT", METHOD "/integration/", PUT_ROUTE "a slash too many" },
		{ "PUT", "/" METHOD "/integration", PUT_ROUTE "a slash too many" },
		{ "PUT", "/restapis/a//resources/b/methods/GET/integration", PUT_ROUTE "a slash too many" },
		{ "PUT", METHOD "/Integration", PUT_ROUTE "the case of its letters" },
		{ "PUT", "/RestApis/a/resources/b/methods/GET/integration",
		  PUT_ROUTE "the case of its letters" },
		{ "PUT", "/v1" METHOD "/integration", PUT_ROUTE "the prefix '/v1'" },
		{ "PUT", "/prod/x" METHOD "/integration", PUT_ROUTE "the prefix '/prod/x'" },
		{ "PUT", "/prod" METHOD "/INTEGRATION/",
		  PUT_ROUTE "the prefix '/prod' and the case of its letters and a slash too many" },
		{ "GET", "/usagePlans",
		  "GET /usageplans (GetUsagePlans) differs only by the case of its letters" },
		/* routes of the service, other methods, other words: not spelling mistakes */
		{ "PUT", METHOD "/integration", NULL },
		{ "GET", "/usageplans", NULL },
		{ "POST", METHOD "/integration/", NULL },
		{ "PUT", METHOD "/integrations", NULL },
		{ "GET", "/restapis/a/tags/x", NULL },
		{ "GET", "/", NULL },
		{ "GET", "//", NULL },
		{ "GET", "", NULL },
		{ "GET", "restapis", NULL },
		{ "GET", "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/account", NULL },
	};
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_misroute found;
		bool near = gwt_misroute_find(&arena, gwt_span_of(rows[i].method),
					      gwt_guarded(gwt_span_of(rows[i].path)), GWT_ABSENT, &found);

		cr_expect_eq(near, rows[i].text != NULL, "%s %s", rows[i].method, rows[i].path);
		if (near && rows[i].text)
			cr_expect_str_eq(gwt_misroute_text(&arena, &found).ptr, rows[i].text);
	}
#undef PUT_ROUTE
}

Test(model, every_cut_of_a_path_is_read_within_its_bytes)
{
	static const char path[] = "/rest%61pis/a%2/resources/b%/methods/%47/integration/responses/20%30";
	struct gwt_route route;

	for (size_t len = 0; len < sizeof(path); len++) {
		struct gwt_span cut = gwt_guarded((struct gwt_span){ path, len });
		bool found = gwt_route_find(GWT_SPAN("GET"), cut, &route);

		for (size_t l = 0; found && l < route.len; l++)
			cr_expect(route.labels[l].ptr >= cut.ptr &&
				  route.labels[l].ptr + route.labels[l].len <= cut.ptr + cut.len);
	}
}

Test(model, only_get_and_head_do_not_write)
{
	cr_expect(gwt_method_writes(GWT_SPAN("PUT")) && gwt_method_writes(GWT_SPAN("DELETE")));
	cr_expect_not(gwt_method_writes(GWT_SPAN("GET")) || gwt_method_writes(GWT_SPAN("HEAD")));
}

/* The table against AWS's own published model. */

static const char *text_of(const cJSON *json, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);

	return cJSON_IsString(item) ? item->valuestring : NULL;
}

static enum gwt_shape shape_of(const cJSON *shape)
{
	static const struct {
		const char *type, *inner;
		enum gwt_shape shape;
	} rows[] = {
		{ "string", NULL, GWT_SHAPE_STRING },
		{ "integer", NULL, GWT_SHAPE_INTEGER },
		{ "boolean", NULL, GWT_SHAPE_BOOLEAN },
		{ "timestamp", NULL, GWT_SHAPE_TIMESTAMP },
		{ "structure", NULL, GWT_SHAPE_STRUCTURE },
		{ "map", "string", GWT_SHAPE_STRING_MAP },
		{ "map", "boolean", GWT_SHAPE_BOOLEAN_MAP },
		{ "map", "structure", GWT_SHAPE_STRUCTURE_MAP },
		{ "list", "string", GWT_SHAPE_STRING_LIST },
		{ "list", "structure", GWT_SHAPE_STRUCTURE_LIST },
	};
	const cJSON *inner = cJSON_GetObjectItemCaseSensitive(shape, "value");
	const char *inner_type;

	if (!inner)
		inner = cJSON_GetObjectItemCaseSensitive(shape, "member");
	inner_type = text_of(inner, "type");
	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (!strcmp(rows[i].type, text_of(shape, "type")) &&
		    (!rows[i].inner || (inner_type && !strcmp(rows[i].inner, inner_type))))
			return rows[i].shape;
	return GWT_SHAPE_OTHER; /* no row of the compared operations has this shape */
}

static enum gwt_place place_of(const cJSON *member)
{
	const char *location = text_of(member, "location");

	if (!location)
		return GWT_PLACE_BODY;
	return strcmp(location, "uri") ? GWT_PLACE_QUERY : GWT_PLACE_PATH;
}

static void check_values(const char *where, const cJSON *member, const char *const *values)
{
	const cJSON *enumeration = cJSON_GetObjectItemCaseSensitive(member, "enum"), *value;

	cr_expect_eq(enumeration != NULL, values != NULL, "%s", where);
	if (!enumeration || !values)
		return;
	cJSON_ArrayForEach(value, enumeration)
	{
		cr_assert_not_null(*values, "%s: %s is missing", where, value->valuestring);
		cr_expect_str_eq(*values++, value->valuestring, "%s", where);
	}
	cr_expect_null(*values, "%s", where);
}

/* `older` is the same structure in the older model; NULL where that has none. */
static void check_members(const char *where, const cJSON *structure, const cJSON *older,
			  const struct gwt_member *got)
{
	const cJSON *member, *members = cJSON_GetObjectItemCaseSensitive(structure, "members");
	const cJSON *old_members = cJSON_GetObjectItemCaseSensitive(older, "members");

	cJSON_ArrayForEach(member, members)
	{
		char at[512];
		const cJSON *old = cJSON_GetObjectItemCaseSensitive(old_members, member->string);
		const cJSON *required = cJSON_GetObjectItemCaseSensitive(member, "requiredMember");
		const char *wire = text_of(member, "locationName");

		snprintf(at, sizeof(at), "%s.%s", where, member->string);
		cr_assert_str_eq(got->name, member->string, "%s: %s", at, got->name);
		cr_expect_str_eq(got->wire, wire ? wire : member->string, "%s", at);
		cr_expect_eq(got->place, place_of(member), "%s", at);
		cr_expect_eq(got->shape, shape_of(member), "%s", at);
		cr_expect_eq(got->required, (bool)cJSON_IsTrue(required), "%s", at);
		if (older)
			cr_expect_eq(got->since, old ? GWT_MODEL_REFERENCE : GWT_MODEL_NEWER, "%s", at);
		check_values(at, member, got->values);
		if (got->members) {
			const char *inner = cJSON_GetObjectItemCaseSensitive(member, "members") ? NULL
					    : cJSON_GetObjectItemCaseSensitive(member, "value") ? "value"
												: "member";

			check_members(at, inner ? cJSON_GetObjectItemCaseSensitive(member, inner) : member,
				      inner ? cJSON_GetObjectItemCaseSensitive(old, inner) : old,
				      got->members);
		}
		got++;
	}
	cr_expect_null(got->name, "%s: %s is not in AWS's model", where, got->name);
}

static void check_operation(const cJSON *published, const cJSON *older)
{
	const char *name = published->string;
	const cJSON *http = cJSON_GetObjectItemCaseSensitive(published, "http");
	const cJSON *code = cJSON_GetObjectItemCaseSensitive(http, "responseCode");
	const cJSON *output = cJSON_GetObjectItemCaseSensitive(published, "output");
	const struct gwt_operation *got = gwt_operation_named(gwt_span_of(name));

	cr_assert_not_null(got, "%s", name);
	cr_expect_str_eq(got->method, text_of(http, "method"), "%s", name);
	cr_expect_str_eq(got->uri, text_of(http, "requestUri"), "%s", name);
	cr_expect_eq(got->success_status, cJSON_IsNumber(code) ? code->valueint : 200, "%s", name);
	check_members(name, cJSON_GetObjectItemCaseSensitive(published, "input"),
		      cJSON_GetObjectItemCaseSensitive(older, "input"), got->input);
	cr_assert_eq(cJSON_IsObject(output) != 0, got->output != NULL, "%s", name);
	if (got->output)
		check_members(name, output, cJSON_GetObjectItemCaseSensitive(older, "output"), got->output);
}

Test(model, the_table_is_what_aws_published)
{
	struct gwt_arena arena = { 0 };
	const char *shared = gwt_test_shared();
	const cJSON *operation, *newer, *older;
	cJSON *root;

	if (!shared) {
		gwt_test_skipped("AWS's service model");
		return;
	}
	struct gwt_span text = gwt_test_read(&arena, shared, "aws/model.json");
	root = cJSON_ParseWithLength(text.ptr, text.len);
	cr_assert_not_null(root);
	newer = cJSON_GetObjectItemCaseSensitive(
		cJSON_GetObjectItemCaseSensitive(root, "v1_botocore_1.43.11"), "operations");
	older = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(root, "v2_awscli_2.9.19"),
						 "operations");
	cr_assert_eq(cJSON_GetArraySize(newer), 14);
	cJSON_ArrayForEach(operation, newer)
		check_operation(operation, cJSON_GetObjectItemCaseSensitive(older, operation->string));
	cJSON_Delete(root);
	gwt_arena_release(&arena);
}
