#include "sandbox/arn.h"

static bool is_partition(struct gwt_span s)
{
	if (!gwt_span_starts(s, GWT_SPAN("aws")) || (s.len > 3 && s.ptr[3] != '-'))
		return false;
	for (size_t i = 3; i < s.len; i++)
		if (s.ptr[i] != '-' && !(s.ptr[i] >= 'a' && s.ptr[i] <= 'z'))
			return false;
	return true;
}

bool gwt_arn_parse(struct gwt_span text, struct gwt_arn *out)
{
	struct gwt_arn arn;
	struct gwt_span rest = text;

	if (!gwt_span_is(gwt_span_cut(&rest, ':'), "arn"))
		return false;
	arn.partition = gwt_span_cut(&rest, ':');
	arn.service = gwt_span_cut(&rest, ':');
	arn.region = gwt_span_cut(&rest, ':');
	arn.account = gwt_span_cut(&rest, ':');
	arn.resource = rest;
	if (!is_partition(arn.partition) || arn.service.len == 0 || arn.resource.len == 0)
		return false;
	*out = arn;
	return true;
}
