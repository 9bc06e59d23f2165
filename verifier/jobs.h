/*
 * jobs.h - programs that are run until they end, for their output: versions, installations.
 */
#ifndef GWT_VERIFIER_JOBS_H
#define GWT_VERIFIER_JOBS_H

#include "lib/base/buf.h"

struct gwt_job {
	char *const *argv;   /* NULL: nothing to do */
	const char *folder;  /* NULL: ours */
	const char *version; /* into its environment as GWTAPE_CLIENT_VERSION; NULL: none */
	/* filled: */
	struct gwt_span output; /* stdout, in the arena; cut where it is long */
	struct gwt_span errors; /* the end of stderr */
	int exit_code;          /* -1: it could not be started, or took too long */
};

/* Run all of them, `at_once` at the same time, each at most `timeout_ms`. */
void gwt_jobs_run(struct gwt_arena *arena, struct gwt_job *jobs, size_t len, size_t at_once,
		  uint64_t timeout_ms);

#endif
