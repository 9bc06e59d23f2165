/*
 * test_sandbox_forms.c - how the sandbox's answers look: headers, HAL, evidence,
 * signatures, STS and the protocols of other services.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "lib/base/error.h"
#include "lib/json/pointer.h"
#include "lib/model/model.h"
#include "tests/support/data.h"
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

TestSuite(sandbox_forms, .init = start, .fini = stop);

#define METHOD      "/restapis/@A/resources/@R/methods/GET"
#define INTEGRATION METHOD "/integration"
#define FORM        "application/x-www-form-urlencoded; charset=utf-8"

/* The text at a JSON pointer of a body, "" where there is none. */
static const char *at(const struct gwt_response *response, const char *pointer)
{
	struct gwt_json *json = NULL, *found;

	cr_assert(gwt_json_parse(&f.arena, response->body, &json, NULL), "%s", sandbox_body(response));
	found = gwt_json_pointer_get(json, gwt_span_of(pointer));
	return found && found->type == GWT_JSON_STRING ? gwt_arena_cstr(&f.arena, found->text) : "";
}

Test(sandbox_forms, headers_are_those_of_the_recordings)
{
	struct gwt_response ok = sandbox_call(&f, "GET", METHOD, NULL);
	struct gwt_response bad = sandbox_call(&f, "GET", INTEGRATION, NULL);

	cr_expect_str_eq(sandbox_header(&ok, "Content-Type"), "application/json");
	cr_expect_str_eq(sandbox_header(&ok, "Date"), "Tue, 14 Nov 2023 22:13:20 GMT");
	cr_expect_eq(strlen(sandbox_header(&ok, "x-amzn-RequestId")), 36);
	cr_expect_eq(sandbox_header(&ok, "x-amzn-RequestId")[14], '4');
	cr_expect_eq(strlen(sandbox_header(&ok, "x-amz-apigw-id")), 16);
	cr_expect_eq(sandbox_header(&ok, "x-amz-apigw-id")[15], '=');
	cr_expect_str_eq(sandbox_header(&ok, "x-amzn-ErrorType"), "");
	cr_expect_str_eq(sandbox_header(&bad, "x-amzn-ErrorType"), "NotFoundException");
	cr_expect_str_neq(sandbox_header(&ok, "x-amzn-RequestId"), sandbox_header(&bad, "x-amzn-RequestId"));
	cr_expect_str_eq(sandbox_header(&ok, "x-gwtape"), "sandbox");
}

Test(sandbox_forms, an_answer_says_how_it_is_known)
{
	static const struct {
		const char *method, *path, *body, *evidence;
	} rows[] = {
		{ "PUT", INTEGRATION, "{\"type\":\"MOCK\"}",
		  "aws-published; localstack test_put_integration_validation" },
		{ "PUT", INTEGRATION, "{\"type\":\"MOCK\",\"cacheNamespace\":\"x\"}",
		  "documented; reference put-integration" },
		{ "PUT", INTEGRATION, "{\"type\":\"MOCK\",\"surprise\":1}", "guessed; " },
		{ "PUT", INTEGRATION, "{\"type\":\"x\"}",
		  "aws-published; localstack test_put_integration_wrong_type" },
		{ "PUT", INTEGRATION, "{", "guessed; " },
		{ "GET", "/nothing", NULL, "guessed; " },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_response got = sandbox_call(&f, rows[i].method, rows[i].path, rows[i].body);
		const char *evidence = sandbox_header(&got, "x-gwtape-evidence");

		cr_expect(strncmp(evidence, rows[i].evidence, strlen(rows[i].evidence)) == 0, "%s %s: %s",
			  rows[i].method, rows[i].body ? rows[i].body : rows[i].path, evidence);
	}
}

/* The sample of put-integration's reference page, with our ids. */
Test(sandbox_forms, without_accept_json_the_answer_has_links)
{
#define RESPONSE "/restapis/@A/resources/@R/methods/GET/integration/responses/200"
	static const char expected[] =
		"{\"_links\":{\"curies\":{\"href\":\"https://docs.aws.amazon.com/apigateway/latest/"
		"developerguide/"
		"restapi-integration-response-{rel}.html\",\"name\":\"integrationresponse\",\"templated\":"
		"true},"
		"\"self\":{\"href\":\"" RESPONSE "\",\"title\":\"200\"},"
		"\"integrationresponse:delete\":{\"href\":\"" RESPONSE "\"},"
		"\"integrationresponse:update\":{\"href\":\"" RESPONSE "\"}},"
		"\"responseTemplates\":{\"application/json\":\"x\"},\"statusCode\":\"200\"}\n";
	static const char *const accepts[] = { NULL, "*/*", "application/hal+json",
					       "text/html, application/xml;q=0.9" };
	struct gwt_response got;

	sandbox_call(&f, "PUT", INTEGRATION, "{\"type\":\"MOCK\"}");
	got = sandbox_call(&f, "PUT", RESPONSE, "{\"responseTemplates\":{\"application/json\":\"x\"}}");
	cr_assert_eq(got.status, 201);
	for (size_t i = 0; i < GWT_LEN(accepts); i++) {
		f.accept = accepts[i];
		got = sandbox_call(&f, "GET", RESPONSE, NULL);
		cr_expect_str_eq(sandbox_body(&got), sandbox_text(&f, expected));
	}
	got = sandbox_call(&f, "GET", METHOD, NULL);
	cr_expect_str_eq(at(&got, "/_embedded/method:integration/_embedded/integration:responses/statusCode"),
			 "200");
	cr_expect_str_eq(at(&got, "/_links/integration:put/href"), sandbox_text(&f, INTEGRATION));
	cr_expect_str_eq(at(&got, "/_embedded/method:integration/_links/integrationresponse:put/href"),
			 sandbox_text(&f, INTEGRATION "/responses/{status_code}"));
	got = sandbox_call(&f, "GET", "/restapis/@A/resources", NULL);
	cr_expect_str_eq(at(&got, "/_links/self/href"), sandbox_text(&f, "/restapis/@A/resources"));
	cr_expect_str_neq(at(&got, "/_embedded/item/0/_links/self/href"), "");
	got = sandbox_call(&f, "GET", "/restapis/@A/resources/zzzzzz", NULL);
	cr_expect_str_eq(sandbox_body(&got), "{\"message\":\"Invalid Resource identifier specified\"}\n");
	f.accept = "text/html, Application/JSON;q=0.5";
	got = sandbox_call(&f, "GET", RESPONSE, NULL);
	cr_expect_str_eq(at(&got, "/_links/self/href"), "");
}

/* A request as a client of another service would send it, with a scope but without a signature. */
static struct gwt_response foreign(const char *service, const char *type, const char *target,
				   const char *body)
{
	struct gwt_headers headers;
	struct gwt_request request;
	struct gwt_response response;
	struct gwt_span authorization = gwt_arena_printf(
		&f.arena,
		"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/us-east-1/%s/aws4_request, "
		"SignedHeaders=host;x-amz-date, Signature=%064d",
		service, 0);

	gwt_headers_init(&headers, &f.arena);
	gwt_headers_add(&headers, GWT_SPAN("Host"), GWT_SPAN("x"), NULL);
	gwt_headers_add(&headers, GWT_SPAN("X-Amz-Date"), GWT_SPAN("20231114T221320Z"), NULL);
	if (service)
		gwt_headers_add(&headers, GWT_SPAN("Authorization"), authorization, NULL);
	if (type)
		gwt_headers_add(&headers, GWT_SPAN("Content-Type"), gwt_span_of(type), NULL);
	if (target)
		gwt_headers_add(&headers, GWT_SPAN("X-Amz-Target"), gwt_span_of(target), NULL);
	gwt_request_set(&request, GWT_SPAN("POST"), GWT_SPAN("/"), &headers, gwt_span_of(body ? body : ""));
	gwt_sandbox_handle(f.sandbox, &request, NOW, &f.arena, &response);
	return response;
}

Test(sandbox_forms, other_services_are_refused_in_their_own_protocol)
{
	static const struct {
		const char *service, *type, *target, *body;
		const char *answer_type, *holds;
	} rows[] = {
		{ "iam", FORM, NULL, "Action=GetUser&Version=2010-05-08", "text/xml",
		  "<ErrorResponse><Error><Type>Sender</Type><Code>GwtapeContractViolation</"
		  "Code><Message>FOREIGN_SERVICE: " },
		{ "ec2", FORM, NULL, "Action=DescribeVpcs", "text/xml;charset=UTF-8",
		  "<Response><Errors><Error><Code>GwtapeContractViolation</Code>" },
		{ "dynamodb", "application/x-amz-json-1.0", "DynamoDB_20120810.ListTables", "{}",
		  "application/x-amz-json-1.0",
		  "{\"__type\":\"GwtapeContractViolation\",\"message\":\"FOREIGN_SERVICE: " },
		{ "logs", "application/x-amz-json-1.1", "Logs_20140328.DescribeLogGroups", "{}",
		  "application/x-amz-json-1.1", "{\"__type\":\"GwtapeContractViolation\"" },
		{ "unheard-of", "application/x-amz-json-1.1", "A.B", "{}", "application/x-amz-json-1.1",
		  "{\"__type\":" },
		{ "sqs", "application/x-amz-json-1.0", "AmazonSQS.ListQueues", "{}",
		  "application/x-amz-json-1.0", "{\"__type\":" },
		{ "sqs", FORM, NULL, "Action=ListQueues", "text/xml", "<ErrorResponse>" },
		{ "s3", NULL, NULL, NULL, "application/xml", "<Error><Code>GwtapeContractViolation</Code>" },
		{ "route53", NULL, NULL, NULL, "text/xml", "<ErrorResponse><Error>" },
		{ "lambda", "application/json", NULL, "{}", "application/json",
		  "{\"message\":\"FOREIGN_SERVICE: " },
		{ "sts", FORM, NULL, "Action=AssumeRole&Version=2011-06-15", "text/xml", "<ErrorResponse>" },
		/* a word without the form of a service name may be a misplaced secret */
		{ "un&heard<of", FORM, NULL, "", "text/xml", "no service &apos;*&apos;" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_response got =
			foreign(rows[i].service, rows[i].type, rows[i].target, rows[i].body);

		cr_expect_eq(got.status, 422, "%s", rows[i].service);
		cr_expect_str_eq(sandbox_header(&got, "Content-Type"), rows[i].answer_type, "%s",
				 rows[i].service);
		cr_expect_str_eq(sandbox_header(&got, "x-gwtape-verdict"), "FOREIGN_SERVICE", "%s",
				 rows[i].service);
		cr_expect(strstr(sandbox_body(&got), rows[i].holds), "%s: %s", rows[i].service,
			  sandbox_body(&got));
	}
}

Test(sandbox_forms, sts_says_who_the_caller_is)
{
	struct gwt_response got = foreign("sts", FORM, NULL, "Action=GetCallerIdentity&Version=2011-06-15");

	cr_expect_eq(got.status, 200);
	cr_expect_str_eq(sandbox_header(&got, "Content-Type"), "text/xml");
	cr_expect(strstr(sandbox_body(&got), "<Account>123456789012</Account>"), "%s", sandbox_body(&got));
}

/* A lookup that knows one key only. */
static size_t one_key(void *arg, struct gwt_span access_key_id, struct gwt_span secrets[8])
{
	secrets[0] = gwt_span_of(arg);
	return gwt_span_is(access_key_id, "KNOWN") ? 1 : 0;
}

static struct gwt_response signed_call(const char *key, const char *secret, int64_t signed_at,
				       const char *service, const char *body)
{
	struct gwt_sandbox_options options = { .seed = 1, .lookup = one_key, .lookup_arg = (void *)"secret" };
	struct gwt_sandbox *sandbox = gwt_sandbox_new(&options);
	struct gwt_sigv4 *sigv4 = gwt_sigv4_new();
	struct gwt_credentials credentials = { gwt_span_of(key), gwt_span_of(secret), { NULL, 0 } };
	struct gwt_headers headers;
	struct gwt_request request;
	struct gwt_response response;

	gwt_headers_init(&headers, &f.arena);
	gwt_headers_add(&headers, GWT_SPAN("Host"), GWT_SPAN("x"), NULL);
	if (body)
		gwt_headers_add(&headers, GWT_SPAN("Content-Type"), GWT_SPAN(FORM), NULL);
	gwt_request_set(&request, body ? GWT_SPAN("POST") : GWT_SPAN("GET"),
			body ? GWT_SPAN("/") : GWT_SPAN("/restapis"), &headers,
			gwt_span_of(body ? body : ""));
	cr_assert_eq(gwt_sigv4_sign(sigv4, &request, &credentials, GWT_SPAN("us-east-1"),
				    gwt_span_of(service), signed_at, NULL),
		     GWT_OK);
	gwt_sandbox_handle(sandbox, &request, NOW, &f.arena, &response);
	gwt_sigv4_free(sigv4);
	gwt_sandbox_free(sandbox);
	return response;
}

Test(sandbox_forms, a_wrong_signature_gets_awss_answer)
{
	static const struct {
		const char *label, *key, *secret;
		int64_t signed_at;
		int status;
		const char *code, *message; /* the beginning of the message */
	} rows[] = {
		{ "right", "KNOWN", "secret", NOW, 200, "", "" },
		{ "wrong secret", "KNOWN", "other", NOW, 403, "InvalidSignatureException",
		  "The request signature we calculated does not match the signature you provided." },
		{ "unknown key", "STRANGER", "secret", NOW, 403, "UnrecognizedClientException",
		  "The security token included in the request is invalid." },
		{ "expired", "KNOWN", "secret", NOW - 3600, 403, "InvalidSignatureException",
		  "Signature expired: 20231114T211320Z is now earlier than 20231114T215820Z "
		  "(20231114T221320Z - 15 min.)" },
		{ "too early", "KNOWN", "secret", NOW + 3600, 403, "InvalidSignatureException",
		  "Signature not yet current: 20231114T231320Z is still later than 20231114T222820Z" },
	};
	struct gwt_response sts;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_response got =
			signed_call(rows[i].key, rows[i].secret, rows[i].signed_at, "apigateway", NULL);

		cr_expect_eq(got.status, rows[i].status, "%s", rows[i].label);
		cr_expect_str_eq(sandbox_header(&got, "x-amzn-ErrorType"), rows[i].code, "%s", rows[i].label);
		cr_expect(strncmp(sandbox_member(&f, &got, "message"), rows[i].message,
				  strlen(rows[i].message)) == 0,
			  "%s: %s", rows[i].label, sandbox_body(&got));
	}
	sts = signed_call("KNOWN", "other", NOW, "sts", "Action=GetCallerIdentity");
	cr_expect_eq(sts.status, 403);
	cr_expect(strstr(sandbox_body(&sts), "<Code>SignatureDoesNotMatch</Code>"), "%s", sandbox_body(&sts));
}

Test(sandbox_forms, an_authorization_that_cannot_be_read_is_incomplete)
{
	struct gwt_sandbox_options options = { .seed = 1 };
	struct gwt_sandbox *sandbox = gwt_sandbox_new(&options);
	struct gwt_headers headers;
	struct gwt_request request;
	struct gwt_response response;

	gwt_headers_init(&headers, &f.arena);
	gwt_headers_add(&headers, GWT_SPAN("Host"), GWT_SPAN("x"), NULL);
	gwt_headers_add(&headers, GWT_SPAN("Authorization"), GWT_SPAN("AWS4-HMAC-SHA256 nonsense"), NULL);
	gwt_request_set(&request, GWT_SPAN("GET"), GWT_SPAN("/restapis"), &headers, GWT_SPAN(""));
	gwt_sandbox_handle(sandbox, &request, NOW, &f.arena, &response);
	cr_expect_eq(response.status, 403);
	cr_expect_str_eq(sandbox_header(&response, "x-amzn-ErrorType"), "IncompleteSignatureException");
	gwt_sandbox_free(sandbox);
}

static size_t occurrences(struct gwt_span text, const char *needle)
{
	size_t count = 0, at;

	while ((at = gwt_span_find_span(text, gwt_span_of(needle))) < text.len) {
		text = gwt_span_slice(text, at + 1, text.len);
		count++;
	}
	return count;
}

/* The row must be on the page, after the row that was found last. */
static void expect_row(struct gwt_span *rest, struct gwt_span row)
{
	size_t at = gwt_span_find_span(*rest, row);

	cr_expect(at < rest->len, "docs/sandbox.md lacks, or has out of order:\n" GWT_SPAN_FMT,
		  GWT_SPAN_ARG(row));
	if (at < rest->len)
		*rest = gwt_span_slice(*rest, at + row.len, rest->len);
}

/* `*` must be escaped in Markdown. */
static const char *starred(const char *text)
{
	struct gwt_buf out;
	const char *made;

	gwt_buf_init(&out, SIZE_MAX);
	for (; *text; text++)
		gwt_buf_printf(&out, *text == '*' ? "\\*" : "%c", *text);
	made = gwt_arena_cstr(&f.arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return made;
}

static void expect_rule(struct gwt_span *rest, const struct gwt_sandbox_rule *rule)
{
	struct gwt_span status = rule->status ? gwt_arena_printf(&f.arena, "%d %s", rule->status, rule->code)
					      : GWT_SPAN("success");
	struct gwt_span text = *rule->text ? gwt_arena_printf(&f.arena, "`%s`", rule->text) : GWT_SPAN("");

	expect_row(rest,
		   gwt_arena_printf(&f.arena, "| %s | %s | " GWT_SPAN_FMT " | " GWT_SPAN_FMT " | %s | %s |\n",
				    rule->name, rule->condition, GWT_SPAN_ARG(status), GWT_SPAN_ARG(text),
				    gwt_sandbox_evidence_word(rule->otherwise.evidence),
				    rule->otherwise.source));
}

/* docs/sandbox.md has one row for each change, kind and rule, in the order of the tables, and no others. */
Test(sandbox_forms, the_page_has_every_rule_kind_and_change)
{
	struct gwt_span page = gwt_test_read(&f.arena, gwt_test_source(), "docs/sandbox.md"), rest = page;
	size_t rule_count, kind_count, change_count;
	const struct gwt_sandbox_rule *rules = gwt_sandbox_rules(&rule_count);
	const struct gwt_sandbox_kind *kinds = gwt_sandbox_kinds(&kind_count);
	const struct gwt_sandbox_change *changes = gwt_sandbox_changes(&change_count);

	for (size_t i = 0; i < change_count; i++)
		expect_row(&rest, gwt_arena_printf(&f.arena, "| %s | %s | %s | %s |\n", changes[i].since,
						   changes[i].newer, changes[i].older, changes[i].source));
	for (size_t i = 0; i < kind_count; i++)
		expect_row(&rest, gwt_arena_printf(&f.arena, "| %s | %s | %s | %s |\n",
						   rules[kinds[i].rule].name, starred(kinds[i].operations),
						   starred(kinds[i].inputs), kinds[i].basis.source));
	for (size_t i = 0; i < rule_count; i++)
		expect_rule(&rest, &rules[i]);
	cr_expect_eq(occurrences(page, " | documented | ") + occurrences(page, " | guessed | "), rule_count,
		     "docs/sandbox.md has rows of no rule");
	cr_expect_eq(occurrences(page, " | aws-published | "), 0);
}

/* Every kind names operations that exist, and no rule claims by itself that everything was recorded. */
Test(sandbox_forms, kinds_name_operations_and_only_they_are_published)
{
	size_t rule_count, kind_count;
	const struct gwt_sandbox_rule *rules = gwt_sandbox_rules(&rule_count);
	const struct gwt_sandbox_kind *kinds = gwt_sandbox_kinds(&kind_count);

	for (size_t i = 0; i < rule_count; i++)
		cr_expect_neq(rules[i].otherwise.evidence, GWT_SANDBOX_PUBLISHED, "%s", rules[i].name);
	for (size_t i = 0; i < kind_count; i++) {
		struct gwt_span rest = gwt_span_of(kinds[i].operations);

		cr_expect_eq(kinds[i].basis.evidence, GWT_SANDBOX_PUBLISHED);
		while (rest.ptr) {
			struct gwt_span name = gwt_span_cut(&rest, ' ');

			cr_expect(gwt_operation_named(name), "%s: " GWT_SPAN_FMT, rules[kinds[i].rule].name,
				  GWT_SPAN_ARG(name));
		}
	}
}
