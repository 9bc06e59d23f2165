#include "lib/report/mask.h"

/* Where a credential stands in a request: what comes before it, and which bytes end it. */
static const struct {
	const char *before, *ends;
} credentials[] = {
	{ "x-amz-security-token:", "\n" },
	{ "X-Amz-Security-Token=", "&\n" },
	{ "X-Amz-Signature=", "&\n" },
};

static size_t end_of_value(struct gwt_span text, size_t at, const char *ends)
{
	while (at < text.len && !strchr(ends, text.ptr[at]))
		at++;
	return at;
}

void gwt_mask_add(struct gwt_buf *out, struct gwt_span text)
{
	for (size_t at = 0; at < text.len;) {
		struct gwt_span rest = gwt_span_slice(text, at, text.len);
		size_t i = 0;

		while (i < GWT_LEN(credentials) && !gwt_span_starts(rest, gwt_span_of(credentials[i].before)))
			i++;
		if (i == GWT_LEN(credentials)) {
			gwt_buf_add_char(out, text.ptr[at++]);
			continue;
		}
		gwt_buf_printf(out, "%s*", credentials[i].before);
		at = end_of_value(text, at + strlen(credentials[i].before), credentials[i].ends);
	}
}
