#include "lib/store/create.h"

#include <errno.h>
#include <stdio.h>

#include "lib/base/file.h"
#include "lib/store/place.h"
#include "lib/store/repo.h"

/* Two recordings of one scenario are never merged line by line; dates are, where the driver is set up. */
static const char attributes[] = "*.json -text merge=binary diff=gwtape\n"
				 "VALIDATED.json -text merge=gwtape !diff\n";

static int init_marked(const char *path)
{
	git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;
	gwt_auto(git_config_cleanup) git_config *config = NULL;
	git_repository *git = NULL;
	int rc;

	options.flags = GIT_REPOSITORY_INIT_MKDIR;
	rc = git_repository_init_ext(&git, path, &options);
	if (rc == 0)
		rc = git_repository_config(&config, git);
	if (rc == 0)
		rc = git_config_set_bool(config, GWT_MARK, 1);
	git_repository_free(git);
	return rc;
}

static gwt_status write_attributes(const char *dir, const char *place, struct gwt_error *err)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/" GWT_ATTRIBUTES, dir) >= (int)sizeof(path))
		return gwt_fail(err, GWT_EIO, "path '%s' is too long", dir);
	return gwt_file_exists(path) ? GWT_OK
				     : gwt_file_write_through(path, place, gwt_span_of(attributes), err);
}

gwt_status gwt_repo_create(const char *dir, const char *place, bool *made, struct gwt_error *err)
{
	char nursery[PATH_MAX], from[PATH_MAX], to[PATH_MAX];
	gwt_status status = write_attributes(dir, place, err);

	if (status != GWT_OK)
		return status;
	if (snprintf(nursery, sizeof(nursery), "%s/" GWT_PLACE_NURSERY, place) >= (int)sizeof(nursery) - 8)
		return gwt_fail(err, GWT_EIO, "path '%s' is too long", dir);
	snprintf(from, sizeof(from), "%.*s/.git", PATH_MAX - 8, nursery);
	snprintf(to, sizeof(to), "%.*s/.git", PATH_MAX - 8, dir);
	if (init_marked(nursery) != 0)
		return gwt_repo_fail(err, GWT_EIO, "make a repository in '%s'", dir);
	*made = rename(from, to) == 0;
	if (!*made && errno != ENOTEMPTY && errno != EEXIST) /* else another run was faster */
		return gwt_fail(err, GWT_EIO, "cannot make a repository in '%s': %s", dir, strerror(errno));
	return GWT_OK;
}
