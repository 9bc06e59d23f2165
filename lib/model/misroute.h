/*
 * misroute.h - the route that a path was probably meant to be.
 *
 * Only for paths that no operation of the service has: where one fits but for the case of its letters, for slashes too
 * many, or for segments before it (a stage, a base path of a URL), it is named.
 */
#ifndef GWT_MODEL_MISROUTE_H
#define GWT_MODEL_MISROUTE_H

#include "lib/base/arena.h"
#include "lib/model/service.h"

struct gwt_misroute {
	const struct gwt_service_operation *operation;
	bool other_case, slashes;
	struct gwt_span prefix; /* "/prod", a view of the path; absent: none */
};

/* False when the route is one of the service, or none is near. */
bool gwt_misroute_find(struct gwt_arena *arena, struct gwt_span method, struct gwt_span path,
		       struct gwt_span query, struct gwt_misroute *out);

/* "PUT /restapis/… (PutIntegration) differs only by a slash too many": for people, in `arena`. */
struct gwt_span gwt_misroute_text(struct gwt_arena *arena, const struct gwt_misroute *misroute);

#endif
