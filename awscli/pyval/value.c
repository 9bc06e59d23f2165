/* value.c - types, truth, equality, str() and repr(). */
#include "awscli/pyval/pyval.h"

#include "awscli/pyval/unicode.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"

bool gwt_py_is_dict(const struct gwt_json *value)
{
	return value->type == GWT_JSON_OBJECT && gwt_py_tag(value) != GWT_PY_SET;
}

bool gwt_py_is_str(const struct gwt_json *value)
{
	return value->type == GWT_JSON_STRING && gwt_py_tag(value) == GWT_PY_PLAIN;
}

bool gwt_py_is_bool(const struct gwt_json *value)
{
	return value->type == GWT_JSON_TRUE || value->type == GWT_JSON_FALSE;
}

static bool is_int_token(struct gwt_span token)
{
	for (size_t i = 0; i < token.len; i++)
		if ((token.ptr[i] < '0' || token.ptr[i] > '9') && !(i == 0 && token.ptr[i] == '-'))
			return false;
	return true;
}

bool gwt_py_is_int(const struct gwt_json *value)
{
	return value->type == GWT_JSON_NUMBER && is_int_token(value->text);
}

bool gwt_py_is_float(const struct gwt_json *value)
{
	return value->type == GWT_JSON_NUMBER && !is_int_token(value->text);
}

static const struct {
	const char *name, *full;
} tag_names[] = {
	[GWT_PY_BYTES] = { "bytes", "bytes" },
	[GWT_PY_DATE] = { "date", "datetime.date" },
	[GWT_PY_DATETIME] = { "datetime", "datetime.datetime" },
	[GWT_PY_ORDERED] = { "OrderedDict", "collections.OrderedDict" },
	[GWT_PY_SET] = { "set", "set" },
	[GWT_PY_OPAQUE] = { "_Expression", "jmespath.visitor._Expression" },
};

static const char *plain_name(const struct gwt_json *value)
{
	static const char *const names[] = {
		[GWT_JSON_NULL] = "NoneType", [GWT_JSON_FALSE] = "bool", [GWT_JSON_TRUE] = "bool",
		[GWT_JSON_NUMBER] = "int",    [GWT_JSON_STRING] = "str", [GWT_JSON_ARRAY] = "list",
		[GWT_JSON_OBJECT] = "dict",
	};

	return gwt_py_is_float(value) ? "float" : names[value->type];
}

const char *gwt_py_type_name(const struct gwt_json *value)
{
	unsigned tag = gwt_py_tag(value);

	return tag ? tag_names[tag].name : plain_name(value);
}

const char *gwt_py_class_name(const struct gwt_json *value)
{
	unsigned tag = gwt_py_tag(value);

	return tag ? tag_names[tag].full : plain_name(value);
}

const char *gwt_py_key_class_name(const struct gwt_json *member)
{
	switch (member->tag & GWT_PY_KEYS) {
	case GWT_PY_KEY_INT:
		return "int";
	case GWT_PY_KEY_FLOAT:
		return "float";
	case GWT_PY_KEY_BOOL:
		return "bool";
	case GWT_PY_KEY_NONE:
		return "NoneType";
	case GWT_PY_KEY_DATE:
		return "datetime.date";
	default:
		return "str";
	}
}

void gwt_py_replace(struct gwt_json *old, const struct gwt_json *value)
{
	struct gwt_json *next = old->next;
	struct gwt_span name = old->name;
	uint16_t key = old->tag & GWT_PY_KEYS;

	*old = *value;
	old->next = next;
	old->name = name;
	old->tag = (uint16_t)((old->tag & GWT_PY_TAGS) | key);
}

/* Single quotes, unless the text has some and no double ones. */
static char quote_for(struct gwt_span text)
{
	bool single = gwt_span_find(text, '\'') < text.len, twice = gwt_span_find(text, '"') < text.len;

	return single && !twice ? '"' : '\'';
}

static bool repr_simple(struct gwt_buf *out, uint32_t cp, char quote)
{
	static const char plain[] = "\\\t\n\r", names[] = "\\tnr";
	const char *found = cp && cp < 0x80 ? memchr(plain, (int)cp, sizeof(plain) - 1) : NULL;

	if (found)
		gwt_buf_printf(out, "\\%c", names[found - plain]);
	else if (cp == (unsigned char)quote)
		gwt_buf_printf(out, "\\%c", quote);
	return found || cp == (unsigned char)quote;
}

void gwt_py_repr_text(struct gwt_buf *out, struct gwt_span text)
{
	char quote = quote_for(text);
	uint32_t cp;

	gwt_buf_add_char(out, quote);
	for (size_t i = 0; i < text.len;) {
		i += gwt_utf8_get(text, i, &cp);
		if (repr_simple(out, cp, quote))
			continue;
		if (gwt_py_is_printable(cp))
			gwt_utf8_add(out, cp);
		else if (cp < 0x100)
			gwt_buf_printf(out, "\\x%02x", (unsigned)cp);
		else
			gwt_buf_printf(out, cp < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)cp);
	}
	gwt_buf_add_char(out, quote);
}

void gwt_py_repr_bytes(struct gwt_buf *out, struct gwt_span bytes)
{
	char quote = quote_for(bytes);

	gwt_buf_add_char(out, 'b');
	gwt_buf_add_char(out, quote);
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.ptr[i];

		if (repr_simple(out, c, quote))
			continue;
		if (c < 0x20 || c >= 0x7f)
			gwt_buf_printf(out, "\\x%02x", c);
		else
			gwt_buf_add_char(out, (char)c);
	}
	gwt_buf_add_char(out, quote);
}

static void repr_key(struct gwt_buf *out, const struct gwt_json *member)
{
	if (member->tag & GWT_PY_KEYS)
		gwt_buf_add(out, member->name);
	else
		gwt_py_repr_text(out, member->name);
}

/* OrderedDict([('b', 'c')]); an empty one is OrderedDict(). */
static void repr_ordered(struct gwt_buf *out, const struct gwt_json *value)
{
	gwt_buf_add_text(out, value->len ? "OrderedDict([" : "OrderedDict(");
	for (const struct gwt_json *child = value->child; child; child = child->next) {
		gwt_buf_add_text(out, child == value->child ? "(" : ", (");
		repr_key(out, child);
		gwt_buf_add_text(out, ", ");
		gwt_py_repr(out, child);
		gwt_buf_add_char(out, ')');
	}
	gwt_buf_add_text(out, value->len ? "])" : ")");
}

static void repr_children(struct gwt_buf *out, const struct gwt_json *value)
{
	bool object = value->type == GWT_JSON_OBJECT, set = gwt_py_tag(value) == GWT_PY_SET;

	if (set && value->len == 0) {
		gwt_buf_add_text(out, "set()");
		return;
	}
	gwt_buf_add_char(out, object ? '{' : '[');
	for (const struct gwt_json *child = value->child; child; child = child->next) {
		if (child != value->child)
			gwt_buf_add_text(out, ", ");
		if (object)
			repr_key(out, child);
		if (object && !set)
			gwt_buf_add_text(out, ": ");
		if (!set)
			gwt_py_repr(out, child);
	}
	gwt_buf_add_char(out, object ? '}' : ']');
}

/* datetime.date(2020, 1, 1): the numbers of the text without leading zeros. */
static void repr_date(struct gwt_buf *out, const struct gwt_json *value)
{
	struct gwt_span s = value->text;
	bool digits = false, first = true;

	if (gwt_py_tag(value) == GWT_PY_DATETIME && gwt_span_ends(s, GWT_SPAN(":00")))
		s.len -= 3; /* seconds are left out where they and what follows are 0 */
	gwt_buf_printf(out, "%s(", gwt_py_class_name(value));
	for (size_t i = 0; i < s.len; i++) {
		bool digit = s.ptr[i] >= '0' && s.ptr[i] <= '9';
		bool leading = digit && !digits && s.ptr[i] == '0' && i + 1 < s.len && s.ptr[i + 1] >= '0' &&
			       s.ptr[i + 1] <= '9';

		if (digit && !leading) {
			if (!digits && !first)
				gwt_buf_add_text(out, ", ");
			gwt_buf_add_char(out, s.ptr[i]);
			first = false;
		}
		digits = digit && !leading;
	}
	gwt_buf_add_char(out, ')');
}

static void repr_string(struct gwt_buf *out, const struct gwt_json *value)
{
	switch (gwt_py_tag(value)) {
	case GWT_PY_BYTES:
		gwt_py_repr_bytes(out, value->text);
		break;
	case GWT_PY_DATE:
	case GWT_PY_DATETIME:
		repr_date(out, value);
		break;
	default:
		gwt_py_repr_text(out, value->text);
	}
}

void gwt_py_repr(struct gwt_buf *out, const struct gwt_json *value)
{
	switch (value->type) {
	case GWT_JSON_NULL:
		gwt_buf_add_text(out, gwt_py_tag(value) == GWT_PY_OPAQUE
					      ? "<jmespath.visitor._Expression object>"
					      : "None");
		break;
	case GWT_JSON_FALSE:
		gwt_buf_add_text(out, "False");
		break;
	case GWT_JSON_TRUE:
		gwt_buf_add_text(out, "True");
		break;
	case GWT_JSON_NUMBER:
		gwt_buf_add(out, value->text);
		break;
	case GWT_JSON_STRING:
		repr_string(out, value);
		break;
	case GWT_JSON_ARRAY:
		repr_children(out, value);
		break;
	case GWT_JSON_OBJECT:
		if (gwt_py_tag(value) == GWT_PY_ORDERED)
			repr_ordered(out, value);
		else
			repr_children(out, value);
		break;
	}
}

void gwt_py_str(struct gwt_buf *out, const struct gwt_json *value)
{
	unsigned tag = gwt_py_tag(value);

	if (value->type == GWT_JSON_STRING && tag != GWT_PY_BYTES)
		gwt_buf_add(out, value->text);
	else
		gwt_py_repr(out, value);
}
