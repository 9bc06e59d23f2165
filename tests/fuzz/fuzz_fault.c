/*
 * fuzz_fault.c - a script of faults that is accepted has faults that do something,
 * and none answers more often than it says.
 */
#include <stdlib.h>

#include "replayer/fault.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_arena arena = { 0 };
	struct gwt_faults faults = { NULL, 0 };
	struct gwt_headers headers;
	struct gwt_request request;

	gwt_headers_init(&headers, &arena);
	gwt_request_set(&request, GWT_SPAN("GET"), GWT_SPAN("/restapis/a/resources"), &headers, GWT_SPAN(""));
	if (gwt_faults_parse(&arena, "f", (struct gwt_span){ (const char *)data, size }, &faults, NULL) ==
	    GWT_OK) {
		for (int i = 0; i < 4; i++) {
			const struct gwt_fault *fault = gwt_faults_take(&faults, &request, GWT_ABSENT);

			must(!fault || fault->answers || fault->delay_ms || fault->broken != GWT_BREAK_NONE);
		}
	}
	gwt_arena_release(&arena);
	return 0;
}
