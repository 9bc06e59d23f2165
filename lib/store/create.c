#include "lib/store/create.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/store/place.h"
#include "lib/store/repo.h"

/* Two recordings of one scenario are never merged line by line; dates are merged if the driver is set up. */
static const char attributes[] = "*.json -text merge=binary diff=gwtape\n"
				 "VALIDATED.json -text merge=gwtape !diff\n";

/*
 * Opens the repository's own file by its name: git_repository_config() uses the user's when it cannot see
 * that file.
 */
static int set_mark(const char *path)
{
	gwt_auto(git_config_cleanup) git_config *config = NULL;
	char file[PATH_MAX];
	int rc = snprintf(file, sizeof(file), "%s/.git/config", path) < (int)sizeof(file) ? 0 : -1;

	if (rc == 0)
		rc = git_config_open_ondisk(&config, file);
	return rc == 0 ? git_config_set_bool(config, GWT_MARK, 1) : rc;
}

static int init_marked(const char *path)
{
	git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;
	git_repository *git = NULL;
	int rc;

	options.flags = GIT_REPOSITORY_INIT_MKDIR;
	rc = git_repository_init_ext(&git, path, &options);
	git_repository_free(git);
	return rc == 0 ? set_mark(path) : rc;
}

static gwt_status write_attributes(const char *dir, const char *place, struct gwt_error *err)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/" GWT_ATTRIBUTES, dir) >= (int)sizeof(path))
		return gwt_fail_long_path(err, dir);
	return gwt_file_exists(path) ? GWT_OK
				     : gwt_file_write_through(path, place, gwt_span_of(attributes), err);
}

/*
 * libgit2 puts a file in place with link(2) and unlink(2), and does not check whether the second one failed.
 */
static void remove_locks(const char *git)
{
	static const char *const names[] = { "HEAD.lock", "config.lock" };
	char path[PATH_MAX];

	for (size_t i = 0; i < GWT_LEN(names); i++)
		if (snprintf(path, sizeof(path), "%s/%s", git, names[i]) < (int)sizeof(path))
			unlink(path);
}

gwt_status gwt_repo_create(const char *dir, const char *place, bool *made, struct gwt_error *err)
{
	char nursery[PATH_MAX], from[PATH_MAX], to[PATH_MAX];
	gwt_status status = write_attributes(dir, place, err);

	if (status != GWT_OK)
		return status;
	if (snprintf(nursery, sizeof(nursery), "%s/" GWT_PLACE_NURSERY, place) >= (int)sizeof(nursery) - 8)
		return gwt_fail_long_path(err, dir);
	/* `nursery` is longer than `dir`, and its length was checked */
	snprintf(from, sizeof(from), "%.*s/.git", PATH_MAX - 8, nursery);
	snprintf(to, sizeof(to), "%.*s/.git", PATH_MAX - 8, dir);
	if (init_marked(nursery) != 0)
		return gwt_repo_fail(err, GWT_EIO, "make a repository in '%s'", dir);
	remove_locks(from);
	*made = rename(from, to) == 0;
	if (!*made && errno != ENOTEMPTY &&
	    errno != EEXIST) /* these errors mean that another run was faster */
		return gwt_fail(err, GWT_EIO, "cannot make a repository in '%s': %s", dir, strerror(errno));
	return GWT_OK;
}
