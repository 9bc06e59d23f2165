/* One raw request: judged, signed, proved, brought into its contract form. */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/contract/canonical.h"
#include "lib/contract/compare.h"
#include "lib/contract/verdict.h"
#include "lib/http/h1_write.h"
#include "lib/http/whole.h"
#include "lib/match/session.h"
#include "lib/report/mask.h"
#include "lib/sigv4/sigv4.h"
#include "libgwtape/internal.h"
#include "replayer/explain.h"
#include "replayer/secrets.h"

static enum gwtape_status parse(struct gwt_arena *arena, const char *request, size_t length,
				struct gwt_request *out, struct gwtape_error *error)
{
	struct gwt_error err;

	if (gwt_request_parse_whole(arena, "the request", (struct gwt_span){ request, length }, out, &err) !=
	    GWT_OK)
		return gwtape_failed(error, &err);
	return GWTAPE_OK;
}

static size_t find_secret(void *arg, struct gwt_span access_key_id, struct gwt_span secrets[8])
{
	struct gwt_secrets none = { 0 };

	if (!arg)
		return gwt_secrets_lookup(&none, access_key_id, secrets);
	secrets[0] = gwt_span_of(arg);
	return 1;
}

static void prove(const struct gwt_request *request, const char *secret, int64_t time,
		  struct gwt_arena *arena, struct gwt_signature *out)
{
	struct gwt_sigv4 *sigv4 = gwt_sigv4_new();
	struct gwt_verify_options how = {
		.lookup = find_secret,
		.lookup_arg = (void *)(uintptr_t)secret,
		.now = time,
		.check_clock = time >= 0,
	};

	gwt_sigv4_verify(sigv4, request, &how, true, arena, out);
	gwt_sigv4_free(sigv4);
}

static bool is_proved(const struct gwt_signature *signature)
{
	return signature->verdict <= GWT_SIG_VALID_RAW_PATH;
}

static struct gwt_json *outcome_json(struct gwt_arena *arena, const struct gwt_match_result *outcome)
{
	struct gwt_json *json = gwt_json_new(arena, GWT_JSON_OBJECT), *differences;

	gwt_json_add_bool(arena, json, "ok", outcome->ok);
	gwt_json_add_string(arena, json, "verdict", gwt_span_of(gwt_verdict_word(outcome->verdict)));
	if (outcome->ok)
		gwt_json_add_string(arena, json, "level", gwt_span_of(gwt_level_word(outcome->level)));
	if (outcome->entry) {
		gwt_json_add_string(arena, json, "scenario", outcome->entry->cassette->scenario);
		gwt_json_add_string(arena, json, "interaction", outcome->entry->interaction->id);
	}
	differences = gwt_json_add_array(arena, json, "differences");
	for (size_t i = 0; i < outcome->comparison.len; i++)
		gwt_json_append(differences, gwt_difference_json(arena, &outcome->comparison.differences[i]));
	return json;
}

static struct gwtape_result *judged(struct gwt_arena *arena, struct gwt_match_result *outcome,
				    const struct gwt_signature *signature, const struct gwt_request *request,
				    enum gwt_level level)
{
	struct gwt_span text = GWT_SPAN("ok: the contract held\n");

	gwt_mask_comparison(arena, &outcome->comparison);
	if (!outcome->ok)
		text = gwt_explain(arena, outcome, is_proved(signature) ? NULL : signature, request, level);
	return gwtape_result_new(outcome->ok ? GWTAPE_OK : GWTAPE_BROKEN, gwt_verdict_word(outcome->verdict),
				 text, outcome_json(arena, outcome));
}

enum gwtape_status gwtape_judge(const struct gwtape_tape *tape, const char *bytes, size_t length,
				const char *level, struct gwtape_result **result, struct gwtape_error *error)
{
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };
	struct gwt_match_options how = { .level = GWT_LEVEL_CONTRACT, .order = GWT_REPLAY_NONE };
	struct gwt_match_result outcome = { .verdict = GWT_VERDICT_BAD_SIGNATURE };
	struct gwt_request request;
	struct gwt_signature signature;
	struct gwt_session *session;
	enum gwtape_status status;

	if (level && !gwt_level_parse(gwt_span_of(level), &how.level))
		return gwtape_fail(error, GWTAPE_USAGE, "'%s' is not a word of 'level'", level);
	status = parse(&arena, bytes, length, &request, error);
	if (status != GWTAPE_OK)
		return status;
	session = gwt_session_new(tape->index, &how);
	prove(&request, NULL, -1, &arena, &signature);
	if (is_proved(&signature))
		gwt_session_find(session, &request, &arena, &outcome);
	*result = judged(&arena, &outcome, &signature, &request, how.level);
	gwt_session_free(session);
	return GWTAPE_OK;
}

enum gwtape_status gwtape_prove(const char *bytes, size_t length, const char *secret, int64_t time,
				struct gwtape_result **result, struct gwtape_error *error)
{
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };
	struct gwt_request request;
	struct gwt_signature signature;
	enum gwtape_status status = parse(&arena, bytes, length, &request, error);
	struct gwt_json *json;
	struct gwt_span text;
	const char *verdict, *reason;

	if (status != GWTAPE_OK)
		return status;
	prove(&request, secret, time, &arena, &signature);
	verdict = gwt_signature_verdict_word(signature.verdict);
	reason = gwt_signature_reason_word(signature.reason);
	json = gwt_json_new(&arena, GWT_JSON_OBJECT);
	gwt_json_add_string(&arena, json, "verdict", gwt_span_of(verdict));
	gwt_json_add_string(&arena, json, "reason", gwt_span_of(reason));
	gwt_json_add_string(&arena, json, "detail", gwt_span_of(signature.detail));
	gwt_json_add_string(&arena, json, "expectedCanonicalRequest", signature.expected_canonical_request);
	gwt_json_add_string(&arena, json, "expectedStringToSign", signature.expected_string_to_sign);
	text = gwt_arena_printf(&arena, "signature: %s%s%s\n%s%s", verdict, *reason ? ": " : "", reason,
				signature.detail, *signature.detail ? "\n" : "");
	*result = gwtape_result_new(is_proved(&signature) ? GWTAPE_OK : GWTAPE_BROKEN, verdict, text, json);
	return GWTAPE_OK;
}

enum gwtape_status gwtape_sign(const char *bytes, size_t length, const struct gwtape_credentials *credentials,
			       int64_t time, char **signed_request, size_t *signed_length,
			       struct gwtape_error *error)
{
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	struct gwt_credentials who = {
		.access_key_id = gwt_span_of(credentials->access_key_id),
		.secret_key = gwt_span_of(credentials->secret_access_key),
		.session_token = gwt_span_of(credentials->session_token),
	};
	struct gwt_span service = gwt_span_of(credentials->service ? credentials->service : "apigateway");
	struct gwt_sigv4 *sigv4;
	struct gwt_request request;
	struct gwt_error err;
	enum gwtape_status status = parse(&arena, bytes, length, &request, error);

	if (status != GWTAPE_OK)
		return status;
	sigv4 = gwt_sigv4_new();
	if (gwt_sigv4_sign(sigv4, &request, &who, gwt_span_of(credentials->region), service, time, &err) !=
	    GWT_OK) {
		status = gwtape_failed(error, &err);
	} else {
		gwt_h1_write_request(&out, &request);
		*signed_request = gwtape_bytes(gwt_buf_span(&out), signed_length);
	}
	gwt_sigv4_free(sigv4);
	return status;
}

enum gwtape_status gwtape_contract_bytes(const char *bytes, size_t length, char **contract,
					 size_t *contract_length, struct gwtape_error *error)
{
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };
	struct gwt_request request;
	struct gwt_contract made;
	enum gwtape_status status = parse(&arena, bytes, length, &request, error);

	if (status != GWTAPE_OK)
		return status;
	gwt_contract_make(&request, &arena, &made);
	*contract = gwtape_bytes(made.bytes, contract_length);
	return GWTAPE_OK;
}
