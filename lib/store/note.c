#include "lib/store/note.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/store/place.h"
#include "lib/store/repo.h"
#include "lib/store/validated.h"

struct noting {
	const struct gwt_store *store;
	struct gwt_repo repo;
	git_tree *head; /* NULL: there is none, or it cannot be read */
	struct gwt_arena arena;
};

/* The lines of HEAD; none without a repository, or with one that cannot be read. */
static gwt_status read_head(struct noting *noting, struct gwt_span scenario, struct gwt_validated *out,
			    struct gwt_error *err)
{
	const char *path = gwt_validated_path(&noting->arena, noting->repo.prefix, scenario);
	struct gwt_repo_entry entry;
	struct gwt_span text;
	gwt_status status = gwt_repo_entry(&noting->repo, noting->head, path, &entry, err);

	*out = (struct gwt_validated){ 0 };
	if (status != GWT_OK || !entry.found || entry.mode == GIT_FILEMODE_TREE)
		return status;
	status = gwt_repo_blob(&noting->repo, &entry.id, path, &noting->arena, &text, err);
	if (status == GWT_OK && gwt_validated_parse(&noting->arena, path, text, out, NULL) != GWT_OK)
		*out = (struct gwt_validated){ 0 };
	return status;
}

static void take_over(struct noting *noting, struct gwt_validated *lines, const struct gwt_validated *head)
{
	for (size_t i = 0; i < head->len; i++) {
		const struct gwt_validated_line *line = &head->items[i];
		const struct gwt_validated_line *known = gwt_validated_find(lines, line->scenario);

		if (!known || gwt_validated_is_newer(line, known))
			gwt_validated_set(&noting->arena, lines, line);
	}
}

/* Write the notes of one group. */
static gwt_status note_group(struct noting *noting, const struct gwt_store_note *const *notes, size_t len,
			     struct gwt_error *err)
{
	struct gwt_arena *arena = &noting->arena;
	const char *path = gwt_validated_path(arena, noting->store->dir, notes[0]->scenario);
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };
	struct gwt_validated lines, head;
	bool unused;
	gwt_status status = gwt_validated_load(arena, path, &lines, err);

	if (status == GWT_OK)
		status = read_head(noting, notes[0]->scenario, &head, err);
	if (status == GWT_OK)
		status = gwt_file_mkdirs_for(path, err);
	if (status != GWT_OK)
		return status;
	take_over(noting, &lines, &head);
	for (size_t i = 0; i < len; i++)
		gwt_validated_update(arena, &lines, notes[i]->scenario, notes[i]->upstream,
				     notes[i]->recorded, notes[i]->at);
	gwt_buf_init(&out, SIZE_MAX);
	gwt_validated_write(&out, &lines);
	return gwt_store_write(noting->store, path, gwt_buf_span(&out), &unused, err);
}

static int by_scenario(const void *a, const void *b)
{
	return gwt_span_cmp((*(const struct gwt_store_note *const *)a)->scenario,
			    (*(const struct gwt_store_note *const *)b)->scenario);
}

static struct gwt_span group_of(const struct gwt_store_note *note)
{
	return gwt_span_slice(note->scenario, 0, gwt_span_find(note->scenario, '/'));
}

static gwt_status note_all(struct noting *noting, const struct gwt_store_note *notes, size_t len,
			   struct gwt_error *err)
{
	const struct gwt_store_note **sorted =
		gwt_arena_array(&noting->arena, const struct gwt_store_note *, len + 1);
	gwt_status status = GWT_OK;

	for (size_t i = 0; i < len; i++)
		sorted[i] = &notes[i];
	qsort(sorted, len, sizeof(*sorted), by_scenario);
	for (size_t i = 0, end; status == GWT_OK && i < len; i = end) {
		for (end = i + 1; end < len; end++)
			if (!gwt_span_eq(group_of(sorted[i]), group_of(sorted[end])))
				break;
		status = note_group(noting, sorted + i, end - i, err);
	}
	return status;
}

/* A repository that libgit2 cannot read has no HEAD for us, and gets no commit. */
static gwt_status open_head(struct noting *noting, struct gwt_error *err)
{
	gwt_auto(git_commit_cleanup) git_commit *commit = NULL;
	gwt_status status = gwt_repo_open(&noting->repo, noting->store->dir, err);

	if (status == GWT_EUNCHECKED)
		return GWT_OK;
	if (status == GWT_OK && noting->repo.git)
		status = gwt_repo_head_tree(&noting->repo, &commit, &noting->head, err);
	return status;
}

gwt_status gwt_store_note(const struct gwt_store *store, const struct gwt_store_note *notes, size_t len,
			  const volatile sig_atomic_t *stop, struct gwt_error *err)
{
	struct noting noting = { .store = store };
	int turn = -1;
	gwt_status status;

	if (!len)
		return GWT_OK;
	status = gwt_turn_take(store->dir, stop, &turn, err);
	if (status != GWT_OK)
		return status;
	status = open_head(&noting, err);
	if (status == GWT_OK)
		status = note_all(&noting, notes, len, err);
	git_tree_free(noting.head);
	gwt_repo_release(&noting.repo);
	gwt_arena_release(&noting.arena);
	gwt_turn_end(turn);
	return status;
}
