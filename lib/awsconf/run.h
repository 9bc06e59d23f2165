/*
 * run.h - a program whose output is secret: run to its end within a limit of time.
 *
 * There is no shell. The program has our standard input, and our standard error unless its errors are kept,
 * so that it can ask questions and print errors.
 */
#ifndef GWT_AWSCONF_RUN_H
#define GWT_AWSCONF_RUN_H

#include <signal.h>

#include "lib/base/arena.h"

enum gwt_run_end {
	GWT_RUN_EXITED,      /* `number` is its exit code */
	GWT_RUN_KILLED,      /* `number` is the signal */
	GWT_RUN_NOT_STARTED, /* `number` is errno */
	GWT_RUN_SLOW,        /* over the limit of time; it was killed */
	GWT_RUN_STOPPED,     /* *stop was set; it was killed */
	GWT_RUN_FLOOD,       /* it wrote more than max_bytes */
};

struct gwt_process {
	char **argv;                       /* in: NULL-ended */
	bool keep_errors;                  /* in */
	unsigned limit_ms;                 /* in */
	size_t max_bytes;                  /* in: limit of each output; bytes over it are read and dropped */
	const volatile sig_atomic_t *stop; /* in: the process is killed when it is not 0; or NULL */
	enum gwt_run_end end;              /* out */
	int number;                        /* out */
	struct gwt_span output, errors;    /* out, in the arena and nowhere else */
};

void gwt_process_run(struct gwt_process *run, struct gwt_arena *arena);

#endif
