/*
 * yaml_block.c - literal and folded blocks ('|', '>'), as ruamel.yaml's scanner reads their lines.
 *
 * libfyaml finds the blocks. Their text is read here, since libfyaml returns a NUL for an empty block, adds
 * a line break at the end that is not there, and returns bytes of other memory for some blocks. When it takes
 * the text after a block for a part of the block, this is an error, since keys would be lost.
 */
#include "awscli/yaml.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"

enum { ROOT = -1 };

struct block {
	struct gwt_span text; /* to the end of the source */
	size_t at;
	size_t indent;
	bool folded, keep, strip;
	size_t increment; /* 0: none given */
	struct gwt_buf *out;
};

static bool is_break(char c)
{
	return c == '\n' || c == '\r';
}

/* A header is [|>] [-+1-9]{0,2}, then blanks, then maybe a comment, to the end of the line. */
static bool is_header(struct gwt_span line, size_t at)
{
	size_t i = at + 1;

	if (line.ptr[at] != '|' && line.ptr[at] != '>')
		return false;
	while (i < line.len && i < at + 3 && memchr("-+123456789", line.ptr[i], 11))
		i++;
	if (i == line.len)
		return true;
	while (i < line.len && line.ptr[i] == ' ')
		i++;
	return i == line.len || (line.ptr[i] == '#' && line.ptr[i - 1] == ' ');
}

/* The column of the key or dash in this line that a value at `at` belongs to; ROOT when there is none. */
static long parent_in(struct gwt_span line, size_t at)
{
	long parent = ROOT;
	size_t i = 0;

	while (i < at) {
		if (line.ptr[i] == ' ') {
			i++;
		} else if (strchr("-?:", line.ptr[i]) && i + 1 < line.len && line.ptr[i + 1] == ' ') {
			parent = (long)i++;
		} else {
			struct gwt_span key = gwt_span_slice(line, i, at);

			return gwt_span_find_span(key, GWT_SPAN(": ")) < key.len ? (long)i : parent;
		}
	}
	return parent;
}

static struct gwt_span line_before(struct gwt_span source, size_t end, size_t *start)
{
	size_t from = end;

	while (from > 0 && !is_break(source.ptr[from - 1]))
		from--;
	*start = from;
	return gwt_span_slice(source, from, end);
}

static size_t indent_of(struct gwt_span line)
{
	size_t i = 0;

	while (i < line.len && line.ptr[i] == ' ')
		i++;
	return i;
}

/* For a header on a separate line: the nearest line above with less indentation. */
static long parent_above(struct gwt_span source, size_t end, size_t indent)
{
	while (end > 0) {
		struct gwt_span line = line_before(source, end - 1, &end);
		size_t own = indent_of(line);

		if (own < line.len && line.ptr[own] != '#' && own < indent)
			return (long)own;
	}
	return ROOT;
}

static void read_header(struct block *b, struct gwt_span line, size_t at)
{
	b->folded = line.ptr[at] == '>';
	for (size_t i = at + 1; i < line.len && i < at + 3; i++) {
		b->keep |= line.ptr[i] == '+';
		b->strip |= line.ptr[i] == '-';
		if (line.ptr[i] >= '1' && line.ptr[i] <= '9')
			b->increment = (size_t)(line.ptr[i] - '0');
		else if (line.ptr[i] != '+' && line.ptr[i] != '-')
			break;
	}
}

/* The header ends where the block starts. *parent: the column from which the block is indented. */
static bool find_header(struct block *b, struct gwt_span source, size_t start, long *parent)
{
	size_t end = start, from;
	struct gwt_span line;

	if (end > 0 && is_break(source.ptr[end - 1]))
		end--;
	if (end > 0 && end < source.len && source.ptr[end] == '\n' && source.ptr[end - 1] == '\r')
		end--;
	line = line_before(source, end, &from);
	for (size_t at = 0; at < line.len; at++) {
		if (!is_header(line, at))
			continue;
		read_header(b, line, at);
		*parent = parent_in(line, at);
		if (*parent == ROOT && indent_of(line) == at)
			*parent = parent_above(source, from, at);
		return true;
	}
	return false;
}

static size_t break_at(const struct block *b)
{
	if (gwt_span_starts(gwt_span_slice(b->text, b->at, b->text.len), GWT_SPAN("\r\n")))
		return 2;
	return b->at < b->text.len && is_break(b->text.ptr[b->at]) ? 1 : 0;
}

/*
 * Skip empty lines and the indentation of the next line. Returns the number of line breaks; *column is where
 * that line begins.
 */
static size_t skip_breaks(struct block *b, size_t *column)
{
	size_t count = 0, len;

	for (;; count++) {
		for (*column = 0; *column < b->indent && b->at < b->text.len && b->text.ptr[b->at] == ' ';
		     b->at++)
			++*column;
		len = break_at(b);
		if (len == 0)
			return count;
		b->at += len;
	}
}

/* The block's indentation: that of the widest line up to the first with content, at least `least`. */
static void find_indent(struct block *b, size_t least)
{
	size_t widest = 0, column = 0;

	for (size_t i = b->at; i < b->text.len && (b->text.ptr[i] == ' ' || is_break(b->text.ptr[i])); i++) {
		column = b->text.ptr[i] == ' ' ? column + 1 : 0;
		widest = column > widest ? column : widest;
	}
	b->indent = widest > least ? widest : least;
}

static void add_breaks(struct block *b, size_t count)
{
	while (count-- > 0)
		gwt_buf_add_char(b->out, '\n');
}

static bool is_end(const struct block *b, size_t column)
{
	struct gwt_span rest = gwt_span_slice(b->text, b->at, b->text.len);

	if (column != b->indent || rest.len == 0)
		return true;
	return b->indent == 0 &&
	       (gwt_span_starts(rest, GWT_SPAN("---")) || gwt_span_starts(rest, GWT_SPAN("..."))) &&
	       (rest.len == 3 || strchr(" \t\r\n", rest.ptr[3]));
}

static bool is_blank_at(const struct block *b)
{
	return b->text.ptr[b->at] == ' ' || b->text.ptr[b->at] == '\t';
}

/* Append one line; *blank: its text begins with a blank; *broken: it ends in a line break. */
static void add_line(struct block *b, bool *blank, bool *broken)
{
	size_t from = b->at, len;

	*blank = is_blank_at(b);
	while (b->at < b->text.len && !is_break(b->text.ptr[b->at]))
		b->at++;
	gwt_buf_add(b->out, gwt_span_slice(b->text, from, b->at));
	len = break_at(b);
	*broken = len > 0;
	b->at += len;
}

static void read_lines(struct block *b)
{
	bool blank = false, broken = false;
	size_t column, breaks = skip_breaks(b, &column);

	for (bool first = true; !is_end(b, column); first = false) {
		bool folds = b->folded && !blank && !is_blank_at(b);

		if (!first && !folds)
			gwt_buf_add_char(b->out, '\n');
		else if (!first && breaks == 0)
			gwt_buf_add_char(b->out, ' ');
		add_breaks(b, breaks);
		add_line(b, &blank, &broken);
		breaks = skip_breaks(b, &column);
	}
	if (broken && !b->strip)
		gwt_buf_add_char(b->out, '\n');
	if (b->keep)
		add_breaks(b, breaks);
}

/* Whether nothing but blanks is between the two places. */
static bool is_same_end(struct gwt_span source, size_t a, size_t b)
{
	struct gwt_span between = a < b ? gwt_span_slice(source, a, b) : gwt_span_slice(source, b, a);

	return gwt_span_trim(between).len == 0;
}

bool gwt_aws_yaml_block(struct gwt_arena *arena, struct gwt_span source, size_t start, size_t end,
			struct gwt_span *out)
{
	struct gwt_buf text;
	struct block b = { .text = gwt_span_slice(source, start, source.len), .out = &text };
	long parent;

	if (!find_header(&b, source, start, &parent))
		return false;
	if (b.increment)
		b.indent = (size_t)(parent < 0 ? 0 : parent) + b.increment;
	else
		find_indent(&b, (size_t)(parent + 1));
	gwt_buf_init(&text, SIZE_MAX);
	read_lines(&b);
	*out = gwt_arena_copy(arena, text.len ? gwt_buf_span(&text) : GWT_SPAN(""));
	gwt_buf_release(&text);
	return is_same_end(source, start + b.at, end);
}
