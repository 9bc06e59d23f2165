/*
 * framing.h - where a request ends whose body is passed on and not kept (RFC 9112, 6 and 7.1).
 */
#ifndef GWT_NET_FRAMING_H
#define GWT_NET_FRAMING_H

#include "lib/http/message.h"

enum gwt_framing_kind {
	GWT_FRAMING_NONE,   /* a tunnel has no end */
	GWT_FRAMING_LENGTH, /* `left` bytes */
	GWT_FRAMING_SIZE,   /* in the line with a chunk's size */
	GWT_FRAMING_EXT,    /* in the rest of that line */
	GWT_FRAMING_DATA,   /* in `left` bytes: a chunk and the CR LF after it */
	GWT_FRAMING_TRAILER,
	GWT_FRAMING_DONE,
};

struct gwt_framing {
	enum gwt_framing_kind kind;
	uint64_t left;
	size_t line; /* TRAILER: length of the line so far, without CR */
};

/* Begin with the request that has this head. */
void gwt_framing_init(struct gwt_framing *framing, const struct gwt_request *head);
/* How many of the next bytes belong to the request. */
size_t gwt_framing_feed(struct gwt_framing *framing, struct gwt_span bytes);
bool gwt_framing_is_done(const struct gwt_framing *framing);

#endif
