/*
 * scenario_load.c - the scenarios of a folder.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/guess.h"
#include "lib/base/span.h"
#include "lib/scenario/scenario.h"

static bool fits(struct gwt_span name, const char *wanted)
{
	struct gwt_span want = gwt_span_of(wanted);

	if (gwt_span_ends(want, GWT_SPAN("/")))
		want.len--;
	return gwt_span_eq(name, want) ||
	       (gwt_span_starts(name, want) && name.len > want.len && name.ptr[want.len] == '/');
}

static bool is_wanted(struct gwt_span name, char *const *names, size_t count, bool *used)
{
	bool wanted = count == 0;

	for (size_t i = 0; i < count; i++)
		if (fits(name, names[i]))
			wanted = used[i] = true;
	return wanted;
}

static gwt_status check_letters(const char *path, struct gwt_span part, struct gwt_error *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-._";

	for (size_t i = 0; i < part.len; i++)
		if (!part.ptr[i] || !strchr(allowed, part.ptr[i]))
			return gwt_fail(err, GWT_EPARSE,
					"%s:1:1: the name of a scenario has small letters, digits, "
					"'-', '.' and '_' only; rename it",
					path);
	return GWT_OK;
}

gwt_status gwt_scenario_check_name(const char *path, struct gwt_span part, struct gwt_error *err)
{
	if (gwt_span_iis(part, "validated"))
		return gwt_fail(
			err, GWT_EPARSE,
			"%s:1:1: a scenario cannot be named 'validated': VALIDATED.json is another file, "
			"and the same one on a disk that ignores case; rename it",
			path);
	return check_letters(path, part, err);
}

/* The name in group/name.yaml; both parts must be valid file names on any system. */
static gwt_status name_of(const char *path, struct gwt_span *out, struct gwt_error *err)
{
	struct gwt_span name = gwt_span_slice(gwt_span_of(path), 0, strlen(path) - strlen(".yaml"));
	size_t slash = gwt_span_find(name, '/');
	gwt_status status;

	if (slash == name.len ||
	    gwt_span_find(gwt_span_slice(name, slash + 1, name.len), '/') != name.len - slash - 1)
		return gwt_fail(err, GWT_EPARSE,
				"%s:1:1: a scenario must be in a group: move it to GROUP/NAME.yaml", path);
	status = gwt_scenario_check_name(path, gwt_span_slice(name, slash + 1, name.len), err);
	if (status == GWT_OK)
		status = check_letters(path, gwt_span_slice(name, 0, slash), err);
	*out = name;
	return status;
}

static gwt_status load_one(struct gwt_arena *arena, const char *dir, const char *path, struct gwt_span name,
			   struct gwt_scenarios *set, struct gwt_error *err)
{
	char *file = gwt_file_join(arena, dir, path);
	struct gwt_span text;
	gwt_status status = gwt_file_read(arena, file, GWT_MAX_FILE_BYTES, &text, err);

	GWT_GROW(arena, set->items, set->len, set->cap);
	if (status == GWT_OK)
		status = gwt_scenario_parse(arena, name, file, text, &set->items[set->len], err);
	if (status == GWT_OK)
		set->len++;
	return status;
}

static int by_name(const void *a, const void *b)
{
	return gwt_span_cmp(((const struct gwt_scenario *)a)->name, ((const struct gwt_scenario *)b)->name);
}

/* The reader of this most likely ran gwtape in a wrong folder. */
static const char wrong_folder[] =
	"run gwtape where your scenarios are, or name their folder with --scenarios DIR "
	"(--scenarios shipped: those that came with gwtape)";

/* A *.yml would be ignored silently. */
static gwt_status refuse_yml(struct gwt_arena *arena, const char *dir, struct gwt_error *err)
{
	struct gwt_file_list files = { 0 };
	gwt_status status = gwt_file_list(arena, dir, ".yml", &files, err);

	if (status == GWT_OK && files.len)
		return gwt_fail(err, GWT_EPARSE, "%s:1:1: a scenario ends in .yaml; rename it",
				gwt_file_join(arena, dir, files.paths[0]));
	return status;
}

/* The message names the scenario or group that was probably meant. */
static gwt_status fail_unknown(const char *dir, const char *wanted, const struct gwt_file_list *files,
			       struct gwt_error *err)
{
	struct gwt_guess guess = { .word = gwt_span_of(wanted) };

	for (size_t i = 0; i < files->len; i++) {
		struct gwt_span name = gwt_span_of(files->paths[i]), rest = name;

		gwt_guess_try(&guess, gwt_span_begin(name, name.len - strlen(".yaml")));
		gwt_guess_try(&guess, gwt_span_cut(&rest, '/'));
	}
	if (guess.best.ptr)
		return gwt_fail(err, GWT_EUNCHECKED,
				"no scenario below '%s' is called '%s'; did you mean '" GWT_SPAN_FMT "'?",
				dir, wanted, GWT_SPAN_ARG(guess.best));
	return gwt_fail(err, GWT_EUNCHECKED, "no scenario below '%s' is called '%s'", dir, wanted);
}

gwt_status gwt_scenarios_load(struct gwt_arena *arena, const char *dir, char *const *names, size_t name_count,
			      struct gwt_scenarios *out, struct gwt_error *err)
{
	struct gwt_file_list files = { 0 };
	struct gwt_scenarios set = { 0 };
	bool *used = gwt_arena_array(arena, bool, name_count + 1);
	gwt_status status = gwt_file_need_dir(dir, wrong_folder, err);

	if (status == GWT_OK)
		status = refuse_yml(arena, dir, err);
	if (status == GWT_OK)
		status = gwt_file_list(arena, dir, ".yaml", &files, err);
	for (size_t i = 0; i < files.len && status == GWT_OK; i++) {
		struct gwt_span name;

		status = name_of(files.paths[i], &name, err);
		if (status == GWT_OK && is_wanted(name, names, name_count, used))
			status = load_one(arena, dir, files.paths[i], name, &set, err);
	}
	if (status != GWT_OK)
		return status;
	for (size_t i = 0; i < name_count; i++)
		if (!used[i])
			return fail_unknown(dir, names[i], &files, err);
	if (set.len)
		qsort(set.items, set.len, sizeof(*set.items), by_name);
	*out = set;
	return GWT_OK;
}
