/*
 * fuzz_drift.c - any bytes as what `gwtape drift` reads beside cassettes: a list of hashes, the policy of
 * gwtape.json, a service model. Each is refused with its name, or used.
 */
#include <stdlib.h>

#include "drift/hashes.h"
#include "drift/policy.h"
#include "drift/service_model.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool names_file(const struct gwt_error *err)
{
	return strstr(err->msg, "FILE") && err->msg[0];
}

/* A text that is read as a list must be written as a list that can be read again. */
static void as_hashes(struct gwt_arena *arena, struct gwt_span text)
{
	struct gwt_error err = { 0 };
	struct gwt_hashes hashes = { 0 }, back = { 0 };
	struct gwt_buf out;

	if (gwt_hashes_parse(arena, "FILE", text, &hashes, &err) != GWT_OK) {
		must(names_file(&err));
		return;
	}
	gwt_buf_init(&out, SIZE_MAX);
	gwt_hashes_write(&out, &hashes);
	must(gwt_hashes_parse(arena, "FILE", gwt_buf_span(&out), &back, &err) == GWT_OK &&
	     back.len == hashes.len);
	gwt_buf_release(&out);
}

static void as_policy(struct gwt_arena *arena, const struct gwt_json *json)
{
	struct gwt_error err = { 0 };
	struct gwt_drift_policy policy;

	gwt_drift_policy_init(&policy, 0);
	must(gwt_drift_policy_read(&policy, "FILE", json, arena, &err) == GWT_OK || names_file(&err));
	gwt_drift_policy_find(&policy, GWT_DRIFT_RULE_MESSAGE, GWT_SPAN("types/mock"), GWT_SPAN("/message"));
}

static void as_model(struct gwt_arena *arena, const struct gwt_json *json)
{
	static const struct gwt_scenarios no_scenarios;
	static const struct gwt_cassettes no_cassettes;
	const struct gwt_model_users users = { &no_scenarios, &no_cassettes };
	struct gwt_error err = { 0 };
	struct gwt_service_model model;
	struct gwt_drift_policy policy;
	struct gwt_findings findings;

	if (gwt_service_model_read("FILE", json, &model, &err) != GWT_OK) {
		must(names_file(&err));
		return;
	}
	gwt_drift_policy_init(&policy, 0);
	gwt_findings_init(&findings, arena, &policy);
	gwt_service_model_compare(&findings, &model, &users);
	gwt_findings_release(&findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_arena arena = { 0 };
	struct gwt_error err = { 0 };
	const struct gwt_span text = { (const char *)data, size };
	struct gwt_json *json = NULL;

	as_hashes(&arena, text);
	if (gwt_json_parse_file(&arena, "FILE", text, &json, &err) == GWT_OK) {
		as_policy(&arena, json);
		as_model(&arena, json);
	} else {
		must(names_file(&err));
	}
	gwt_arena_release(&arena);
	return 0;
}
