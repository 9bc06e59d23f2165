/* json_write.c - json.dumps(). */
#include "awscli/pyval/pyval.h"

#include "awscli/pyval/unicode.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"

static void write_escape(struct gwt_buf *out, uint32_t cp)
{
	static const char plain[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
	const char *found = cp < 0x80 && cp ? memchr(plain, (int)cp, sizeof(plain) - 1) : NULL;

	if (found)
		gwt_buf_printf(out, "\\%c", names[found - plain]);
	else if (cp < 0x10000)
		gwt_buf_printf(out, "\\u%04x", (unsigned)cp);
	else
		gwt_buf_printf(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + ((cp - 0x10000) >> 10)),
			       (unsigned)(0xdc00 + (cp & 0x3ff)));
}

/* DEL and all characters after it are escaped only with `ascii`. */
static bool needs_escape(uint32_t cp, bool ascii)
{
	return cp < 0x20 || cp == '"' || cp == '\\' || (ascii && cp >= 0x7f);
}

static void write_text(struct gwt_buf *out, struct gwt_span text, bool ascii)
{
	uint32_t cp;

	gwt_buf_add_char(out, '"');
	for (size_t i = 0, len; i < text.len; i += len) {
		len = gwt_utf8_get(text, i, &cp);
		if (needs_escape(cp, ascii))
			write_escape(out, cp);
		else
			gwt_buf_add(out, gwt_span_slice(text, i, i + len));
	}
	gwt_buf_add_char(out, '"');
}

static void write_number(struct gwt_buf *out, struct gwt_span token)
{
	if (gwt_span_is(token, "nan"))
		gwt_buf_add_text(out, "NaN");
	else if (gwt_span_is(token, "inf"))
		gwt_buf_add_text(out, "Infinity");
	else if (gwt_span_is(token, "-inf"))
		gwt_buf_add_text(out, "-Infinity");
	else
		gwt_buf_add(out, token);
}

static void new_line(struct gwt_buf *out, const struct gwt_py_dumps *how, int level)
{
	if (how->indent)
		gwt_buf_printf(out, "\n%*s", how->indent * level, "");
}

static bool write_value(struct gwt_buf *out, const struct gwt_json *value, const struct gwt_py_dumps *how,
			int level);

/* A key that is None or a bool is written with JSON's word for it. */
static void write_key(struct gwt_buf *out, const struct gwt_json *member, const struct gwt_py_dumps *how)
{
	struct gwt_span name = member->name;

	if ((member->tag & GWT_PY_KEYS) == GWT_PY_KEY_NONE)
		name = GWT_SPAN("null");
	else if ((member->tag & GWT_PY_KEYS) == GWT_PY_KEY_BOOL)
		name = gwt_span_is(name, "True") ? GWT_SPAN("true") : GWT_SPAN("false");
	write_text(out, name, how->ascii);
	gwt_buf_add_text(out, how->colon);
}

static bool write_children(struct gwt_buf *out, const struct gwt_json *value, const struct gwt_py_dumps *how,
			   int level)
{
	bool object = value->type == GWT_JSON_OBJECT;

	gwt_buf_add_char(out, object ? '{' : '[');
	for (const struct gwt_json *child = value->child; child; child = child->next) {
		if (child != value->child)
			gwt_buf_add_text(out, how->comma);
		new_line(out, how, level + 1);
		if (object)
			write_key(out, child, how);
		if (!write_value(out, child, how, level + 1))
			return false;
	}
	if (value->child)
		new_line(out, how, level);
	gwt_buf_add_char(out, object ? '}' : ']');
	return true;
}

static bool write_value(struct gwt_buf *out, const struct gwt_json *value, const struct gwt_py_dumps *how,
			int level)
{
	unsigned tag = gwt_py_tag(value);

	if (tag != GWT_PY_PLAIN && tag != GWT_PY_ORDERED)
		return false;
	switch (value->type) {
	case GWT_JSON_NULL:
		gwt_buf_add_text(out, "null");
		return true;
	case GWT_JSON_FALSE:
		gwt_buf_add_text(out, "false");
		return true;
	case GWT_JSON_TRUE:
		gwt_buf_add_text(out, "true");
		return true;
	case GWT_JSON_NUMBER:
		write_number(out, value->text);
		return true;
	case GWT_JSON_STRING:
		write_text(out, value->text, how->ascii);
		return true;
	case GWT_JSON_ARRAY:
	case GWT_JSON_OBJECT:
		return write_children(out, value, how, level);
	}
	return false;
}

bool gwt_py_json_write(struct gwt_buf *out, const struct gwt_json *value, const struct gwt_py_dumps *how)
{
	return write_value(out, value, how, 0);
}
