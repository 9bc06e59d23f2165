/*
 * written.h - what the calls of a scenario wrote so far: what was sent to a path, and which writes were
 * answered differently.
 *
 * A read shows the effect of an earlier write to its path. So the answer is compared with what that write
 * sent; and where the write itself was answered differently, a read that differs is not a separate finding.
 */
#ifndef GWT_DRIFT_WRITTEN_H
#define GWT_DRIFT_WRITTEN_H

#include "drift/findings.h"

struct gwt_written_flip {
	struct gwt_span path;
	struct gwt_finding *finding;
};

struct gwt_written {
	struct gwt_arena *arena;
	struct gwt_map sent; /* path -> struct gwt_json */
	struct gwt_written_flip *flips;
	size_t flip_count, flip_cap;
};

void gwt_written_init(struct gwt_written *written, struct gwt_arena *arena);
void gwt_written_release(struct gwt_written *written);

/*
 * The body that was sent to the resource in the answer; NULL: not known. A write's own body is remembered
 * when it was accepted.
 */
const struct gwt_json *gwt_written_sent(struct gwt_written *written, const struct gwt_normal *request,
					bool accepted);
/*
 * A write that one side accepts and the other refuses: later differences below or above its path follow from
 * it.
 */
void gwt_written_flip(struct gwt_written *written, const struct gwt_normal *request,
		      struct gwt_finding *finding);
/* A write that both sides accept: earlier writes to its path do not count any more. */
void gwt_written_settle(struct gwt_written *written, const struct gwt_normal *request, bool was_accepted,
			bool now_accepted);
/* The finding that a difference in this call's answers follows from; NULL: none. */
struct gwt_finding *gwt_written_cause(const struct gwt_written *written, const struct gwt_normal *request);

#endif
