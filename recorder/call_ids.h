/*
 * call_ids.h - where a call has ids: in its request by the model's labels and members, in its answer where the
 * model says that an id is.
 */
#ifndef GWT_RECORDER_CALL_IDS_H
#define GWT_RECORDER_CALL_IDS_H

#include "lib/cassette/ids.h"

struct gwt_call_id {
	struct gwt_span base; /* the name of a variable for it: resourceId */
	struct gwt_span live;
	struct gwt_span at; /* as gwt_use.at in a request; a JSON pointer in an answer */
	bool only_given;    /* an id only if an answer showed it before */
	bool clock;         /* a text of the run that is the client's clock */
	bool text;          /* one of the run's texts, whatever its name ends in */
};

#define GWT_CLOCK_TEXT "clock" /* the name of a text that is the client's clock */

/* A text that differs every run: `record --proxy --var NAME=VALUE`. */
struct gwt_run_text {
	struct gwt_span name, value;
};
struct gwt_run_texts {
	const struct gwt_run_text *items;
	size_t len;
	int64_t made_at; /* when the calls were made, or shortly after; 0: not known */
};

struct gwt_call_ids {
	struct gwt_call_id *items;
	size_t len, cap;
};

/*
 * Finds path labels, connectionId, members that end in Id, and account and region (when it is `region`) of
 * ARNs. Before these come the texts of the run, `texts`: as a modelled string member, a map's value or a path
 * label. In the body of an operation without a model, a string that is the client's clock, in seconds or
 * milliseconds, is also a text of the run, named "clock".
 */
void gwt_call_ids_of_request(const struct gwt_request *request, struct gwt_span region,
			     const struct gwt_run_texts *texts, struct gwt_arena *arena,
			     struct gwt_call_ids *out);
/* Ids in a successful answer; an error has none. */
void gwt_call_ids_of_answer(const struct gwt_capture *call, struct gwt_arena *arena,
			    struct gwt_call_ids *out);

#endif
