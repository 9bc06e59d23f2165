/*
 * dry_run.h - an upstream that only listens: what a run would call, as the run itself makes it.
 *
 * Answers just enough for the run to go on ("{restApiId}" for an id), so that the plan cannot differ from
 * what is done. Used with gwt_record_options.dry_run.
 */
#ifndef GWT_RECORDER_DRY_RUN_H
#define GWT_RECORDER_DRY_RUN_H

#include "lib/upstream/transport.h"

struct gwt_dry_run {
	/* One call: its target is decoded, for reading. */
	void (*on_call)(void *arg, struct gwt_span method, struct gwt_span target);
	void *arg;
};

/* Valid as long as `plan`. */
void gwt_dry_run_transport(struct gwt_dry_run *plan, struct gwt_transport *out);

#endif
