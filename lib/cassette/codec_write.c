/* A cassette as its file: deterministic, one member a line, short lists on one line. */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/cassette/codec.h"
#include "lib/contract/canonical.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/sigv4/sigv4.h"

static void indent(struct gwt_buf *out, size_t depth)
{
	gwt_buf_add_char(out, '\n');
	for (size_t i = 0; i < depth; i++)
		gwt_buf_add_text(out, "  ");
}

static bool holds_only_scalars(const struct gwt_json *array)
{
	for (const struct gwt_json *item = array->child; item; item = item->next)
		if (item->type == GWT_JSON_ARRAY || item->type == GWT_JSON_OBJECT)
			return false;
	return true;
}

static void write_value(struct gwt_buf *out, const struct gwt_json *json, size_t depth);

static void write_children(struct gwt_buf *out, const struct gwt_json *json, size_t depth)
{
	for (const struct gwt_json *item = json->child; item; item = item->next) {
		indent(out, depth + 1);
		if (json->type == GWT_JSON_OBJECT) {
			gwt_json_write_string(out, item->name);
			gwt_buf_add_text(out, ": ");
		}
		write_value(out, item, depth + 1);
		if (item->next)
			gwt_buf_add_char(out, ',');
	}
	indent(out, depth);
}

/* `at` lists and header pairs are on one line; every other value with members has several lines. */
static void write_value(struct gwt_buf *out, const struct gwt_json *json, size_t depth)
{
	bool object = json->type == GWT_JSON_OBJECT;

	if (json->len == 0 || (!object && holds_only_scalars(json))) {
		gwt_json_write(out, json, GWT_JSON_SPACED);
		return;
	}
	gwt_buf_add_char(out, object ? '{' : '[');
	write_children(out, json, depth);
	gwt_buf_add_char(out, object ? '}' : ']');
}

static const struct {
	const char *word;
	enum gwt_json_layout layout;
} layouts[] = {
	{ "compact", GWT_JSON_COMPACT },
	{ "compact-lf", GWT_JSON_COMPACT_LF },
	{ "spaced", GWT_JSON_SPACED },
};

bool gwt_layout_parse(struct gwt_span word, enum gwt_json_layout *out)
{
	for (size_t i = 0; i < GWT_LEN(layouts); i++)
		if (gwt_span_is(word, layouts[i].word)) {
			*out = layouts[i].layout;
			return true;
		}
	return false;
}

/* The layout that writes exactly `body`; NULL when no layout does. */
static const char *layout_of(const struct gwt_json *json, struct gwt_span body)
{
	gwt_auto(gwt_buf_release) struct gwt_buf again = { 0 };

	gwt_buf_init(&again, SIZE_MAX);
	for (size_t i = 0; i < GWT_LEN(layouts); i++) {
		gwt_buf_clear(&again);
		gwt_json_write(&again, json, layouts[i].layout);
		if (gwt_span_eq(gwt_buf_span(&again), body))
			return layouts[i].word;
	}
	return NULL;
}

/* Whether a JSON string can hold the bytes unchanged, which means that they are valid UTF-8. */
static bool is_text(struct gwt_arena *arena, struct gwt_span bytes)
{
	gwt_auto(gwt_buf_release) struct gwt_buf quoted = { 0 };
	struct gwt_json *back;

	gwt_buf_init(&quoted, SIZE_MAX);
	gwt_json_write_string(&quoted, bytes);
	return gwt_json_parse(arena, gwt_arena_copy(arena, gwt_buf_span(&quoted)), &back, NULL) &&
	       gwt_span_eq(back->text, bytes);
}

static void add_encoded(struct gwt_arena *arena, struct gwt_json *object, struct gwt_span bytes)
{
	gwt_auto(gwt_buf_release) struct gwt_buf base64 = { 0 };

	if (is_text(arena, bytes)) {
		gwt_json_add_string(arena, object, "text", bytes);
		return;
	}
	gwt_buf_init(&base64, SIZE_MAX);
	gwt_buf_add_base64(&base64, bytes);
	gwt_json_add_string(arena, object, "base64", gwt_buf_span(&base64));
}

static void add_body(struct gwt_arena *arena, struct gwt_json *message, struct gwt_span body)
{
	struct gwt_json *object, *json;
	const char *layout;

	if (body.len == 0)
		return;
	object = gwt_json_add_object(arena, message, "body");
	if (gwt_json_parse(arena, body, &json, NULL) && (layout = layout_of(json, body))) {
		gwt_json_add(arena, object, "json", json);
		gwt_json_add_string(arena, object, "layout", gwt_span_of(layout));
		return;
	}
	add_encoded(arena, object, body);
}

static void add_headers(struct gwt_arena *arena, struct gwt_json *message, const struct gwt_headers *headers)
{
	struct gwt_json *array = gwt_json_add_array(arena, message, "headers");

	for (size_t i = 0; i < headers->len; i++) {
		struct gwt_json *pair = gwt_json_append(array, gwt_json_new(arena, GWT_JSON_ARRAY));

		gwt_json_append(pair, gwt_json_new_string(arena, headers->items[i].name));
		gwt_json_append(pair, gwt_json_new_string(arena, headers->items[i].value));
	}
}

static void add_text(struct gwt_arena *arena, struct gwt_json *object, const char *name, struct gwt_span text)
{
	if (text.ptr)
		gwt_json_add_string(arena, object, name, text);
}

static void add_request(struct gwt_arena *arena, struct gwt_json *parent, const struct gwt_interaction *from)
{
	struct gwt_json *object = gwt_json_add_object(arena, parent, "request"), *names, *wire;

	gwt_json_add_string(arena, object, "method", from->request.method);
	gwt_json_add_string(arena, object, "path", from->request.path);
	add_text(arena, object, "query", from->request.query);
	add_headers(arena, object, &from->request.headers);
	names = gwt_json_add_array(arena, object, "signedHeaders");
	for (size_t i = 0; i < from->signed_header_count; i++)
		gwt_json_append(names, gwt_json_new_string(arena, from->signed_headers[i]));
	add_body(arena, object, from->request.body);
	add_text(arena, object, "client", from->client);
	if (from->wire.ptr) {
		wire = gwt_json_add_object(arena, object, "wire");
		add_encoded(arena, wire, from->wire);
	}
}

static void add_response(struct gwt_arena *arena, struct gwt_json *parent, const struct gwt_interaction *from)
{
	struct gwt_json *object = gwt_json_add_object(arena, parent, "response"), *evidence;

	gwt_json_add_number(arena, object, "status", from->response.status);
	add_headers(arena, object, &from->response.headers);
	add_body(arena, object, from->response.body);
	evidence = gwt_json_add_object(arena, object, "evidence");
	gwt_json_add_string(arena, evidence, "class", gwt_span_of(gwt_evidence_word(from->evidence)));
	add_text(arena, evidence, "source", from->evidence_source);
}

static void add_variables(struct gwt_arena *arena, struct gwt_json *index,
			  const struct gwt_cassette *cassette)
{
	struct gwt_json *all = gwt_json_add_object(arena, index, "variables");

	for (size_t i = 0; i < cassette->variable_count; i++) {
		const struct gwt_cassette_variable *variable = &cassette->variables[i];
		struct gwt_json *object = gwt_json_new(arena, GWT_JSON_OBJECT), *at;

		gwt_json_add_span(arena, all, variable->name, object);
		gwt_json_add_string(arena, object, "type", variable->type);
		gwt_json_add_string(arena, object, "sample", variable->sample);
		at = gwt_json_add_array(arena, object, "at");
		for (size_t j = 0; j < variable->at_count; j++) {
			gwt_auto(gwt_buf_release) struct gwt_buf text = { 0 };

			gwt_buf_init(&text, SIZE_MAX);
			gwt_position_text(&text, cassette, &variable->at[j]);
			gwt_json_append(at, gwt_json_new_string(arena, gwt_buf_span(&text)));
		}
	}
}

void gwt_interaction_hash(struct gwt_sigv4 *digests, const struct gwt_interaction *interaction,
			  struct gwt_arena *scratch, char contract[GWT_SHA256_HEX + 1],
			  char body[GWT_SHA256_HEX + 1])
{
	struct gwt_contract made;

	gwt_contract_make(&interaction->request, scratch, &made);
	gwt_sha256_hex(digests, made.bytes, contract);
	gwt_sha256_hex(digests, interaction->response.body, body);
}

static void add_hashes(struct gwt_arena *arena, struct gwt_json *index, const struct gwt_cassette *cassette)
{
	struct gwt_json *contracts = gwt_json_add_object(arena, index, "contractSha256");
	struct gwt_json *bodies = gwt_json_add_object(arena, index, "bodySha256");
	struct gwt_sigv4 *digests = gwt_sigv4_new();

	for (size_t i = 0; i < cassette->interaction_count; i++) {
		const struct gwt_interaction *each = &cassette->interactions[i];
		char contract[GWT_SHA256_HEX + 1], body[GWT_SHA256_HEX + 1];

		gwt_interaction_hash(digests, each, arena, contract, body);
		gwt_json_add_span(arena, contracts, each->id,
				  gwt_json_new_string(arena, gwt_span_of(contract)));
		gwt_json_add_span(arena, bodies, each->id, gwt_json_new_string(arena, gwt_span_of(body)));
	}
	gwt_sigv4_free(digests);
}

static void add_provenance(struct gwt_arena *arena, struct gwt_json *root, const struct gwt_provenance *from)
{
	struct gwt_json *object = gwt_json_add_object(arena, root, "provenance");

	add_text(arena, object, "upstream", from->upstream);
	add_text(arena, object, "endpoint", from->endpoint);
	add_text(arena, object, "region", from->region);
	add_text(arena, object, "model", from->model);
	add_text(arena, object, "server", from->server);
	if (from->relation)
		gwt_json_add_number(arena, object, "relation", from->relation);
}

static struct gwt_json *tree_of(struct gwt_arena *arena, const struct gwt_cassette *cassette)
{
	struct gwt_json *root = gwt_json_new(arena, GWT_JSON_OBJECT), *all, *index;

	gwt_json_add_number(arena, root, "format", GWT_CASSETTE_FORMAT);
	gwt_json_add_string(arena, root, "scenario", cassette->scenario);
	add_provenance(arena, root, &cassette->provenance);
	all = gwt_json_add_array(arena, root, "interactions");
	for (size_t i = 0; i < cassette->interaction_count; i++) {
		struct gwt_json *object = gwt_json_append(all, gwt_json_new(arena, GWT_JSON_OBJECT));

		gwt_json_add_string(arena, object, "id", cassette->interactions[i].id);
		gwt_json_add_string(arena, object, "operation", cassette->interactions[i].operation);
		add_request(arena, object, &cassette->interactions[i]);
		add_response(arena, object, &cassette->interactions[i]);
		if (cassette->interactions[i].repeated)
			gwt_json_add_bool(arena, object, "repeated", true);
	}
	index = gwt_json_add_object(arena, root, "index");
	gwt_json_add_string(arena, index, "scenarioSha256", gwt_span_of(cassette->scenario_sha256));
	add_variables(arena, index, cassette);
	add_hashes(arena, index, cassette);
	return root;
}

gwt_status gwt_cassette_write(struct gwt_buf *out, const struct gwt_cassette *cassette, struct gwt_error *err)
{
	struct gwt_arena arena = { 0 };

	write_value(out, tree_of(&arena, cassette), 0);
	gwt_buf_add_char(out, '\n');
	gwt_arena_release(&arena);
	return gwt_buf_check(out, "the cassette", err);
}
