/*
 * internal.h - the replayer's own structure, for the files of this folder.
 */
#ifndef GWT_REPLAYER_INTERNAL_H
#define GWT_REPLAYER_INTERNAL_H

#include "replayer/server.h"

struct gwt_journal;

struct gwt_replayer {
	const struct gwt_replayer_options *options;
	const struct gwt_index *index;
	struct gwt_sessions *sessions;
	struct gwt_sigv4 *sigv4;
	struct gwt_contract_memo *memo;
	struct gwt_run *run;
	struct gwt_journal *journal; /* NULL without the admin API */
};

#endif
