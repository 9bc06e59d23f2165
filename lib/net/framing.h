/*
 * framing.h - where a request ends whose body is passed on and not kept (RFC 9112, 6 and 7.1).
 */
#ifndef GWT_NET_FRAMING_H
#define GWT_NET_FRAMING_H

#include "lib/http/message.h"

enum gwt_framing_kind {
	GWT_FRAMING_NONE,   /* a tunnel: it has no end of its own */
	GWT_FRAMING_LENGTH, /* `left` bytes */
	GWT_FRAMING_SIZE,   /* chunks: in the line of a size */
	GWT_FRAMING_EXT,    /* the rest of that line */
	GWT_FRAMING_DATA,   /* `left` bytes of a chunk and the CR LF after them */
	GWT_FRAMING_TRAILER,
	GWT_FRAMING_DONE,
};

struct gwt_framing {
	enum gwt_framing_kind kind;
	uint64_t left;
	size_t line; /* TRAILER: bytes of the line so far, without CR */
};

/* For the request whose head this is. */
void gwt_framing_init(struct gwt_framing *framing, const struct gwt_request *head);
/* How many of these next bytes belong to the request. */
size_t gwt_framing_feed(struct gwt_framing *framing, struct gwt_span bytes);
bool gwt_framing_is_done(const struct gwt_framing *framing);

#endif
