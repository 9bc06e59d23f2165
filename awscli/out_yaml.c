/*
 * out_yaml.c - --output yaml: block style as ruamel.yaml's safe dumper prints it.
 *
 * ruamel emits through libyaml. This follows libyaml's emitter in its choice of
 * quotes, in folding at 80 columns, and in writing a long key with '?'. Keys are
 * sorted; a list or mapping that occurs twice gets an anchor, as in Python.
 */
#include "awscli/output.h"

#include <stdio.h>

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"

#define WIDTH          80
#define INDENT         2
#define SIMPLE_KEY_MAX 128

enum style { PLAIN, SINGLE, DOUBLE };

struct emitter {
	struct gwt_buf *out;
	struct gwt_arena *arena;
	int indent;
	size_t column;
	bool whitespace;        /* the last character was a blank */
	bool indention;         /* only indentation and indicators so far on this line */
	struct gwt_map anchors; /* by first child: how often the node occurs, and its number */
	int last_anchor;
};

struct analysis {
	bool multiline, plain_allowed, single_allowed;
};

static bool is_break(uint32_t cp)
{
	return cp == '\r' || cp == '\n' || cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}

/* Printable in libyaml's sense: the basic plane without controls, tab, surrogates and the byte order mark. */
static bool is_printable(uint32_t cp)
{
	return cp == '\n' || (cp >= 0x20 && cp <= 0x7e) || (cp >= 0xa0 && cp < 0xd800) ||
	       (cp >= 0xe000 && cp <= 0xfffd && cp != 0xfeff);
}

static bool is_blank_or_end(struct gwt_span s, size_t at)
{
	uint32_t cp;

	if (at >= s.len)
		return true;
	gwt_utf8_get(s, at, &cp);
	return cp == ' ' || cp == '\t' || cp == 0 || is_break(cp);
}

/* Whether the character is an indicator that keeps a scalar from being plain; this depends on its place. */
static bool is_indicator(struct gwt_span s, size_t at, bool after_blank, bool before_blank)
{
	char c = s.ptr[at];

	if (at == 0)
		return (c && strchr("#,[]{}&*!|>'\"%@`", c)) ||
		       ((c == '?' || c == ':' || c == '-') && before_blank);
	return (c == ':' && before_blank) || (c == '#' && after_blank);
}

static struct analysis analyze(struct gwt_span s)
{
	struct analysis a = { .plain_allowed = true, .single_allowed = true };
	bool space_before = false, break_before = false, after_blank = true;
	uint32_t cp;

	if (gwt_span_starts(s, GWT_SPAN("---")) || gwt_span_starts(s, GWT_SPAN("...")))
		a.plain_allowed = false;
	for (size_t i = 0, len; i < s.len; i += len) {
		bool blank, line_break, edge;

		len = gwt_utf8_get(s, i, &cp);
		blank = cp == ' ';
		line_break = is_break(cp);
		edge = i == 0 || i + len == s.len;
		if (is_indicator(s, i, after_blank, is_blank_or_end(s, i + len)) || line_break ||
		    (edge && (blank || line_break)))
			a.plain_allowed = false;
		a.multiline |= line_break;
		/* a blank beside a line break, or a special character, survives only in double quotes */
		if (!is_printable(cp) || (blank && break_before) || (line_break && space_before))
			a.plain_allowed = a.single_allowed = false;
		space_before = blank;
		break_before = line_break;
		after_blank = blank || line_break || cp == '\t' || cp == 0;
	}
	return a;
}

static void put(struct emitter *e, char c)
{
	gwt_buf_add_char(e->out, c);
	e->column++;
}

static void put_break(struct emitter *e)
{
	gwt_buf_add_char(e->out, '\n');
	e->column = 0;
}

static void write_char(struct emitter *e, struct gwt_span s, size_t at, size_t len)
{
	gwt_buf_add(e->out, gwt_span_slice(s, at, at + len));
	e->column++;
}

static void write_indent(struct emitter *e)
{
	size_t indent = e->indent > 0 ? (size_t)e->indent : 0;

	if (!e->indention || e->column > indent || (e->column == indent && !e->whitespace))
		put_break(e);
	while (e->column < indent)
		put(e, ' ');
	e->whitespace = true;
	e->indention = true;
}

static void write_indicator(struct emitter *e, const char *text, bool need_blank, bool is_indention)
{
	if (need_blank && !e->whitespace)
		put(e, ' ');
	for (; *text; text++)
		put(e, *text);
	e->whitespace = false;
	e->indention = e->indention && is_indention;
}

static void write_plain(struct emitter *e, struct gwt_span s, bool fold)
{
	bool space_before = false;
	uint32_t cp;

	if (!e->whitespace && s.len)
		put(e, ' ');
	for (size_t i = 0, len; i < s.len; i += len) {
		bool next_blank = i + 1 < s.len && s.ptr[i + 1] == ' ';

		len = gwt_utf8_get(s, i, &cp);
		if (cp == ' ' && fold && !space_before && e->column > WIDTH && !next_blank)
			write_indent(e);
		else
			write_char(e, s, i, len);
		if (cp != ' ')
			e->indention = false;
		space_before = cp == ' ';
	}
	e->whitespace = false;
	e->indention = false;
}

static void write_single(struct emitter *e, struct gwt_span s, bool fold)
{
	bool space_before = false, breaks = false;
	uint32_t cp;

	write_indicator(e, "'", true, false);
	for (size_t i = 0, len; i < s.len; i += len) {
		bool inside = i > 0 && i + 1 < s.len, next_blank = i + 1 < s.len && s.ptr[i + 1] == ' ';

		len = gwt_utf8_get(s, i, &cp);
		if (cp == ' ' && fold && !space_before && e->column > WIDTH && inside && !next_blank) {
			write_indent(e);
		} else if (cp == ' ') {
			write_char(e, s, i, len);
		} else if (is_break(cp)) {
			if (!breaks && cp == '\n')
				put_break(e);
			if (cp == '\n')
				put_break(e);
			else
				write_char(e, s, i, len), e->column = 0;
			e->indention = true;
		} else {
			if (breaks)
				write_indent(e);
			if (cp == '\'')
				put(e, '\'');
			write_char(e, s, i, len);
			e->indention = false;
		}
		space_before = cp == ' ' || (space_before && is_break(cp));
		breaks = is_break(cp) || (breaks && cp == ' ');
	}
	if (breaks)
		write_indent(e);
	write_indicator(e, "'", false, false);
	e->whitespace = false;
	e->indention = false;
}

static void write_escape(struct emitter *e, uint32_t cp)
{
	static const struct {
		uint32_t cp;
		char name;
	} rows[] = {
		{ 0x00, '0' },  { 0x07, 'a' }, { 0x08, 'b' }, { 0x09, 't' },   { 0x0a, 'n' },
		{ 0x0b, 'v' },  { 0x0c, 'f' }, { 0x0d, 'r' }, { 0x1b, 'e' },   { 0x22, '"' },
		{ 0x5c, '\\' }, { 0x85, 'N' }, { 0xa0, '_' }, { 0x2028, 'L' }, { 0x2029, 'P' },
	};
	char text[16]; /* "\U" and eight digits at most */

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (rows[i].cp == cp) {
			put(e, '\\');
			put(e, rows[i].name);
			return;
		}
	snprintf(text, sizeof(text),
		 cp <= 0xff     ? "\\x%02X"
		 : cp <= 0xffff ? "\\u%04X"
				: "\\U%08X",
		 (unsigned)cp);
	for (const char *p = text; *p; p++)
		put(e, *p);
}

static void write_double(struct emitter *e, struct gwt_span s, bool fold)
{
	bool space_before = false;
	uint32_t cp;

	write_indicator(e, "\"", true, false);
	for (size_t i = 0, len; i < s.len; i += len) {
		len = gwt_utf8_get(s, i, &cp);
		if (!is_printable(cp) || is_break(cp) || cp == '"' || cp == '\\') {
			write_escape(e, cp);
		} else if (cp == ' ' && fold && !space_before && e->column > WIDTH && i > 0 &&
			   i + 1 < s.len) {
			write_indent(e);
			if (s.ptr[i + 1] == ' ')
				put(e, '\\');
		} else {
			write_char(e, s, i, len);
		}
		space_before = cp == ' ';
	}
	write_indicator(e, "\"", false, false);
	e->whitespace = false;
	e->indention = false;
}

static enum style choose(struct emitter *e, struct gwt_span s, const struct analysis *a, bool is_string,
			 bool is_key)
{
	enum style style = PLAIN;

	if (is_key && a->multiline)
		return DOUBLE;
	if (!a->plain_allowed || (s.len == 0 && is_key) ||
	    (is_string && !gwt_aws_yaml_is_string(e->arena, s)))
		style = SINGLE;
	return style == SINGLE && !a->single_allowed ? DOUBLE : style;
}

/* `simple`: a key before its ':'; it is not folded. */
static void write_scalar(struct emitter *e, struct gwt_span s, bool is_string, bool simple)
{
	struct analysis a = analyze(s);
	int outer = e->indent;

	e->indent = outer < 0 ? INDENT : outer + INDENT; /* for the lines after a fold */
	switch (choose(e, s, &a, is_string, simple)) {
	case PLAIN:
		write_plain(e, s, !simple);
		break;
	case SINGLE:
		write_single(e, s, !simple);
		break;
	case DOUBLE:
		write_double(e, s, !simple);
		break;
	}
	e->indent = outer;
}

static struct gwt_span scalar_text(const struct gwt_json *value)
{
	static const struct {
		const char *python, *yaml;
	} floats[] = { { "inf", ".inf" }, { "-inf", "-.inf" }, { "nan", ".nan" } };

	switch (value->type) {
	case GWT_JSON_NULL:
		return GWT_SPAN("null");
	case GWT_JSON_TRUE:
		return GWT_SPAN("true");
	case GWT_JSON_FALSE:
		return GWT_SPAN("false");
	case GWT_JSON_NUMBER:
		for (size_t i = 0; i < GWT_LEN(floats); i++)
			if (gwt_span_is(value->text, floats[i].python))
				return gwt_span_of(floats[i].yaml);
		return value->text;
	default:
		return value->text;
	}
}

static bool is_collection(const struct gwt_json *value)
{
	return value->type == GWT_JSON_ARRAY || value->type == GWT_JSON_OBJECT;
}

/* Nodes that share their children are one object in Python. */
struct anchor {
	int count, number;
	bool written;
};

static struct gwt_span identity(const struct gwt_json *value, const void **storage)
{
	*storage = value->child;
	return (struct gwt_span){ (const char *)storage, sizeof(*storage) };
}

static struct anchor *anchor_of(struct emitter *e, const struct gwt_json *value)
{
	const void *child;

	return value->child ? gwt_map_get(&e->anchors, identity(value, &child)) : NULL;
}

/* Count how often each node occurs. Anchors are numbered in the order of the second occurrences. */
static void find_anchors(struct emitter *e, const struct gwt_json *value)
{
	const void **child = gwt_arena_new(e->arena, const void *);
	struct anchor *anchor = anchor_of(e, value);

	if (!is_collection(value) || !value->child)
		return;
	if (anchor) {
		if (anchor->count++ == 1)
			anchor->number = ++e->last_anchor;
		return;
	}
	anchor = gwt_arena_new(e->arena, struct anchor);
	anchor->count = 1;
	gwt_map_put(&e->anchors, identity(value, child), anchor);
	if (value->type == GWT_JSON_OBJECT) {
		const struct gwt_json **members = gwt_aws_sorted(e->arena, value);

		for (size_t i = 0; i < value->len; i++)
			find_anchors(e, members[i]);
		return;
	}
	for (const struct gwt_json *item = value->child; item; item = item->next)
		find_anchors(e, item);
}

static void write_node(struct emitter *e, const struct gwt_json *value, bool in_mapping);

static void write_sequence(struct emitter *e, const struct gwt_json *list, bool in_mapping)
{
	int outer = e->indent;

	/* the dashes of a list below a key are under the key */
	if (!(in_mapping && !e->indention))
		e->indent = outer < 0 ? 0 : outer + INDENT;
	for (const struct gwt_json *item = list->child; item; item = item->next) {
		write_indent(e);
		write_indicator(e, "-", true, true);
		write_node(e, item, false);
	}
	e->indent = outer;
}

static bool is_simple_key(struct gwt_span name)
{
	struct analysis a = analyze(name);

	return !a.multiline && name.len <= SIMPLE_KEY_MAX;
}

static void write_mapping(struct emitter *e, const struct gwt_json *object)
{
	const struct gwt_json **members = gwt_aws_sorted(e->arena, object);
	int outer = e->indent;

	e->indent = outer < 0 ? 0 : outer + INDENT;
	for (size_t i = 0; i < object->len; i++) {
		write_indent(e);
		if (is_simple_key(members[i]->name)) {
			write_scalar(e, members[i]->name, true, true);
			write_indicator(e, ":", false, false);
		} else {
			write_indicator(e, "?", true, true);
			write_scalar(e, members[i]->name, true, false);
			write_indent(e);
			write_indicator(e, ":", true, true);
		}
		write_node(e, members[i], true);
	}
	e->indent = outer;
}

/* True when the node was written as an alias. */
static bool write_anchor(struct emitter *e, const struct gwt_json *value)
{
	struct anchor *anchor = anchor_of(e, value);
	char text[32]; /* a mark, "id" and an int */

	if (!anchor || anchor->count < 2)
		return false;
	snprintf(text, sizeof(text), "%cid%03d", anchor->written ? '*' : '&', anchor->number);
	write_indicator(e, text, true, false);
	if (anchor->written)
		return true;
	anchor->written = true;
	return false;
}

static void write_node(struct emitter *e, const struct gwt_json *value, bool in_mapping)
{
	if (!is_collection(value)) {
		write_scalar(e, scalar_text(value), value->type == GWT_JSON_STRING, false);
		return;
	}
	if (write_anchor(e, value))
		return;
	if (!value->child)
		write_indicator(e, value->type == GWT_JSON_ARRAY ? "[]" : "{}", true, false);
	else if (value->type == GWT_JSON_ARRAY)
		write_sequence(e, value, in_mapping);
	else
		write_mapping(e, value);
}

void gwt_aws_yaml_write(struct gwt_buf *out, struct gwt_arena *arena, const struct gwt_json *value)
{
	struct emitter e = {
		.out = out, .arena = arena, .indent = -1, .whitespace = true, .indention = true
	};

	find_anchors(&e, value);
	write_node(&e, value, false);
	gwt_buf_add_char(out, '\n');
	gwt_map_release(&e.anchors);
}
