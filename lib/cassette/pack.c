#include "lib/cassette/pack.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/http/message.h"

enum { MAX_SHARED_TEXT = 128 };

void gwt_packer_init(struct gwt_packer *packer, struct gwt_arena *arena)
{
	*packer = (struct gwt_packer){ .arena = arena };
}

void gwt_packer_release(struct gwt_packer *packer)
{
	gwt_map_release(&packer->texts);
	gwt_map_release(&packer->lists);
}

/* A copy that equal texts share. */
static struct gwt_span shared(struct gwt_packer *packer, struct gwt_span text)
{
	struct gwt_span copy;
	char *known;

	if (!text.ptr || text.len > MAX_SHARED_TEXT)
		return gwt_arena_copy(packer->arena, text);
	known = gwt_map_get(&packer->texts, text);
	if (known)
		return (struct gwt_span){ known, text.len };
	copy = gwt_arena_copy(packer->arena, text);
	gwt_map_put(&packer->texts, copy, (void *)(uintptr_t)copy.ptr);
	return copy;
}

/* Add a part of a list to its text, after the part's length, so that different lists have different texts. */
static void add_part(struct gwt_buf *out, struct gwt_span part)
{
	gwt_buf_printf(out, "%zu:", part.len);
	gwt_buf_add(out, part);
}

static void *known_list(struct gwt_packer *packer, struct gwt_buf *text)
{
	return gwt_map_get(&packer->lists, gwt_buf_span(text));
}

static void keep_list(struct gwt_packer *packer, struct gwt_buf *text, void *list)
{
	gwt_map_put(&packer->lists, gwt_arena_copy(packer->arena, gwt_buf_span(text)), list);
}

static void pack_headers(struct gwt_packer *packer, const struct gwt_headers *from, struct gwt_headers *out)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };
	struct gwt_header *items;

	*out = (struct gwt_headers){ .len = from->len, .cap = from->len };
	if (from->len == 0)
		return;
	gwt_buf_add_char(&text, 'H');
	for (size_t i = 0; i < from->len; i++) {
		add_part(&text, from->items[i].name);
		add_part(&text, from->items[i].value);
	}
	items = known_list(packer, &text);
	if (!items) {
		items = gwt_arena_array(packer->arena, struct gwt_header, from->len);
		for (size_t i = 0; i < from->len; i++)
			items[i] = (struct gwt_header){ shared(packer, from->items[i].name),
							shared(packer, from->items[i].value) };
		keep_list(packer, &text, items);
	}
	out->items = items;
}

static struct gwt_span *pack_names(struct gwt_packer *packer, const struct gwt_span *from, size_t count)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };
	struct gwt_span *items;

	gwt_buf_add_char(&text, 'N');
	for (size_t i = 0; i < count; i++)
		add_part(&text, from[i]);
	items = known_list(packer, &text);
	if (items)
		return items;
	items = gwt_arena_array(packer->arena, struct gwt_span, count + 1);
	for (size_t i = 0; i < count; i++)
		items[i] = shared(packer, from[i]);
	keep_list(packer, &text, items);
	return items;
}

static void pack_request(struct gwt_packer *packer, const struct gwt_request *from, struct gwt_request *out)
{
	struct gwt_headers headers;
	struct gwt_span target = gwt_arena_copy(packer->arena, from->target);

	pack_headers(packer, &from->headers, &headers);
	gwt_request_set(out, shared(packer, from->method), target, &headers,
			gwt_arena_copy(packer->arena, from->body));
}

static void pack_interaction(struct gwt_packer *packer, const struct gwt_interaction *from,
			     struct gwt_interaction *out)
{
	*out = *from;
	out->id = shared(packer, from->id);
	out->operation = shared(packer, from->operation);
	pack_request(packer, &from->request, &out->request);
	out->signed_headers = pack_names(packer, from->signed_headers, from->signed_header_count);
	out->client = shared(packer, from->client);
	out->wire = gwt_arena_copy(packer->arena, from->wire);
	pack_headers(packer, &from->response.headers, &out->response.headers);
	out->response.body = gwt_arena_copy(packer->arena, from->response.body);
	out->evidence_source = shared(packer, from->evidence_source);
}

/* Scenarios of one form have their variables in the same places, so they share them. */
static struct gwt_position *pack_positions(struct gwt_packer *packer, const struct gwt_position *from,
					   size_t count)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };
	struct gwt_position *items;

	gwt_buf_add_char(&text, 'P');
	for (size_t i = 0; i < count; i++) {
		gwt_buf_printf(&text, "%zu %d %d %zu %zu %zu ", from[i].interaction, from[i].in_response,
			       (int)from[i].part, from[i].segment, from[i].from, from[i].len);
		add_part(&text, from[i].pointer);
	}
	items = known_list(packer, &text);
	if (items)
		return items;
	items = gwt_arena_array(packer->arena, struct gwt_position, count + 1);
	for (size_t i = 0; i < count; i++) {
		items[i] = from[i];
		items[i].pointer = shared(packer, from[i].pointer);
	}
	keep_list(packer, &text, items);
	return items;
}

static void pack_variable(struct gwt_packer *packer, const struct gwt_cassette_variable *from,
			  struct gwt_cassette_variable *out)
{
	*out = *from;
	out->name = shared(packer, from->name);
	out->type = shared(packer, from->type);
	out->sample = gwt_arena_copy(packer->arena, from->sample);
	out->at = pack_positions(packer, from->at, from->at_count);
	out->at_cap = from->at_count;
}

void gwt_pack(struct gwt_packer *packer, const struct gwt_cassette *cassette, struct gwt_cassette *out)
{
	struct gwt_arena *arena = packer->arena;

	*out = *cassette;
	out->scenario = gwt_arena_copy(arena, cassette->scenario);
	out->path = gwt_arena_copy(arena, cassette->path);
	out->provenance.upstream = shared(packer, cassette->provenance.upstream);
	out->provenance.endpoint = shared(packer, cassette->provenance.endpoint);
	out->provenance.region = shared(packer, cassette->provenance.region);
	out->provenance.model = shared(packer, cassette->provenance.model);
	out->provenance.server = shared(packer, cassette->provenance.server);
	out->interactions = gwt_arena_array(arena, struct gwt_interaction, cassette->interaction_count);
	for (size_t i = 0; i < cassette->interaction_count; i++)
		pack_interaction(packer, &cassette->interactions[i], &out->interactions[i]);
	out->interaction_cap = cassette->interaction_count;
	out->variables = gwt_arena_array(arena, struct gwt_cassette_variable, cassette->variable_count + 1);
	for (size_t i = 0; i < cassette->variable_count; i++)
		pack_variable(packer, &cassette->variables[i], &out->variables[i]);
	out->variable_cap = cassette->variable_count;
}
