/*
 * scenario_values.c - values for the variables of a scenario.
 *
 * `${name}` counts only as a whole value, or inside {$sub: …}, and only where the
 * name is a variable: what people write into templates (${stageVariables.x}) must
 * stay text.
 */
#include "lib/scenario/values.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"

static const char *const builtin[] = { "restApiId", "resourceId", "parentId",
				       "vpcLinkId", "accountId",  "region" };

const char *gwt_variable_builtin(size_t index)
{
	return index < GWT_LEN(builtin) ? builtin[index] : NULL;
}

bool gwt_variable_known(const struct gwt_json *declared, struct gwt_span name)
{
	for (size_t i = 0; i < GWT_LEN(builtin); i++)
		if (gwt_span_is(name, builtin[i]))
			return true;
	return gwt_json_get_span(declared, name) != NULL;
}

static bool is_name_byte(char c, bool first)
{
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

	return letter || (!first && ((c >= '0' && c <= '9') || c == '_'));
}

bool gwt_variable_name(struct gwt_span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!is_name_byte(name.ptr[i], i == 0))
			return false;
	return name.len > 0;
}

bool gwt_variable_reference(struct gwt_span text, size_t at, struct gwt_reference *out)
{
	struct gwt_span rest = gwt_span_slice(text, at, text.len);
	bool literal = gwt_span_starts(rest, GWT_SPAN("$${"));
	size_t open = literal ? 3 : 2, close = open;

	if (!literal && !gwt_span_starts(rest, GWT_SPAN("${")))
		return false;
	while (close < rest.len && is_name_byte(rest.ptr[close], close == open))
		close++;
	*out = (struct gwt_reference){ gwt_span_slice(rest, open, close), close + 1, literal };
	return close > open && close < rest.len && rest.ptr[close] == '}';
}

bool gwt_variable_whole(struct gwt_span text, struct gwt_reference *out)
{
	return gwt_variable_reference(text, 0, out) && out->len == text.len;
}

struct gwt_json *gwt_sub_text(const struct gwt_json *value)
{
	struct gwt_json *text = gwt_json_is(value, GWT_JSON_OBJECT) ? gwt_json_get(value, "$sub") : NULL;

	return text && value->len == 1 && text->type == GWT_JSON_STRING ? text : NULL;
}

struct filler {
	const struct gwt_step *step;
	gwt_variable_lookup lookup;
	void *lookup_arg;
	struct gwt_arena *arena;
	struct gwt_uses *uses;
	struct gwt_error *err;
};

static gwt_status value_of(const struct filler *f, struct gwt_span name, struct gwt_span *out)
{
	struct gwt_span value = f->lookup(f->lookup_arg, name);

	if (!value.ptr)
		return gwt_fail(f->err, GWT_EPARSE,
				"step '" GWT_SPAN_FMT "': variable '" GWT_SPAN_FMT
				"' has no value; give it one with "
				"--set " GWT_SPAN_FMT "=VALUE",
				GWT_SPAN_ARG(f->step->id), GWT_SPAN_ARG(name), GWT_SPAN_ARG(name));
	*out = value;
	return GWT_OK;
}

static void note_use(const struct filler *f, struct gwt_span variable, struct gwt_span at)
{
	if (!f->uses)
		return;
	GWT_GROW(f->arena, f->uses->items, f->uses->len, f->uses->cap);
	f->uses->items[f->uses->len++] = (struct gwt_use){ gwt_arena_copy(f->arena, variable), at };
}

static gwt_status fill_text(const struct filler *f, struct gwt_span text, struct gwt_span at,
			    struct gwt_span *out)
{
	struct gwt_reference reference;
	gwt_status status;

	*out = text;
	if (!gwt_variable_whole(text, &reference))
		return GWT_OK;
	if (reference.literal)
		*out = gwt_span_slice(text, 1, text.len);
	if (reference.literal || !gwt_variable_known(f->step->variables, reference.name))
		return GWT_OK;
	status = value_of(f, reference.name, out);
	if (status == GWT_OK)
		note_use(f, reference.name, at);
	return status;
}

static gwt_status add_reference(const struct filler *f, const struct gwt_reference *reference,
				struct gwt_span at, struct gwt_buf *out)
{
	struct gwt_span value;
	gwt_status status = value_of(f, reference->name, &value);

	if (status != GWT_OK)
		return status;
	note_use(f, reference->name,
		 gwt_arena_printf(f->arena, GWT_SPAN_FMT "@%zu+%zu", GWT_SPAN_ARG(at), out->len, value.len));
	gwt_buf_add(out, value);
	return GWT_OK;
}

static gwt_status substitute(const struct filler *f, struct gwt_span text, struct gwt_span at,
			     struct gwt_buf *out)
{
	for (size_t i = 0; i < text.len;) {
		struct gwt_reference reference;
		gwt_status status;

		if (!gwt_variable_reference(text, i, &reference) ||
		    (!reference.literal && !gwt_variable_known(f->step->variables, reference.name))) {
			gwt_buf_add_char(out, text.ptr[i++]);
			continue;
		}
		if (reference.literal) {
			gwt_buf_add(out, gwt_span_slice(text, i + 1, i + reference.len));
		} else {
			status = add_reference(f, &reference, at, out);
			if (status != GWT_OK)
				return status;
		}
		i += reference.len;
	}
	return gwt_buf_check(out, "a value with variables", f->err);
}

static gwt_status fill_sub(const struct filler *f, struct gwt_span text, struct gwt_span at,
			   struct gwt_json **out)
{
	struct gwt_buf buf;
	gwt_status status;

	gwt_buf_init(&buf, GWT_MAX_VALUE_BYTES);
	status = substitute(f, text, at, &buf);
	if (status == GWT_OK)
		*out = gwt_json_new_string(f->arena, buf.len ? gwt_buf_span(&buf) : GWT_SPAN(""));
	gwt_buf_release(&buf);
	return status;
}

static gwt_status fill(const struct filler *f, const struct gwt_json *value, struct gwt_span at,
		       struct gwt_json **out);

static gwt_status fill_children(const struct filler *f, const struct gwt_json *value, struct gwt_span at,
				struct gwt_json *out)
{
	gwt_status status = GWT_OK;
	struct gwt_buf pointer;
	size_t index = 0;

	gwt_buf_init(&pointer, SIZE_MAX);
	for (const struct gwt_json *child = value->child; child && status == GWT_OK;
	     child = child->next, index++) {
		struct gwt_json *filled = NULL;

		gwt_buf_clear(&pointer);
		gwt_buf_add(&pointer, at);
		if (value->type == GWT_JSON_OBJECT)
			gwt_json_pointer_add_name(&pointer, child->name);
		else
			gwt_json_pointer_add_index(&pointer, index);
		status = fill(f, child, gwt_arena_copy(f->arena, gwt_buf_span(&pointer)), &filled);
		if (status == GWT_OK && value->type == GWT_JSON_OBJECT)
			gwt_json_add_span(f->arena, out, child->name, filled);
		else if (status == GWT_OK)
			gwt_json_append(out, filled);
	}
	gwt_buf_release(&pointer);
	return status;
}

static gwt_status fill(const struct filler *f, const struct gwt_json *value, struct gwt_span at,
		       struct gwt_json **out)
{
	struct gwt_json *sub = gwt_sub_text(value);
	struct gwt_span text;
	gwt_status status;

	if (sub)
		return fill_sub(f, sub->text, at, out);
	if (value->type == GWT_JSON_OBJECT || value->type == GWT_JSON_ARRAY) {
		*out = gwt_json_new(f->arena, value->type);
		return fill_children(f, value, at, *out);
	}
	if (value->type != GWT_JSON_STRING) {
		*out = gwt_json_copy(f->arena, value);
		return GWT_OK;
	}
	status = fill_text(f, value->text, at, &text);
	if (status == GWT_OK)
		*out = gwt_json_new_string(f->arena, text);
	return status;
}

gwt_status gwt_step_values(const struct gwt_step *step, const struct gwt_json *value, struct gwt_span at,
			   gwt_variable_lookup lookup, void *lookup_arg, struct gwt_arena *arena,
			   struct gwt_json **out, struct gwt_uses *uses, struct gwt_error *err)
{
	struct filler f = { step, lookup, lookup_arg, arena, uses, err };
	struct gwt_json *filled = NULL;
	gwt_status status = fill(&f, value, at, &filled);

	if (status == GWT_OK)
		*out = filled;
	return status;
}
