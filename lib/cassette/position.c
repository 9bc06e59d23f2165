#include "lib/cassette/position.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"

static const struct {
	const char *word;
	enum gwt_position_part part;
} parts[] = {
	{ "path", GWT_AT_PATH },
	{ "query", GWT_AT_QUERY },
	{ "body", GWT_AT_BODY },
	{ "header", GWT_AT_HEADER },
};

void gwt_position_text(struct gwt_buf *out, const struct gwt_cassette *cassette,
		       const struct gwt_position *position)
{
	gwt_buf_add(out, cassette->interactions[position->interaction].id);
	gwt_buf_add_text(out, position->in_response ? "#response/" : "#request/");
	gwt_buf_add_text(out, parts[position->part].word);
	if (position->part == GWT_AT_PATH) {
		gwt_buf_printf(out, "/%zu", position->segment);
	} else {
		if (position->part != GWT_AT_BODY)
			gwt_buf_add_char(out, '/');
		gwt_buf_add(out, position->pointer);
	}
	if (position->len)
		gwt_buf_printf(out, "@%zu+%zu", position->from, position->len);
}

/* Cut "@FROM+LEN" off the end of `text`, if it is there. */
static void cut_range(struct gwt_span *text, struct gwt_position *position)
{
	size_t at = text->len;
	struct gwt_span len, from;
	uint64_t from_value, len_value;

	while (at > 0 && text->ptr[at - 1] != '@')
		at--;
	if (at == 0)
		return;
	len = gwt_span_slice(*text, at, text->len);
	from = gwt_span_cut(&len, '+');
	if (!len.ptr || !gwt_span_to_u64(from, UINT32_MAX, &from_value) ||
	    !gwt_span_to_u64(len, UINT32_MAX, &len_value) || len_value == 0)
		return;
	position->from = (size_t)from_value;
	position->len = (size_t)len_value;
	*text = gwt_span_slice(*text, 0, at - 1);
}

bool gwt_position_parse_below(struct gwt_arena *arena, struct gwt_span text, struct gwt_position *out)
{
	struct gwt_position position = { 0 };
	struct gwt_span rest = text, word;
	uint64_t segment;

	cut_range(&rest, &position);
	word = gwt_span_slice(rest, 0, gwt_span_find(rest, '/'));
	rest = gwt_span_slice(rest, word.len, rest.len);
	for (size_t i = 0; i < GWT_LEN(parts); i++) {
		if (!gwt_span_is(word, parts[i].word))
			continue;
		position.part = parts[i].part;
		if (position.part != GWT_AT_BODY)
			rest = gwt_span_slice(rest, 1, rest.len);
		if (position.part == GWT_AT_PATH) {
			if (!gwt_span_to_u64(rest, 1000, &segment))
				return false;
			position.segment = (size_t)segment;
		} else {
			position.pointer = gwt_arena_copy(arena, rest);
		}
		*out = position;
		return true;
	}
	return false;
}

bool gwt_position_parse(struct gwt_arena *arena, const struct gwt_cassette *cassette, struct gwt_span text,
			struct gwt_position *out)
{
	static const struct gwt_span sides[] = { GWT_SPAN_INIT("request/"), GWT_SPAN_INIT("response/") };
	struct gwt_span rest = text, id = gwt_span_cut(&rest, '#');
	size_t interaction = gwt_cassette_find(cassette, id);
	bool in_response = rest.ptr && gwt_span_starts(rest, sides[1]);

	if (!rest.ptr || interaction == SIZE_MAX || !gwt_span_starts(rest, sides[in_response]))
		return false;
	rest = gwt_span_slice(rest, sides[in_response].len, rest.len);
	if (!gwt_position_parse_below(arena, rest, out))
		return false;
	out->interaction = interaction;
	out->in_response = in_response;
	return !(in_response && (out->part == GWT_AT_PATH || out->part == GWT_AT_QUERY));
}

int gwt_position_order(const struct gwt_position *a, const struct gwt_position *b)
{
	int order;

	if (a->in_response != b->in_response)
		return a->in_response ? 1 : -1;
	if (a->part != b->part)
		return a->part < b->part ? -1 : 1;
	if (a->segment != b->segment)
		return a->segment < b->segment ? -1 : 1;
	order = gwt_span_cmp(a->pointer, b->pointer);
	return order ? order : (a->from > b->from) - (a->from < b->from);
}

bool gwt_position_same_string(const struct gwt_position *a, const struct gwt_position *b)
{
	return a->in_response == b->in_response && a->part == b->part && a->segment == b->segment &&
	       gwt_span_eq(a->pointer, b->pointer);
}

static struct gwt_span decoded(struct gwt_arena *arena, struct gwt_span encoded)
{
	gwt_auto(gwt_buf_release) struct gwt_buf buf = { 0 };

	if (!encoded.ptr || gwt_span_find(encoded, '%') == encoded.len)
		return encoded;
	gwt_buf_init(&buf, encoded.len);
	gwt_uri_decode(&buf, encoded);
	return gwt_arena_copy(arena, gwt_buf_span(&buf));
}

static struct gwt_span query_value(struct gwt_span query, struct gwt_span name)
{
	struct gwt_span rest = query;

	while (rest.ptr) {
		struct gwt_span value = gwt_span_cut(&rest, '&'), key = gwt_span_cut(&value, '=');

		if (gwt_span_eq(key, name))
			return value.ptr ? value : GWT_SPAN("");
	}
	return GWT_ABSENT;
}

struct gwt_span gwt_position_string(const struct gwt_position *position, const struct gwt_request *request,
				    const struct gwt_headers *response_headers, struct gwt_json *json,
				    struct gwt_arena *arena)
{
	const struct gwt_headers *headers = position->in_response ? response_headers : &request->headers;
	struct gwt_json *value;

	switch (position->part) {
	case GWT_AT_PATH:
		return decoded(arena, gwt_path_segment(request->path, position->segment));
	case GWT_AT_QUERY:
		return decoded(arena, query_value(request->query, position->pointer));
	case GWT_AT_HEADER:
		return gwt_headers_get(headers, gwt_arena_cstr(arena, position->pointer));
	case GWT_AT_BODY:
		value = json ? gwt_json_pointer_get(json, position->pointer) : NULL;
		if (gwt_json_is(value, GWT_JSON_STRING) || gwt_json_is(value, GWT_JSON_NUMBER))
			return value->text;
		break;
	}
	return GWT_ABSENT;
}

struct gwt_span gwt_position_part(const struct gwt_position *position, struct gwt_span string)
{
	if (!string.ptr || position->len == 0)
		return string;
	if (position->from > string.len || string.len - position->from < position->len)
		return GWT_ABSENT;
	return gwt_span_slice(string, position->from, position->from + position->len);
}
