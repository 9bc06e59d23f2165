/*
 * One commit of some paths, as `git commit --only` makes it: the tree is HEAD's with these paths replaced,
 * the index changes in these paths and nowhere else.
 */
#include "lib/store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/file.h"

#define PATIENCE_MS 10000

/* HEAD, the index and the changes of one attempt. */
struct attempt {
	struct gwt_arena arena;
	git_commit *tip; /* NULL when unborn */
	git_tree *tree;
	git_index *index;
	struct gwt_change *changes;
	size_t count;
	bool retry; /* what failed may succeed later */
};

static void attempt_release(struct attempt *attempt)
{
	git_commit_free(attempt->tip);
	git_tree_free(attempt->tree);
	git_index_free(attempt->index);
	gwt_arena_release(&attempt->arena);
}

static gwt_status attempt_open(struct attempt *attempt, struct gwt_repo *repo, struct gwt_error *err)
{
	gwt_status status = gwt_repo_head_tree(repo, &attempt->tip, &attempt->tree, err);

	if (status != GWT_OK)
		return status;
	if (git_repository_index(&attempt->index, repo->git) != 0 || git_index_read(attempt->index, 0) != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "read the index of the repository of '%s'",
				     repo->dir);
	return GWT_OK;
}

static bool has_filter(git_repository *git, const char *path)
{
	const char *value = NULL;

	return git_attr_get(&value, git, GIT_ATTR_CHECK_FILE_THEN_INDEX, path, "filter") == 0 &&
	       git_attr_value(value) == GIT_ATTR_VALUE_STRING;
}

/* The first path below DIR that is staged; NULL when none is. `git add -N` stages no content. */
static gwt_status find_staged(struct gwt_repo *repo, struct attempt *attempt, const char **out,
			      struct gwt_error *err)
{
	git_diff_options options = GIT_DIFF_OPTIONS_INIT;
	gwt_auto(git_diff_cleanup) git_diff *diff = NULL;
	char *below = gwt_arena_cstr(&attempt->arena, gwt_span_of(repo->prefix));

	if (*below) {
		below[strlen(below) - 1] = '\0';
		options.flags = GIT_DIFF_DISABLE_PATHSPEC_MATCH;
		options.pathspec = (git_strarray){ &below, 1 };
	}
	if (git_diff_tree_to_index(&diff, repo->git, attempt->tree, attempt->index, &options) != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "compare the index of the repository of '%s'",
				     repo->dir);
	*out = NULL;
	for (size_t i = 0; i < git_diff_num_deltas(diff) && !*out; i++) {
		const char *path = git_diff_get_delta(diff, i)->new_file.path;
		const git_index_entry *entry = git_index_get_bypath(attempt->index, path, 0);

		if (!entry || !(entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD))
			*out = gwt_arena_cstr(&attempt->arena, gwt_span_of(path));
	}
	return GWT_OK;
}

static bool in_conflict(git_index *index, const char *path)
{
	const git_index_entry *base, *ours, *theirs;

	return git_index_conflict_get(&base, &ours, &theirs, index, path) == 0;
}

/* The folder of a path must be what its name says: git does not look behind symbolic links. */
static bool behind_link(struct gwt_arena *arena, struct gwt_repo *repo, const char *relative)
{
	char *at = gwt_file_join(arena, repo->dir, relative);
	struct stat st;

	for (char *slash = strchr(at + strlen(repo->dir) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		bool is_link;

		*slash = '\0';
		is_link = lstat(at, &st) == 0 && S_ISLNK(st.st_mode);
		*slash = '/';
		if (is_link)
			return true;
	}
	return false;
}

static gwt_status check_path(struct gwt_repo *repo, struct attempt *attempt, const char *relative,
			     struct gwt_error *err)
{
	const char *path = gwt_file_join(&attempt->arena, repo->prefix, relative);
	const git_index_entry *entry = git_index_get_bypath(attempt->index, path, 0);
	int ignored = 0;

	if (in_conflict(attempt->index, path))
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' has an unresolved merge conflict", path);
	if (!entry && git_ignore_path_is_ignored(&ignored, repo->git, path) == 0 && ignored)
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' is ignored by git (.gitignore)", path);
	if (has_filter(repo->git, path))
		return gwt_fail(err, GWT_EUNCHECKED,
				"'%s' has a filter attribute, which only git itself runs", path);
	if (behind_link(&attempt->arena, repo, relative))
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' lies behind a symbolic link", path);
	return GWT_OK;
}

static gwt_status check_paths(struct gwt_repo *repo, struct attempt *attempt,
			      const struct gwt_commit_request *request, struct gwt_error *err)
{
	const char *staged = NULL;
	gwt_status status = GWT_OK;

	for (size_t i = 0; status == GWT_OK && i < request->path_count; i++)
		status = check_path(repo, attempt, request->paths[i], err);
	if (status == GWT_OK)
		status = find_staged(repo, attempt, &staged, err);
	if (status == GWT_OK && staged)
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' has staged changes; commit or unstage them first",
				staged);
	return status;
}

gwt_status gwt_repo_may_commit(struct gwt_repo *repo, const struct gwt_commit_request *request,
			       struct gwt_error *err)
{
	gwt_auto(attempt_release) struct attempt attempt = { 0 };
	gwt_status status = gwt_repo_writable(repo, err);

	if (status == GWT_OK)
		status = attempt_open(&attempt, repo, err);
	if (status == GWT_OK)
		status = check_paths(repo, &attempt, request, err);
	return status;
}

/* As git fills an index entry; a file that changes after this is seen by its time. */
static void entry_from_stat(git_index_entry *entry, const struct stat *st)
{
	entry->ctime = (git_index_time){ (int32_t)st->st_ctim.tv_sec, (uint32_t)st->st_ctim.tv_nsec };
	entry->mtime = (git_index_time){ (int32_t)st->st_mtim.tv_sec, (uint32_t)st->st_mtim.tv_nsec };
	entry->dev = (uint32_t)st->st_dev;
	entry->ino = (uint32_t)st->st_ino;
	entry->uid = st->st_uid;
	entry->gid = st->st_gid;
	entry->file_size = (uint32_t)st->st_size;
}

static int hash_file(struct gwt_repo *repo, const char *path, bool store, git_oid *out)
{
	return store ? git_blob_create_from_workdir(out, repo->git, path)
		     : git_repository_hashfile(out, repo->git, path, GIT_OBJECT_BLOB, NULL);
}

/* Append a change where the file differs from HEAD. `store`: its blob goes into the object database. */
static gwt_status look_at(struct gwt_repo *repo, struct attempt *attempt, const char *relative, bool store,
			  struct gwt_error *err)
{
	struct gwt_change change = { .path = gwt_file_join(&attempt->arena, repo->prefix, relative) };
	git_filemode_t mode = GIT_FILEMODE_BLOB;
	struct stat st;
	git_oid id;
	bool in_head = gwt_repo_tree_entry(attempt->tree, change.path, &id, &mode);

	if (lstat(gwt_file_join(&attempt->arena, repo->dir, relative), &st) != 0) {
		change.removed = true;
		if (errno != ENOENT)
			return gwt_fail(err, GWT_EIO, "cannot read '%s': %s", relative, strerror(errno));
		if (in_head)
			attempt->changes[attempt->count++] = change;
		return GWT_OK;
	}
	if (!S_ISREG(st.st_mode))
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' is not a regular file", change.path);
	if (hash_file(repo, change.path, store, &change.entry.id) != 0)
		return gwt_repo_fail(err, GWT_EIO, "read '%s'", change.path);
	if (in_head && git_oid_equal(&id, &change.entry.id))
		return GWT_OK;
	change.entry.path = change.path;
	change.entry.mode = mode == GIT_FILEMODE_BLOB_EXECUTABLE ? mode : GIT_FILEMODE_BLOB;
	entry_from_stat(&change.entry, &st);
	attempt->changes[attempt->count++] = change;
	return GWT_OK;
}

static gwt_status look_at_all(struct gwt_repo *repo, struct attempt *attempt,
			      const struct gwt_commit_request *request, bool store, struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	attempt->changes = gwt_arena_array(&attempt->arena, struct gwt_change, request->path_count + 1);
	for (size_t i = 0; status == GWT_OK && i < request->path_count; i++)
		status = look_at(repo, attempt, request->paths[i], store, err);
	return status;
}

static int build_tree(struct gwt_repo *repo, struct attempt *attempt, git_oid *out)
{
	git_tree_update *updates = gwt_arena_array(&attempt->arena, git_tree_update, attempt->count);

	for (size_t i = 0; i < attempt->count; i++) {
		const struct gwt_change *change = &attempt->changes[i];

		updates[i].action = change->removed ? GIT_TREE_UPDATE_REMOVE : GIT_TREE_UPDATE_UPSERT;
		updates[i].filemode =
			change->removed ? GIT_FILEMODE_BLOB : (git_filemode_t)change->entry.mode;
		updates[i].id = change->entry.id;
		updates[i].path = change->path;
	}
	return git_tree_create_updated(out, repo->git, attempt->tree, attempt->count, updates);
}

/* git's order: the environment, then author.* or committer.*, then user.*. Into the arena; NULL when unset. */
static const char *identity(struct attempt *attempt, git_config *config, const char *variable,
			    const char *key, const char *fallback)
{
	const char *value = getenv(variable);

	if (value && *value)
		return value;
	if (git_config_get_string(&value, config, key) != 0 &&
	    git_config_get_string(&value, config, fallback) != 0)
		return NULL;
	return *value ? gwt_arena_cstr(&attempt->arena, gwt_span_of(value)) : NULL;
}

static int sign_as(struct gwt_repo *repo, struct attempt *attempt, bool author, git_signature **out)
{
	gwt_auto(git_config_cleanup) git_config *config = NULL;
	const char *name, *email;

	if (git_repository_config_snapshot(&config, repo->git) != 0)
		return -1;
	name = author ? identity(attempt, config, "GIT_AUTHOR_NAME", "author.name", "user.name")
		      : identity(attempt, config, "GIT_COMMITTER_NAME", "committer.name", "user.name");
	email = author ? identity(attempt, config, "GIT_AUTHOR_EMAIL", "author.email", "user.email")
		       : identity(attempt, config, "GIT_COMMITTER_EMAIL", "committer.email", "user.email");
	if (name && email && git_signature_now(out, name, email) == 0)
		return 0;
	return git_signature_now(out, "gwtape", "gwtape@localhost");
}

static int write_commit(struct gwt_repo *repo, struct attempt *attempt, const char *message, git_oid *out)
{
	gwt_auto(git_signature_cleanup) git_signature *author = NULL, *committer = NULL;
	gwt_auto(git_tree_cleanup) git_tree *tree = NULL;
	const git_commit *parents[1] = { attempt->tip };
	git_oid tree_id;

	if (build_tree(repo, attempt, &tree_id) != 0 || git_tree_lookup(&tree, repo->git, &tree_id) != 0 ||
	    sign_as(repo, attempt, true, &author) != 0 || sign_as(repo, attempt, false, &committer) != 0)
		return -1;
	git_repository_set_ident(repo->git, committer->name, committer->email);
	return git_commit_create(out, repo->git, NULL, author, committer, NULL, message, tree,
				 attempt->tip ? 1 : 0, parents);
}

/* The reference that a commit moves: the branch of HEAD, or HEAD itself when it is detached. */
static gwt_status target_ref(struct gwt_repo *repo, struct attempt *attempt, const char **name,
			     struct gwt_error *err)
{
	gwt_auto(git_reference_cleanup) git_reference *head = NULL;

	if (git_reference_lookup(&head, repo->git, "HEAD") != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "read HEAD of the repository of '%s'", repo->dir);
	*name = git_reference_type(head) == GIT_REFERENCE_SYMBOLIC
			? gwt_arena_cstr(&attempt->arena, gwt_span_of(git_reference_symbolic_target(head)))
			: "HEAD";
	return GWT_OK;
}

/* Only from where we saw it: a tip that moved meanwhile is GIT_EMODIFIED (or GIT_EEXISTS). */
static int move_ref(struct gwt_repo *repo, struct attempt *attempt, const char *name, const git_oid *to,
		    const char *message)
{
	gwt_auto(git_reference_cleanup) git_reference *moved = NULL;
	struct gwt_span rest = gwt_span_of(message), subject = gwt_span_cut(&rest, '\n');
	struct gwt_span log = gwt_arena_printf(&attempt->arena, "commit%s: " GWT_SPAN_FMT,
					       attempt->tip ? "" : " (initial)", GWT_SPAN_ARG(subject));

	return git_reference_create_matching(&moved, repo->git, name, to, attempt->tip != NULL,
					     attempt->tip ? git_commit_id(attempt->tip) : NULL, log.ptr);
}

static bool is_passing(int rc)
{
	return rc == GIT_ELOCKED || rc == GIT_EMODIFIED || rc == GIT_EEXISTS;
}

static gwt_status make_commit(struct gwt_repo *repo, struct attempt *attempt, struct gwt_index_lock *lock,
			      const char *message, git_oid *id, struct gwt_error *err)
{
	const char *ref = NULL;
	gwt_status status;
	int rc;

	if (write_commit(repo, attempt, message, id) != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "make a commit in the repository of '%s'",
				     repo->dir);
	status = target_ref(repo, attempt, &ref, err);
	if (status == GWT_OK)
		status = gwt_index_lock_note(lock, ref, attempt->tip ? git_commit_id(attempt->tip) : NULL, id,
					     err);
	if (status != GWT_OK)
		return status;
	rc = move_ref(repo, attempt, ref, id, message);
	attempt->retry = is_passing(rc);
	if (rc != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "move '%s' to the new commit", ref);
	return gwt_index_apply(repo, attempt->changes, attempt->count, err);
}

/* One attempt, under the lock: everything is looked at again, since it may have moved. */
static gwt_status commit_locked(struct gwt_repo *repo, const struct gwt_commit_request *request,
				struct attempt *attempt, struct gwt_index_lock *lock,
				struct gwt_commit_result *out, struct gwt_error *err)
{
	gwt_status status = attempt_open(attempt, repo, err);
	git_oid id;

	if (status == GWT_OK)
		status = check_paths(repo, attempt, request, err);
	if (status == GWT_OK)
		status = look_at_all(repo, attempt, request, true, err);
	if (status != GWT_OK || attempt->count == 0)
		return status;
	status = make_commit(repo, attempt, lock, request->message, &id, err);
	if (status == GWT_OK) {
		out->committed = true;
		git_oid_tostr(out->oid, sizeof(out->oid), &id);
	}
	return status;
}

static gwt_status commit_once(struct gwt_repo *repo, const struct gwt_commit_request *request, bool *retry,
			      struct gwt_commit_result *out, struct gwt_error *err)
{
	gwt_auto(attempt_release) struct attempt attempt = { 0 };
	struct gwt_index_lock lock;
	gwt_status status = gwt_index_lock_take(repo, &lock, retry, err);

	if (status != GWT_OK)
		return status;
	status = commit_locked(repo, request, &attempt, &lock, out, err);
	gwt_index_lock_drop(&lock);
	*retry = attempt.retry;
	return status;
}

/* Full jitter: nobody waits in step with somebody else. */
static void pause_before_retry(unsigned attempt)
{
	uint32_t random = 0, ceiling_ms = 20u << (attempt < 5 ? attempt : 5);

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != (ssize_t)sizeof(random))
		random = (uint32_t)gwt_clock_monotonic_ns();
	usleep((random % ceiling_ms + 1) * 1000);
}

static gwt_status commit_patiently(struct gwt_repo *repo, const struct gwt_commit_request *request,
				   struct gwt_commit_result *out, struct gwt_error *err)
{
	uint64_t until = gwt_clock_monotonic_ms() + PATIENCE_MS;

	for (unsigned attempt = 0;; attempt++) {
		bool retry = false;
		gwt_status status = commit_once(repo, request, &retry, out, err);

		if (status == GWT_OK || !retry || gwt_clock_monotonic_ms() >= until)
			return status;
		pause_before_retry(attempt);
		status = gwt_repo_repair(repo, err); /* its holder may have died */
		if (status != GWT_OK)
			return status;
	}
}

static void quote(struct gwt_buf *out, struct gwt_span word)
{
	gwt_buf_add_char(out, '\'');
	for (size_t i = 0; i < word.len; i++)
		if (word.ptr[i] == '\'')
			gwt_buf_add_text(out, "'\\''");
		else
			gwt_buf_add_char(out, word.ptr[i]);
	gwt_buf_add_char(out, '\'');
}

static void add_paths(struct gwt_buf *out, struct gwt_repo *repo, const struct attempt *attempt)
{
	for (size_t i = 0; i < attempt->count; i++) {
		gwt_buf_add_char(out, ' ');
		quote(out, gwt_span_of(attempt->changes[i].path + strlen(repo->prefix)));
	}
}

/* The command that would commit; the whole folder where its paths would not fit on a line. */
static void write_hint(struct gwt_repo *repo, const struct gwt_commit_request *request,
		       const struct attempt *attempt, char hint[1024])
{
	struct gwt_span rest = gwt_span_of(request->message), subject = gwt_span_cut(&rest, '\n');

	for (int all = 0; all < 2; all++) {
		struct gwt_buf buf;

		gwt_buf_init(&buf, 1023);
		gwt_buf_add_text(&buf, "cd ");
		quote(&buf, gwt_span_of(repo->dir));
		gwt_buf_add_text(&buf, " && git add --");
		all ? gwt_buf_add_text(&buf, " .") : add_paths(&buf, repo, attempt);
		gwt_buf_add_text(&buf, " && git commit -m ");
		quote(&buf, subject);
		gwt_buf_add_text(&buf, " --");
		all ? gwt_buf_add_text(&buf, " .") : add_paths(&buf, repo, attempt);
		if (!buf.over)
			snprintf(hint, 1024, "%s", gwt_buf_cstr(&buf));
		gwt_buf_release(&buf);
		if (*hint)
			return;
	}
}

/* Whether any of the paths differs from HEAD, and if so the command that would commit. Writes nothing. */
static gwt_status find_pending(struct gwt_repo *repo, const struct gwt_commit_request *request, bool *pending,
			       char hint[1024], struct gwt_error *err)
{
	gwt_auto(attempt_release) struct attempt attempt = { 0 };
	gwt_status status = attempt_open(&attempt, repo, err);

	if (status == GWT_OK)
		status = look_at_all(repo, &attempt, request, false, err);
	*pending = attempt.count > 0;
	if (status == GWT_OK && *pending)
		write_hint(repo, request, &attempt, hint);
	return status;
}

/* Why a repository is left alone unless --commit says otherwise; NULL: it is ours. */
static const char *left_alone(const struct gwt_repo *repo, enum gwt_commit_mode mode)
{
	if (mode == GWT_COMMIT_NO)
		return "--no-commit was given";
	if (repo->foreign)
		return "the repository belongs to another user";
	if (!repo->git)
		return "it lies outside any repository";
	if (mode == GWT_COMMIT_DEFAULT && git_repository_is_bare(repo->git))
		return "the repository is bare, it has no working tree";
	if (mode == GWT_COMMIT_DEFAULT && !repo->ours)
		return "gwtape did not make this repository, and --commit was not given";
	return NULL;
}

static gwt_status commit_or_advise(struct gwt_repo *repo, const struct gwt_commit_request *request,
				   struct gwt_commit_result *out, struct gwt_error *err)
{
	bool pending = true;
	const char *reason = left_alone(repo, request->mode);
	struct gwt_error why = { 0 };
	char hint[1024] = "";
	gwt_status status = GWT_OK;

	if (repo->git && !git_repository_is_bare(repo->git))
		status = find_pending(repo, request, &pending, hint, err);
	if (status != GWT_OK || !pending)
		return status;
	if (!reason) {
		status = gwt_repo_may_commit(repo, request, &why);
		if (status == GWT_OK)
			return commit_patiently(repo, request, out, err);
		if (status != GWT_EUNCHECKED || request->mode == GWT_COMMIT_YES)
			return gwt_fail(err, status, "%s", why.msg);
		reason = why.msg;
	}
	if (!*hint && request->mode == GWT_COMMIT_NO)
		return GWT_OK;
	snprintf(out->reason, sizeof(out->reason), "%.*s", (int)sizeof(out->reason) - 1, reason);
	snprintf(out->hint, sizeof(out->hint), "%s", hint);
	return GWT_OK;
}

/* Our own repository's attributes are ours to commit too, beside something: alone they are worth no commit. */
static gwt_status commit_all(struct gwt_repo *repo, const struct gwt_commit_request *request,
			     struct gwt_commit_result *out, struct gwt_error *err)
{
	struct gwt_commit_request wider = *request;
	struct gwt_arena arena = { 0 };
	char **paths, hint[1024] = "";
	bool pending = false;
	gwt_status status;

	if (!repo->ours)
		return commit_or_advise(repo, request, out, err);
	status = find_pending(repo, request, &pending, hint, err);
	if (status != GWT_OK || !pending)
		return status;
	paths = gwt_arena_array(&arena, char *, request->path_count + 1);
	for (size_t i = 0; i < request->path_count; i++)
		paths[i] = request->paths[i];
	if (!*repo->prefix && gwt_file_exists(gwt_file_join(&arena, repo->dir, GWT_ATTRIBUTES)))
		paths[wider.path_count++] = gwt_arena_cstr(&arena, gwt_span_of(GWT_ATTRIBUTES));
	wider.paths = paths;
	status = commit_or_advise(repo, &wider, out, err);
	gwt_arena_release(&arena);
	return status;
}

/* Nobody asked for a commit here, so what libgit2 cannot read (an extension, a split index) is not a failure. */
static bool is_optional(const struct gwt_repo *repo, enum gwt_commit_mode mode)
{
	return mode == GWT_COMMIT_NO || (mode == GWT_COMMIT_DEFAULT && !repo->ours);
}

gwt_status gwt_store_commit(const struct gwt_commit_request *request, struct gwt_commit_result *out,
			    struct gwt_error *err)
{
	struct gwt_repo repo;
	struct gwt_error why = { 0 };
	gwt_status status = gwt_repo_open(&repo, request->dir, &why);

	memset(out, 0, sizeof(*out));
	if (status == GWT_OK)
		status = commit_all(&repo, request, out, &why);
	if (status == GWT_EUNCHECKED && is_optional(&repo, request->mode)) {
		if (request->mode == GWT_COMMIT_DEFAULT)
			snprintf(out->reason, sizeof(out->reason), "%.*s", (int)sizeof(out->reason) - 1,
				 why.msg);
		status = GWT_OK;
	}
	gwt_repo_release(&repo);
	return status == GWT_OK ? GWT_OK : gwt_fail(err, status, "%s", why.msg);
}
