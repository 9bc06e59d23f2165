/*
 * share.h - core.sharedRepository: what we make in the repository is for the others too, as git would make it.
 */
#ifndef GWT_STORE_SHARE_H
#define GWT_STORE_SHARE_H

#include "lib/store/repo.h"

struct gwt_share {
	int bits;     /* of core.sharedRepository: 0660, 0664, 0640, ...; 0: not shared */
	bool replace; /* they replace the bits that the umask left, else they are added to them */
};

gwt_status gwt_share_read(struct gwt_repo *repo, struct gwt_share *out, struct gwt_error *err);
/* Give a file or folder of ours the mode that git would give it. Those of another user are not changed. */
gwt_status gwt_share_path(const struct gwt_share *share, const char *path, struct gwt_error *err);
/* The same for an object and its folder. */
gwt_status gwt_share_object(const struct gwt_share *share, struct gwt_repo *repo, const git_oid *id,
			    struct gwt_error *err);
/* The same for a reference, its log, the folders of both, and the log of HEAD. */
gwt_status gwt_share_ref(const struct gwt_share *share, struct gwt_repo *repo, const char *name,
			 struct gwt_error *err);

#endif
