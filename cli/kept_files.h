/*
 * kept_files.h - where a recording that was not made from a scenario goes: its cassette, and the scenario made of it.
 */
#ifndef GWT_CLI_KEPT_FILES_H
#define GWT_CLI_KEPT_FILES_H

#include "lib/store/store.h"
#include "recorder/keep.h"

struct gwt_kept_files {
	const char *name; /* group/name */
	const char *cassettes;
	const char *scenario_path, *cassette_path; /* whole */
	struct gwt_commit_item item;
};

/* GWT_EUSAGE when the name cannot be one. Folders may be NULL: the usual ones. */
gwt_status gwt_kept_files_init(struct gwt_kept_files *files, const char *name, const char *cassettes,
			       const char *scenarios, struct gwt_arena *arena, struct gwt_error *err);
/* GWT_EUSAGE where a scenario of this name is there and somebody wrote it: it is not replaced. */
gwt_status gwt_kept_files_check(const struct gwt_kept_files *files, struct gwt_arena *arena,
				struct gwt_error *err);
/* What to prepare for and to commit: these files, the scenario too. */
struct gwt_commit_request gwt_kept_files_request(const struct gwt_kept_files *files,
						 enum gwt_commit_mode mode);
/* Write all three into a store prepared for that; *changed: the cassette is another than before. */
gwt_status gwt_kept_files_write(const struct gwt_kept_files *files, const struct gwt_store *store,
				const struct gwt_kept *kept, struct gwt_span upstream, bool *changed,
				struct gwt_error *err);

#endif
