/*
 * transaction.h - what a run writes below a cassette folder: prepare, write, note, commit.
 *
 * All that keep a recording (scenarios, the proxy, the AWS command line, import, drift) use it, so that
 * refusals, the replacement of files and commit messages are the same for all.
 */
#ifndef GWT_RECORDER_TRANSACTION_H
#define GWT_RECORDER_TRANSACTION_H

#include "lib/store/note.h"
#include "lib/store/store.h"

struct gwt_transaction {
	struct gwt_commit_request request; /* the folder, its items, mode, stop; not the message */
	struct gwt_span upstream; /* for VALIDATED.json and the commit: aws, sandbox, import, or a URL */
	struct gwt_span region;   /* for the commit */
	struct gwt_store store;   /* valid after gwt_transaction_prepare() */
	struct gwt_commit_result commit; /* valid after gwt_transaction_commit() */
};

/* The counts for the subject of the commit. */
struct gwt_transaction_counts {
	size_t recorded, confirmed;
	size_t all; /* used when the others are 0 */
};

/* Call it before any call to the upstream: see gwt_store_prepare(). */
gwt_status gwt_transaction_prepare(struct gwt_transaction *transaction, struct gwt_error *err);
/* Takes a zeroed one too. */
void gwt_transaction_release(struct gwt_transaction *transaction);

/* Write a cassette and make its folder; *changed: its bytes are new. Any number of threads may call it. */
gwt_status gwt_transaction_write(const struct gwt_transaction *transaction, const char *path,
				 struct gwt_span bytes, bool *changed, struct gwt_error *err);

/* A line of VALIDATED.json with the current time. */
struct gwt_store_note gwt_transaction_line(const struct gwt_transaction *transaction,
					   struct gwt_span scenario, bool recorded, struct gwt_arena *arena);
gwt_status gwt_transaction_note(const struct gwt_transaction *transaction, const struct gwt_store_note *lines,
				size_t len, struct gwt_error *err);

/* Commit the request's items, which may have changed since gwt_transaction_prepare(). */
gwt_status gwt_transaction_commit(struct gwt_transaction *transaction,
				  const struct gwt_transaction_counts *counts, struct gwt_arena *arena,
				  struct gwt_error *err);

#endif
