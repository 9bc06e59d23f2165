/*
 * service.h - every operation of the service: its name, its route, what it is about.
 *
 * The model (model.h) knows the members of the operations that scenarios use; this table knows all the others as
 * well, by name only, since a client may call any of them and its calls are related to each other
 * (related.h). Names, methods and paths are those of AWS's service model for API version 2015-07-09.
 */
#ifndef GWT_MODEL_SERVICE_H
#define GWT_MODEL_SERVICE_H

#include "lib/base/span.h"

/* The subject of an operation, as far as the relation between calls needs it. */
enum gwt_thing {
	GWT_THING_OTHER,
	GWT_THING_REST_APIS, /* the collection */
	GWT_THING_REST_API,
	GWT_THING_RESOURCES, /* the collection */
	GWT_THING_RESOURCE,
	GWT_THING_METHOD,
	GWT_THING_METHOD_RESPONSE,
	GWT_THING_INTEGRATION,
	GWT_THING_INTEGRATION_RESPONSE,
	GWT_THING_DEPLOYMENT, /* this and the following: the collection or a member */
	GWT_THING_STAGE,
	GWT_THING_MODEL,
	GWT_THING_MAPPING, /* a base path mapping */
	GWT_THING_USAGE_PLAN,
	GWT_THING_ACCOUNT,
	GWT_THING_TAGS,
};

enum gwt_role {
	GWT_ROLE_READ,
	GWT_ROLE_CREATION, /* makes a child of its path */
	GWT_ROLE_WRITE,    /* puts or patches the object at its path */
	GWT_ROLE_DELETION,
	GWT_ROLE_ACTION, /* may touch more than its path says */
};

struct gwt_service_operation {
	const char *name, *method, *path; /* labels are in braces */
	enum gwt_thing thing;
	enum gwt_role role;
	bool imports; /* the query's mode=import distinguishes it from another operation with its route */
};

/* All of them, sorted by name; *count of them. */
const struct gwt_service_operation *gwt_service_operations(size_t *count);

/*
 * The operation of a call; NULL when it is not one of the service. `segments` are the decoded segments of its path.
 * Of two routes that fit, the one with more literal segments wins.
 */
const struct gwt_service_operation *gwt_service_find(struct gwt_span method, const struct gwt_span *segments,
						     size_t count, bool imports);

/* Whether a query has this name with this value (`value` NULL: any value). */
bool gwt_query_has(struct gwt_span query, const char *name, const char *value);

#endif
