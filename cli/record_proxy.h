/*
 * record_proxy.h - `gwtape record --proxy`: serve between a client and the upstream, keep what went by.
 */
#ifndef GWT_CLI_RECORD_PROXY_H
#define GWT_CLI_RECORD_PROXY_H

#include "cli/record_upstream.h"
#include "recorder/call_ids.h"
#include "replayer/fault.h"
#include "lib/store/store.h"

enum { GWT_PROXY_JOBS = 16 }; /* more than Terraform makes at once by default */

struct gwt_record_proxy_options {
	const char *name, *listen, *ready_file, *scenarios, *cassettes;
	enum gwt_commit_mode commit;
	char **command; /* NULL: until a signal */
	bool json;
	struct gwt_faults *faults; /* scripted answers; NULL: none */
	const char *forward;       /* host:port that calls of other services go to; NULL: none */
	char *const *allowed;      /* hosts that CMD may reach through the guard */
	size_t allowed_count;
	bool no_guard;
	bool keep_partial; /* keep the calls even if CMD failed or was interrupted */
	size_t jobs;       /* calls at the same time; 0: GWT_PROXY_JOBS */
	double rate;
	const struct gwt_span *forbidden;
	size_t forbidden_count;
	struct gwt_run_texts texts; /* --var */
};

/* `upstream` is open. *exit_code is DESIGN's, section 2, "Recording with --proxy". */
gwt_status gwt_record_proxy(const struct gwt_record_proxy_options *options,
			    struct gwt_record_upstream *upstream, struct gwt_arena *arena, int *exit_code,
			    struct gwt_error *err);

#endif
