/*
 * internal.h - the replayer's own structure, for the files of this folder.
 */
#ifndef GWT_REPLAYER_INTERNAL_H
#define GWT_REPLAYER_INTERNAL_H

#include <pthread.h>

#include "replayer/server.h"

struct gwt_journal;

struct gwt_replayer {
	const struct gwt_replayer_options *options;
	const struct gwt_index *index;
	struct gwt_sessions *sessions;
	struct gwt_sigv4 *sigv4;
	struct gwt_contract_cache *cache;
	struct gwt_run *run;
	struct gwt_journal *journal; /* NULL without the admin API */
	bool shared;                 /* several threads answer (workers.h) */
	pthread_mutex_t turn;        /* then: its holder may use all members but `options` */
};

/* Take the turn, and give it up; both do nothing when there is only one thread. */
void gwt_replayer_enter(struct gwt_replayer *replayer);
void gwt_replayer_leave(struct gwt_replayer *replayer);
/* Copy what an answer views into `arena`, when the cassettes may be replaced before it is written. */
void gwt_replayer_keep(const struct gwt_replayer *replayer, struct gwt_arena *arena,
		       struct gwt_response *response);
/* Answer a request, proving its signature with the caller's context. */
void gwt_replayer_answer(struct gwt_replayer *replayer, struct gwt_sigv4 *sigv4,
			 struct gwt_exchange *exchange);

#endif
