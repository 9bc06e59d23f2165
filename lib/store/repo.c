#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/bounds.h"
#include "lib/base/file.h"
#include "lib/store/repo.h"

gwt_status gwt_repo_fail(struct gwt_error *err, gwt_status status, const char *fmt, ...)
{
	const git_error *last = git_error_last();
	struct gwt_error what;
	va_list args;

	va_start(args, fmt);
	gwt_vfail(&what, status, fmt, args);
	va_end(args);
	return gwt_fail(err, status, "cannot %s: %s", what.msg,
			last && last->message ? last->message : "unknown reason");
}

static bool is_path_end(char c)
{
	return c == '/' || c == '\0';
}

/* Make DIR absolute, with links resolved as far as it exists; the rest is appended as written. */
static gwt_status resolve(const char *dir, char out[PATH_MAX], struct gwt_error *err)
{
	char head[PATH_MAX], real[PATH_MAX];
	size_t cut = strlen(dir);

	if (cut == 0 || cut >= sizeof(head))
		return gwt_fail(err, GWT_EIO, "path '%.64s' is empty or too long", dir);
	for (;;) {
		snprintf(head, sizeof(head), "%.*s", (int)cut, dir);
		if (realpath(cut ? head : dir[0] == '/' ? "/" : ".", real))
			break;
		if (errno != ENOENT || cut == 0)
			return gwt_fail(err, GWT_EIO, "cannot open '%s': %s", dir, strerror(errno));
		do
			cut--;
		while (cut && dir[cut] != '/');
	}
	while (dir[cut] == '/')
		cut++;
	if (snprintf(out, PATH_MAX, dir[cut] ? "%s/%s" : "%s", strcmp(real, "/") == 0 ? "" : real,
		     dir + cut) >= PATH_MAX)
		return gwt_fail_long_path(err, dir);
	for (size_t len = strlen(out); len > 1 && out[len - 1] == '/'; len--)
		out[len - 1] = '\0';
	return GWT_OK;
}

/* `dir` below `root` with a '/' after it, "" for itself; false when it is not below. */
static bool below(const char *root, const char *dir, char out[PATH_MAX])
{
	size_t len = strlen(root);

	while (len > 1 && root[len - 1] == '/')
		len--;
	if (strncmp(root, dir, len) != 0 || !is_path_end(dir[len]))
		return false;
	if (!dir[len] || !dir[len + 1]) {
		out[0] = '\0';
		return true;
	}
	return snprintf(out, PATH_MAX, "%s/", dir + len + 1) < PATH_MAX;
}

/* A truth value of the configuration; false where it is not set. */
static int read_flag(git_config *config, const char *name, bool *out)
{
	int value = 0, rc = git_config_get_bool(&value, config, name);

	*out = rc == 0 && value;
	return rc == GIT_ENOTFOUND ? 0 : rc;
}

/* Only a mark in the repository's own configuration counts. */
static int read_mark(git_repository *git, bool *out)
{
	gwt_auto(git_config_cleanup) git_config *all = NULL, *own = NULL;
	int rc = git_repository_config(&all, git);

	if (rc == 0)
		rc = git_config_open_level(&own, all, GIT_CONFIG_LEVEL_LOCAL);
	if (rc == GIT_ENOTFOUND)
		return 0;
	return rc == 0 ? read_flag(own, GWT_MARK, out) : rc;
}

static gwt_status locate(struct gwt_repo *repo, struct gwt_error *err)
{
	const char *root = git_repository_is_bare(repo->git) ? git_repository_path(repo->git)
							     : git_repository_workdir(repo->git);
	char real[PATH_MAX];

	if (!realpath(root, real) || !below(real, repo->dir, repo->prefix))
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' is not in the working tree '%s' of its repository",
				repo->dir, root);
	if (read_mark(repo->git, &repo->ours) != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "read the configuration of the repository of '%s'",
				     repo->dir);
	return GWT_OK;
}

/* The deepest folder of DIR that exists, for the search upwards. */
static void existing(const char *dir, char out[PATH_MAX])
{
	snprintf(out, PATH_MAX, "%s", dir);
	while (!gwt_file_is_dir(out) && strcmp(out, "/") != 0) {
		char *slash = strrchr(out, '/');

		slash[slash == out] = '\0';
	}
}

/* The folder that safe.directory would have to name: that of `.git`, or the bare repository itself. */
static void find_root(struct gwt_repo *repo, const char *start)
{
	git_buf found = { 0 };

	if (git_repository_discover(&found, start, 0, getenv("GIT_CEILING_DIRECTORIES")) == 0) {
		size_t len = found.size;

		while (len && found.ptr[len - 1] == '/')
			len--;
		if (len > 5 && strncmp(found.ptr + len - 5, "/.git", 5) == 0)
			len -= 5;
		snprintf(repo->foreign_root, PATH_MAX, "%.*s", (int)len, found.ptr);
	}
	git_buf_dispose(&found);
}

/*
 * Whether another user's repository is there. libgit2 1.5 returns GIT_EOWNER only to users who have some
 * `safe.directory` in their configuration, and GIT_ENOTFOUND to all others.
 */
static bool is_foreign(struct gwt_repo *repo, const char *start, int rc)
{
	if (rc == GIT_EOWNER || rc == GIT_ENOTFOUND)
		find_root(repo, start);
	return rc == GIT_EOWNER || *repo->foreign_root;
}

gwt_status gwt_repo_open(struct gwt_repo *repo, const char *dir, struct gwt_error *err)
{
	char start[PATH_MAX];
	gwt_status status;
	int rc;

	memset(repo, 0, sizeof(*repo));
	git_libgit2_init();
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	status = resolve(dir, repo->dir, err);
	if (status != GWT_OK)
		return status;
	existing(repo->dir, start);
	rc = git_repository_open_ext(&repo->git, start, 0, getenv("GIT_CEILING_DIRECTORIES"));
	if (rc == 0)
		return locate(repo, err);
	repo->foreign = is_foreign(repo, start, rc);
	if (rc == GIT_ENOTFOUND || rc == GIT_EOWNER)
		return GWT_OK;
	return gwt_repo_fail(err, GWT_EUNCHECKED, "open the repository of '%s'", dir);
}

void gwt_repo_release(struct gwt_repo *repo)
{
	git_repository_free(repo->git);
	repo->git = NULL;
	git_libgit2_shutdown();
}

gwt_status gwt_repo_head_tree(struct gwt_repo *repo, git_commit **commit, git_tree **tree,
			      struct gwt_error *err)
{
	git_oid tip;
	int rc = git_reference_name_to_id(&tip, repo->git, "HEAD");

	if (rc == GIT_ENOTFOUND || rc == GIT_EUNBORNBRANCH)
		return GWT_OK;
	if (rc != 0 || git_commit_lookup(commit, repo->git, &tip) != 0 || git_commit_tree(tree, *commit) != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "read HEAD of the repository of '%s'", repo->dir);
	return GWT_OK;
}

/* The count of entries in the header of an index file (gitformat-index): "DIRC", version, count. */
static bool count_entries(const char *path, size_t *out)
{
	unsigned char header[12]; /* three words of four bytes */
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	*out = 0;
	if (fd < 0)
		return errno == ENOENT;
	got = read(fd, header, sizeof(header));
	close(fd);
	if (got != (ssize_t)sizeof(header) || memcmp(header, "DIRC", 4) != 0)
		return false;
	*out = (size_t)header[8] << 24 | (size_t)header[9] << 16 | (size_t)header[10] << 8 | header[11];
	return true;
}

gwt_status gwt_repo_check_index(git_index *index, const char *path, struct gwt_error *err)
{
	size_t count;

	if (count_entries(path, &count) && git_index_entrycount(index) == count)
		return GWT_OK;
	return gwt_fail(err, GWT_EIO, "cannot read the index '%s' as a whole", path);
}

gwt_status gwt_repo_entry(struct gwt_repo *repo, git_tree *tree, const char *path, struct gwt_repo_entry *out,
			  struct gwt_error *err)
{
	gwt_auto(git_tree_entry_cleanup) git_tree_entry *entry = NULL;
	int rc = tree ? git_tree_entry_bypath(&entry, tree, path) : GIT_ENOTFOUND;

	*out = (struct gwt_repo_entry){ .found = rc == 0 };
	if (rc == GIT_ENOTFOUND)
		return GWT_OK;
	if (rc != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "read '%s' in the repository of '%s'", path,
				     repo->dir);
	git_oid_cpy(&out->id, git_tree_entry_id(entry));
	out->mode = git_tree_entry_filemode(entry);
	return GWT_OK;
}

gwt_status gwt_repo_blob(struct gwt_repo *repo, const git_oid *id, const char *path, struct gwt_arena *arena,
			 struct gwt_span *out, struct gwt_error *err)
{
	gwt_auto(git_blob_cleanup) git_blob *blob = NULL;

	if (git_blob_lookup(&blob, repo->git, id) != 0)
		return gwt_repo_fail(err, GWT_EIO, "read '%s' from the object database", path);
	if (git_blob_rawsize(blob) > GWT_MAX_FILE_BYTES)
		return gwt_fail(err, GWT_ELIMIT, "'%s' is over the limit of %d bytes", path,
				GWT_MAX_FILE_BYTES);
	*out = gwt_arena_copy(arena,
			      (struct gwt_span){ git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob) });
	return GWT_OK;
}

/* The same words as git's, with its command. */
gwt_status gwt_repo_foreign(const struct gwt_repo *repo, gwt_status status, struct gwt_error *err)
{
	return gwt_fail(
		err, status,
		"detected dubious ownership in the repository of '%s': it belongs to another user; to add "
		"an exception for it, call: git config --global --add safe.directory '%s'",
		repo->dir, *repo->foreign_root ? repo->foreign_root : repo->dir);
}

static int signs_commits(git_repository *git, bool *out)
{
	gwt_auto(git_config_cleanup) git_config *config = NULL;
	int rc = git_repository_config_snapshot(&config, git);

	return rc == 0 ? read_flag(config, "commit.gpgsign", out) : rc;
}

static bool may_write(git_repository *git)
{
	char objects[PATH_MAX];

	return snprintf(objects, sizeof(objects), "%sobjects", git_repository_commondir(git)) <
		       (int)sizeof(objects) &&
	       access(git_repository_path(git), W_OK) == 0 &&
	       access(git_repository_commondir(git), W_OK) == 0 && access(objects, W_OK) == 0;
}

/* git also refuses partial commits during these operations; a bisection does not matter. */
static const char *in_progress(git_repository *git)
{
	static const char *const words[] = {
		[GIT_REPOSITORY_STATE_MERGE] = "merge",
		[GIT_REPOSITORY_STATE_REVERT] = "revert",
		[GIT_REPOSITORY_STATE_REVERT_SEQUENCE] = "revert",
		[GIT_REPOSITORY_STATE_CHERRYPICK] = "cherry-pick",
		[GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE] = "cherry-pick",
		[GIT_REPOSITORY_STATE_REBASE] = "rebase",
		[GIT_REPOSITORY_STATE_REBASE_INTERACTIVE] = "rebase",
		[GIT_REPOSITORY_STATE_REBASE_MERGE] = "rebase",
		[GIT_REPOSITORY_STATE_APPLY_MAILBOX] = "git am",
		[GIT_REPOSITORY_STATE_APPLY_MAILBOX_OR_REBASE] = "git am or rebase",
	};
	int state = git_repository_state(git);

	return state >= 0 && (size_t)state < GWT_LEN(words) ? words[state] : NULL;
}

gwt_status gwt_repo_writable(struct gwt_repo *repo, struct gwt_error *err)
{
	bool signs = false;

	if (repo->foreign)
		return gwt_repo_foreign(repo, GWT_EUNCHECKED, err);
	if (!repo->git)
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' is outside any repository", repo->dir);
	if (git_repository_is_bare(repo->git))
		return gwt_fail(err, GWT_EUNCHECKED,
				"'%s' is in the bare repository '%s', which has no working tree", repo->dir,
				git_repository_path(repo->git));
	if (!may_write(repo->git))
		return gwt_fail(err, GWT_EUNCHECKED, "the repository '%s' is read-only",
				git_repository_path(repo->git));
	if (signs_commits(repo->git, &signs) != 0)
		return gwt_repo_fail(err, GWT_EIO, "read the configuration of the repository of '%s'",
				     repo->dir);
	if (signs)
		return gwt_fail(
			err, GWT_EUNCHECKED,
			"the repository of '%s' signs its commits (commit.gpgsign), which gwtape cannot",
			repo->dir);
	if (in_progress(repo->git))
		return gwt_fail(err, GWT_EUNCHECKED, "a %s is in progress in the repository of '%s'",
				in_progress(repo->git), repo->dir);
	return GWT_OK;
}
