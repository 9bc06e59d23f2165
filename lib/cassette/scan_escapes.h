/*
 * scan_escapes.h - the encodings that scan.c undoes, one at a time; private to the scan.
 */
#ifndef GWT_CASSETTE_SCAN_ESCAPES_H
#define GWT_CASSETTE_SCAN_ESCAPES_H

#include "lib/base/span.h"

/* What an escape means. */
enum gwt_escape {
	GWT_ESCAPE_NONE, /* no escape of this kind begins here */
	GWT_ESCAPE_BYTE, /* the byte *out */
	GWT_ESCAPE_GONE, /* nothing: the bytes were inserted between others */
};

/* Read the escape at the beginning of `s`, and its length. */
typedef enum gwt_escape gwt_escape_reader(struct gwt_span s, char *out, size_t *len);

/* Kinds of escape: of JSON, of C (\x41), of a URL, of HTML, of UTF-16 in either order, and of broken lines. */
struct gwt_escape_kind {
	gwt_escape_reader *read;
	struct gwt_span marks; /* each escape has one of these bytes */
	bool live_only;        /* search only live secrets: joined lines may look like an account id */
};
extern const struct gwt_escape_kind gwt_escape_kinds[];
extern const size_t gwt_escape_kind_count;

/* Decode all whole bytes of a run of base64 characters, in either alphabet; returns fewer than run.len. */
size_t gwt_scan_base64(struct gwt_span run, char *out);
/* Decode pairs of hexadecimal digits. */
size_t gwt_scan_hex(struct gwt_span run, char *out);
/* Decode the dump at the beginning of `s` ("68:37", "0x68, 0x37"); *end is where it ends. */
size_t gwt_scan_hex_dump(struct gwt_span s, char *out, size_t *end);

/* Length of the line break and indentation at `s`; 0 when no line ends there. */
size_t gwt_scan_line_break(struct gwt_span s);

#endif
