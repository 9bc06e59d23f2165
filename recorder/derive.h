/*
 * derive.h - the scenario that would make the calls of a recording.
 */
#ifndef GWT_RECORDER_DERIVE_H
#define GWT_RECORDER_DERIVE_H

#include "lib/scenario/scenario.h"
#include "recorder/keep.h"

#define GWT_PROXY_TAG  "source:proxy"
#define GWT_IMPORT_TAG "source:import"

/*
 * Every call becomes a step; a call without a model becomes a raw step. Ids that no answer gave become
 * fixtures where a fixture makes them, and variables for --set otherwise. *inexact (may be NULL) counts the
 * calls that a scenario cannot express byte for byte (headers of its own, a body that is not text).
 * Everything lives in `arena`; source and sha256 of the scenario are not filled.
 */
void gwt_derive_scenario(const struct gwt_ordered *ordered, const struct gwt_keep_options *options,
			 struct gwt_arena *arena, struct gwt_scenario *out, size_t *inexact);

/*
 * The input of a request by API member names, as `--cli-input-json` takes it, with nothing escaped; NULL when
 * no operation has its method and path.
 */
struct gwt_json *gwt_request_input(const struct gwt_request *request, struct gwt_arena *arena);

#endif
