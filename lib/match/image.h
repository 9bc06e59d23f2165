/*
 * image.h - a region as a file, and back.
 *
 * A file is taken only when it is ours, nobody else may write it, it was made of exactly these sources by
 * exactly this program, and its checksum is right. It is read, not mapped, so that nothing that happens to
 * the file later can reach us.
 */
#ifndef GWT_MATCH_IMAGE_H
#define GWT_MATCH_IMAGE_H

#include "lib/base/region.h"

enum { GWT_IMAGE_ROOTS = 2 };

struct gwt_image_header {
	char magic[8];                   /* of the file's format */
	uint64_t base, len;              /* of the region, which begins with the header */
	unsigned char made_of[32];       /* a digest that names the sources and the program */
	uint64_t seed[2];                /* seed of its hashes */
	uint64_t roots[GWT_IMAGE_ROOTS]; /* addresses of the roots */
	uint64_t checksum;               /* of everything, with this member as 0 */
};

/* Where an arena in a region begins: after the header. */
#define GWT_IMAGE_START 256

/* Read `path` into a region; false when it is not there or not right. `roots` are addresses in it. */
bool gwt_image_read(const char *path, const unsigned char made_of[32], struct gwt_region *out,
		    const void *roots[GWT_IMAGE_ROOTS]);
/* Write the first `len` bytes of a region, atomically. A failure leaves no trace and is not reported. */
void gwt_image_write(const char *path, const unsigned char made_of[32], const struct gwt_region *region,
		     size_t len, const void *const roots[GWT_IMAGE_ROOTS]);

#endif
