/*
 * arn.h - Amazon Resource Names: arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE.
 */
#ifndef GWT_SANDBOX_ARN_H
#define GWT_SANDBOX_ARN_H

#include "lib/base/span.h"

struct gwt_arn {
	struct gwt_span partition, service, region, account,
		resource; /* views; the resource keeps its colons */
};

/* False when `text` has fewer parts or another partition than aws or aws-…. */
bool gwt_arn_parse(struct gwt_span text, struct gwt_arn *out);

#endif
