#include "lib/scenario/raw.h"

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/model/related.h"
#include "lib/scenario/scenario.h"
#include "lib/scenario/values.h"

/* Reading */

static const struct gwt_source_key raw_keys[] = {
	{ "method", GWT_JSON_STRING, true },
	{ "path", GWT_SOURCE_ANY, true },
	{ NULL, GWT_JSON_NULL, false },
};

static bool is_method(struct gwt_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < 'A' || text.ptr[i] > 'Z')
			return false;
	return text.len > 0 && text.len <= GWT_MAX_METHOD_BYTES;
}

/* The text of a path, alone or in a $sub; absent when it is neither. */
static struct gwt_span path_text(const struct gwt_json *path)
{
	const struct gwt_json *sub = gwt_sub_text(path);

	if (sub)
		return sub->text;
	return path->type == GWT_JSON_STRING ? path->text : GWT_ABSENT;
}

static bool is_target(struct gwt_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] <= ' ' || text.ptr[i] > '~' || text.ptr[i] == '#')
			return false;
	return text.len > 0 && text.len <= GWT_MAX_TARGET_BYTES && text.ptr[0] == '/';
}

/* Where the first variable in `text` begins; text.len when there is none. */
static size_t find_variable(struct gwt_span text, const struct gwt_json *declared)
{
	struct gwt_reference reference;

	for (size_t i = 0; i < text.len; i++) {
		if (!gwt_variable_reference(text, i, &reference))
			continue;
		if (!reference.literal && gwt_variable_known(declared, reference.name))
			return i;
		i += reference.len - 1;
	}
	return text.len;
}

static gwt_status read_path(const struct gwt_source *s, const struct gwt_json *path,
			    const struct gwt_json *declared)
{
	struct gwt_span text = path_text(path);

	if (!text.ptr)
		return gwt_source_refuse(s, path->offset,
					 "path must be text, or {$sub: \"/restapis/${restApiId}/…\"}");
	if (!is_target(text))
		return gwt_source_refuse(s, path->offset,
					 "path must begin with '/' and be as it is sent, at most %d bytes: "
					 "percent-encoded, without blanks and '#'",
					 GWT_MAX_TARGET_BYTES);
	if (path->type == GWT_JSON_STRING && find_variable(text, declared) < text.len)
		return gwt_source_refuse(s, path->offset,
					 "a variable inside a text needs a $sub: write {$sub: \"" GWT_SPAN_FMT
					 "\"}",
					 GWT_SPAN_ARG(gwt_span_slice(text, 0, 80)));
	return gwt_source_values(s, path, declared);
}

static gwt_status read_body(const struct gwt_source *s, const struct gwt_step *step)
{
	const struct gwt_json *body = step->input;

	if (!body)
		return GWT_OK;
	if (body->type != GWT_JSON_OBJECT && body->type != GWT_JSON_ARRAY && body->type != GWT_JSON_STRING)
		return gwt_source_refuse(s, body->offset,
					 "the input of a call with a path must be a mapping, a list or text, "
					 "this is %s; quote it",
					 gwt_source_type_word(body->type));
	return gwt_source_values(s, body, step->variables);
}

gwt_status gwt_raw_read(const struct gwt_source *s, const struct gwt_json *call, struct gwt_step *step)
{
	gwt_status status = gwt_source_map(s, call, "a call", raw_keys);
	const struct gwt_json *path;
	struct gwt_span target, query;

	if (status != GWT_OK)
		return status;
	step->raw.method = gwt_json_get_text(call, "method");
	if (!is_method(step->raw.method))
		return gwt_source_refuse(s, gwt_json_get(call, "method")->offset,
					 "method must be an HTTP method in capitals, such as GET");
	step->raw.path = path = gwt_json_get(call, "path");
	status = read_path(s, path, step->variables);
	if (status != GWT_OK)
		return status;
	query = path_text(path);
	target = gwt_span_cut(&query, '?');
	step->call = gwt_service_name_of(s->arena, step->raw.method, target, query);
	return read_body(s, step);
}

/* The request */

struct filler {
	const struct gwt_step *step;
	gwt_variable_lookup lookup;
	void *lookup_arg;
	struct gwt_arena *arena;
	struct gwt_uses *uses;
	struct gwt_error *err;
};

static gwt_status fill(const struct filler *f, const struct gwt_json *value, struct gwt_span at,
		       struct gwt_json **out)
{
	return gwt_step_values(f->step, value, at, f->lookup, f->lookup_arg, f->arena, out, f->uses, f->err);
}

/* A part of the path as a value: a whole variable, or a text with variables in it. */
static struct gwt_json *value_of(const struct filler *f, struct gwt_span part)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { 0 };
	struct gwt_reference reference;
	struct gwt_json *sub;

	if (gwt_variable_whole(part, &reference))
		return gwt_json_new_string(f->arena, part);
	gwt_buf_init(&text, SIZE_MAX);
	gwt_uri_decode(&text, part);
	sub = gwt_json_new(f->arena, GWT_JSON_OBJECT);
	gwt_json_add_string(f->arena, sub, "$sub", gwt_buf_span(&text));
	return sub;
}

/* A segment or a query value: unchanged, or encoded again when it has variables. */
static gwt_status add_part(const struct filler *f, struct gwt_span part, struct gwt_span at,
			   struct gwt_buf *target)
{
	struct gwt_json *filled;
	gwt_status status;

	if (!gwt_sub_text(f->step->raw.path) || find_variable(part, f->step->variables) == part.len) {
		gwt_buf_add(target, part);
		return GWT_OK;
	}
	status = fill(f, value_of(f, part), at, &filled);
	if (status == GWT_OK)
		gwt_uri_encode(target, filled->text, false);
	return status;
}

static gwt_status add_path(const struct filler *f, struct gwt_span path, struct gwt_buf *target)
{
	gwt_status status = GWT_OK;

	gwt_span_cut(&path, '/');
	for (size_t i = 0; path.ptr && status == GWT_OK; i++) {
		gwt_buf_add_char(target, '/');
		status = add_part(f, gwt_span_cut(&path, '/'), gwt_arena_printf(f->arena, "path/%zu", i),
				  target);
	}
	return status;
}

static gwt_status add_query(const struct filler *f, struct gwt_span query, struct gwt_buf *target)
{
	gwt_status status = GWT_OK;

	for (char mark = '?'; query.ptr && status == GWT_OK; mark = '&') {
		struct gwt_span value = gwt_span_cut(&query, '&'), name = gwt_span_cut(&value, '=');

		gwt_buf_add_char(target, mark);
		gwt_buf_add(target, name);
		if (!value.ptr)
			continue;
		gwt_buf_add_char(target, '=');
		status = add_part(f, value,
				  gwt_arena_printf(f->arena, "query/" GWT_SPAN_FMT, GWT_SPAN_ARG(name)),
				  target);
	}
	return status;
}

gwt_status gwt_raw_target(const struct gwt_step *step, gwt_variable_lookup lookup, void *lookup_arg,
			  struct gwt_arena *arena, struct gwt_span *out, struct gwt_uses *uses,
			  struct gwt_error *err)
{
	const struct filler f = { step, lookup, lookup_arg, arena, uses, err };
	struct gwt_span query = path_text(step->raw.path), path = gwt_span_cut(&query, '?');
	gwt_auto(gwt_buf_release) struct gwt_buf target = { 0 };
	gwt_status status;

	gwt_buf_init(&target, GWT_MAX_VALUE_BYTES);
	status = add_path(&f, path, &target);
	if (status == GWT_OK)
		status = add_query(&f, query, &target);
	if (status == GWT_OK)
		status = gwt_buf_check(&target, "a request target", err);
	if (status == GWT_OK)
		*out = gwt_arena_copy(arena, gwt_buf_span(&target));
	return status;
}

gwt_status gwt_raw_body(const struct gwt_step *step, gwt_variable_lookup lookup, void *lookup_arg,
			struct gwt_arena *arena, struct gwt_span *out, struct gwt_uses *uses,
			struct gwt_error *err)
{
	const struct filler f = { step, lookup, lookup_arg, arena, uses, err };
	gwt_auto(gwt_buf_release) struct gwt_buf bytes = { 0 };
	struct gwt_json *body;
	gwt_status status;

	if (!step->input)
		return GWT_OK;
	status = fill(&f, step->input, GWT_SPAN("body"), &body);
	if (status != GWT_OK)
		return status;
	gwt_buf_init(&bytes, GWT_MAX_VALUE_BYTES);
	if (body->type == GWT_JSON_STRING)
		gwt_buf_add(&bytes, body->text);
	else
		gwt_json_write(&bytes, body, GWT_JSON_COMPACT);
	status = gwt_buf_check(&bytes, "a request body", err);
	if (status == GWT_OK)
		*out = gwt_arena_copy(arena, gwt_buf_span(&bytes));
	return status;
}
