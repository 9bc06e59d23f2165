/* Reading a cassette: every member known, every hash right, or an error with file, line and column. */
#include <stdarg.h>
#include <stdio.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/cassette/codec.h"
#include "lib/cassette/position.h"
#include "lib/http/headers.h"
#include "lib/http/message.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/sigv4/sigv4.h"

struct reader {
	struct gwt_arena *arena;
	const char *path;
	struct gwt_span text;
	struct gwt_error *err;
	struct gwt_sigv4 *digests;
	struct gwt_cassette *out;
	struct body_tree *trees; /* for each interaction, of request and response */
};

/* A body as JSON, parsed when the first position in it is checked. */
struct body_tree {
	struct gwt_json *json; /* NULL when the body is not JSON */
	bool parsed;
};

static gwt_status fail_at(const struct reader *reader, size_t offset, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static gwt_status fail_at(const struct reader *reader, size_t offset, const char *fmt, ...)
{
	size_t line, column;
	va_list args;

	if (!reader->err)
		return GWT_EPARSE;
	va_start(args, fmt);
	gwt_vfail(reader->err, GWT_EPARSE, fmt, args);
	va_end(args);
	gwt_file_position(reader->text, offset, &line, &column);
	return gwt_fail_in(reader->err, "%s:%zu:%zu", reader->path, line, column);
}

/*
 * The members of an object; the table is the format. Messages quote its words and places, never text of
 * the file.
 */
struct field {
	const char *name;
	enum gwt_json_type type;
	bool optional;
	struct gwt_json **out;
};

static gwt_status read_fields(const struct reader *reader, const struct gwt_json *object, const char *what,
			      const struct field *fields, size_t count)
{
	if (!gwt_json_is(object, GWT_JSON_OBJECT))
		return fail_at(reader, object ? object->offset : 0, "%s is not an object", what);
	for (const struct gwt_json *item = object->child; item; item = item->next) {
		size_t i = 0;

		while (i < count && !gwt_span_is(item->name, fields[i].name))
			i++;
		if (i == count)
			return fail_at(reader, item->name_offset, "%s has no member of this name", what);
	}
	for (size_t i = 0; i < count; i++) {
		struct gwt_json *item = gwt_json_get(object, fields[i].name);

		if (!item && !fields[i].optional)
			return fail_at(reader, object->offset, "%s lacks the member '%s'", what,
				       fields[i].name);
		if (item && item->type != fields[i].type)
			return fail_at(reader, item->offset, "'%s' of %s must be of type %s", fields[i].name,
				       what, gwt_json_type_word(fields[i].type));
		*fields[i].out = item;
	}
	return GWT_OK;
}

static struct gwt_span text_of(const struct gwt_json *json)
{
	return json ? json->text : GWT_ABSENT;
}

static gwt_status read_headers(const struct reader *reader, const struct gwt_json *array,
			       struct gwt_headers *out)
{
	gwt_headers_init(out, reader->arena);
	for (const struct gwt_json *pair = array->child; pair; pair = pair->next) {
		const struct gwt_json *name = gwt_json_at(pair, 0), *value = gwt_json_at(pair, 1);

		if (pair->len != 2 || !gwt_json_is(name, GWT_JSON_STRING) ||
		    !gwt_json_is(value, GWT_JSON_STRING))
			return fail_at(reader, pair->offset, "a header is a list of a name and a value");
		if (gwt_headers_add(out, name->text, value->text, reader->err) != GWT_OK) {
			const struct gwt_error why = reader->err ? *reader->err : (struct gwt_error){ 0 };

			return fail_at(reader, pair->offset, "%s", why.msg);
		}
	}
	return GWT_OK;
}

/*
 * Headers that a replay makes itself: a stored one would frame the message a second time, or contradict
 * the replayer.
 */
static bool is_made_at_replay(struct gwt_span name)
{
	static const char *const names[] = { "connection",        "content-length",  "date",
					     "keep-alive",        "trailer",         "upgrade",
					     "transfer-encoding", "x-amzn-requestid" };
	static const struct gwt_span ours = GWT_SPAN_INIT("x-gwtape");

	for (size_t i = 0; i < GWT_LEN(names); i++)
		if (gwt_span_iis(name, names[i]))
			return true;
	return gwt_span_ieq(gwt_span_slice(name, 0, ours.len), ours);
}

static gwt_status read_response_headers(const struct reader *reader, const struct gwt_json *array,
					struct gwt_headers *out)
{
	gwt_status status = read_headers(reader, array, out);

	for (size_t i = 0; status == GWT_OK && i < out->len; i++)
		if (is_made_at_replay(out->items[i].name))
			status = fail_at(reader, array->offset,
					 "the header '" GWT_SPAN_FMT "' is made at replay, never "
					 "stored",
					 GWT_SPAN_ARG(out->items[i].name));
	return status;
}

static gwt_status read_encoded(const struct reader *reader, const struct gwt_json *text,
			       const struct gwt_json *base64, struct gwt_span *out)
{
	gwt_auto(gwt_buf_release) struct gwt_buf bytes = { 0 };

	if (text) {
		*out = text->text;
		return GWT_OK;
	}
	gwt_buf_init(&bytes, GWT_MAX_JSON_BYTES);
	if (!gwt_buf_add_base64_decoded(&bytes, base64->text))
		return fail_at(reader, base64->offset, "'base64' is not RFC 4648 base64");
	*out = gwt_arena_copy(reader->arena, gwt_buf_span(&bytes));
	return GWT_OK;
}

static gwt_status read_body(const struct reader *reader, const struct gwt_json *object, struct gwt_span *out)
{
	struct gwt_json *json = object ? gwt_json_get(object, "json") : NULL;
	struct gwt_json *layout = NULL, *text = NULL, *base64 = NULL;
	enum gwt_json_layout wanted;
	struct gwt_buf bytes;
	const struct field fields[] = {
		{ "json", json ? json->type : GWT_JSON_NULL, true, &json },
		{ "layout", GWT_JSON_STRING, true, &layout },
		{ "text", GWT_JSON_STRING, true, &text },
		{ "base64", GWT_JSON_STRING, true, &base64 },
	};

	*out = GWT_SPAN("");
	if (!object)
		return GWT_OK;
	if (read_fields(reader, object, "a body", fields, GWT_LEN(fields)) != GWT_OK)
		return GWT_EPARSE;
	if (!json != !layout || !!json + !!text + !!base64 != 1)
		return fail_at(reader, object->offset,
			       "a body has either 'json' and 'layout', 'text' or 'base64'");
	if (!json)
		return read_encoded(reader, text, base64, out);
	if (!gwt_layout_parse(layout->text, &wanted))
		return fail_at(reader, layout->offset, "layout is compact, compact-lf or spaced");
	gwt_buf_init(&bytes, GWT_MAX_JSON_BYTES);
	gwt_json_write(&bytes, json, wanted);
	*out = gwt_arena_copy(reader->arena, gwt_buf_span(&bytes));
	gwt_buf_release(&bytes);
	return GWT_OK;
}

static gwt_status read_signed_headers(const struct reader *reader, const struct gwt_json *array,
				      struct gwt_interaction *out)
{
	out->signed_headers = gwt_arena_array(reader->arena, struct gwt_span, array->len + 1);
	for (const struct gwt_json *name = array->child; name; name = name->next) {
		if (name->type != GWT_JSON_STRING || !gwt_is_token(name->text))
			return fail_at(reader, name->offset, "'signedHeaders' lists header names");
		out->signed_headers[out->signed_header_count++] = name->text;
	}
	return GWT_OK;
}

static gwt_status read_wire(const struct reader *reader, const struct gwt_json *object, struct gwt_span *out)
{
	struct gwt_json *text = NULL, *base64 = NULL;
	const struct field fields[] = {
		{ "text", GWT_JSON_STRING, true, &text },
		{ "base64", GWT_JSON_STRING, true, &base64 },
	};

	if (!object)
		return GWT_OK;
	if (read_fields(reader, object, "wire", fields, GWT_LEN(fields)) != GWT_OK)
		return GWT_EPARSE;
	if (!text == !base64)
		return fail_at(reader, object->offset, "wire has either 'text' or 'base64'");
	return read_encoded(reader, text, base64, out);
}

static bool is_path(struct gwt_span path)
{
	for (size_t i = 0; i < path.len; i++)
		if ((unsigned char)path.ptr[i] <= ' ' || (unsigned char)path.ptr[i] >= 0x7f ||
		    path.ptr[i] == '?')
			return false;
	return path.len > 0 && path.ptr[0] == '/';
}

static gwt_status read_request(const struct reader *reader, const struct gwt_json *object,
			       struct gwt_interaction *out)
{
	struct gwt_json *method, *path, *query, *headers, *names, *body, *client, *wire;
	const struct field fields[] = {
		{ "method", GWT_JSON_STRING, false, &method },
		{ "path", GWT_JSON_STRING, false, &path },
		{ "query", GWT_JSON_STRING, true, &query },
		{ "headers", GWT_JSON_ARRAY, false, &headers },
		{ "signedHeaders", GWT_JSON_ARRAY, false, &names },
		{ "body", GWT_JSON_OBJECT, true, &body },
		{ "client", GWT_JSON_STRING, true, &client },
		{ "wire", GWT_JSON_OBJECT, true, &wire },
	};
	struct gwt_headers list;
	struct gwt_span bytes, target;

	if (read_fields(reader, object, "a request", fields, GWT_LEN(fields)) != GWT_OK ||
	    read_headers(reader, headers, &list) != GWT_OK || read_body(reader, body, &bytes) != GWT_OK ||
	    read_signed_headers(reader, names, out) != GWT_OK ||
	    read_wire(reader, wire, &out->wire) != GWT_OK)
		return GWT_EPARSE;
	if (!gwt_is_token(method->text))
		return fail_at(reader, method->offset, "the method is not a token");
	if (!is_path(path->text))
		return fail_at(
			reader, path->offset,
			"the path does not begin with '/' or has a byte that is not allowed in a path");
	target = query ? gwt_arena_printf(reader->arena, GWT_SPAN_FMT "?" GWT_SPAN_FMT,
					  GWT_SPAN_ARG(path->text), GWT_SPAN_ARG(query->text))
		       : path->text;
	gwt_request_set(&out->request, method->text, target, &list, bytes);
	out->client = text_of(client);
	return GWT_OK;
}

static gwt_status read_response(const struct reader *reader, const struct gwt_json *object,
				struct gwt_interaction *out)
{
	struct gwt_json *status, *headers, *body, *evidence, *class, *source;
	const struct field fields[] = {
		{ "status", GWT_JSON_NUMBER, false, &status },
		{ "headers", GWT_JSON_ARRAY, false, &headers },
		{ "body", GWT_JSON_OBJECT, true, &body },
		{ "evidence", GWT_JSON_OBJECT, false, &evidence },
	};
	const struct field evidence_fields[] = {
		{ "class", GWT_JSON_STRING, false, &class },
		{ "source", GWT_JSON_STRING, true, &source },
	};
	uint64_t code;

	if (read_fields(reader, object, "a response", fields, GWT_LEN(fields)) != GWT_OK ||
	    read_fields(reader, evidence, "evidence", evidence_fields, GWT_LEN(evidence_fields)) != GWT_OK ||
	    read_response_headers(reader, headers, &out->response.headers) != GWT_OK ||
	    read_body(reader, body, &out->response.body) != GWT_OK)
		return GWT_EPARSE;
	if (!gwt_json_to_u64(status, 599, &code) || code < 200)
		return fail_at(reader, status->offset, "the status is not a number from 200 to 599");
	if (!gwt_evidence_parse(class->text, &out->evidence))
		return fail_at(reader, class->offset,
			       "evidence is aws-live, aws-published, documented or guessed");
	if ((code == 204 || code == 304) && out->response.body.len)
		return fail_at(reader, body->offset, "an answer of status %d has no body", (int)code);
	out->response.status = (int)code;
	out->response.no_content_length = code == 204 || code == 304;
	out->evidence_source = text_of(source);
	return GWT_OK;
}

static gwt_status read_interaction(const struct reader *reader, const struct gwt_json *object,
				   struct gwt_interaction *out)
{
	struct gwt_json *id, *operation, *request, *response, *repeated;
	const struct field fields[] = {
		{ "id", GWT_JSON_STRING, false, &id },
		{ "operation", GWT_JSON_STRING, false, &operation },
		{ "request", GWT_JSON_OBJECT, false, &request },
		{ "response", GWT_JSON_OBJECT, false, &response },
		{ "repeated", GWT_JSON_TRUE, true, &repeated },
	};
	size_t column;

	if (read_fields(reader, object, "an interaction", fields, GWT_LEN(fields)) != GWT_OK ||
	    read_request(reader, request, out) != GWT_OK || read_response(reader, response, out) != GWT_OK)
		return GWT_EPARSE;
	if (id->text.len == 0 || gwt_span_find(id->text, '#') < id->text.len)
		return fail_at(reader, id->offset, "an id is not empty and has no '#'");
	if (gwt_cassette_find(reader->out, id->text) != SIZE_MAX)
		return fail_at(reader, id->offset, "an interaction before this one has its id");
	gwt_file_position(reader->text, object->offset, &out->line, &column);
	out->id = id->text;
	out->operation = operation->text;
	out->repeated = repeated != NULL;
	return GWT_OK;
}

static gwt_status read_interactions(const struct reader *reader, const struct gwt_json *array)
{
	struct gwt_cassette *out = reader->out;

	out->interactions = gwt_arena_array(reader->arena, struct gwt_interaction, array->len + 1);
	for (const struct gwt_json *item = array->child; item; item = item->next) {
		struct gwt_interaction interaction = { 0 };

		if (read_interaction(reader, item, &interaction) != GWT_OK)
			return GWT_EPARSE;
		out->interactions[out->interaction_count++] = interaction;
	}
	return out->interaction_count ? GWT_OK
				      : fail_at(reader, array->offset, "a cassette has an interaction");
}

static gwt_status read_hashes(const struct reader *reader, const struct gwt_json *contracts,
			      const struct gwt_json *bodies)
{
	struct gwt_arena scratch = { 0 };
	gwt_status status = GWT_OK;

	for (size_t i = 0; status == GWT_OK && i < reader->out->interaction_count; i++) {
		const struct gwt_interaction *each = &reader->out->interactions[i];
		const struct gwt_json *contract = gwt_json_get_span(contracts, each->id);
		const struct gwt_json *body = gwt_json_get_span(bodies, each->id);
		char contract_hash[GWT_SHA256_HEX + 1], body_hash[GWT_SHA256_HEX + 1];

		gwt_interaction_hash(reader->digests, each, &scratch, contract_hash, body_hash);
		if (!contract || !gwt_span_is(contract->text, contract_hash))
			status = fail_at(
				reader, contract ? contract->offset : contracts->offset,
				"the request of the interaction in line %zu is not the one that was recorded: its contract hash is %s (record it again)",
				each->line, contract_hash);
		else if (!body || !gwt_span_is(body->text, body_hash))
			status = fail_at(
				reader, body ? body->offset : bodies->offset,
				"the answer of the interaction in line %zu is not the one that was recorded: its body hash is %s (record it again)",
				each->line, body_hash);
		gwt_arena_reset(&scratch);
	}
	gwt_arena_release(&scratch);
	if (status == GWT_OK && (contracts->len != reader->out->interaction_count ||
				 bodies->len != reader->out->interaction_count))
		return fail_at(reader, contracts->offset,
			       "there are hashes of interactions that are not here");
	return status;
}

static struct gwt_json *body_of(const struct reader *reader, const struct gwt_position *at)
{
	const struct gwt_interaction *in = &reader->out->interactions[at->interaction];
	struct body_tree *tree = &reader->trees[2 * at->interaction + at->in_response];

	if (at->part != GWT_AT_BODY)
		return NULL;
	if (!tree->parsed)
		gwt_json_parse(reader->arena, at->in_response ? in->response.body : in->request.body,
			       &tree->json, NULL);
	tree->parsed = true;
	return tree->json;
}

/* The sample must be at its position: a variable in a wrong place would match anything. */
static bool sample_stands(const struct reader *reader, const struct gwt_position *at, struct gwt_span sample)
{
	const struct gwt_interaction *in = &reader->out->interactions[at->interaction];
	struct gwt_span string = gwt_position_string(at, &in->request, &in->response.headers,
						     body_of(reader, at), reader->arena);

	return gwt_span_eq(gwt_position_part(at, string), sample);
}

static gwt_status read_variable(const struct reader *reader, const struct gwt_json *object,
				struct gwt_cassette_variable *out)
{
	struct gwt_json *type, *sample, *at;
	const struct field fields[] = {
		{ "type", GWT_JSON_STRING, false, &type },
		{ "sample", GWT_JSON_STRING, false, &sample },
		{ "at", GWT_JSON_ARRAY, false, &at },
	};

	if (read_fields(reader, object, "a variable", fields, GWT_LEN(fields)) != GWT_OK)
		return GWT_EPARSE;
	if (sample->text.len == 0)
		return fail_at(reader, sample->offset, "a sample is not empty");
	*out = (struct gwt_cassette_variable){ .name = object->name,
					       .type = type->text,
					       .sample = sample->text };
	out->at = gwt_arena_array(reader->arena, struct gwt_position, at->len + 1);
	for (const struct gwt_json *item = at->child; item; item = item->next) {
		struct gwt_position position;

		if (item->type != GWT_JSON_STRING ||
		    !gwt_position_parse(reader->arena, reader->out, item->text, &position))
			return fail_at(reader, item->offset, "this is not a position in the cassette");
		if (!sample_stands(reader, &position, sample->text))
			return fail_at(reader, item->offset, "the sample of this variable is not there");
		out->at[out->at_count++] = position;
	}
	return GWT_OK;
}

static gwt_status read_variables(struct reader *reader, const struct gwt_json *object)
{
	reader->trees = gwt_arena_array(reader->arena, struct body_tree, 2 * reader->out->interaction_count);
	reader->out->variables =
		gwt_arena_array(reader->arena, struct gwt_cassette_variable, object->len + 1);
	for (const struct gwt_json *item = object->child; item; item = item->next)
		if (read_variable(reader, item, &reader->out->variables[reader->out->variable_count++]) !=
		    GWT_OK)
			return GWT_EPARSE;
	return GWT_OK;
}

static bool is_sha256(struct gwt_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!memchr("0123456789abcdef", text.ptr[i], 16))
			return false;
	return text.len == 64;
}

static gwt_status read_index(struct reader *reader, const struct gwt_json *object)
{
	struct gwt_json *scenario, *variables, *contracts, *bodies;
	const struct field fields[] = {
		{ "scenarioSha256", GWT_JSON_STRING, false, &scenario },
		{ "variables", GWT_JSON_OBJECT, false, &variables },
		{ "contractSha256", GWT_JSON_OBJECT, false, &contracts },
		{ "bodySha256", GWT_JSON_OBJECT, false, &bodies },
	};

	if (read_fields(reader, object, "the index", fields, GWT_LEN(fields)) != GWT_OK)
		return GWT_EPARSE;
	if (!is_sha256(scenario->text))
		return fail_at(reader, scenario->offset, "this is not a SHA-256 in lower-case hexadecimal");
	memcpy(reader->out->scenario_sha256, scenario->text.ptr, 65 - 1);
	if (read_variables(reader, variables) != GWT_OK)
		return GWT_EPARSE;
	return read_hashes(reader, contracts, bodies);
}

static gwt_status read_provenance(const struct reader *reader, const struct gwt_json *object)
{
	struct gwt_json *upstream, *endpoint, *region, *model, *server, *relation;
	const struct field fields[] = {
		{ "upstream", GWT_JSON_STRING, false, &upstream },
		{ "endpoint", GWT_JSON_STRING, true, &endpoint },
		{ "region", GWT_JSON_STRING, true, &region },
		{ "model", GWT_JSON_STRING, true, &model },
		{ "server", GWT_JSON_STRING, true, &server },
		{ "relation", GWT_JSON_NUMBER, true, &relation },
	};
	uint64_t version = 0;
	static const char *const known[] = { "aws", "sandbox", "proxy", "other" };
	bool ok = false;

	if (read_fields(reader, object, "provenance", fields, GWT_LEN(fields)) != GWT_OK)
		return GWT_EPARSE;
	for (size_t i = 0; i < GWT_LEN(known); i++)
		ok |= gwt_span_is(upstream->text, known[i]);
	if (!ok)
		return fail_at(reader, upstream->offset, "upstream is aws, sandbox, proxy or other");
	if (relation && (!gwt_json_to_u64(relation, GWT_CASSETTE_RELATION, &version) || version == 0))
		return fail_at(
			reader, relation->offset,
			"unknown relation: this gwtape knows relation %d (record again, or use a newer gwtape)",
			GWT_CASSETTE_RELATION);
	reader->out->provenance =
		(struct gwt_provenance){ upstream->text, text_of(endpoint), text_of(region),
					 text_of(model), text_of(server),   (unsigned)version };
	return GWT_OK;
}

/* The format is read first: a later one may have members that this version does not know. */
static gwt_status read_format(const struct reader *reader, const struct gwt_json *root)
{
	const struct gwt_json *format = gwt_json_get(root, "format");
	uint64_t number;

	if (!gwt_json_is(root, GWT_JSON_OBJECT))
		return fail_at(reader, root->offset, "a cassette is a JSON object");
	if (!format)
		return fail_at(reader, root->offset, "this is not a cassette: it has no 'format'");
	if (!gwt_json_to_u64(format, UINT32_MAX, &number) || number != GWT_CASSETTE_FORMAT)
		return fail_at(reader, format->offset, "unknown format: this gwtape reads format %d",
			       GWT_CASSETTE_FORMAT);
	return GWT_OK;
}

static gwt_status read_root(struct reader *reader, const struct gwt_json *root)
{
	struct gwt_json *format, *scenario, *provenance, *interactions, *index;
	const struct field fields[] = {
		{ "format", GWT_JSON_NUMBER, false, &format },
		{ "scenario", GWT_JSON_STRING, false, &scenario },
		{ "provenance", GWT_JSON_OBJECT, false, &provenance },
		{ "interactions", GWT_JSON_ARRAY, false, &interactions },
		{ "index", GWT_JSON_OBJECT, false, &index },
	};

	if (read_format(reader, root) != GWT_OK ||
	    read_fields(reader, root, "a cassette", fields, GWT_LEN(fields)) != GWT_OK)
		return GWT_EPARSE;
	if (scenario->text.len == 0)
		return fail_at(reader, scenario->offset, "the scenario has no name");
	reader->out->scenario = scenario->text;
	if (read_provenance(reader, provenance) != GWT_OK ||
	    read_interactions(reader, interactions) != GWT_OK)
		return GWT_EPARSE;
	return read_index(reader, index);
}

gwt_status gwt_cassette_read(struct gwt_sigv4 *digests, struct gwt_arena *arena, const char *path,
			     struct gwt_span text, struct gwt_cassette *out, struct gwt_error *err)
{
	struct gwt_error spare;
	struct gwt_cassette cassette = { .path = gwt_arena_copy(arena, gwt_span_of(path)) };
	struct reader reader = {
		.arena = arena,
		.path = path,
		.text = text,
		.err = err ? err : &spare,
		.digests = digests,
		.out = &cassette,
	};
	struct gwt_json *root;
	gwt_status status = gwt_json_parse_file(arena, path, text, &root, reader.err);

	if (status != GWT_OK)
		return status;
	status = read_root(&reader, root);
	if (status == GWT_OK)
		*out = cassette;
	return status;
}

gwt_status gwt_cassette_parse(struct gwt_arena *arena, const char *path, struct gwt_span text,
			      struct gwt_cassette *out, struct gwt_error *err)
{
	struct gwt_sigv4 *digests = gwt_sigv4_new();
	gwt_status status = gwt_cassette_read(digests, arena, path, text, out, err);

	gwt_sigv4_free(digests);
	return status;
}
