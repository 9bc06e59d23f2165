/*
 * ini.h - the file format of ~/.aws, as Python's configparser (3.11, strict) and
 * botocore read it.
 *
 * Sections and options keep their order; option names are in lower case (ASCII:
 * no setting of AWS has another name). An option of [DEFAULT] counts in every section
 * that does not have it itself. A value of several lines holds LF; one that begins
 * with LF is a group of `name = value` lines. Everything lives in the arena.
 *
 * These files hold secrets: a message says where something is wrong and what was
 * expected there, and quotes nothing of the file.
 */
#ifndef GWT_AWSCONF_INI_H
#define GWT_AWSCONF_INI_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

#define GWT_INI_MAX_BYTES   (1024 * 1024)
#define GWT_INI_MAX_OPTIONS 10000 /* in one section; also the most sections of a file */

struct gwt_ini_option {
	struct gwt_span name, value;
};

struct gwt_ini_section {
	struct gwt_span name;
	struct gwt_ini_option *options; /* without those of [DEFAULT] */
	size_t len, cap;
	const struct gwt_ini_section *defaults; /* the section [DEFAULT]; NULL in that section itself */
};

struct gwt_ini {
	struct gwt_ini_section **sections; /* without [DEFAULT] */
	size_t len, cap;
};

enum gwt_ini_flags {
	GWT_INI_GROUPS = 1 << 0, /* a value that begins with LF must be a group */
	GWT_INI_NO_NUL = 1 << 1, /* a NUL is an error, for readers of C strings */
};

/* GWT_EPARSE, GWT_ELIMIT with "path:line:column: ..."; `path` is only for the messages. */
gwt_status gwt_ini_parse(struct gwt_arena *arena, const char *path, struct gwt_span text, unsigned flags,
			 struct gwt_ini *out, struct gwt_error *err);
/* A file that is not there, or is not a regular one, has no sections. */
gwt_status gwt_ini_read(struct gwt_arena *arena, const char *path, unsigned flags, struct gwt_ini *out,
			struct gwt_error *err);

/*
 * All of a small file that may hold secrets, into the arena and nowhere else. *out is absent when the
 * file does not exist or is not a regular one.
 */
gwt_status gwt_secret_file_read(struct gwt_arena *arena, const char *path, struct gwt_span *out,
				struct gwt_error *err);

const struct gwt_ini_section *gwt_ini_section(const struct gwt_ini *ini, struct gwt_span name);
/* The section's own options, then [DEFAULT]'s: for (size_t i = 0; (option = gwt_ini_next(section, &i));) */
const struct gwt_ini_option *gwt_ini_next(const struct gwt_ini_section *section, size_t *i);
/* The most options that gwt_ini_next() can return; 0 for NULL. */
size_t gwt_ini_count(const struct gwt_ini_section *section);
/* The option of that name, a group or not; NULL when `section` is NULL or has no such option. */
const struct gwt_ini_option *gwt_ini_option(const struct gwt_ini_section *section, struct gwt_span name);
bool gwt_ini_is_group(const struct gwt_ini_option *option);
/* A value that is not a group; absent when there is none. */
struct gwt_span gwt_ini_get(const struct gwt_ini_section *section, struct gwt_span name);
/* The next `name = value` of a group, from *rest (at first the option's value); false at its end. */
bool gwt_ini_group_next(struct gwt_span *rest, struct gwt_ini_option *out);
/* The value of `name` in a group, absent when there is none; the last one of several counts. */
struct gwt_span gwt_ini_get_in(const struct gwt_ini_section *section, struct gwt_span group,
			       struct gwt_span name);

#endif
