/*
 * faults.h - scripted faults (replayer/fault.h) done to an exchange.
 */
#ifndef GWT_REPLAYER_FAULTS_H
#define GWT_REPLAYER_FAULTS_H

#include "replayer/fault.h"
#include "lib/net/net.h"

/* Delay the answer by `delay_ms` and the fault's own delay, and break it as `fault` says (NULL: no fault). */
void gwt_exchange_apply_fault(struct gwt_exchange *exchange, uint64_t delay_ms,
			      const struct gwt_fault *fault);

#endif
