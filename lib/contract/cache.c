/*
 * cache.c - a small table of contracts, the older of two in a set giving way.
 */
#include "lib/contract/cache.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/contract/header_rules.h"
#include "lib/http/headers.h"

enum {
	SETS = 256, /* a power of two */
	WAYS = 2,
	SEEN = 4, /* hashes that each set keeps of requests that came once */
	MAX_KEPT_BODY = 16 * 1024,
	MAX_KEPT_BYTES = 64 * 1024, /* size of one entry and its tree */
};

struct entry {
	struct gwt_arena arena;
	struct gwt_span head, body; /* the key; both are in the arena */
	struct gwt_contract contract;
	struct gwt_cache_note note;
	uint64_t used; /* time of its last use; 0: free */
};

/* Kept apart from the entries, so that looking for a new request touches little memory. */
struct tags {
	uint64_t kept[WAYS]; /* hashes of the entries; 0: free */
	uint64_t seen[SEEN];
	size_t next_seen;
};

struct gwt_contract_cache {
	struct tags tags[SETS];
	struct entry sets[SETS][WAYS];
	struct gwt_buf head; /* of the request of the last look */
	uint64_t hash;       /* of the same request */
	uint64_t clock;
};

struct gwt_contract_cache *gwt_contract_cache_new(void)
{
	struct gwt_contract_cache *cache = gwt_xcalloc(1, sizeof(*cache));

	gwt_buf_init(&cache->head, SIZE_MAX);
	return cache;
}

void gwt_contract_cache_free(struct gwt_contract_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < SETS; i++)
		for (size_t j = 0; j < WAYS; j++)
			gwt_arena_release(&cache->sets[i][j].arena);
	gwt_buf_release(&cache->head);
	free(cache);
}

/*
 * Everything but the body that the contract is made from, as it was sent. LF ends each part; no part has one.
 */
static struct gwt_span key_head(struct gwt_contract_cache *cache, const struct gwt_request *request)
{
	struct gwt_buf *head = &cache->head;

	gwt_buf_clear(head);
	gwt_buf_add(head, request->method);
	gwt_buf_add_char(head, '\n');
	gwt_buf_add(head, request->path);
	gwt_buf_add_char(head, request->query.ptr ? '?' : '\n');
	gwt_buf_add(head, request->query);
	gwt_buf_add_char(head, '\n');
	for (size_t i = 0; i < request->headers.len; i++) {
		const struct gwt_header *header = &request->headers.items[i];

		if (!gwt_header_id_is_contract(gwt_header_id(header), request->body.len > 0))
			continue;
		gwt_buf_add(head, header->name);
		gwt_buf_add_char(head, ':');
		gwt_buf_add(head, header->value);
		gwt_buf_add_char(head, '\n');
	}
	return gwt_buf_span(head);
}

static struct entry *find(struct gwt_contract_cache *cache, size_t set, uint64_t hash, struct gwt_span head,
			  struct gwt_span body)
{
	for (size_t i = 0; i < WAYS; i++) {
		struct entry *entry = &cache->sets[set][i];

		if (cache->tags[set].kept[i] == hash && entry->used && gwt_span_eq(entry->head, head) &&
		    gwt_span_eq(entry->body, body))
			return entry;
	}
	return NULL;
}

/* Whether a request with this hash came recently; if not, the hash is remembered. */
static bool came_before(struct tags *tags, uint64_t hash)
{
	for (size_t i = 0; i < SEEN; i++)
		if (tags->seen[i] == hash)
			return true;
	tags->seen[tags->next_seen++ % SEEN] = hash;
	return false;
}

static size_t oldest(const struct entry set[WAYS])
{
	size_t oldest = 0;

	for (size_t i = 1; i < WAYS; i++)
		if (set[i].used < set[oldest].used)
			oldest = i;
	return oldest;
}

/* Make the contract from the cache's own copy of the request; false when the entry is too large to keep. */
static bool fill(struct entry *entry, const struct gwt_request *request, struct gwt_span head)
{
	struct gwt_request copy = *request;

	gwt_arena_reset(&entry->arena);
	entry->used = 0;
	entry->note = (struct gwt_cache_note){ &entry->arena, NULL };
	entry->head = gwt_arena_copy(&entry->arena, head);
	entry->body = gwt_arena_copy(&entry->arena, request->body);
	copy.body = entry->body;
	gwt_contract_make_bounded(&copy, &entry->arena, &entry->contract);
	if (entry->arena.used <= MAX_KEPT_BYTES)
		return true;
	gwt_arena_release(&entry->arena);
	return false;
}

/* Keep the request in place of the oldest of its set; NULL when it is too large. */
static struct entry *take(struct gwt_contract_cache *cache, size_t set, uint64_t hash,
			  const struct gwt_request *request, struct gwt_span head)
{
	size_t at = oldest(cache->sets[set]);
	bool kept = fill(&cache->sets[set][at], request, head);

	cache->tags[set].kept[at] = kept ? hash : 0;
	return kept ? &cache->sets[set][at] : NULL;
}

static void give(struct gwt_contract_cache *cache, struct entry *entry, struct gwt_contract *out,
		 struct gwt_cache_note **note)
{
	entry->used = ++cache->clock;
	*out = entry->contract;
	*note = &entry->note;
}

enum gwt_cache_answer gwt_contract_cache_look(struct gwt_contract_cache *cache,
					      const struct gwt_request *request, struct gwt_contract *out,
					      struct gwt_cache_note **note)
{
	struct gwt_span head;
	struct entry *entry;

	*note = NULL;
	if (request->body.len > MAX_KEPT_BODY)
		return GWT_CACHE_LARGE;
	head = key_head(cache, request);
	cache->hash = gwt_hash_quick(head) + 31 * gwt_hash_quick(request->body);
	entry = find(cache, cache->hash & (SETS - 1), cache->hash, head, request->body);
	if (entry) {
		give(cache, entry, out, note);
		return GWT_CACHE_KEPT;
	}
	/* a request that came once only is not worth keeping */
	return came_before(&cache->tags[cache->hash & (SETS - 1)], cache->hash) ? GWT_CACHE_AGAIN
										: GWT_CACHE_NEW;
}

void gwt_contract_cache_keep(struct gwt_contract_cache *cache, const struct gwt_request *request,
			     struct gwt_arena *arena, struct gwt_contract *out, struct gwt_cache_note **note)
{
	struct entry *entry =
		take(cache, cache->hash & (SETS - 1), cache->hash, request, gwt_buf_span(&cache->head));

	*note = NULL;
	if (entry)
		give(cache, entry, out, note);
	else
		gwt_contract_make_bounded(request, arena, out);
}

void gwt_contract_cache_make(struct gwt_contract_cache *cache, const struct gwt_request *request,
			     struct gwt_arena *arena, struct gwt_contract *out, struct gwt_cache_note **note)
{
	struct gwt_cache_note *found;
	enum gwt_cache_answer answer = gwt_contract_cache_look(cache, request, out, &found);

	if (answer == GWT_CACHE_AGAIN)
		gwt_contract_cache_keep(cache, request, arena, out, &found);
	else if (answer != GWT_CACHE_KEPT)
		gwt_contract_make_bounded(request, arena, out);
	if (note)
		*note = found;
}
