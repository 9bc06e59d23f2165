#include "awscli/docs.h"

#include "lib/base/error.h"

#include "awscli/docs_text.inc"

/* Members that aws-cli 2.9.19 does not know; texts of the service model of November 2025. */
static const struct {
	const char *member, *text;
} newer_docs[] = {
	{ "responseTransferMode", "The response transfer mode of the integration." },
	{ "integrationTarget", "The ALB or NLB listener to send the request to." },
};

const char *gwt_aws_member_doc(const char *operation, const char *member)
{
	for (size_t i = 0; i < GWT_LEN(member_docs); i++)
		if (strcmp(member_docs[i].operation, operation) == 0 &&
		    strcmp(member_docs[i].member, member) == 0)
			return member_docs[i].text;
	for (size_t i = 0; i < GWT_LEN(newer_docs); i++)
		if (strcmp(newer_docs[i].member, member) == 0)
			return newer_docs[i].text;
	return "";
}

struct gwt_span gwt_aws_first_sentence(const char *doc)
{
	return (struct gwt_span){ doc, strcspn(doc, ".:") };
}

const char *gwt_aws_extra_doc(const char *option)
{
	for (size_t i = 0; i < GWT_LEN(extra_docs); i++)
		if (strcmp(extra_docs[i].option, option) == 0)
			return extra_docs[i].text;
	return "";
}
