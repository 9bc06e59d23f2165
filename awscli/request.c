#include "awscli/request.h"

#include <ctype.h>

#include "awscli/failure.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/http/uri.h"
#include "awscli/pyval/pyval.h"

static const struct gwt_member *label_member(const struct gwt_aws_command *command, struct gwt_span label)
{
	for (size_t i = 0; i < command->member_count; i++)
		if (command->members[i]->place == GWT_PLACE_PATH &&
		    gwt_span_is(label, command->members[i]->wire))
			return command->members[i];
	return NULL;
}

/* Append the template of the path with its labels filled in. */
static bool add_path(struct gwt_buf *out, const struct gwt_aws_command *command,
		     const struct gwt_json *parameters, struct gwt_aws_failure *failure)
{
	struct gwt_span rest = gwt_span_of(command->operation->uri), value;
	const struct gwt_member *member;

	while (rest.len > 0) {
		size_t open = gwt_span_find(rest, '{'), close;

		gwt_buf_add(out, gwt_span_slice(rest, 0, open));
		rest = gwt_span_slice(rest, open, rest.len);
		close = gwt_span_find(rest, '}');
		if (close == rest.len)
			break;
		member = label_member(command, gwt_span_slice(rest, 1, close));
		value = gwt_json_get_text(parameters, member ? member->name : "");
		if (!gwt_aws_check_encodable(value, failure))
			return false;
		gwt_uri_encode(out, value, false);
		rest = gwt_span_slice(rest, close + 1, rest.len);
	}
	return true;
}

static bool has_prefix_slash(struct gwt_span path)
{
	return path.len > 0 && path.ptr[path.len - 1] == '/';
}

static bool build_target(const struct gwt_aws_command *command, const struct gwt_json *parameters,
			 const struct gwt_aws_url *endpoint, struct gwt_buf *out,
			 struct gwt_aws_failure *failure)
{
	struct gwt_span prefix = endpoint->path;

	if (has_prefix_slash(prefix))
		prefix.len--;
	gwt_buf_add(out, prefix);
	if (!add_path(out, command, parameters, failure))
		return false;
	if (endpoint->query.len)
		gwt_buf_printf(out, "?" GWT_SPAN_FMT, GWT_SPAN_ARG(endpoint->query));
	return true;
}

/* Whether every '%' begins two hexadecimal digits: the text counts as encoded then. */
static bool is_encoded(struct gwt_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '%' && !(i + 2 < text.len && isxdigit((unsigned char)text.ptr[i + 1]) &&
					    isxdigit((unsigned char)text.ptr[i + 2])))
			return false;
	return true;
}

/* urllib3's _encode_invalid_chars: characters that are not allowed in a path or a query are escaped. */
static void escape(struct gwt_buf *out, struct gwt_span text, const char *also)
{
	static const char allowed[] = "._-~!$&'()*+,;=:@/";
	bool encoded = is_encoded(text);

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool digit =
			encoded && ((i > 0 && text.ptr[i - 1] == '%') || (i > 1 && text.ptr[i - 2] == '%'));

		if (digit)
			gwt_buf_add_char(out, (char)toupper((unsigned char)c));
		else if (isalnum((unsigned char)c) || (c && (strchr(allowed, c) || strchr(also, c))) ||
			 (c == '%' && encoded))
			gwt_buf_add_char(out, c);
		else
			gwt_buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
	}
}

/* The target as it is sent: the path and query of an endpoint may hold any character. */
static struct gwt_span sent_target(struct gwt_arena *arena, struct gwt_span target)
{
	struct gwt_span path = gwt_span_cut(&target, '?');
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	escape(&out, path, "");
	if (target.len) {
		gwt_buf_add_char(&out, '?');
		escape(&out, target, "?");
	}
	path = gwt_arena_copy(arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return path;
}

/* Members under their wire names, in the order of the parameters. */
static struct gwt_json *body_object(struct gwt_arena *arena, const struct gwt_aws_command *command,
				    const struct gwt_json *parameters)
{
	struct gwt_json *object = gwt_json_new(arena, GWT_JSON_OBJECT);

	for (const struct gwt_json *param = parameters->child; param; param = param->next) {
		for (size_t i = 0; i < command->member_count; i++) {
			const struct gwt_member *member = command->members[i];
			struct gwt_json *copy;

			if (member->place != GWT_PLACE_BODY || !gwt_span_is(param->name, member->name))
				continue;
			copy = gwt_arena_new(arena, struct gwt_json);
			*copy = *param;
			copy->next = NULL;
			gwt_json_add(arena, object, member->wire, copy);
		}
	}
	return object;
}

static struct gwt_span write_body(struct gwt_arena *arena, const struct gwt_aws_command *command,
				  const struct gwt_json *parameters)
{
	static const struct gwt_py_dumps how = { .ascii = true, .comma = ", ", .colon = ": " };
	struct gwt_json *object = body_object(arena, command, parameters);
	struct gwt_span body = GWT_SPAN("");
	struct gwt_buf text;

	if (!object->child)
		return body;
	gwt_buf_init(&text, SIZE_MAX);
	gwt_py_json_write(&text, object, &how);
	body = gwt_arena_copy(arena, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return body;
}

bool gwt_aws_request_build(const struct gwt_aws_command *command, const struct gwt_json *parameters,
			   const struct gwt_aws_url *endpoint, struct gwt_aws_request *out,
			   struct gwt_aws_failure *failure)
{
	struct gwt_arena *arena = failure->arena;
	struct gwt_buf target;
	bool ok;

	*out = (struct gwt_aws_request){ .method = gwt_span_of(command->operation->method),
					 .host = gwt_aws_url_host(arena, endpoint) };
	gwt_buf_init(&target, SIZE_MAX);
	ok = build_target(command, parameters, endpoint, &target, failure);
	if (ok) {
		out->target = gwt_arena_copy(arena, gwt_buf_span(&target));
		out->body = write_body(arena, command, parameters);
		out->url = gwt_arena_printf(arena, GWT_SPAN_FMT "://" GWT_SPAN_FMT GWT_SPAN_FMT,
					    GWT_SPAN_ARG(endpoint->scheme), GWT_SPAN_ARG(endpoint->netloc),
					    GWT_SPAN_ARG(out->target));
	}
	gwt_buf_release(&target);
	return ok;
}

static bool add_header(struct gwt_headers *headers, const char *name, struct gwt_span value,
		       struct gwt_aws_failure *failure)
{
	struct gwt_error err;

	if (gwt_headers_add(headers, gwt_span_of(name), value, &err) == GWT_OK)
		return true;
	return gwt_aws_fail(failure, GWT_AWS_GENERAL, "%s", err.msg);
}

static bool sign(struct gwt_request *request, const struct gwt_credentials *credentials,
		 struct gwt_span region, int64_t now, struct gwt_aws_failure *failure)
{
	struct gwt_sigv4 *ctx = gwt_sigv4_new();
	struct gwt_error err;
	gwt_status status =
		gwt_sigv4_sign(ctx, request, credentials, region, GWT_SPAN("apigateway"), now, &err);

	gwt_sigv4_free(ctx);
	return status == GWT_OK || gwt_aws_fail(failure, GWT_AWS_GENERAL, "%s", err.msg);
}

bool gwt_aws_request_sign(const struct gwt_aws_request *request, struct gwt_span user_agent,
			  const struct gwt_credentials *credentials, struct gwt_span region, int64_t now,
			  struct gwt_request *out, struct gwt_aws_failure *failure)
{
	struct gwt_headers headers;
	bool has_body = request->body.len > 0;

	gwt_headers_init(&headers, failure->arena);
	if (!add_header(&headers, "Host", request->host, failure) ||
	    !add_header(&headers, "Accept-Encoding", GWT_SPAN("identity"), failure) ||
	    (has_body && !add_header(&headers, "Content-Type", GWT_SPAN("application/json"), failure)) ||
	    !add_header(&headers, "User-Agent", user_agent, failure) ||
	    !add_header(&headers, "Accept", GWT_SPAN("application/json"), failure))
		return false;
	gwt_request_set(out, request->method, request->target, &headers, request->body);
	if (credentials && !sign(out, credentials, region, now, failure))
		return false;
	/* botocore signs the target before urllib3 escapes it */
	headers = out->headers;
	gwt_request_set(out, request->method, sent_target(failure->arena, request->target), &headers,
			request->body);
	return !has_body || add_header(&out->headers, "Content-Length",
				       gwt_arena_printf(failure->arena, "%zu", request->body.len), failure);
}
