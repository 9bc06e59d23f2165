/*
 * kept_files.h - where a recording that was not made from a scenario goes: its cassette, and the scenario made of it.
 */
#ifndef GWT_CLI_KEPT_FILES_H
#define GWT_CLI_KEPT_FILES_H

#include "recorder/keep.h"

struct gwt_kept_files {
	const char *name; /* group/name */
	const char *cassettes;
	const char *scenario_path, *cassette_path; /* whole */
	char *paths[2];                            /* cassette and VALIDATED.json, below `cassettes` */
};

/* GWT_EUSAGE when the name cannot be one. Folders may be NULL: the usual ones. */
gwt_status gwt_kept_files_init(struct gwt_kept_files *files, const char *name, const char *cassettes,
			       const char *scenarios, struct gwt_arena *arena, struct gwt_error *err);
/* GWT_EUSAGE where a scenario of this name is there and somebody wrote it: it is not replaced. */
gwt_status gwt_kept_files_check(const struct gwt_kept_files *files, struct gwt_arena *arena,
				struct gwt_error *err);
/* Write all three; *changed: the cassette is another than before. */
gwt_status gwt_kept_files_write(const struct gwt_kept_files *files, const struct gwt_kept *kept,
				struct gwt_span upstream, struct gwt_arena *arena, bool *changed,
				struct gwt_error *err);

#endif
