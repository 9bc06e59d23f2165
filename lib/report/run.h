/*
 * run.h - what happened in one run, and the reports made of it.
 *
 * A run is filled row by row while requests are judged. Its JSON form (DESIGN
 * section 5, docs/reports.md) is the model; every other format is derived from it.
 * Counters are always kept; rows only where a report needs them, and failures up to
 * a bound, so that a long run without a report does not grow.
 */
#ifndef GWT_REPORT_RUN_H
#define GWT_REPORT_RUN_H

#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/match/session.h"
#include "lib/sigv4/sigv4.h"

struct gwt_run_row {
	bool ok;
	bool faulted;            /* a scripted fault replaced the answer */
	struct gwt_span session; /* absent without sessions */
	struct gwt_span client;  /* from the User-Agent */
	struct gwt_span operation;
	const struct gwt_entry *entry; /* the one that answered, or the nearest; may be NULL */
	enum gwt_level level;
	enum gwt_verdict verdict;
	const struct gwt_signature *signature;   /* NULL: not checked */
	const struct gwt_comparison *comparison; /* may be NULL */
	const struct gwt_candidate *nearest;     /* for a breach: what may have been meant, best first */
	size_t nearest_count;
	const struct gwt_entry *comes_after; /* out of order: the step that must come first; may be NULL */
	struct gwt_later_write stale_since;  /* out of order: the write that came since, if any */
	struct gwt_span text;                /* the readable difference; absent when ok */
	struct gwt_span note;       /* one more line for a reader, which no difference says; may be absent */
	struct gwt_span request_id; /* of the answer; absent without an answer; `time` is then unknown */
	int64_t time;               /* seconds */
	uint64_t duration_ns;       /* from the request to its answer; 0: not measured */
	struct gwt_span method, path; /* as received; absent when there was no request */
};

struct gwt_run {
	struct gwt_arena arena;
	struct gwt_json *requests; /* array of row objects, as the report has them */
	bool keep_all;             /* a report wants every row */
	struct gwt_grid *grid;     /* NULL: no report has one */
	size_t count, matched, broken, backdrop, forwarded, faults, sessions;
	size_t consequences; /* of `broken`: came too early because of a row before it in the same session */
	size_t unreachable;  /* of `forwarded`: no answer came */
	const char *unreachable_reason; /* reason of the first one, in the arena; NULL: none */
	size_t weak; /* answers with weaker evidence than was asked for, where that is what the run ends with */
	size_t levels[GWT_LEVEL_WIRE + 1]; /* matched, by the strongest level that held */
	size_t evidence[GWT_EVIDENCE_GUESSED + 1];
	const char *order;           /* the order that was asked for */
	struct gwt_map broken_steps; /* "SCENARIO#INTERACTION" of all that broken calls were compared with */
	struct gwt_map broken_in;    /* the same after "SESSION\n"; at most as many as rows are kept */
	struct gwt_json
		*unused;     /* array of {scenario, interaction}, with `after` what a broken call explains */
	size_t unused_after; /* how many have `after` */
	struct gwt_json *failing;     /* those of `unused` that make the run fail, in the same order */
	struct gwt_json *relaxations; /* array of strings: what was not strict, for people */
	int exit_code;
};

void gwt_run_init(struct gwt_run *run, bool keep_all);
void gwt_run_release(struct gwt_run *run);
void gwt_run_add(struct gwt_run *run, const struct gwt_run_row *row);
/* Whether the row of a call matched the contract. */
bool gwt_run_row_matched(const struct gwt_run_row *row);
/* A row of `requests` (docs/reports.md): valid UTF-8 whatever the client sent, and without credentials. */
struct gwt_json *gwt_run_row_json(struct gwt_arena *arena, const struct gwt_run_row *row);
/*
 * An interaction after a broken call of its scenario is a consequence, and does not fail the run by itself.
 */
void gwt_run_add_unused(struct gwt_run *run, const struct gwt_entry *entry, bool fails);
void gwt_run_relax(struct gwt_run *run, const char *what);
/* The whole run as JSON, in the run's arena. */
struct gwt_json *gwt_run_json(struct gwt_run *run);

/*
 * The exit code of the run: 1 for a broken call or an unused interaction that fails, 4 when a server could
 * not be reached, 5 when nothing was compared, 0 when everything held.
 */
int gwt_run_verdict(const struct gwt_run *run);

/* The summary for a person, a few lines. */
void gwt_run_summary(struct gwt_buf *out, const struct gwt_run *run);

/* FORMAT:FILE, such as "json:FILE". GWT_EUSAGE for an unknown format. */
struct gwt_report_target {
	const struct gwt_report_format *format;
	const char *path;
};
gwt_status gwt_report_parse(const char *text, struct gwt_report_target *out, struct gwt_error *err);
/* To be called before the first row: keep what only this report needs. */
void gwt_report_expect(const struct gwt_report_target *target, struct gwt_run *run);
/* Write one report, atomically; "-" is stdout. */
gwt_status gwt_report_write(const struct gwt_report_target *target, struct gwt_run *run,
			    struct gwt_error *err);

/* The known formats, for messages: "json|text". */
const char *gwt_report_formats(void);

#endif
