/*
 * scenario_run.h - one scenario: its calls, what was expected of them, and its cassette's bytes.
 */
#ifndef GWT_RECORDER_SCENARIO_RUN_H
#define GWT_RECORDER_SCENARIO_RUN_H

#include "lib/cassette/ids.h"
#include "recorder/fixtures.h"
#include "recorder/run.h"
#include "recorder/secrecy.h"

/* The values of variables in this run. */
struct gwt_variables {
	const struct gwt_json *declared; /* those that the scenario declares, with their types; NULL: none */
	struct gwt_binding *items;
	size_t len, cap;
};
/* Set or replace; `name` and `live` outlive it. */
void gwt_variables_set(struct gwt_arena *arena, struct gwt_variables *variables, struct gwt_span name,
		       struct gwt_span live);
/* A gwt_variable_lookup; arg is a struct gwt_variables. */
struct gwt_span gwt_variables_get(void *arg, struct gwt_span name);

/*
 * Make the calls of a scenario whose fixtures exist. `row` gets the surprises. GWT_EUPSTREAM when a call had
 * no complete answer, GWT_EUNCHECKED when the run was interrupted.
 */
gwt_status gwt_scenario_call(const struct gwt_scenario *scenario, struct gwt_caller *caller,
			     struct gwt_variables *variables, struct gwt_arena *arena,
			     struct gwt_captures *out, struct gwt_record_row *row, struct gwt_error *err);

/*
 * The bytes of a scenario's cassette, with these proofs: they can be read back, they answer each live request
 * with the live answer, redacting them once more changes nothing, and they contain no secret. GWT_EUNCHECKED
 * names the proof that failed; when one call is to blame, *culprit (may be NULL) is its index, else SIZE_MAX.
 */
gwt_status gwt_scenario_cassette(const struct gwt_scenario *scenario, const struct gwt_captures *captures,
				 const struct gwt_provenance *provenance, const struct gwt_secrecy *secrecy,
				 struct gwt_arena *arena, struct gwt_span *out, size_t *culprit,
				 struct gwt_error *err);

/* The server's name in the first answer that has one; absent when none has. */
struct gwt_span gwt_captures_server(const struct gwt_captures *captures);

#endif
