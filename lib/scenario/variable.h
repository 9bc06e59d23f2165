/*
 * variable.h - the types of variables: their names, and which values a type takes.
 *
 * A scenario declares a variable's type, or its name says it (restApiId, resourceId2, deploymentId). The types
 * of ids differ in their samples only; what a client may put there is the same for all of them.
 */
#ifndef GWT_SCENARIO_VARIABLE_H
#define GWT_SCENARIO_VARIABLE_H

#include "lib/json/json.h"

#define GWT_VARIABLE_ID_BYTES 64 /* the longest id */

/* The type that a name says: restApiId -> "rest-api-id", anyId -> "id"; other names: "text". */
const char *gwt_variable_type(struct gwt_span name);
/* Whether `type` is the name of one. */
bool gwt_variable_type_is_known(struct gwt_span type);
/* Whether the service makes the values of this type: "id", "rest-api-id" and their like. */
bool gwt_variable_type_is_id(struct gwt_span type);
/* Whether a value of this type can be `value`; a type that is not known takes any text. */
bool gwt_variable_takes(struct gwt_span type, struct gwt_span value);
/* What a value of this type is, for messages: "twelve digits". */
const char *gwt_variable_wants(struct gwt_span type);

/*
 * Of `declared`, the `variables` of a scenario (may be NULL): a member is a default text, null, or an object with
 * `type` and `default`.
 */
/* The type of a variable, declared or known by its name. */
struct gwt_span gwt_variable_declared_type(const struct gwt_json *declared, struct gwt_span name);
/* The default of a variable; absent when there is none. */
struct gwt_span gwt_variable_default(const struct gwt_json *declared, struct gwt_span name);

#endif
