/*
 * watch.c - libuv watches one folder per handle, without its subfolders. So after each series of changes
 * all handles are made again, for the folders that exist then, before `fn` looks: a later change is
 * reported again.
 */
#include "lib/net/watch.h"

#include <dirent.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/net/internal.h"

enum { QUIET_MS = 100, UNREST_MS = 1000, GONE_MS = 500, MAX_DEPTH = 64 };

struct folder {
	uv_fs_event_t uv;
	struct gwt_watch *watch;
	struct folder *next;
};

struct gwt_watch {
	struct gwt_loop *loop;
	struct gwt_watch *next;
	uv_timer_t timer;
	struct folder *folders;
	char *dir;
	uint64_t since; /* when the changes began; 0: quiet */
	bool gone;      /* `dir` does not exist; that was reported */
	void (*fn)(void *arg);
	void *arg;
};

static void on_timer(uv_timer_t *timer);

static void on_event(uv_fs_event_t *handle, const char *name, int events, int status)
{
	struct gwt_watch *watch = ((struct folder *)handle->data)->watch;
	uint64_t now = uv_now(&watch->loop->uv), spent;

	(void)name;
	(void)events;
	(void)status; /* an error counts as a change: looking again shows what it was */
	watch->since = watch->since ? watch->since : now;
	spent = now - watch->since;
	if (spent < UNREST_MS)
		uv_timer_start(&watch->timer, on_timer,
			       spent + QUIET_MS < UNREST_MS ? QUIET_MS : UNREST_MS - spent, 0);
}

static void free_handle(uv_handle_t *handle)
{
	free(handle->data);
}

static void drop_folders(struct gwt_watch *watch)
{
	while (watch->folders) {
		struct folder *folder = watch->folders;

		watch->folders = folder->next;
		uv_close((uv_handle_t *)&folder->uv, free_handle);
	}
}

static int add_folder(struct gwt_watch *watch, const char *path)
{
	struct folder *folder = gwt_xcalloc(1, sizeof(*folder));

	folder->watch = watch;
	folder->next = watch->folders;
	watch->folders = folder;
	uv_fs_event_init(&watch->loop->uv, &folder->uv);
	folder->uv.data = folder;
	uv_unref((uv_handle_t *)&folder->uv);
	return uv_fs_event_start(&folder->uv, on_event, path, 0);
}

/* Watch `path` and all folders below; returns the first system error. A subfolder may vanish meanwhile. */
static int add_folders(struct gwt_watch *watch, const char *path, int depth, struct gwt_arena *arena)
{
	int result = add_folder(watch, path);
	DIR *dir = result == 0 && depth < MAX_DEPTH ? opendir(path) : NULL;

	while (dir && result == 0) {
		struct dirent *entry = readdir(dir);
		const char *below;

		if (!entry)
			break;
		below = gwt_file_join(arena, path, entry->d_name);
		if (entry->d_name[0] == '.' || !gwt_file_is_dir(below))
			continue;
		result = add_folders(watch, below, depth + 1, arena);
	}
	if (dir)
		closedir(dir);
	return result == UV_ENOENT && depth > 0 ? 0 : result;
}

static int look_again(struct gwt_watch *watch)
{
	struct gwt_arena arena = { 0 };
	int result;

	drop_folders(watch);
	result = add_folders(watch, watch->dir, 0, &arena);
	gwt_arena_release(&arena);
	return result;
}

/* A `dir` that does not exist cannot be watched, so the timer looks for it. */
static void on_timer(uv_timer_t *timer)
{
	struct gwt_watch *watch = timer->data;
	bool was_gone = watch->gone;

	watch->since = 0;
	watch->gone = look_again(watch) != 0;
	if (watch->gone)
		uv_timer_start(&watch->timer, on_timer, GONE_MS, 0);
	if (!watch->gone || !was_gone)
		watch->fn(watch->arg);
}

void gwt_watch_forget_all(struct gwt_loop *loop)
{
	while (loop->watches) {
		struct gwt_watch *watch = loop->watches;

		loop->watches = watch->next;
		drop_folders(watch);
		free(watch->dir);
		uv_close((uv_handle_t *)&watch->timer, free_handle);
	}
}

gwt_status gwt_loop_watch(struct gwt_loop *loop, const char *dir, void (*fn)(void *arg), void *arg,
			  struct gwt_error *err)
{
	struct gwt_watch *watch = gwt_xcalloc(1, sizeof(*watch));
	int result;

	*watch = (struct gwt_watch){ .loop = loop, .next = loop->watches, .fn = fn, .arg = arg };
	watch->dir = gwt_xstrdup(dir);
	loop->watches = watch;
	uv_timer_init(&loop->uv, &watch->timer);
	watch->timer.data = watch;
	uv_unref((uv_handle_t *)&watch->timer);
	result = look_again(watch);
	if (result != 0)
		return gwt_fail(err, GWT_EIO, "cannot watch '%s': %s", dir, uv_strerror(result));
	return GWT_OK;
}
