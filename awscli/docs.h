/*
 * docs.h - what AWS says of each option, as plain text.
 *
 * Generated from the service model of aws-cli 2.9.19 (Apache-2.0) by
 * scripts/aws_docs.py: prompts, skeletons and help quote it.
 */
#ifndef GWT_AWSCLI_DOCS_H
#define GWT_AWSCLI_DOCS_H

#include "lib/base/span.h"

/* Documentation of a member; "" when there is none. */
const char *gwt_aws_member_doc(const char *operation, const char *member);
/* The first sentence of `doc`: up to the first '.' or ':'. */
struct gwt_span gwt_aws_first_sentence(const char *doc);

/* Documentation of a global option. */
struct gwt_aws_global_doc {
	const char *name, *type, *text;
};
extern const struct gwt_aws_global_doc gwt_aws_global_docs[]; /* ends with a NULL name */
/* Documentation of one of the three options that every operation has. */
const char *gwt_aws_extra_doc(const char *option);

/* NULL-ended: the AWS CLI's commands, their full names in the same order, the operations of apigateway. */
extern const char *const gwt_aws_services[];
extern const char *const gwt_aws_service_names[];
extern const char *const gwt_aws_operations[];

/* Regions with API Gateway, for completion. */
extern const char *const gwt_aws_regions[];

/*
 * The lines of a page of help/, NULL-ended; NULL when there is no such page. Names are "put-integration.man"
 * (source of `help`) and "put-integration.txt" (shown by the prompt), likewise those of apigateway and
 * get-integration. The pages are embedded at build time.
 */
const char *const *gwt_aws_page(const char *name);

#endif
