#include "drift/echo_contract.h"

#include "drift/change.h"
#include "drift/normal.h"
#include "drift/places.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/model/model.h"
#include "lib/report/escape.h"

static const char *const types[] = { "MOCK", "HTTP", "HTTP_PROXY", "AWS", "AWS_PROXY" };
enum { TYPES = 5, MAX_OPTIONS = 32, MAX_DEFAULTS = 4, ECHOES = GWT_ECHO_NORMALIZED + 1 };

/* What is known of one option of one type. */
struct cell {
	size_t counts[ECHOES];
	struct gwt_json *defaults[MAX_DEFAULTS];
	size_t default_count;
};

struct table {
	const struct gwt_member *options[MAX_OPTIONS];
	size_t option_count;
	struct cell cells[MAX_OPTIONS][TYPES];
	struct gwt_arena *arena;
	struct gwt_map sent; /* of one scenario: path -> body of the last put */
};

static void init_options(struct table *table)
{
	const struct gwt_operation *put = gwt_operation_named(GWT_SPAN("PutIntegration"));

	for (const struct gwt_member *m = put->input; m->name && table->option_count < MAX_OPTIONS; m++)
		if (m->place == GWT_PLACE_BODY)
			table->options[table->option_count++] = m;
}

static void note_default(struct table *table, struct cell *cell, const struct gwt_json *got)
{
	for (size_t i = 0; i < cell->default_count; i++)
		if (gwt_normal_equal(cell->defaults[i], got))
			return;
	if (cell->default_count < MAX_DEFAULTS) {
		cell->defaults[cell->default_count] = gwt_json_copy(table->arena, got);
		cell->defaults[cell->default_count++]->tag = got->tag;
	}
}

static void note_read(struct table *table, const struct gwt_json *sent, const struct gwt_json *got)
{
	struct gwt_span type = gwt_json_get_text(sent, "type");
	size_t column = 0;

	while (column < TYPES && !gwt_span_is(type, types[column]))
		column++;
	for (size_t i = 0; column < TYPES && i < table->option_count; i++) {
		struct cell *cell = &table->cells[i][column];
		const struct gwt_json *value = gwt_json_get(got, table->options[i]->wire);
		enum gwt_echo echo = gwt_echo_of(gwt_json_get(sent, table->options[i]->wire), value);

		cell->counts[echo]++;
		if (echo == GWT_ECHO_DEFAULTED)
			note_default(table, cell, value);
	}
}

static void note_interaction(struct table *table, const struct gwt_places *places, size_t i,
			     struct gwt_arena *scratch)
{
	const struct gwt_interaction *interaction = &places->cassette->interactions[i];
	struct gwt_normal request, answer;
	struct gwt_span path;

	gwt_normal_request(places, i, scratch, &request);
	path = gwt_span_slice(request.target, gwt_span_find(request.target, ' '), request.target.len);
	if (interaction->response.status >= 300)
		return;
	if (gwt_method_writes(interaction->request.method))
		gwt_map_release(&table->sent);
	if (gwt_span_is(interaction->operation, "PutIntegration") &&
	    gwt_json_is(request.json, GWT_JSON_OBJECT))
		gwt_map_put(&table->sent, path, request.json);
	if (gwt_span_is(interaction->operation, "GetIntegration") && gwt_map_get(&table->sent, path)) {
		gwt_normal_response(places, i, scratch, &answer);
		note_read(table, gwt_map_get(&table->sent, path), answer.json);
	}
}

static void note_cassette(struct table *table, const struct gwt_cassette *cassette)
{
	struct gwt_arena scratch = { 0 };
	struct gwt_places places;

	gwt_places_init(&places, cassette, &scratch);
	for (size_t i = 0; i < cassette->interaction_count; i++)
		note_interaction(table, &places, i, &scratch);
	gwt_map_release(&table->sent);
	gwt_arena_release(&scratch);
}

static void add_counts(struct table *table, struct gwt_json *row, const char *name, const struct cell *cell,
		       const enum gwt_echo *echoes, size_t len)
{
	struct gwt_json *object = gwt_json_add_object(table->arena, row, name);

	for (size_t i = 0; i < len; i++)
		if (cell->counts[echoes[i]])
			gwt_json_add_number(table->arena, object, gwt_echo_word(echoes[i]),
					    (int64_t)cell->counts[echoes[i]]);
}

static void add_row(struct table *table, struct gwt_json *list, size_t option, size_t type)
{
	static const enum gwt_echo sent[] = { GWT_ECHO_SAME, GWT_ECHO_NORMALIZED, GWT_ECHO_DROPPED },
				   unsent[] = { GWT_ECHO_ABSENT, GWT_ECHO_DEFAULTED };
	const struct cell *cell = &table->cells[option][type];
	struct gwt_json *row = gwt_json_append(list, gwt_json_new(table->arena, GWT_JSON_OBJECT)), *defaults;

	gwt_json_add_string(table->arena, row, "type", gwt_span_of(types[type]));
	gwt_json_add_string(table->arena, row, "option", gwt_span_of(table->options[option]->name));
	add_counts(table, row, "sent", cell, sent, GWT_LEN(sent));
	add_counts(table, row, "unsent", cell, unsent, GWT_LEN(unsent));
	defaults = gwt_json_add_array(table->arena, row, "defaults");
	for (size_t i = 0; i < cell->default_count; i++)
		gwt_json_append(defaults, gwt_value_copy(table->arena, cell->defaults[i]));
}

struct gwt_json *gwt_echo_contract(const struct gwt_cassettes *cassettes, struct gwt_arena *arena)
{
	struct table *table = gwt_arena_new(arena, struct table);
	struct gwt_json *list = gwt_json_new(arena, GWT_JSON_ARRAY);

	table->arena = arena;
	init_options(table);
	for (size_t i = 0; i < cassettes->len; i++)
		note_cassette(table, &cassettes->items[i]);
	for (size_t option = 0; option < table->option_count; option++)
		for (size_t type = 0; type < TYPES; type++)
			add_row(table, list, option, type);
	return list;
}

/* Markdown */

static void add_words(struct gwt_buf *out, const struct gwt_json *counts)
{
	if (!counts->child)
		gwt_buf_add_text(out, "–");
	for (const struct gwt_json *word = counts->child; word; word = word->next)
		gwt_buf_printf(out, "%s" GWT_SPAN_FMT, word == counts->child ? "" : " or ",
			       GWT_SPAN_ARG(word->name));
}

static void add_unsent(struct gwt_buf *out, const struct gwt_json *row)
{
	const struct gwt_json *counts = gwt_json_get(row, "unsent"),
			      *defaults = gwt_json_get(row, "defaults");
	const char *before = "";

	if (!counts->child)
		gwt_buf_add_text(out, "–");
	if (gwt_json_get(counts, "absent")) {
		gwt_buf_add_text(out, "absent");
		before = " or ";
	}
	for (const struct gwt_json *value = defaults->child; value; value = value->next) {
		gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };

		gwt_json_write(&text, value, GWT_JSON_COMPACT);
		gwt_buf_add_text(out, before);
		gwt_markdown_add(out, gwt_buf_span(&text));
		before = " or ";
	}
}

static void add_line(struct gwt_buf *out, const struct gwt_json *first)
{
	const struct gwt_json *row = first;

	gwt_buf_printf(out, "| " GWT_SPAN_FMT " |", GWT_SPAN_ARG(gwt_json_get_text(first, "option")));
	for (size_t i = 0; i < TYPES && row; i++, row = row->next) {
		gwt_buf_add_char(out, ' ');
		add_words(out, gwt_json_get(row, "sent"));
		gwt_buf_add_text(out, "; ");
		add_unsent(out, row);
		gwt_buf_add_text(out, " |");
	}
	gwt_buf_add_char(out, '\n');
}

void gwt_echo_contract_markdown(struct gwt_buf *out, const struct gwt_json *contract)
{
	size_t column = 0;

	gwt_buf_add_text(
		out,
		"# The echo contract\n\n"
		"How what was put with PutIntegration comes back from GetIntegration, option by option and type by type,\n"
		"as the cassettes show it. In each cell, before the semicolon: how a value that was sent comes back: `same`,\n"
		"`normalized` (another value comes back) or `dropped`. After it: what is there when nothing was sent: `absent`, or\n"
		"the default. A dash: no cassette shows it.\n\n"
		"This page is made by `gwtape drift --echo-contract`; do not edit it.\n\n|  |");
	for (size_t i = 0; i < TYPES; i++)
		gwt_buf_printf(out, " %s |", types[i]);
	gwt_buf_add_text(out, "\n| --- | --- | --- | --- | --- | --- |\n");
	for (const struct gwt_json *row = contract->child; row; row = row->next, column++)
		if (column % TYPES == 0)
			add_line(out, row);
}
