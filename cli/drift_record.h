/*
 * drift_record.h - `gwtape drift [SCENARIO...]`: record again into scratch space, compare with what is kept.
 */
#ifndef GWT_CLI_DRIFT_RECORD_H
#define GWT_CLI_DRIFT_RECORD_H

#include "cli/command.h"
#include "drift/findings.h"
#include "lib/store/store.h"

struct gwt_drift_recording {
	const char *scenarios, *cassettes; /* NULL: the usual ones */
	const char *against;               /* a revision of the cassettes; NULL: as they are */
	const char *upstream, *region, *profile;
	double rate; /* 0: no limit */
	const struct gwt_words *sets, *redact;
	int64_t jobs;
	bool accept; /* put what was recorded into the cassettes */
	enum gwt_commit_mode commit;
};

/*
 * Compare everything that was recorded; what could not be recorded is in `findings` with its reason.
 * *unanswered is set when there were calls to make and none got an answer.
 */
gwt_status gwt_drift_record(const struct gwt_drift_recording *recording, const struct gwt_words *names,
			    struct gwt_findings *findings, struct gwt_arena *arena, bool *unanswered,
			    struct gwt_error *err);

#endif
