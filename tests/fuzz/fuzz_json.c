/*
 * fuzz_json.c - whatever parses must come back equal from each layout, and its
 * canonical form must be its own canonical form.
 */
#include "lib/json/json.h"

#include <stdlib.h>

#include "lib/json/pointer.h"
#include "lib/json/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_layout(struct gwt_arena *arena, const struct gwt_json *json, enum gwt_json_layout layout)
{
	struct gwt_buf out;
	struct gwt_json *back;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_json_write(&out, json, layout);
	must(gwt_json_parse(arena, gwt_buf_span(&out), &back, NULL));
	must(gwt_json_equal(json, back) && gwt_json_equal(back, json));
	gwt_buf_release(&out);
}

static void check_canonical(struct gwt_arena *arena, struct gwt_json *json)
{
	struct gwt_buf once, twice;
	struct gwt_json *back;

	gwt_buf_init(&once, SIZE_MAX);
	gwt_buf_init(&twice, SIZE_MAX);
	gwt_json_write_canonical(&once, json);
	must(gwt_json_parse(arena, gwt_buf_span(&once), &back, NULL));
	must(gwt_json_equal(json, back));
	gwt_json_sort(json);
	gwt_json_write_canonical(&twice, json);
	must(gwt_span_eq(gwt_buf_span(&once), gwt_buf_span(&twice)));
	gwt_buf_release(&once);
	gwt_buf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_span text = { (const char *)data, size };
	struct gwt_arena arena = { 0 };
	struct gwt_json_problem problem = { 0 };
	struct gwt_json *json;

	gwt_json_pointer_get(gwt_json_new(&arena, GWT_JSON_ARRAY), text);
	if (gwt_json_parse(&arena, text, &json, &problem)) {
		for (int layout = GWT_JSON_COMPACT; layout <= GWT_JSON_PRETTY; layout++)
			check_layout(&arena, json, (enum gwt_json_layout)layout);
		must(gwt_json_equal(json, gwt_json_copy(&arena, json)));
		check_canonical(&arena, json);
	} else {
		must(problem.fault != GWT_JSON_OK && problem.offset <= size);
	}
	gwt_arena_release(&arena);
	return 0;
}
