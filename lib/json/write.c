/*
 * write.c - trees to bytes, in the layouts that clients and AWS use and in canonical form.
 */
#include "lib/json/write.h"

#include <stdlib.h>

#include "lib/base/span.h"
#include "lib/json/order.h"
#include "lib/json/scan.h"

/* RFC 8785, 3.2.2.2: an escape of two characters if there is one, else \u00xx. */
static void write_escape(struct gwt_buf *out, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *at = c ? strchr(from, c) : NULL;

	if (at) {
		char pair[2] = { '\\', to[at - from] };

		gwt_buf_add(out, (struct gwt_span){ pair, 2 });
	} else {
		gwt_buf_printf(out, "\\u%04x", c);
	}
}

void gwt_json_write_string(struct gwt_buf *out, struct gwt_span text)
{
	gwt_buf_add_char(out, '"');
	while (text.len) {
		size_t run = gwt_json_plain_run(text.ptr, text.len);

		if (run)
			gwt_buf_add(out, gwt_span_slice(text, 0, run));
		if (run < text.len)
			write_escape(out, (unsigned char)text.ptr[run++]);
		text = gwt_span_slice(text, run, text.len);
	}
	gwt_buf_add_char(out, '"');
}

/* The text between the pieces of a container. */
struct style {
	struct gwt_span comma, colon;
	bool lines; /* each child on a line of its own */
};

static const struct style styles[] = {
	[GWT_JSON_COMPACT] = { GWT_SPAN_INIT(","), GWT_SPAN_INIT(":"), false },
	[GWT_JSON_COMPACT_LF] = { GWT_SPAN_INIT(","), GWT_SPAN_INIT(":"), false },
	[GWT_JSON_SPACED] = { GWT_SPAN_INIT(", "), GWT_SPAN_INIT(": "), false },
	[GWT_JSON_PRETTY] = { GWT_SPAN_INIT(","), GWT_SPAN_INIT(": "), true },
};

static void new_line(struct gwt_buf *out, size_t depth)
{
	gwt_buf_add_char(out, '\n');
	while (depth--)
		gwt_buf_add_text(out, "  ");
}

static void write_value(struct gwt_buf *out, const struct gwt_json *json, const struct style *style,
			size_t depth);

static void write_container(struct gwt_buf *out, const struct gwt_json *json, const struct style *style,
			    size_t depth)
{
	bool is_object = json->type == GWT_JSON_OBJECT;

	gwt_buf_add_char(out, is_object ? '{' : '[');
	for (const struct gwt_json *child = json->child; child && !out->over; child = child->next) {
		if (child != json->child)
			gwt_buf_add(out, style->comma);
		if (style->lines)
			new_line(out, depth + 1);
		if (is_object) {
			gwt_json_write_string(out, child->name);
			gwt_buf_add(out, style->colon);
		}
		write_value(out, child, style, depth + 1);
	}
	if (style->lines && json->child)
		new_line(out, depth);
	gwt_buf_add_char(out, is_object ? '}' : ']');
}

static void write_literal(struct gwt_buf *out, enum gwt_json_type type)
{
	static const struct gwt_span words[] = {
		[GWT_JSON_NULL] = GWT_SPAN_INIT("null"),
		[GWT_JSON_FALSE] = GWT_SPAN_INIT("false"),
		[GWT_JSON_TRUE] = GWT_SPAN_INIT("true"),
	};

	gwt_buf_add(out, words[type]);
}

static void write_value(struct gwt_buf *out, const struct gwt_json *json, const struct style *style,
			size_t depth)
{
	switch (json->type) {
	case GWT_JSON_NUMBER:
		gwt_buf_add(out, json->text);
		break;
	case GWT_JSON_STRING:
		gwt_json_write_string(out, json->text);
		break;
	case GWT_JSON_ARRAY:
	case GWT_JSON_OBJECT:
		write_container(out, json, style, depth);
		break;
	default:
		write_literal(out, json->type);
	}
}

void gwt_json_write(struct gwt_buf *out, const struct gwt_json *json, enum gwt_json_layout layout)
{
	write_value(out, json, &styles[layout], 0);
	if (layout == GWT_JSON_COMPACT_LF || layout == GWT_JSON_PRETTY)
		gwt_buf_add_char(out, '\n');
}

static void write_canonical_array(struct gwt_buf *out, const struct gwt_json *json)
{
	gwt_buf_add_char(out, '[');
	for (const struct gwt_json *item = json->child; item; item = item->next) {
		if (item != json->child)
			gwt_buf_add_char(out, ',');
		gwt_json_write_canonical(out, item);
	}
	gwt_buf_add_char(out, ']');
}

static void write_canonical_object(struct gwt_buf *out, const struct gwt_json *json)
{
	struct gwt_json *few[GWT_JSON_FEW_MEMBERS];
	struct gwt_json **sorted = gwt_json_sorted(json, few, gwt_json_by_utf16);

	gwt_buf_add_char(out, '{');
	for (size_t i = 0; i < json->len; i++) {
		if (i)
			gwt_buf_add_char(out, ',');
		gwt_json_write_string(out, sorted[i]->name);
		gwt_buf_add_char(out, ':');
		gwt_json_write_canonical(out, sorted[i]);
	}
	gwt_buf_add_char(out, '}');
	if (sorted != few)
		free(sorted);
}

void gwt_json_write_canonical(struct gwt_buf *out, const struct gwt_json *json)
{
	switch (json->type) {
	case GWT_JSON_NUMBER:
		gwt_json_write_number(out, json->text);
		break;
	case GWT_JSON_STRING:
		gwt_json_write_string(out, json->text);
		break;
	case GWT_JSON_ARRAY:
		write_canonical_array(out, json);
		break;
	case GWT_JSON_OBJECT:
		write_canonical_object(out, json);
		break;
	default:
		write_literal(out, json->type);
	}
}
