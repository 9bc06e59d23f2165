#include "lib/match/index.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/contract/canonical.h"
#include "lib/match/expected.h"
#include "lib/cassette/position.h"
#include "lib/model/model.h"
#include "lib/model/related.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"
#include "lib/json/write.h"

enum { TEXT_ESTIMATE = 200 }; /* bytes of what is written into an arena; it grows where there are more */

#define MARK "\001" /* no contract byte: control bytes are encoded in paths and escaped in JSON */

/* One way of having variables, and the requests it can fit: the slots of the first entry that had it. */
struct shape {
	const struct gwt_template *template;
	struct gwt_span bytes; /* its identity */
};

/* All shapes of one method and number of path segments. */
struct bucket {
	struct shape *shapes;
	size_t len, cap;
};

/* All entries of one route, for nearest candidates. */
struct route {
	struct gwt_entry **entries;
	size_t len, cap;
};

struct gwt_index {
	struct gwt_arena own;    /* of gwt_index_new() */
	struct gwt_arena *arena; /* while it is made */
	const struct gwt_cassettes *cassettes;
	struct gwt_entry *entries;
	size_t *first;                  /* of each cassette, an index into entries */
	const struct gwt_edges **edges; /* of each cassette; equal ones are one */
	uint32_t *creators;             /* of each cassette, an interaction; UINT32_MAX: none */
	bool has_regions;
	struct gwt_map keys, buckets, routes, operations;
	struct gwt_map headers, templates, shared_edges; /* what is shared; while it is made */
	struct gwt_entry **by_samples;                   /* heads of chains, by sample_ids */
	size_t by_samples_mask;
};

static size_t segment_count(struct gwt_span path)
{
	size_t count = 0;

	for (size_t i = 0; i < path.len; i++)
		count += path.ptr[i] == '/';
	return count;
}

/* The number of segments in bytes, then the method. */
static struct gwt_span bucket_name(struct gwt_arena *arena, const struct gwt_request *request)
{
	size_t segments = segment_count(request->path), len = sizeof(segments) + request->method.len;
	char *name = gwt_arena_bytes(arena, len);

	memcpy(name, &segments, sizeof(segments));
	gwt_copy(name + sizeof(segments), request->method.ptr, request->method.len);
	return (struct gwt_span){ name, len };
}

static void add_shape_text(struct gwt_buf *out, const struct gwt_slot *slot)
{
	gwt_buf_printf(out, "%d %zu ", (int)slot->at.part, slot->at.segment);
	gwt_buf_add(out, slot->at.pointer);
	for (size_t i = 0; i < slot->piece_count; i++) {
		gwt_buf_add_char(out, '\n');
		if (slot->pieces[i].variable == GWT_LITERAL)
			gwt_json_write_string(out, slot->pieces[i].literal);
		else
			gwt_buf_add_text(out, MARK);
	}
	gwt_buf_add_text(out, "\n\n");
}

static struct gwt_span shape_text(struct gwt_arena *arena, const struct gwt_template *template)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };

	gwt_buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < template->len; i++)
		add_shape_text(&out, &template->slots[i]);
	return gwt_arena_copy(arena, gwt_buf_span(&out));
}

/* The slot's text with a mark for each variable. */
static struct gwt_span masked(const struct gwt_slot *slot, struct gwt_arena *arena)
{
	struct gwt_buf out;

	if (slot->piece_count == 1)
		return GWT_SPAN(MARK);
	gwt_buf_init_in(&out, arena, TEXT_ESTIMATE);
	for (size_t i = 0; i < slot->piece_count; i++)
		if (slot->pieces[i].variable == GWT_LITERAL)
			gwt_buf_add(&out, slot->pieces[i].literal);
		else
			gwt_buf_add_text(&out, MARK);
	return gwt_buf_span(&out);
}

static struct gwt_span slot_string(const struct gwt_slot *slot, const struct gwt_request *request,
				   const struct gwt_contract *contract, struct gwt_arena *arena)
{
	return gwt_position_string(&slot->at, request, NULL,
				   contract->json ? contract->json : contract->untold, arena);
}

/* Whether every slot is there and its literals fit; which variable is which does not matter yet. */
static bool shape_fits(const struct gwt_template *template, const struct gwt_request *request,
		       const struct gwt_contract *contract, struct gwt_arena *arena)
{
	for (size_t i = 0; i < template->len; i++) {
		const struct gwt_slot *slot = &template->slots[i];
		struct gwt_span text = slot_string(slot, request, contract, arena);

		if (!text.ptr)
			return false;
		for (size_t j = 0; j < slot->piece_count; j++) {
			struct gwt_span literal = slot->pieces[j].literal;
			size_t at;

			if (slot->pieces[j].variable != GWT_LITERAL)
				continue;
			at = j == 0 && !gwt_span_starts(text, literal) ? text.len
								       : gwt_span_find_span(text, literal);
			if (at == text.len && literal.len)
				return false;
			text = gwt_span_slice(text, at + literal.len, text.len);
		}
		if (text.len && slot->pieces[slot->piece_count - 1].variable == GWT_LITERAL)
			return false;
	}
	return true;
}

static void add_path(struct gwt_buf *out, const struct gwt_template *template, struct gwt_span path,
		     struct gwt_arena *arena)
{
	struct gwt_span rest = gwt_span_slice(path, 1, path.len);

	for (size_t i = 0; rest.ptr; i++) {
		struct gwt_span segment = gwt_span_cut(&rest, '/');
		const struct gwt_slot *slot = NULL;

		for (size_t j = 0; j < template->len && !slot; j++)
			if (template->slots[j].at.part == GWT_AT_PATH && template->slots[j].at.segment == i)
				slot = &template->slots[j];
		gwt_buf_add_char(out, '/');
		if (slot)
			gwt_buf_add(out, masked(slot, arena));
		else
			gwt_uri_normalize(out, segment);
	}
}

static int by_offset(const void *left, const void *right)
{
	const struct gwt_json *a = *(struct gwt_json *const *)left, *b = *(struct gwt_json *const *)right;

	return (a->offset > b->offset) - (a->offset < b->offset);
}

/* The bytes of a body that does not say that it is JSON, with marks in the place of its slots' strings. */
static void add_masked_bytes(struct gwt_buf *out, const struct gwt_contract *contract,
			     struct gwt_json *const *nodes, size_t count, struct gwt_arena *arena)
{
	struct gwt_json **sorted = gwt_arena_array(arena, struct gwt_json *, count);
	size_t done = 0;

	gwt_copy(sorted, nodes, count * sizeof(struct gwt_json *));
	qsort(sorted, count, sizeof(struct gwt_json *), by_offset);
	for (size_t i = 0; i < count; i++) {
		gwt_buf_add(out, gwt_span_slice(contract->body, done, sorted[i]->offset));
		gwt_json_write_string(out, sorted[i]->text);
		done = sorted[i]->end;
	}
	gwt_buf_add(out, gwt_span_slice(contract->body, done, contract->body.len));
}

/* The body's canonical form while its slots hold their marks; the tree is as before afterwards. */
static void add_masked_body(struct gwt_buf *out, const struct gwt_template *template,
			    const struct gwt_contract *contract, struct gwt_arena *arena)
{
	struct gwt_span *kept = gwt_arena_array(arena, struct gwt_span, template->len + 1);
	struct gwt_json **nodes = gwt_arena_array(arena, struct gwt_json *, template->len + 1);
	struct gwt_json *json = contract->json ? contract->json : contract->untold;
	size_t count = 0;

	for (size_t i = 0; json && i < template->len; i++) {
		if (template->slots[i].at.part != GWT_AT_BODY)
			continue;
		nodes[count] = gwt_json_pointer_get(json, template->slots[i].at.pointer);
		if (!gwt_json_is(nodes[count], GWT_JSON_STRING))
			continue;
		kept[count] = nodes[count]->text;
		nodes[count++]->text = masked(&template->slots[i], arena);
	}
	if (count == 0) {
		gwt_buf_add(out, contract->body);
		return;
	}
	if (contract->json)
		gwt_json_write_canonical(out, contract->json);
	else
		add_masked_bytes(out, contract, nodes, count, arena);
	while (count--)
		nodes[count]->text = kept[count];
}

/* What follows the query line of the contract bytes, up to the body: the headers and the empty line. */
static struct gwt_span header_lines(const struct gwt_contract *contract)
{
	size_t at = 0;

	for (int lines = 0; lines < 3; at++)
		lines += contract->bytes.ptr[at] == '\n';
	return gwt_span_slice(contract->bytes, at, contract->bytes.len - contract->body.len);
}

static struct gwt_span query_line(const struct gwt_contract *contract)
{
	struct gwt_span rest = contract->bytes;

	gwt_span_cut(&rest, '\n');
	gwt_span_cut(&rest, '\n');
	return gwt_span_cut(&rest, '\n');
}

/* A query slot masks the values of its name, wherever they were sorted to. */
static void add_query(struct gwt_buf *out, const struct gwt_template *template,
		      const struct gwt_contract *contract, struct gwt_arena *arena)
{
	struct gwt_span rest = query_line(contract);

	while (rest.ptr && rest.len) {
		struct gwt_span pair = gwt_span_cut(&rest, '&'), value = pair,
				name = gwt_span_cut(&value, '=');
		const struct gwt_slot *slot = NULL;

		for (size_t i = 0; i < template->len && !slot; i++)
			if (template->slots[i].at.part == GWT_AT_QUERY &&
			    gwt_span_eq(template->slots[i].at.pointer, name))
				slot = &template->slots[i];
		gwt_buf_add(out, slot ? name : pair);
		if (slot) {
			gwt_buf_add_char(out, '=');
			gwt_buf_add(out, masked(slot, arena));
		}
		gwt_buf_add_char(out, '&');
	}
}

static void make_key(struct gwt_buf *out, const struct shape *shape, const struct gwt_request *request,
		     const struct gwt_contract *contract, struct gwt_arena *arena)
{
	gwt_buf_add(out, shape->bytes);
	gwt_buf_add(out, request->method);
	gwt_buf_add_char(out, ' ');
	add_path(out, shape->template, request->path, arena);
	gwt_buf_add_char(out, '\n');
	add_query(out, shape->template, contract, arena);
	gwt_buf_add_char(out, '\n');
	gwt_buf_add(out, header_lines(contract));
	add_masked_body(out, shape->template, contract, arena);
}

/* One slot's string, counted, so that no two lists of strings are alike. */
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

static uint64_t request_ids(const struct shape *shape, const struct gwt_key *key,
			    const struct gwt_request *request, const struct gwt_contract *contract,
			    struct gwt_buf *ids, struct gwt_arena *arena)
{
	gwt_buf_clear(ids);
	for (size_t i = 0; i < shape->template->len; i++)
		add_id(ids, slot_string(&shape->template->slots[i], request, contract, arena));
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

static void *get_or_make(struct gwt_index *index, struct gwt_map *map, struct gwt_span name, size_t size)
{
	void *value = gwt_map_get(map, name);

	if (!value) {
		value = gwt_arena_alloc(index->arena, size);
		gwt_map_put(map, gwt_arena_copy(index->arena, name), value);
	}
	return value;
}

static const struct shape *shape_of(struct gwt_index *index, struct gwt_entry *entry,
				    struct gwt_arena *scratch)
{
	struct bucket *bucket = get_or_make(
		index, &index->buckets, bucket_name(scratch, &entry->interaction->request), sizeof(*bucket));
	struct gwt_span bytes = shape_text(scratch, &entry->request);

	for (size_t i = 0; i < bucket->len; i++)
		if (gwt_span_eq(bucket->shapes[i].bytes, bytes))
			return &bucket->shapes[i];
	gwt_arena_grow(index->arena, (void **)&bucket->shapes, sizeof(struct shape), bucket->len,
		       &bucket->cap);
	bucket->shapes[bucket->len] = (struct shape){ &entry->request, gwt_arena_copy(index->arena, bytes) };
	return &bucket->shapes[bucket->len++];
}

static void push(struct gwt_index *index, struct gwt_entry ***list, size_t *len, size_t *cap,
		 struct gwt_entry *entry)
{
	gwt_arena_grow(index->arena, (void **)list, sizeof(**list), *len, cap);
	(*list)[(*len)++] = entry;
}

static struct gwt_span route_name(struct gwt_arena *arena, const struct gwt_request *request)
{
	struct gwt_route route;

	if (gwt_route_find(request->method, request->path, &route))
		return gwt_span_of(route.operation->name);
	return bucket_name(arena, request);
}

/* Headers as text: what they are shared by. */
static void add_headers_text(struct gwt_buf *out, const struct gwt_headers *headers)
{
	for (size_t i = 0; i < headers->len; i++) {
		gwt_buf_add(out, headers->items[i].name);
		gwt_buf_add_char(out, ':');
		gwt_buf_add(out, headers->items[i].value);
		gwt_buf_add_char(out, '\n');
	}
}

static void copy_headers(struct gwt_arena *arena, const struct gwt_headers *from, struct gwt_headers *out)
{
	struct gwt_header *items = gwt_arena_array(arena, struct gwt_header, from->len);

	for (size_t i = 0; i < from->len; i++)
		items[i] = (struct gwt_header){ gwt_arena_copy(arena, from->items[i].name),
						gwt_arena_copy(arena, from->items[i].value) };
	*out = (struct gwt_headers){ .items = items, .len = from->len, .cap = from->len };
}

/* Expected headers and what they say of a signature: the many that are equal are one. */
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

		copy_headers(index->arena, &made, &shared->headers);
		request.headers = shared->headers;
		shared->is_read =
			gwt_authorization_read(&request, index->arena, &shared->claim, NULL) == GWT_OK;
	}
	entry->expected_headers = &shared->headers;
	if (shared->is_read && !entry->interaction->request.query.ptr)
		entry->expected_claim = &shared->claim;
}

/* Cassettes of one form have equal templates: they are kept once. */
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

/* Whether an interaction can be the first that is called of its scenario. */
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

/* The operation that method and path name, whatever the cassette calls it. */
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

static void add_entry(struct gwt_index *index, struct gwt_entry *entry, struct gwt_arena *scratch)
{
	const struct gwt_request *request = &entry->interaction->request;
	gwt_auto(gwt_buf_release) struct gwt_buf bytes = { 0 };
	struct gwt_contract contract;
	struct gwt_key *key;
	struct route *route;

	entry->request = shared_template(index, entry, false, scratch);
	entry->response = shared_template(index, entry, true, scratch);
	add_facts(index, entry, scratch);
	gwt_contract_make_bounded(request, scratch, &contract);
	gwt_buf_init(&bytes, SIZE_MAX);
	make_key(&bytes, shape_of(index, entry, scratch), request, &contract, scratch);
	key = get_or_make(index, &index->keys, gwt_buf_span(&bytes), sizeof(*key));
	add_to_key(index, key, entry);
	add_expectation(index, entry, scratch);
	entry->sample_ids = gwt_entry_ids(entry, NULL, scratch);
	route = get_or_make(index, &index->routes, route_name(scratch, request), sizeof(*route));
	push(index, &route->entries, &route->len, &route->cap, entry);
	get_or_make(index, &index->operations, entry->interaction->operation, 1);
}

/* Chained from the last to the first, so that a chain is in the order of the cassettes. */
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

struct gwt_entry *gwt_index_with_samples(const struct gwt_index *index, const struct gwt_found *found)
{
	return index->by_samples[found->ids & index->by_samples_mask];
}

/* What is looked up later moves into the arena, what was for making it goes. */
static void settle(struct gwt_index *index)
{
	gwt_map_freeze(&index->keys, index->arena);
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
	settle(index);
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
		own = index->own; /* which holds the index itself */
	gwt_arena_release(&own);
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
	const struct bucket *bucket = gwt_map_get(&index->buckets, bucket_name(arena, request));
	struct gwt_found *items = NULL;
	struct gwt_buf bytes;
	size_t found = 0, cap = 0;

	gwt_buf_init_in(&bytes, arena, contract->bytes.len + TEXT_ESTIMATE);
	for (size_t i = 0; bucket && i < bucket->len; i++) {
		const struct gwt_key *key;

		if (!shape_fits(bucket->shapes[i].template, request, contract, arena))
			continue;
		gwt_buf_clear(&bytes);
		make_key(&bytes, &bucket->shapes[i], request, contract, arena);
		key = gwt_map_get(&index->keys, gwt_buf_span(&bytes));
		if (!key)
			continue;
		gwt_arena_grow(arena, (void **)&items, sizeof(*items), found, &cap);
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
		struct gwt_span text = slot_string(slot, request, contract, arena);

		if (!text.ptr || !gwt_slot_read(slot, text, out->items))
			return false;
	}
	return true;
}

size_t gwt_index_same_route(const struct gwt_index *index, const struct gwt_request *request,
			    struct gwt_entry *const **out)
{
	struct gwt_arena scratch = { 0 };
	const struct route *route = gwt_map_get(&index->routes, route_name(&scratch, request));

	gwt_arena_release(&scratch);
	*out = route ? route->entries : NULL;
	return route ? route->len : 0;
}

bool gwt_index_has_operation(const struct gwt_index *index, struct gwt_span operation)
{
	return gwt_map_get(&index->operations, operation) != NULL;
}
