/*
 * h1_step.c - what every step of the parser does when its bytes end.
 */
#include "lib/http/h1_internal.h"

enum h1_step gwt_h1_starve(struct gwt_h1_parser *parser)
{
	if (parser->at < parser->limit)
		return H1_WAIT;
	if (parser->state == H1_CHUNK_SIZE || parser->state == H1_CHUNK_EXT || parser->state == H1_CHUNK_LF)
		return gwt_h1_refuse(parser, 400, "a chunk's size line is too long");
	return gwt_h1_refuse(parser, 431,
			     parser->in_trailers ? "the trailers are too long" : "the head is too long");
}
