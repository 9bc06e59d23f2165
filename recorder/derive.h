/*
 * derive.h - the scenario that would make the calls of a recording.
 */
#ifndef GWT_RECORDER_DERIVE_H
#define GWT_RECORDER_DERIVE_H

#include "lib/contract/scenario.h"
#include "recorder/order.h"

#define GWT_PROXY_TAG "source:proxy"

/*
 * Every call that the model knows becomes a step. Ids from outside become fixtures where there is one for
 * them, else variables that --set gives. *inexact (may be NULL) counts the calls that a scenario cannot
 * express byte for byte (a header of their own, a body that is no object, an unknown operation). Everything
 * lives in `arena`; source and sha256 of the scenario are not filled.
 */
void gwt_derive_scenario(const struct gwt_ordered *ordered, struct gwt_span name, struct gwt_arena *arena,
			 struct gwt_scenario *out, size_t *inexact);

#endif
