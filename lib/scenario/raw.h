/*
 * raw.h - private to the scenario files: a step that says method and path itself.
 *
 * `call: {method: GET, path: /restapis/…}` is for what the model has no members of. The path is as it is sent, query
 * included; a variable is in it by {"$sub": …} and is encoded when it takes its place. `input` is the body: a
 * mapping or a list as JSON, a text as its bytes; none: no body.
 */
#ifndef GWT_SCENARIO_RAW_H
#define GWT_SCENARIO_RAW_H

#include "lib/scenario/source.h"

/* Fill `raw` and `call` of the step, whose `variables` and `input` are set. */
gwt_status gwt_raw_read(const struct gwt_source *s, const struct gwt_json *call, struct gwt_step *step);

/* Target and body (absent: none) of its request; errors as of gwt_step_request(). */
gwt_status gwt_raw_target(const struct gwt_step *step, gwt_variable_lookup lookup, void *lookup_arg,
			  struct gwt_arena *arena, struct gwt_span *out, struct gwt_uses *uses,
			  struct gwt_error *err);
gwt_status gwt_raw_body(const struct gwt_step *step, gwt_variable_lookup lookup, void *lookup_arg,
			struct gwt_arena *arena, struct gwt_span *out, struct gwt_uses *uses,
			struct gwt_error *err);

#endif
