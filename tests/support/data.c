#include "tests/support/data.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/file.h"

const char *gwt_test_source(void)
{
	const char *root = getenv("GWTAPE_SOURCE");

	return root ? root : ".";
}

const char *gwt_test_shared(void)
{
	static char path[4096];
	const char *given = getenv("GWTAPE_SHARED");

	if (given)
		snprintf(path, sizeof(path), "%s", given);
	else
		snprintf(path, sizeof(path), "%s/../shared", gwt_test_source());
	return gwt_file_is_dir(path) ? path : NULL;
}

void gwt_test_skipped(const char *what)
{
	fprintf(stderr, "SKIPPED: %s (no shared folder beside the checkout)\n", what);
}

struct gwt_span gwt_test_read(struct gwt_arena *arena, const char *root, const char *path)
{
	struct gwt_error err;
	struct gwt_span bytes;

	if (gwt_file_read(arena, gwt_file_join(arena, root, path), 64u << 20, &bytes, &err) != GWT_OK) {
		fprintf(stderr, "%s\n", err.msg);
		abort();
	}
	return bytes;
}
