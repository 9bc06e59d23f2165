/*
 * replay_stale.h - recordings of a scenario that was changed since.
 */
#ifndef GWT_CLI_REPLAY_STALE_H
#define GWT_CLI_REPLAY_STALE_H

#include "lib/cassette/cassette.h"

/*
 * Say which cassettes of the folder `source` were recorded from another text than the scenarios beside it have (in
 * `source`/../scenarios). A replay holds clients to the recording all the same; a scenario that is not there, and a
 * revision, say nothing.
 */
void gwt_replay_say_stale(const char *source, const struct gwt_cassettes *cassettes);

#endif
