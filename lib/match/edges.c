#include "lib/match/edges.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/model/model.h"

#define NO_GIVER SIZE_MAX

static const char *const order_words[] = { "causal", "strict", "none" };

const char *gwt_replay_order_word(enum gwt_replay_order order)
{
	return order_words[order];
}

bool gwt_replay_order_parse(struct gwt_span word, enum gwt_replay_order *out)
{
	for (size_t i = 0; i < GWT_LEN(order_words); i++)
		if (gwt_span_is(word, order_words[i])) {
			*out = (enum gwt_replay_order)i;
			return true;
		}
	return false;
}

bool gwt_edges_are_old(const struct gwt_cassette *cassette)
{
	return gwt_span_is(cassette->provenance.upstream, "proxy") && !cassette->provenance.relation;
}

/* The interaction whose answer was the first to show a variable; none if a request had it before. */
static size_t giver_of(const struct gwt_cassette_variable *variable)
{
	const struct gwt_position *first = NULL;

	for (size_t i = 0; i < variable->at_count; i++) {
		const struct gwt_position *at = &variable->at[i];

		if (!first || at->interaction < first->interaction ||
		    (at->interaction == first->interaction && !at->in_response))
			first = at;
	}
	return first && first->in_response ? first->interaction : NO_GIVER;
}

/* The interactions that gave `interaction` a variable of its request. */
static size_t find_givers(const struct gwt_cassette *cassette, const size_t *giver, size_t interaction,
			  size_t *out)
{
	size_t count = 0;

	for (size_t v = 0; v < cassette->variable_count; v++) {
		const struct gwt_cassette_variable *variable = &cassette->variables[v];

		if (giver[v] >= interaction) /* no giver, or a later one */
			continue;
		for (size_t i = 0; i < variable->at_count; i++)
			if (variable->at[i].interaction == interaction && !variable->at[i].in_response) {
				out[count++] = giver[v];
				break;
			}
	}
	return count;
}

static size_t *givers_of(const struct gwt_cassette *cassette, struct gwt_arena *arena)
{
	size_t *giver = gwt_arena_array(arena, size_t, cassette->variable_count + 1);

	for (size_t v = 0; v < cassette->variable_count; v++)
		giver[v] = giver_of(&cassette->variables[v]);
	return giver;
}

static const struct gwt_json *json_of(struct gwt_arena *arena, struct gwt_span body)
{
	struct gwt_json *json;

	return body.len && gwt_json_parse(arena, body, &json, NULL) ? json : NULL;
}

struct gwt_trace *gwt_edges_trace(const struct gwt_cassette *cassette, struct gwt_arena *arena)
{
	struct gwt_trace *trace = gwt_trace_new(arena);
	const size_t *giver = givers_of(cassette, arena);

	for (size_t i = 0; i < cassette->interaction_count; i++) {
		const struct gwt_interaction *each = &cassette->interactions[i];
		size_t *givers = gwt_arena_array(arena, size_t, cassette->variable_count + 1);
		struct gwt_related_call call = {
			.method = each->request.method,
			.path = each->request.path,
			.query = each->request.query,
			.request = json_of(arena, each->request.body),
			.answer = json_of(arena, each->response.body),
			.status = each->response.status,
			.givers = givers,
			.giver_count = find_givers(cassette, giver, i, givers),
		};

		gwt_trace_add(trace, &call);
	}
	return trace;
}

static bool takes_effect(const struct gwt_interaction *interaction)
{
	bool refused = interaction->response.status >= 400 && interaction->response.status < 500;

	return gwt_method_writes(interaction->request.method) && !refused;
}

struct rows {
	const struct gwt_cassette *cassette;
	const uint64_t *writes;
	uint64_t *causal, *flows;
	size_t words;
};

/* The two see each other, but only a write must come first. */
static void relate(struct rows *rows, uint64_t *kind, size_t first, size_t second)
{
	if (gwt_bit(rows->writes, first))
		gwt_bit_set(kind + second * rows->words, first);
	if (gwt_bit(rows->writes, second))
		gwt_bit_set(kind + first * rows->words, second);
}

/*
 * Whether all calls are on one path and none is a POST, as in most scenarios. Rule 2 has no exception there,
 * and rule 1 relates only calls that share the path anyway.
 */
static bool is_plain(const struct gwt_cassette *cassette, const struct gwt_edges *edges)
{
	for (size_t i = 0; i < edges->given_words; i++)
		if (edges->given[i])
			return false;
	for (size_t i = 0; i < cassette->interaction_count; i++)
		if (!gwt_span_eq(cassette->interactions[i].request.path,
				 cassette->interactions[0].request.path) ||
		    gwt_span_is(cassette->interactions[i].request.method, "POST"))
			return false;
	return true;
}

static void relate_plainly(struct rows *rows)
{
	for (size_t i = 0; i < rows->cassette->interaction_count; i++)
		for (size_t j = i + 1; j < rows->cassette->interaction_count; j++)
			relate(rows, rows->causal, i, j);
}

static void relate_all(struct rows *rows, struct gwt_arena *scratch)
{
	struct gwt_trace *trace = gwt_edges_trace(rows->cassette, scratch);
	int up_to = gwt_edges_are_old(rows->cassette) ? 2 : 4;

	for (size_t i = 0; i < rows->cassette->interaction_count; i++)
		for (size_t j = i + 1; j < rows->cassette->interaction_count; j++) {
			int rule = gwt_trace_relation_up_to(trace, up_to, i, j).rule;

			if (rule)
				relate(rows, rows->causal, i, j);
			if (rule == 1)
				relate(rows, rows->flows, i, j);
		}
}

static void mark_writes_and_given(const struct gwt_cassette *cassette, uint64_t *writes, uint64_t *given)
{
	for (size_t i = 0; i < cassette->interaction_count; i++)
		if (takes_effect(&cassette->interactions[i]))
			gwt_bit_set(writes, i);
	for (size_t v = 0; v < cassette->variable_count; v++)
		if (giver_of(&cassette->variables[v]) != NO_GIVER)
			gwt_bit_set(given, v);
}

void gwt_edges_make(const struct gwt_cassette *cassette, struct gwt_arena *arena, struct gwt_edges *out)
{
	size_t count = cassette->interaction_count, words = gwt_bit_words(count),
	       given_words = gwt_bit_words(cassette->variable_count);
	uint64_t *bits = gwt_arena_array(arena, uint64_t, (2 * count + 1) * words + given_words);
	uint64_t *writes = bits + 2 * count * words, *given = writes + words;
	struct rows rows = { cassette, writes, bits, bits + count * words, words };

	*out = (struct gwt_edges){ words, rows.causal, rows.flows, writes, given, given_words };
	mark_writes_and_given(cassette, writes, given);
	if (is_plain(cassette, out))
		relate_plainly(&rows);
	else
		relate_all(&rows, arena);
}

static size_t word_count(const struct gwt_edges *edges, size_t interactions)
{
	return (2 * interactions + 1) * edges->words + edges->given_words;
}

struct gwt_span gwt_edges_bytes(const struct gwt_edges *edges, size_t interactions, struct gwt_arena *arena)
{
	size_t bits = word_count(edges, interactions) * sizeof(uint64_t);
	char *text = gwt_arena_bytes(arena, sizeof(interactions) + bits);

	memcpy(text, &interactions, sizeof(interactions));
	gwt_copy(text + sizeof(interactions), edges->causal, bits);
	return (struct gwt_span){ text, sizeof(interactions) + bits };
}

void gwt_edges_copy(const struct gwt_edges *from, size_t interactions, struct gwt_arena *arena,
		    struct gwt_edges *out)
{
	size_t words = word_count(from, interactions);
	uint64_t *bits = gwt_arena_array(arena, uint64_t, words);

	gwt_copy(bits, from->causal, words * sizeof(*bits));
	*out = *from;
	out->causal = bits;
	out->flows = bits + interactions * from->words;
	out->writes = bits + 2 * interactions * from->words;
	out->given = out->writes + from->words;
}
