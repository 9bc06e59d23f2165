/*
 * piped.h - a program that is talked to through its standard streams.
 *
 * What it prints comes as bytes, what it says on stderr is kept (its end), what it
 * is passed on is queued. It leads a process group of its own, so that killing it ends
 * what it started too.
 */
#ifndef GWT_NET_PIPED_H
#define GWT_NET_PIPED_H

#include "lib/net/net.h"

struct gwt_piped;

struct gwt_piped_options {
	char *const *argv;
	char *const *environment; /* NULL: ours */
	const char *folder;       /* it starts in; NULL: ours */
	/* Bytes of its stdout, valid until this returns. */
	void (*on_output)(void *arg, struct gwt_piped *piped, struct gwt_span bytes);
	/* It has ended, and so has its output: nothing more comes. 128 + signal when it was killed. */
	void (*on_end)(void *arg, struct gwt_piped *piped, int exit_code);
	void *arg;
};

/* Lives until the loop is freed. GWT_EUSAGE when it cannot be started. */
gwt_status gwt_piped_spawn(struct gwt_loop *loop, const struct gwt_piped_options *options,
			   struct gwt_piped **out, struct gwt_error *err);
/* Send a copy of `bytes`; what it does not read because it ended is dropped. */
void gwt_piped_write(struct gwt_piped *piped, struct gwt_span bytes);
/* Its stdin ends once what was written is there. */
void gwt_piped_close_input(struct gwt_piped *piped);
/* End it and its process group at once; on_end follows. */
void gwt_piped_kill(struct gwt_piped *piped);
/* The last bytes of its stderr; a view until the next byte comes. */
struct gwt_span gwt_piped_errors(const struct gwt_piped *piped);

#endif
