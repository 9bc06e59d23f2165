/*
 * fuzz_inflate.c - any bytes as gzip and as deflate: refused, or text within the bound of a body.
 */
#include <stdlib.h>

#include "lib/base/buf.h"
#include "lib/cassette/inflate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BOUND = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum gwt_deflated forms[] = { GWT_DEFLATED_GZIP, GWT_DEFLATED_ZLIB, GWT_DEFLATED_RAW };

	for (size_t i = 0; i < GWT_LEN(forms); i++) {
		struct gwt_buf out;

		gwt_buf_init(&out, BOUND);
		if (gwt_inflate((struct gwt_span){ (const char *)data, size }, forms[i], &out) &&
		    gwt_buf_span(&out).len > BOUND)
			abort();
		gwt_buf_release(&out);
	}
	return 0;
}
