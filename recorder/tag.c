#include "recorder/tag.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/base/arena.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/sigv4/sigv4.h"

enum { DAY_S = 24 * 60 * 60 };

/* Ticks since boot at which a process started; 0 when that is unknown. */
static uint64_t start_of(uint64_t pid)
{
	char path[64] /* with a number in it */, text[1024] /* the name has 64 bytes at most (proc(5)) */;
	unsigned long long start = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%llu/stat", (unsigned long long)pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	/* the second field is the name in parentheses, which may hold anything; 22 is the start */
	if (fgets(text, sizeof(text), file)) {
		const char *rest = strrchr(text, ')');

		if (rest)
			sscanf(rest + 1,
			       " %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu",
			       &start);
	}
	fclose(file);
	return start;
}

static struct gwt_span small_file(struct gwt_arena *arena, const char *path)
{
	struct gwt_span text;

	return gwt_file_read(arena, path, 4096, &text, NULL) == GWT_OK ? text : GWT_SPAN("");
}

/* The machine and its pid namespace, in which process ids are unique; hashed so that no name leaks. */
static void host_hash(struct gwt_caller *caller, struct gwt_arena *arena, char out[GWT_SHA256_HEX + 1])
{
	char name[256] = "" /* HOST_NAME_MAX is 64 */, space[64] = "" /* "pid:[4026531836]" */;
	struct gwt_span machine = small_file(arena, "/etc/machine-id");

	gethostname(name, sizeof(name) - 1);
	if (readlink("/proc/self/ns/pid", space, sizeof(space) - 1) < 0)
		space[0] = '\0';
	gwt_sha256_hex(caller->digests,
		       gwt_arena_printf(arena, "gwtape\n" GWT_SPAN_FMT "\n%s\n%s", GWT_SPAN_ARG(machine),
					name, space),
		       out);
	out[16] = '\0';
}

struct gwt_span gwt_tag_value(struct gwt_caller *caller, struct gwt_arena *arena)
{
	char host[GWT_SHA256_HEX + 1];
	uint64_t pid = (uint64_t)getpid();

	host_hash(caller, arena, host);
	return gwt_arena_printf(arena, "recording/%s/%llu/%llu", host, (unsigned long long)pid,
				(unsigned long long)start_of(pid));
}

static bool is_alive(uint64_t pid, uint64_t start)
{
	if (kill((pid_t)pid, 0) != 0 && errno == ESRCH)
		return false;
	return start == 0 || start_of(pid) == start;
}

bool gwt_tag_is_stale(struct gwt_caller *caller, struct gwt_span tag, int64_t created, int64_t now)
{
	struct gwt_arena arena = { 0 };
	struct gwt_span rest = tag, word = gwt_span_cut(&rest, '/'), host = gwt_span_cut(&rest, '/');
	struct gwt_span pid_text = gwt_span_cut(&rest, '/');
	char ours[GWT_SHA256_HEX + 1];
	uint64_t pid, start;

	if (!gwt_span_is(word, "recording") || !gwt_span_to_u64(pid_text, INT32_MAX, &pid) ||
	    !gwt_span_to_u64(rest, INT64_MAX, &start))
		return false;
	host_hash(caller, &arena, ours);
	gwt_arena_release(&arena);
	if (gwt_span_is(host, ours))
		return !is_alive(pid, start);
	return created > 0 && now - created > DAY_S;
}
