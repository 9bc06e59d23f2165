/*
 * replay_tape.h - the cassettes that a replay serves, and their replacement while it runs.
 */
#ifndef GWT_CLI_REPLAY_TAPE_H
#define GWT_CLI_REPLAY_TAPE_H

#include "lib/match/catalog.h"
#include "replayer/server.h"

struct gwt_replay_tape {
	struct gwt_catalog_source source;
	enum gwt_level level;          /* the level that every cassette must support */
	struct gwt_catalog *catalog;   /* in service; owned */
	struct gwt_replayer *replayer; /* notified of a replacement */
};

/* Errors are those of gwt_catalog_open(), and GWT_EUNCHECKED where the cassettes cannot support the level. */
gwt_status gwt_replay_tape_open(struct gwt_replay_tape *tape, struct gwt_error *err);
/* Takes a tape that was not opened. */
void gwt_replay_tape_close(struct gwt_replay_tape *tape);
/*
 * The `reload` of struct gwt_replayer_options; its argument is the tape. Either all cassettes are replaced or
 * none: when a new one cannot be read, the old ones stay in service.
 */
gwt_status gwt_replay_tape_reload(void *tape, bool *changed, struct gwt_error *err);
/* Reload whenever something in the folder changes, and print the result. GWT_EUSAGE for a revision. */
gwt_status gwt_replay_tape_watch(struct gwt_replay_tape *tape, struct gwt_loop *loop, struct gwt_error *err);

#endif
