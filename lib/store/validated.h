/*
 * validated.h - VALIDATED.json: when each scenario of a group was recorded and last confirmed.
 *
 * One scenario in a line, sorted by name, so that two recordings merge line by line. No other file has dates,
 * and a recording of the same answers changes only this file.
 */
#ifndef GWT_STORE_VALIDATED_H
#define GWT_STORE_VALIDATED_H

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"

struct gwt_validated_line {
	struct gwt_span scenario;            /* group/name */
	struct gwt_span recorded, confirmed; /* 2026-11-22T12:39:57Z */
	struct gwt_span upstream;            /* aws, sandbox, or a URL */
};

struct gwt_validated {
	struct gwt_validated_line *items; /* sorted */
	size_t len, cap;
};

/* GWT_EPARSE: "PATH:LINE:COLUMN: reason". Everything lives in `arena` or views `text`. */
gwt_status gwt_validated_parse(struct gwt_arena *arena, const char *path, struct gwt_span text,
			       struct gwt_validated *out, struct gwt_error *err);
void gwt_validated_write(struct gwt_buf *out, const struct gwt_validated *validated);

/* NULL when there is none. */
struct gwt_validated_line *gwt_validated_find(const struct gwt_validated *validated,
					      struct gwt_span scenario);
/* Insert or replace. */
void gwt_validated_set(struct gwt_arena *arena, struct gwt_validated *validated,
		       const struct gwt_validated_line *line);

/*
 * "cassettes/types/VALIDATED.json", for the group of a scenario. Loading a file that does not exist gives an
 * empty one.
 */
char *gwt_validated_path(struct gwt_arena *arena, const char *dir, struct gwt_span scenario);
gwt_status gwt_validated_load(struct gwt_arena *arena, const char *path, struct gwt_validated *out,
			      struct gwt_error *err);

/* Whether `a` was confirmed later, or at the same time and recorded later. */
bool gwt_validated_is_newer(const struct gwt_validated_line *a, const struct gwt_validated_line *b);

/* Note that a scenario was recorded (else only confirmed) at `now` (an ISO date). */
void gwt_validated_update(struct gwt_arena *arena, struct gwt_validated *validated, struct gwt_span scenario,
			  struct gwt_span upstream, bool recorded, struct gwt_span now);

#endif
