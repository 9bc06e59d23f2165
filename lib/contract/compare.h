/*
 * compare.h - two requests, and everything that differs between them.
 *
 * Equality is decided on bytes (canonical.h); the structural comparison only
 * explains, and can never turn a failure into a pass.
 */
#ifndef GWT_CONTRACT_COMPARE_H
#define GWT_CONTRACT_COMPARE_H

#include "lib/base/buf.h"
#include "lib/contract/canonical.h"
#include "lib/contract/verdict.h"

#define GWT_NO_OFFSET SIZE_MAX

struct gwt_difference {
	enum gwt_verdict verdict;
	struct gwt_span at; /* JSON pointer into the body ("" is all of it), header name, query name, or
			       "method", "path", "query", "scope.region", "scope.service" */
	const char *name;   /* API name of a body member that has another name on the wire; else NULL */
	const struct gwt_json *expected, *got; /* JSON values; NULL where it is absent on that side */
	size_t offset;                         /* in the body as received; GWT_NO_OFFSET when there is none */
	bool same_effect;                      /* AWS would do the same: level `effect` accepts it */
	/*
	 * `signed` or `wire`: only this level fails, and the sides are whole lines; NONE: the
	 * contract differs
	 */
	enum gwt_level level;
	size_t line; /* number of the line in that level's form, from 1 */
	/*
	 * Set by gwt_comparison_shorten(): `expected` or `got` is then a string with the beginning of the
	 * JSON text, and this is the length of the whole text. 0: it is the value.
	 */
	size_t expected_bytes, got_bytes;
};

struct gwt_comparison {
	enum gwt_level level;     /* the strongest that holds */
	enum gwt_verdict verdict; /* MATCH or one of its four spellings when `contract` holds; else the first
				     that applies */
	struct gwt_difference *differences; /* in the order of the verdicts: scope, JSON, method, path, query,
					       headers by name, body pointers in order */
	size_t len, cap;
	/*
	 * Differences that were not kept: over GWT_MAX_DIFFERENCES, or over GWT_MAX_PLACES_BYTES of places.
	 * The first one is always kept.
	 */
	size_t left_out;
	size_t places_bytes;
	struct gwt_difference spare; /* where a difference is written that is only counted */
};

struct gwt_compare_options {
	bool any_region;            /* do not compare the region of the scope */
	bool unsigned_has_no_scope; /* do not compare the scope of a request that has no signature */
	/* the expected scope; absent: the scope in the expected request's Authorization */
	struct gwt_span region, service;
};

/* All results live in `arena` or view the requests. `expected` may lack a raw head: `wire` then never holds. */
void gwt_compare(const struct gwt_request *expected, const struct gwt_request *got,
		 const struct gwt_compare_options *options, struct gwt_arena *arena,
		 struct gwt_comparison *out);

/* The same with contracts that were made before (or remembered: cache.h); either may be NULL. */
void gwt_compare_made(const struct gwt_request *expected, const struct gwt_contract *expected_contract,
		      const struct gwt_request *got, const struct gwt_contract *got_contract,
		      const struct gwt_compare_options *options, struct gwt_arena *arena,
		      struct gwt_comparison *out);

/*
 * For requests that are equal at `contract` but not at `wanted`: add the first line that differs in the form
 * of the weakest level that fails, which is the canonical request or the raw head, with ignored values
 * masked. Nothing is added for other requests, nor when the spelling of the body explains the difference.
 */
void gwt_compare_explain(const struct gwt_request *expected, const struct gwt_request *got,
			 enum gwt_level wanted, struct gwt_arena *arena, struct gwt_comparison *out);

/* Append one difference; `at` is not copied. Over the limits it is only counted, its contents dropped. */
struct gwt_difference *gwt_comparison_add(struct gwt_comparison *comparison, struct gwt_arena *arena,
					  enum gwt_verdict verdict, struct gwt_span at);

/*
 * The readable form: one line for each difference, with labels that cannot be confused:
 *   WRONG_VALUE /timeoutInMillis: expected 29000, got 30000 (byte 74 of the body)
 *   WRONG_HEADER host: expected "Host: *", got "host: *" (line 3 of the head)
 * Values are written as JSON and are never cut.
 */
void gwt_difference_text(struct gwt_buf *out, const struct gwt_difference *difference);
void gwt_comparison_text(struct gwt_buf *out, const struct gwt_comparison *comparison);
/*
 * Replace each value whose JSON text is longer than GWT_MAX_SHOWN_BYTES by the beginning of that text: an
 * answer or a report must not grow with what a client sends.
 */
void gwt_comparison_shorten(struct gwt_arena *arena, struct gwt_comparison *comparison);
/* The name of the form whose lines a level compares: "canonical request" or "head". */
const char *gwt_level_form(enum gwt_level level);
/*
 * {"at","verdict","expected","got","offset"[,"effect":"same"][,"level","line"][,"cut":{"expected","got"}]};
 * expected or got is left out when it is absent.
 */
struct gwt_json *gwt_difference_json(struct gwt_arena *arena, const struct gwt_difference *difference);

#endif
