/*
 * model.h - the service model of API Gateway (REST, 2015-07-09), as one table.
 *
 * Source: AWS's published service model for API version 2015-07-09 and the
 * reference page of `aws apigateway put-integration`. Two model versions are
 * known: the older one is the option set of that page; the newer one adds
 * responseTransferMode and integrationTarget (November 2025).
 *
 * A table row is all that is known of a member; nothing else in the code lists
 * members of an operation.
 */
#ifndef GWT_MODEL_MODEL_H
#define GWT_MODEL_MODEL_H

#include "lib/base/span.h"

enum gwt_model_version {
	GWT_MODEL_REFERENCE, /* the reference page's option set */
	GWT_MODEL_NEWER,
};
const char *
gwt_model_version_word(enum gwt_model_version version); /* "2015-07-09/reference", "2015-07-09/newer" */

enum gwt_place { GWT_PLACE_PATH, GWT_PLACE_QUERY, GWT_PLACE_BODY };

enum gwt_shape {
	GWT_SHAPE_STRING,
	GWT_SHAPE_INTEGER,
	GWT_SHAPE_DOUBLE,
	GWT_SHAPE_BOOLEAN,
	GWT_SHAPE_TIMESTAMP,
	GWT_SHAPE_STRING_MAP,  /* map<string,string> */
	GWT_SHAPE_BOOLEAN_MAP, /* map<string,boolean> */
	GWT_SHAPE_STRING_LIST, /* list<string> */
	GWT_SHAPE_STRUCTURE,   /* members */
	GWT_SHAPE_STRUCTURE_LIST,
	GWT_SHAPE_STRUCTURE_MAP,
	GWT_SHAPE_OTHER, /* deeper than a row can say: not described further */
};

struct gwt_member {
	const char *name; /* nested deeper than a row can describe */
	const char *wire; /* on the wire: httpMethod */
	enum gwt_place place;
	enum gwt_shape shape;
	bool required;
	const char *const *values;        /* enum values in model order, ends with NULL; NULL: not an enum */
	const struct gwt_member *members; /* of a structure, list or map; else NULL */
	enum gwt_model_version since;
};

struct gwt_operation {
	const char *name;   /* PutIntegration */
	const char *method; /* PUT */
	const char *uri;    /* /restapis/{restapi_id}/… : labels are wire names */
	int success_status;
	const struct gwt_member *input;  /* ends with NULL, in model order */
	const struct gwt_member *output; /* likewise; NULL when there is none */
};

/* All operations, in the order of the table; *count of them. */
const struct gwt_operation *gwt_operations(size_t *count);
/* NULL when there is none. */
const struct gwt_operation *gwt_operation_named(struct gwt_span name);

#define GWT_MAX_LABELS 4

struct gwt_route {
	const struct gwt_operation *operation;
	const struct gwt_member *members[GWT_MAX_LABELS]; /* the input member of each label */
	struct gwt_span labels[GWT_MAX_LABELS];           /* as sent, still encoded: views of `path` */
	size_t segments[GWT_MAX_LABELS];                  /* which path segment, from 0 */
	size_t len;
};
/*
 * The operation that `method` and `path` (as sent) name; false when there is none. Literal segments
 * are compared after one percent-decoding, labels may be empty or dots. Of two templates that fit,
 * the one with more literal segments wins.
 */
bool gwt_route_find(struct gwt_span method, struct gwt_span path, struct gwt_route *out);

const struct gwt_member *gwt_member_named(const struct gwt_member *members, struct gwt_span name);
const struct gwt_member *gwt_member_wired(const struct gwt_member *members, enum gwt_place place,
					  struct gwt_span wire);

/* Whether a call changes state at the service: every method but GET and HEAD. */
bool gwt_method_writes(struct gwt_span method);

#endif
