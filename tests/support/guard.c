#include "tests/support/guard.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct gwt_span gwt_guarded(struct gwt_span s)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (s.len / page + 1) * page;
	char *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED || mprotect(map + room, page, PROT_NONE) != 0)
		abort();
	if (s.len)
		memcpy(map + room - s.len, s.ptr, s.len);
	return (struct gwt_span){ map + room - s.len, s.len };
}
