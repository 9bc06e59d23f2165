/*
 * run_file.h - a file that is there while a run may have things at an upstream.
 *
 * Kept in the user's cache, one a process and upstream: CACHE/runs/HASH.PID. A run that finds the trace of a
 * dead process knows that something may be left at this upstream, even when it has nothing else to do there.
 * Best effort: without a cache there are no traces, and the next run with something to do sweeps in any case.
 */
#ifndef GWT_RECORDER_RUN_FILE_H
#define GWT_RECORDER_RUN_FILE_H

#include "lib/sigv4/sigv4.h"

struct gwt_run_file {
	struct gwt_arena arena;
	const char *folder; /* NULL: no cache */
	const char *hash;   /* of endpoint and region */
	const char *own;    /* the path of our own trace, once it was written */
};

/* `cache` may be NULL. */
void gwt_run_file_init(struct gwt_run_file *trace, struct gwt_sigv4 *digests, const char *cache,
		       const char *endpoint, const char *region);
/* Whether a dead process left a trace. */
bool gwt_run_file_is_stale(const struct gwt_run_file *trace);
void gwt_run_file_write(struct gwt_run_file *trace);
/* Remove the traces of dead processes as well, once what they had left was removed. */
void gwt_run_file_clear_stale(const struct gwt_run_file *trace);
/* Remove our own trace, unless `keep` (something may be left), and release. Takes a zeroed one. */
void gwt_run_file_end(struct gwt_run_file *trace, bool keep);

#endif
