#include "lib/store/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/store/history_graph.h"
#include "lib/store/history_rename.h"
#include "lib/store/repo.h"
#include "lib/store/validated.h"

struct gwt_history {
	struct gwt_graph graph;
	struct gwt_map validated; /* 20 bytes of a blob -> struct gwt_validated */
	struct gwt_map names;     /* of scenarios */
	struct gwt_span *scenarios;
	size_t scenario_count, scenario_cap;
	bool listed;
};

gwt_status gwt_history_open(const char *dir, struct gwt_history **out, struct gwt_error *err)
{
	struct gwt_history *history = gwt_xcalloc(1, sizeof(*history));
	gwt_status status = gwt_graph_open(&history->graph, dir, err);

	if (status == GWT_OK)
		*out = history;
	else
		gwt_history_free(history);
	return status;
}

void gwt_history_free(struct gwt_history *history)
{
	if (!history)
		return;
	gwt_map_release(&history->validated);
	gwt_map_release(&history->names);
	gwt_graph_release(&history->graph);
	free(history);
}

bool gwt_history_is_cut(const struct gwt_history *history)
{
	return history->graph.is_cut;
}

/* Scenarios */

static void add_scenario(struct gwt_history *history, const char *group, const char *file)
{
	struct gwt_arena *arena = &history->graph.arena;
	struct gwt_span name = gwt_span_of(file);

	if (!gwt_span_ends(name, GWT_SPAN(".json")) || gwt_span_is(name, "VALIDATED.json") || file[0] == '.')
		return;
	name = gwt_arena_printf(arena, "%s/%.*s", group, (int)name.len - 5, file);
	if (gwt_map_get(&history->names, name))
		return;
	gwt_map_put(&history->names, name, history);
	GWT_GROW(arena, history->scenarios, history->scenario_count, history->scenario_cap);
	history->scenarios[history->scenario_count++] = name;
}

static gwt_status list_folder(struct gwt_history *history, struct gwt_folder *cassettes,
			      struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	for (size_t i = 0; status == GWT_OK && i < cassettes->len; i++) {
		struct gwt_folder_entry *group = &cassettes->entries[i];
		struct gwt_folder *folder;

		if (group->mode != GIT_FILEMODE_TREE || group->name[0] == '.')
			continue;
		status = gwt_graph_folder(&history->graph, group, &folder, err);
		for (size_t j = 0; status == GWT_OK && j < folder->len; j++)
			add_scenario(history, group->name, folder->entries[j].name);
	}
	return status;
}

/* The cassette folder of a commit; NULL when it has none. */
static gwt_status cassettes_at(struct gwt_history *history, size_t commit, struct gwt_folder **out,
			       struct gwt_error *err)
{
	struct gwt_graph *graph = &history->graph;
	char path[PATH_MAX];
	const struct gwt_folder_entry *entry;
	gwt_status status;

	*out = NULL;
	snprintf(path, sizeof(path), "%s", graph->repo.prefix); /* which has PATH_MAX bytes, too */
	if (*path)
		path[strlen(path) - 1] = '\0';
	status = gwt_graph_entry(graph, commit, *path ? path : ".", &entry, err);
	if (status == GWT_OK && !*path)
		*out = graph->commits[commit].root;
	else if (status == GWT_OK && entry && entry->mode == GIT_FILEMODE_TREE)
		status = gwt_graph_folder(graph, (struct gwt_folder_entry *)(uintptr_t)entry, out, err);
	return status;
}

static int by_text(const void *a, const void *b)
{
	return gwt_span_cmp(*(const struct gwt_span *)a, *(const struct gwt_span *)b);
}

gwt_status gwt_history_scenarios(struct gwt_history *history, const struct gwt_span **out, size_t *len,
				 struct gwt_error *err)
{
	struct gwt_folder *before = NULL;
	gwt_status status = GWT_OK;

	for (size_t i = 0; !history->listed && status == GWT_OK && i < history->graph.len; i++) {
		struct gwt_folder *folder;

		status = cassettes_at(history, i, &folder, err);
		if (status == GWT_OK && folder && folder != before)
			status = list_folder(history, folder, err);
		before = folder;
	}
	if (status != GWT_OK)
		return status;
	if (!history->listed && history->scenario_count)
		qsort(history->scenarios, history->scenario_count, sizeof(*history->scenarios), by_text);
	history->listed = true;
	*out = history->scenarios;
	*len = history->scenario_count;
	return GWT_OK;
}

/* One scenario */

/* A commit on the way from HEAD to the beginning. */
struct stop {
	const char *path;                     /* path followed in this commit; NULL: it is not on the way */
	const struct gwt_folder_entry *entry; /* NULL: there is no file */
	bool looked;                          /* `entry` was looked up */
	size_t origin;                        /* the commit that brought its cassette */
};

struct follow {
	struct gwt_history *history;
	struct gwt_arena *arena;
	struct stop *stops; /* one for each commit */
	struct gwt_history_versions *out;
	size_t *version_of; /* commit -> version + 1 */
};

static bool same_entry(const struct gwt_folder_entry *a, const struct gwt_folder_entry *b)
{
	return a == b || (a && b && git_oid_equal(&a->id, &b->id) && a->mode == b->mode);
}

static void go_on(struct follow *follow, size_t commit, const char *path)
{
	if (!follow->stops[commit].path)
		follow->stops[commit].path = path;
}

/* Find the parent that has the same as `commit`, SIZE_MAX when there is none; every parent is looked at. */
static gwt_status find_same(struct follow *follow, size_t commit, size_t *out, struct gwt_error *err)
{
	struct gwt_graph *graph = &follow->history->graph;
	const struct stop *stop = &follow->stops[commit];
	gwt_status status = GWT_OK;

	*out = SIZE_MAX;
	for (size_t i = 0; i < graph->commits[commit].parent_count && status == GWT_OK && *out == SIZE_MAX;
	     i++) {
		size_t parent = graph->commits[commit].parents[i];
		const struct gwt_folder_entry *entry;

		if (parent == SIZE_MAX)
			continue;
		status = gwt_graph_entry(graph, parent, stop->path, &entry, err);
		if (status == GWT_OK && same_entry(entry, stop->entry))
			*out = parent;
	}
	return status;
}

/* The cassette changed here: every parent may have had it, under the name that it had there. */
static gwt_status go_to_parents(struct follow *follow, size_t commit, struct gwt_error *err)
{
	struct gwt_graph *graph = &follow->history->graph;
	const struct stop *stop = &follow->stops[commit];
	const struct gwt_graph_commit *at = &graph->commits[commit];
	const char *path = stop->path, *old = NULL;
	const struct gwt_folder_entry *entry = NULL;
	gwt_status status = GWT_OK;

	if (stop->entry && at->parent_count == 1 && at->parents[0] != SIZE_MAX) {
		status = gwt_graph_entry(graph, at->parents[0], path, &entry, err);
		if (status == GWT_OK && !entry)
			status = gwt_rename_find(graph, commit, path, &old, err);
	}
	for (size_t i = 0; status == GWT_OK && i < at->parent_count; i++)
		if (at->parents[i] != SIZE_MAX)
			go_on(follow, at->parents[i], old ? old : path);
	return status;
}

static gwt_status visit(struct follow *follow, size_t commit, struct gwt_error *err)
{
	struct stop *stop = &follow->stops[commit];
	size_t same;
	gwt_status status = GWT_OK;

	if (!stop->looked)
		status = gwt_graph_entry(&follow->history->graph, commit, stop->path, &stop->entry, err);
	if (status == GWT_OK)
		status = find_same(follow, commit, &same, err);
	if (status != GWT_OK)
		return status;
	stop->origin = same;
	if (same == SIZE_MAX)
		return go_to_parents(follow, commit, err);
	go_on(follow, same, stop->path);
	if (follow->stops[same].path == stop->path) {
		follow->stops[same].entry = stop->entry;
		follow->stops[same].looked = true;
	}
	return GWT_OK;
}

/* Find the dates of the cassette in a commit's VALIDATED.json; NULL when it has none. */
static gwt_status find_line(struct follow *follow, size_t commit, const struct gwt_validated_line **out,
			    struct gwt_error *err)
{
	struct gwt_graph *graph = &follow->history->graph;
	const char *path = follow->stops[commit].path, *slash = strrchr(path, '/'), *group = slash;
	const struct gwt_folder_entry *entry;
	struct gwt_validated *lines;
	struct gwt_span text;
	gwt_status status;

	*out = NULL;
	if (!slash)
		return GWT_OK;
	while (group > path && group[-1] != '/')
		group--;
	status = gwt_graph_entry(
		graph, commit,
		gwt_arena_printf(follow->arena, "%.*sVALIDATED.json", (int)(slash + 1 - path), path).ptr,
		&entry, err);
	if (status != GWT_OK || !entry || (entry->mode & S_IFMT) != S_IFREG)
		return status;
	lines = gwt_map_get(&follow->history->validated, (struct gwt_span){ (const char *)entry->id.id, 20 });
	if (!lines) {
		lines = gwt_arena_new(&graph->arena, struct gwt_validated);
		/* a file that cannot be read has no dates */
		if (gwt_repo_blob(&graph->repo, &entry->id, path, &graph->arena, &text, NULL) == GWT_OK)
			gwt_validated_parse(&graph->arena, path, text, lines, NULL);
		gwt_map_put(&follow->history->validated, (struct gwt_span){ (const char *)entry->id.id, 20 },
			    lines);
	}
	*out = gwt_validated_find(lines, (struct gwt_span){ group, strlen(group) - strlen(".json") });
	return GWT_OK;
}

static void read_cassette(struct follow *follow, const struct stop *stop, struct gwt_history_version *version)
{
	struct gwt_error why = { 0 };

	if (!stop->entry)
		return;
	if ((stop->entry->mode & S_IFMT) != S_IFREG)
		version->unreadable = "it is not a file";
	else if (gwt_repo_blob(&follow->history->graph.repo, &stop->entry->id, stop->path, follow->arena,
			       &version->bytes, &why) != GWT_OK)
		version->unreadable = gwt_arena_cstr(follow->arena, gwt_span_of(why.msg));
}

/* Whether a parent is not in this clone: what is here may have come with that parent. */
static bool is_cut_at(const struct gwt_graph *graph, size_t commit)
{
	for (size_t i = 0; i < graph->commits[commit].parent_count; i++)
		if (graph->commits[commit].parents[i] == SIZE_MAX)
			return true;
	return false;
}

static bool has_parent(const struct gwt_graph *graph, size_t commit)
{
	for (size_t i = 0; i < graph->commits[commit].parent_count; i++)
		if (graph->commits[commit].parents[i] != SIZE_MAX)
			return true;
	return false;
}

static size_t add_version(struct follow *follow, size_t commit)
{
	const struct gwt_graph *graph = &follow->history->graph;
	struct gwt_history_version version = { .time = graph->commits[commit].time,
					       .path = follow->stops[commit].path,
					       .oldest = is_cut_at(graph, commit) };

	git_oid_tostr(version.commit, sizeof(version.commit), &graph->commits[commit].id);
	read_cassette(follow, &follow->stops[commit], &version);
	GWT_GROW(follow->arena, follow->out->items, follow->out->len, follow->out->cap);
	follow->out->items[follow->out->len++] = version;
	return follow->out->len;
}

static void add_dates(struct follow *follow, struct gwt_history_version *version,
		      const struct gwt_validated_line *line)
{
	if (!version->recorded.ptr)
		version->recorded = gwt_arena_copy(follow->arena, line->recorded);
	if (!version->confirmed.ptr || gwt_span_cmp(line->confirmed, version->confirmed) > 0)
		version->confirmed = gwt_arena_copy(follow->arena, line->confirmed);
}

/* Parents come first, so what a commit has is either new in it or belongs to a known version. */
static gwt_status collect(struct follow *follow, size_t commit, struct gwt_error *err)
{
	const struct stop *stop = &follow->stops[commit];
	const struct gwt_validated_line *line = NULL;
	gwt_status status = GWT_OK;

	if (stop->origin != SIZE_MAX)
		follow->version_of[commit] = follow->version_of[stop->origin];
	else if (stop->entry ||
		 has_parent(&follow->history->graph, commit)) /* deleted, since a parent had it */
		follow->version_of[commit] = add_version(follow, commit);
	if (stop->entry && follow->version_of[commit])
		status = find_line(follow, commit, &line, err);
	if (line)
		add_dates(follow, &follow->out->items[follow->version_of[commit] - 1], line);
	return status;
}

gwt_status gwt_history_of(struct gwt_history *history, struct gwt_arena *arena, struct gwt_span scenario,
			  struct gwt_history_versions *out, struct gwt_error *err)
{
	size_t len = history->graph.len;
	struct gwt_history_versions found = { 0 };
	struct follow follow = { .history = history,
				 .arena = arena,
				 .stops = gwt_xcalloc(len + 1, sizeof(struct stop)),
				 .version_of = gwt_xcalloc(len + 1, sizeof(size_t)),
				 .out = &found };
	gwt_status status = GWT_OK;

	go_on(&follow, 0,
	      gwt_arena_printf(arena, "%s" GWT_SPAN_FMT ".json", history->graph.repo.prefix,
			       GWT_SPAN_ARG(scenario))
		      .ptr);
	for (size_t i = 0; status == GWT_OK && i < len; i++)
		if (follow.stops[i].path)
			status = visit(&follow, i, err);
	for (size_t i = len; status == GWT_OK && i-- > 0;)
		if (follow.stops[i].path)
			status = collect(&follow, i, err);
	free(follow.stops);
	free(follow.version_of);
	if (status == GWT_OK)
		*out = found;
	return status;
}
