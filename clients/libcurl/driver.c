/*
 * driver.c - a driver of gwtape's own way to the wire: lib/sigv4 signs, lib/upstream sends with libcurl.
 *
 * `gwtape record` calls a real service by these two. Path and body are made here, from the service model's table, so
 * that what is tested is the signature and what libcurl makes of the request. An input is sent unchanged, its
 * numbers, its NULs and its empty labels as well; only a label that is missing cannot be sent.
 *
 * Built with gwtape (clients/meson.build); clients/libcurl/client.json starts it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/http/uri.h"
#include "lib/json/write.h"
#include "lib/model/model.h"
#include "lib/sigv4/sigv4.h"
#include "lib/upstream/upstream.h"

struct driver {
	struct gwt_upstream *upstream;
	struct gwt_transport transport;
	struct gwt_sigv4 *digests;
	struct gwt_credentials credentials;
	struct gwt_span region;
};

/* Strings as they are, numbers as written; absent for what no path can hold. */
static struct gwt_span label_text(const struct gwt_json *value)
{
	if (!gwt_json_is(value, GWT_JSON_STRING) && !gwt_json_is(value, GWT_JSON_NUMBER))
		return (struct gwt_span){ NULL, 0 };
	return value->text;
}

/* The label of a template's `{wire_name}`; absent when the input does not have it. */
static struct gwt_span find_label(const struct gwt_operation *operation, struct gwt_span wire,
				  const struct gwt_json *input)
{
	const struct gwt_member *member = gwt_member_wired(operation->input, GWT_PLACE_PATH, wire);

	return label_text(member ? gwt_json_get(input, member->name) : NULL);
}

/* "/restapis/{restapi_id}/…" with the labels in place; false when one is missing. */
static bool make_path(const struct gwt_operation *operation, const struct gwt_json *input,
		      struct gwt_buf *out)
{
	struct gwt_span rest = gwt_span_of(operation->uri);

	while (rest.ptr) {
		struct gwt_span literal = gwt_span_cut(&rest, '{'), label;

		gwt_buf_add(out, literal);
		if (!rest.ptr)
			break;
		label = find_label(operation, gwt_span_cut(&rest, '}'), input);
		if (!label.ptr)
			return false;
		gwt_uri_encode(out, label, false);
	}
	return true;
}

/* The members that are not in the path, by the names that they have on the wire. */
static struct gwt_json *make_body(const struct gwt_operation *operation, const struct gwt_json *input,
				  struct gwt_arena *arena)
{
	struct gwt_json *body = gwt_json_new(arena, GWT_JSON_OBJECT);

	for (const struct gwt_json *value = input->child; value; value = value->next) {
		const struct gwt_member *member = gwt_member_named(operation->input, value->name);

		if (!member)
			gwt_json_add_span(arena, body, value->name, gwt_json_copy(arena, value));
		else if (member->place == GWT_PLACE_BODY)
			gwt_json_add(arena, body, member->wire, gwt_json_copy(arena, value));
	}
	return body;
}

static bool has_body(const struct gwt_operation *operation)
{
	return strcmp(operation->method, "GET") != 0 && strcmp(operation->method, "DELETE") != 0;
}

static void make_request(const struct driver *driver, const struct gwt_operation *operation,
			 struct gwt_span path, struct gwt_span body, struct gwt_arena *arena,
			 struct gwt_request *out)
{
	struct gwt_headers headers;

	gwt_headers_init(&headers, arena);
	gwt_headers_add_view(&headers, GWT_SPAN("Host"), driver->transport.host);
	gwt_headers_add_view(&headers, GWT_SPAN("Accept"), GWT_SPAN("application/json"));
	if (body.ptr)
		gwt_headers_add_view(&headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"));
	gwt_request_set(out, gwt_span_of(operation->method), path, &headers, body);
}

static void set_failure(struct gwt_arena *arena, struct gwt_json *answer, struct gwt_span code,
			const char *message, int status, bool local)
{
	struct gwt_json *error = gwt_json_add_object(arena, answer, "error");

	gwt_json_add_string(arena, error, "code", code);
	gwt_json_add_string(arena, error, "message", gwt_span_of(message));
	if (status)
		gwt_json_add_number(arena, error, "status", status);
	gwt_json_add_bool(arena, error, "local", local);
}

static void set_answer(struct gwt_arena *arena, const struct gwt_response *response, struct gwt_json *answer)
{
	struct gwt_span code = gwt_headers_get(&response->headers, "x-amzn-ErrorType");
	struct gwt_json *output = NULL;

	if (response->status < 200 || response->status > 299) {
		set_failure(arena, answer, gwt_span_slice(code, 0, gwt_span_find(code, ':')), "",
			    response->status, false);
		return;
	}
	gwt_json_set(arena, answer, GWT_SPAN("ok"), gwt_json_new_bool(arena, true));
	if (gwt_json_parse(arena, response->body, &output, NULL))
		gwt_json_add(arena, answer, "output", output);
}

static void send_call(const struct driver *driver, const struct gwt_operation *operation,
		      const struct gwt_json *input, struct gwt_arena *arena, struct gwt_json *answer)
{
	gwt_auto(gwt_buf_release) struct gwt_buf path = { .max = SIZE_MAX }, body = { .max = SIZE_MAX };
	struct gwt_response response;
	struct gwt_request request;
	struct gwt_error err;
	gwt_status status;

	if (!make_path(operation, input, &path)) {
		set_failure(arena, answer, GWT_SPAN("MissingLabel"), "a name of the path is missing", 0,
			    true);
		return;
	}
	if (has_body(operation))
		gwt_json_write(&body, make_body(operation, input, arena), GWT_JSON_COMPACT);
	make_request(driver, operation, gwt_buf_span(&path), gwt_buf_span(&body), arena, &request);
	status = gwt_sigv4_sign(driver->digests, &request, &driver->credentials, driver->region,
				GWT_SPAN("apigateway"), gwt_clock_now(), &err);
	if (status == GWT_OK)
		status = gwt_upstream_send(driver->upstream, &request, arena, &response, &err);
	if (status == GWT_OK)
		set_answer(arena, &response, answer);
	else
		set_failure(arena, answer, GWT_SPAN("NoAnswer"), err.msg, 0, false);
}

static void perform(const struct driver *driver, const struct gwt_json *call, struct gwt_arena *arena,
		    struct gwt_json *answer)
{
	const struct gwt_operation *operation = gwt_operation_named(gwt_json_get_text(call, "operation"));
	const struct gwt_json *input = gwt_json_get(call, "input");

	gwt_json_add_string(arena, answer, "id", gwt_json_get_text(call, "id"));
	gwt_json_add_bool(arena, answer, "ok", false);
	if (operation && gwt_json_is(input, GWT_JSON_OBJECT))
		send_call(driver, operation, input, arena, answer);
	else
		gwt_json_add_bool(arena, answer, "unsupported", true);
}

static bool answer_line(const struct driver *driver, struct gwt_span line)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	struct gwt_arena arena = { 0 };
	struct gwt_json *call, *answer = gwt_json_new(&arena, GWT_JSON_OBJECT);
	bool ok = gwt_json_parse(&arena, line, &call, NULL);

	if (ok) {
		perform(driver, call, &arena, answer);
		gwt_json_write(&out, answer, GWT_JSON_COMPACT_LF);
		fwrite(out.ptr, 1, out.len, stdout);
		fflush(stdout);
	}
	gwt_arena_release(&arena);
	return ok;
}

static struct gwt_span from_environment(const char *name)
{
	const char *text = getenv(name);

	return gwt_span_of(text ? text : "");
}

static int serve(struct driver *driver)
{
	size_t size = 0;
	char *line = NULL;
	ssize_t len;
	bool ok = true;

	gwt_upstream_transport(driver->upstream, &driver->transport);
	driver->digests = gwt_sigv4_new();
	driver->credentials = (struct gwt_credentials){
		.access_key_id = from_environment("AWS_ACCESS_KEY_ID"),
		.secret_key = from_environment("AWS_SECRET_ACCESS_KEY"),
	};
	driver->region = from_environment("AWS_REGION");
	while (ok && (len = getline(&line, &size, stdin)) > 0)
		ok = answer_line(driver, (struct gwt_span){ line, (size_t)len });
	if (!ok)
		fprintf(stderr, "a line of stdin is not JSON\n");
	free(line);
	gwt_sigv4_free(driver->digests);
	return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct gwt_upstream_options options = { .base_url = getenv("GWTAPE_ENDPOINT"), .direct = true };
	struct driver driver = { 0 };
	struct gwt_error err;
	int code;

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("gwtape " GWT_VERSION);
		return 0;
	}
	if (!options.base_url) {
		fprintf(stderr, "GWTAPE_ENDPOINT is not set\n");
		return 2;
	}
	if (gwt_upstream_new(&options, &driver.upstream, &err) != GWT_OK) {
		fprintf(stderr, "%s\n", err.msg);
		return 2;
	}
	code = serve(&driver);
	gwt_upstream_free(driver.upstream);
	return code;
}
