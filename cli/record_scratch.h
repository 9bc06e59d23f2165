/*
 * record_scratch.h - `gwtape record` into a folder of our own, for a command that compares what comes back.
 */
#ifndef GWT_CLI_RECORD_SCRATCH_H
#define GWT_CLI_RECORD_SCRATCH_H

#include "cli/command.h"
#include "recorder/run.h"

/* As the options of `record`; NULL and empty lists are their defaults. */
struct gwt_record_scratch {
	const char *dir; /* where the cassettes go; nothing is committed */
	const char *upstream, *region, *profile, *scenarios;
	double rate;                   /* 0: no limit */
	const struct gwt_words *names; /* of the scenarios; not empty */
	const struct gwt_words *sets, *redact;
	int64_t jobs;
};

/* Record all of them. *out has the result of each, *region is that of the run; both live in `arena`. */
gwt_status gwt_record_scratch(const struct gwt_record_scratch *wanted, struct gwt_arena *arena,
			      struct gwt_record_result *out, const char **region, struct gwt_error *err);

#endif
