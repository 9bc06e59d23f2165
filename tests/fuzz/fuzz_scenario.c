/*
 * fuzz_scenario.c - any bytes as a scenario file: refused with a position, or
 * accepted so that each of its requests can be built, and so that it reads the same
 * after it was written.
 */
#include "lib/scenario/scenario.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct gwt_span value_of(void *arg, struct gwt_span name)
{
	(void)arg;
	return name;
}

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_written(struct gwt_arena *arena, const struct gwt_scenario *scenario)
{
	struct gwt_scenario back;
	struct gwt_error err;
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_scenario_write(&out, scenario);
	must(gwt_scenario_parse(arena, GWT_SPAN("fuzz/fuzz"), "w", gwt_buf_span(&out), &back, &err) ==
	     GWT_OK);
	must(gwt_span_eq(back.about, scenario->about) && back.fixtures == scenario->fixtures &&
	     back.tag_count == scenario->tag_count && back.step_count == scenario->step_count);
	for (size_t i = 0; i < back.step_count; i++)
		must(gwt_json_equal(back.steps[i].input, scenario->steps[i].input));
	gwt_buf_release(&out);
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
	if (status == GWT_OK)
		check_written(&arena, &scenario);
	for (size_t i = 0; status == GWT_OK && i < scenario.step_count; i++) {
		struct gwt_uses uses = { 0 };
		struct gwt_request request;

		if (gwt_step_request(&scenario.steps[i], value_of, NULL, &arena, &request, &uses, &err) !=
		    GWT_OK)
			abort();
	}
	gwt_arena_release(&arena);
	return 0;
}
