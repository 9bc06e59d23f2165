/*
 * out_table.c - --output table: awscli/formatter.py (TableFormatter) and table.py.
 *
 * First sections are collected (title, headers, rows, depth), then drawn: all as
 * wide as the widest, columns scaled to it and rounded as Python's round() does.
 */
#include "awscli/output.h"

#include <math.h>
#include <stdlib.h>

#include "awscli/failure.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

#define PADDING 4

struct cells {
	struct gwt_span *items;
	size_t len, cap;
};

struct section {
	struct gwt_span title;
	size_t depth;
	struct cells headers;
	struct cells *rows;
	size_t row_count, row_cap;
	size_t columns; /* set by the first row or header */
	bool has_columns;
	size_t *widths; /* width of the widest cell of each column */
	size_t width_count;
};

struct table {
	struct gwt_arena *arena;
	struct gwt_aws_failure *failure;
	struct section *sections;
	size_t len, cap;
	bool color, resets;
	size_t terminal;
};

static size_t text_width(struct gwt_span text)
{
	size_t width = 0;
	uint32_t cp;

	for (size_t i = 0; i < text.len;) {
		i += gwt_utf8_get(text, i, &cp);
		width += gwt_py_is_wide(cp) ? 2 : 1;
	}
	return width;
}

static struct gwt_span str_of(struct table *t, const struct gwt_json *value)
{
	struct gwt_span text = GWT_SPAN("");
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_py_str(&out, value);
	if (out.len)
		text = gwt_arena_copy(t->arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return text;
}

static void add_cell(struct table *t, struct cells *cells, struct gwt_span text)
{
	GWT_GROW(t->arena, cells->items, cells->len, cells->cap);
	cells->items[cells->len++] = text;
}

static struct section *current(struct table *t)
{
	return &t->sections[t->len - 1];
}

static void new_section(struct table *t, struct gwt_span title, size_t depth)
{
	GWT_GROW(t->arena, t->sections, t->len, t->cap);
	t->sections[t->len++] = (struct section){ .title = title, .depth = depth };
}

static void update_widths(struct table *t, struct section *s, const struct cells *cells)
{
	if (s->width_count == 0) {
		s->widths = gwt_arena_array(t->arena, size_t, cells->len + 1);
		s->width_count = cells->len;
	}
	for (size_t i = 0; i < cells->len && i < s->width_count; i++) {
		size_t width = text_width(cells->items[i]);

		if (width > s->widths[i])
			s->widths[i] = width;
	}
}

static void add_header(struct table *t, const struct cells *headers)
{
	struct section *s = current(t);

	update_widths(t, s, headers);
	if (!s->has_columns)
		s->columns = headers->len;
	s->has_columns = true;
	s->headers = *headers;
}

static bool add_row(struct table *t, const struct cells *row)
{
	struct section *s = current(t);

	if (!s->has_columns)
		s->columns = row->len;
	s->has_columns = true;
	if (row->len != s->columns)
		return gwt_aws_fail(t->failure, GWT_AWS_GENERAL,
				    "Row should have %zu elements, instead it has %zu", s->columns, row->len);
	GWT_GROW(t->arena, s->rows, s->row_count, s->row_cap);
	s->rows[s->row_count++] = *row;
	update_widths(t, s, row);
	return true;
}

static bool is_scalar(const struct gwt_json *value)
{
	return value->type != GWT_JSON_ARRAY && value->type != GWT_JSON_OBJECT;
}

static bool build(struct table *t, struct gwt_span title, const struct gwt_json *value, size_t depth);

/* One scalar is a row of name and value; several are a header and a row. */
static bool build_object_row(struct table *t, const struct gwt_json **members, size_t count)
{
	struct cells names = { 0 }, values = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (!is_scalar(members[i]))
			continue;
		add_cell(t, &names, members[i]->name);
		add_cell(t, &values, str_of(t, members[i]));
	}
	if (names.len == 0)
		return true;
	if (names.len == 1) {
		add_cell(t, &names, values.items[0]);
		return add_row(t, &names);
	}
	add_header(t, &names);
	return add_row(t, &values);
}

static bool build_object(struct table *t, const struct gwt_json *object, size_t depth)
{
	const struct gwt_json **members = gwt_aws_sorted(t->arena, object);

	if (!build_object_row(t, members, object->len))
		return false;
	for (size_t i = 0; i < object->len; i++)
		if (!is_scalar(members[i]) && !build(t, members[i]->name, members[i], depth + 1))
			return false;
	return true;
}

static int by_bytes(const void *a, const void *b)
{
	return gwt_span_cmp(*(const struct gwt_span *)a, *(const struct gwt_span *)b);
}

static bool contains(const struct cells *cells, struct gwt_span text)
{
	for (size_t i = 0; i < cells->len; i++)
		if (gwt_span_eq(cells->items[i], text))
			return true;
	return false;
}

/* Fail with Python's message for an item that is not a mapping, where one is expected. */
static bool fail_not_object(struct table *t, const struct gwt_json *item)
{
	if (item->type == GWT_JSON_STRING && item->text.len)
		return gwt_aws_fail(t->failure, GWT_AWS_GENERAL,
				    "string indices must be integers, not 'str'");
	if (item->type == GWT_JSON_ARRAY && item->len)
		return gwt_aws_fail(t->failure, GWT_AWS_GENERAL,
				    "list indices must be integers or slices, not %s",
				    gwt_py_type_name(item->child));
	if (item->type == GWT_JSON_STRING || item->type == GWT_JSON_ARRAY)
		return gwt_aws_fail(t->failure, GWT_AWS_GENERAL, "'%s' object has no attribute 'get'",
				    gwt_py_type_name(item));
	return gwt_aws_fail(t->failure, GWT_AWS_GENERAL, "'%s' object is not iterable",
			    gwt_py_type_name(item));
}

/* Names with a scalar in some item, and names with a list or mapping in some item; both sorted. */
static bool group_names(struct table *t, const struct gwt_json *list, struct cells *headers,
			struct cells *more)
{
	for (const struct gwt_json *item = list->child; item; item = item->next) {
		if (item->type != GWT_JSON_OBJECT)
			return fail_not_object(t, item);
		for (const struct gwt_json *member = item->child; member; member = member->next) {
			struct cells *into = is_scalar(member) ? headers : more;

			if (!contains(into, member->name))
				add_cell(t, into, member->name);
		}
	}
	if (headers->len)
		qsort(headers->items, headers->len, sizeof(*headers->items), by_bytes);
	if (more->len)
		qsort(more->items, more->len, sizeof(*more->items), by_bytes);
	return true;
}

static bool build_item(struct table *t, const struct gwt_json *item, const struct cells *headers,
		       const struct cells *more, size_t depth)
{
	struct cells row = { 0 };

	for (size_t i = 0; i < headers->len; i++) {
		const struct gwt_json *member = gwt_json_get_span(item, headers->items[i]);

		add_cell(t, &row, member ? str_of(t, member) : GWT_SPAN(""));
	}
	if (!add_row(t, &row))
		return false;
	for (size_t i = 0; i < more->len; i++) {
		const struct gwt_json *member = gwt_json_get_span(item, more->items[i]);

		if (member && !build(t, more->items[i], member, depth + 1))
			return false;
	}
	return true;
}

static bool build_objects(struct table *t, struct gwt_span title, const struct gwt_json *list, size_t depth)
{
	struct cells headers = { 0 }, more = { 0 };

	if (!group_names(t, list, &headers, &more))
		return false;
	add_header(t, &headers);
	for (const struct gwt_json *item = list->child; item; item = item->next) {
		if (item != list->child && more.len) {
			new_section(t, title, depth);
			add_header(t, &headers);
		}
		if (!build_item(t, item, &headers, &more, depth))
			return false;
	}
	return true;
}

/* A row with the items of a list, or with the names of a mapping. */
static bool add_items_row(struct table *t, const struct gwt_json *item)
{
	struct cells row = { 0 };

	for (const struct gwt_json *cell = item->child; cell; cell = cell->next)
		add_cell(t, &row, item->type == GWT_JSON_OBJECT ? cell->name : str_of(t, cell));
	return add_row(t, &row);
}

static bool all_scalar(const struct gwt_json *item)
{
	for (const struct gwt_json *cell = item->child; cell && item->type == GWT_JSON_ARRAY;
	     cell = cell->next)
		if (!is_scalar(cell))
			return false;
	return true;
}

static bool build_list(struct table *t, const struct gwt_json *list)
{
	for (const struct gwt_json *item = list->child; item; item = item->next) {
		struct cells row = { 0 };

		if (is_scalar(item)) {
			add_cell(t, &row, str_of(t, item));
			if (!add_row(t, &row))
				return false;
		} else if (all_scalar(item)) {
			if (!add_items_row(t, item))
				return false;
		} else if (!build(t, (struct gwt_span){ 0 }, item, 0)) {
			return false;
		}
	}
	return true;
}

/*
 * Collect the sections of `value`. A value that is false in Python has none; without a title the last section
 * goes on.
 */
static bool build(struct table *t, struct gwt_span title, const struct gwt_json *value, size_t depth)
{
	if (!gwt_py_truth(value))
		return true;
	if (title.ptr)
		new_section(t, title, depth);
	if (value->type == GWT_JSON_OBJECT)
		return build_object(t, value, depth);
	if (value->type != GWT_JSON_ARRAY)
		return true;
	return value->child->type == GWT_JSON_OBJECT ? build_objects(t, title, value, depth)
						     : build_list(t, value);
}

static size_t total_width(const struct section *s)
{
	size_t outer = 2 * s->depth, total = 2 + outer, titled = text_width(s->title) + 2 + outer;

	for (size_t i = 0; i < s->width_count; i++)
		total += s->widths[i] + PADDING;
	return titled > total ? titled : total;
}

static size_t max_width(const struct table *t)
{
	size_t width = 0;

	for (size_t i = 0; i < t->len; i++)
		if (total_width(&t->sections[i]) > width)
			width = total_width(&t->sections[i]);
	return width;
}

/* Turn a section of one row: each line has a header and its value. */
static void make_vertical(struct table *t)
{
	for (size_t i = 0; i < t->len; i++) {
		struct section old = t->sections[i], *s = &t->sections[i];

		if (old.row_count != 1 || old.headers.len == 0)
			continue;
		*s = (struct section){
			.title = old.title, .depth = old.depth, .columns = 2, .has_columns = true
		};
		for (size_t k = 0; k < old.headers.len; k++) {
			struct cells row = { 0 };

			add_cell(t, &row, old.headers.items[k]);
			add_cell(t, &row, old.rows[0].items[k]);
			GWT_GROW(t->arena, s->rows, s->row_count, s->row_cap);
			s->rows[s->row_count++] = row;
			update_widths(t, s, &row);
		}
	}
}

/*
 * Widths that add up to `width`: scaled, rounded half to even, then reduced from the left or increased from
 * the right.
 */
static int64_t *scaled_widths(struct table *t, const struct section *s, size_t width)
{
	int64_t *scaled = gwt_arena_array(t->arena, int64_t, s->width_count + 1), off = 0;
	double total = 0, factor;

	if (s->width_count == 0)
		return scaled;
	for (size_t i = 0; i < s->width_count; i++)
		total += (double)(s->widths[i] + PADDING);
	factor = (double)width / total;
	for (size_t i = 0; i < s->width_count; i++) {
		scaled[i] = (int64_t)nearbyint(factor * (double)(s->widths[i] + PADDING));
		off += scaled[i];
	}
	off -= (int64_t)width;
	while (off > 0)
		for (size_t i = 0; i < s->width_count && off > 0; i++, off--)
			scaled[i]--;
	while (off < 0)
		for (size_t i = s->width_count; i > 0 && off < 0; i--, off++)
			scaled[i - 1]++;
	return scaled;
}

static void repeat(struct gwt_buf *out, char c, int64_t count)
{
	for (; count > 0; count--)
		gwt_buf_add_char(out, c);
}

/* '|' once for each level, at both ends of a line. */
static void add_bars(struct table *t, struct gwt_buf *out, size_t depth)
{
	while (depth--)
		gwt_buf_add_text(out, t->color ? "\033[2m\033[33m|\033[0m" : "|");
}

/* End one write of the AWS CLI, after which colorama resets the colors. */
static void end_write(struct table *t, struct gwt_buf *out)
{
	if (t->resets)
		gwt_buf_add_text(out, "\033[0m");
}

static void add_line(struct table *t, struct gwt_buf *out, const struct section *s, struct gwt_buf *line)
{
	add_bars(t, out, s->depth);
	end_write(t, out);
	gwt_buf_add(out, gwt_buf_span(line));
	end_write(t, out);
	add_bars(t, out, s->depth);
	end_write(t, out);
	gwt_buf_add_char(out, '\n');
	end_write(t, out);
	gwt_buf_clear(line);
}

static void center(struct gwt_buf *line, struct gwt_span text, int64_t length, const char *left)
{
	int64_t width = (int64_t)text_width(text), start = length / 2 - width / 2 - 1;

	if (start < 0)
		start = 0;
	gwt_buf_add_text(line, left);
	repeat(line, ' ', start);
	gwt_buf_add(line, text);
	repeat(line, ' ', length - 1 - ((int64_t)strlen(left) + length / 2 - width / 2 - 1 + width));
	gwt_buf_add_char(line, '|');
}

static void align_left(struct table *t, struct gwt_buf *line, struct gwt_span text, int64_t length,
		       const char *left)
{
	int64_t width = (int64_t)text_width(text), edge = (int64_t)strlen(left);
	int64_t padding = length - (width + 2 + edge + 1) >= 0 ? 2 : 0;

	gwt_buf_add_text(line, left);
	repeat(line, ' ', padding);
	if (t->color)
		gwt_buf_add_text(line, "\033[1m\033[34m");
	gwt_buf_add(line, text);
	if (t->color)
		gwt_buf_add_text(line, "\033[0m");
	repeat(line, ' ', length - edge - padding - width - 1);
	gwt_buf_add_char(line, '|');
}

static void draw_rule(struct table *t, struct gwt_buf *out, const struct section *s, const int64_t *widths,
		      struct gwt_buf *line)
{
	for (size_t i = 0; i < s->width_count; i++) {
		if (i == 0)
			gwt_buf_add_char(line, '+');
		repeat(line, '-', widths[i] - (i == 0 ? 2 : 1));
		gwt_buf_add_char(line, '+');
	}
	add_line(t, out, s, line);
}

static void draw_title(struct table *t, struct gwt_buf *out, const struct section *s, size_t width,
		       struct gwt_buf *line)
{
	if (s->title.len == 0)
		return;
	center(line, s->title, (int64_t)width, "|");
	add_line(t, out, s, line);
	if (s->headers.len == 0 && s->row_count == 0) {
		gwt_buf_add_char(line, '+');
		repeat(line, '-', (int64_t)width - 2);
		gwt_buf_add_char(line, '+');
		add_line(t, out, s, line);
	}
}

static void draw_headers(struct table *t, struct gwt_buf *out, const struct section *s, const int64_t *widths,
			 struct gwt_buf *line)
{
	if (s->headers.len == 0)
		return;
	draw_rule(t, out, s, widths, line);
	for (size_t i = 0; i < s->headers.len; i++)
		center(line, s->headers.items[i], widths[i], i == 0 ? "|" : "");
	add_line(t, out, s, line);
}

static void draw_rows(struct table *t, struct gwt_buf *out, const struct section *s, const int64_t *widths,
		      struct gwt_buf *line)
{
	if (s->row_count == 0 || s->width_count == 0)
		return;
	draw_rule(t, out, s, widths, line);
	for (size_t r = 0; r < s->row_count; r++) {
		for (size_t i = 0; i < s->rows[r].len && i < s->width_count; i++)
			align_left(t, line, s->rows[r].items[i], widths[i], i == 0 ? "|" : "");
		add_line(t, out, s, line);
	}
	draw_rule(t, out, s, widths, line);
}

static void draw(struct table *t, struct gwt_buf *out)
{
	size_t width = max_width(t);
	struct gwt_buf line;

	if (width > t->terminal) {
		make_vertical(t);
		width = max_width(t);
	}
	gwt_buf_init(&line, SIZE_MAX);
	repeat(out, '-', (int64_t)width);
	gwt_buf_add_char(out, '\n');
	end_write(t, out);
	for (size_t i = 0; i < t->len; i++) {
		const struct section *s = &t->sections[i];
		size_t inner = width - 2 * s->depth;
		int64_t *widths = scaled_widths(t, s, inner);

		draw_title(t, out, s, inner, &line);
		draw_headers(t, out, s, widths, &line);
		draw_rows(t, out, s, widths, &line);
	}
	gwt_buf_release(&line);
}

bool gwt_aws_table_write(struct gwt_buf *out, const struct gwt_aws_output *how, const struct gwt_json *value,
			 struct gwt_aws_failure *failure)
{
	struct table t = { .arena = failure->arena,
			   .failure = failure,
			   .color = how->color,
			   .resets = how->resets,
			   .terminal = how->width };

	if (!build(&t, gwt_span_of(how->title), value, 0))
		return false;
	if (t.len)
		draw(&t, out);
	return true;
}
