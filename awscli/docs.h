/*
 * docs.h - what AWS says of each option, as plain text.
 *
 * Generated from the service model of aws-cli 2.9.19 (Apache-2.0) by
 * scripts/aws_docs.py: prompts, skeletons and help quote it.
 */
#ifndef GWT_AWSCLI_DOCS_H
#define GWT_AWSCLI_DOCS_H

#include "lib/base/span.h"

/* "" when there is none. */
const char *gwt_aws_member_doc(const char *operation, const char *member);
/* Its first sentence: up to the first '.' or ':'. */
struct gwt_span gwt_aws_first_sentence(const char *doc);

/* A global option. */
struct gwt_aws_global_doc {
	const char *name, *type, *text;
};
extern const struct gwt_aws_global_doc gwt_aws_global_docs[]; /* ends with a NULL name */
/* Of the three options every operation has. */
const char *gwt_aws_extra_doc(const char *option);

/* The commands of the AWS CLI and the operations of apigateway, NULL-ended; full names beside them. */
extern const char *const gwt_aws_services[];
extern const char *const gwt_aws_service_names[];
extern const char *const gwt_aws_operations[];

/* Regions with API Gateway, for completion. */
extern const char *const gwt_aws_regions[];

/*
 * A page of help/ in lines, NULL-ended: "put-integration.man" (source of `help`), "put-integration.txt"
 * (what the prompt shows), likewise apigateway and get-integration; NULL: none. Embedded at build time.
 */
const char *const *gwt_aws_page(const char *name);

#endif
