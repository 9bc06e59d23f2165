/*
 * sweep.h - what a killed run left at the upstream.
 *
 * The recorder tags what it makes with where and by whom it was made. The next run on the same machine
 * removes what a dead run's tag names; what other machines made is removed when it is older than a day.
 */
#ifndef GWT_RECORDER_SWEEP_H
#define GWT_RECORDER_SWEEP_H

#include "recorder/call.h"

/* Remove stale REST APIs and VPC links; *removed counts them. Best effort: what cannot be removed stays. */
gwt_status gwt_sweep(struct gwt_caller *caller, size_t *removed, struct gwt_error *err);

#endif
