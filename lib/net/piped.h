/*
 * piped.h - a program that is talked to through its standard streams.
 *
 * Its output comes as bytes, its input is queued, and the end of its stderr is kept. It leads a process group
 * of its own, so that killing it ends the processes that it started, too.
 */
#ifndef GWT_NET_PIPED_H
#define GWT_NET_PIPED_H

#include "lib/net/net.h"

struct gwt_piped;

struct gwt_piped_options {
	char *const *argv;
	char *const *environment; /* NULL: ours */
	const char *folder;       /* where it starts; NULL: our folder */
	/* Gets bytes of its stdout, valid until this returns. */
	void (*on_output)(void *arg, struct gwt_piped *piped, struct gwt_span bytes);
	/* The program and its output have ended. The exit code is 128 + signal when it was killed. */
	void (*on_end)(void *arg, struct gwt_piped *piped, int exit_code);
	void *arg;
};

/* Lives until the loop is freed. GWT_EUSAGE when it cannot be started. */
gwt_status gwt_piped_spawn(struct gwt_loop *loop, const struct gwt_piped_options *options,
			   struct gwt_piped **out, struct gwt_error *err);
/* Send it a copy of `bytes`; what it does not read before it ends is dropped. */
void gwt_piped_write(struct gwt_piped *piped, struct gwt_span bytes);
/* End its stdin after everything that was written. */
void gwt_piped_close_input(struct gwt_piped *piped);
/* Kill it and its process group at once; on_end follows. */
void gwt_piped_kill(struct gwt_piped *piped);
/* The last bytes of its stderr; the view is valid until more come. */
struct gwt_span gwt_piped_errors(const struct gwt_piped *piped);

#endif
