/*
 * plan.h - an upstream that only listens: what a run would call, as the run itself makes it.
 *
 * Answers just enough for the run to go on ("{restApiId}" for an id), so that the plan cannot differ from
 * what is done. Used with gwt_record_options.dry_run.
 */
#ifndef GWT_RECORDER_PLAN_H
#define GWT_RECORDER_PLAN_H

#include "lib/upstream/transport.h"

struct gwt_plan {
	/* One call: its target is decoded, for reading. */
	void (*on_call)(void *arg, struct gwt_span method, struct gwt_span target);
	void *arg;
};

/* Valid as long as `plan`. */
void gwt_plan_transport(struct gwt_plan *plan, struct gwt_transport *out);

#endif
