#include "lib/store/ref.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/span.h"
#include "lib/store/repo.h"

gwt_status gwt_ref_of_head(struct gwt_repo *repo, struct gwt_commit_attempt *attempt, const char **name,
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

/* Where the reference is: at `to`, or elsewhere. */
static enum gwt_ref_state look(struct gwt_repo *repo, const char *name, const git_oid *to)
{
	git_oid now;
	int rc = git_reference_name_to_id(&now, repo->git, name);

	if (rc != 0)
		return rc == GIT_ENOTFOUND ? GWT_REF_OLD : GWT_REF_UNKNOWN;
	return git_oid_equal(&now, to) ? GWT_REF_NEW : GWT_REF_OLD;
}

static bool is_passing(int rc)
{
	return rc == GIT_ELOCKED || rc == GIT_EMODIFIED || rc == GIT_EEXISTS;
}

static bool name_lock(struct gwt_repo *repo, const char *name, char path[PATH_MAX])
{
	bool is_head = strcmp(name, "HEAD") == 0;

	return !strstr(name, "..") &&
	       snprintf(path, PATH_MAX, "%s%s.lock",
			is_head ? git_repository_path(repo->git) : git_repository_commondir(repo->git),
			name) < PATH_MAX;
}

/* Read a lock, at most the length of an id; negative when there is none. */
static ssize_t read_lock(const char *path, char text[GIT_OID_HEXSZ + 1])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t got = fd < 0 ? -1 : read(fd, text, GIT_OID_HEXSZ);

	if (fd >= 0)
		close(fd);
	return got;
}

void gwt_ref_unlock(struct gwt_repo *repo, const char *name, const git_oid *id, uint64_t patience_ms)
{
	char path[PATH_MAX], wanted[GIT_OID_HEXSZ + 1], text[GIT_OID_HEXSZ + 1];
	uint64_t until = gwt_clock_monotonic_ms() + patience_ms;

	if (!name_lock(repo, name, path))
		return;
	git_oid_tostr(wanted, sizeof(wanted), id);
	for (;; usleep(50 * 1000)) {
		ssize_t got = read_lock(path, text);

		if (got < 0 || (got > 0 && strncmp(text, wanted, (size_t)got) != 0) || (!got && !patience_ms))
			return;
		if (got > 0 || gwt_clock_monotonic_ms() >= until) {
			unlink(path);
			return;
		}
	}
}

/* Moves only from the tip that we saw: one that moved meanwhile is GIT_EMODIFIED (or GIT_EEXISTS). */
gwt_status gwt_ref_move(struct gwt_repo *repo, struct gwt_commit_attempt *attempt, const char *name,
			const git_oid *to, const char *message, enum gwt_ref_state *state,
			struct gwt_error *err)
{
	gwt_auto(git_reference_cleanup) git_reference *moved = NULL;
	struct gwt_span rest = gwt_span_of(message), subject = gwt_span_cut(&rest, '\n');
	struct gwt_span log = gwt_arena_printf(&attempt->arena, "commit%s: " GWT_SPAN_FMT,
					       attempt->tip ? "" : " (initial)", GWT_SPAN_ARG(subject));
	int rc = git_reference_create_matching(&moved, repo->git, name, to, attempt->tip != NULL,
					       attempt->tip ? git_commit_id(attempt->tip) : NULL, log.ptr);

	*state = GWT_REF_NEW;
	if (rc == 0) {
		gwt_ref_unlock(repo, name, to, 0); /* libgit2 does not check whether its unlink() worked */
		return GWT_OK;
	}
	gwt_repo_fail(err, GWT_EUNCHECKED, "move '%s' to the new commit", name);
	*state = look(repo, name, to);
	attempt->retry = *state == GWT_REF_OLD && is_passing(rc);
	return *state == GWT_REF_NEW ? GWT_OK : GWT_EUNCHECKED;
}

enum gwt_ref_state gwt_ref_move_back(struct gwt_repo *repo, const struct gwt_commit_attempt *attempt,
				     const char *name, const git_oid *from)
{
	gwt_auto(git_reference_cleanup) git_reference *moved = NULL, *now = NULL;
	const git_oid *tip = attempt->tip ? git_commit_id(attempt->tip) : NULL;

	if (tip) {
		git_reference_create_matching(&moved, repo->git, name, tip, true, from,
					      "gwtape: the commit could not be finished");
		gwt_ref_unlock(repo, name, tip, 0);
	} else if (look(repo, name, from) == GWT_REF_NEW &&
		   git_reference_lookup(&now, repo->git, name) == 0) {
		git_reference_delete(now);
	}
	return look(repo, name, from);
}
