#include "cli/shipped.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/error.h"
#include "lib/base/file.h"

/*
 * Where the data is, from the program's folder: installed, in an unpacked archive, in a build of a checkout.
 */
static const char *const places[] = { "../share/gwtape", "share/gwtape", ".." };

const char *gwt_shipped_beside(const char *program_dir, const char *kind, struct gwt_arena *arena)
{
	for (size_t i = 0; i < GWT_LEN(places); i++) {
		const char *home = gwt_file_join(arena, program_dir, places[i]);

		/* both must exist: 'scenarios' alone may be another project's folder */
		if (gwt_file_is_dir(gwt_file_join(arena, home, "scenarios")) &&
		    gwt_file_is_dir(gwt_file_join(arena, home, "cassettes")))
			return gwt_file_join(arena, home, kind);
	}
	return NULL;
}

static const char *find(const char *kind, struct gwt_arena *arena)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	const char *found = NULL;
	char *slash;

	if (len > 0) {
		path[len] = '\0';
		slash = strrchr(path, '/');
		*slash = '\0';
		found = gwt_shipped_beside(*path ? path : "/", kind, arena);
	}
#ifdef GWT_DATADIR
	if (!found && gwt_file_is_dir(gwt_file_join(arena, GWT_DATADIR, kind)))
		found = gwt_file_join(arena, GWT_DATADIR, kind);
#endif
	return found;
}

enum use {
	NAMED,       /* read when the option's value is the word `shipped` */
	UNASKED,     /* also read when the working directory has no such folder */
	BY_SCENARIO, /* likewise, when a scenario is named: a user in the wrong folder does not want all */
};

/* How a command uses a folder; commands write to a folder that is not listed here. */
static const struct {
	const char *command, *option;
	enum use use;
	const char *written_with; /* a flag with which the command writes to it; NULL for none */
} rows[] = {
	{ "ls", "scenarios", UNASKED, NULL },
	{ "ls", "cassettes", UNASKED, NULL },
	{ "show", "scenarios", UNASKED, NULL },
	{ "show", "cassettes", UNASKED, NULL },
	{ "coverage", "scenarios", UNASKED, "generate" },
	{ "coverage", "cassettes", NAMED, NULL },
	{ "record", "scenarios", BY_SCENARIO, "proxy" },
	{ "replay", "cassettes", NAMED, NULL },
	{ "verify", "scenarios", NAMED, NULL },
	{ "verify", "cassettes", NAMED, NULL },
	{ "drift", "scenarios", NAMED, NULL },
	{ "drift", "cassettes", NAMED, "accept" },
	{ "lint", "scenarios", NAMED, NULL },
	{ "lint", "cassettes", NAMED, NULL },
	{ "export", "cassettes", NAMED, NULL },
};

static bool is_set(const struct gwt_command *command, const char *flag, const void *options)
{
	for (const struct gwt_option *option = command->options; flag && option->name; option++)
		if (strcmp(option->name, flag) == 0)
			return *(const bool *)((const char *)options + option->offset);
	return false;
}

static gwt_status fill(const struct gwt_command *command, const char *kind, enum use use, bool written,
		       bool named, const char **value, struct gwt_arena *arena, struct gwt_error *err)
{
	bool asked = *value && strcmp(*value, GWT_SHIPPED) == 0;
	const char *folder;

	if (asked && written)
		return gwt_fail(
			err, GWT_EUSAGE,
			"'--%s shipped' is what came with gwtape, and 'gwtape %s' would write to it: name "
			"a folder of yours",
			kind, command->name);
	if (!asked && (written || *value || use == NAMED || gwt_file_is_dir(kind)))
		return GWT_OK;
	folder = find(kind, arena);
	if (asked && !folder)
		return gwt_fail(err, GWT_EUNCHECKED,
				"no shipped %s beside this program: 'meson install' puts them into "
				"share/gwtape/%s",
				kind, kind);
	if (!asked && folder && use == BY_SCENARIO && !named) {
		gwt_say("no folder '%s' here: name scenarios, or say '--%s shipped' for all that came with gwtape",
			kind, kind);
		return GWT_OK;
	}
	if (!asked && folder && use == BY_SCENARIO)
		gwt_say("no folder '%s' here: using those that came with gwtape", kind);
	*value = folder ? folder : *value;
	return GWT_OK;
}

/* Whether the command gets a folder of this name, and may be given ours. */
static bool is_place(const struct gwt_option *option)
{
	return (strcmp(option->name, "scenarios") == 0 || strcmp(option->name, "cassettes") == 0) &&
	       option->kind == GWT_OPT_PATH;
}

gwt_status gwt_shipped_fill(const struct gwt_command *command, const struct gwt_arguments *args,
			    struct gwt_arena *arena, void *options, struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	for (const struct gwt_option *option = command->options; status == GWT_OK && option->name; option++) {
		enum use use = NAMED;
		bool written = true;

		if (!is_place(option))
			continue;
		for (size_t i = 0; i < GWT_LEN(rows); i++)
			if (strcmp(rows[i].command, command->name) == 0 &&
			    strcmp(rows[i].option, option->name) == 0) {
				use = rows[i].use;
				written = is_set(command, rows[i].written_with, options);
			}
		status = fill(command, option->name, use, written, args->words.len > 0,
			      (const char **)((char *)options + option->offset), arena, err);
	}
	return status;
}
