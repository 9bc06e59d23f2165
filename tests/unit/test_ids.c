/*
 * Ids become variables by position. Answers are those of real AWS (lengths and members as in its published
 * recordings), the live ids and accounts made up; what must become of them is DESIGN, section 4.
 */
#include <criterion/criterion.h>

#include "lib/cassette/ids.h"

static struct gwt_arena arena;
static struct gwt_error err;

static void teardown(void)
{
	gwt_arena_release(&arena);
}

TestSuite(ids, .fini = teardown);

#define API      "a1b2c3d4e5"
#define RESOURCE "x9y8z7"
#define ACCOUNT  "481516234278"
#define TARGET   "/restapis/" API "/resources/" RESOURCE "/methods/GET/integration"

static const struct gwt_binding bindings[] = {
	{ GWT_SPAN_INIT("restApiId"), GWT_SPAN_INIT("rest-api-id"), GWT_SPAN_INIT(API) },
	{ GWT_SPAN_INIT("resourceId"), GWT_SPAN_INIT("resource-id"), GWT_SPAN_INIT(RESOURCE) },
	{ GWT_SPAN_INIT("accountId"), GWT_SPAN_INIT("account-id"), GWT_SPAN_INIT(ACCOUNT) },
};

/* One call; `uses` consists of "variable=position" words. */
struct call {
	const char *id, *operation, *method, *target, *body, *uses;
	int status;
	const char *answer;
};

static void add_uses(struct gwt_uses *uses, const char *words)
{
	struct gwt_span rest = gwt_span_of(words);

	while (rest.ptr) {
		struct gwt_span at = gwt_span_cut(&rest, ' '), variable = gwt_span_cut(&at, '=');

		GWT_GROW(&arena, uses->items, uses->len, uses->cap);
		uses->items[uses->len++] = (struct gwt_use){ variable, at };
	}
}

static struct gwt_capture capture_of(const struct call *call)
{
	struct gwt_capture capture = { .id = gwt_span_of(call->id),
				       .operation = gwt_span_of(call->operation) };
	struct gwt_headers headers;

	gwt_headers_init(&headers, &arena);
	gwt_headers_init(&capture.response.headers, &arena);
	gwt_request_set(&capture.request, gwt_span_of(call->method), gwt_span_of(call->target), &headers,
			gwt_span_of(call->body ? call->body : ""));
	add_uses(&capture.uses, call->uses);
	capture.response.status = call->status;
	capture.response.body = gwt_span_of(call->answer);
	return capture;
}

static struct gwt_cassette made;
static struct gwt_span *live;

static void make(const struct call *calls, size_t count)
{
	struct gwt_capture *captures = gwt_arena_array(&arena, struct gwt_capture, count);
	struct gwt_captures all = { captures, count, bindings, GWT_LEN(bindings) };

	for (size_t i = 0; i < count; i++)
		captures[i] = capture_of(&calls[i]);
	made = (struct gwt_cassette){ .scenario = GWT_SPAN("g/n") };
	cr_assert_eq(gwt_cassette_make(&arena, &all, &made, &live, &err), GWT_OK, "%s", err.msg);
}

/* "restApiId: put#request/path/1 …" for one variable; NULL when it does not exist. */
static const char *positions(const char *variable)
{
	for (size_t i = 0; i < made.variable_count; i++) {
		struct gwt_buf out;
		const char *text;

		if (!gwt_span_is(made.variables[i].name, variable))
			continue;
		gwt_buf_init(&out, SIZE_MAX);
		for (size_t j = 0; j < made.variables[i].at_count; j++) {
			gwt_buf_add_text(&out, j ? " " : "");
			gwt_position_text(&out, &made, &made.variables[i].at[j]);
		}
		text = gwt_arena_cstr(&arena, gwt_buf_span(&out));
		gwt_buf_release(&out);
		return text;
	}
	return NULL;
}

static const char *sample(const char *variable)
{
	for (size_t i = 0; i < made.variable_count; i++)
		if (gwt_span_is(made.variables[i].name, variable))
			return gwt_arena_cstr(&arena, made.variables[i].sample);
	return "(none)";
}

static void expect_answer(size_t index, const char *fmt, const char *a, const char *b)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	struct gwt_span wanted = gwt_arena_printf(&arena, fmt, a, b);
#pragma GCC diagnostic pop

	cr_expect(gwt_span_eq(made.interactions[index].response.body, wanted),
		  "got " GWT_SPAN_FMT "\nwanted " GWT_SPAN_FMT,
		  GWT_SPAN_ARG(made.interactions[index].response.body), GWT_SPAN_ARG(wanted));
}

#define PATH_USES "restApiId=path/1 resourceId=path/3"

Test(ids, path_ids_and_the_default_cache_namespace_become_variables)
{
	static const struct call calls[] = {
		{ "put", "PutIntegration", "PUT", TARGET, "{\"type\":\"MOCK\"}", PATH_USES, 201,
		  "{\"cacheKeyParameters\":[],\"cacheNamespace\":\"" RESOURCE "\",\"type\":\"MOCK\"}\n" },
		{ "get", "GetIntegration", "GET", TARGET, NULL, PATH_USES, 200,
		  "{\"cacheKeyParameters\":[],\"cacheNamespace\":\"" RESOURCE "\",\"type\":\"MOCK\"}\n" },
	};

	make(calls, GWT_LEN(calls));
	cr_expect_str_eq(positions("restApiId"), "put#request/path/1 get#request/path/1");
	cr_expect_str_eq(positions("resourceId"), "put#request/path/3 put#response/body/cacheNamespace "
						  "get#request/path/3 get#response/body/cacheNamespace");
	cr_expect_eq(made.variable_count, 2u);
	cr_expect(gwt_span_is(live[0], API) && gwt_span_is(live[1], RESOURCE));
	for (size_t i = 0; i < 2; i++)
		expect_answer(i,
			      "{\"cacheKeyParameters\":[],\"cacheNamespace\":\"%s\",\"type\":\"MOCK\"}\n%s",
			      sample("resourceId"), "");
	cr_expect(gwt_span_eq(made.interactions[0].request.path,
			      gwt_arena_printf(&arena, "/restapis/%s/resources/%s/methods/GET/integration",
					       sample("restApiId"), sample("resourceId"))));
}

Test(ids, what_the_scenario_wrote_stays_even_where_it_equals_an_id)
{
	static const struct call calls[] = {
		{ "put", "PutIntegration", "PUT", TARGET,
		  "{\"type\":\"MOCK\",\"cacheNamespace\":\"" RESOURCE
		  "\",\"requestTemplates\":{\"a/b\":\"" RESOURCE "\"}}",
		  PATH_USES, 201,
		  "{\"cacheNamespace\":\"" RESOURCE "\",\"requestTemplates\":{\"a/b\":\"" RESOURCE "\"}}\n" },
		{ "get", "GetIntegration", "GET", TARGET, NULL, PATH_USES, 200,
		  "{\"cacheNamespace\":\"" RESOURCE "\",\"requestTemplates\":{\"a/b\":\"" RESOURCE "\"}}\n" },
	};

	make(calls, GWT_LEN(calls));
	cr_expect_str_eq(positions("resourceId"), "put#request/path/3 get#request/path/3");
	for (size_t i = 0; i < 2; i++)
		cr_expect(gwt_span_is(made.interactions[i].response.body, calls[i].answer));
}

Test(ids, an_arn_repeats_the_parts_that_were_variables)
{
	static const struct call calls[] = {
		{ "put", "PutIntegration", "PUT", TARGET,
		  "{\"credentials\":\"arn:aws:iam::" ACCOUNT ":role/" ACCOUNT "\",\"type\":\"AWS\"}",
		  PATH_USES " accountId=body/credentials@13+12", 201,
		  "{\"credentials\":\"arn:aws:iam::" ACCOUNT ":role/" ACCOUNT "\"}\n" },
		{ "method", "GetMethod", "GET", "/restapis/" API "/resources/" RESOURCE "/methods/GET", NULL,
		  PATH_USES, 200,
		  "{\"methodIntegration\":{\"credentials\":\"arn:aws:iam::" ACCOUNT ":role/" ACCOUNT
		  "\"}}\n" },
	};

	make(calls, GWT_LEN(calls));
	cr_expect_str_eq(positions("accountId"),
			 "put#request/body/credentials@13+12 put#response/body/credentials@13+12 "
			 "method#response/body/methodIntegration/credentials@13+12");
	expect_answer(0, "{\"credentials\":\"arn:aws:iam::%s:role/%s\"}\n", sample("accountId"), ACCOUNT);
}

Test(ids, an_echo_that_the_service_changed_is_no_echo)
{
	static const struct call calls[] = {
		{ "put", "PutIntegration", "PUT", TARGET, "{\"uri\":\"http://" ACCOUNT "/a\"}",
		  PATH_USES " accountId=body/uri@7+12", 201, "{\"uri\":\"http://" ACCOUNT "/A\"}\n" },
	};

	make(calls, GWT_LEN(calls));
	cr_expect_str_eq(positions("accountId"), "put#request/body/uri@7+12");
}

Test(ids, a_read_repeats_the_last_write_and_patches_count)
{
	static const struct call calls[] = {
		{ "put", "PutIntegration", "PUT", TARGET, "{\"uri\":\"http://" ACCOUNT "/\"}",
		  PATH_USES " accountId=body/uri@7+12", 201, "{\"uri\":\"http://" ACCOUNT "/\"}\n" },
		{ "patch", "UpdateIntegration", "PATCH", TARGET,
		  "{\"patchOperations\":[{\"op\":\"replace\",\"path\":\"/uri\",\"value\":\"http://" ACCOUNT
		  "/\"}]}",
		  PATH_USES, 200, "{\"uri\":\"http://" ACCOUNT "/\"}\n" },
		{ "get", "GetIntegration", "GET", TARGET, NULL, PATH_USES, 200,
		  "{\"uri\":\"http://" ACCOUNT "/\"}\n" },
	};

	make(calls, GWT_LEN(calls));
	cr_expect_str_eq(positions("accountId"), "put#request/body/uri@7+12 put#response/body/uri@7+12");
}

Test(ids, an_error_text_has_variables_in_its_holes_only)
{
	static const struct call calls[] = {
		{ "get", "GetRestApi", "GET", "/restapis/" API, NULL, "restApiId=path/1", 404,
		  "{\"message\":\"Invalid API identifier specified " ACCOUNT ":" API "\"}\n" },
		{ "literal", "GetRestApi", "GET", "/restapis/nosuchapi1", NULL, "accountId=query/x", 404,
		  "{\"message\":\"Invalid API identifier specified " ACCOUNT ":nosuchapi1\"}\n" },
		{ "other", "GetRestApi", "GET", "/restapis/" API, NULL, "restApiId=path/1", 404,
		  "{\"message\":\"something about " API "\"}\n" },
	};
	struct call asked[GWT_LEN(calls)];

	memcpy(asked, calls, sizeof(asked));
	asked[1].target = "/restapis/nosuchapi1?x=" ACCOUNT;
	make(asked, GWT_LEN(asked));
	cr_expect_str_eq(positions("accountId"), "get#response/body/message@33+12 literal#request/query/x "
						 "literal#response/body/message@33+12");
	cr_expect_str_eq(positions("restApiId"),
			 "get#request/path/1 get#response/body/message@46+10 other#request/path/1");
	cr_expect(gwt_span_is(made.interactions[2].response.body, calls[2].answer));
}

Test(ids, what_the_service_makes_gets_a_name_of_its_own)
{
	static const struct call calls[] = {
		{ "create", "CreateResource", "POST", "/restapis/" API "/resources/q1w2e3",
		  "{\"pathPart\":\"q1w2e3\"}", "restApiId=path/1", 201,
		  "{\"id\":\"" RESOURCE
		  "\",\"parentId\":\"q1w2e3\",\"path\":\"/q1w2e3\",\"pathPart\":\"q1w2e3\"}\n" },
		{ "api", "GetRestApi", "GET", "/restapis/" API, NULL, "restApiId=path/1", 200,
		  "{\"createdDate\":1471234567,\"id\":\"" API "\",\"name\":\"" API "\"}\n" },
		{ "list", "GetResources", "GET", "/restapis/" API "/resources", NULL, "restApiId=path/1", 200,
		  "{\"item\":[{\"id\":\"q1w2e3\",\"path\":\"/\"}]}\n" },
	};

	make(calls, GWT_LEN(calls));
	cr_expect_str_eq(positions("resourceId"), "create#response/body/id");
	cr_expect_str_eq(positions("create.parentId"),
			 "create#response/body/parentId list#response/body/item/0/id");
	cr_expect_str_eq(positions("restApiId"),
			 "create#request/path/1 api#request/path/1 api#response/body/id "
			 "list#request/path/1");
	cr_expect_str_eq(positions("api.createdDate"), "api#response/body/createdDate");
	expect_answer(1, "{\"createdDate\":%s,\"id\":\"%s\",\"name\":\"" API "\"}\n",
		      sample("api.createdDate"), sample("restApiId"));
}

/* Create, read, change and read a stage; `changed` is how many seconds after its creation it was changed. */
static void make_stage(int64_t changed)
{
	const char *at_first =
		"{\"createdDate\":1471234567,\"lastUpdatedDate\":1471234567,\"stageName\":\"v1\"}\n";
	const char *later =
		gwt_arena_printf(
			&arena,
			"{\"createdDate\":1471234567,\"lastUpdatedDate\":%lld,\"stageName\":\"v1\"}\n",
			(long long)(1471234567 + changed))
			.ptr;
	const struct call calls[] = {
		{ "create", "CreateStage", "POST", "/restapis/" API "/stages",
		  "{\"stageName\":\"v1\",\"deploymentId\":\"d\"}", "restApiId=path/1", 201, at_first },
		{ "get", "GetStage", "GET", "/restapis/" API "/stages/v1", NULL, "restApiId=path/1", 200,
		  at_first },
		{ "update", "UpdateStage", "PATCH", "/restapis/" API "/stages/v1", "{\"patchOperations\":[]}",
		  "restApiId=path/1", 200, later },
		{ "again", "GetStage", "GET", "/restapis/" API "/stages/v1", NULL, "restApiId=path/1", 200,
		  later },
	};

	make(calls, GWT_LEN(calls));
}

Test(ids, a_change_within_the_same_second_is_a_change_all_the_same)
{
	for (int64_t changed = 0; changed < 2; changed++) {
		make_stage(changed);
		cr_expect_str_eq(positions("create.createdDate"),
				 "create#response/body/createdDate get#response/body/createdDate "
				 "update#response/body/createdDate again#response/body/createdDate");
		cr_expect_str_eq(positions("create.lastUpdatedDate"),
				 "create#response/body/lastUpdatedDate get#response/body/lastUpdatedDate");
		cr_assert_not_null(positions("update.lastUpdatedDate"), "changed after %d s", (int)changed);
		cr_expect_str_eq(positions("update.lastUpdatedDate"),
				 "update#response/body/lastUpdatedDate again#response/body/lastUpdatedDate");
	}
}

Test(ids, links_have_ids_after_the_words_that_name_them)
{
	static const struct call calls[] = {
		{ "get", "GetIntegration", "GET", TARGET, NULL, PATH_USES, 200,
		  "{\"_links\":{\"self\":{\"href\":\"" TARGET "\"}},\"type\":\"" RESOURCE "\"}\n" },
	};

	make(calls, GWT_LEN(calls));
	cr_expect_str_eq(positions("restApiId"),
			 "get#request/path/1 get#response/body/_links/self/href@10+10");
	cr_expect_str_eq(positions("resourceId"),
			 "get#request/path/3 get#response/body/_links/self/href@31+6");
	expect_answer(
		0,
		"{\"_links\":{\"self\":{\"href\":\"/restapis/%s/resources/%s/methods/GET/integration\"}},"
		"\"type\":\"" RESOURCE "\"}\n",
		sample("restApiId"), sample("resourceId"));
}

Test(ids, bytes_around_a_variable_stay_as_they_were_sent)
{
	static const struct call calls[] = {
		{ "put", "PutIntegration", "PUT", TARGET, "{ \"type\" : \"MO\\u0043K\",\r\n\"n\": 1.0e+2 }",
		  PATH_USES, 201, "{\"cacheNamespace\" :\t\"" RESOURCE "\", \"uri\":\"a\\/b\", \"n\":1E2 }" },
		{ "text", "GetIntegration", "GET", TARGET, NULL, PATH_USES, 500,
		  "<html>" RESOURCE "</html>" },
	};

	make(calls, GWT_LEN(calls));
	cr_expect(gwt_span_is(made.interactions[0].request.body, calls[0].body));
	expect_answer(0, "{\"cacheNamespace\" :\t\"%s\", \"uri\":\"a\\/b\", \"n\":1E2 }%s",
		      sample("resourceId"), "");
	cr_expect(gwt_span_is(made.interactions[1].response.body, calls[1].answer));
}

Test(ids, a_variable_that_does_not_stand_where_it_should_is_an_error)
{
	static const struct {
		const char *uses, *reason;
	} rows[] = {
		{ "restApiId=path/9", "'restApiId' is not at" },
		{ "restApiId=body/nothing", "'restApiId' is not at" },
		{ "restApiId=body/type@2+99", "'restApiId' is not at" },
		{ "nobody=path/1", "'nobody' has no value" },
		{ "restApiId=elsewhere/1", "not a position" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct call call = {
			"put", "PutIntegration", "PUT", TARGET, "{\"type\":\"MOCK\"}", rows[i].uses, 201, "{}"
		};
		struct gwt_capture capture = capture_of(&call);
		struct gwt_captures all = { &capture, 1, bindings, GWT_LEN(bindings) };

		made = (struct gwt_cassette){ .scenario = GWT_SPAN("g/n") };
		cr_expect_eq(gwt_cassette_make(&arena, &all, &made, NULL, &err), GWT_EPARSE, "%s",
			     rows[i].uses);
		cr_expect(strstr(err.msg, rows[i].reason), "%s: %s", rows[i].uses, err.msg);
	}
}
