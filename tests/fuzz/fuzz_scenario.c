/*
 * fuzz_scenario.c - any bytes as a scenario file: refused with a position, or
 * accepted so that each of its requests can be built.
 */
#include "lib/contract/scenario.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct gwt_span value_of(void *arg, struct gwt_span name)
{
	(void)arg;
	return name;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_arena arena = { 0 };
	struct gwt_error err = { 0 };
	struct gwt_scenario scenario;
	struct gwt_span text = { (const char *)data, size };
	gwt_status status = gwt_scenario_parse(&arena, GWT_SPAN("fuzz/fuzz"), "f", text, &scenario, &err);

	if (status != GWT_OK && (status != GWT_EPARSE || strncmp(err.msg, "f:", 2) != 0))
		abort();
	for (size_t i = 0; status == GWT_OK && i < scenario.step_count; i++) {
		struct gwt_uses uses = { 0 };
		struct gwt_request request;

		if (gwt_step_request(&scenario.steps[i], value_of, NULL, &arena, &request, &uses, &err) != GWT_OK)
			abort();
	}
	gwt_arena_release(&arena);
	return 0;
}
