/*
 * service_model.h - the built-in service model, compared with a file of AWS's (botocore's service-2.json).
 */
#ifndef GWT_DRIFT_SERVICE_MODEL_H
#define GWT_DRIFT_SERVICE_MODEL_H

#include "drift/findings.h"
#include "lib/scenario/scenario.h"

struct gwt_service_model {
	const struct gwt_json *operations, *shapes;
};

/* GWT_EPARSE when it is not such a model, or another service's. Views `json`. */
gwt_status gwt_service_model_read(const char *path, const struct gwt_json *json,
				  struct gwt_service_model *out, struct gwt_error *err);

/* The scenarios and cassettes that use the model; `cassettes` may be empty. */
struct gwt_model_users {
	const struct gwt_scenarios *scenarios;
	const struct gwt_cassettes *cassettes;
};

/*
 * Find new, removed and changed operations, members and values, each once; its places are the scenarios that
 * use it. A new member that no scenario uses gets the `skeleton` of one that would.
 */
void gwt_service_model_compare(struct gwt_findings *findings, const struct gwt_service_model *model,
			       const struct gwt_model_users *users);

/*
 * For the files of this comparison: a file of a scenario that sends `member` (its first value, or a sample).
 */
struct gwt_span gwt_model_skeleton(struct gwt_arena *arena, const struct gwt_operation *operation,
				   struct gwt_span member, const struct gwt_json *sample);

#endif
