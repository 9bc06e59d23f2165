/*
 * history_show.h - `gwtape history SCENARIO POINTER`: the values of a field, and when they changed.
 */
#ifndef GWT_CLI_HISTORY_SHOW_H
#define GWT_CLI_HISTORY_SHOW_H

#include "lib/json/json.h"
#include "lib/store/history.h"

/* What the user asked for. */
struct gwt_history_query {
	struct gwt_history *history;
	struct gwt_arena *arena;
	struct gwt_span scenario; /* absent: all */
	char *const *fields;
	size_t field_count;
	int64_t since;                 /* seconds since 1970; INT64_MIN: the beginning */
	const char *since_text, *when; /* may be NULL */
	bool json;
};

/*
 * GWT_EUNCHECKED when no commit has the scenario, when none of its answers has the field, or when the field
 * never had the value asked for.
 */
gwt_status gwt_history_show_values(const struct gwt_history_query *query, struct gwt_error *err);

/* The following functions are also used by history_changes.c. */

/* The versions of a scenario; GWT_EUNCHECKED when there is none. */
gwt_status gwt_history_load(const struct gwt_history_query *query, struct gwt_history_versions *out,
			    struct gwt_error *err);
/* When a version was recorded, or committed where that is not known. */
int64_t gwt_history_time(const struct gwt_history_version *version);
/* Members `commit`, `recorded` and `confirmed` (null where unknown). */
void gwt_history_add_dates(struct gwt_arena *arena, struct gwt_json *object,
			   const struct gwt_history_version *version, struct gwt_span confirmed);
/* "recorded 2026-11-01T00:00:00Z, last confirmed 2026-11-05T00:00:00Z (commit 0123456789ab)" */
struct gwt_span gwt_history_dates(struct gwt_arena *arena, const struct gwt_history_version *version,
				  struct gwt_span confirmed);
/* A value as it is printed: compact JSON on one line, without control characters; "(absent)" for NULL. */
struct gwt_span gwt_history_shown(struct gwt_arena *arena, const struct gwt_json *value);
/* A text as it is printed, without control characters. */
struct gwt_span gwt_visible(struct gwt_arena *arena, struct gwt_span text);
/* Report a version that cannot be read: in the JSON, where there is one, and on stderr. */
void gwt_history_add_problem(const struct gwt_history_query *query, struct gwt_json *root,
			     struct gwt_span scenario, const struct gwt_history_version *version,
			     const char *reason);

#endif
