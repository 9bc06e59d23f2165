/*
 * bisect.h - the first version of a client whose requests differ from an older one's.
 *
 * A version is compared with GOOD, not with the cassettes: GOOD is taken to be right. Each step halves the
 * range, so that a thousand versions take about ten installations.
 */
#ifndef GWT_VERIFIER_BISECT_H
#define GWT_VERIFIER_BISECT_H

#include "verifier/contest.h"

struct gwt_bisect_options {
	const char *clients; /* folder */
	const char *name;
	const char *good, *bad;
	enum gwt_level level;
	const struct gwt_contest_options *contest;
	/* Called before and after each step, with a line of text. */
	void (*say)(const char *text);
};

struct gwt_bisect_difference {
	struct gwt_span place; /* "types/mock#put" */
	struct gwt_span text;  /* what differs, in lines */
	enum gwt_verdict verdict;
};

struct gwt_bisect {
	const char *first;  /* NULL: no difference */
	const char *before; /* the version before it, which behaves as GOOD does */
	size_t versions, installs;
	struct gwt_bisect_difference *differences;
	size_t len;
};

/* GWT_EUNCHECKED where a version cannot be installed, does not run, or is not one. */
gwt_status gwt_bisect_run(struct gwt_arena *arena, const struct gwt_bisect_options *options,
			  struct gwt_bisect *out, struct gwt_error *err);

#endif
