#include "lib/store/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"

#define MARK "gwtape.created"

gwt_status gwt_repo_fail(struct gwt_error *err, gwt_status status, const char *fmt, ...)
{
	const git_error *last = git_error_last();
	char what[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	return gwt_fail(err, status, "cannot %s: %s", what,
			last && last->message ? last->message : "unknown reason");
}

static bool is_path_end(char c)
{
	return c == '/' || c == '\0';
}

/* DIR made absolute, links resolved as far as it exists; the rest is appended as written. */
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
		return gwt_fail(err, GWT_EIO, "path '%s' is too long", dir);
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

static bool is_ours(git_repository *git)
{
	gwt_auto(git_config_cleanup) git_config *all = NULL, *own = NULL;
	int created = 0;

	return git_repository_config(&all, git) == 0 &&
	       git_config_open_level(&own, all, GIT_CONFIG_LEVEL_LOCAL) == 0 &&
	       git_config_get_bool(&created, own, MARK) == 0 && created;
}

static gwt_status locate(struct gwt_repo *repo, struct gwt_error *err)
{
	const char *root = git_repository_is_bare(repo->git) ? git_repository_path(repo->git)
							     : git_repository_workdir(repo->git);
	char real[PATH_MAX];

	if (!realpath(root, real) || !below(real, repo->dir, repo->prefix))
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' is not in the working tree '%s' of its repository",
				repo->dir, root);
	repo->ours = is_ours(repo->git);
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

/*
 * Whether somebody else's repository is there. libgit2 1.5 says GIT_EOWNER only to those who have some
 * `safe.directory` in their configuration, and GIT_ENOTFOUND to all others.
 */
static bool is_foreign(const char *start, int rc)
{
	git_buf found = { 0 };
	bool there = rc == GIT_EOWNER;

	if (rc == GIT_ENOTFOUND)
		there = git_repository_discover(&found, start, 0, getenv("GIT_CEILING_DIRECTORIES")) == 0;
	git_buf_dispose(&found);
	return there;
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
	repo->foreign = is_foreign(start, rc);
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

bool gwt_repo_tree_entry(git_tree *tree, const char *path, git_oid *id, git_filemode_t *mode)
{
	gwt_auto(git_tree_entry_cleanup) git_tree_entry *entry = NULL;

	if (!tree || git_tree_entry_bypath(&entry, tree, path) != 0)
		return false;
	git_oid_cpy(id, git_tree_entry_id(entry));
	*mode = git_tree_entry_filemode(entry);
	return true;
}

static bool signs_commits(git_repository *git)
{
	gwt_auto(git_config_cleanup) git_config *config = NULL;
	int sign = 0;

	return git_repository_config_snapshot(&config, git) == 0 &&
	       git_config_get_bool(&sign, config, "commit.gpgsign") == 0 && sign;
}

static bool may_write(git_repository *git)
{
	char objects[PATH_MAX];

	snprintf(objects, sizeof(objects), "%sobjects", git_repository_commondir(git));
	return access(git_repository_path(git), W_OK) == 0 &&
	       access(git_repository_commondir(git), W_OK) == 0 && access(objects, W_OK) == 0;
}

/* git too refuses partial commits in the midst of these; a bisection is none of our concern. */
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
	if (repo->foreign)
		return gwt_fail(
			err, GWT_EUNCHECKED,
			"the repository of '%s' belongs to another user, and safe.directory does not name it",
			repo->dir);
	if (!repo->git)
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' lies outside any repository", repo->dir);
	if (git_repository_is_bare(repo->git))
		return gwt_fail(err, GWT_EUNCHECKED,
				"'%s' lies in the bare repository '%s', which has no working tree", repo->dir,
				git_repository_path(repo->git));
	if (!may_write(repo->git))
		return gwt_fail(err, GWT_EUNCHECKED, "the repository '%s' is read-only",
				git_repository_path(repo->git));
	if (signs_commits(repo->git))
		return gwt_fail(
			err, GWT_EUNCHECKED,
			"the repository of '%s' signs its commits (commit.gpgsign), which gwtape cannot",
			repo->dir);
	if (in_progress(repo->git))
		return gwt_fail(err, GWT_EUNCHECKED, "a %s is in progress in the repository of '%s'",
				in_progress(repo->git), repo->dir);
	return GWT_OK;
}

/* *.tmp.XXXXXX, what an interrupted gwt_file_write() leaves. */
static bool is_leftover(const char *name)
{
	size_t len = strlen(name);

	return len > 11 && memcmp(name + len - 11, ".tmp.", 5) == 0 && !strchr(name + len - 6, '.');
}

/* What is not ours to look at: `.git`, an editor's files. */
static bool is_hidden(const char *name)
{
	return name[0] == '.' && strncmp(name, GWT_ATTRIBUTES ".", strlen(GWT_ATTRIBUTES) + 1) != 0;
}

static void sweep_folder(const char *path, int depth)
{
	DIR *dir = depth < 64 ? opendir(path) : NULL;
	struct stat st;

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		char at[PATH_MAX];

		if (is_hidden(entry->d_name) ||
		    snprintf(at, sizeof(at), "%s/%s", path, entry->d_name) >= (int)sizeof(at) ||
		    lstat(at, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			sweep_folder(at, depth + 1);
		else if (S_ISREG(st.st_mode) && is_leftover(entry->d_name))
			unlink(at);
	}
	if (dir)
		closedir(dir);
}

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static void remove_folder(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

#define NURSERY ".gwtape-init."

static void sweep_nurseries(const char *path)
{
	DIR *dir = opendir(path);

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		char at[PATH_MAX];

		if (strncmp(entry->d_name, NURSERY, strlen(NURSERY)) == 0 &&
		    snprintf(at, sizeof(at), "%s/%s", path, entry->d_name) < (int)sizeof(at))
			remove_folder(at);
	}
	if (dir)
		closedir(dir);
}

/* Take the guard; when no other run holds it, what looks like a leftover is one. */
static gwt_status take_guard(const char *dir, struct gwt_store_guard *guard, struct gwt_error *err)
{
	guard->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (guard->fd < 0)
		return gwt_fail(err, GWT_EIO, "cannot open '%s': %s", dir, strerror(errno));
	if (flock(guard->fd, LOCK_EX | LOCK_NB) == 0) {
		sweep_folder(dir, 0);
		sweep_nurseries(dir);
	}
	/* A file system without locks only loses the sweep of the next run. */
	flock(guard->fd, LOCK_SH);
	return GWT_OK;
}

static int init_marked(const char *path)
{
	git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;
	gwt_auto(git_config_cleanup) git_config *config = NULL;
	git_repository *git = NULL;
	int rc = git_repository_init_ext(&git, path, &options);

	if (rc == 0)
		rc = git_repository_config(&config, git);
	if (rc == 0)
		rc = git_config_set_bool(config, MARK, 1);
	git_repository_free(git);
	return rc;
}

/* Two recordings of one scenario are never merged line by line; dates are, where the driver is set up. */
static const char attributes[] = "*.json -text merge=binary diff=gwtape\n"
				 "VALIDATED.json -text merge=gwtape !diff\n";

static gwt_status write_attributes(const char *dir, struct gwt_error *err)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/" GWT_ATTRIBUTES, dir) >= (int)sizeof(path))
		return gwt_fail(err, GWT_EIO, "path '%s' is too long", dir);
	return gwt_file_exists(path) ? GWT_OK : gwt_file_write(path, gwt_span_of(attributes), err);
}

/* Made aside and moved into place whole, so that a killed run leaves no repository without its mark. */
static gwt_status make_repository(const char *dir, bool *made, struct gwt_error *err)
{
	char nursery[PATH_MAX], from[PATH_MAX], to[PATH_MAX];
	gwt_status status = write_attributes(dir, err);

	if (status != GWT_OK)
		return status;
	if (snprintf(nursery, sizeof(nursery), "%s/" NURSERY "XXXXXX", dir) >= (int)sizeof(nursery) - 8)
		return gwt_fail(err, GWT_EIO, "path '%s' is too long", dir);
	if (!mkdtemp(nursery))
		return gwt_fail(err, GWT_EIO, "cannot make a repository in '%s': %s", dir, strerror(errno));
	snprintf(from, sizeof(from), "%.*s/.git", PATH_MAX - 8, nursery);
	snprintf(to, sizeof(to), "%.*s/.git", PATH_MAX - 8, dir);
	if (init_marked(nursery) != 0)
		status = gwt_repo_fail(err, GWT_EIO, "make a repository in '%s'", dir);
	else if (rename(from, to) == 0)
		*made = true;
	else if (errno != ENOTEMPTY && errno != EEXIST) /* else another run was faster */
		status = gwt_fail(err, GWT_EIO, "cannot make a repository in '%s': %s", dir, strerror(errno));
	remove_folder(nursery);
	return status;
}

static gwt_status ready_repository(struct gwt_repo *repo, const struct gwt_commit_request *request,
				   struct gwt_store_guard *guard, struct gwt_error *err)
{
	gwt_status status = gwt_repo_open(repo, request->dir, err);

	if (status == GWT_EUNCHECKED && request->mode != GWT_COMMIT_YES)
		return GWT_OK; /* files can be written all the same; gwt_store_commit() tells why there is no commit */
	if (status == GWT_OK && !repo->git && !repo->foreign) {
		status = make_repository(repo->dir, &guard->created_repository, err);
		if (status != GWT_OK)
			return status;
		gwt_repo_release(repo);
		status = gwt_repo_open(repo, request->dir, err);
	}
	if (status == GWT_OK && repo->git && !git_repository_is_bare(repo->git))
		status = gwt_repo_repair(repo, err);
	if (status == GWT_OK && request->mode == GWT_COMMIT_YES)
		status = gwt_repo_may_commit(repo, request, err);
	return status;
}

gwt_status gwt_store_prepare(const struct gwt_commit_request *request, struct gwt_store_guard *guard,
			     struct gwt_error *err)
{
	struct gwt_repo repo;
	gwt_status status;

	*guard = (struct gwt_store_guard){ .fd = -1 };
	status = gwt_file_mkdirs(request->dir, err);
	if (status == GWT_OK)
		status = take_guard(request->dir, guard, err);
	if (status == GWT_OK && request->mode != GWT_COMMIT_NO) {
		status = ready_repository(&repo, request, guard, err);
		gwt_repo_release(&repo);
	}
	if (status != GWT_OK)
		gwt_store_release(guard);
	return status;
}

void gwt_store_release(struct gwt_store_guard *guard)
{
	if (guard->fd >= 0)
		close(guard->fd);
	guard->fd = -1;
}
