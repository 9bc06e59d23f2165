/*
 * fuzz_aws_answer.c - a first byte's status with any body is a result, an error or refused; a result is
 * printed in every format.
 */
#include <stdint.h>
#include <stdlib.h>

#include "awscli/output.h"
#include "awscli/response.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void print(struct gwt_arena *arena, const struct gwt_json *value)
{
	static const char *const formats[] = { "json", "text", "table", "yaml", "yaml-stream" };

	for (size_t i = 0; i < GWT_LEN(formats); i++) {
		struct gwt_aws_output how = { .format = gwt_span_of(formats[i]),
					      .title = "put-integration",
					      .width = 80 };
		struct gwt_aws_failure failure = { .arena = arena };
		struct gwt_buf out;

		gwt_buf_init(&out, SIZE_MAX);
		must(gwt_aws_output_write(&out, &how, value, &failure) || failure.kind != GWT_AWS_OK);
		gwt_buf_release(&out);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_arena arena = { 0 };
	struct gwt_aws_failure failure = { .arena = &arena };
	struct gwt_aws_command *command =
		gwt_aws_command_named(&arena, GWT_SPAN("put-integration"), GWT_MODEL_REFERENCE);
	struct gwt_response response = { .status = size && data[0] == 'e' ? 404 : 201 };
	struct gwt_aws_answer answer;

	gwt_headers_init(&response.headers, &arena);
	if (size)
		response.body = (struct gwt_span){ (const char *)data + 1, size - 1 };
	if (!gwt_aws_response_parse(command, GWT_MODEL_REFERENCE, &response, &answer, &failure))
		must(failure.kind != GWT_AWS_OK);
	else if (response.status == 201)
		print(&arena, answer.output);
	else
		must(answer.code.ptr && answer.message.ptr);
	gwt_arena_release(&arena);
	return 0;
}
