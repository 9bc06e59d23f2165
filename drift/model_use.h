/*
 * model_use.h - which scenarios use an operation, a member or a value of the model, as places of a finding.
 *
 * A scenario uses what one of its steps sends, and what one of its recorded answers shows.
 */
#ifndef GWT_DRIFT_MODEL_USE_H
#define GWT_DRIFT_MODEL_USE_H

#include "drift/service_model.h"

struct gwt_model_use {
	struct gwt_findings *findings;
	const struct gwt_model_users *users;
};

void gwt_model_use_operation(const struct gwt_model_use *use, struct gwt_finding *finding,
			     struct gwt_span operation);
void gwt_model_use_member(const struct gwt_model_use *use, struct gwt_finding *finding,
			  struct gwt_span operation, struct gwt_span member);
void gwt_model_use_value(const struct gwt_model_use *use, struct gwt_finding *finding,
			 struct gwt_span operation, struct gwt_span member, struct gwt_span value);

#endif
