/*
 * region.h - memory at an address of our choice.
 *
 * A structure that is built in a region, and points nowhere but into it, can be
 * written out and read back at the same address: its pointers are right again. A
 * handful of addresses is tried; where all are taken, or the system gives no such
 * memory, there is no region and the caller does without.
 */
#ifndef GWT_BASE_REGION_H
#define GWT_BASE_REGION_H

#include "lib/base/arena.h"

struct gwt_region {
	char *base; /* NULL: there is no region */
	size_t size;
};

/* Reserve address space to build in; a page takes memory when it is written. False when there is none. */
bool gwt_region_reserve(struct gwt_region *out);
/* Map `size` bytes at `base`, an address that gwt_region_reserve() gave in another process. */
bool gwt_region_at(uint64_t base, size_t size, struct gwt_region *out);
/* From now on the region is only read; the memory after `used` bytes is returned to the system. */
void gwt_region_seal(struct gwt_region *region, size_t used);
/* Takes a zeroed region. */
void gwt_region_release(struct gwt_region *region);

#endif
