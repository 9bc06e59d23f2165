#include "replayer/faults.h"

static enum gwt_fault_kind kind_of(enum gwt_break broken)
{
	switch (broken) {
	case GWT_BREAK_RESET:
		return GWT_FAULT_RESET;
	case GWT_BREAK_TRUNCATE:
		return GWT_FAULT_TRUNCATE;
	case GWT_BREAK_WRONG_LENGTH:
		return GWT_FAULT_WRONG_LENGTH;
	default:
		return GWT_FAULT_NONE;
	}
}

void gwt_exchange_apply_fault(struct gwt_exchange *exchange, uint64_t delay_ms, const struct gwt_fault *fault)
{
	delay_ms += fault ? fault->delay_ms : 0;
	if (delay_ms)
		gwt_exchange_delay(exchange, delay_ms);
	if (fault && fault->broken != GWT_BREAK_NONE)
		gwt_exchange_fault(exchange, kind_of(fault->broken));
}
