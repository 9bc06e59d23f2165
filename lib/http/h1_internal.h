/*
 * h1_internal.h - what the files of the parser share.
 *
 * h1_parse.c is the machine and the request line, h1_field.c the header fields and
 * what they say about framing, h1_body.c the body, h1_step.c the end of the bytes. A step takes as many bytes as it
 * can and moves parser->state on; the buffer may have moved between two calls, so
 * the parser holds offsets, never pointers.
 */
#ifndef GWT_HTTP_H1_INTERNAL_H
#define GWT_HTTP_H1_INTERNAL_H

#include "lib/http/h1_parse.h"

enum h1_state {
	H1_START,
	H1_METHOD,
	H1_TARGET,
	H1_VERSION,
	H1_FIELD, /* first byte of a field line or of the empty line */
	H1_NAME,
	H1_BLANKS, /* before the value */
	H1_VALUE,
	H1_FIELD_LF,
	H1_HEAD_END, /* the head is read to its end */
	H1_HEAD_LF,  /* LF of the empty line, after the head or the trailers */
	H1_BODY,
	H1_CHUNK_SIZE,
	H1_CHUNK_EXT,
	H1_CHUNK_LF,
	H1_CHUNK_DATA,
	H1_CHUNK_END, /* CR LF after the data */
	H1_COMPLETE,
	H1_REFUSED,
	H1_STATES,
};

enum h1_step { H1_NEXT, H1_WAIT, H1_ASK_HEAD, H1_ASK_CONTINUE };

typedef enum h1_step h1_step_fn(struct gwt_h1_parser *parser, struct gwt_span buffer);

h1_step_fn gwt_h1_field, gwt_h1_name, gwt_h1_blanks, gwt_h1_value, gwt_h1_field_lf, gwt_h1_head_lf,
	gwt_h1_head_end;
h1_step_fn gwt_h1_body, gwt_h1_chunk_size, gwt_h1_chunk_ext, gwt_h1_chunk_lf, gwt_h1_chunk_data,
	gwt_h1_chunk_end;

/* Refuse the request for good. */
static inline enum h1_step gwt_h1_refuse(struct gwt_h1_parser *parser, int status, const char *reason)
{
	parser->state = H1_REFUSED;
	parser->status = status;
	parser->reason = reason;
	return H1_NEXT;
}

/* Where a scan must stop: at the end of the bytes, or at the limit of this part. */
static inline size_t gwt_h1_end(const struct gwt_h1_parser *parser, struct gwt_span buffer)
{
	return buffer.len < parser->limit ? buffer.len : parser->limit;
}

/* A scan reached gwt_h1_end(): wait for more, or refuse a part that is too long. */
enum h1_step gwt_h1_starve(struct gwt_h1_parser *parser);

/* Start the body, or complete the request; called after the empty line of the head. */
enum h1_step gwt_h1_start_body(struct gwt_h1_parser *parser, struct gwt_span buffer);

#endif
