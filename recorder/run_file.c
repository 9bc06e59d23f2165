#include "recorder/run_file.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/base/arena.h"
#include "lib/base/file.h"
#include "lib/base/span.h"

void gwt_run_file_init(struct gwt_run_file *trace, struct gwt_sigv4 *digests, const char *cache,
		       const char *endpoint, const char *region)
{
	char hash[GWT_SHA256_HEX + 1];

	memset(trace, 0, sizeof(*trace));
	if (!cache)
		return;
	gwt_sha256_hex(digests, gwt_arena_printf(&trace->arena, "%s\n%s", endpoint, region), hash);
	trace->folder = gwt_file_join(&trace->arena, cache, "runs");
	trace->hash = gwt_arena_printf(&trace->arena, "%.16s", hash).ptr;
}

/* Whether the name is HASH.PID of this upstream and a process that has ended. */
static bool is_stale(const struct gwt_run_file *trace, const char *name)
{
	struct gwt_span rest = gwt_span_of(name), hash = gwt_span_cut(&rest, '.');
	uint64_t pid;

	return gwt_span_is(hash, trace->hash) && gwt_span_to_u64(rest, INT32_MAX, &pid) && pid > 0 &&
	       kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

/* Visit stale traces: remove them, or stop at the first. */
static bool visit(const struct gwt_run_file *trace, bool remove_them)
{
	DIR *dir = trace->folder ? opendir(trace->folder) : NULL;
	bool found = false;

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		if (!is_stale(trace, entry->d_name))
			continue;
		found = true;
		if (!remove_them)
			break;
		unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir)
		closedir(dir);
	return found;
}

bool gwt_run_file_is_stale(const struct gwt_run_file *trace)
{
	return visit(trace, false);
}

void gwt_run_file_clear_stale(const struct gwt_run_file *trace)
{
	visit(trace, true);
}

void gwt_run_file_write(struct gwt_run_file *trace)
{
	if (!trace->folder || gwt_file_mkdirs(trace->folder, NULL) != GWT_OK)
		return;
	trace->own =
		gwt_arena_printf(&trace->arena, "%s/%s.%ld", trace->folder, trace->hash, (long)getpid()).ptr;
	if (gwt_file_write(trace->own, GWT_SPAN(""), NULL) != GWT_OK)
		trace->own = NULL;
}

void gwt_run_file_end(struct gwt_run_file *trace, bool keep)
{
	if (trace->own && !keep)
		unlink(trace->own);
	gwt_arena_release(&trace->arena);
	memset(trace, 0, sizeof(*trace));
}
