/*
 * mapping.h - mapping expressions: what maps to what between a method and its integration.
 *
 * One grammar, and for each side the places that it may name (developer guide, "parameter
 * mapping"). A request maps from the method to the integration, an integration response
 * back to the method response.
 */
#ifndef GWT_SANDBOX_MAPPING_H
#define GWT_SANDBOX_MAPPING_H

#include "lib/base/span.h"

enum gwt_side { GWT_SIDE_REQUEST, GWT_SIDE_RESPONSE };

enum gwt_mapped {
	GWT_MAPPED_INVALID,
	GWT_MAPPED_STATIC,    /* 'text' */
	GWT_MAPPED_BODY,      /* method.request.body, integration.response.body, also with .JSONPATH */
	GWT_MAPPED_CONTEXT,   /* context.NAME */
	GWT_MAPPED_STAGE,     /* stageVariables.NAME */
	GWT_MAPPED_PARAMETER, /* method.request.PLACE.NAME, integration.response.PLACE.NAME */
};

struct gwt_mapping {
	enum gwt_mapped kind;
	struct gwt_span place, name; /* of a parameter, views of the text */
};

/* Parse the value of a mapping. */
struct gwt_mapping gwt_mapping_parse(enum gwt_side side, struct gwt_span value);
/* Whether this side may set `key`: integration.request.PLACE.NAME, method.response.header.NAME. */
bool gwt_mapping_is_target(enum gwt_side side, struct gwt_span key);
/* Whether a method may declare `name`: method.request.path|querystring|header.NAME (recorded). */
bool gwt_mapping_is_declaration(enum gwt_side side, struct gwt_span name);
/* The word of kinds.inc for a kind: static, body, context, stageVariables, or the place. */
struct gwt_span gwt_mapping_word(const struct gwt_mapping *mapping);

#endif
