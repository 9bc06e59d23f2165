/*
 * cached_search.h - what was found out about a request that came before.
 *
 * Most requests of a test run equal an earlier one but for signature and date. Beside its contract
 * (lib/contract/cache.h) are kept the keys it was found under, and how it compared with the interaction that
 * answered it. The signature is never remembered: it is proved each time.
 */
#ifndef GWT_MATCH_CACHED_SEARCH_H
#define GWT_MATCH_CACHED_SEARCH_H

#include "lib/match/index.h"
#include "lib/contract/compare.h"
#include "lib/contract/cache.h"

struct gwt_cached_search; /* lives with the cache's contract; every function takes NULL */

/*
 * The request's contract, and what is kept with it. `cache` may be NULL. With an `index` (else NULL), the
 * contract of a request that was not remembered may have no tree, if none is needed to find the answer.
 */
struct gwt_cached_search *gwt_cached_search_contract(struct gwt_contract_cache *cache,
						     const struct gwt_index *index,
						     const struct gwt_request *request,
						     struct gwt_arena *arena, struct gwt_contract *contract);

bool gwt_cached_search_found(const struct gwt_cached_search *cached, const struct gwt_index *index,
			     const struct gwt_found **found, size_t *count);
void gwt_cached_search_keep_found(struct gwt_cached_search *cached, const struct gwt_index *index,
				  const struct gwt_found *found, size_t count);

/*
 * How the request compared with `entry` last time. False when it was not compared with it, or when its head
 * differs in values that some level compares.
 */
bool gwt_cached_search_comparison(const struct gwt_cached_search *cached, const struct gwt_entry *entry,
				  const struct gwt_request *request, struct gwt_arena *arena,
				  struct gwt_comparison *out);
void gwt_cached_search_keep(struct gwt_cached_search *cached, const struct gwt_entry *entry,
			    const struct gwt_request *request, const struct gwt_comparison *comparison);

#endif
