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
	const char *name;   /* of a body member whose API name is not its name on the wire; NULL */
	const struct gwt_json *expected, *got; /* JSON values; NULL where it is absent on that side */
	size_t offset;    /* into the body as received; GWT_NO_OFFSET where there is none */
	bool same_effect; /* AWS would do the same: level `effect` accepts it */
	enum gwt_level
		level; /* `signed` or `wire`: it breaks that level alone, and expected and got are the whole
				 line; NONE: it is one of the contract */
	size_t line;   /* of that level's form, from 1 */
	size_t expected_bytes,
		got_bytes; /* gwt_comparison_shorten(): `expected`, `got` is a string, the beginning of
					     the JSON text, of so many bytes; 0: it is the value */
};

struct gwt_comparison {
	enum gwt_level level;     /* the strongest that holds */
	enum gwt_verdict verdict; /* MATCH or one of its four spellings when `contract` holds; else the first
				     that applies */
	struct gwt_difference *differences; /* in the order of the verdicts: scope, JSON, method, path, query,
					       headers by name, body pointers in order */
	size_t len, cap;
	size_t left_out; /* more differences than are kept: GWT_MAX_DIFFERENCES of them, GWT_MAX_PLACES_BYTES of
			    their places. At least the first is */
	size_t places_bytes;
	struct gwt_difference spare; /* where one goes that is only counted */
};

struct gwt_compare_options {
	bool any_region;            /* region of the scope is not compared */
	bool unsigned_has_no_scope; /* none is compared of a request without any signature */
	struct gwt_span region,
		service; /* expected scope; absent: from the expected request's Authorization */
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
 * For requests that are equal at `contract` and not at `wanted`: add the first line that differs in the form of the
 * weakest level that fails, the canonical request or the raw head, with what no level looks at masked. Nothing for
 * others, nor where how the body is spelled says it all.
 */
void gwt_compare_explain(const struct gwt_request *expected, const struct gwt_request *got,
			 enum gwt_level wanted, struct gwt_arena *arena, struct gwt_comparison *out);

/* Append one difference; `at` is not copied. When there are many, it is only counted, and its contents are dropped. */
struct gwt_difference *gwt_comparison_add(struct gwt_comparison *comparison, struct gwt_arena *arena,
					  enum gwt_verdict verdict, struct gwt_span at);

/*
 * The readable form, one line each, labels that cannot be swapped:
 *   WRONG_VALUE /timeoutInMillis: expected 29000, got 30000 (byte 74 of the body)
 *   WRONG_HEADER host: expected "Host: *", got "host: *" (line 3 of the head)
 * Values are written as JSON and never cut.
 */
void gwt_difference_text(struct gwt_buf *out, const struct gwt_difference *difference);
void gwt_comparison_text(struct gwt_buf *out, const struct gwt_comparison *comparison);
/*
 * Put the beginning of its JSON text, GWT_MAX_SHOWN_BYTES at most, in place of each value that is longer: for an answer
 * or a report, which must not grow with what a client sends.
 */
void gwt_comparison_shorten(struct gwt_arena *arena, struct gwt_comparison *comparison);
/* Where a line of a level's form is: "canonical request" or "head". */
const char *gwt_level_form(enum gwt_level level);
/* {"at","verdict","expected","got","offset"[,"effect":"same"][,"level","line"][,"cut":{"expected","got"}]}; expected or got left out where absent. */
struct gwt_json *gwt_difference_json(struct gwt_arena *arena, const struct gwt_difference *difference);

#endif
