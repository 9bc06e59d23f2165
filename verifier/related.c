#include "verifier/related.h"

#include "lib/scenario/scenario.h"

bool gwt_unsupported_before(const struct gwt_cell *cells, size_t at)
{
	const struct gwt_plan_call *call = cells[at].call;

	if (gwt_step_is_raw(call->step))
		return true;
	for (size_t i = 0; i < call->after_count; i++)
		if (cells[call->after[i]].verdict == GWT_VERDICT_UNSUPPORTED)
			return true;
	return false;
}
