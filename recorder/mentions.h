/*
 * mentions.h - where a call has ids: in its request by the model's labels and members, in its answer where the
 * model says that an id is.
 */
#ifndef GWT_RECORDER_MENTIONS_H
#define GWT_RECORDER_MENTIONS_H

#include "lib/cassette/ids.h"

struct gwt_mention {
	struct gwt_span base; /* what a variable for it would be called: resourceId */
	struct gwt_span live;
	struct gwt_span at; /* as gwt_use.at in a request; a JSON pointer in an answer */
	bool only_given;    /* an id only if an answer showed it before */
};

struct gwt_mentions {
	struct gwt_mention *items;
	size_t len, cap;
};

/* Path labels, connectionId, members that end in Id, and account and region (when it is `region`) of ARNs. */
void gwt_mentions_of_request(const struct gwt_request *request, struct gwt_span region,
			     struct gwt_arena *arena, struct gwt_mentions *out);
/* Ids that a successful answer shows; not of errors. */
void gwt_mentions_of_answer(const struct gwt_capture *call, struct gwt_arena *arena,
			    struct gwt_mentions *out);

#endif
