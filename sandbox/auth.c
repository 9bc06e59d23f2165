/*
 * auth.c - the signature, and AWS's answers to a wrong one.
 */
#include "lib/base/clock.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/sigv4/sigv4.h"
#include "sandbox/call.h"

static bool fail_skew(struct gwt_call *call, const struct gwt_signature *signature)
{
	char now[GWT_AMZ_DATE_LEN + 1], edge[GWT_AMZ_DATE_LEN + 1];
	int64_t signed_at = 0;
	bool late = gwt_clock_parse_amz_date(signature->authorization.amz_date, &signed_at) &&
		    signed_at < call->now;
	struct gwt_span values[3];

	gwt_clock_amz_date(call->now, now);
	gwt_clock_amz_date(late ? call->now - GWT_MAX_CLOCK_SKEW_S : call->now + GWT_MAX_CLOCK_SKEW_S, edge);
	values[0] = signature->authorization.amz_date;
	values[1] = gwt_span_of(edge);
	values[2] = gwt_span_of(now);
	return gwt_call_fail_values(call, late ? GWT_RULE_EXPIRED : GWT_RULE_TOO_EARLY, GWT_SPAN(""), values,
				    3);
}

static bool fail_invalid(struct gwt_call *call, const struct gwt_signature *signature)
{
	switch (signature->reason) {
	case GWT_SIG_CLOCK_SKEW:
		return fail_skew(call, signature);
	case GWT_SIG_MALFORMED:
		return gwt_call_fail_with(call, GWT_RULE_INCOMPLETE_SIGNATURE,
					  gwt_span_of(signature->detail));
	default:
		return gwt_call_fail(call, GWT_RULE_BAD_SIGNATURE);
	}
}

static bool knows_key(const struct gwt_sandbox_options *options, struct gwt_span access_key_id)
{
	struct gwt_span secrets[8];

	return !access_key_id.ptr || options->lookup(options->lookup_arg, access_key_id, secrets) > 0;
}

bool gwt_call_authenticate(struct gwt_call *call)
{
	const struct gwt_sandbox_options *options = &call->sandbox->options;
	struct gwt_verify_options verify = { .lookup = options->lookup,
					     .lookup_arg = options->lookup_arg,
					     .now = call->now,
					     .check_clock = true };
	struct gwt_signature signature;

	gwt_sigv4_verify(call->sandbox->sigv4, call->request, &verify, false, call->arena, &signature);
	call->region = signature.authorization.scope.region;
	call->service = signature.authorization.scope.service;
	if (options->no_verify_signature)
		return true;
	if (signature.verdict == GWT_SIG_ABSENT)
		return gwt_call_fail(call, GWT_RULE_NO_TOKEN);
	if (!knows_key(options, signature.authorization.access_key_id))
		return gwt_call_fail(call, GWT_RULE_UNKNOWN_KEY);
	return signature.verdict != GWT_SIG_INVALID || fail_invalid(call, &signature);
}
