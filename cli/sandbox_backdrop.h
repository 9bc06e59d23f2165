/*
 * sandbox_backdrop.h - the sandbox as the backdrop of a replay.
 */
#ifndef GWT_CLI_SANDBOX_BACKDROP_H
#define GWT_CLI_SANDBOX_BACKDROP_H

#include "replayer/backdrop.h"

extern const struct gwt_backdrop gwt_sandbox_backdrop;

#endif
