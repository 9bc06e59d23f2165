/*
 * ini.h - the file format of ~/.aws, as Python's configparser reads it.
 *
 * Sections and options keep their order; option names are lower-case. A value of
 * several lines holds LF; one that begins with LF is a group of `name = value`
 * lines. Everything lives in the arena.
 */
#ifndef GWT_AWSCONF_INI_H
#define GWT_AWSCONF_INI_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

#define GWT_INI_MAX_BYTES   (1024 * 1024)
#define GWT_INI_MAX_OPTIONS 10000 /* of a section, and sections of a file */

struct gwt_ini_option {
	const char *name, *value;
};

struct gwt_ini_section {
	const char *name;
	struct gwt_ini_option *options;
	size_t len, cap;
};

struct gwt_ini {
	struct gwt_ini_section **sections; /* the section DEFAULT is spread over the others, as there */
	size_t len, cap;
};

/* GWT_EPARSE, GWT_ELIMIT with "path:line: ..."; `path` is only for the messages. */
gwt_status gwt_ini_parse(struct gwt_arena *arena, const char *path, struct gwt_span text, struct gwt_ini *out,
			 struct gwt_error *err);
/* A file that is not there, or is not a regular one, has no sections. A leading "~/" is $HOME. */
gwt_status gwt_ini_read(struct gwt_arena *arena, const char *path, struct gwt_ini *out,
			struct gwt_error *err);

/*
 * All of a small file that may hold secrets, into the arena and nowhere else. *out is absent when there
 * is no such file or it is not a regular one.
 */
gwt_status gwt_secret_file_read(struct gwt_arena *arena, const char *path, struct gwt_span *out,
				struct gwt_error *err);

const struct gwt_ini_section *gwt_ini_section(const struct gwt_ini *ini, const char *name);
/* NULL when `section` is NULL or has no such option; a group is not a value. */
const char *gwt_ini_get(const struct gwt_ini_section *section, const char *name);
/* In a group; lives in `arena`. */
const char *gwt_ini_get_in(struct gwt_arena *arena, const struct gwt_ini_section *section, const char *group,
			   const char *name);

/*
 * Words of a command line as Python's shlex.split() sees them: blanks, '…', "…", \x. False when a quote
 * or an escape is left open. `words` ends in NULL.
 */
bool gwt_shell_split(struct gwt_arena *arena, struct gwt_span text, char ***words, size_t *count);

#endif
