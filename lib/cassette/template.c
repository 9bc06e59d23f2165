#include "lib/cassette/template.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/cassette/position.h"
#include "lib/http/headers.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"
#include "lib/json/write.h"

enum { ID_ESTIMATE = 64 }; /* how many bytes a client's ids may be longer than the samples */

/* A position, and its variable. */
struct hole {
	const struct gwt_position *at;
	size_t variable;
};

static int by_place(const void *left, const void *right)
{
	return gwt_position_order(((const struct hole *)left)->at, ((const struct hole *)right)->at);
}

static int by_offset(const void *left, const void *right)
{
	const struct gwt_slot *a = left, *b = right;

	if (a->at.part != b->at.part)
		return a->at.part < b->at.part ? -1 : 1;
	if (a->at.segment != b->at.segment)
		return a->at.segment < b->at.segment ? -1 : 1;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

static size_t collect(struct gwt_arena *arena, const struct gwt_cassette *cassette, size_t interaction,
		      bool in_response, struct hole **out)
{
	size_t count = 0, cap = 0;

	*out = NULL;
	for (size_t v = 0; v < cassette->variable_count; v++)
		for (size_t i = 0; i < cassette->variables[v].at_count; i++) {
			const struct gwt_position *at = &cassette->variables[v].at[i];

			if (at->interaction != interaction || at->in_response != in_response)
				continue;
			GWT_GROW(arena, *out, count, cap);
			(*out)[count++] = (struct hole){ at, v };
		}
	if (count)
		qsort(*out, count, sizeof(**out), by_place);
	return count;
}

static void add_piece(struct gwt_slot *slot, size_t variable, struct gwt_span literal)
{
	if (variable != GWT_LITERAL || literal.len)
		slot->pieces[slot->piece_count++] = (struct gwt_piece){ variable, literal };
}

/* Cut `string` at the holes [first, last) into pieces; of overlapping holes, the first wins. */
static void cut_pieces(struct gwt_arena *arena, struct gwt_slot *slot, struct gwt_span string,
		       const struct hole *first, size_t count)
{
	size_t done = 0;

	slot->pieces = gwt_arena_array(arena, struct gwt_piece, 2 * count + 1);
	for (size_t i = 0; i < count; i++) {
		size_t from = first[i].at->len ? first[i].at->from : 0;
		size_t end = first[i].at->len ? from + first[i].at->len : string.len;

		if (from < done)
			continue;
		add_piece(slot, GWT_LITERAL, gwt_span_slice(string, done, from));
		add_piece(slot, first[i].variable, GWT_ABSENT);
		done = end;
	}
	add_piece(slot, GWT_LITERAL, gwt_span_slice(string, done, string.len));
}

static bool is_in_body(const struct hole *holes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (holes[i].at->part == GWT_AT_BODY)
			return true;
	return false;
}

void gwt_template_make(struct gwt_arena *arena, const struct gwt_cassette *cassette, size_t interaction,
		       bool in_response, struct gwt_template *out)
{
	const struct gwt_interaction *from = &cassette->interactions[interaction];
	struct hole *holes;
	size_t count = collect(arena, cassette, interaction, in_response, &holes);
	struct gwt_json *json = NULL;

	*out = (struct gwt_template){ 0 };
	if (count == 0)
		return;
	if (is_in_body(holes, count))
		gwt_json_parse(arena, in_response ? from->response.body : from->request.body, &json, NULL);
	out->slots = gwt_arena_array(arena, struct gwt_slot, count);
	for (size_t i = 0, last; i < count; i = last) {
		struct gwt_slot *slot = &out->slots[out->len];
		struct gwt_json *node;
		struct gwt_span string;

		for (last = i + 1; last < count && gwt_position_same_string(holes[i].at, holes[last].at);)
			last++;
		string = gwt_position_string(holes[i].at, &from->request, &from->response.headers, json,
					     arena);
		if (!string.ptr)
			continue;
		slot->at = *holes[i].at;
		slot->at.interaction = slot->at.from = slot->at.len = 0;
		if (slot->at.part == GWT_AT_BODY && (node = gwt_json_pointer_get(json, slot->at.pointer))) {
			slot->offset = node->offset;
			slot->end = node->end;
			slot->number = node->type == GWT_JSON_NUMBER;
		}
		cut_pieces(arena, slot, string, &holes[i], last - i);
		out->len++;
	}
	qsort(out->slots, out->len, sizeof(*out->slots), by_offset);
}

static struct gwt_span value_of(size_t variable, const struct gwt_cassette *cassette,
				const struct gwt_values *values)
{
	if (values && variable < values->len && values->items[variable].ptr)
		return values->items[variable];
	return cassette->variables[variable].sample;
}

struct gwt_span gwt_slot_fill(const struct gwt_slot *slot, const struct gwt_cassette *cassette,
			      const struct gwt_values *values, struct gwt_arena *arena)
{
	struct gwt_buf text;

	if (slot->piece_count == 1 && slot->pieces[0].variable != GWT_LITERAL)
		return value_of(slot->pieces[0].variable, cassette, values);
	gwt_buf_init_in(&text, arena, 2 * ID_ESTIMATE);
	for (size_t i = 0; i < slot->piece_count; i++)
		gwt_buf_add(&text, slot->pieces[i].variable == GWT_LITERAL
					   ? slot->pieces[i].literal
					   : value_of(slot->pieces[i].variable, cassette, values));
	return gwt_buf_span(&text);
}

/* How much of `text` the variable before piece `next` takes: up to that literal, or everything. */
static bool variable_extent(const struct gwt_slot *slot, size_t next, struct gwt_span text, size_t *out)
{
	if (next == slot->piece_count) {
		*out = text.len;
		return true;
	}
	if (slot->pieces[next].variable != GWT_LITERAL)
		return false; /* two variables without a literal between them */
	*out = gwt_span_find_span(text, slot->pieces[next].literal);
	return *out < text.len;
}

bool gwt_slot_read(const struct gwt_slot *slot, struct gwt_span text, struct gwt_span *found)
{
	for (size_t i = 0; i < slot->piece_count; i++) {
		const struct gwt_piece *piece = &slot->pieces[i];
		struct gwt_span value;
		size_t extent;

		if (piece->variable == GWT_LITERAL) {
			if (!gwt_span_starts(text, piece->literal))
				return false;
			text = gwt_span_slice(text, piece->literal.len, text.len);
			continue;
		}
		if (!variable_extent(slot, i + 1, text, &extent))
			return false;
		value = gwt_span_slice(text, 0, extent);
		if (found[piece->variable].ptr && !gwt_span_eq(found[piece->variable], value))
			return false;
		found[piece->variable] = value;
		text = gwt_span_slice(text, extent, text.len);
	}
	return text.len == 0;
}

static bool has_part(const struct gwt_template *template, int part)
{
	for (size_t i = 0; i < template->len; i++)
		if ((int)template->slots[i].at.part == part)
			return true;
	return false;
}

struct gwt_span gwt_template_path(const struct gwt_template *template, const struct gwt_cassette *cassette,
				  struct gwt_span path, const struct gwt_values *values,
				  struct gwt_arena *arena)
{
	struct gwt_path_walk walk = gwt_path_begin(path);
	struct gwt_buf out;
	size_t done = 0;

	if (!has_part(template, GWT_AT_PATH))
		return path;
	gwt_buf_init_in(&out, arena, path.len + ID_ESTIMATE);
	for (size_t i = 0; i < template->len && template->slots[i].at.part == GWT_AT_PATH; i++) {
		if (!gwt_path_go(&walk, template->slots[i].at.segment))
			break;
		gwt_buf_add(&out, gwt_span_slice(path, done, walk.from));
		gwt_uri_encode(&out, gwt_slot_fill(&template->slots[i], cassette, values, arena), false);
		done = walk.end;
	}
	gwt_buf_add(&out, gwt_span_slice(path, done, path.len));
	return gwt_buf_span(&out);
}

static struct gwt_span fill_query(const struct gwt_template *template, const struct gwt_cassette *cassette,
				  struct gwt_span query, const struct gwt_values *values,
				  struct gwt_arena *arena)
{
	struct gwt_span rest = query;
	struct gwt_buf out;

	gwt_buf_init_in(&out, arena, query.len + ID_ESTIMATE);
	while (rest.ptr) {
		struct gwt_span value = gwt_span_cut(&rest, '&'), name = gwt_span_cut(&value, '=');
		const struct gwt_slot *slot = NULL;

		for (size_t i = 0; i < template->len && !slot; i++)
			if (template->slots[i].at.part == GWT_AT_QUERY &&
			    gwt_span_eq(template->slots[i].at.pointer, name))
				slot = &template->slots[i];
		if (out.len)
			gwt_buf_add_char(&out, '&');
		gwt_buf_add(&out, name);
		if (value.ptr)
			gwt_buf_add_char(&out, '=');
		if (slot)
			gwt_uri_encode(&out, gwt_slot_fill(slot, cassette, values, arena), false);
		else
			gwt_buf_add(&out, value);
	}
	return gwt_buf_span(&out);
}

static struct gwt_span fill_body(const struct gwt_template *template, const struct gwt_cassette *cassette,
				 struct gwt_span body, const struct gwt_values *values,
				 struct gwt_arena *arena)
{
	struct gwt_buf out;
	size_t done = 0;

	if (!has_part(template, GWT_AT_BODY))
		return body;
	gwt_buf_init_in(&out, arena, body.len + ID_ESTIMATE);
	for (size_t i = 0; i < template->len; i++) {
		const struct gwt_slot *slot = &template->slots[i];
		struct gwt_span text;

		if (slot->at.part != GWT_AT_BODY)
			continue;
		gwt_buf_add(&out, gwt_span_slice(body, done, slot->offset));
		text = gwt_slot_fill(slot, cassette, values, arena);
		if (slot->number)
			gwt_buf_add(&out, text);
		else
			gwt_json_write_string(&out, text);
		done = slot->end;
	}
	gwt_buf_add(&out, gwt_span_slice(body, done, body.len));
	return gwt_buf_span(&out);
}

static void fill_headers(const struct gwt_template *template, const struct gwt_cassette *cassette,
			 struct gwt_headers *headers, const struct gwt_values *values,
			 struct gwt_arena *arena)
{
	struct gwt_headers filled;

	if (!has_part(template, GWT_AT_HEADER))
		return;
	gwt_headers_init(&filled, arena);
	for (size_t i = 0; i < headers->len; i++) {
		struct gwt_header header = headers->items[i];

		for (size_t j = 0; j < template->len; j++)
			if (template->slots[j].at.part == GWT_AT_HEADER &&
			    gwt_span_ieq(template->slots[j].at.pointer, header.name))
				header.value = gwt_slot_fill(&template->slots[j], cassette, values, arena);
		gwt_headers_add_view(&filled, header.name, header.value);
	}
	*headers = filled;
}

void gwt_template_request(const struct gwt_template *template, const struct gwt_cassette *cassette,
			  const struct gwt_interaction *interaction, const struct gwt_values *values,
			  struct gwt_arena *arena, struct gwt_request *out)
{
	*out = interaction->request;
	out->path = gwt_template_path(template, cassette, out->path, values, arena);
	if (has_part(template, GWT_AT_QUERY))
		out->query = fill_query(template, cassette, out->query, values, arena);
	if (has_part(template, GWT_AT_PATH) || has_part(template, GWT_AT_QUERY))
		out->target = out->query.ptr
				      ? gwt_arena_printf(arena, GWT_SPAN_FMT "?" GWT_SPAN_FMT,
							 GWT_SPAN_ARG(out->path), GWT_SPAN_ARG(out->query))
				      : out->path;
	fill_headers(template, cassette, &out->headers, values, arena);
	out->body = fill_body(template, cassette, out->body, values, arena);
}

void gwt_template_response(const struct gwt_template *template, const struct gwt_cassette *cassette,
			   const struct gwt_interaction *interaction, const struct gwt_values *values,
			   struct gwt_arena *arena, struct gwt_response *out)
{
	*out = interaction->response;
	fill_headers(template, cassette, &out->headers, values, arena);
	out->body = fill_body(template, cassette, out->body, values, arena);
}

static void add_slot_text(struct gwt_buf *out, const struct gwt_slot *slot)
{
	gwt_buf_printf(out, "%d %zu %d %zu %zu %zu %zu ", (int)slot->at.part, slot->at.segment, slot->number,
		       slot->offset, slot->end, slot->piece_count, slot->at.pointer.len);
	gwt_buf_add(out, slot->at.pointer);
	for (size_t i = 0; i < slot->piece_count; i++) {
		gwt_buf_printf(out, " %zu %zu ", slot->pieces[i].variable, slot->pieces[i].literal.len);
		gwt_buf_add(out, slot->pieces[i].literal);
	}
}

void gwt_template_text(struct gwt_buf *out, const struct gwt_template *template)
{
	for (size_t i = 0; i < template->len; i++)
		add_slot_text(out, &template->slots[i]);
}

static void copy_slot(struct gwt_arena *arena, struct gwt_slot *slot)
{
	const struct gwt_piece *from = slot->pieces;

	slot->at.pointer = gwt_arena_copy(arena, slot->at.pointer);
	slot->pieces = gwt_arena_array(arena, struct gwt_piece, slot->piece_count);
	for (size_t i = 0; i < slot->piece_count; i++)
		slot->pieces[i] =
			(struct gwt_piece){ from[i].variable, gwt_arena_copy(arena, from[i].literal) };
}

void gwt_template_copy(struct gwt_arena *arena, const struct gwt_template *from, struct gwt_template *out)
{
	struct gwt_slot *slots = gwt_arena_array(arena, struct gwt_slot, from->len);

	for (size_t i = 0; i < from->len; i++) {
		slots[i] = from->slots[i];
		copy_slot(arena, &slots[i]);
	}
	*out = (struct gwt_template){ slots, from->len };
}
