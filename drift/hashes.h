/*
 * hashes.h - answers by their hashes, so that two organizations can compare them without showing them.
 *
 * The hash of an answer is equal in two recordings exactly where status, headers and body are, as normalized: in two
 * accounts, in two regions, on two days. A list has one line an interaction: its name and the hash.
 */
#ifndef GWT_DRIFT_HASHES_H
#define GWT_DRIFT_HASHES_H

#include "drift/findings.h"

struct gwt_hash {
	struct gwt_span scenario, interaction;
	struct gwt_span sha256; /* lower-case hexadecimal */
};

struct gwt_hashes {
	struct gwt_hash *items; /* by scenario; within one, in the order of its calls */
	size_t len, cap;
};

void gwt_hashes_make(const struct gwt_cassettes *cassettes, struct gwt_arena *arena, struct gwt_hashes *out);
/* Lines of "types/mock#put HASH". */
void gwt_hashes_write(struct gwt_buf *out, const struct gwt_hashes *hashes);
/* GWT_EPARSE when it is not such a list, or has an interaction twice. Views `text`. */
gwt_status gwt_hashes_parse(struct gwt_arena *arena, const char *path, struct gwt_span text,
			    struct gwt_hashes *out, struct gwt_error *err);
/* Compare two lists; an interaction that only one of them has could not be checked. */
void gwt_hashes_compare(struct gwt_findings *findings, const struct gwt_hashes *was,
			const struct gwt_hashes *now);

#endif
