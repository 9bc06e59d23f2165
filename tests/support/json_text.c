#include "tests/support/json_text.h"

#include <criterion/criterion.h>

#include "tests/support/guard.h"

struct gwt_arena arena;
struct gwt_buf buf;

struct gwt_json *parse(struct gwt_span text)
{
	struct gwt_json_problem problem;
	struct gwt_json *json = NULL;

	cr_assert(gwt_json_parse(&arena, text, &json, &problem), "'%.*s' at %zu: %s",
		  (int)(text.len < 80 ? text.len : 80), text.ptr, problem.offset, problem.detail);
	return json;
}

struct gwt_json *parse_text(const char *text)
{
	return parse(gwt_guarded(gwt_span_of(text)));
}

const char *canonical(struct gwt_json *json)
{
	gwt_buf_clear(&buf);
	gwt_json_write_canonical(&buf, json);
	return gwt_buf_cstr(&buf);
}

const char *written(struct gwt_json *json, enum gwt_json_layout layout)
{
	gwt_buf_clear(&buf);
	gwt_json_write(&buf, json, layout);
	return gwt_buf_cstr(&buf);
}

struct gwt_json_problem fault_of(struct gwt_span text)
{
	struct gwt_json_problem problem = { .fault = GWT_JSON_OK };
	struct gwt_json *json = NULL;

	if (!gwt_json_parse(&arena, text, &json, &problem))
		cr_expect_null(json, "result written on failure");
	return problem;
}
