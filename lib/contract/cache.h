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

/* What a caller wants to keep with a contract: `data` is NULL until it sets it, lives in `arena`, and goes when
   the contract does. */
struct gwt_cache_note {
	struct gwt_arena *arena;
	void *data;
};

struct gwt_contract_cache *gwt_contract_cache_new(void);
void gwt_contract_cache_free(struct gwt_contract_cache *cache); /* takes NULL */

/* The entry of a request in a cache. */
enum gwt_cache_answer {
	GWT_CACHE_KEPT,  /* its contract */
	GWT_CACHE_AGAIN, /* that it came before: gwt_contract_cache_make() will keep its contract */
	GWT_CACHE_NEW,   /* nothing, but that it came now */
	GWT_CACHE_LARGE, /* nothing ever */
};

/* KEPT: *out and *note are set, as below. Whatever it is, it came now. */
enum gwt_cache_answer gwt_contract_cache_look(struct gwt_contract_cache *cache,
					      const struct gwt_request *request, struct gwt_contract *out,
					      struct gwt_cache_note **note);
/* Make the contract of what was AGAIN in the last look; NULL note: it was too large to keep. */
void gwt_contract_cache_keep(struct gwt_contract_cache *cache, const struct gwt_request *request,
			     struct gwt_arena *arena, struct gwt_contract *out, struct gwt_cache_note **note);

/*
 * The same result as gwt_contract_make(). It lives in the cache, or in `arena` when it was not kept,
 * until the next call: offsets in it count in `request->body`, but its json views the cache's copy. *note is its
 * note, NULL when it was not kept; `note` itself may be NULL.
 */
void gwt_contract_cache_make(struct gwt_contract_cache *cache, const struct gwt_request *request,
			     struct gwt_arena *arena, struct gwt_contract *out, struct gwt_cache_note **note);

#endif
