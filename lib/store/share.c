#include "lib/store/share.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/error.h"
#include "lib/base/file.h"

static const struct {
	const char *word;
	int bits;
} words[] = {
	{ "umask", 0 }, { "group", 0660 }, { "all", 0664 }, { "world", 0664 }, { "everybody", 0664 },
};

static bool read_octal(const char *text, long *out)
{
	*out = 0;
	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '7' || *out > 0777777)
			return false;
		*out = *out * 8 + (*p - '0');
	}
	return *text;
}

/* Reads the value like git: a word, a truth value, or an octal mode. */
static bool read_value(git_config *config, const char *text, struct gwt_share *out)
{
	int flag = 0;
	long mode;

	for (size_t i = 0; i < GWT_LEN(words); i++)
		if (strcasecmp(text, words[i].word) == 0) {
			*out = (struct gwt_share){ words[i].bits, false };
			return true;
		}
	if (read_octal(text, &mode)) {
		/* git's first three values, with any number of leading zeros */
		static const int old[] = { 0, 0660, 0664 };

		if (mode < (long)GWT_LEN(old)) {
			*out = (struct gwt_share){ old[mode], false };
			return true;
		}
		*out = (struct gwt_share){ (int)(mode & 0666), true };
		return (mode & 0600) == 0600;
	}
	if (git_config_get_bool(&flag, config, "core.sharedrepository") != 0)
		return false;
	*out = (struct gwt_share){ flag ? 0660 : 0, false };
	return true;
}

gwt_status gwt_share_read(struct gwt_repo *repo, struct gwt_share *out, struct gwt_error *err)
{
	gwt_auto(git_config_cleanup) git_config *config = NULL;
	const char *text = NULL;
	int rc = git_repository_config_snapshot(&config, repo->git);

	*out = (struct gwt_share){ 0 };
	if (rc == 0)
		rc = git_config_get_string(&text, config, "core.sharedrepository");
	if (rc == GIT_ENOTFOUND)
		return GWT_OK;
	if (rc != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "read the configuration of the repository of '%s'",
				     repo->dir);
	if (!read_value(config, text, out))
		return gwt_fail(
			err, GWT_EUNCHECKED,
			"core.sharedRepository of the repository of '%s' is '%s', which git does not know",
			repo->dir, text);
	return GWT_OK;
}

/* As calc_shared_perm() and adjust_shared_perm() in git's path.c. */
static mode_t shared_mode(const struct gwt_share *share, mode_t mode)
{
	mode_t bits = (mode_t)share->bits;

	if (!(mode & S_IWUSR))
		bits &= (mode_t)~0222;
	if (mode & S_IXUSR)
		bits |= (bits & 0444) >> 2;
	mode = share->replace ? (mode & (mode_t)~0777) | bits : mode | bits;
	if (S_ISDIR(mode))
		mode |= (mode & 0444) >> 2 | S_ISGID;
	return mode & 07777;
}

gwt_status gwt_share_path(const struct gwt_share *share, const char *path, struct gwt_error *err)
{
	struct stat st;

	if (!share->bits)
		return GWT_OK;
	if (stat(path, &st) != 0)
		return errno == ENOENT
			       ? GWT_OK
			       : gwt_fail(err, GWT_EIO, "cannot read '%s': %s", path, strerror(errno));
	if (st.st_uid != geteuid() || (st.st_mode & 07777) == shared_mode(share, st.st_mode))
		return GWT_OK;
	if (chmod(path, shared_mode(share, st.st_mode)) != 0)
		return gwt_fail(err, GWT_EIO, "cannot share '%s': %s", path, strerror(errno));
	return GWT_OK;
}

/* Share every folder of `path` after its first `from` bytes, then `path` itself. */
static gwt_status share_below(const struct gwt_share *share, char *path, size_t from, struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	for (char *slash = strchr(path + from, '/'); status == GWT_OK && slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		status = gwt_share_path(share, path, err);
		*slash = '/';
	}
	return status == GWT_OK ? gwt_share_path(share, path, err) : status;
}

static gwt_status share_in(const struct gwt_share *share, const char *folder, const char *name,
			   struct gwt_error *err)
{
	char path[PATH_MAX];

	if (!share->bits)
		return GWT_OK;
	if (snprintf(path, sizeof(path), "%s%s", folder, name) >= (int)sizeof(path))
		return gwt_fail_long_path(err, folder);
	return share_below(share, path, strlen(folder), err);
}

gwt_status gwt_share_object(const struct gwt_share *share, struct gwt_repo *repo, const git_oid *id,
			    struct gwt_error *err)
{
	char hex[GIT_OID_HEXSZ + 1], name[GIT_OID_HEXSZ + 16];

	git_oid_tostr(hex, sizeof(hex), id);
	snprintf(name, sizeof(name), "objects/%.2s/%s", hex, hex + 2);
	return share_in(share, git_repository_commondir(repo->git), name, err);
}

gwt_status gwt_share_ref(const struct gwt_share *share, struct gwt_repo *repo, const char *name,
			 struct gwt_error *err)
{
	const char *own = git_repository_path(repo->git), *common = git_repository_commondir(repo->git);
	bool is_head = strcmp(name, "HEAD") == 0;
	char log[PATH_MAX];
	gwt_status status = share_in(share, is_head ? own : common, name, err);

	if (snprintf(log, sizeof(log), "logs/%s", name) >= (int)sizeof(log))
		return gwt_fail_long_path(err, name);
	if (status == GWT_OK)
		status = share_in(share, is_head ? own : common, log, err);
	return status == GWT_OK ? share_in(share, own, "logs/HEAD", err) : status;
}
