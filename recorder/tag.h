/*
 * tag.h - who made a thing at the upstream: the tag that the recorder gives to what it makes.
 */
#ifndef GWT_RECORDER_TAG_H
#define GWT_RECORDER_TAG_H

#include "recorder/call.h"

#define GWT_TAG_NAME "gwtape"

/* The value of our own tag: "recording/HOST/PID/START", HOST being a hash. */
struct gwt_span gwt_tag_value(struct gwt_caller *caller, struct gwt_arena *arena);

/* Whether a thing with this tag, made at `created` (seconds; 0: unknown), may be removed at `now`. */
bool gwt_tag_is_stale(struct gwt_caller *caller, struct gwt_span tag, int64_t created, int64_t now);

#endif
