#include "lib/match/cached_search.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/contract/canonical.h"
#include "lib/json/json.h"
#include "lib/sigv4/authorization.h"
#include "lib/http/headers.h"

enum { MAX_HEAD = 4096, MAX_KEPT_FOUND = 8, MAX_NOTE_BYTES = 48 * 1024 };

struct gwt_cached_search {
	struct gwt_arena *arena;       /* the arena of the note */
	const struct gwt_index *index; /* index in which `found` was found; NULL before it was kept */
	struct gwt_found found[MAX_KEPT_FOUND];
	size_t found_count;
	const struct gwt_entry *entry; /* entry of `comparison`; NULL before it was kept */
	struct gwt_comparison comparison;
	char *head; /* the compared head, without the values that every level ignores */
	size_t head_len, head_cap;
};

/* Make the contract, without parsing the body if it is one that was recorded. */
static void make_quickly(const struct gwt_index *index, const struct gwt_request *request,
			 struct gwt_arena *arena, struct gwt_contract *out)
{
	struct gwt_span canonical = { NULL, 0 };

	if (index)
		canonical = gwt_index_known_body(index, request, arena);
	if (canonical.ptr)
		gwt_contract_make_known(request, canonical, arena, out);
	else
		gwt_contract_make_bounded(request, arena, out);
}

struct gwt_cached_search *gwt_cached_search_contract(struct gwt_contract_cache *cache,
						     const struct gwt_index *index,
						     const struct gwt_request *request,
						     struct gwt_arena *arena, struct gwt_contract *contract)
{
	struct gwt_cache_note *note = NULL;
	struct gwt_cached_search *cached;
	enum gwt_cache_answer answer =
		cache ? gwt_contract_cache_look(cache, request, contract, &note) : GWT_CACHE_LARGE;

	if (answer == GWT_CACHE_AGAIN)
		gwt_contract_cache_keep(cache, request, arena, contract, &note);
	else if (answer != GWT_CACHE_KEPT)
		make_quickly(index, request, arena, contract);
	if (!note)
		return NULL;
	if (!note->data) {
		note->data = cached = gwt_arena_new(note->arena, struct gwt_cached_search);
		cached->arena = note->arena;
	}
	return note->data;
}

bool gwt_cached_search_found(const struct gwt_cached_search *cached, const struct gwt_index *index,
			     const struct gwt_found **found, size_t *count)
{
	if (!cached || cached->index != index)
		return false;
	*found = cached->found;
	*count = cached->found_count;
	return true;
}

void gwt_cached_search_keep_found(struct gwt_cached_search *cached, const struct gwt_index *index,
				  const struct gwt_found *found, size_t count)
{
	if (!cached || count > MAX_KEPT_FOUND)
		return;
	gwt_copy(cached->found, found, count * sizeof(*found));
	cached->found_count = count;
	cached->index = index;
	cached->entry = NULL;
}

/*
 * The value of Authorization without a signature at its end. A signature elsewhere (the parts come in any
 * order) is kept, since what follows it is compared: the credential scope, the signed headers. A value that
 * cannot be read is kept, too.
 */
static struct gwt_span without_signature(const struct gwt_request *request, struct gwt_span value)
{
	const struct gwt_authorization *claim = request->claim;
	struct gwt_authorization read;

	if (!claim || !claim->present || claim->presigned) {
		if (gwt_authorization_split(value, &read, NULL) != GWT_OK)
			return value;
		claim = &read;
	}
	if (claim->signature.ptr + claim->signature.len != value.ptr + value.len)
		return value;
	return gwt_span_slice(value, 0, value.len - claim->signature.len);
}

/*
 * The beginning of a header's value that is compared: nothing of a date or an invocation id, and no signature
 * at the end.
 */
static struct gwt_span kept_part(const struct gwt_request *request, const struct gwt_header *header)
{
	static const struct gwt_span sdk[] = { GWT_SPAN_INIT("amz-sdk-invocation-id"),
					       GWT_SPAN_INIT("amz-sdk-request") };
	enum gwt_header_id id = gwt_header_id(header);

	if (id == GWT_HEADER_AUTHORIZATION)
		return without_signature(request, header->value);
	if (id == GWT_HEADER_AMZ_DATE || id == GWT_HEADER_AMZ_SECURITY_TOKEN)
		return gwt_span_slice(header->value, 0, 0);
	for (size_t i = 0; id == GWT_HEADER_AMZ_SDK && i < GWT_LEN(sdk); i++)
		if (gwt_span_ieq(header->name, sdk[i]))
			return gwt_span_slice(header->value, 0, 0);
	return header->value;
}

/*
 * The raw head without those values. SIZE_MAX when it is too large or absent, or when the body is chunked:
 * level `wire` also compares the chunks.
 */
static size_t cut_head(const struct gwt_request *request, char *out)
{
	const char *done = request->head.ptr;
	size_t len = 0;

	if (!request->head.ptr || request->head.len > MAX_HEAD || request->chunked)
		return SIZE_MAX;
	for (size_t i = 0; i < request->headers.len; i++) {
		const struct gwt_header *header = &request->headers.items[i];
		struct gwt_span kept = kept_part(request, header);
		size_t before;

		if (kept.len == header->value.len)
			continue;
		before = (size_t)(header->value.ptr + kept.len - done);
		gwt_copy(out + len, done, before);
		len += before;
		done = header->value.ptr + header->value.len;
	}
	gwt_copy(out + len, done, (size_t)(request->head.ptr + request->head.len - done));
	return len + (size_t)(request->head.ptr + request->head.len - done);
}

bool gwt_cached_search_comparison(const struct gwt_cached_search *cached, const struct gwt_entry *entry,
				  const struct gwt_request *request, struct gwt_arena *arena,
				  struct gwt_comparison *out)
{
	char *head;
	size_t len;

	if (!cached || cached->entry != entry)
		return false;
	head = gwt_arena_bytes(arena, request->head.len + 1);
	len = cut_head(request, head);
	if (len != cached->head_len || memcmp(head, cached->head, len) != 0)
		return false;
	*out = cached->comparison;
	return true;
}

/* Texts and values of the differences are copied into the note's arena. */
void gwt_cached_search_keep(struct gwt_cached_search *cached, const struct gwt_entry *entry,
			    const struct gwt_request *request, const struct gwt_comparison *comparison)
{
	struct gwt_difference *copies;

	if (!cached || cached->arena->used > MAX_NOTE_BYTES)
		return;
	cached->entry = NULL;
	if (cached->head_cap < request->head.len) {
		cached->head_cap = request->head.len;
		cached->head = gwt_arena_bytes(cached->arena, cached->head_cap);
	}
	cached->head_len = cut_head(request, cached->head);
	if (cached->head_len == SIZE_MAX)
		return;
	copies = comparison->len ? gwt_arena_array(cached->arena, struct gwt_difference, comparison->len)
				 : NULL;
	for (size_t i = 0; i < comparison->len; i++) {
		copies[i] = comparison->differences[i];
		copies[i].at = gwt_arena_copy(cached->arena, copies[i].at);
		if (copies[i].expected)
			copies[i].expected = gwt_json_copy(cached->arena, copies[i].expected);
		if (copies[i].got)
			copies[i].got = gwt_json_copy(cached->arena, copies[i].got);
	}
	cached->comparison = *comparison;
	cached->comparison.differences = copies;
	cached->comparison.cap = comparison->len;
	cached->entry = entry;
}
