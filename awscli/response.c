#include "awscli/response.h"

#include "awscli/failure.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "lib/http/headers.h"
#include "lib/http/message.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"

struct parse {
	struct gwt_arena *arena;
	struct gwt_aws_failure *failure;
	enum gwt_model_version version;
};

static bool no_attribute(struct parse *p, const struct gwt_json *value, const char *attribute)
{
	return gwt_aws_fail(p->failure, GWT_AWS_GENERAL, "'%s' object has no attribute '%s'",
			    gwt_py_type_name(value), attribute);
}

/* 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte */
static bool fail_utf8(struct parse *p, struct gwt_span body, size_t at)
{
	unsigned char c = (unsigned char)body.ptr[at];
	bool start = c >= 0xc2 && c < 0xf5;
	const char *reason = !start ? "invalid start byte" : "invalid continuation byte";

	return gwt_aws_fail(p->failure, GWT_AWS_GENERAL,
			    "'utf-8' codec can't decode byte 0x%02x in position %zu: %s", c, at, reason);
}

/* An empty body is {}, one that is not JSON becomes {"message": BODY}. */
static bool read_body(struct parse *p, struct gwt_span body, struct gwt_json **out)
{
	struct gwt_py_json_fault fault;
	size_t at;

	*out = gwt_json_new(p->arena, GWT_JSON_OBJECT);
	if (body.len == 0)
		return true;
	if (!gwt_utf8_valid(body, &at))
		return fail_utf8(p, body, at);
	if (gwt_py_json_read(p->arena, body, false, out, &fault))
		return true;
	if (fault.recursion)
		return gwt_aws_fail_text(p->failure, GWT_AWS_GENERAL, fault.message);
	*out = gwt_json_new(p->arena, GWT_JSON_OBJECT);
	gwt_json_add_string(p->arena, *out, "message", body);
	return true;
}

static struct gwt_json *share(struct gwt_arena *arena, const struct gwt_json *value)
{
	struct gwt_json *copy = gwt_arena_new(arena, struct gwt_json);

	*copy = *value;
	copy->next = NULL;
	copy->name = (struct gwt_span){ 0 };
	return copy;
}

static bool parse_structure(struct parse *p, const struct gwt_member *members, const struct gwt_json *value,
			    struct gwt_json **out);

static bool parse_list(struct parse *p, const struct gwt_json *value, struct gwt_json **out)
{
	uint32_t cp;

	*out = share(p->arena, value);
	if (value->type == GWT_JSON_ARRAY)
		return true;
	*out = gwt_json_new(p->arena, GWT_JSON_ARRAY);
	if (value->type == GWT_JSON_OBJECT) { /* iterating a dict gives its keys */
		for (const struct gwt_json *member = value->child; member; member = member->next)
			gwt_json_append(*out, gwt_json_new_string(p->arena, member->name));
		return true;
	}
	if (value->type != GWT_JSON_STRING)
		return gwt_aws_fail(p->failure, GWT_AWS_GENERAL, "'%s' object is not iterable",
				    gwt_py_type_name(value));
	for (size_t i = 0, len; i < value->text.len; i += len) {
		len = gwt_utf8_get(value->text, i, &cp);
		gwt_json_append(*out, gwt_json_new_string(p->arena, gwt_span_slice(value->text, i, i + len)));
	}
	return true;
}

static bool parse_map(struct parse *p, const struct gwt_member *members, const struct gwt_json *value,
		      struct gwt_json **out)
{
	struct gwt_json *parsed;

	if (value->type != GWT_JSON_OBJECT)
		return no_attribute(p, value, "items");
	*out = gwt_json_new(p->arena, GWT_JSON_OBJECT);
	for (const struct gwt_json *member = value->child; member; member = member->next) {
		if (!members)
			parsed = share(p->arena, member);
		else if (!parse_structure(p, members, member, &parsed))
			return false;
		gwt_json_add_span(p->arena, *out, member->name, parsed);
	}
	return true;
}

static bool parse_member(struct parse *p, const struct gwt_member *member, const struct gwt_json *value,
			 struct gwt_json **out)
{
	switch (member->shape) {
	case GWT_SHAPE_STRUCTURE:
		return parse_structure(p, member->members, value, out);
	case GWT_SHAPE_STRUCTURE_MAP:
	case GWT_SHAPE_STRING_MAP:
	case GWT_SHAPE_BOOLEAN_MAP:
		return parse_map(p, member->members, value, out);
	case GWT_SHAPE_STRING_LIST:
	case GWT_SHAPE_STRUCTURE_LIST:
		return parse_list(p, value, out);
	default:
		*out = share(p->arena, value);
		return true;
	}
}

static bool parse_structure(struct parse *p, const struct gwt_member *members, const struct gwt_json *value,
			    struct gwt_json **out)
{
	struct gwt_json *raw, *parsed;

	*out = share(p->arena, value);
	if (value->type == GWT_JSON_NULL)
		return true;
	if (value->type != GWT_JSON_OBJECT)
		return no_attribute(p, value, "get");
	*out = gwt_json_new(p->arena, GWT_JSON_OBJECT);
	for (; members->name; members++) {
		raw = members->since <= p->version ? gwt_json_get(value, members->wire) : NULL;
		if (!raw || raw->type == GWT_JSON_NULL)
			continue;
		if (!parse_member(p, members, raw, &parsed))
			return false;
		gwt_json_add(p->arena, *out, members->name, parsed);
	}
	return true;
}

static struct gwt_span text_of(struct parse *p, const struct gwt_json *value)
{
	struct gwt_span text = GWT_SPAN("");
	struct gwt_buf out;

	if (!value)
		return text;
	gwt_buf_init(&out, SIZE_MAX);
	gwt_py_str(&out, value);
	if (out.len)
		text = gwt_arena_copy(p->arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return text;
}

static const struct gwt_json *either(const struct gwt_json *body, const char *first, const char *second)
{
	const struct gwt_json *value = gwt_json_get(body, first);

	return value ? value : gwt_json_get(body, second);
}

static struct gwt_span behind_hash(struct gwt_span code)
{
	for (size_t i = code.len; i > 0; i--)
		if (code.ptr[i - 1] == '#')
			return gwt_span_slice(code, i, code.len);
	return code;
}

static bool is_collection(const struct gwt_json *value)
{
	return value->type == GWT_JSON_ARRAY || value->type == GWT_JSON_OBJECT;
}

/* x-amzn-query-error: CODE;TYPE, else __type after its '#', else the status. */
static bool first_code(struct parse *p, const struct gwt_response *response, const struct gwt_json *body,
		       struct gwt_json **out)
{
	struct gwt_span rest = gwt_headers_get(&response->headers, "x-amzn-query-error"),
			query = gwt_span_cut(&rest, ';');
	struct gwt_json *type = gwt_json_get(body, "__type");

	*out = gwt_json_new(p->arena, GWT_JSON_STRING);
	(*out)->text = gwt_arena_printf(p->arena, "%d", response->status);
	if (query.len > 0 && rest.ptr && gwt_span_find(rest, ';') == rest.len)
		(*out)->text = query;
	else if (type)
		*out = type;
	if ((*out)->type == GWT_JSON_STRING)
		(*out)->text = behind_hash((*out)->text);
	else if ((*out)->type == GWT_JSON_NULL) /* null counts as "" */
		*out = gwt_json_new_string(p->arena, GWT_SPAN(""));
	else if (!is_collection(*out)) /* Python cannot search a number or a bool for '#' */
		return gwt_aws_fail(p->failure, GWT_AWS_GENERAL, "argument of type '%s' is not iterable",
				    gwt_py_type_name(*out));
	return true;
}

/* x-amzn-errortype, else code or Code of the body; the code is then looked up among the known errors. */
static bool code_of(struct parse *p, const struct gwt_response *response, const struct gwt_json *body,
		    struct gwt_span *out)
{
	struct gwt_span header = gwt_headers_get(&response->headers, "x-amzn-errortype");
	const struct gwt_json *code = either(body, "code", "Code");
	struct gwt_json *first;

	if (!first_code(p, response, body, &first))
		return false;
	if (header.ptr) {
		*out = gwt_span_slice(header, 0, gwt_span_find(header, ':'));
		return true;
	}
	if (!code)
		code = first;
	if (is_collection(code))
		return gwt_aws_fail(p->failure, GWT_AWS_GENERAL, "unhashable type: '%s'",
				    gwt_py_type_name(code));
	*out = text_of(p, code);
	return true;
}

/* Whether the answer is an error page of the server itself or of a proxy. */
static bool is_generic(const struct gwt_response *response)
{
	struct gwt_span body = response->body;

	while (body.len > 0 && memchr(" \t\n\r\v\f", body.ptr[0], 6))
		body = gwt_span_slice(body, 1, body.len);
	return response->status >= 500 && (body.len == 0 || gwt_span_starts(body, GWT_SPAN("<html>")));
}

/* http.client.responses has no phrase where ours says Unknown. */
static struct gwt_span phrase(int status)
{
	const char *text = gwt_http_reason(status);

	return strcmp(text, "Unknown") == 0 ? GWT_SPAN("") : gwt_span_of(text);
}

static bool parse_error(struct parse *p, const struct gwt_response *response, struct gwt_aws_answer *out)
{
	struct gwt_json *body;

	if (is_generic(response)) {
		out->code = gwt_arena_printf(p->arena, "%d", response->status);
		out->message = phrase(response->status);
		return true;
	}
	if (!read_body(p, response->body, &body))
		return false;
	if (body->type != GWT_JSON_OBJECT)
		return no_attribute(p, body, "get");
	out->message = text_of(p, either(body, "message", "Message"));
	return code_of(p, response, body, &out->code);
}

static bool parse_output(struct parse *p, const struct gwt_aws_command *command,
			 const struct gwt_response *response, struct gwt_aws_answer *out)
{
	struct gwt_json *body;

	if (!read_body(p, response->body, &body) ||
	    !parse_structure(p, command->operation->output, body, &out->output))
		return false;
	if (out->output->type == GWT_JSON_NULL)
		return gwt_aws_fail(p->failure, GWT_AWS_GENERAL, "'NoneType' object is not iterable");
	return true;
}

bool gwt_aws_response_parse(const struct gwt_aws_command *command, enum gwt_model_version version,
			    const struct gwt_response *response, struct gwt_aws_answer *out,
			    struct gwt_aws_failure *failure)
{
	struct parse p = { .arena = failure->arena, .failure = failure, .version = version };

	*out = (struct gwt_aws_answer){ .status = response->status };
	if (response->status >= 301)
		return parse_error(&p, response, out);
	if (response->status < 300)
		return parse_output(&p, command, response, out);
	/* 300 is read as an answer and then reported as an error without a code */
	out->code = out->message = GWT_SPAN("Unknown");
	return parse_output(&p, command, response, out);
}
