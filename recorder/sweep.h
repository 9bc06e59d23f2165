/*
 * sweep.h - what a killed run left at the upstream.
 *
 * The recorder tags what it makes with where and by whom it was made. The next run on the same machine
 * removes what a dead run's tag names; what other machines made is removed when it is older than a day.
 */
#ifndef GWT_RECORDER_SWEEP_H
#define GWT_RECORDER_SWEEP_H

#include "recorder/call.h"

#define GWT_TAG_NAME "gwtape"

/* The value of our own tag: "recording/HOST/PID/START", HOST being a hash. */
struct gwt_span gwt_tag_value(struct gwt_caller *caller, struct gwt_arena *arena);

/* Whether a thing with this tag, made at `created` (seconds, 0: not known), may go at `now`. */
bool gwt_tag_is_stale(struct gwt_caller *caller, struct gwt_span tag, int64_t created, int64_t now);

/* Remove stale REST APIs and VPC links; *removed counts them. Best effort: what cannot be removed stays. */
gwt_status gwt_sweep(struct gwt_caller *caller, size_t *removed, struct gwt_error *err);

#endif
