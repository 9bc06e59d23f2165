#include "lib/net/framing.h"

#include "lib/base/span.h"
#include "lib/http/chars.h"
#include "lib/http/headers.h"

enum { CRLF_BYTES = 2 };

void gwt_framing_init(struct gwt_framing *framing, const struct gwt_request *head)
{
	uint64_t length = 0;

	*framing = (struct gwt_framing){ .kind = GWT_FRAMING_DONE };
	if (head->chunked)
		framing->kind = GWT_FRAMING_SIZE;
	else if (gwt_span_to_u64(gwt_headers_get(&head->headers, "content-length"), INT64_MAX, &length) &&
		 length)
		*framing = (struct gwt_framing){ .kind = GWT_FRAMING_LENGTH, .left = length };
}

static void take_size(struct gwt_framing *framing, char c)
{
	int digit = gwt_hex_value(c);

	if (digit < 0 || framing->left > UINT64_MAX / 16 - 16)
		framing->kind = GWT_FRAMING_EXT;
	else
		framing->left = framing->left * 16 + (uint64_t)digit;
}

/* The line with a chunk's size ends: size 0 is the last chunk, and trailers follow. */
static void end_size(struct gwt_framing *framing)
{
	framing->kind = framing->left ? GWT_FRAMING_DATA : GWT_FRAMING_TRAILER;
	framing->left += framing->left ? CRLF_BYTES : 0;
	framing->line = 0;
}

static void take_trailer(struct gwt_framing *framing, char c)
{
	if (c != '\n')
		framing->line += c != '\r';
	else if (framing->line == 0)
		framing->kind = GWT_FRAMING_DONE;
	else
		framing->line = 0;
}

static void take_byte(struct gwt_framing *framing, char c)
{
	if (framing->kind == GWT_FRAMING_TRAILER)
		take_trailer(framing, c);
	else if (c == '\n')
		end_size(framing);
	else if (framing->kind == GWT_FRAMING_SIZE)
		take_size(framing, c);
}

/* Take up to `left` bytes of data; after the last one, expect what follows. */
static size_t take_data(struct gwt_framing *framing, size_t here)
{
	size_t taken = here < framing->left ? here : (size_t)framing->left;

	framing->left -= taken;
	if (!framing->left)
		framing->kind = framing->kind == GWT_FRAMING_LENGTH ? GWT_FRAMING_DONE : GWT_FRAMING_SIZE;
	return taken;
}

size_t gwt_framing_feed(struct gwt_framing *framing, struct gwt_span bytes)
{
	size_t at = 0;

	if (framing->kind == GWT_FRAMING_NONE)
		return bytes.len;
	while (at < bytes.len && framing->kind != GWT_FRAMING_DONE) {
		if (framing->kind == GWT_FRAMING_LENGTH || framing->kind == GWT_FRAMING_DATA)
			at += take_data(framing, bytes.len - at);
		else
			take_byte(framing, bytes.ptr[at++]);
	}
	return at;
}

bool gwt_framing_is_done(const struct gwt_framing *framing)
{
	return framing->kind == GWT_FRAMING_DONE;
}
