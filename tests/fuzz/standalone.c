/*
 * standalone.c - replays a corpus through a fuzz target without libFuzzer.
 *
 * Usage: fuzz_X FOLDER...  Every file is given whole and, when it is small, cut at
 * every byte. Inputs end at a page that may not be touched, so that reading too far
 * crashes in every build. An empty corpus fails: nothing would have been checked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/file.h"

enum { LARGEST_FILE = 4 * 1024 * 1024, CUT_UP_TO = 16 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The end of LARGEST_FILE writable bytes, before a page without access. */
static char *map_end(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *map =
		mmap(NULL, LARGEST_FILE + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED || mprotect(map + LARGEST_FILE, page, PROT_NONE) != 0)
		abort();
	return map + LARGEST_FILE;
}

static void replay(char *end, struct gwt_span bytes)
{
	for (size_t len = bytes.len > CUT_UP_TO ? bytes.len : 0; len <= bytes.len; len++) {
		if (len)
			memcpy(end - len, bytes.ptr, len);
		LLVMFuzzerTestOneInput((const uint8_t *)end - len, len);
	}
}

static size_t replay_folder(char *end, const char *dir)
{
	struct gwt_arena arena = { 0 };
	struct gwt_file_list list;
	struct gwt_error err;

	if (gwt_file_list(&arena, dir, "", &list, &err) != GWT_OK)
		goto failed;
	for (size_t i = 0; i < list.len; i++) {
		struct gwt_span bytes;

		if (gwt_file_read(&arena, gwt_file_join(&arena, dir, list.paths[i]), LARGEST_FILE, &bytes,
				  &err) != GWT_OK)
			goto failed;
		replay(end, bytes);
	}
	gwt_arena_release(&arena);
	return list.len;
failed:
	fprintf(stderr, "%s\n", err.msg);
	exit(1);
}

int main(int argc, char **argv)
{
	char *end = map_end();
	size_t files = 0;

	for (int i = 1; i < argc; i++)
		files += replay_folder(end, argv[i]);
	printf("replayed %zu files\n", files);
	return files ? 0 : 1;
}
