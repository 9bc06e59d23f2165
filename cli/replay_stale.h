/*
 * replay_stale.h - recordings of a scenario that was changed since.
 */
#ifndef GWT_CLI_REPLAY_STALE_H
#define GWT_CLI_REPLAY_STALE_H

#include "lib/cassette/cassette.h"
#include "replayer/server.h"

/*
 * Report the cassettes of the folder `source` whose scenario, in `source`/../scenarios, has changed since
 * they were recorded: of those that `replayer` played, of all when it is NULL. The replay expected what was
 * recorded. Nothing is reported where the scenario does not exist, or where `source` is a revision.
 */
void gwt_replay_say_stale(const char *source, const struct gwt_cassettes *cassettes,
			  const struct gwt_replayer *replayer);

#endif
