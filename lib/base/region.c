#include "lib/base/region.h"

#include <sys/mman.h>
#include <unistd.h>

enum { PLACES = 8 };

/* Between the program and the libraries of every 47-bit address space, and far from both. */
#define FIRST_PLACE UINT64_C(0x3a0000000000)
#define PLACE_BYTES (UINT64_C(16) << 30)

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0 /* without it the address is a hint; the result is checked in any case */
#endif

#if defined(__SANITIZE_THREAD__)
#define HAS_THREAD_SANITIZER true
#elif defined(__has_feature)
#define HAS_THREAD_SANITIZER __has_feature(thread_sanitizer)
#else
#define HAS_THREAD_SANITIZER false
#endif

static bool map_at(uint64_t base, size_t size, struct gwt_region *out)
{
	void *wanted = (void *)(uintptr_t)base, *got;

	if (HAS_THREAD_SANITIZER) /* its runtime uses these addresses */
		return false;
	got = mmap(wanted, size, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (got == MAP_FAILED)
		return false;
	if (got != wanted) {
		munmap(got, size);
		return false;
	}
	*out = (struct gwt_region){ got, size };
	return true;
}

bool gwt_region_reserve(struct gwt_region *out)
{
	for (size_t i = 0; i < PLACES; i++)
		if (map_at(FIRST_PLACE + i * PLACE_BYTES, PLACE_BYTES, out))
			return true;
	return false;
}

bool gwt_region_at(uint64_t base, size_t size, struct gwt_region *out)
{
	if (base < FIRST_PLACE || (base - FIRST_PLACE) % PLACE_BYTES ||
	    (base - FIRST_PLACE) / PLACE_BYTES >= PLACES || size > PLACE_BYTES || size == 0)
		return false;
	if (!map_at(base, size, out))
		return false;
	madvise(out->base, size, MADV_HUGEPAGE); /* it is filled at once: fewer page faults */
	return true;
}

void gwt_region_seal(struct gwt_region *region, size_t used)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), kept = (used + page - 1) / page * page;

	if (kept < region->size)
		munmap(region->base + kept, region->size - kept);
	region->size = kept;
	mprotect(region->base, kept, PROT_READ);
}

void gwt_region_release(struct gwt_region *region)
{
	if (region->base)
		munmap(region->base, region->size);
	*region = (struct gwt_region){ 0 };
}
