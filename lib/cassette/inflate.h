/*
 * inflate.h - undo gzip and deflate. The one place that calls zlib.
 *
 * Bytes in, bytes out, never more than the buffer's limit: a few bytes can ask for gigabytes.
 */
#ifndef GWT_CASSETTE_INFLATE_H
#define GWT_CASSETTE_INFLATE_H

#include "lib/base/buf.h"

enum gwt_deflated {
	GWT_DEFLATED_GZIP, /* RFC 1952, one member or several */
	GWT_DEFLATED_ZLIB, /* RFC 1950: `deflate` as HTTP means it */
	GWT_DEFLATED_RAW,  /* RFC 1951: `deflate` as some servers send it */
};

/*
 * Inflate `bytes` into `out`. True when they were complete: they have an end, the checksum is right and
 * nothing follows. The bytes before a fault are added, too.
 */
bool gwt_inflate(struct gwt_span bytes, enum gwt_deflated form, struct gwt_buf *out);

#endif
