/*
 * fuzz_sandbox.c - lines of `METHOD TARGET BODY` to one sandbox: every answer has AWS's
 * shape, and what it answers to a write can be taken over by another sandbox.
 *
 * @A, @R and @0 in a line are the API, a resource and the root resource of a fixture.
 */
#include <stdlib.h>

#include "lib/base/error.h"
#include "lib/json/json.h"
#include "sandbox/sandbox.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct run {
	struct gwt_arena arena;
	struct gwt_sandbox *sandbox, *told;
	struct gwt_span ids[3]; /* of A, R and 0 */
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct gwt_span fill(struct run *run, struct gwt_span line)
{
	static const char names[] = "AR0";
	struct gwt_buf out;
	struct gwt_span made;

	gwt_buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < line.len; i++) {
		const char *name = line.ptr[i] == '@' && i + 1 < line.len && line.ptr[i + 1]
					   ? strchr(names, line.ptr[i + 1])
					   : NULL;

		if (name)
			gwt_buf_add(&out, run->ids[name - names]);
		else
			gwt_buf_add_char(&out, line.ptr[i]);
		i += name != NULL;
	}
	made = gwt_arena_copy(&run->arena, out.ptr ? gwt_buf_span(&out) : GWT_SPAN(""));
	gwt_buf_release(&out);
	return made;
}

static struct gwt_json *call(struct run *run, struct gwt_span line)
{
	struct gwt_headers headers;
	struct gwt_request request;
	struct gwt_response response;
	struct gwt_json *json = NULL;
	struct gwt_span rest = fill(run, line), method = gwt_span_cut(&rest, ' '),
			target = gwt_span_cut(&rest, ' ');

	gwt_headers_init(&headers, &run->arena);
	if (line.len % 2) /* both forms of an answer, chosen by the line's length */
		gwt_headers_add(&headers, GWT_SPAN("Accept"), GWT_SPAN("application/json"), NULL);
	gwt_request_set(&request, method, target.len ? target : GWT_SPAN("/"), &headers,
			rest.ptr ? rest : GWT_SPAN(""));
	gwt_sandbox_handle(run->sandbox, &request, 1700000000, &run->arena, &response);
	must(response.status >= 200 && (response.status < 500 || response.status == 501));
	must(response.body.len == 0 || gwt_json_parse(&run->arena, response.body, &json, NULL));
	must(response.status < 300 || gwt_json_get_text(json, "message").ptr);
	must(gwt_sandbox_adopt(run->told, &request, &response, 1700000000, NULL) == GWT_OK);
	return json;
}

static struct gwt_span id_of(struct gwt_json *json, const char *member)
{
	return gwt_json_get_text(json, member);
}

static void start(struct run *run)
{
	struct gwt_sandbox_options options = { .seed = 1, .no_verify_signature = true };
	struct gwt_json *made;

	run->sandbox = gwt_sandbox_new(&options);
	run->told = gwt_sandbox_new(&options);
	made = call(run, GWT_SPAN("POST /restapis {\"name\":\"f\"}"));
	run->ids[0] = id_of(made, "id");
	run->ids[2] = id_of(made, "rootResourceId");
	run->ids[1] = id_of(call(run, GWT_SPAN("POST /restapis/@A/resources/@0 {\"pathPart\":\"p\"}")), "id");
	call(run, GWT_SPAN("PUT /restapis/@A/resources/@R/methods/GET {\"authorizationType\":\"NONE\"}"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run run = { 0 };
	struct gwt_span rest = { (const char *)data, size };

	start(&run);
	while (rest.ptr && size > 0)
		call(&run, gwt_span_cut(&rest, '\n'));
	gwt_sandbox_free(run.sandbox);
	gwt_sandbox_free(run.told);
	gwt_arena_release(&run.arena);
	return 0;
}
