/*
 * yaml_write.c - exact values as YAML that people read.
 *
 * Each text gets the plainest spelling that reads back as the same bytes: bare,
 * as a block after '|', or in double quotes. Short values share a line.
 */
#include "lib/scenario/yaml_write.h"

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/scenario/yaml.h"

#define WIDTH         110
#define MAX_FLOW_KEYS 3 /* a longer mapping has one line for each key */

static bool is_bare_byte(char c, bool first)
{
	bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
		    c == '$';

	return word || (!first && c && strchr(" ._-:+=()", c));
}

static bool is_bare(struct gwt_span text)
{
	if (gwt_yaml_plain(text) != GWT_YAML_TEXT || text.len == 0)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (!is_bare_byte(text.ptr[i], i == 0) ||
		    (text.ptr[i] == ':' && (i + 1 == text.len || text.ptr[i + 1] == ' ')))
			return false;
	return text.ptr[text.len - 1] != ' ';
}

/* Length of a character that editors and YAML take for a line end, or do not show; 0 for others. */
static size_t invisible_length(struct gwt_span rest, const char **escape)
{
	static const struct {
		const char *bytes, *escape;
	} rows[] = {
		{ "\xc2\x85", "\\N" },     { "\xc2\xa0", "\\_" },         { "\xe2\x80\xa8", "\\L" },
		{ "\xe2\x80\xa9", "\\P" }, { "\xef\xbb\xbf", "\\uFEFF" }, { "\xe2\x80\x8b", "\\u200B" }
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		if (gwt_span_starts(rest, gwt_span_of(rows[i].bytes))) {
			*escape = rows[i].escape;
			return strlen(rows[i].bytes);
		}
	}
	return 0;
}

static void write_quoted(struct gwt_buf *out, struct gwt_span text)
{
	static const char named[][2] = { { '"', '"' },  { '\\', '\\' }, { '\n', 'n' },
					 { '\r', 'r' }, { '\t', 't' },  { '\0', '0' } };

	gwt_buf_add_char(out, '"');
	for (size_t i = 0, len; i < text.len; i += len) {
		const char *escape = NULL;
		size_t n = 0;
		char c = text.ptr[i];

		len = invisible_length(gwt_span_slice(text, i, text.len), &escape);
		if (len) {
			gwt_buf_add_text(out, escape);
			continue;
		}
		len = 1;
		while (n < GWT_LEN(named) && named[n][0] != c)
			n++;
		if (n < GWT_LEN(named))
			gwt_buf_printf(out, "\\%c", named[n][1]);
		else if ((unsigned char)c < 0x20 || c == 0x7f)
			gwt_buf_printf(out, "\\x%02X", (unsigned)c);
		else
			gwt_buf_add_char(out, c);
	}
	gwt_buf_add_char(out, '"');
}

/* Whether a block keeps every byte: lines of visible characters, at most one LF at the end. */
static bool is_block(struct gwt_span text)
{
	const char *escape;

	if (gwt_span_find(text, '\n') == text.len || text.ptr[0] == ' ' || text.ptr[0] == '\n' ||
	    text.ptr[0] == '\t' || gwt_span_ends(text, GWT_SPAN("\n\n")))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		bool before_end = i + 1 == text.len || text.ptr[i + 1] == '\n';

		if (((unsigned char)text.ptr[i] < 0x20 && text.ptr[i] != '\n' && text.ptr[i] != '\t') ||
		    text.ptr[i] == 0x7f || invisible_length(gwt_span_slice(text, i, text.len), &escape) ||
		    ((text.ptr[i] == ' ' || text.ptr[i] == '\t') && before_end))
			return false;
	}
	return true;
}

static void indent(struct gwt_buf *out, int depth)
{
	for (int i = 0; i < depth; i++)
		gwt_buf_add_text(out, "  ");
}

static void write_block(struct gwt_buf *out, struct gwt_span text, int depth)
{
	bool ends = text.ptr[text.len - 1] == '\n';

	gwt_buf_add_text(out, ends ? "|\n" : "|-\n");
	if (ends)
		text.len--;
	while (text.ptr) {
		struct gwt_span line = gwt_span_cut(&text, '\n');

		if (line.len)
			indent(out, depth);
		gwt_buf_add(out, line);
		if (text.ptr)
			gwt_buf_add_char(out, '\n');
	}
}

static void write_text(struct gwt_buf *out, struct gwt_span text)
{
	if (is_bare(text))
		gwt_buf_add(out, text);
	else
		write_quoted(out, text);
}

static void write_flow(struct gwt_buf *out, const struct gwt_json *value)
{
	bool map = value->type == GWT_JSON_OBJECT;

	if (value->type == GWT_JSON_STRING) {
		write_text(out, value->text);
		return;
	}
	if (!map && value->type != GWT_JSON_ARRAY) {
		gwt_json_write(out, value, GWT_JSON_COMPACT);
		return;
	}
	gwt_buf_add_char(out, map ? '{' : '[');
	for (const struct gwt_json *child = value->child; child; child = child->next) {
		if (map) {
			write_text(out, child->name);
			gwt_buf_add_text(out, ": ");
		}
		write_flow(out, child);
		if (child->next)
			gwt_buf_add_text(out, ", ");
	}
	gwt_buf_add_char(out, map ? '}' : ']');
}

static bool holds_block(const struct gwt_json *value)
{
	if (value->type == GWT_JSON_STRING)
		return is_block(value->text);
	for (const struct gwt_json *child = value->child; child; child = child->next)
		if (holds_block(child))
			return true;
	return false;
}

/* Whether `value` may follow its key on one line. */
static bool fits_line(const struct gwt_json *value, size_t used)
{
	struct gwt_buf flow;
	bool fits;

	if (value->len == 0 && value->type != GWT_JSON_STRING)
		return true;
	if (value->type != GWT_JSON_OBJECT && value->type != GWT_JSON_ARRAY)
		return !holds_block(value);
	if (holds_block(value) || (value->type == GWT_JSON_OBJECT && value->len > MAX_FLOW_KEYS))
		return false;
	gwt_buf_init(&flow, WIDTH);
	write_flow(&flow, value);
	fits = !flow.over && used + flow.len <= WIDTH;
	gwt_buf_release(&flow);
	return fits;
}

static size_t line_used(const struct gwt_buf *out)
{
	size_t n = 0;

	while (n < out->len && out->ptr[out->len - 1 - n] != '\n')
		n++;
	return n;
}

static void write_children(struct gwt_buf *out, const struct gwt_json *value, int depth)
{
	for (const struct gwt_json *child = value->child; child; child = child->next) {
		indent(out, depth);
		if (value->type == GWT_JSON_OBJECT) {
			write_text(out, child->name);
			gwt_buf_add_char(out, ':');
		} else {
			gwt_buf_add_char(out, '-');
		}
		gwt_yaml_write_value(out, child, depth + 1);
	}
}

void gwt_yaml_write_value(struct gwt_buf *out, const struct gwt_json *value, int depth)
{
	if (fits_line(value, line_used(out))) {
		gwt_buf_add_char(out, ' ');
		write_flow(out, value);
		gwt_buf_add_char(out, '\n');
	} else if (value->type == GWT_JSON_STRING) {
		gwt_buf_add_char(out, ' ');
		write_block(out, value->text, depth);
		gwt_buf_add_char(out, '\n');
	} else {
		gwt_buf_add_char(out, '\n');
		write_children(out, value, depth);
	}
}

void gwt_yaml_write_flow(struct gwt_buf *out, const struct gwt_json *value)
{
	write_flow(out, value);
}
