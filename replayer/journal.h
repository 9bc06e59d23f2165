/*
 * journal.h - the last requests of a replay, for the admin API and the live page.
 *
 * A ring of fixed size: remembering a request costs a copy of a few words, and memory does not grow with the
 * number of requests. Only a broken one keeps its differences, up to a size that only a hostile client
 * exceeds.
 */
#ifndef GWT_REPLAYER_JOURNAL_H
#define GWT_REPLAYER_JOURNAL_H

#include "lib/report/run.h"

#define GWT_JOURNAL_ENTRIES 1024

struct gwt_journal;

struct gwt_journal *gwt_journal_new(void);
void gwt_journal_free(struct gwt_journal *journal);
/* Remember a judged request. The name of its session outlives the journal; all else is copied. */
void gwt_journal_add(struct gwt_journal *journal, const struct gwt_run_row *row);
/* Forget everything: the journal gets a new id. */
void gwt_journal_clear(struct gwt_journal *journal);
/* How many entries it received: the number of the last one. */
uint64_t gwt_journal_total(const struct gwt_journal *journal);
/* Which entries to list. */
struct gwt_journal_filter {
	struct gwt_span session; /* absent: all; "default" has the requests without a session */
	bool broken_only;
	size_t limit;   /* at most so many, the newest; 0: all that are kept */
	uint64_t after; /* only entries with a greater number */
};
/*
 * {"journal": its id, "entries": […], "total": all requests since it began, "broken": of these, "kept": …}, in
 * `arena`. An entry is a row of the JSON report (docs/reports.md) and its "number", counted from 1; oldest first. A
 * row that was too long has "cut": true, no differences and less text.
 */
struct gwt_json *gwt_journal_json(const struct gwt_journal *journal, const struct gwt_journal_filter *filter,
				  struct gwt_arena *arena);

#endif
