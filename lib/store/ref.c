#include "lib/store/ref.h"

gwt_status gwt_ref_of_head(struct gwt_repo *repo, struct gwt_attempt *attempt, const char **name,
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

/* Only from where we saw it: a tip that moved meanwhile is GIT_EMODIFIED (or GIT_EEXISTS). */
gwt_status gwt_ref_move(struct gwt_repo *repo, struct gwt_attempt *attempt, const char *name,
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
	if (rc == 0)
		return GWT_OK;
	gwt_repo_fail(err, GWT_EUNCHECKED, "move '%s' to the new commit", name);
	*state = look(repo, name, to);
	attempt->retry = *state == GWT_REF_OLD && is_passing(rc);
	return *state == GWT_REF_NEW ? GWT_OK : GWT_EUNCHECKED;
}

enum gwt_ref_state gwt_ref_move_back(struct gwt_repo *repo, const struct gwt_attempt *attempt,
				     const char *name, const git_oid *from)
{
	gwt_auto(git_reference_cleanup) git_reference *moved = NULL, *now = NULL;

	if (attempt->tip)
		git_reference_create_matching(&moved, repo->git, name, git_commit_id(attempt->tip), true,
					      from, "gwtape: the commit could not be finished");
	else if (look(repo, name, from) == GWT_REF_NEW && git_reference_lookup(&now, repo->git, name) == 0)
		git_reference_delete(now);
	return look(repo, name, from);
}
