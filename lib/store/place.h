/*
 * place.h - a run's own folder below the cassettes, and whose turn it is to write there.
 *
 * DIR/.gwtape/run.XXXXXX holds the temporary files of one run and is held by flock(2). A run that finds one
 * that is not held removes the files in it that have our names, and nothing else: all other files of DIR are
 * not ours.
 */
#ifndef GWT_STORE_PLACE_H
#define GWT_STORE_PLACE_H

#include <limits.h>
#include <signal.h>

#include "lib/base/error.h"

/* Name of the repository that is being made in a place. */
#define GWT_PLACE_NURSERY "repository"

/* Make a place below `dir`, which exists, and clear those of dead runs. */
gwt_status gwt_place_open(const char *dir, char path[PATH_MAX], int *fd, struct gwt_error *err);
void gwt_place_close(const char *path, int fd);

/*
 * Only one run at a time may read, change and write back the files of `folder`. Waits up to a minute, or
 * three seconds once `stop` is set (it may be NULL); GWT_EUNCHECKED when another run keeps the turn longer.
 * On a file system without locks every run gets its turn at once.
 */
gwt_status gwt_turn_take(const char *folder, const volatile sig_atomic_t *stop, int *fd,
			 struct gwt_error *err);
void gwt_turn_end(int fd);

/* Sleep for a random time that grows with `attempt`, so that runs do not wait in step. */
void gwt_turn_pause(unsigned attempt);

#endif
