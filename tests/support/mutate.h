/*
 * mutate.h - a raw request with one thing changed.
 *
 * For measuring the comparison itself: what kinds of change there are, what each must
 * be called, and how many were missed. Edits are made on the raw bytes, so nothing but
 * the edited place changes; Content-Length follows the body.
 */
#ifndef GWT_TESTS_MUTATE_H
#define GWT_TESTS_MUTATE_H

#include "lib/contract/compare.h"

struct gwt_subject {
	struct gwt_arena *arena; /* reset after each mutation; the subject is not in it */
	struct gwt_arena keep;   /* holds the subject */
	const char *name;
	struct gwt_span raw;
	size_t body_at; /* offset of the body in `raw` */
	struct gwt_request request;
	struct gwt_contract contract;
	bool every_byte; /* also change each letter and digit in strings, names, numbers and labels */
	/* counted over all mutations */
	size_t tried, survived;
};

/* The bit of a verdict in `verdicts`. */
#define GWT_IS(word) (UINT64_C(1) << GWT_VERDICT_##word)

struct gwt_expected {
	const char *kind;
	uint64_t verdicts;
	enum gwt_level level; /* the exact level; for NONE, EFFECT is right too where AWS has that default */
	struct gwt_span at;   /* of the first difference; absent: not checked */
};

void gwt_subject_init(struct gwt_subject *subject, const char *name, struct gwt_span raw);
void gwt_subject_release(struct gwt_subject *subject);

/* Replace raw[from, to) by `text`, and check that the comparison gives what is expected. */
void gwt_mutate(struct gwt_subject *subject, size_t from, size_t to, struct gwt_span text,
		const struct gwt_expected *expected);
/* Exchange raw[a, a_end) and raw[b, b_end); a comes first. */
void gwt_mutate_swap(struct gwt_subject *subject, size_t a, size_t a_end, size_t b, size_t b_end,
		     const struct gwt_expected *expected);
/* Replace each letter and digit of raw[from, to) by its neighbour, one at a time; escapes are skipped. */
void gwt_mutate_each(struct gwt_subject *subject, size_t from, size_t to,
		     const struct gwt_expected *expected);

/* All mutations of the body, and of everything else. */
void gwt_mutate_body(struct gwt_subject *subject);
void gwt_mutate_head(struct gwt_subject *subject);

#endif
