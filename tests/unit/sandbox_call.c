#include "tests/unit/sandbox_call.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "lib/json/json.h"

const char *sandbox_text(struct sandbox_fixture *f, const char *text)
{
	struct gwt_buf out;
	const char *made;

	gwt_buf_init(&out, SIZE_MAX);
	for (; *text; text++) {
		const char *id = text[0] != '@'   ? NULL
				 : text[1] == 'A' ? f->api
				 : text[1] == 'R' ? f->resource
				 : text[1] == '0' ? f->root
						  : NULL;

		if (id) {
			gwt_buf_add_text(&out, id);
			text++;
		} else {
			gwt_buf_add_char(&out, *text);
		}
	}
	made = gwt_arena_cstr(&f->arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return made;
}

struct gwt_response sandbox_call(struct sandbox_fixture *f, const char *method, const char *path,
				 const char *body)
{
	struct gwt_headers headers;
	struct gwt_request request;
	struct gwt_response response;

	gwt_headers_init(&headers, &f->arena);
	gwt_headers_add(&headers, GWT_SPAN("Host"), GWT_SPAN("127.0.0.1"), NULL);
	if (f->accept)
		gwt_headers_add(&headers, GWT_SPAN("Accept"), gwt_span_of(f->accept), NULL);
	gwt_request_set(&request, gwt_span_of(method), gwt_span_of(sandbox_text(f, path)), &headers,
			body ? gwt_span_of(sandbox_text(f, body)) : GWT_SPAN(""));
	gwt_sandbox_handle(f->sandbox, &request, NOW, &f->arena, &response);
	return response;
}

const char *sandbox_header(const struct gwt_response *response, const char *name)
{
	struct gwt_span value = gwt_headers_get(&response->headers, name);

	return value.ptr ? gwt_arena_cstr(response->headers.arena, value) : "";
}

const char *sandbox_body(const struct gwt_response *response)
{
	return gwt_arena_cstr(response->headers.arena, response->body);
}

const char *sandbox_member(struct sandbox_fixture *f, const struct gwt_response *response, const char *name)
{
	struct gwt_json *json = NULL;
	struct gwt_span text;

	if (!gwt_json_parse(&f->arena, response->body, &json, NULL))
		return "";
	text = gwt_json_get_text(json, name);
	return text.ptr ? gwt_arena_cstr(&f->arena, text) : "";
}

void sandbox_start(struct sandbox_fixture *f, const struct gwt_sandbox_options *options)
{
	struct gwt_sandbox_options plain = options ? *options : (struct gwt_sandbox_options){ .seed = 1 };
	struct gwt_response made, list;
	struct gwt_json *json = NULL;

	plain.no_verify_signature = true;
	*f = (struct sandbox_fixture){ .sandbox = gwt_sandbox_new(&plain), .accept = "application/json" };
	made = sandbox_call(f, "POST", "/restapis", "{\"name\":\"t\"}");
	cr_assert_eq(made.status, 201, "%s", sandbox_body(&made));
	snprintf(f->api, sizeof(f->api), "%s", sandbox_member(f, &made, "id"));
	list = sandbox_call(f, "GET", "/restapis/@A/resources", NULL);
	cr_assert(gwt_json_parse(&f->arena, list.body, &json, NULL));
	snprintf(f->root, sizeof(f->root), GWT_SPAN_FMT,
		 GWT_SPAN_ARG(gwt_json_get_text(gwt_json_at(gwt_json_get(json, "item"), 0), "id")));
	made = sandbox_call(f, "POST", "/restapis/@A/resources/@0", "{\"pathPart\":\"pets\"}");
	cr_assert_eq(made.status, 201, "%s", sandbox_body(&made));
	snprintf(f->resource, sizeof(f->resource), "%s", sandbox_member(f, &made, "id"));
	made = sandbox_call(f, "PUT", "/restapis/@A/resources/@R/methods/GET",
			    "{\"authorizationType\":\"NONE\",\"requestParameters\":"
			    "{\"method.request.path.id\":true,\"method.request.querystring.q\":false}}");
	cr_assert_eq(made.status, 201, "%s", sandbox_body(&made));
}

void sandbox_stop(struct sandbox_fixture *f)
{
	gwt_sandbox_free(f->sandbox);
	gwt_arena_release(&f->arena);
}
