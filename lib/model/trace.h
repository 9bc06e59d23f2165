/*
 * trace.h - calls as the relation sees them, and what their bodies show of each other.
 *
 * Private to lib/model: trace.c reads calls, related.c holds the rows.
 */
#ifndef GWT_MODEL_TRACE_H
#define GWT_MODEL_TRACE_H

#include "lib/model/related.h"

/* A decoded path; of a tag call the path in its ARN. No segments: no path. */
struct gwt_place_path {
	struct gwt_span *segments;
	size_t len;
};

struct gwt_trace_call {
	struct gwt_related_call call;
	const struct gwt_service_operation *operation; /* NULL: not an operation of the service */
	bool is_write;                                 /* its method writes */
	bool takes_effect;                             /* ... and it was not answered 4xx */
	struct gwt_place_path path;
	struct gwt_place_path child;           /* of a creation: what it makes, if that is known */
	struct gwt_span api;                   /* absent: none */
	const struct gwt_json *unique, *value; /* of a creation: the unique value; an API key's value */
	bool moves;                            /* UpdateResource with another parent */
	const struct gwt_trace_name **names;   /* the names that concern it, found when they are needed */
	size_t name_count, name_cap, name_version;
};

/* The object at `holder` names the object at `target`. */
struct gwt_trace_name {
	struct gwt_place_path holder, target;
	const char *row;
	size_t call; /* the call whose body says so */
};

/* A resource's parent, as an answer shows it. */
struct gwt_trace_parent {
	struct gwt_span api, resource, parent; /* no parent: it is the root */
	size_t visit;                          /* number of the last search that came here */
};

/* The pattern that the integration response at `holder` was given; absent when it was given none. */
struct gwt_trace_pattern {
	struct gwt_place_path holder;
	struct gwt_span pattern;
};

struct gwt_trace {
	struct gwt_arena *arena;
	struct gwt_trace_call *calls;
	size_t len, cap;
	struct gwt_trace_name *names;
	size_t name_len, name_cap;
	struct gwt_trace_parent *parents;
	size_t parent_len, parent_cap, visit;
	struct gwt_trace_pattern *patterns;
	size_t pattern_len, pattern_cap;
};

/* Whether `upper` is `lower` or above it; an empty path is above nothing. */
bool gwt_path_holds(const struct gwt_place_path *upper, const struct gwt_place_path *lower);

/*
 * The value that a patch or a plain body gives to a member; NULL when it gives none. `patched` is the path in
 * a patch.
 */
const struct gwt_json *gwt_trace_patched(const struct gwt_trace_call *call, const char *patched);

/* Whether a resource is below another, or may be: one whose parent no answer shows counts as below every other. */
bool gwt_trace_is_below(struct gwt_trace *trace, struct gwt_span api, struct gwt_span resource,
			struct gwt_span above);

#endif
