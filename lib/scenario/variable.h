/*
 * variable.h - the types of variables: their names, and which values a type takes.
 *
 * A scenario declares a variable's type, or the name of the variable implies it (restApiId, resourceId2,
 * deploymentId). The types of ids differ only in their samples: a client may put the same values in all
 * of them.
 */
#ifndef GWT_SCENARIO_VARIABLE_H
#define GWT_SCENARIO_VARIABLE_H

#include "lib/json/json.h"

#define GWT_VARIABLE_ID_BYTES 64 /* the longest id */

/* The type that a name implies: restApiId -> "rest-api-id", anyId -> "id"; other names: "text". */
const char *gwt_variable_type(struct gwt_span name);
/* Whether there is a type of this name. */
bool gwt_variable_type_is_known(struct gwt_span type);
/* Whether the service makes the values of this type: "id", "rest-api-id" and their like. */
bool gwt_variable_type_is_id(struct gwt_span type);
/* Whether a variable of this type can have `value`; an unknown type takes any text. */
bool gwt_variable_takes(struct gwt_span type, struct gwt_span value);
/* The values of a type in words, for messages: "twelve digits". */
const char *gwt_variable_wants(struct gwt_span type);

/*
 * `declared` are the `variables` of a scenario (may be NULL): each member is a default text, null, or an
 * object with `type` and `default`.
 */
/* The type of a variable, declared or implied by its name. */
struct gwt_span gwt_variable_declared_type(const struct gwt_json *declared, struct gwt_span name);
/* The default of a variable; absent when there is none. */
struct gwt_span gwt_variable_default(const struct gwt_json *declared, struct gwt_span name);

#endif
