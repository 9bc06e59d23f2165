#include "lib/report/repository.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/file.h"

/* Shorten `dir` to the nearest folder, at or above it, that has a .git. False when there is none. */
static bool find_root(struct gwt_arena *arena, char *dir)
{
	for (;;) {
		char *slash = strrchr(dir, '/');

		if (gwt_file_exists(gwt_file_join(arena, *dir ? dir : "/", ".git")))
			return true;
		if (!slash)
			return false;
		*slash = '\0';
	}
}

struct gwt_span gwt_path_in_repository(struct gwt_arena *arena, struct gwt_span path)
{
	char root[PATH_MAX], file[PATH_MAX];
	size_t len;

	if (!path.ptr || !realpath(gwt_arena_cstr(arena, path), file) || !realpath(".", root) ||
	    !find_root(arena, root))
		return path;
	len = strlen(root);
	if (strncmp(file, root, len) != 0 || file[len] != '/')
		return path;
	return gwt_arena_copy(arena, gwt_span_of(file + len + 1));
}
