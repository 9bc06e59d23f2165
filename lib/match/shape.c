/* One way of having variables: whether a request has them too, and its key with a mark where they stand. */
#include "lib/match/shape.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/cassette/position.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"
#include "lib/json/write.h"

enum { TEXT_ESTIMATE = 200 }; /* bytes of what is written into an arena; it grows where there are more */

#define MARK "\001" /* no contract byte: control bytes are encoded in paths and escaped in JSON */

/* The number of segments in bytes, then the method. */
struct gwt_span gwt_bucket_name(struct gwt_arena *arena, const struct gwt_request *request)
{
	size_t segments = gwt_path_segments(request->path), len = sizeof(segments) + request->method.len;
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

struct gwt_span gwt_shape_text(struct gwt_arena *arena, const struct gwt_template *template)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };

	gwt_buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < template->len; i++)
		add_shape_text(&out, &template->slots[i]);
	return gwt_arena_copy(arena, gwt_buf_span(&out));
}

/* The text of the slot, with a mark for each variable. */
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

struct gwt_span gwt_slot_string(const struct gwt_slot *slot, const struct gwt_request *request,
				const struct gwt_contract *contract, struct gwt_arena *arena)
{
	return gwt_position_string(&slot->at, request, NULL,
				   contract->json ? contract->json : contract->untold, arena);
}

static bool is_whole_segment(const struct gwt_slot *slot)
{
	return slot->at.part == GWT_AT_PATH && slot->piece_count == 1 &&
	       slot->pieces[0].variable != GWT_LITERAL;
}

bool gwt_shape_fits(const struct gwt_template *template, const struct gwt_request *request,
		    const struct gwt_contract *contract, struct gwt_arena *arena)
{
	for (size_t i = 0; i < template->len; i++) {
		const struct gwt_slot *slot = &template->slots[i];
		struct gwt_span text;

		if (is_whole_segment(slot)) { /* any string fits: it need not be decoded */
			if (!gwt_path_segment(request->path, slot->at.segment).ptr)
				return false;
			continue;
		}
		text = gwt_slot_string(slot, request, contract, arena);
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

/* `path` is normalized, as in the contract bytes. */
static void add_path(struct gwt_buf *out, const struct gwt_template *template, struct gwt_span path,
		     struct gwt_arena *arena)
{
	struct gwt_path_walk walk = gwt_path_begin(path);
	size_t done = 0;

	for (size_t i = 0; i < template->len && template->slots[i].at.part == GWT_AT_PATH; i++) {
		if (!gwt_path_go(&walk, template->slots[i].at.segment))
			break;
		gwt_buf_add(out, gwt_span_slice(path, done, walk.from));
		gwt_buf_add(out, masked(&template->slots[i], arena));
		done = walk.end;
	}
	gwt_buf_add(out, gwt_span_slice(path, done, path.len));
}

static int by_offset(const void *left, const void *right)
{
	const struct gwt_json *a = *(struct gwt_json *const *)left, *b = *(struct gwt_json *const *)right;

	return (a->offset > b->offset) - (a->offset < b->offset);
}

/* Add the bytes of a body that does not say that it is JSON, with marks for the strings of its slots. */
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

/* Add the canonical form of the body with marks in its slots; the tree is the same afterwards. */
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

/* The contract bytes before the body, line by line. */
struct head {
	struct gwt_span path, query, headers; /* headers: with the empty line */
};

static struct head head_of(const struct gwt_contract *contract)
{
	struct gwt_span rest = gwt_span_slice(contract->bytes, 0, contract->bytes.len - contract->body.len);
	struct head head;

	gwt_span_cut(&rest, '\n');
	head.path = gwt_span_cut(&rest, '\n');
	head.query = gwt_span_cut(&rest, '\n');
	head.headers = rest;
	return head;
}

/* A query slot masks the values of its name, wherever sorting put them. */
static void add_query(struct gwt_buf *out, const struct gwt_template *template, struct gwt_span rest,
		      struct gwt_arena *arena)
{
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

void gwt_shape_key(struct gwt_buf *out, const struct gwt_form *shape, const struct gwt_request *request,
		   const struct gwt_contract *contract, struct gwt_arena *arena)
{
	struct head head = head_of(contract);

	gwt_buf_add(out, shape->bytes);
	gwt_buf_add(out, request->method);
	gwt_buf_add_char(out, ' ');
	add_path(out, shape->template, head.path, arena);
	gwt_buf_add_char(out, '\n');
	add_query(out, shape->template, head.query, arena);
	gwt_buf_add_char(out, '\n');
	gwt_buf_add(out, head.headers);
	add_masked_body(out, shape->template, contract, arena);
}

bool gwt_shape_is_in_body(const struct gwt_template *template)
{
	for (size_t i = 0; i < template->len; i++)
		if (template->slots[i].at.part == GWT_AT_BODY)
			return true;
	return false;
}
