/*
 * rank.h - what a request that matched nothing was probably meant to be.
 */
#ifndef GWT_CONTRACT_RANK_H
#define GWT_CONTRACT_RANK_H

#include "lib/contract/compare.h"

#define GWT_NEAREST       3
#define GWT_RANK_COMPARED 1024         /* at most so many bodies are compared */
#define GWT_RANK_WORK     (512 * 1024) /* and at most at this cost, which counts values and bytes */

struct gwt_ranked {
	size_t index; /* index of the candidate */
	unsigned distance;
	struct gwt_comparison comparison;
};

struct gwt_ranking {
	struct gwt_ranked items[GWT_NEAREST]; /* nearest first; of equally near ones the earlier candidate */
	size_t len;
};

/*
 * The best three of `count` candidates. They are ranked by route (method and path), then operation,
 * then body, then headers and query. Bodies are compared only while fewer than three candidates with a
 * nearer route are known, and only of the first GWT_RANK_COMPARED in this order and within
 * GWT_RANK_WORK, so that a miss is cheap among 100,000 candidates and with any body. `got_contract`
 * comes from gwt_contract_make_bounded().
 */
void gwt_rank_candidates(const struct gwt_request *const *candidates, size_t count,
			 const struct gwt_request *got, const struct gwt_contract *got_contract,
			 const struct gwt_compare_options *options, struct gwt_arena *arena,
			 struct gwt_ranking *out);

#endif
