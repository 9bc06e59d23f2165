#include "recorder/sweep.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "recorder/fixtures.h"

enum { DAY_S = 24 * 60 * 60 };

/* Ticks since boot at which a process started; 0 when that is unknown. */
static uint64_t start_of(uint64_t pid)
{
	char path[64], text[1024];
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

/* Where process ids mean what they mean here: the machine and its pid namespace, hashed so that no name leaks. */
static void host_hash(struct gwt_caller *caller, struct gwt_arena *arena, char out[GWT_SHA256_HEX + 1])
{
	char name[256] = "", space[64] = "";
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

/* AWS gives seconds; the console's forms give a date. */
static int64_t time_of(const struct gwt_json *created)
{
	int64_t time = 0;

	if (gwt_json_is(created, GWT_JSON_STRING))
		return gwt_clock_parse(created->text, &time) ? time : 0;
	return gwt_json_to_i64(created, &time) ? time : 0;
}

static gwt_status sweep_kind(struct gwt_caller *caller, const char *kind, size_t *removed,
			     struct gwt_arena *arena, struct gwt_error *err)
{
	struct gwt_json *answer = NULL, *items;
	gwt_status status = gwt_fixture_call(caller, "GET", gwt_arena_printf(arena, "/%s?limit=500", kind),
					     NULL, arena, &answer, err);

	items = gwt_json_get(answer, "item");
	for (const struct gwt_json *item = items ? items->child : NULL; status == GWT_OK && item;
	     item = item->next) {
		struct gwt_span id = gwt_json_get_text(item, "id");
		struct gwt_span tag = gwt_json_get_text(gwt_json_get(item, "tags"), GWT_TAG_NAME);

		if (!id.len || !gwt_tag_is_stale(caller, tag, time_of(gwt_json_get(item, "createdDate")),
						 gwt_clock_now()))
			continue;
		if (gwt_fixture_call(caller, "DELETE",
				     gwt_arena_printf(arena, "/%s/" GWT_SPAN_FMT, kind, GWT_SPAN_ARG(id)),
				     NULL, arena, NULL, NULL) == GWT_OK)
			++*removed;
	}
	return status;
}

gwt_status gwt_sweep(struct gwt_caller *caller, size_t *removed, struct gwt_error *err)
{
	struct gwt_arena arena = { 0 };
	gwt_status status = sweep_kind(caller, "restapis", removed, &arena, err);

	if (status == GWT_OK && caller->met_sandbox)
		status = sweep_kind(caller, "vpclinks", removed, &arena, err);
	gwt_arena_release(&arena);
	return status;
}
