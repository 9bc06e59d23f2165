#include "lib/store/history_graph.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"

static struct gwt_span key_of(const git_oid *id)
{
	return (struct gwt_span){ (const char *)id->id, GIT_OID_RAWSZ };
}

static gwt_status fail_object(struct gwt_graph *graph, const git_oid *id, struct gwt_error *err)
{
	char hex[GIT_OID_HEXSZ + 1];

	git_oid_tostr(hex, sizeof(hex), id);
	return gwt_repo_fail(err, GWT_EIO, "read the object %s in the repository of '%s'", hex,
			     graph->repo.dir);
}

/* Commits */

/* The index of a commit; *added says whether it is new. */
static size_t index_of(struct gwt_graph *graph, const git_oid *id, bool *added)
{
	void *known = gwt_map_get(&graph->by_id, key_of(id));
	struct gwt_graph_commit commit = { .id = *id };

	*added = !known;
	if (known)
		return (size_t)(uintptr_t)known - 1;
	GWT_GROW(&graph->arena, graph->commits, graph->len, graph->cap);
	graph->commits[graph->len] = commit;
	gwt_map_put(&graph->by_id,
		    gwt_arena_copy(&graph->arena, (struct gwt_span){ (const char *)id->id, GIT_OID_RAWSZ }),
		    (void *)(uintptr_t)(graph->len + 1));
	return graph->len++;
}

/* A shallow clone lacks the parents of some commits; in any other clone a missing parent is damage. */
static gwt_status lookup(struct gwt_graph *graph, const git_oid *id, git_commit **out, struct gwt_error *err)
{
	int rc = git_commit_lookup(out, graph->repo.git, id);

	if (rc == GIT_ENOTFOUND && git_repository_is_shallow(graph->repo.git)) {
		graph->is_cut = true;
		return GWT_OK;
	}
	return rc == 0 ? GWT_OK : fail_object(graph, id, err);
}

/* Add the parents as commits to be read; reading them shows whether they exist. */
static gwt_status read_commit(struct gwt_graph *graph, size_t at, bool *missing, struct gwt_error *err)
{
	gwt_auto(git_commit_cleanup) git_commit *commit = NULL;
	git_oid id = graph->commits[at].id;
	gwt_status status = lookup(graph, &id, &commit, err);
	size_t count, *parents;
	bool added;

	*missing = status == GWT_OK && !commit;
	if (status != GWT_OK || !commit)
		return status;
	count = git_commit_parentcount(commit);
	parents = gwt_arena_array(&graph->arena, size_t, count + 1);
	for (size_t i = 0; i < count; i++)
		parents[i] = index_of(graph, git_commit_parent_id(commit, (unsigned)i), &added);
	graph->commits[at].tree = *git_commit_tree_id(commit);
	graph->commits[at].time = git_commit_time(commit);
	graph->commits[at].parents = parents;
	graph->commits[at].parent_count = count;
	return GWT_OK;
}

static gwt_status read_commits(struct gwt_graph *graph, bool **missing, struct gwt_error *err)
{
	size_t cap = 0;
	gwt_status status = GWT_OK;

	for (size_t i = 0; status == GWT_OK && i < graph->len; i++) {
		bool gone;

		GWT_GROW(&graph->arena, *missing, i, cap);
		status = read_commit(graph, i, &gone, err);
		(*missing)[i] = gone;
	}
	return status;
}

/* Order */

struct heap {
	const struct gwt_graph *graph;
	size_t *items;
	size_t len;
};

/* Newer first; in the same second, the one found first. */
static bool is_before(const struct heap *heap, size_t a, size_t b)
{
	int64_t time_a = heap->graph->commits[a].time, time_b = heap->graph->commits[b].time;

	return time_a != time_b ? time_a > time_b : a < b;
}

static void swap(struct heap *heap, size_t a, size_t b)
{
	size_t item = heap->items[a];

	heap->items[a] = heap->items[b];
	heap->items[b] = item;
}

static void push(struct heap *heap, size_t item)
{
	size_t at = heap->len++;

	heap->items[at] = item;
	for (; at && is_before(heap, heap->items[at], heap->items[(at - 1) / 2]); at = (at - 1) / 2)
		swap(heap, at, (at - 1) / 2);
}

static size_t pop(struct heap *heap)
{
	size_t item = heap->items[0], at = 0;

	heap->items[0] = heap->items[--heap->len];
	for (;;) {
		size_t best = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < heap->len; child++)
			if (is_before(heap, heap->items[child], heap->items[best]))
				best = child;
		if (best == at)
			return item;
		swap(heap, at, best);
		at = best;
	}
}

/* The indexes in order, from HEAD, which is 0. Missing commits are left out. */
static size_t sort_commits(struct gwt_graph *graph, const bool *missing, size_t *order)
{
	struct heap heap = { graph, gwt_xcalloc(graph->len + 1, sizeof(size_t)), 0 };
	size_t count = 0;

	for (size_t i = 0; i < graph->len; i++)
		for (size_t p = 0; p < graph->commits[i].parent_count; p++)
			graph->commits[graph->commits[i].parents[p]].children++;
	push(&heap, 0);
	while (heap.len) {
		const struct gwt_graph_commit *commit = &graph->commits[order[count++] = pop(&heap)];

		for (size_t p = 0; p < commit->parent_count; p++)
			if (--graph->commits[commit->parents[p]].children == 0 &&
			    !missing[commit->parents[p]])
				push(&heap, commit->parents[p]);
	}
	free(heap.items);
	return count;
}

static void renumber(struct gwt_graph *graph, const size_t *order, size_t count)
{
	struct gwt_graph_commit *sorted = gwt_arena_array(&graph->arena, struct gwt_graph_commit, count + 1);
	size_t *place = gwt_arena_array(&graph->arena, size_t, graph->len + 1);

	for (size_t i = 0; i < graph->len; i++)
		place[i] = SIZE_MAX;
	for (size_t i = 0; i < count; i++)
		place[order[i]] = i;
	for (size_t i = 0; i < count; i++) {
		sorted[i] = graph->commits[order[i]];
		for (size_t p = 0; p < sorted[i].parent_count; p++)
			sorted[i].parents[p] = place[sorted[i].parents[p]];
	}
	graph->commits = sorted;
	graph->len = count;
}

static gwt_status read_graph(struct gwt_graph *graph, struct gwt_error *err)
{
	bool *missing = NULL, added;
	git_oid head;
	int rc = git_reference_name_to_id(&head, graph->repo.git, "HEAD");
	gwt_status status;
	size_t *order;

	if (rc == GIT_ENOTFOUND || rc == GIT_EUNBORNBRANCH)
		return gwt_fail(err, GWT_EUNCHECKED,
				"the repository of '%s' has no commit yet: record something first",
				graph->repo.dir);
	if (rc != 0)
		return gwt_repo_fail(err, GWT_EIO, "read HEAD of the repository of '%s'", graph->repo.dir);
	index_of(graph, &head, &added);
	status = read_commits(graph, &missing, err);
	if (status != GWT_OK)
		return status;
	order = gwt_arena_array(&graph->arena, size_t, graph->len + 1);
	renumber(graph, order, sort_commits(graph, missing, order));
	return GWT_OK;
}

gwt_status gwt_graph_open(struct gwt_graph *graph, const char *dir, struct gwt_error *err)
{
	struct gwt_error why = { 0 };

	memset(graph, 0, sizeof(*graph));
	if (gwt_repo_open(&graph->repo, dir, &why) != GWT_OK)
		return gwt_fail(err, GWT_EIO, "%s", why.msg);
	if (graph->repo.foreign)
		return gwt_repo_foreign(&graph->repo, GWT_EIO, err);
	if (!graph->repo.git)
		return gwt_fail(err, GWT_EIO,
				"'%s' is outside any repository: it has no history; record there first", dir);
	return read_graph(graph, err);
}

void gwt_graph_release(struct gwt_graph *graph)
{
	struct gwt_map_entry *entry;

	for (size_t i = 0; (entry = gwt_map_next(&graph->folders, &i));)
		gwt_map_release(&((struct gwt_folder *)entry->value)->by_name);
	gwt_map_release(&graph->folders);
	gwt_map_release(&graph->by_id);
	gwt_arena_release(&graph->arena);
	gwt_repo_release(&graph->repo);
}

/* Trees */

static struct gwt_folder *read_entries(struct gwt_graph *graph, git_tree *tree)
{
	struct gwt_folder *folder = gwt_arena_new(&graph->arena, struct gwt_folder);

	folder->len = git_tree_entrycount(tree);
	folder->entries = gwt_arena_array(&graph->arena, struct gwt_folder_entry, folder->len + 1);
	for (size_t i = 0; i < folder->len; i++) {
		const git_tree_entry *from = git_tree_entry_byindex(tree, i);
		struct gwt_folder_entry *to = &folder->entries[i];

		to->name = gwt_arena_cstr(&graph->arena, gwt_span_of(git_tree_entry_name(from)));
		to->id = *git_tree_entry_id(from);
		to->mode = git_tree_entry_filemode(from);
		gwt_map_put(&folder->by_name, gwt_span_of(to->name), to);
	}
	return folder;
}

static gwt_status folder_of(struct gwt_graph *graph, const git_oid *id, struct gwt_folder **out,
			    struct gwt_error *err)
{
	gwt_auto(git_tree_cleanup) git_tree *tree = NULL;
	struct gwt_folder *known = gwt_map_get(&graph->folders, key_of(id));

	if (!known) {
		if (git_tree_lookup(&tree, graph->repo.git, id) != 0)
			return fail_object(graph, id, err);
		known = read_entries(graph, tree);
		gwt_map_put(&graph->folders, gwt_arena_copy(&graph->arena, key_of(id)), known);
	}
	*out = known;
	return GWT_OK;
}

gwt_status gwt_graph_folder(struct gwt_graph *graph, struct gwt_folder_entry *entry, struct gwt_folder **out,
			    struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	if (!entry->folder)
		status = folder_of(graph, &entry->id, &entry->folder, err);
	*out = entry->folder;
	return status;
}

gwt_status gwt_graph_entry(struct gwt_graph *graph, size_t commit, const char *path,
			   const struct gwt_folder_entry **out, struct gwt_error *err)
{
	struct gwt_graph_commit *at = &graph->commits[commit];
	struct gwt_span rest = gwt_span_of(path);
	gwt_status status = at->root ? GWT_OK : folder_of(graph, &at->tree, &at->root, err);
	struct gwt_folder *folder = at->root;

	*out = NULL;
	while (status == GWT_OK && rest.ptr) {
		struct gwt_folder_entry *entry = gwt_map_get(&folder->by_name, gwt_span_cut(&rest, '/'));

		if (!entry)
			return GWT_OK;
		if (!rest.ptr)
			*out = entry;
		else if (entry->mode != GIT_FILEMODE_TREE)
			return GWT_OK;
		else
			status = gwt_graph_folder(graph, entry, &folder, err);
	}
	return status;
}
