/*
 * keep.h - makes a scenario and its cassette from a client's calls.
 */
#ifndef GWT_RECORDER_KEEP_H
#define GWT_RECORDER_KEEP_H

#include "lib/cassette/ids.h"
#include "lib/sigv4/sigv4.h"
#include "recorder/order.h"

struct gwt_kept {
	struct gwt_span scenario, cassette; /* the bytes of both files */
	size_t calls;                       /* in the cassette */
	size_t repeated;                    /* reads whose answer had been recorded already */
	bool reordered;                     /* their order is not the order of arrival */
	const struct gwt_run_text *unmet;   /* one of the run's texts that was in no call; NULL: all were */
	size_t inexact;                     /* calls that the scenario cannot make byte for byte */
	struct gwt_kept_left *left;         /* calls that could not be kept; the others are */
	size_t left_count;
};

struct gwt_kept_left {
	struct gwt_span method, target, why;
};

struct gwt_keep_options {
	struct gwt_span name; /* group/name */
	struct gwt_span tag;  /* of the scenario: its source */
	struct gwt_span how;  /* "recorded by the proxy", for its about line */
	enum gwt_order order;
	struct gwt_provenance provenance;   /* region included; the server is filled in */
	struct gwt_credentials credentials; /* in use: no part of them may be in the files */
	const struct gwt_span *forbidden;   /* texts that must not be in the files either */
	size_t forbidden_count;
	struct gwt_run_texts texts; /* texts that become variables */
};

/* GWT_EUNCHECKED when no call can be kept or a proof failed. Everything lives in `arena`. */
gwt_status gwt_keep_calls(const struct gwt_capture *calls, size_t len, const struct gwt_keep_options *options,
			  struct gwt_arena *arena, struct gwt_kept *out, struct gwt_error *err);

#endif
