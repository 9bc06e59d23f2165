#include "lib/cassette/cassette.h"

#include "lib/base/error.h"
#include "lib/base/span.h"

static const char *const evidence_words[] = {
	[GWT_EVIDENCE_AWS_LIVE] = "aws-live",
	[GWT_EVIDENCE_AWS_PUBLISHED] = "aws-published",
	[GWT_EVIDENCE_DOCUMENTED] = "documented",
	[GWT_EVIDENCE_GUESSED] = "guessed",
};

const char *gwt_evidence_word(enum gwt_evidence evidence)
{
	return evidence_words[evidence];
}

bool gwt_evidence_parse(struct gwt_span word, enum gwt_evidence *out)
{
	for (size_t i = 0; i < GWT_LEN(evidence_words); i++)
		if (gwt_span_is(word, evidence_words[i])) {
			*out = (enum gwt_evidence)i;
			return true;
		}
	return false;
}

size_t gwt_cassette_find(const struct gwt_cassette *cassette, struct gwt_span id)
{
	for (size_t i = 0; i < cassette->interaction_count; i++)
		if (gwt_span_eq(cassette->interactions[i].id, id))
			return i;
	return SIZE_MAX;
}
