/*
 * cache.h - contract bytes of requests that were seen before.
 *
 * Test runs repeat themselves: most requests equal an earlier one byte for byte but
 * for signature and date. A cache keeps the contract of the last few hundred that came
 * twice, keyed by all that it is made from: method, target, contract headers, body. A hit is a
 * comparison of those bytes, so it can never give another request's contract.
 * Storage is bounded; large requests are not kept. Not shared between threads.
 */
#ifndef GWT_CONTRACT_CACHE_H
#define GWT_CONTRACT_CACHE_H

#include "lib/contract/canonical.h"

struct gwt_contract_cache;

/*
 * Data that the caller keeps with a contract: `data` is NULL until the caller sets it, lives in `arena`, and
 * is freed with the contract.
 */
struct gwt_cache_note {
	struct gwt_arena *arena;
	void *data;
};

struct gwt_contract_cache *gwt_contract_cache_new(void);
void gwt_contract_cache_free(struct gwt_contract_cache *cache); /* takes NULL */

/* What a cache has for a request. */
enum gwt_cache_answer {
	GWT_CACHE_KEPT,  /* its contract */
	GWT_CACHE_AGAIN, /* only that the request came before: gwt_contract_cache_keep() keeps its contract */
	GWT_CACHE_NEW,   /* nothing: the request is new */
	GWT_CACHE_LARGE, /* nothing: the request is too large to keep */
};

/* With KEPT, *out and *note are set as below. A request that is NEW is AGAIN in the next look. */
enum gwt_cache_answer gwt_contract_cache_look(struct gwt_contract_cache *cache,
					      const struct gwt_request *request, struct gwt_contract *out,
					      struct gwt_cache_note **note);
/*
 * Make and keep the contract of the request for which the last look returned AGAIN. *note is NULL when it is
 * too large to keep.
 */
void gwt_contract_cache_keep(struct gwt_contract_cache *cache, const struct gwt_request *request,
			     struct gwt_arena *arena, struct gwt_contract *out, struct gwt_cache_note **note);

/*
 * The same result as gwt_contract_make(). It lives until the next call, in the cache, or in `arena` when it
 * was not kept. Offsets in it count in `request->body`, but its json views the cache's copy. *note is its
 * note, NULL when it was not kept; `note` itself may be NULL.
 */
void gwt_contract_cache_make(struct gwt_contract_cache *cache, const struct gwt_request *request,
			     struct gwt_arena *arena, struct gwt_contract *out, struct gwt_cache_note **note);

#endif
