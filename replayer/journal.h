/*
 * journal.h - the last requests of a replay, for the admin API.
 *
 * A ring of fixed size: remembering a request costs a copy of a few words, and
 * memory does not grow with the number of requests. Only a broken one keeps its
 * readable difference.
 */
#ifndef GWT_REPLAYER_JOURNAL_H
#define GWT_REPLAYER_JOURNAL_H

#include "lib/report/run.h"

#define GWT_JOURNAL_ENTRIES 1024

struct gwt_journal;

struct gwt_journal *gwt_journal_new(void);
void gwt_journal_free(struct gwt_journal *journal);
/* Remember a judged request, at `now` (seconds), under the id that its answer carries. */
void gwt_journal_add(struct gwt_journal *journal, int64_t now, struct gwt_span request_id,
		     const struct gwt_run_row *row);
void gwt_journal_clear(struct gwt_journal *journal);
/* Which entries to list. */
struct gwt_journal_filter {
	struct gwt_span session; /* absent: all */
	bool broken_only;
	size_t limit;   /* newest so many; 0: all that are kept */
	uint64_t after; /* only entries with a greater number */
};
/* {"entries": [{"number","time","requestId","session","client","operation","scenario","interaction","verdict",
   "level","signature","ok"[,"text"]}], "total": all requests ever, "kept": …}, oldest first, in `arena`. */
struct gwt_json *gwt_journal_json(const struct gwt_journal *journal, const struct gwt_journal_filter *filter,
				  struct gwt_arena *arena);

#endif
