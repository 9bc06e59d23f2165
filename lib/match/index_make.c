/* An index, made once of all cassettes. */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/cassette/template.h"
#include "lib/contract/canonical.h"
#include "lib/http/headers.h"
#include "lib/match/edges.h"
#include "lib/match/expected.h"
#include "lib/match/index.h"
#include "lib/match/index_parts.h"
#include "lib/match/shape.h"
#include "lib/model/model.h"
#include "lib/model/related.h"
#include "lib/sigv4/authorization.h"

static void *get_or_make(struct gwt_index *index, struct gwt_map *map, struct gwt_span name, size_t size)
{
	void *value = gwt_map_get(map, name);

	if (!value) {
		value = gwt_arena_alloc(index->arena, size);
		gwt_map_put(map, gwt_arena_copy(index->arena, name), value);
	}
	return value;
}

static const struct gwt_form *shape_of(struct gwt_index *index, struct gwt_entry *entry,
				       struct gwt_arena *scratch)
{
	struct gwt_bucket *bucket =
		get_or_make(index, &index->buckets, gwt_bucket_name(scratch, &entry->interaction->request),
			    sizeof(*bucket));
	struct gwt_span bytes = gwt_shape_text(scratch, &entry->request);

	for (size_t i = 0; i < bucket->len; i++)
		if (gwt_span_eq(bucket->shapes[i].bytes, bytes))
			return &bucket->shapes[i];
	GWT_GROW(index->arena, bucket->shapes, bucket->len, bucket->cap);
	bucket->in_body |= gwt_shape_is_in_body(&entry->request);
	bucket->shapes[bucket->len] =
		(struct gwt_form){ &entry->request, gwt_arena_copy(index->arena, bytes) };
	return &bucket->shapes[bucket->len++];
}

static void push(struct gwt_index *index, struct gwt_entry ***list, size_t *len, size_t *cap,
		 struct gwt_entry *entry)
{
	GWT_GROW(index->arena, *list, *len, *cap);
	(*list)[(*len)++] = entry;
}

/* Headers as text, by which equal ones are found and shared. */
static void add_headers_text(struct gwt_buf *out, const struct gwt_headers *headers)
{
	for (size_t i = 0; i < headers->len; i++) {
		gwt_buf_add(out, headers->items[i].name);
		gwt_buf_add_char(out, ':');
		gwt_buf_add(out, headers->items[i].value);
		gwt_buf_add_char(out, '\n');
	}
}

/* Expected headers, and the signature that they claim. Many entries have equal ones and share them. */
struct expectation {
	struct gwt_headers headers;
	struct gwt_authorization claim;
	bool is_read;
};

static void add_expectation(struct gwt_index *index, struct gwt_entry *entry, struct gwt_arena *scratch)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };
	struct expectation *shared;
	struct gwt_headers made;

	gwt_expected_headers(entry->cassette, entry->interaction, &entry->interaction->request.headers,
			     scratch, &made);
	add_headers_text(&text, &made);
	shared = get_or_make(index, &index->headers, gwt_buf_span(&text), sizeof(*shared));
	if (!shared->headers.items) {
		struct gwt_request request = { 0 };

		gwt_headers_copy(&made, index->arena, &shared->headers);
		/* nothing is added later, and a cached index is read at another place */
		shared->headers.arena = NULL;
		request.headers = shared->headers;
		shared->is_read =
			gwt_authorization_read(&request, index->arena, &shared->claim, NULL) == GWT_OK;
	}
	entry->expected_headers = &shared->headers;
	if (shared->is_read && !entry->interaction->request.query.ptr)
		entry->expected_claim = &shared->claim;
}

/* Cassettes of one form have equal templates, which are kept once. */
static struct gwt_template shared_template(struct gwt_index *index, const struct gwt_entry *entry,
					   bool in_response, struct gwt_arena *scratch)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };
	struct gwt_template made, *shared;

	gwt_template_make(scratch, entry->cassette, entry->interaction_index, in_response, &made);
	if (made.len == 0)
		return made;
	gwt_template_text(&text, &made);
	shared = get_or_make(index, &index->templates, gwt_buf_span(&text), sizeof(*shared));
	if (!shared->slots)
		gwt_template_copy(index->arena, &made, shared);
	return *shared;
}

/* Whether an interaction can be the first call of its scenario. */
static bool may_begin(const struct gwt_index *index, const struct gwt_entry *entry)
{
	const struct gwt_edges *edges = gwt_index_edges(index, entry->cassette_index);
	const uint64_t *row = gwt_edges_row(edges, GWT_REPLAY_CAUSAL, entry->interaction_index);

	for (size_t i = 0; i < entry->interaction_index; i++)
		if (gwt_bit(row, i))
			return false;
	return true;
}

static bool is_first_write(const struct gwt_index *index, const struct gwt_entry *entry)
{
	const uint64_t *writes = gwt_index_edges(index, entry->cassette_index)->writes;

	for (size_t i = 0; i < entry->interaction_index; i++)
		if (gwt_bit(writes, i))
			return false;
	return true;
}

static void add_to_key(const struct gwt_index *index, struct gwt_key *key, struct gwt_entry *entry)
{
	*(key->last ? &key->last->same_key : &key->entries) = entry;
	key->last = entry;
	entry->key = key;
	if (!may_begin(index, entry))
		return;
	*(key->last_starter ? &key->last_starter->next_starter : &key->starters) = entry;
	key->last_starter = entry;
	key->first_len += entry->interaction_index == 0;
}

/* The operation is the one of method and path, whatever its name in the cassette is. */
static void add_facts(struct gwt_index *index, struct gwt_entry *entry, struct gwt_arena *scratch)
{
	const struct gwt_request *request = &entry->interaction->request;
	const struct gwt_service_operation *operation = NULL;

	entry->writes = gwt_method_writes(request->method);
	entry->effect =
		gwt_bit(gwt_index_edges(index, entry->cassette_index)->writes, entry->interaction_index);
	if (entry->writes)
		operation = gwt_service_operation_of(scratch, request->method, request->path, request->query);
	entry->again = gwt_operation_repeats(operation);
	entry->repeats = !entry->effect || entry->again;
	entry->deletes_api = entry->effect && operation && strcmp(operation->name, "DeleteRestApi") == 0;
	if (entry->effect && operation && strcmp(operation->name, "CreateRestApi") == 0 &&
	    is_first_write(index, entry))
		index->creators[entry->cassette_index] = (uint32_t)entry->interaction_index;
}

static struct gwt_key *key_of(struct gwt_index *index, struct gwt_span bytes)
{
	uint64_t hash = gwt_hash_quick(bytes);
	struct gwt_key *key = gwt_index_find_key(index, bytes), *head;

	if (key)
		return key;
	key = gwt_arena_new(index->arena, struct gwt_key);
	key->bytes = gwt_arena_copy(index->arena, bytes);
	head = gwt_map_get(&index->keys, gwt_hash_name(&hash));
	if (head) {
		key->same_hash = head->same_hash;
		head->same_hash = key;
	} else {
		gwt_map_put(&index->keys, gwt_arena_copy(index->arena, gwt_hash_name(&hash)), key);
	}
	return key;
}

/* Add a body that is JSON, says so, and has no variable: its canonical form is the end of the entry's key. */
static void add_body(struct gwt_index *index, struct gwt_entry *entry, const struct gwt_contract *contract)
{
	uint64_t hash = gwt_hash_quick(gwt_entry_body(entry));
	struct gwt_entry *head;

	if (!contract->json || gwt_shape_is_in_body(&entry->request) ||
	    gwt_index_find_body(index, gwt_entry_body(entry)))
		return;
	entry->canonical_len = contract->body.len;
	head = gwt_map_get(&index->bodies, gwt_hash_name(&hash));
	if (head) {
		entry->same_body = head->same_body;
		head->same_body = entry;
	} else {
		gwt_map_put(&index->bodies, gwt_arena_copy(index->arena, gwt_hash_name(&hash)), entry);
	}
}

static void add_entry(struct gwt_index *index, struct gwt_entry *entry, struct gwt_arena *scratch)
{
	const struct gwt_request *request = &entry->interaction->request;
	gwt_auto(gwt_buf_release) struct gwt_buf bytes = { 0 };
	struct gwt_contract contract;
	struct gwt_key *key;
	struct gwt_index_route *route;

	entry->request = shared_template(index, entry, false, scratch);
	entry->response = shared_template(index, entry, true, scratch);
	add_facts(index, entry, scratch);
	gwt_contract_make_bounded(request, scratch, &contract);
	gwt_buf_init(&bytes, SIZE_MAX);
	gwt_shape_key(&bytes, shape_of(index, entry, scratch), request, &contract, scratch);
	key = key_of(index, gwt_buf_span(&bytes));
	add_to_key(index, key, entry);
	add_body(index, entry, &contract);
	add_expectation(index, entry, scratch);
	entry->sample_ids = gwt_entry_ids(entry, NULL, scratch);
	route = get_or_make(index, &index->routes, gwt_route_name(scratch, request), sizeof(*route));
	push(index, &route->entries, &route->len, &route->cap, entry);
	get_or_make(index, &index->operations, entry->interaction->operation, 1);
}

/* Chained from the last to the first, so that each chain is in the order of the cassettes. */
static void chain_by_samples(struct gwt_index *index, size_t total)
{
	size_t size = 16;

	while (size < total * 2)
		size *= 2;
	index->by_samples = gwt_arena_array(index->arena, struct gwt_entry *, size);
	index->by_samples_mask = size - 1;
	for (size_t i = total; i-- > 0;) {
		struct gwt_entry **head = &index->by_samples[index->entries[i].sample_ids & (size - 1)];

		index->entries[i].same_ids = *head;
		*head = &index->entries[i];
	}
}

/* Copy into the arena what is looked up later, and free what was needed only for making it. */
static void freeze(struct gwt_index *index)
{
	gwt_map_freeze(&index->keys, index->arena);
	gwt_map_freeze(&index->bodies, index->arena);
	gwt_map_freeze(&index->buckets, index->arena);
	gwt_map_freeze(&index->routes, index->arena);
	gwt_map_freeze(&index->operations, index->arena);
	gwt_map_release(&index->headers);
	gwt_map_release(&index->templates);
	gwt_map_release(&index->shared_edges);
	index->arena = NULL;
}

static void add_edges(struct gwt_index *index, size_t cassette, struct gwt_arena *scratch)
{
	const struct gwt_cassette *from = &index->cassettes->items[cassette];
	struct gwt_edges made, *shared;

	gwt_edges_make(from, scratch, &made);
	shared = get_or_make(index, &index->shared_edges,
			     gwt_edges_bytes(&made, from->interaction_count, scratch), sizeof(*shared));
	if (!shared->causal)
		gwt_edges_copy(&made, from->interaction_count, index->arena, shared);
	index->edges[cassette] = shared;
	index->creators[cassette] = UINT32_MAX;
	index->has_regions |=
		!gwt_span_eq(from->provenance.region, index->cassettes->items[0].provenance.region);
	gwt_arena_reset(scratch);
}

struct gwt_index *gwt_index_make(const struct gwt_cassettes *cassettes, struct gwt_arena *arena)
{
	struct gwt_index *index = gwt_arena_new(arena, struct gwt_index);
	struct gwt_arena scratch = { 0 };
	size_t total = 0;

	index->arena = arena;
	index->cassettes = cassettes;
	index->first = gwt_arena_array(arena, size_t, cassettes->len + 1);
	for (size_t i = 0; i < cassettes->len; i++) {
		index->first[i] = total;
		total += cassettes->items[i].interaction_count;
	}
	index->first[cassettes->len] = total;
	index->entries = gwt_arena_array(index->arena, struct gwt_entry, total);
	index->edges = gwt_arena_array(arena, const struct gwt_edges *, cassettes->len + 1);
	index->creators = gwt_arena_array(arena, uint32_t, cassettes->len + 1);
	for (size_t i = 0; i < cassettes->len; i++) {
		add_edges(index, i, &scratch);
		for (size_t j = 0; j < cassettes->items[i].interaction_count; j++) {
			struct gwt_entry *entry = &index->entries[index->first[i] + j];

			entry->cassette = &cassettes->items[i];
			entry->interaction = &cassettes->items[i].interactions[j];
			entry->cassette_index = i;
			entry->interaction_index = j;
			add_entry(index, entry, &scratch);
			gwt_arena_reset(&scratch);
		}
	}
	gwt_arena_release(&scratch);
	chain_by_samples(index, total);
	freeze(index);
	return index;
}

struct gwt_index *gwt_index_new(const struct gwt_cassettes *cassettes)
{
	struct gwt_arena arena = { 0 };
	struct gwt_index *index = gwt_index_make(cassettes, &arena);

	index->own = arena;
	return index;
}

void gwt_index_free(struct gwt_index *index)
{
	struct gwt_arena own = { 0 };

	if (index)
		own = index->own; /* it contains the index itself */
	gwt_arena_release(&own);
}
