#include "lib/report/html_text.h"

#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "lib/report/unicode.h"

enum place { IN_LINE, IN_LINES, IN_ATTRIBUTE };

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void add_number(struct gwt_buf *out, enum place place, const char *format, uint32_t number)
{
	gwt_buf_add_text(out, place == IN_ATTRIBUTE ? "{" : "<span class=\"u\">");
	gwt_buf_printf(out, format, number);
	gwt_buf_add_text(out, place == IN_ATTRIBUTE ? "}" : "</span>");
}

/* Add the first character of `text`; returns how many bytes it has. */
static size_t add_one(struct gwt_buf *out, struct gwt_span text, enum place place)
{
	uint32_t code;
	size_t length = gwt_utf8_read(text, &code);
	const char *entity = entity_of(text.ptr[0]);

	if (!length)
		add_number(out, place, "\\x%02X", (unsigned char)text.ptr[0]);
	else if (entity)
		gwt_buf_add_text(out, entity);
	else if (gwt_code_is_hidden(code) && !(place == IN_LINES && code == '\n'))
		add_number(out, place, "U+%04X", code);
	else
		gwt_buf_add(out, gwt_span_slice(text, 0, length));
	return length ? length : 1;
}

static void add(struct gwt_buf *out, struct gwt_span text, enum place place)
{
	for (size_t at = 0; at < text.len;)
		at += add_one(out, gwt_span_slice(text, at, text.len), place);
}

void gwt_html_add(struct gwt_buf *out, struct gwt_span text)
{
	add(out, text, IN_LINE);
}

void gwt_html_add_lines(struct gwt_buf *out, struct gwt_span text)
{
	add(out, text, IN_LINES);
}

void gwt_html_add_attribute(struct gwt_buf *out, struct gwt_span text)
{
	add(out, text, IN_ATTRIBUTE);
}

static bool is_inside_code_point(struct gwt_span text, size_t at)
{
	return at < text.len && ((unsigned char)text.ptr[at] & 0xc0) == 0x80;
}

static size_t common_front(struct gwt_span a, struct gwt_span b)
{
	size_t n = 0;

	while (n < a.len && n < b.len && a.ptr[n] == b.ptr[n])
		n++;
	while (n && (is_inside_code_point(a, n) || is_inside_code_point(b, n)))
		n--;
	return n;
}

static size_t common_back(struct gwt_span a, struct gwt_span b, size_t front)
{
	size_t n = 0;

	while (n < a.len - front && n < b.len - front && a.ptr[a.len - n - 1] == b.ptr[b.len - n - 1])
		n++;
	while (n && is_inside_code_point(a, a.len - n))
		n--;
	return n;
}

void gwt_html_add_marked(struct gwt_buf *out, struct gwt_span text, struct gwt_span other)
{
	size_t front = common_front(text, other), end = text.len - common_back(text, other, front);

	gwt_html_add_lines(out, gwt_span_slice(text, 0, front));
	if (front < end) {
		gwt_buf_add_text(out, "<mark>");
		gwt_html_add_lines(out, gwt_span_slice(text, front, end));
		gwt_buf_add_text(out, "</mark>");
	}
	gwt_html_add_lines(out, gwt_span_slice(text, end, text.len));
}
