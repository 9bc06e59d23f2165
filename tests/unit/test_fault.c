/*
 * test_fault.c - scripts of faults: what is taken when, and what is refused.
 */
#include <criterion/criterion.h>

#include "replayer/fault.h"
#include "tests/support/guard.h"

static struct gwt_arena arena;

static void stop(void)
{
	gwt_arena_release(&arena);
}

TestSuite(fault, .fini = stop);

static struct gwt_faults parse(const char *text)
{
	struct gwt_faults faults = { NULL, 0 };
	struct gwt_error err = { GWT_OK, "" };

	cr_assert_eq(gwt_faults_parse(&arena, "f.json", gwt_span_of(text), &faults, &err), GWT_OK, "%s",
		     err.msg);
	return faults;
}

/* Status of the scripted answer for a request; -1 for a fault without an answer, 0 for no fault. */
static int take(struct gwt_faults *faults, const char *method, const char *target)
{
	struct gwt_headers headers;
	struct gwt_request request;
	const struct gwt_fault *fault;

	gwt_headers_init(&headers, &arena);
	gwt_request_set(&request, gwt_span_of(method), gwt_span_of(target), &headers, GWT_SPAN(""));
	fault = gwt_faults_take(faults, &request, GWT_ABSENT);
	return !fault ? 0 : fault->answers ? fault->status : -1;
}

Test(fault, an_entry_is_taken_by_operation_method_and_path)
{
	static const struct {
		const char *call, *method, *target;
		bool taken;
	} rows[] = {
		{ "{}", "GET", "/x", true },
		{ "{\"operation\":\"GetRestApis\"}", "GET", "/restapis", true },
		{ "{\"operation\":\"GetRestApis\"}", "POST", "/restapis", false },
		{ "{\"operation\":\"GetRestApis\"}", "GET", "/restapis?limit=1", true },
		{ "{\"method\":\"GET\"}", "GET", "/x", true },
		{ "{\"method\":\"GET\"}", "get", "/x", false },
		{ "{\"path\":\"/restapis/*/resources\"}", "GET", "/restapis/a/resources", true },
		{ "{\"path\":\"/restapis/*/resources\"}", "GET", "/restapis/a/b/resources", false },
		{ "{\"path\":\"/restapis/*/resources\"}", "GET", "/restapis/a/resources/b", false },
		{ "{\"path\":\"/restapis/**\"}", "GET", "/restapis/a/resources/b", true },
		{ "{\"path\":\"/restapis/**\"}", "GET", "/restapis", false },
		{ "{\"path\":\"/restapis/*\",\"method\":\"PUT\"}", "GET", "/restapis/a", false },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_faults faults = parse(
			gwt_arena_printf(&arena, "{\"faults\":[{\"call\":%s,\"delayMs\":1}]}", rows[i].call)
				.ptr);

		cr_expect_eq(take(&faults, rows[i].method, rows[i].target), rows[i].taken ? -1 : 0,
			     "%s %s %s", rows[i].call, rows[i].method, rows[i].target);
	}
}

Test(fault, uses_are_counted)
{
	struct gwt_faults faults = parse("{\"faults\":["
					 "{\"skip\":1,\"times\":2,\"answer\":{\"status\":500}},"
					 "{\"answer\":{\"status\":501}},"
					 "{\"times\":\"always\",\"answer\":{\"status\":502}}]}");
	static const int expected[] = { 501, 500, 500, 502, 502, 502 };

	for (size_t i = 0; i < GWT_LEN(expected); i++)
		cr_expect_eq(take(&faults, "GET", "/"), expected[i], "call %zu", i);
}

Test(fault, an_answer_is_made_of_its_parts)
{
	struct gwt_faults faults = parse("{\"faults\":[{\"answer\":{\"status\":429,\"error\":"
					 "\"TooManyRequestsException\",\"message\":\"Too Many Requests\","
					 "\"headers\":[[\"Retry-After\",\"3\"]]}},{\"answer\":{\"status\":"
					 "200,\"body\":{\"b\":1,\"a\":[2]}}},"
					 "{\"answer\":{\"status\":200,\"text\":\"<x/"
					 ">\",\"headers\":[[\"Content-Type\",\"text/xml\"]]}}]}");
	static const struct {
		const char *type, *body;
	} rows[] = { { "application/json", "{\"message\":\"Too Many Requests\"}\n" },
		     { "application/json", "{\"b\":1,\"a\":[2]}\n" },
		     { "text/xml", "<x/>" } };
	struct gwt_response response;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		gwt_fault_answer(&faults.items[i], 0, &arena, &response);
		cr_expect(gwt_span_is(gwt_headers_get(&response.headers, "Content-Type"), rows[i].type),
			  "%zu", i);
		cr_expect(gwt_span_is(response.body, rows[i].body), "%zu", i);
		cr_expect(gwt_span_is(gwt_headers_get(&response.headers, "Date"),
				      "Thu, 01 Jan 1970 00:00:00 GMT"));
	}
	gwt_fault_answer(&faults.items[0], 0, &arena, &response);
	cr_expect(gwt_span_is(gwt_headers_get(&response.headers, "Retry-After"), "3"));
	cr_expect(gwt_span_is(gwt_headers_get(&response.headers, "x-amzn-ErrorType"),
			      "TooManyRequestsException"));
}

/* SDKs correct their clock by this date, so that a fault may give a wrong one. */
Test(fault, a_date_of_its_own_is_the_only_one)
{
	struct gwt_faults faults = parse("{\"faults\":[{\"answer\":{\"status\":403,"
					 "\"headers\":[[\"date\",\"Sat, 01 Jan 2000 00:00:00 GMT\"]]}}]}");
	struct gwt_response response;
	size_t dates = 0;

	gwt_fault_answer(&faults.items[0], 0, &arena, &response);
	for (size_t i = 0; i < response.headers.len; i++)
		dates += gwt_span_iis(response.headers.items[i].name, "Date");
	cr_expect_eq(dates, 1);
	cr_expect(gwt_span_is(gwt_headers_get(&response.headers, "Date"), "Sat, 01 Jan 2000 00:00:00 GMT"));
}

Test(fault, a_broken_script_is_refused_with_its_place)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "", "f.json:1:1" },
		{ "{}", "must be {\"faults\": [...]}" },
		{ "{\"faults\":{}}", "must be {\"faults\": [...]}" },
		{ "{\"faults\":[],\"more\":1}", "must be {\"faults\": [...]}" },
		{ "{\"faults\":[1]}", "/faults/0: must be an object" },
		{ "{\"faults\":[{\"delayMs\":1},{\"delay\":1}]}", "/faults/1: unknown member" },
		{ "{\"faults\":[{\"delayMs\":-1}]}", "/faults/0/delayMs" },
		{ "{\"faults\":[{\"delayMs\":1.5}]}", "/faults/0/delayMs" },
		{ "{\"faults\":[{\"delayMs\":600001}]}", "/faults/0/delayMs" },
		{ "{\"faults\":[{\"delayMs\":1,\"times\":\"never\"}]}", "/faults/0/times" },
		{ "{\"faults\":[{\"delayMs\":1,\"call\":\"x\"}]}", "/faults/0/call: must be an object" },
		{ "{\"faults\":[{\"delayMs\":1,\"call\":{\"verb\":\"x\"}}]}",
		  "/faults/0/call: unknown member" },
		{ "{\"faults\":[{\"delayMs\":1,\"call\":{\"path\":1}}]}",
		  "/faults/0/call/path: must be a text" },
		{ "{\"faults\":[{\"break\":\"x\"}]}", "/faults/0/break" },
		{ "{\"faults\":[{\"break\":1}]}", "/faults/0/break" },
		{ "{\"faults\":[{\"answer\":{}}]}", "/faults/0/answer/status" },
		{ "{\"faults\":[{\"answer\":{\"status\":600}}]}", "/faults/0/answer/status" },
		{ "{\"faults\":[{\"answer\":{\"status\":500,\"headers\":{}}}]}", "/faults/0/answer/headers" },
		{ "{\"faults\":[{\"answer\":{\"status\":500,\"headers\":[[\"a\"]]}}]}",
		  "/faults/0/answer/headers" },
		{ "{\"faults\":[{\"answer\":{\"status\":500,\"headers\":[[\"a\",\"b\\r\\nc: d\"]]}}]}",
		  "/faults/0/answer/headers" },
		{ "{\"faults\":[{\"answer\":{\"status\":500,\"error\":\"a\\nb\"}}]}",
		  "/faults/0/answer/error" },
		{ "{\"faults\":[{}]}", "f.json:1:12: /faults/0: does nothing" },
		{ "{\"faults\":[{\"delayMs\":1},\n {\"break\":\"x\"}]}", "f.json:2:11: /faults/1/break" },
		{ "{\"faults\":[{\"answer\":{\"status\":500,\n\"headers\":[[\"A\",\"b\"],\n [\"Content-LENGTH\",\"3\"]]}}]}",
		  "f.json:3:2: /faults/0/answer/headers/1: is a header that the server writes itself" },
		{ "{\"faults\":[{\"answer\":{\"status\":500,\"headers\":[[\"Transfer-Encoding\",\"chunked\"]]}}]}",
		  "/faults/0/answer/headers/0" },
		{ "{\"faults\":[{\"answer\":{\"status\":500,\"headers\":[[\"Connection\",\"close\"]]}}]}",
		  "/faults/0/answer/headers/0" },
		{ "{\"faults\":[{\"answer\":{\"status\":500,\"headers\":[[\"x-gwtape-verdict\",\"MATCH\"]]}}]}",
		  "/faults/0/answer/headers/0" },
		{ "{\"faults\":[{\"answer\":{\"status\":204,\"text\":\"x\"}}]}",
		  "/faults/0/answer: an answer of status 204" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_faults faults = { NULL, 7 };
		struct gwt_error err = { GWT_OK, "" };

		cr_expect_eq(gwt_faults_parse(&arena, "f.json", gwt_span_of(rows[i].text), &faults, &err),
			     GWT_EPARSE, "%s", rows[i].text);
		cr_expect(strstr(err.msg, rows[i].says), "%s: %s", rows[i].text, err.msg);
		cr_expect_eq(faults.len, 7);
	}
}

Test(fault, a_script_may_be_cut_anywhere)
{
	static const char text[] =
		"{\"faults\":[{\"call\":{\"operation\":\"GetRestApis\"},\"skip\":1,\"times\":2,\"delayMs\":3,"
		"\"break\":"
		"\"reset\",\"answer\":{\"status\":500,\"headers\":[[\"a\",\"b\"]],\"body\":{\"c\":null}}}]}";

	for (size_t len = 0; len <= sizeof(text) - 1; len++) {
		struct gwt_faults faults = { NULL, 0 };
		struct gwt_span bytes = gwt_guarded((struct gwt_span){ text, len });

		cr_expect_eq(gwt_faults_parse(&arena, "f.json", bytes, &faults, NULL),
			     len == sizeof(text) - 1 ? GWT_OK : GWT_EPARSE, "%zu bytes", len);
	}
}
