/*
 * raw.h - private to the scenario files: a step that says method and path itself.
 *
 * `call: {method: GET, path: /restapis/…}` is for operations and paths that the model does not have. The
 * path is given as it is sent, query included; {"$sub": …} puts variables into it, whose values are
 * encoded. `input` is the body: a mapping or a list becomes JSON, a text is sent as its bytes; without it
 * there is no body.
 */
#ifndef GWT_SCENARIO_RAW_H
#define GWT_SCENARIO_RAW_H

#include "lib/scenario/source.h"

/* Fill `raw` and `call` of the step, whose `variables` and `input` are set. */
gwt_status gwt_raw_read(const struct gwt_source *s, const struct gwt_json *call, struct gwt_step *step);

/* Target and body (absent: none) of the step's request; errors are those of gwt_step_request(). */
gwt_status gwt_raw_target(const struct gwt_step *step, gwt_variable_lookup lookup, void *lookup_arg,
			  struct gwt_arena *arena, struct gwt_span *out, struct gwt_uses *uses,
			  struct gwt_error *err);
gwt_status gwt_raw_body(const struct gwt_step *step, gwt_variable_lookup lookup, void *lookup_arg,
			struct gwt_arena *arena, struct gwt_span *out, struct gwt_uses *uses,
			struct gwt_error *err);

#endif
