/*
 * inputs.c - the values of a step's request: which may be where.
 */
#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/model/model.h"
#include "lib/scenario/scenario.h"
#include "lib/scenario/source.h"
#include "lib/scenario/values.h"

/* The variable that differs from `name` only in letter case; NULL when there is none. */
static const char *near_variable(const struct gwt_source *s, const struct gwt_json *declared,
				 struct gwt_span name)
{
	for (size_t i = 0; gwt_variable_builtin(i); i++)
		if (gwt_span_iis(name, gwt_variable_builtin(i)))
			return gwt_variable_builtin(i);
	for (const struct gwt_json *v = declared ? declared->child : NULL; v; v = v->next)
		if (gwt_span_ieq(name, v->name))
			return gwt_arena_cstr(s->arena, v->name);
	return NULL;
}

/* The format takes ${restapiid} as text, but it is almost certainly a typing mistake. */
static gwt_status check_reference(const struct gwt_source *s, const struct gwt_json *at,
				  const struct gwt_json *declared, const struct gwt_reference *reference)
{
	const char *near;

	if (reference->literal || gwt_variable_known(declared, reference->name))
		return GWT_OK;
	near = near_variable(s, declared, reference->name);
	if (!near)
		return GWT_OK;
	return gwt_source_refuse(s, at->offset,
				 "'${" GWT_SPAN_FMT "}' is not a variable; write ${%s}, or $${" GWT_SPAN_FMT
				 "} for the text",
				 GWT_SPAN_ARG(reference->name), near, GWT_SPAN_ARG(reference->name));
}

static gwt_status check_sub(const struct gwt_source *s, const struct gwt_json *value,
			    const struct gwt_json *declared)
{
	struct gwt_json *sub = gwt_json_get(value, "$sub");
	gwt_status status = GWT_OK;

	if (value->len != 1)
		return gwt_source_refuse(s, sub->name_offset, "'$sub' must be the only key of its mapping");
	if (sub->type != GWT_JSON_STRING)
		return gwt_source_refuse_type(s, sub, "'$sub'", GWT_JSON_STRING);
	for (size_t i = 0; i < sub->text.len && status == GWT_OK; i++) {
		struct gwt_reference reference;

		if (!gwt_variable_reference(sub->text, i, &reference))
			continue;
		status = check_reference(s, sub, declared, &reference);
		i += reference.len - 1;
	}
	return status;
}

gwt_status gwt_source_values(const struct gwt_source *s, const struct gwt_json *value,
			     const struct gwt_json *declared)
{
	struct gwt_reference reference;
	gwt_status status = GWT_OK;

	if (value->type == GWT_JSON_STRING)
		return gwt_variable_whole(value->text, &reference)
			       ? check_reference(s, value, declared, &reference)
			       : GWT_OK;
	if (gwt_json_is(value, GWT_JSON_OBJECT) && gwt_json_get(value, "$sub"))
		return check_sub(s, value, declared);
	for (const struct gwt_json *child = value->child; child && status == GWT_OK; child = child->next)
		status = gwt_source_values(s, child, declared);
	return status;
}

static bool is_scalar(const struct gwt_json *value)
{
	return gwt_sub_text(value) || (value->type != GWT_JSON_NULL && value->type != GWT_JSON_ARRAY &&
				       value->type != GWT_JSON_OBJECT);
}

/* A label must be one text. An unknown variable in it can only be a mistake: no id looks like ${x}. */
static gwt_status check_label(const struct gwt_source *s, const struct gwt_json *value,
			      const struct gwt_json *declared)
{
	struct gwt_reference reference;

	if (!is_scalar(value))
		return gwt_source_refuse(s, value->offset,
					 "'" GWT_SPAN_FMT "' goes into the path and must be text, this is %s",
					 GWT_SPAN_ARG(value->name), gwt_source_type_word(value->type));
	if (value->type == GWT_JSON_STRING && gwt_variable_whole(value->text, &reference) &&
	    !reference.literal && !gwt_variable_known(declared, reference.name))
		return gwt_source_refuse(s, value->offset,
					 "'${" GWT_SPAN_FMT
					 "}' is not a variable; declare it under 'variables', or "
					 "write $${" GWT_SPAN_FMT "} for the text",
					 GWT_SPAN_ARG(reference.name), GWT_SPAN_ARG(reference.name));
	return GWT_OK;
}

static gwt_status check_query(const struct gwt_source *s, const struct gwt_json *value)
{
	if (value->type == GWT_JSON_ARRAY) {
		for (const struct gwt_json *item = value->child; item; item = item->next)
			if (!is_scalar(item))
				return gwt_source_refuse(s, item->offset,
							 "an item of a query list must be text, this is %s",
							 gwt_source_type_word(item->type));
		return GWT_OK;
	}
	if (!is_scalar(value))
		return gwt_source_refuse(s, value->offset,
					 "'" GWT_SPAN_FMT "' goes into the query and must be text or a list, "
					 "this is %s",
					 GWT_SPAN_ARG(value->name), gwt_source_type_word(value->type));
	return GWT_OK;
}

gwt_status gwt_source_input(const struct gwt_source *s, const struct gwt_step *step,
			    const struct gwt_json *declared)
{
	gwt_status status = gwt_source_values(s, step->input, declared);

	if (gwt_json_get(step->input, "$sub"))
		return gwt_source_refuse(s, step->input->offset,
					 "'$sub' makes a text, and an input is a mapping");
	for (const struct gwt_json *v = step->input->child; v && status == GWT_OK; v = v->next) {
		const struct gwt_member *member = gwt_member_named(step->operation->input, v->name);

		if (member && member->place == GWT_PLACE_PATH)
			status = check_label(s, v, declared);
		if (member && member->place == GWT_PLACE_QUERY)
			status = check_query(s, v);
	}
	return status;
}
