#include "lib/match/index.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/cassette/template.h"
#include "lib/contract/canonical.h"
#include "lib/contract/parts.h"
#include "lib/match/index_parts.h"
#include "lib/match/shape.h"
#include "lib/model/model.h"

enum { TEXT_ESTIMATE = 200 }; /* bytes of what is written into an arena; it grows where there are more */

/* Add the string of one slot after its length, so that different lists of strings have different texts. */
static void add_id(struct gwt_buf *out, struct gwt_span text)
{
	gwt_buf_add(out, (struct gwt_span){ (const char *)&text.len, sizeof(text.len) });
	gwt_buf_add(out, text);
}

static uint64_t ids_hash(struct gwt_buf *ids, const struct gwt_key *key)
{
	gwt_buf_add(ids, (struct gwt_span){ (const char *)&key, sizeof(key) });
	return gwt_hash(gwt_buf_span(ids));
}

static uint64_t request_ids(const struct gwt_form *shape, const struct gwt_key *key,
			    const struct gwt_request *request, const struct gwt_contract *contract,
			    struct gwt_buf *ids, struct gwt_arena *arena)
{
	gwt_buf_clear(ids);
	for (size_t i = 0; i < shape->template->len; i++)
		add_id(ids, gwt_slot_string(&shape->template->slots[i], request, contract, arena));
	return ids_hash(ids, key);
}

uint64_t gwt_entry_ids(const struct gwt_entry *entry, const struct gwt_values *values,
		       struct gwt_arena *scratch)
{
	struct gwt_buf ids;

	gwt_buf_init_in(&ids, scratch, TEXT_ESTIMATE);
	for (size_t i = 0; i < entry->request.len; i++)
		add_id(&ids, gwt_slot_fill(&entry->request.slots[i], entry->cassette, values, scratch));
	return ids_hash(&ids, entry->key);
}

struct gwt_span gwt_route_name(struct gwt_arena *arena, const struct gwt_request *request)
{
	struct gwt_route route;

	if (gwt_route_find(request->method, request->path, &route))
		return gwt_span_of(route.operation->name);
	return gwt_bucket_name(arena, request);
}

struct gwt_key *gwt_index_find_key(const struct gwt_index *index, struct gwt_span bytes)
{
	uint64_t hash = gwt_hash_quick(bytes);
	struct gwt_key *key = gwt_map_get(&index->keys, gwt_hash_name(&hash));

	while (key && !gwt_span_eq(key->bytes, bytes))
		key = key->same_hash;
	return key;
}

struct gwt_entry *gwt_index_find_body(const struct gwt_index *index, struct gwt_span body)
{
	uint64_t hash = gwt_hash_quick(body);
	struct gwt_entry *entry = gwt_map_get(&index->bodies, gwt_hash_name(&hash));

	while (entry && !gwt_span_eq(gwt_entry_body(entry), body))
		entry = entry->same_body;
	return entry;
}

struct gwt_span gwt_index_known_body(const struct gwt_index *index, const struct gwt_request *request,
				     struct gwt_arena *arena)
{
	struct gwt_span absent = { NULL, 0 };
	const struct gwt_bucket *bucket;
	const struct gwt_entry *entry;

	if (request->body.len == 0 || !gwt_says_json(gwt_joined_content_type(&request->headers, arena)))
		return absent;
	bucket = gwt_map_get(&index->buckets, gwt_bucket_name(arena, request));
	entry = bucket && !bucket->in_body ? gwt_index_find_body(index, request->body) : NULL;
	if (!entry)
		return absent;
	return gwt_span_slice(entry->key->bytes, entry->key->bytes.len - entry->canonical_len,
			      entry->key->bytes.len);
}

struct gwt_entry *gwt_index_with_samples(const struct gwt_index *index, const struct gwt_found *found)
{
	return index->by_samples[found->ids & index->by_samples_mask];
}

const struct gwt_cassettes *gwt_index_cassettes(const struct gwt_index *index)
{
	return index->cassettes;
}

struct gwt_entry *gwt_index_entries(const struct gwt_index *index, size_t cassette)
{
	return &index->entries[index->first[cassette]];
}

const struct gwt_edges *gwt_index_edges(const struct gwt_index *index, size_t cassette)
{
	return index->edges[cassette];
}

size_t gwt_index_creator(const struct gwt_index *index, size_t cassette)
{
	return index->creators[cassette] == UINT32_MAX ? SIZE_MAX : index->creators[cassette];
}

bool gwt_index_has_regions(const struct gwt_index *index)
{
	return index->has_regions;
}

size_t gwt_index_find(const struct gwt_index *index, const struct gwt_request *request,
		      const struct gwt_contract *contract, struct gwt_arena *arena,
		      const struct gwt_found **out)
{
	const struct gwt_bucket *bucket = gwt_map_get(&index->buckets, gwt_bucket_name(arena, request));
	struct gwt_found *items = NULL;
	struct gwt_buf bytes;
	size_t found = 0, cap = 0;

	gwt_buf_init_in(&bytes, arena, contract->bytes.len + TEXT_ESTIMATE);
	for (size_t i = 0; bucket && i < bucket->len; i++) {
		const struct gwt_key *key;

		if (!gwt_shape_fits(bucket->shapes[i].template, request, contract, arena))
			continue;
		gwt_buf_clear(&bytes);
		gwt_shape_key(&bytes, &bucket->shapes[i], request, contract, arena);
		key = gwt_index_find_key(index, gwt_buf_span(&bytes));
		if (!key)
			continue;
		GWT_GROW(arena, items, found, cap);
		items[found].ids = request_ids(&bucket->shapes[i], key, request, contract, &bytes, arena);
		items[found++].key = key;
	}
	*out = items;
	return found;
}

bool gwt_entry_read(const struct gwt_entry *entry, const struct gwt_request *request,
		    const struct gwt_contract *contract, struct gwt_arena *arena, struct gwt_values *out)
{
	out->len = entry->cassette->variable_count;
	out->items = gwt_arena_array(arena, struct gwt_span, out->len + 1);
	for (size_t i = 0; i < entry->request.len; i++) {
		const struct gwt_slot *slot = &entry->request.slots[i];
		struct gwt_span text = gwt_slot_string(slot, request, contract, arena);

		if (!text.ptr || !gwt_slot_read(slot, text, out->items))
			return false;
	}
	return true;
}

size_t gwt_index_same_route(const struct gwt_index *index, const struct gwt_request *request,
			    struct gwt_entry *const **out)
{
	struct gwt_arena scratch = { 0 };
	const struct gwt_index_route *route = gwt_map_get(&index->routes, gwt_route_name(&scratch, request));

	gwt_arena_release(&scratch);
	*out = route ? route->entries : NULL;
	return route ? route->len : 0;
}

bool gwt_index_has_operation(const struct gwt_index *index, struct gwt_span operation)
{
	return gwt_map_get(&index->operations, operation) != NULL;
}
