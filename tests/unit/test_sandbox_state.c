/*
 * test_sandbox_state.c - what the sandbox remembers: ids, limits, taking over what
 * somebody else answered.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "lib/base/error.h"
#include "sandbox/ids.h"
#include "sandbox/state.h"
#include "tests/unit/sandbox_call.h"

static struct sandbox_fixture f;

static void start(void)
{
	sandbox_start(&f, NULL);
}

static void stop(void)
{
	sandbox_stop(&f);
}

TestSuite(sandbox_state, .init = start, .fini = stop);

#define INTEGRATION "/restapis/@A/resources/@R/methods/GET/integration"

Test(sandbox_state, reads_do_not_change_the_ids_that_follow)
{
	struct sandbox_fixture other;
	struct gwt_response a, b;

	sandbox_start(&other, NULL);
	cr_expect_str_eq(f.api, other.api);
	for (int i = 0; i < 5; i++)
		sandbox_call(&other, "GET", "/restapis", NULL);
	a = sandbox_call(&f, "POST", "/restapis", "{\"name\":\"a\"}");
	b = sandbox_call(&other, "POST", "/restapis", "{\"name\":\"a\"}");
	cr_expect_str_eq(sandbox_member(&f, &a, "id"), sandbox_member(&other, &b, "id"));
	sandbox_stop(&other);
}

Test(sandbox_state, ids_have_awss_form)
{
	struct gwt_ids ids;
	char id[GWT_API_ID_LEN + 1], uuid[GWT_REQUEST_ID_LEN + 1];

	gwt_ids_init(&ids, 3);
	for (int i = 0; i < 1000; i++) {
		gwt_ids_object(&ids, GWT_API_ID_LEN, id);
		cr_assert_eq(strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789"), GWT_API_ID_LEN, "%s", id);
	}
	/* RFC 9562, appendix A.1: version 1 of 2022-02-22 14:22:22 starts c232ab00-9414-11ec */
	gwt_ids_request_v1(&ids, 1645557742, uuid);
	cr_expect(strncmp(uuid + 9, "9414-11ec", 9) == 0, "%s", uuid);
	cr_expect_eq(strlen(uuid), 36);
}

Test(sandbox_state, a_full_state_refuses_and_frees_what_is_deleted)
{
	struct gwt_state state;
	struct gwt_node *api, *node;
	size_t before;

	gwt_state_init(&state);
	state.max_bytes = state.bytes + 4096;
	api = gwt_node_add(&state, state.root, GWT_KIND_API, GWT_SPAN("a"));
	cr_assert(api);
	before = state.bytes;
	node = gwt_node_add(&state, api, GWT_KIND_RESOURCE, GWT_SPAN("r"));
	cr_expect(gwt_node_set_body(&state, node, GWT_SPAN("{\"a\":1}")));
	cr_expect_not(gwt_node_set_body(&state, node, (struct gwt_span){ (char[5000]){ 0 }, 5000 }));
	cr_expect_str_eq(gwt_arena_cstr(&f.arena, gwt_node_body(node, &f.arena)), "{\"a\":1}");
	while (gwt_node_add(&state, api, GWT_KIND_STAGE, gwt_arena_printf(&f.arena, "%zu", state.bytes)))
		cr_assert_leq(state.bytes, state.max_bytes);
	gwt_node_remove(&state, node);
	while ((node = gwt_node_next(api, GWT_KIND_STAGE, &(size_t){ 0 })))
		gwt_node_remove(&state, node);
	cr_expect_eq(state.bytes, before);
	gwt_state_release(&state);
}

Test(sandbox_state, more_than_ten_thousand_apis_is_awss_quota_error)
{
	struct gwt_response got = { 0 };

	for (int i = 0; i < 10000 && got.status != 400; i++)
		got = sandbox_call(&f, "POST", "/restapis", "{\"name\":\"a\"}");
	cr_expect_str_eq(
		sandbox_member(&f, &got, "message"),
		"Maximum number of APIs has been reached.  Please contact AWS if you need additional APIs.");
}

/* Let the sandbox adopt the answer `status body` to `method path`. */
static void told(const char *method, const char *path, int status, const char *body)
{
	struct gwt_headers headers;
	struct gwt_request request;
	struct gwt_response answer = { .status = status, .body = gwt_span_of(sandbox_text(&f, body)) };
	struct gwt_error err;

	gwt_headers_init(&headers, &f.arena);
	gwt_request_set(&request, gwt_span_of(method), gwt_span_of(sandbox_text(&f, path)), &headers,
			GWT_SPAN("{}"));
	cr_expect_eq(gwt_sandbox_adopt(f.sandbox, &request, &answer, NOW, &err), GWT_OK, "%s %s", method,
		     path);
}

#define MOCK                                                                                                 \
	"{\"cacheNamespace\":\"@R\",\"passthroughBehavior\":\"NEVER\",\"timeoutInMillis\":50,\"type\":"      \
	"\"MOCK\"}"

Test(sandbox_state, a_matched_write_is_there_for_what_comes_later)
{
	struct gwt_response got;

	told("PUT", INTEGRATION, 201, MOCK);
	got = sandbox_call(&f, "GET", INTEGRATION, NULL);
	cr_expect_str_eq(sandbox_body(&got), sandbox_text(&f, MOCK "\n"));
	got = sandbox_call(&f, "PATCH", INTEGRATION,
			   "{\"patchOperations\":[{\"op\":\"replace\",\"path\":\"/"
			   "timeoutInMillis\",\"value\":\"51\"}]}");
	cr_expect_eq(got.status, 200, "%s", sandbox_body(&got));
	told("PUT", INTEGRATION "/responses/200", 201, "{\"statusCode\":\"200\"}");
	cr_expect_eq(sandbox_call(&f, "GET", INTEGRATION "/responses/200", NULL).status, 200);
	told("DELETE", INTEGRATION, 204, "");
	cr_expect_eq(sandbox_call(&f, "GET", INTEGRATION, NULL).status, 404);
}

Test(sandbox_state, what_failed_or_only_reads_changes_nothing)
{
	told("PUT", INTEGRATION, 400, "{\"message\":\"no\"}");
	told("GET", INTEGRATION, 200, MOCK);
	told("PUT", INTEGRATION, 201, "not json");
	told("PUT", "/nothing", 201, "{}");
	cr_expect_eq(sandbox_call(&f, "GET", INTEGRATION, NULL).status, 404);
}

/* The answers of a cassette gave these ids to the client; the sandbox made none of them. */
Test(sandbox_state, recorded_ids_become_its_own)
{
	struct gwt_response got;

	told("POST", "/restapis", 201,
	     "{\"id\":\"recorded01\",\"name\":\"r\",\"rootResourceId\":\"rootrootro\"}");
	told("POST", "/restapis/recorded01/resources/rootrootro", 201,
	     "{\"id\":\"abc123\",\"parentId\":\"rootrootro\",\"path\":\"/pets\",\"pathPart\":\"pets\"}");
	cr_expect(gwt_sandbox_has_id(f.sandbox, GWT_SPAN("recorded01")));
	cr_expect(gwt_sandbox_has_id(f.sandbox, GWT_SPAN("abc123")));
	cr_expect(gwt_sandbox_has_id(f.sandbox, gwt_span_of(f.api)));
	cr_expect_not(gwt_sandbox_has_id(f.sandbox, GWT_SPAN("abc124")));
	got = sandbox_call(&f, "GET", "/restapis/recorded01/resources", NULL);
	cr_expect_str_eq(sandbox_body(&got), "{\"item\":[{\"id\":\"abc123\",\"parentId\":\"rootrootro\","
					     "\"path\":\"/pets\",\"pathPart\":\"pets\"},"
					     "{\"id\":\"rootrootro\",\"path\":\"/\"}]}\n");
	got = sandbox_call(&f, "PUT", "/restapis/recorded01/resources/abc123/methods/GET",
			   "{\"authorizationType\":\"NONE\"}");
	cr_expect_eq(got.status, 201, "%s", sandbox_body(&got));
	/* the sandbox has nothing of this API: a matched put makes all objects on its path */
	told("PUT", "/restapis/unseenunse/resources/unseen/methods/GET/integration", 201,
	     "{\"type\":\"MOCK\"}");
	cr_expect_eq(
		sandbox_call(&f, "GET", "/restapis/unseenunse/resources/unseen/methods/GET", NULL).status,
		200);
	cr_expect_eq(sandbox_call(&f, "DELETE", "/restapis/unseenunse/resources/unseen", NULL).status, 202);
	told("POST", "/vpclinks", 202, "{\"id\":\"vl1nk0\",\"name\":\"v\",\"status\":\"PENDING\"}");
	got = sandbox_call(&f, "GET", "/vpclinks/vl1nk0", NULL);
	cr_expect_str_eq(sandbox_member(&f, &got, "status"), "AVAILABLE");
}

Test(sandbox_state, an_answer_cannot_make_a_circle)
{
	struct gwt_response got;

	told("PATCH", "/restapis/@A/resources/@R", 200,
	     "{\"id\":\"@R\",\"parentId\":\"@R\",\"pathPart\":\"x\"}");
	told("POST", "/restapis/@A/resources/@R", 201,
	     "{\"id\":\"under1\",\"parentId\":\"@R\",\"pathPart\":\"y\"}");
	told("PATCH", "/restapis/@A/resources/@R", 200,
	     "{\"id\":\"@R\",\"parentId\":\"under1\",\"pathPart\":\"x\"}");
	got = sandbox_call(&f, "GET", "/restapis/@A/resources/under1", NULL);
	cr_expect_str_eq(sandbox_member(&f, &got, "path"), "/pets/y");
	told("DELETE", "/restapis/neverknown/resources/x", 202, "");
	cr_expect_not(gwt_sandbox_has_id(f.sandbox, GWT_SPAN("neverknown")));
}

Test(sandbox_state, resources_do_not_nest_without_end)
{
	char under[64] = "@0", path[128];
	struct gwt_response got = { .status = 201 };
	int depth = 0;

	for (; got.status == 201 && depth < 1000; depth++) {
		snprintf(path, sizeof(path), "/restapis/@A/resources/%s", under);
		got = sandbox_call(&f, "POST", path, "{\"pathPart\":\"a\"}");
		snprintf(under, sizeof(under), "%s", sandbox_member(&f, &got, "id"));
	}
	cr_expect_eq(got.status, 429);
	cr_expect_eq(depth, 200);
}

Test(sandbox_state, a_map_has_a_limit)
{
	struct gwt_buf body;
	struct gwt_response got;

	gwt_buf_init(&body, SIZE_MAX);
	gwt_buf_add_text(&body, "{\"type\":\"MOCK\",\"requestTemplates\":{\"a/0\":\"\"");
	for (int i = 1; i <= 2000; i++)
		gwt_buf_printf(&body, ",\"a/%d\":\"\"", i);
	gwt_buf_add_text(&body, "}}");
	got = sandbox_call(&f, "PUT", INTEGRATION, gwt_buf_cstr(&body));
	cr_expect_eq(got.status, 429);
	cr_expect_str_eq(sandbox_header(&got, "x-amzn-ErrorType"), "LimitExceededException");
	gwt_buf_release(&body);
}
