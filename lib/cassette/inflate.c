#include "lib/cassette/inflate.h"

#include <zlib.h>

enum { PIECE = 16 * 1024 };

static int window_of(enum gwt_deflated form)
{
	static const int windows[] = {
		[GWT_DEFLATED_GZIP] = 16 + MAX_WBITS,
		[GWT_DEFLATED_ZLIB] = MAX_WBITS,
		[GWT_DEFLATED_RAW] = -MAX_WBITS,
	};

	return windows[form];
}

/* Inflate one member; Z_STREAM_END when its end was reached. */
static int inflate_member(z_stream *stream, struct gwt_buf *out)
{
	unsigned char piece[PIECE]; /* the result is added to `out` piece by piece */
	int result;

	do {
		stream->next_out = piece;
		stream->avail_out = sizeof(piece);
		result = inflate(stream, Z_NO_FLUSH);
		gwt_buf_add(out, (struct gwt_span){ (const char *)piece, sizeof(piece) - stream->avail_out });
	} while (result == Z_OK && !out->over && (stream->avail_in || !stream->avail_out));
	return out->over ? Z_BUF_ERROR : result;
}

bool gwt_inflate(struct gwt_span bytes, enum gwt_deflated form, struct gwt_buf *out)
{
	z_stream stream = { 0 };
	int result;

	if (bytes.len > UINT32_MAX || inflateInit2(&stream, window_of(form)) != Z_OK)
		return false;
	stream.next_in = (unsigned char *)(uintptr_t)bytes.ptr;
	stream.avail_in = (unsigned)bytes.len;
	do
		result = inflate_member(&stream, out);
	while (result == Z_STREAM_END && form == GWT_DEFLATED_GZIP && stream.avail_in &&
	       inflateReset(&stream) == Z_OK);
	inflateEnd(&stream);
	return result == Z_STREAM_END && stream.avail_in == 0;
}
