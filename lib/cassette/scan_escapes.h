/*
 * scan_escapes.h - the encodings that scan.c looks behind, one at a time; private to the scan.
 */
#ifndef GWT_CASSETTE_SCAN_ESCAPES_H
#define GWT_CASSETTE_SCAN_ESCAPES_H

#include "lib/base/span.h"

/* The meaning of an escape. */
enum gwt_escape {
	GWT_ESCAPE_NONE, /* none of this kind begins here */
	GWT_ESCAPE_BYTE, /* *out */
	GWT_ESCAPE_GONE, /* nothing: the bytes were put in between others */
};

/* What begins at `s`, and its length. */
typedef enum gwt_escape gwt_escape_reader(struct gwt_span s, char *out, size_t *len);

/* Kinds of escape: of JSON, of C (\x41), of a URL, of HTML, of UTF-16 in either order, and of broken lines. */
struct gwt_escape_kind {
	gwt_escape_reader *read;
	struct gwt_span marks; /* bytes of which each has one */
	bool live_only;        /* lines that are joined may look like an account's number */
};
extern const struct gwt_escape_kind gwt_escape_kinds[];
extern const size_t gwt_escape_kind_count;

/* All whole bytes of a run of base64 characters, of either alphabet; fewer than run.len. */
size_t gwt_scan_base64(struct gwt_span run, char *out);
/* The bytes of pairs of hexadecimal digits. */
size_t gwt_scan_hex(struct gwt_span run, char *out);
/* Those of the dump that `s` begins with ("68:37", "0x68, 0x37"), which ends at `end`. */
size_t gwt_scan_hex_dump(struct gwt_span s, char *out, size_t *end);

/* How long the line break and indentation at `s` are; 0 when no line ends there. */
size_t gwt_scan_line_break(struct gwt_span s);

#endif
