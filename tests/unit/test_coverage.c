/*
 * test_coverage.c - classes of values, the counting of cells and pairs, and the
 * covering set. Expected classes are written out by hand from DESIGN's table.
 */
#include <criterion/criterion.h>

#include "lib/scenario/coverage.h"
#include "lib/scenario/pairwise.h"
#include "lib/scenario/class_values.h"

static struct gwt_arena arena;

static void drop(void)
{
	gwt_arena_release(&arena);
}

TestSuite(coverage, .fini = drop);

static struct gwt_json *json_of(const char *text)
{
	struct gwt_json *json;

	cr_assert(gwt_json_parse(&arena, gwt_span_of(text), &json, NULL), "%s", text);
	return json;
}

static const struct gwt_option_classes *option_named(const struct gwt_options *options, const char *name)
{
	for (size_t o = 0; o < options->len; o++)
		if (strcmp(options->items[o].member->name, name) == 0)
			return &options->items[o];
	return NULL;
}

Test(coverage, a_value_is_in_the_class_that_the_table_gives_it)
{
	static const struct {
		const char *option, *body, *class; /* NULL: the value is in no class */
	} rows[] = {
		{ "integrationHttpMethod", "{}", "absent" },
		{ "integrationHttpMethod", "{\"httpMethod\":\"GET\"}", "GET" },
		{ "integrationHttpMethod", "{\"httpMethod\":\"ANY\"}", "ANY" },
		{ "integrationHttpMethod", "{\"httpMethod\":\"\"}", "empty" },
		{ "integrationHttpMethod", "{\"httpMethod\":\"get\"}", "unknown" },
		{ "integrationHttpMethod", "{\"httpMethod\":\"absent\"}", "unknown" },
		{ "integrationHttpMethod", "{\"httpMethod\":\"DELETE\"}", NULL },
		{ "integrationHttpMethod", "{\"httpMethod\":1}", NULL },
		{ "uri", "{}", "absent" },
		{ "uri", "{\"uri\":\"http://a.example/\"}", "http" },
		{ "uri", "{\"uri\":\"https://a.example/{proxy\"}", "https" },
		{ "uri", "{\"uri\":\"https://a.example/{proxy+}\"}", "with a {proxy} parameter" },
		{ "uri", "{\"uri\":\"https://${stageVariables.host}/{proxy}\"}", "with a stage variable" },
		{ "uri",
		  "{\"uri\":\"arn:aws:apigateway:us-west-2:lambda:path//2015-03-31/functions/"
		  "arn:aws:lambda:us-west-2:123412341234:function:function_name/invocations\"}",
		  "lambda ARN" },
		{ "uri", "{\"uri\":\"arn:aws:apigateway:us-west-2:s3:path/bucket/key\"}",
		  "service path ARN" },
		{ "uri", "{\"uri\":\"arn:aws:apigateway:us-west-2:s3:path/{bucket}/{key}\"}",
		  "with a {proxy} parameter" },
		{ "uri", "{\"uri\":\"arn:aws:apigateway:us-west-2:s3:action/GetObject&Bucket=b\"}",
		  "service action ARN" },
		{ "uri", "{\"uri\":\"\"}", "empty" },
		{ "uri", "{\"uri\":\"ftp://a.example/\"}", "malformed" },
		{ "uri", "{\"uri\":\"arn:aws:iam::123456789012:role/r\"}", "malformed" },
		{ "uri", "{\"uri\":null}", NULL },
		{ "connectionType", "{\"connectionType\":\"VPC_LINK\"}", "VPC_LINK" },
		{ "connectionType", "{\"connectionType\":\"vpc_link\"}", "unknown" },
		{ "connectionType", "{\"connectionType\":null}", NULL },
		{ "connectionId", "{\"connectionId\":\"abc\"}", "an id" },
		{ "connectionId", "{\"connectionId\":\"${stageVariables.v}\"}", "a stage variable" },
		{ "connectionId", "{\"connectionId\":\"\"}", "empty" },
		{ "credentials", "{\"credentials\":\"arn:aws:iam::123456789012:role/r\"}", "role ARN" },
		{ "credentials", "{\"credentials\":\"arn:aws:iam::*:user/*\"}", "caller identity" },
		{ "credentials", "{\"credentials\":\"\"}", "empty" },
		{ "credentials", "{\"credentials\":\"role\"}", "malformed" },
		{ "requestParameters", "{\"requestParameters\":{}}", "empty" },
		{ "requestParameters", "{\"requestParameters\":{\"integration.request.header.x\":\"'1'\"}}",
		  "one static" },
		{ "requestParameters",
		  "{\"requestParameters\":{\"integration.request.path.p\":\"method.request.path.p\"}}",
		  "one mapped" },
		{ "requestParameters", "{\"requestParameters\":{\"integration.request.header.x\":\"1\"}}",
		  "malformed" },
		{ "requestParameters", "{\"requestParameters\":{\"header.x\":\"'1'\"}}", "malformed" },
		{ "requestParameters", "{\"requestParameters\":{\"integration.request.header.x\":true}}",
		  "malformed" },
		{ "requestParameters",
		  "{\"requestParameters\":{\"integration.request.header.x\":\"'1'\","
		  "\"integration.request.querystring.y\":\"context.stage\"}}",
		  "two" },
		{ "requestTemplates", "{\"requestTemplates\":{}}", "empty" },
		{ "requestTemplates", "{\"requestTemplates\":{\"a/b\":\"{\\\"statusCode\\\": 200}\\n\"}}",
		  "one" },
		{ "requestTemplates", "{\"requestTemplates\":{\"a/b\":\"x\",\"c/d\":\"y\"}}", "two" },
		{ "requestTemplates", "{\"requestTemplates\":{\"a/b\":\"\",\"c/d\":\"y\"}}",
		  "empty template" },
		{ "requestTemplates", "{\"requestTemplates\":{\"a/b\":\"\\\\\"}}",
		  "text that needs escaping" },
		{ "requestTemplates", "{\"requestTemplates\":{\"a/b\":\"\\u2028\"}}",
		  "text that needs escaping" },
		{ "requestTemplates", "{\"requestTemplates\":{\"a/b\":null}}", NULL },
		{ "passthroughBehavior", "{\"passthroughBehavior\":\"NEVER\"}", "NEVER" },
		{ "passthroughBehavior", "{\"passthroughBehavior\":\"never\"}", "unknown" },
		{ "passthroughBehavior", "{\"passthroughBehavior\":\"\"}", NULL },
		{ "cacheNamespace", "{\"cacheNamespace\":\"n\"}", "a name" },
		{ "cacheNamespace", "{\"cacheNamespace\":\"\"}", "empty" },
		{ "cacheKeyParameters", "{\"cacheKeyParameters\":[]}", "empty" },
		{ "cacheKeyParameters", "{\"cacheKeyParameters\":[\"method.request.path.p\"]}", "one" },
		{ "cacheKeyParameters",
		  "{\"requestParameters\":{\"integration.request.header.x\":\"'1'\"},\"cacheKeyParameters\":"
		  "[\"method.request.path.p\",\"integration.request.header.x\"]}",
		  "two" },
		{ "cacheKeyParameters", "{\"cacheKeyParameters\":[\"method.request.path.q\"]}",
		  "undeclared" },
		{ "contentHandling", "{\"contentHandling\":\"CONVERT_TO_TEXT\"}", "CONVERT_TO_TEXT" },
		{ "contentHandling", "{\"contentHandling\":\"\"}", "unknown" },
		{ "timeoutInMillis", "{\"timeoutInMillis\":29001}", "29001" },
		{ "timeoutInMillis", "{\"timeoutInMillis\":0}", "0" },
		{ "timeoutInMillis", "{\"timeoutInMillis\":1000}", NULL },
		{ "timeoutInMillis", "{\"timeoutInMillis\":\"50\"}", NULL },
		{ "timeoutInMillis", "{\"timeoutInMillis\":-1}", NULL },
		{ "tlsConfig", "{\"tlsConfig\":{}}", "empty" },
		{ "tlsConfig", "{\"tlsConfig\":{\"insecureSkipVerification\":false}}", "false" },
		{ "tlsConfig", "{\"tlsConfig\":{\"other\":false}}", NULL },
		{ "responseTransferMode", "{\"responseTransferMode\":\"STREAM\"}", "STREAM" },
		{ "integrationTarget", "{\"integrationTarget\":\"arn:aws:x\"}", "an ARN" },
		{ "type", "{}", "missing" },
		{ "type", "{\"type\":\"AWS_PROXY\"}", "AWS_PROXY" },
		{ "type", "{\"type\":\"mock\"}", "unknown" },
	};
	struct gwt_json *declared = json_of("{\"method.request.path.p\": true}");
	struct gwt_options options;

	gwt_options_init(&options, GWT_MODEL_NEWER);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		const struct gwt_option_classes *option = option_named(&options, rows[i].option);
		struct gwt_put put = { json_of(rows[i].body), declared };
		size_t class;

		cr_assert_not_null(option, "%s", rows[i].option);
		class = gwt_option_class(option, &put);
		cr_expect_eq(class, rows[i].class ? gwt_class_named(option, rows[i].class) : GWT_NO_CLASS,
			     "%s: %s is '%s'", rows[i].option, rows[i].body,
			     class == GWT_NO_CLASS ? "none" : option->words[class]);
		cr_expect(!rows[i].class || gwt_class_named(option, rows[i].class) != GWT_NO_CLASS);
	}
}

/* Sizes from DESIGN's table: 6 10 4 4 5 6 6 5 3 5 4 7 4, then 4 2; `type` has 7. */
Test(coverage, cells_and_pairs_are_counted_over_the_whole_table)
{
	static const struct {
		enum gwt_model_version version;
		size_t cells, pairs;
	} rows[] = {
		{ GWT_MODEL_REFERENCE, 5 * 69, (76 * 76 - 454) / 2 },
		{ GWT_MODEL_NEWER, 5 * 75, (82 * 82 - 474) / 2 },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_coverage *coverage = gwt_coverage_new(&arena, rows[i].version);

		cr_expect_eq(gwt_coverage_cells(coverage).total, rows[i].cells);
		cr_expect_eq(gwt_coverage_pairs(coverage).total, rows[i].pairs);
		cr_expect_eq(gwt_coverage_cells(coverage).covered, 0);
	}
}

static struct gwt_scenario scenario_of(const char *steps)
{
	struct gwt_scenario scenario;
	struct gwt_error err;
	struct gwt_span text = gwt_arena_printf(&arena, "about: x\nsteps: [%s]\n", steps);

	cr_assert_eq(gwt_scenario_parse(&arena, GWT_SPAN("g/n"), "s", text, &scenario, &err), GWT_OK, "%s",
		     err.msg);
	return scenario;
}

Test(coverage, one_put_covers_one_class_of_each_option_and_their_pairs)
{
	struct gwt_scenario scenario = scenario_of(
		"{id: m, call: PutMethod, input: {restApiId: a, resourceId: b, httpMethod: GET, "
		"requestParameters: {method.request.path.p: true}}},"
		"{id: other, call: PutMethod, input: {restApiId: a, resourceId: b, httpMethod: PUT, "
		"requestParameters: {method.request.path.q: true}}},"
		"{id: p, call: PutIntegration, input: {restApiId: a, resourceId: b, httpMethod: GET, "
		"type: MOCK, cacheKeyParameters: [method.request.path.p]}},"
		"{id: g, call: GetIntegration}");
	struct gwt_coverage *coverage = gwt_coverage_new(&arena, GWT_MODEL_NEWER);
	struct gwt_error err;
	struct gwt_json *json;

	cr_assert_eq(gwt_coverage_scenario(coverage, &scenario, &err), GWT_OK);
	cr_expect_eq(gwt_coverage_cells(coverage).covered, 15);
	cr_expect_eq(gwt_coverage_pairs(coverage).covered, 16 * 15 / 2);
	cr_expect_eq(gwt_coverage_cells(coverage).recorded, 0);
	json = gwt_coverage_json(coverage, &arena, true);
	cr_expect_eq(gwt_json_get(json, "missing")->len, 375 - 15 + 3125 - 120);
	cr_expect_eq(gwt_json_get(json, "covered")->len, 15);
	for (const struct gwt_json *cell = gwt_json_get(json, "covered")->child; cell; cell = cell->next) {
		bool keys = gwt_span_is(gwt_json_get_text(cell, "option"), "cacheKeyParameters");

		cr_expect(gwt_span_is(gwt_json_get_text(cell, "type"), "MOCK"));
		cr_expect(gwt_span_is(gwt_json_get_text(cell, "class"), keys ? "one" : "absent"));
		cr_expect(gwt_span_is(gwt_json_get_text(cell, "scenario"), "g/n"));
	}
}

Test(coverage, a_member_that_the_table_does_not_know_gets_classes_from_its_shape)
{
	static const char *const colors[] = { "RED", "BLUE", NULL };
	static const struct gwt_member members[] = {
		{ "type", "type", GWT_PLACE_BODY, GWT_SHAPE_STRING },
		{ "restApiId", "restapi_id", GWT_PLACE_PATH, GWT_SHAPE_STRING },
		{ "color", "colour", GWT_PLACE_BODY, GWT_SHAPE_STRING, false, colors },
		{ "flag", "flag", GWT_PLACE_BODY, GWT_SHAPE_BOOLEAN },
		{ "label", "label", GWT_PLACE_BODY, GWT_SHAPE_STRING },
		{ "count", "count", GWT_PLACE_BODY, GWT_SHAPE_INTEGER, false, NULL, NULL, GWT_MODEL_NEWER },
		{ NULL },
	};
	static const struct {
		const char *body, *option, *class;
	} rows[] = {
		{ "{}", "color", "absent" },
		{ "{\"colour\":\"BLUE\"}", "color", "BLUE" },
		{ "{\"colour\":\"\"}", "color", "unknown" },
		{ "{\"flag\":false}", "flag", "false" },
		{ "{\"label\":\"\"}", "label", "empty" },
		{ "{\"label\":\"x\"}", "label", "present" },
		{ "{\"count\":0}", "count", "present" },
	};
	struct gwt_options options;

	gwt_options_of(&options, members, GWT_MODEL_REFERENCE);
	cr_expect_eq(options.len, 4);
	gwt_options_of(&options, members, GWT_MODEL_NEWER);
	cr_assert_eq(options.len, 5);
	cr_expect_str_eq(options.items[4].member->name, "type");
	cr_expect_eq(options.items[0].len, 4);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		const struct gwt_option_classes *option = option_named(&options, rows[i].option);
		struct gwt_put put = { json_of(rows[i].body), NULL };

		cr_expect_eq(gwt_option_class(option, &put), gwt_class_named(option, rows[i].class), "%s",
			     rows[i].body);
	}
}

/* Whether some row has both classes. */
static bool is_covered(const struct gwt_combinations *rows, size_t a, size_t c, size_t b, size_t d)
{
	for (size_t i = 0; i < rows->len; i++)
		if (rows->items[i].classes[a] == c && rows->items[i].classes[b] == d)
			return true;
	return false;
}

Test(coverage, the_covering_set_covers_every_pair_and_is_near_the_least)
{
	struct gwt_options options;
	struct gwt_combinations rows;
	size_t accepted = 0;
	const char *error;

	gwt_options_init(&options, GWT_MODEL_NEWER);
	gwt_pairwise_combinations(&arena, &options, &rows);
	for (size_t a = 0; a < options.len; a++)
		for (size_t b = a + 1; b < options.len; b++)
			for (size_t c = 0; c < options.items[a].len; c++)
				for (size_t d = 0; d < options.items[b].len; d++)
					cr_expect(is_covered(&rows, a, c, b, d), "%s %s with %s %s",
						  options.items[a].member->name, options.items[a].words[c],
						  options.items[b].member->name, options.items[b].words[d]);
	for (size_t i = 0; i < rows.len; i++)
		accepted += gwt_pairwise_status(&options, &rows.items[i], &error) == 201;
	/* every verb with every uri, accepted, needs 60; every refused uri with its type, refused, 44 */
	cr_expect_geq(accepted, 60);
	cr_expect_geq(rows.len, 60 + 44);
	cr_expect_leq(rows.len, 125);
}

Test(coverage, the_covering_set_is_the_same_each_time)
{
	struct gwt_options options;
	struct gwt_combinations one, two;

	gwt_options_init(&options, GWT_MODEL_NEWER);
	gwt_pairwise_combinations(&arena, &options, &one);
	gwt_pairwise_combinations(&arena, &options, &two);
	cr_assert_eq(one.len, two.len);
	for (size_t i = 0; i < one.len; i++)
		cr_expect_eq(memcmp(one.items[i].classes, two.items[i].classes, options.len * sizeof(size_t)),
			     0);
}

Test(coverage, every_sample_is_of_its_class)
{
	struct gwt_scenarios set;
	struct gwt_error err;
	struct gwt_coverage *coverage = gwt_coverage_new(&arena, GWT_MODEL_NEWER);

	cr_assert_eq(gwt_pairwise_scenarios(&arena, &set, &err), GWT_OK, "%s", err.msg);
	for (size_t i = 0; i < set.len; i++)
		cr_assert_eq(gwt_coverage_scenario(coverage, &set.items[i], &err), GWT_OK, "%s", err.msg);
	cr_expect_eq(gwt_coverage_cells(coverage).covered, gwt_coverage_cells(coverage).total);
	cr_expect_eq(gwt_coverage_pairs(coverage).covered, gwt_coverage_pairs(coverage).total);
}
