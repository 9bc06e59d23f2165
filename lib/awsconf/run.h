/*
 * run.h - a program whose output is secret: run to its end within a limit of time.
 *
 * No shell. Its input is ours, and so is its error output unless that is kept, so that it can ask and complain.
 */
#ifndef GWT_AWSCONF_RUN_H
#define GWT_AWSCONF_RUN_H

#include <signal.h>

#include "lib/base/arena.h"

enum gwt_run_end {
	GWT_RUN_EXITED,      /* number: its exit code */
	GWT_RUN_KILLED,      /* number: the signal */
	GWT_RUN_NOT_STARTED, /* number: errno */
	GWT_RUN_SLOW,        /* over the limit of time; it was killed */
	GWT_RUN_STOPPED,     /* *stop was set; it was killed */
	GWT_RUN_FLOOD,       /* it wrote more than max_bytes */
};

struct gwt_process {
	char **argv;                       /* in: NULL-ended */
	bool keep_errors;                  /* in */
	unsigned limit_ms;                 /* in */
	size_t max_bytes;                  /* in: of each output; what is over it is read and dropped */
	const volatile sig_atomic_t *stop; /* in: NULL */
	enum gwt_run_end end;              /* out */
	int number;                        /* out */
	struct gwt_span output, errors;    /* out, in the arena and nowhere else */
};

void gwt_process_run(struct gwt_process *run, struct gwt_arena *arena);

#endif
