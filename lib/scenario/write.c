/*
 * scenario_write.c - a scenario in the one spelling of the format.
 */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/scenario/scenario.h"
#include "lib/scenario/yaml_write.h"

static void add_words(struct gwt_arena *arena, struct gwt_json *list, const struct gwt_span *words,
		      size_t count)
{
	for (size_t i = 0; i < count; i++)
		gwt_json_append(list, gwt_json_new_string(arena, words[i]));
}

static void add_fixtures(struct gwt_arena *arena, struct gwt_json *list, unsigned fixtures)
{
	static const char *const words[] = { "rest-api", "resource", "method", "method-response",
					     "vpc-link" };

	for (size_t i = 0; i < GWT_LEN(words); i++)
		if (fixtures & (1u << i))
			gwt_json_append(list, gwt_json_new_string(arena, gwt_span_of(words[i])));
}

/* `key: [a, b]` on one line however many there are; nothing for an empty list. */
static void write_list(struct gwt_buf *out, const char *key, const struct gwt_json *list)
{
	if (!list->len)
		return;
	gwt_buf_printf(out, "%s: ", key);
	gwt_yaml_write_flow(out, list);
	gwt_buf_add_char(out, '\n');
}

struct gwt_json *gwt_step_echoes(const struct gwt_step *step, struct gwt_arena *arena)
{
	struct gwt_json *echoes;

	if (!step->echoes_except)
		return gwt_json_new_string(arena, step->expect_echoes);
	echoes = gwt_json_new(arena, GWT_JSON_OBJECT);
	gwt_json_add_string(arena, echoes, "of", step->expect_echoes);
	gwt_json_add(arena, echoes, "except", gwt_json_copy(arena, step->echoes_except));
	return echoes;
}

static struct gwt_json *expectation(struct gwt_arena *arena, const struct gwt_step *step)
{
	struct gwt_json *expect = gwt_json_new(arena, GWT_JSON_OBJECT);

	if (step->expect_status)
		gwt_json_add_number(arena, expect, "status", step->expect_status);
	if (step->expect_error.ptr)
		gwt_json_add_string(arena, expect, "error", step->expect_error);
	if (step->expect_echoes.ptr)
		gwt_json_add(arena, expect, "echoes", gwt_step_echoes(step, arena));
	if (step->expect_body)
		gwt_json_add(arena, expect, "body", gwt_json_copy(arena, step->expect_body));
	return expect;
}

static void write_key(struct gwt_buf *out, const char *key, const struct gwt_json *value)
{
	gwt_buf_printf(out, "    %s:", key);
	gwt_yaml_write_value(out, value, 3);
}

static struct gwt_json *call_of(struct gwt_arena *arena, const struct gwt_step *step)
{
	struct gwt_json *call;

	if (!gwt_step_is_raw(step))
		return gwt_json_new_string(arena, step->call);
	call = gwt_json_new(arena, GWT_JSON_OBJECT);
	gwt_json_add_string(arena, call, "method", step->raw.method);
	gwt_json_add(arena, call, "path", gwt_json_copy(arena, step->raw.path));
	return call;
}

static void write_step(struct gwt_buf *out, struct gwt_arena *arena, const struct gwt_step *step)
{
	struct gwt_json *expect = expectation(arena, step);

	gwt_buf_printf(out, "  - id: " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(step->id));
	write_key(out, "call", call_of(arena, step));
	if (step->input && (step->input->len || gwt_step_is_raw(step)))
		write_key(out, "input", step->input);
	if (expect->len)
		write_key(out, "expect", expect);
	if (step->gives)
		write_key(out, "gives", step->gives);
}

void gwt_scenario_write(struct gwt_buf *out, const struct gwt_scenario *scenario)
{
	struct gwt_arena arena = { 0 };
	struct gwt_json *about = gwt_json_new_string(&arena, scenario->about);
	struct gwt_json *tags = gwt_json_new(&arena, GWT_JSON_ARRAY);
	struct gwt_json *fixtures = gwt_json_new(&arena, GWT_JSON_ARRAY);

	gwt_buf_add_text(out, "about:");
	gwt_yaml_write_value(out, about, 1);
	add_words(&arena, tags, scenario->tags, scenario->tag_count);
	write_list(out, "tags", tags);
	add_fixtures(&arena, fixtures, scenario->fixtures);
	write_list(out, "fixtures", fixtures);
	if (scenario->variables && scenario->variables->len) {
		gwt_buf_add_text(out, "variables:");
		gwt_yaml_write_value(out, scenario->variables, 1);
	}
	gwt_buf_add_text(out, "steps:\n");
	for (size_t i = 0; i < scenario->step_count; i++)
		write_step(out, &arena, &scenario->steps[i]);
	gwt_arena_release(&arena);
}
