/* out_text.c - --output text: awscli/text.py. */
#include "awscli/output.h"

#include <stdlib.h>

#include "awscli/failure.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

struct writer {
	struct gwt_buf *out;
	struct gwt_arena *arena;
	struct gwt_aws_failure *failure;
};

/* Names with a scalar value in some object of a list, sorted. A NULL pointer to it: not such a list. */
struct columns {
	struct gwt_span *names;
	size_t len, cap;
};

static bool is_collection(const struct gwt_json *value)
{
	return value->type == GWT_JSON_ARRAY || value->type == GWT_JSON_OBJECT;
}

static bool write_item(struct writer *w, const struct gwt_json *item, struct gwt_span identifier,
		       const struct columns *columns);

/* Write the scalars of a list: one line for each when the list has a name, else one line for all. */
static void write_scalars(struct writer *w, const struct gwt_json *list, struct gwt_span identifier)
{
	bool first = true;

	for (const struct gwt_json *item = list->child; item; item = item->next) {
		if (is_collection(item))
			continue;
		if (identifier.ptr) {
			gwt_py_upper(w->out, identifier);
			gwt_buf_add_char(w->out, '\t');
		} else if (!first) {
			gwt_buf_add_char(w->out, '\t');
		}
		gwt_py_str(w->out, item);
		if (identifier.ptr)
			gwt_buf_add_char(w->out, '\n');
		first = false;
	}
	if (!identifier.ptr && !first)
		gwt_buf_add_char(w->out, '\n');
}

static bool has(const struct columns *columns, struct gwt_span name)
{
	for (size_t i = 0; i < columns->len; i++)
		if (gwt_span_eq(columns->names[i], name))
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return gwt_span_cmp(*(const struct gwt_span *)a, *(const struct gwt_span *)b);
}

static bool find_columns(struct writer *w, const struct gwt_json *list, struct columns *out)
{
	for (const struct gwt_json *item = list->child; item; item = item->next) {
		if (item->type != GWT_JSON_OBJECT)
			return gwt_aws_fail(w->failure, GWT_AWS_GENERAL,
					    "'%s' object has no attribute 'items'", gwt_py_type_name(item));
		for (const struct gwt_json *member = item->child; member; member = member->next) {
			if (is_collection(member) || has(out, member->name))
				continue;
			GWT_GROW(w->arena, out->names, out->len, out->cap);
			out->names[out->len++] = member->name;
		}
	}
	if (out->len)
		qsort(out->names, out->len, sizeof(*out->names), by_name);
	return true;
}

static bool has_item_of(const struct gwt_json *list, enum gwt_json_type type)
{
	for (const struct gwt_json *item = list->child; item; item = item->next)
		if (item->type == type)
			return true;
	return false;
}

static bool write_list(struct writer *w, const struct gwt_json *list, struct gwt_span identifier)
{
	struct columns columns = { 0 };
	bool objects = has_item_of(list, GWT_JSON_OBJECT);

	if (objects && !find_columns(w, list, &columns))
		return false;
	if (!objects)
		write_scalars(w, list, identifier);
	for (const struct gwt_json *item = list->child; item; item = item->next)
		if ((objects || is_collection(item)) &&
		    !write_item(w, item, identifier, objects ? &columns : NULL))
			return false;
	return true;
}

static void begin_cell(struct writer *w, struct gwt_span identifier, size_t *cells)
{
	if (*cells == 0 && identifier.ptr) {
		gwt_py_upper(w->out, identifier);
		++*cells;
	}
	if (*cells > 0)
		gwt_buf_add_char(w->out, '\t');
	++*cells;
}

static void write_cells(struct writer *w, const struct gwt_json *object, const struct gwt_json **members,
			struct gwt_span identifier, const struct columns *columns)
{
	size_t cells = 0;

	for (size_t i = 0; columns && i < columns->len; i++) {
		const struct gwt_json *member = gwt_json_get_span(object, columns->names[i]);

		begin_cell(w, identifier, &cells);
		if (member)
			gwt_py_str(w->out, member);
	}
	for (size_t i = 0; !columns && i < object->len; i++) {
		if (is_collection(members[i]))
			continue;
		begin_cell(w, identifier, &cells);
		gwt_py_str(w->out, members[i]);
	}
	if (cells)
		gwt_buf_add_char(w->out, '\n');
}

static bool write_object(struct writer *w, const struct gwt_json *object, struct gwt_span identifier,
			 const struct columns *columns)
{
	const struct gwt_json **members = gwt_aws_sorted(w->arena, object);

	write_cells(w, object, members, identifier, columns);
	for (size_t i = 0; i < object->len; i++) {
		if (columns ? has(columns, members[i]->name) : !is_collection(members[i]))
			continue;
		if (!write_item(w, members[i], members[i]->name, NULL))
			return false;
	}
	return true;
}

static bool write_item(struct writer *w, const struct gwt_json *item, struct gwt_span identifier,
		       const struct columns *columns)
{
	if (item->type == GWT_JSON_OBJECT)
		return write_object(w, item, identifier, columns);
	if (item->type == GWT_JSON_ARRAY)
		return write_list(w, item, identifier);
	gwt_py_str(w->out, item);
	gwt_buf_add_char(w->out, '\n');
	return true;
}

bool gwt_aws_text_write(struct gwt_buf *out, const struct gwt_json *value, struct gwt_aws_failure *failure)
{
	struct writer w = { .out = out, .arena = failure->arena, .failure = failure };

	return write_item(&w, value, (struct gwt_span){ 0 }, NULL);
}
