/*
 * Writes that somebody else answered: the backdrop, or another scenario. What a playthrough recorded of what such a write is
 * related to is not true any more.
 *
 * A playthrough is found by what its calls are about, so that a write costs no more where thousands of scenarios are under
 * way. Calls on a method or below it are narrow: only calls on the same resource, and the wide ones of their API, can
 * see each other.
 */
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/cassette/template.h"
#include "lib/contract/parts.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/match/edges.h"
#include "lib/match/index.h"
#include "lib/match/internal.h"
#include "lib/model/related.h"

enum { PATH_ESTIMATE = 200 };

/* ROOT: calls at /restapis; OUTSIDE: of no API. */
enum reach { OF_API, WIDE, OF_RESOURCE, ROOT, OUTSIDE };

/* The subject of a normalized path. */
struct place {
	bool in_api, narrow;           /* narrow: about a method of a resource, or below it */
	struct gwt_span api, resource; /* the first segments */
};

static uint64_t hash_of(enum reach reach, struct gwt_span path)
{
	return gwt_hash(path) ^ (UINT64_C(0x9e3779b97f4a7c15) * (reach + 1u));
}

static size_t end_of_segment(struct gwt_span path, size_t from)
{
	const char *slash = from < path.len ? memchr(path.ptr + from, '/', path.len - from) : NULL;

	return slash ? (size_t)(slash - path.ptr) : path.len;
}

/* /restapis/API/resources/RESOURCE/methods/… */
static struct place place_of(struct gwt_span path)
{
	static const struct gwt_span apis = GWT_SPAN_INIT("/restapis/"),
				     resources = GWT_SPAN_INIT("/resources/"),
				     methods = GWT_SPAN_INIT("/methods/");
	struct place place = { .in_api = gwt_span_starts(path, apis) && path.len > apis.len };
	struct gwt_span rest;
	size_t end;

	if (!place.in_api)
		return place;
	end = end_of_segment(path, apis.len);
	place.api = gwt_span_slice(path, 0, end);
	rest = gwt_span_slice(path, end, path.len);
	if (!gwt_span_starts(rest, resources))
		return place;
	end += end_of_segment(rest, resources.len);
	place.resource = gwt_span_slice(path, 0, end);
	place.narrow = gwt_span_starts(gwt_span_slice(path, end, path.len), methods);
	return place;
}

/* The normalized path of a recorded request, as this client would send it. */
static void bound_path(const struct gwt_playthrough *playthrough, const struct gwt_entry *entry,
		       struct gwt_buf *out, struct gwt_arena *scratch)
{
	struct gwt_values values = { playthrough->values, entry->cassette->variable_count };

	gwt_buf_clear(out);
	gwt_contract_add_path(out, gwt_template_path(&entry->request, entry->cassette,
						     entry->interaction->request.path, &values, scratch));
}

/* What a playthrough reaches */

struct reaching {
	struct gwt_playthrough *playthrough;
	uint64_t *hashes;
	size_t len;
};

static void add_hash(struct reaching *reaching, uint64_t hash)
{
	for (size_t i = 0; i < reaching->len; i++)
		if (reaching->hashes[i] == hash)
			return;
	reaching->hashes[reaching->len++] = hash;
}

static void add_reach(struct reaching *reaching, struct gwt_span path)
{
	struct place place = place_of(path);

	if (!place.in_api) {
		bool root = gwt_span_is(path, "/restapis");

		add_hash(reaching, hash_of(root ? ROOT : OUTSIDE, GWT_SPAN("")));
		return;
	}
	add_hash(reaching, hash_of(OF_API, place.api));
	if (place.narrow)
		add_hash(reaching, hash_of(OF_RESOURCE, place.resource));
	else
		add_hash(reaching, hash_of(WIDE, place.api));
}

void gwt_playthrough_unreach(struct gwt_playthrough *playthrough)
{
	for (size_t i = 0; i < playthrough->reached_count; i++)
		gwt_chains_remove(&playthrough->reached[i]);
	free(playthrough->reached);
	playthrough->reached = NULL;
	playthrough->reached_count = 0;
}

void gwt_playthrough_reach(struct gwt_session *session, struct gwt_playthrough *playthrough,
			   struct gwt_arena *scratch)
{
	const struct gwt_entry *entries = gwt_index_entries(session->index, playthrough->of->cassette);
	size_t count = entries->cassette->interaction_count;
	struct reaching reaching = { playthrough, gwt_arena_array(scratch, uint64_t, 3 * count), 0 };
	struct gwt_buf path;

	gwt_playthrough_unreach(playthrough);
	gwt_buf_init_in(&path, scratch, PATH_ESTIMATE);
	for (size_t i = 0; i < count; i++) {
		bound_path(playthrough, &entries[i], &path, scratch);
		add_reach(&reaching, gwt_buf_span(&path));
	}
	playthrough->reached = gwt_xcalloc(reaching.len + 1, sizeof(*playthrough->reached));
	playthrough->reached_count = reaching.len;
	for (size_t i = 0; i < reaching.len; i++) {
		playthrough->reached[i] =
			(struct gwt_chain_node){ .hash = reaching.hashes[i], .playthrough = playthrough };
		gwt_chains_add(&session->reached, &playthrough->reached[i]);
	}
}

/* What a write does to a playthrough */

struct overtaking {
	struct gwt_session *session;
	const struct gwt_request *request;
	const struct gwt_response *response;
	const struct gwt_later_write *write;
	struct gwt_arena *scratch;
	uint64_t *bits; /* scratch bits of the current playthrough */
};

static const struct gwt_json *json_of(struct gwt_arena *arena, struct gwt_span body)
{
	struct gwt_json *json;

	return body.len && gwt_json_parse(arena, body, &json, NULL) ? json : NULL;
}

static void add_call(struct gwt_trace *trace, const struct gwt_request *request,
		     const struct gwt_response *response, struct gwt_arena *arena)
{
	struct gwt_related_call call = { .method = request->method,
					 .path = request->path,
					 .query = request->query,
					 .request = json_of(arena, request->body),
					 .answer = json_of(arena, response->body),
					 .status = response->status };

	gwt_trace_add(trace, &call);
}

/* The playthrough's calls and answers with this client's ids, followed by the write. */
static struct gwt_trace *trace_of(const struct overtaking *o, const struct gwt_playthrough *playthrough,
				  const struct gwt_entry *entries)
{
	struct gwt_values values = { playthrough->values, entries->cassette->variable_count };
	struct gwt_trace *trace = gwt_trace_new(o->scratch);

	for (size_t i = 0; i < entries->cassette->interaction_count; i++) {
		struct gwt_request request;
		struct gwt_response response;

		gwt_template_request(&entries[i].request, entries->cassette, entries[i].interaction, &values,
				     o->scratch, &request);
		gwt_template_response(&entries[i].response, entries->cassette, entries[i].interaction,
				      &values, o->scratch, &response);
		add_call(trace, &request, &response, o->scratch);
	}
	add_call(trace, o->request, o->response, o->scratch);
	return trace;
}

/*
 * The backdrop answers for the responses of recorded integrations, as in every Terraform run. The recorded
 * integration remains true, though the service would show those responses in it.
 */
static bool leaves_standing(const struct overtaking *o, const struct gwt_entry *entry)
{
	static const struct gwt_span integration = GWT_SPAN_INIT("/integration");

	return !o->write->entry && gwt_span_ends(entry->interaction->request.path, integration) &&
	       gwt_span_find_span(o->request->path, GWT_SPAN("/integration/responses/")) <
		       o->request->path.len;
}

/* Bits of the related interactions that are still true; returns how many. */
static size_t related_to(struct overtaking *o, const struct gwt_playthrough *playthrough)
{
	const struct gwt_entry *entries = gwt_index_entries(o->session->index, playthrough->of->cassette);
	size_t count = entries->cassette->interaction_count, found = 0;
	struct gwt_trace *trace = trace_of(o, playthrough, entries);

	o->bits = gwt_arena_array(o->scratch, uint64_t, gwt_bit_words(count));
	for (size_t i = 0; i < count; i++) {
		if (gwt_bit(playthrough->blocked, i) || leaves_standing(o, &entries[i]) ||
		    !gwt_trace_relation(trace, i, count).rule)
			continue;
		gwt_bit_set(o->bits, i);
		found++;
	}
	return found;
}

static struct gwt_span own_copy(struct gwt_span s)
{
	char *copy;

	if (!s.ptr)
		return s;
	copy = gwt_xcalloc(1, s.len + 1);
	gwt_copy(copy, s.ptr, s.len);
	return (struct gwt_span){ copy, s.len };
}

static bool is_all_blocked(const struct gwt_playthrough *playthrough, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!gwt_bit(playthrough->blocked, i))
			return false;
	return true;
}

static void block(struct overtaking *o, struct gwt_playthrough *playthrough)
{
	size_t count = gwt_session_cassette(o->session, playthrough->of->cassette)->interaction_count,
	       words = gwt_bit_words(count);
	struct gwt_blocker *blocker;

	if (!related_to(o, playthrough))
		return;
	blocker = gwt_xcalloc(1, sizeof(*blocker) + words * sizeof(*blocker->blocks));
	blocker->write = (struct gwt_later_write){ o->write->entry, own_copy(o->write->operation),
						   own_copy(o->write->path) };
	gwt_copy(blocker->blocks, o->bits, words * sizeof(*o->bits));
	for (size_t i = 0; i < words; i++)
		playthrough->blocked[i] |= o->bits[i];
	blocker->next = playthrough->blockers;
	playthrough->blockers = blocker;
	if (is_all_blocked(playthrough, count))
		gwt_playthrough_unreach(playthrough);
}

static bool is_of_the_answer(const struct gwt_session *session, const struct gwt_playthrough *playthrough)
{
	for (size_t i = 0; i < session->answering_count; i++)
		if (session->answering[i].entry->cassette_index == playthrough->of->cassette)
			return true;
	return false;
}

/* Blocking a playthrough can remove it, but no other one, from the chain. */
static void block_chain(struct overtaking *o, uint64_t hash)
{
	struct gwt_chain_node *node = gwt_chains_first(&o->session->reached, hash), *next;

	for (; node; node = next) {
		next = node->next;
		while (next && next->playthrough == node->playthrough) /* it may be removed, too */
			next = next->next;
		if (node->hash == hash && !is_of_the_answer(o->session, node->playthrough))
			block(o, node->playthrough);
	}
}

/* A write outside all APIs may concern every scenario under way. */
static void block_all(struct overtaking *o)
{
	for (size_t i = 0; i < gwt_index_cassettes(o->session->index)->len; i++) {
		const struct gwt_progress *progress = o->session->progress[i];
		struct gwt_playthrough *playthrough = progress ? progress->newest : NULL;

		for (; playthrough && !is_of_the_answer(o->session, playthrough);
		     playthrough = playthrough->older)
			if (playthrough->started && !playthrough->ended)
				block(o, playthrough);
	}
}

static void block_reach(struct overtaking *o, enum reach reach, struct gwt_span path)
{
	block_chain(o, hash_of(reach, path));
}

static void block_narrow(struct overtaking *o, const struct place *place)
{
	static const struct gwt_span connection = GWT_SPAN_INIT("\"connectionId\"");
	uint64_t outside = hash_of(OUTSIDE, GWT_SPAN(""));

	block_reach(o, OF_RESOURCE, place->resource);
	block_reach(o, WIDE, place->api);
	if (gwt_chains_first(&o->session->reached, outside) &&
	    gwt_span_find_span(o->request->body, connection) < o->request->body.len)
		block_chain(o, outside);
}

static void block_wide(struct overtaking *o, const struct place *place, struct gwt_span path)
{
	block_reach(o, OF_API, place->api);
	block_reach(o, OUTSIDE, GWT_SPAN(""));
	if (place->api.len == path.len)
		block_reach(o, ROOT, GWT_SPAN(""));
}

/*
 * The path of the API whose tags these are:
 * "/tags/arn:aws:apigateway:us-east-1::%2Frestapis%2FID", normalized.
 */
static struct gwt_span tagged_path(struct gwt_span path, struct gwt_arena *arena)
{
	static const struct gwt_span tags = GWT_SPAN_INIT("/tags/"), api = GWT_SPAN_INIT("/restapis/");
	struct gwt_buf arn;
	size_t at;

	if (!gwt_span_starts(path, tags))
		return path;
	gwt_buf_init_in(&arn, arena, path.len);
	gwt_uri_decode(&arn, gwt_span_slice(path, tags.len, path.len));
	at = gwt_span_find_span(gwt_buf_span(&arn), api);
	return at < arn.len ? gwt_span_slice(gwt_buf_span(&arn), at, arn.len) : path;
}

void gwt_session_block(struct gwt_session *session, const struct gwt_request *request,
		       struct gwt_span normalized, const struct gwt_response *response,
		       const struct gwt_later_write *write)
{
	struct gwt_arena scratch = { 0 };
	struct overtaking o = { session, request, response, write, &scratch, NULL };
	struct gwt_span path = tagged_path(normalized, &scratch);
	struct place place = place_of(path);

	if (place.narrow)
		block_narrow(&o, &place);
	else if (place.in_api)
		block_wide(&o, &place, path);
	else if (gwt_span_is(path, "/restapis"))
		block_reach(&o, ROOT, GWT_SPAN(""));
	else
		block_all(&o);
	gwt_arena_release(&scratch);
}
