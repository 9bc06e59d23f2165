/*
 * The cassette of a scenario and the proof that it can be replayed: nothing unproved is written.
 */
#include "recorder/scenario_run.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/contract/canonical.h"
#include "lib/contract/verdict.h"
#include "lib/http/headers.h"
#include "lib/http/message.h"
#include "lib/match/index.h"
#include "lib/match/session.h"
#include "lib/match/expected.h"
#include "lib/cassette/cassette.h"
#include "lib/cassette/ids.h"
#include "lib/cassette/redact.h"
#include "lib/cassette/template.h"
#include "recorder/secrecy.h"

/* What is known while a cassette is proved. */
struct proof {
	const struct gwt_captures *captures;
	const struct gwt_cassettes *cassettes; /* the cassette alone, as read back from its bytes */
	const struct gwt_index *index;
	struct gwt_values live; /* of its variables */
	struct gwt_arena *arena;
};

static const struct gwt_cassette *cassette_of(const struct proof *proof)
{
	return &proof->cassettes->items[0];
}

static gwt_status fail_proof(const struct proof *proof, size_t index, const char *what, struct gwt_error *err)
{
	return gwt_fail(err, GWT_EUNCHECKED, "not kept: step '" GWT_SPAN_FMT "': %s",
			GWT_SPAN_ARG(cassette_of(proof)->interactions[index].id), what);
}

static struct gwt_span contract_bytes(const struct gwt_request *request, struct gwt_arena *arena)
{
	struct gwt_contract contract;

	gwt_contract_make(request, arena, &contract);
	return contract.bytes;
}

/* With the live values put back, an interaction must be what went over the wire, byte for byte. */
static gwt_status prove_values(const struct proof *proof, size_t i, struct gwt_error *err)
{
	const struct gwt_entry *entry = &gwt_index_entries(proof->index, 0)[i];
	const struct gwt_capture *capture = &proof->captures->items[i];
	struct gwt_response answer, heard = capture->response;
	struct gwt_request request;

	gwt_template_request(&entry->request, cassette_of(proof), entry->interaction, &proof->live,
			     proof->arena, &request);
	if (!gwt_span_eq(contract_bytes(&request, proof->arena),
			 contract_bytes(&capture->request, proof->arena)))
		return fail_proof(proof, i, "its request is not the one that was sent", err);
	gwt_template_response(&entry->response, cassette_of(proof), entry->interaction, &proof->live,
			      proof->arena, &answer);
	gwt_redact_response_headers(&capture->response.headers, proof->arena, &heard.headers);
	if (!gwt_response_equal(&answer, &heard))
		return fail_proof(proof, i, "its answer is not the one that came", err);
	return GWT_OK;
}

static gwt_status prove_redaction(const struct proof *proof, size_t i, struct gwt_error *err)
{
	const struct gwt_interaction *interaction = &cassette_of(proof)->interactions[i];
	struct gwt_headers asked, answered;

	gwt_redact_request_headers(&interaction->request.headers, proof->arena, &asked);
	gwt_redact_response_headers(&interaction->response.headers, proof->arena, &answered);
	if (!gwt_headers_equal(&asked, &interaction->request.headers) ||
	    !gwt_headers_equal(&answered, &interaction->response.headers))
		return fail_proof(proof, i, "redacting it once more changes it", err);
	return GWT_OK;
}

/* A client that makes these calls must get these answers. */
static gwt_status prove_replay(const struct proof *proof, struct gwt_session *session, size_t i,
			       struct gwt_error *err)
{
	const struct gwt_entry *entry = &gwt_index_entries(proof->index, 0)[i];
	struct gwt_values samples = { 0 };
	struct gwt_request request;
	struct gwt_match_result result;

	gwt_expected_request(entry, &samples, proof->arena, &request);
	gwt_session_find(session, &request, proof->arena, &result);
	if (!result.ok)
		return gwt_fail(err, GWT_EUNCHECKED,
				"not kept: step '" GWT_SPAN_FMT "' would not match itself at replay: %s",
				GWT_SPAN_ARG(entry->interaction->id), gwt_verdict_word(result.verdict));
	if (!gwt_response_equal(&result.response, &entry->interaction->response))
		return fail_proof(proof, i, "a replay would give it the answer of another step", err);
	gwt_session_take(session);
	return GWT_OK;
}

static gwt_status prove(const struct proof *proof, size_t *culprit, struct gwt_error *err)
{
	struct gwt_match_options options = { .level = GWT_LEVEL_CONTRACT };
	struct gwt_session *session = gwt_session_new(proof->index, &options);
	gwt_status status = GWT_OK;

	for (size_t i = 0; status == GWT_OK && i < cassette_of(proof)->interaction_count; i++) {
		status = prove_values(proof, i, err);
		if (status == GWT_OK)
			status = prove_redaction(proof, i, err);
		if (status == GWT_OK)
			status = prove_replay(proof, session, i, err);
		if (status != GWT_OK && culprit)
			*culprit = i;
	}
	gwt_session_free(session);
	return status;
}

/* Read the bytes back as a replay will, and prove the result. */
static gwt_status read_back(const struct gwt_captures *captures, struct gwt_span bytes, const char *name,
			    const struct gwt_values *live, struct gwt_arena *arena, size_t *culprit,
			    struct gwt_error *err)
{
	struct gwt_cassette cassette;
	struct gwt_cassettes one = { &cassette, 1, 1 };
	struct gwt_index *index;
	gwt_status status = gwt_cassette_parse(arena, name, bytes, &cassette, err);

	if (status != GWT_OK)
		return gwt_fail_in(err, "not kept: it does not read back");
	if (cassette.variable_count != live->len)
		return gwt_fail(err, GWT_EUNCHECKED,
				"not kept: it reads back with %zu variables instead of %zu",
				cassette.variable_count, live->len);
	index = gwt_index_new(&one);
	status = prove(&(struct proof){ captures, &one, index, *live, arena }, culprit, err);
	gwt_index_free(index);
	return status;
}

gwt_status gwt_scenario_cassette(const struct gwt_scenario *scenario, const struct gwt_captures *captures,
				 const struct gwt_provenance *provenance, const struct gwt_secrecy *secrecy,
				 struct gwt_arena *arena, struct gwt_span *out, size_t *culprit,
				 struct gwt_error *err)
{
	struct gwt_cassette cassette = { .scenario = scenario->name, .provenance = *provenance };
	struct gwt_values live = { 0 };
	gwt_auto(gwt_buf_release) struct gwt_buf buf = { 0 };
	struct gwt_span bytes;
	gwt_status status;

	if (culprit)
		*culprit = SIZE_MAX;
	gwt_buf_init(&buf, SIZE_MAX);
	memcpy(cassette.scenario_sha256, scenario->sha256, sizeof(cassette.scenario_sha256));
	status = gwt_cassette_make(arena, captures, &cassette, &live.items, err);
	live.len = cassette.variable_count;
	if (status == GWT_OK)
		status = gwt_cassette_write(&buf, &cassette, err);
	if (status != GWT_OK)
		return status;
	bytes = gwt_arena_copy(arena, gwt_buf_span(&buf));
	status = gwt_check_cassette(captures, &cassette, secrecy, bytes, err);
	if (status == GWT_OK)
		status = read_back(captures, bytes, gwt_arena_cstr(arena, scenario->name), &live, arena,
				   culprit, err);
	if (status == GWT_OK)
		*out = bytes;
	return status;
}
