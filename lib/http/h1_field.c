/* h1_field.c - header fields, and what they say about framing. */
#include "lib/base/bounds.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/chars.h"
#include "lib/http/h1_internal.h"
#include "lib/http/uri.h"
#include "lib/http/header_id.h"

static const char not_crlf[] = "a line does not end in CR LF";

/*
 * The first byte in p[at, end) that no field value may have, or HTAB, which the caller skips. It looks at
 * eight bytes at a time, since most of a head is values.
 */
static size_t find_control(const char *p, size_t at, size_t end)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones * 0x80;

	for (uint64_t word; end - at >= sizeof(word); at += sizeof(word)) {
		uint64_t del;

		memcpy(&word, p + at, sizeof(word));
		del = word ^ (ones * 0x7f);
		if ((((word - ones * 0x20) & ~word) | ((del - ones) & ~del)) & highs)
			break;
	}
	while (at < end && (unsigned char)p[at] >= 0x20 && p[at] != 0x7f)
		at++;
	return at;
}

/* RFC 9112, 6.3: one Content-Length of digits; a second one is refused even when it is equal. */
static enum h1_step note_content_length(struct gwt_h1_parser *parser, struct gwt_span value)
{
	uint64_t length = 0;

	if (parser->has_length)
		return gwt_h1_refuse(parser, 400, "there are two Content-Length headers");
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] < '0' || value.ptr[i] > '9')
			return gwt_h1_refuse(parser, 400, "Content-Length is not a number");
		length = length * 10 + (uint64_t)(value.ptr[i] - '0');
		/* checked now, before more digits overflow it; a body that is passed on may be long */
		if (length > (parser->wants_head ? (uint64_t)INT64_MAX / 16 : GWT_MAX_BODY_BYTES))
			return gwt_h1_refuse(parser, 413, "the body is too long");
	}
	if (!value.len)
		return gwt_h1_refuse(parser, 400, "Content-Length is empty");
	parser->has_length = true;
	parser->left = (size_t)length;
	return H1_NEXT;
}

static enum h1_step note_transfer_encoding(struct gwt_h1_parser *parser, struct gwt_span value)
{
	if (parser->minor_version == 0)
		return gwt_h1_refuse(parser, 400, "HTTP/1.0 has no Transfer-Encoding");
	if (parser->chunked || !gwt_span_iis(value, "chunked"))
		return gwt_h1_refuse(parser, 400, "the only Transfer-Encoding taken is one 'chunked'");
	parser->chunked = true;
	return H1_NEXT;
}

static enum h1_step note_host(struct gwt_h1_parser *parser, struct gwt_span value)
{
	struct gwt_authority authority;

	if (parser->has_host)
		return gwt_h1_refuse(parser, 400, "there are two Host headers");
	if (!gwt_authority_parse(value, &authority))
		return gwt_h1_refuse(parser, 400, "Host is not host or host:port");
	parser->has_host = true;
	parser->host_field = parser->header_count - 1;
	return H1_NEXT;
}

/* RFC 9110, 10.1.1; an HTTP/1.0 client cannot mean 100-continue. */
static enum h1_step note_expect(struct gwt_h1_parser *parser, struct gwt_span value)
{
	if (!gwt_span_iis(value, "100-continue"))
		return gwt_h1_refuse(parser, 417, "the only expectation known is '100-continue'");
	parser->expect_continue = parser->minor_version > 0;
	return H1_NEXT;
}

static enum h1_step note_connection(struct gwt_h1_parser *parser, struct gwt_span value)
{
	while (value.ptr) {
		struct gwt_span option = gwt_span_trim(gwt_span_cut(&value, ','));

		parser->says_close |= gwt_span_iis(option, "close");
		parser->says_keep_alive |= gwt_span_iis(option, "keep-alive");
	}
	return H1_NEXT;
}

/* The fields that the parser itself must understand. */
static enum h1_step (*const notes[GWT_HEADER_IDS])(struct gwt_h1_parser *parser, struct gwt_span value) = {
	[GWT_HEADER_CONTENT_LENGTH] = note_content_length,
	[GWT_HEADER_TRANSFER_ENCODING] = note_transfer_encoding,
	[GWT_HEADER_HOST] = note_host,
	[GWT_HEADER_EXPECT] = note_expect,
	[GWT_HEADER_CONNECTION] = note_connection,
};

/*
 * "Transfer_Encoding", "ContentLength": others may take such names for the headers that frame the message.
 * `wanted` is in lower case and has letters only.
 */
static bool looks_like(struct gwt_span name, const char *wanted)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = (char)(name.ptr[i] | 0x20);

		if (c < 'a' || c > 'z')
			continue;
		if (c != *wanted++)
			return false;
	}
	return *wanted == '\0';
}

static bool looks_like_framing(struct gwt_span name)
{
	return looks_like(name, "contentlength") || looks_like(name, "transferencoding");
}

/* RFC 9110, 6.5.1: trailers are dropped, but with one of these another server may see another message. */
static enum h1_step check_trailer(struct gwt_h1_parser *parser, struct gwt_span name)
{
	if (looks_like_framing(name))
		return gwt_h1_refuse(parser, 400, "a trailer is Content-Length or Transfer-Encoding");
	return H1_NEXT;
}

static enum h1_step note(struct gwt_h1_parser *parser, enum gwt_header_id id, struct gwt_span name,
			 struct gwt_span value)
{
	if (notes[id])
		return notes[id](parser, value);
	if (id == GWT_HEADER_OTHER && looks_like_framing(name))
		return gwt_h1_refuse(parser, 400,
				     "a header name is a misspelt Content-Length or Transfer-Encoding");
	return H1_NEXT;
}

/* The end of p[from, to) without the white space there. */
static size_t trim_end(const char *p, size_t from, size_t to)
{
	while (to > from && (p[to - 1] == ' ' || p[to - 1] == '\t'))
		to--;
	return to;
}

/* Keep the field that ends here, and act on it; a trailer is only checked. */
static enum h1_step end_field(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	size_t value_end = trim_end(buffer.ptr, parser->value_start, parser->at - 2),
	       i = parser->header_count;
	struct gwt_span name = gwt_span_slice(buffer, parser->name_start, parser->name_end);

	parser->state = H1_FIELD;
	if (parser->in_trailers)
		return check_trailer(parser, name);
	parser->fields[i].name = (uint32_t)parser->name_start;
	parser->fields[i].name_end = (uint32_t)parser->name_end;
	parser->fields[i].value = (uint32_t)parser->value_start;
	parser->fields[i].value_end = (uint32_t)value_end;
	parser->fields[i].id = gwt_header_identify(name);
	parser->header_count++;
	return note(parser, parser->fields[i].id, name,
		    gwt_span_slice(buffer, parser->value_start, value_end));
}

enum h1_step gwt_h1_field_lf(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	if (parser->at == gwt_h1_end(parser, buffer))
		return gwt_h1_starve(parser);
	if (buffer.ptr[parser->at] != '\n')
		return gwt_h1_refuse(parser, 400, not_crlf);
	parser->at++;
	return end_field(parser, buffer);
}

enum h1_step gwt_h1_value(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	size_t end = gwt_h1_end(parser, buffer);

	for (;;) {
		parser->at = find_control(buffer.ptr, parser->at, end);
		if (parser->at == end)
			return gwt_h1_starve(parser);
		if (buffer.ptr[parser->at] != '\t')
			break;
		parser->at++;
	}
	if (buffer.ptr[parser->at] == '\n')
		return gwt_h1_refuse(parser, 400, not_crlf);
	if (buffer.ptr[parser->at] != '\r')
		return gwt_h1_refuse(parser, 400, "a header value has a control byte");
	parser->at++;
	parser->state = H1_FIELD_LF;
	return gwt_h1_field_lf(parser, buffer);
}

enum h1_step gwt_h1_blanks(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	size_t end = gwt_h1_end(parser, buffer);

	while (parser->at < end && (buffer.ptr[parser->at] == ' ' || buffer.ptr[parser->at] == '\t'))
		parser->at++;
	if (parser->at == end)
		return gwt_h1_starve(parser);
	parser->value_start = parser->at;
	parser->state = H1_VALUE;
	return gwt_h1_value(parser, buffer);
}

static const char *name_trouble(char c)
{
	if (c == ' ' || c == '\t')
		return "there is white space in a header name or before its colon";
	if (c == '\r' || c == '\n')
		return "a header line has no colon";
	return "a header name is not a token";
}

enum h1_step gwt_h1_name(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	size_t end = gwt_h1_end(parser, buffer);

	while (parser->at < end && gwt_char_is(buffer.ptr[parser->at], GWT_CHAR_TOKEN))
		parser->at++;
	if (parser->at == end)
		return gwt_h1_starve(parser);
	if (buffer.ptr[parser->at] != ':')
		return gwt_h1_refuse(parser, 400, name_trouble(buffer.ptr[parser->at]));
	if (parser->at == parser->name_start)
		return gwt_h1_refuse(parser, 400, "a header name is empty");
	parser->name_end = parser->at++;
	parser->state = H1_BLANKS;
	return gwt_h1_blanks(parser, buffer);
}

enum h1_step gwt_h1_field(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	char c;

	if (parser->at == gwt_h1_end(parser, buffer))
		return gwt_h1_starve(parser);
	c = buffer.ptr[parser->at];
	if (c == '\r') {
		parser->at++;
		parser->state = H1_HEAD_LF;
		return H1_NEXT;
	}
	if (c == ' ' || c == '\t')
		return gwt_h1_refuse(parser, 400, "a header line begins with white space");
	if (parser->header_count == GWT_MAX_HEADERS && !parser->in_trailers)
		return gwt_h1_refuse(parser, 431, "there are too many headers");
	parser->name_start = parser->at;
	parser->state = H1_NAME;
	return gwt_h1_name(parser, buffer);
}

static bool is_get_or_head(const struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	struct gwt_span method = gwt_span_slice(buffer, parser->head_start, parser->method_end);

	return gwt_span_is(method, "GET") || gwt_span_is(method, "HEAD");
}

static bool same_authority(const struct gwt_url *url, const struct gwt_authority *host)
{
	uint16_t port = host->port_given ? host->port : gwt_span_iis(url->scheme, "https") ? 443 : 80;

	return gwt_span_ieq(url->host, host->host) && url->port == port;
}

/*
 * RFC 9112, 3.2.2: a target in absolute-form and Host name the same server. We do not guess which one
 * is meant.
 */
static bool contradicts_host(const struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	struct gwt_authority host;
	struct gwt_url url;

	if (!parser->absolute || !parser->has_host)
		return false;
	return gwt_url_parse(gwt_span_slice(buffer, parser->target_start, parser->target_end), &url, NULL) !=
		       GWT_OK ||
	       !gwt_authority_parse(gwt_span_slice(buffer, parser->fields[parser->host_field].value,
						   parser->fields[parser->host_field].value_end),
				    &host) ||
	       !same_authority(&url, &host);
}

/* Check what the fields together say about the message's end (RFC 9112, 3.2 and 6.3). */
static enum h1_step end_head(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	if (parser->minor_version > 0 && !parser->has_host)
		return gwt_h1_refuse(parser, 400, "there is no Host header");
	if (contradicts_host(parser, buffer))
		return gwt_h1_refuse(parser, 400, "the authority of the request target is not that of Host");
	if (parser->chunked && parser->has_length)
		return gwt_h1_refuse(parser, 400, "there are both Content-Length and Transfer-Encoding");
	parser->head_end = parser->at;
	/*
	 * RFC 9110, 9.3.1: a body of GET or HEAD has no meaning, and a server on the way may not have
	 * seen it.
	 */
	if ((parser->chunked || parser->left) && is_get_or_head(parser, buffer))
		parser->says_close = true;
	parser->state = H1_HEAD_END;
	return parser->wants_head ? H1_ASK_HEAD : H1_NEXT;
}

enum h1_step gwt_h1_head_end(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	if (!parser->chunked && parser->left > GWT_MAX_BODY_BYTES)
		return gwt_h1_refuse(parser, 413, "the body is too long");
	return gwt_h1_start_body(parser, buffer);
}

enum h1_step gwt_h1_head_lf(struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	if (parser->at == gwt_h1_end(parser, buffer))
		return gwt_h1_starve(parser);
	if (buffer.ptr[parser->at] != '\n')
		return gwt_h1_refuse(parser, 400, not_crlf);
	parser->at++;
	if (!parser->in_trailers)
		return end_head(parser, buffer);
	parser->state = H1_COMPLETE;
	return H1_NEXT;
}
