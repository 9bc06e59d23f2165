/*
 * trace.h - calls as the relation sees them, and what their bodies show of each other.
 *
 * Private to lib/model: trace.c reads calls, related.c holds the rows.
 */
#ifndef GWT_MODEL_TRACE_H
#define GWT_MODEL_TRACE_H

#include "lib/model/related.h"

/* A decoded path; tag calls have the one in their ARN. No segments: none. */
struct gwt_place_path {
	struct gwt_span *segments;
	size_t len;
};

struct gwt_trace_call {
	struct gwt_related_call call;
	const struct gwt_service_operation *operation; /* NULL: not one of the service's */
	bool is_write;                                 /* its method writes */
	bool takes_effect;                             /* ... and it was not answered 4xx */
	struct gwt_place_path path;
	struct gwt_place_path child;           /* of a creation: what it makes, as far as that is known */
	struct gwt_span api;                   /* absent: none */
	const struct gwt_json *unique, *value; /* of a creation: what may exist once; an API key's value */
	bool moves;                            /* UpdateResource with another parent */
	const struct gwt_trace_name **names;   /* that it has, once asked for */
	size_t name_count, name_cap, name_version;
};

/* Whether the object at `holder` names the object at `target`. */
struct gwt_trace_name {
	struct gwt_place_path holder, target;
	const char *row;
	size_t call; /* whose body says so */
};

/* A resource's parent, as an answer shows it. */
struct gwt_trace_parent {
	struct gwt_span api, resource, parent; /* parent absent: it is the root */
	size_t visit;                          /* of the search that came here last */
};

/* A pattern that the integration response at `holder` was given; absent: none. */
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

/* `upper` is `lower` or lies above it. No path lies nowhere. */
bool gwt_path_holds(const struct gwt_place_path *upper, const struct gwt_place_path *lower);

/* The value that a patch or a plain body gives to a member; NULL when it gives none. `patched` is its path. */
const struct gwt_json *gwt_trace_patched(const struct gwt_trace_call *call, const char *patched);

/* Whether a resource is below another, or may be: one whose parent no answer shows counts as below every other. */
bool gwt_trace_is_below(struct gwt_trace *trace, struct gwt_span api, struct gwt_span resource,
			struct gwt_span above);

#endif
