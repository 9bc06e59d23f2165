/*
 * history_graph.h - the commits below HEAD, children before parents, and what each has at a path.
 */
#ifndef GWT_STORE_HISTORY_GRAPH_H
#define GWT_STORE_HISTORY_GRAPH_H

#include "lib/base/map.h"
#include "lib/store/repo.h"

struct gwt_graph_commit {
	git_oid id, tree;
	int64_t time;
	size_t *parents; /* indexes; SIZE_MAX: not in this clone */
	size_t parent_count;
	size_t children;         /* private: how many are not in the order yet */
	struct gwt_folder *root; /* folder of `tree`, once it was read */
};

/* A tree, which is read only once even when many commits have it. */
struct gwt_folder {
	struct gwt_folder_entry {
		const char *name;
		git_oid id;
		git_filemode_t mode;
		struct gwt_folder *folder; /* if it is a folder: its contents, once it was read */
	} * entries;                       /* in git's order */
	size_t len;
	struct gwt_map by_name;
};

struct gwt_graph {
	struct gwt_repo repo;
	struct gwt_arena arena;
	struct gwt_graph_commit *commits; /* children before parents, else newest first */
	size_t len, cap;
	struct gwt_map by_id;   /* 20 bytes -> index + 1 */
	struct gwt_map folders; /* 20 bytes -> struct gwt_folder */
	bool is_cut;            /* some parents are not in this clone */
};

gwt_status gwt_graph_open(struct gwt_graph *graph, const char *dir, struct gwt_error *err);
void gwt_graph_release(struct gwt_graph *graph);

/* What a commit has at `path`; *out is NULL when it has nothing there. */
gwt_status gwt_graph_entry(struct gwt_graph *graph, size_t commit, const char *path,
			   const struct gwt_folder_entry **out, struct gwt_error *err);
/* Read the folder of an entry that is a folder. */
gwt_status gwt_graph_folder(struct gwt_graph *graph, struct gwt_folder_entry *entry, struct gwt_folder **out,
			    struct gwt_error *err);

#endif
