/* A request held against the interaction that it may be. */
#include "lib/base/span.h"
#include "lib/contract/canonical.h"
#include "lib/contract/compare.h"
#include "lib/match/expected.h"
#include "lib/match/index.h"
#include "lib/match/internal.h"
#include "lib/match/session.h"

void gwt_search_compare(const struct gwt_search *search, const struct gwt_hypothesis *with,
			struct gwt_comparison *out)
{
	const struct gwt_inquiry *inquiry = search->inquiry;
	struct gwt_compare_options options = { .any_region = search->session->options.any_region,
					       .unsigned_has_no_scope = true };
	const struct gwt_contract *got = inquiry->contract;
	struct gwt_contract contract, whole;
	struct gwt_request expected;

	gwt_expected_request(with->entry, &with->values, inquiry->arena, &expected);
	/* The keys are equal and the values fit, so the contract bytes are; a body spelled the same has that
	 * tree. */
	if (gwt_span_eq(expected.body, inquiry->request->body)) {
		contract = *inquiry->contract;
	} else {
		gwt_contract_make_bounded(&expected, inquiry->arena, &contract);
		if (got->no_tree) { /* the trees say how they are spelled */
			gwt_contract_make_bounded(inquiry->request, inquiry->arena, &whole);
			got = &whole;
		}
	}
	gwt_compare_made(&expected, &contract, inquiry->request, got, &options, inquiry->arena, out);
}
