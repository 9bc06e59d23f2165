/*
 * proxy_keep.h - what becomes of a proxy's calls: a scenario and its cassette.
 */
#ifndef GWT_RECORDER_PROXY_KEEP_H
#define GWT_RECORDER_PROXY_KEEP_H

#include "recorder/proxy.h"

struct gwt_kept {
	struct gwt_span scenario, cassette; /* the bytes of both files */
	size_t calls;                       /* in the cassette */
	size_t repeated;                    /* reads that gave nothing new */
	size_t inexact;                     /* calls that the scenario does not make byte for byte */
};

/*
 * GWT_EUNCHECKED when there is nothing to keep or a proof failed; GWT_EUPSTREAM when a call had no whole
 * answer. `name` is group/name, `endpoint` the upstream's.
 */
gwt_status gwt_proxy_keep(const struct gwt_proxy *proxy, struct gwt_span name, struct gwt_span endpoint,
			  struct gwt_arena *arena, struct gwt_kept *out, struct gwt_error *err);

#endif
