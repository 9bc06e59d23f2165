/*
 * misroute.h - the route that a path was probably meant to be.
 *
 * Only for paths that no operation of the service has. If a route would fit in another case of
 * letters, without extra slashes, or without the first segments (a stage, the base path of a URL),
 * that route is named.
 */
#ifndef GWT_MODEL_MISROUTE_H
#define GWT_MODEL_MISROUTE_H

#include "lib/base/arena.h"
#include "lib/model/service.h"

struct gwt_misroute {
	const struct gwt_service_operation *operation;
	bool other_case, slashes;
	struct gwt_span prefix; /* "/prod", a view of the path; absent when there is none */
};

/* False when the path names an operation of the service, or when no route is near. */
bool gwt_misroute_find(struct gwt_arena *arena, struct gwt_span method, struct gwt_span path,
		       struct gwt_span query, struct gwt_misroute *out);

/* A sentence for people, in `arena`: "PUT /restapis/… (PutIntegration) differs only by a slash too many". */
struct gwt_span gwt_misroute_text(struct gwt_arena *arena, const struct gwt_misroute *misroute);

#endif
