/*
 * verify_bisect.h - `gwtape verify --bisect`.
 */
#ifndef GWT_CLI_VERIFY_BISECT_H
#define GWT_CLI_VERIFY_BISECT_H

#include "verifier/contest.h"

/* `range` is GOOD..BAD. *exit_code is 1 when a version was found, 0 when the two ends do not differ. */
gwt_status gwt_verify_bisect(struct gwt_arena *arena, const char *clients, const char *client,
			     const char *range, enum gwt_level level,
			     const struct gwt_contest_options *contest, int *exit_code,
			     struct gwt_error *err);

#endif
