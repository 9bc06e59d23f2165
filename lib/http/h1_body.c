/* h1_body.c - the body of a request: by Content-Length, or in chunks with trailers. */
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/http/chars.h"
#include "lib/http/h1_internal.h"

static void expect_chunk(struct gwt_h1_parser *parser)
{
	parser->state = H1_CHUNK_SIZE;
	parser->line_start = parser->at;
	parser->limit = parser->at + GWT_MAX_CHUNK_LINE;
	parser->left = 0;
}

enum h1_step gwt_h1_start_body(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	bool body_is_here = buffer.len > parser->at, has_body = parser->chunked || parser->left;

	parser->limit = SIZE_MAX;
	parser->state = has_body ? H1_BODY : H1_COMPLETE;
	if (parser->chunked)
		expect_chunk(parser);
	return has_body && parser->expect_continue && !body_is_here ? H1_ASK_CONTINUE : H1_NEXT;
}

/* Take up to `left` bytes; true when none is left to come. */
static bool take(struct gwt_h1_parser *parser, struct gwt_span buffer, struct gwt_span *taken)
{
	size_t here = buffer.len - parser->at;

	if (here > parser->left)
		here = parser->left;
	*taken = gwt_span_slice(buffer, parser->at, parser->at + here);
	parser->at += here;
	parser->left -= here;
	return parser->left == 0;
}

enum h1_step gwt_h1_body(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	struct gwt_span taken;

	if (!take(parser, buffer, &taken))
		return H1_WAIT;
	parser->state = H1_COMPLETE;
	return H1_NEXT;
}

enum h1_step gwt_h1_chunk_size(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	size_t end = gwt_h1_end(parser, buffer);

	for (; parser->at < end; parser->at++) {
		int digit = gwt_hex_value(buffer.ptr[parser->at]);

		if (digit < 0) {
			if (parser->at == parser->line_start)
				return gwt_h1_refuse(parser, 400,
						     "a chunk's size is not a hexadecimal number");
			parser->line_start = parser->at; /* the extensions begin here */
			parser->state = H1_CHUNK_EXT;
			return H1_NEXT;
		}
		parser->left = parser->left * 16 + (size_t)digit;
		if (parser->left > GWT_MAX_BODY_BYTES - parser->chunks.len)
			return gwt_h1_refuse(parser, 413, "the body is too long");
	}
	return gwt_h1_starve(parser);
}

static size_t token_end(struct gwt_span s, size_t at)
{
	while (at < s.len && gwt_char_is(s.ptr[at], GWT_CHAR_TOKEN))
		at++;
	return at;
}

/* The place after the quoted-string that begins at `at` (RFC 9110, 5.6.4); 0 when it has no end. */
static size_t quoted_end(struct gwt_span s, size_t at)
{
	for (at++; at < s.len && s.ptr[at] != '"'; at++)
		if (s.ptr[at] == '\\')
			at++;
	return at < s.len ? at + 1 : 0;
}

/* RFC 9112, 7.1.1, without its optional white space: *( ";" token [ "=" ( token / quoted-string ) ] ) */
static bool is_chunk_ext(struct gwt_span s)
{
	for (size_t at = 0, from; at < s.len;) {
		if (s.ptr[at++] != ';')
			return false;
		from = at;
		if ((at = token_end(s, from)) == from)
			return false;
		if (at == s.len || s.ptr[at] != '=')
			continue;
		from = ++at;
		at = from < s.len && s.ptr[from] == '"' ? quoted_end(s, from) : token_end(s, from);
		if (at <= from)
			return false;
	}
	return true;
}

static bool is_ext_char(char c)
{
	unsigned char u = (unsigned char)c;

	return (u >= 0x20 && u != 0x7f) || u == '\t';
}

enum h1_step gwt_h1_chunk_ext(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	size_t end = gwt_h1_end(parser, buffer);

	while (parser->at < end && is_ext_char(buffer.ptr[parser->at]))
		parser->at++;
	if (parser->at == end)
		return gwt_h1_starve(parser);
	if (buffer.ptr[parser->at] != '\r')
		return gwt_h1_refuse(parser, 400, "a chunk's size line does not end in CR LF");
	if (!is_chunk_ext(gwt_span_slice(buffer, parser->line_start, parser->at)))
		return gwt_h1_refuse(parser, 400, "a chunk's extension is malformed");
	parser->at++;
	parser->state = H1_CHUNK_LF;
	return H1_NEXT;
}

static void expect_trailers(struct gwt_h1_parser *parser)
{
	parser->in_trailers = true;
	parser->limit = parser->at + GWT_MAX_TRAILER_BYTES;
	parser->state = H1_FIELD;
}

enum h1_step gwt_h1_chunk_lf(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	if (parser->at == gwt_h1_end(parser, buffer))
		return gwt_h1_starve(parser);
	if (buffer.ptr[parser->at] != '\n')
		return gwt_h1_refuse(parser, 400, "a chunk's size line does not end in CR LF");
	parser->at++;
	if (parser->left == 0) {
		expect_trailers(parser);
		return H1_NEXT;
	}
	if (parser->at - parser->head_end + parser->left > GWT_MAX_RAW_BODY_BYTES)
		return gwt_h1_refuse(parser, 413, "the body's chunk framing is too long");
	parser->state = H1_CHUNK_DATA;
	return H1_NEXT;
}

enum h1_step gwt_h1_chunk_data(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	struct gwt_span taken;
	bool all = take(parser, buffer, &taken);

	gwt_buf_add(&parser->chunks, taken);
	if (!all)
		return H1_WAIT;
	parser->line_start = parser->at;
	parser->state = H1_CHUNK_END;
	return H1_NEXT;
}

enum h1_step gwt_h1_chunk_end(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	for (; parser->at < buffer.len && parser->at - parser->line_start < 2; parser->at++)
		if (buffer.ptr[parser->at] != "\r\n"[parser->at - parser->line_start])
			return gwt_h1_refuse(parser, 400, "a chunk's data does not end in CR LF");
	if (parser->at - parser->line_start < 2)
		return H1_WAIT;
	expect_chunk(parser);
	return H1_NEXT;
}
