#include "lib/http/h1_parse.h"

#include "lib/base/span.h"
#include "lib/http/chars.h"
#include "lib/http/h1_internal.h"
#include "lib/http/uri.h"

enum { KEEP_CHUNK_BYTES = 64 * 1024 };

void gwt_h1_parser_init(struct gwt_h1_parser *parser)
{
	struct gwt_buf chunks = parser->chunks;

	if (chunks.cap > KEEP_CHUNK_BYTES)
		gwt_buf_release(&chunks);
	gwt_buf_clear(&chunks);
	chunks.max = GWT_MAX_BODY_BYTES;
	memset(parser, 0, offsetof(struct gwt_h1_parser, fields)); /* fields[] is written before it is read */
	parser->chunks = chunks;
	parser->limit = GWT_MAX_HEAD_BYTES;
}

void gwt_h1_parser_release(struct gwt_h1_parser *parser)
{
	gwt_buf_release(&parser->chunks);
}

bool gwt_h1_begun(const struct gwt_h1_parser *parser)
{
	return parser->at > parser->head_start;
}

/* RFC 9112, 2.2: empty lines before the request line are skipped. */
static enum h1_step step_start(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	size_t end = gwt_h1_end(parser, buffer);

	while (parser->at < end) {
		char c = buffer.ptr[parser->at];
		bool after_cr = parser->at > parser->head_start;

		if (c != (after_cr ? '\n' : '\r')) {
			if (after_cr || c == '\n')
				return gwt_h1_refuse(parser, 400, "a line does not end in CR LF");
			parser->state = H1_METHOD;
			return H1_NEXT;
		}
		parser->at++;
		if (after_cr)
			parser->head_start = (uint32_t)parser->at;
	}
	return gwt_h1_starve(parser);
}

static enum h1_step step_method(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	size_t end = gwt_h1_end(parser, buffer);

	while (parser->at < end && gwt_char_is(buffer.ptr[parser->at], GWT_CHAR_TOKEN)) {
		if (parser->at - parser->head_start >= GWT_MAX_METHOD_BYTES)
			return gwt_h1_refuse(parser, 501, "the method is too long");
		parser->at++;
	}
	if (parser->at == end)
		return gwt_h1_starve(parser);
	if (buffer.ptr[parser->at] != ' ' || parser->at == parser->head_start)
		return gwt_h1_refuse(parser, 400,
				     "the request line does not begin with a method and one space");
	parser->method_end = (uint32_t)parser->at++;
	parser->target_start = (uint32_t)parser->at;
	parser->state = H1_TARGET;
	return H1_NEXT;
}

static struct gwt_span part(struct gwt_span buffer, size_t from, size_t to)
{
	return (struct gwt_span){ buffer.ptr + from, to - from };
}

/*
 * RFC 9112, 3.2: the four forms of a target, and the path and query of each. `*` and the authority-form of
 * CONNECT are taken as the path.
 */
static const char *split_target(struct gwt_request *request)
{
	struct gwt_authority authority;
	struct gwt_url url;

	request->query = request->target;
	request->path = gwt_span_cut(&request->query, '?');
	if (gwt_span_is(request->method, "CONNECT")) {
		request->path = request->target;
		request->query = (struct gwt_span){ 0 };
		return gwt_authority_parse(request->target, &authority) && authority.port_given
			       ? NULL
			       : "the target of CONNECT is not host:port";
	}
	if (request->target.ptr[0] == '/')
		return NULL;
	if (gwt_span_is(request->target, "*"))
		return gwt_span_is(request->method, "OPTIONS") ? NULL : "the target '*' is for OPTIONS";
	if (gwt_url_parse(request->target, &url, NULL) != GWT_OK)
		return "the request target is neither a path nor an http URL";
	request->path = url.path.len ? url.path : GWT_SPAN("/");
	request->query = url.query;
	return NULL;
}

static bool is_target_char(char c)
{
	return c > ' ' && c <= '~' && c != '#';
}

static const char *target_trouble(char c)
{
	if (c == '#')
		return "the request target has a fragment";
	if (c == '\r' || c == '\n')
		return "the request line has no HTTP version";
	return "the request target has a control or a non-ASCII byte";
}

static enum h1_step step_target(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	size_t end = gwt_h1_end(parser, buffer), longest = parser->target_start + GWT_MAX_TARGET_BYTES + 1;
	struct gwt_request request;
	const char *trouble;

	if (end > longest)
		end = longest;
	while (parser->at < end && is_target_char(buffer.ptr[parser->at]))
		parser->at++;
	if (parser->at == longest)
		return gwt_h1_refuse(parser, 414, "the request target is too long");
	if (parser->at == end)
		return gwt_h1_starve(parser);
	if (buffer.ptr[parser->at] != ' ')
		return gwt_h1_refuse(parser, 400, target_trouble(buffer.ptr[parser->at]));
	if (parser->at == parser->target_start)
		return gwt_h1_refuse(parser, 400, "the request line has no target");
	request.method = part(buffer, parser->head_start, parser->method_end);
	request.target = part(buffer, parser->target_start, parser->at);
	if ((trouble = split_target(&request)))
		return gwt_h1_refuse(parser, 400, trouble);
	parser->absolute = request.path.ptr != request.target.ptr;
	parser->target_end = (uint32_t)parser->at++;
	parser->state = H1_VERSION;
	return H1_NEXT;
}

/* Whether `c` fits one byte of "HTTP/d.d" CR LF; '0' is the place of a digit. */
static bool is_version_char(char wanted, char c)
{
	return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
}

static enum h1_step step_version(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	static const char pattern[] = "HTTP/0.0\r\n";
	size_t end = gwt_h1_end(parser, buffer), start = parser->target_end + 1;

	for (; parser->at < end && parser->at - start < sizeof(pattern) - 1; parser->at++) {
		size_t i = parser->at - start;
		char c = buffer.ptr[parser->at];

		if (!is_version_char(pattern[i], c))
			return gwt_h1_refuse(parser, 400,
					     "the request line does not end in ' HTTP/1.1' CR LF");
		if (i == 5)
			parser->major_version = c;
		if (i == 7)
			parser->minor_version = c - '0';
		if (i == 7 && (parser->major_version != '1' || parser->minor_version > 1))
			return gwt_h1_refuse(parser, 505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
	}
	if (parser->at - start < sizeof(pattern) - 1)
		return gwt_h1_starve(parser);
	parser->state = H1_FIELD;
	return H1_NEXT;
}

static enum h1_step step_complete(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	(void)buffer;
	parser->consumed = parser->at;
	return H1_WAIT;
}

static enum h1_step step_refused(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	(void)parser;
	(void)buffer;
	return H1_WAIT;
}

static h1_step_fn *const steps[H1_STATES] = {
	[H1_START] = step_start,
	[H1_METHOD] = step_method,
	[H1_TARGET] = step_target,
	[H1_VERSION] = step_version,
	[H1_FIELD] = gwt_h1_field,
	[H1_NAME] = gwt_h1_name,
	[H1_BLANKS] = gwt_h1_blanks,
	[H1_VALUE] = gwt_h1_value,
	[H1_FIELD_LF] = gwt_h1_field_lf,
	[H1_HEAD_LF] = gwt_h1_head_lf,
	[H1_HEAD_END] = gwt_h1_head_end,
	[H1_BODY] = gwt_h1_body,
	[H1_CHUNK_SIZE] = gwt_h1_chunk_size,
	[H1_CHUNK_EXT] = gwt_h1_chunk_ext,
	[H1_CHUNK_LF] = gwt_h1_chunk_lf,
	[H1_CHUNK_DATA] = gwt_h1_chunk_data,
	[H1_CHUNK_END] = gwt_h1_chunk_end,
	[H1_COMPLETE] = step_complete,
	[H1_REFUSED] = step_refused,
};

static void fill_headers(const struct gwt_h1_parser *parser, struct gwt_span buffer, struct gwt_arena *arena,
			 struct gwt_headers *headers)
{
	*headers = (struct gwt_headers){ .arena = arena, .cap = parser->header_count };
	headers->items = gwt_arena_array(arena, struct gwt_header, parser->header_count);
	for (; headers->len < parser->header_count; headers->len++) {
		size_t i = headers->len;

		headers->items[i] = (struct gwt_header){
			part(buffer, parser->fields[i].name, parser->fields[i].name_end),
			part(buffer, parser->fields[i].value, parser->fields[i].value_end),
			parser->fields[i].id,
		};
	}
}

static void fill(const struct gwt_h1_parser *parser, struct gwt_span buffer, struct gwt_arena *arena,
		 struct gwt_request *request)
{
	*request = (struct gwt_request){
		.head = part(buffer, parser->head_start, parser->head_end),
		.raw_body = parser->consumed ? part(buffer, parser->head_end, parser->consumed) : GWT_ABSENT,
		.method = part(buffer, parser->head_start, parser->method_end),
		.target = part(buffer, parser->target_start, parser->target_end),
		.minor_version = parser->minor_version,
		.chunked = parser->chunked,
		.keep_alive = !parser->says_close && (parser->minor_version > 0 || parser->says_keep_alive),
	};
	request->body = parser->chunked ? gwt_buf_span(&parser->chunks) : request->raw_body;
	split_target(request);
	fill_headers(parser, buffer, arena, &request->headers);
}

enum gwt_h1_result gwt_h1_parse(struct gwt_h1_parser *parser, struct gwt_span buffer, struct gwt_arena *arena,
				struct gwt_request *request)
{
	enum h1_step step;

	do
		step = steps[parser->state](parser, buffer);
	while (step == H1_NEXT);
	if (step == H1_ASK_CONTINUE)
		return GWT_H1_CONTINUE;
	if (step == H1_ASK_HEAD) {
		fill(parser, buffer, arena, request);
		return GWT_H1_HEAD;
	}
	if (parser->state == H1_REFUSED)
		return GWT_H1_BAD;
	if (parser->state != H1_COMPLETE)
		return GWT_H1_MORE;
	fill(parser, buffer, arena, request);
	return GWT_H1_DONE;
}
