/* The file of a scenario that would cover a new member: a draft, to be reviewed by a person. */
#include "drift/service_model.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/scenario/scenario.h"

static struct gwt_span value_for(const struct gwt_member *member)
{
	static const char *const variables[] = { "restApiId", "resourceId", "vpcLinkId" };

	for (size_t i = 0; i < GWT_LEN(variables); i++)
		if (strcmp(member->name, variables[i]) == 0)
			return i == 0   ? GWT_SPAN("${restApiId}")
			       : i == 1 ? GWT_SPAN("${resourceId}")
					: GWT_SPAN("${vpcLinkId}");
	if (strcmp(member->name, "httpMethod") == 0)
		return GWT_SPAN("GET");
	if (strcmp(member->name, "statusCode") == 0)
		return GWT_SPAN("200");
	if (strcmp(member->name, "type") == 0)
		return GWT_SPAN("MOCK"); /* the type that needs no other member */
	return member->values ? gwt_span_of(member->values[0]) : GWT_SPAN("pets");
}

static unsigned fixtures_for(const struct gwt_operation *operation)
{
	struct gwt_span uri = gwt_span_of(operation->uri);
	unsigned fixtures = 0;

	if (gwt_span_find_span(uri, GWT_SPAN("{restapi_id}")) < uri.len)
		fixtures |= GWT_FIXTURE_REST_API;
	if (gwt_span_find_span(uri, GWT_SPAN("{resource_id}")) < uri.len)
		fixtures |= GWT_FIXTURE_RESOURCE;
	if (gwt_span_find_span(uri, GWT_SPAN("/integration")) < uri.len)
		fixtures |= GWT_FIXTURE_METHOD;
	return fixtures;
}

static struct gwt_json *input_for(struct gwt_arena *arena, const struct gwt_operation *operation,
				  struct gwt_span member, const struct gwt_json *sample)
{
	struct gwt_json *input = gwt_json_new(arena, GWT_JSON_OBJECT);

	for (const struct gwt_member *row = operation->input; row && row->name; row++)
		if (row->required)
			gwt_json_add_string(arena, input, row->name, value_for(row));
	gwt_json_add_span(arena, input, member, gwt_json_copy(arena, sample));
	return input;
}

/* A name that a scenario may have: small letters, digits and '-'. */
static struct gwt_span name_for(struct gwt_arena *arena, struct gwt_span member)
{
	gwt_auto(gwt_buf_release) struct gwt_buf name = { .max = SIZE_MAX };

	gwt_buf_add_text(&name, "newer/");
	for (size_t i = 0; i < member.len; i++) {
		char c = member.ptr[i];

		if (c >= 'A' && c <= 'Z')
			gwt_buf_printf(&name, "%s%c", i ? "-" : "", c | 0x20);
		else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			gwt_buf_add_char(&name, c);
	}
	return gwt_arena_copy(arena, gwt_buf_span(&name));
}

struct gwt_span gwt_model_skeleton(struct gwt_arena *arena, const struct gwt_operation *operation,
				   struct gwt_span member, const struct gwt_json *sample)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	struct gwt_step step = { .id = GWT_SPAN("call"),
				 .call = gwt_span_of(operation->name),
				 .operation = operation,
				 .input = input_for(arena, operation, member, sample),
				 .expect_status = operation->success_status };
	struct gwt_scenario scenario = {
		.name = name_for(arena, member),
		.about = gwt_arena_printf(arena, "%s with " GWT_SPAN_FMT, operation->name,
					  GWT_SPAN_ARG(member)),
		.fixtures = fixtures_for(operation),
		.steps = &step,
		.step_count = 1,
	};

	gwt_buf_printf(&out, "# scenarios/" GWT_SPAN_FMT ".yaml\n", GWT_SPAN_ARG(scenario.name));
	gwt_scenario_write(&out, &scenario);
	return gwt_arena_copy(arena, gwt_buf_span(&out));
}
