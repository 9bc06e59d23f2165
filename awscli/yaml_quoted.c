/*
 * yaml_quoted.c - text between quotes, as ruamel.yaml's scanner folds and unescapes it.
 *
 * libfyaml finds where a quoted text begins and ends, but loses bytes of some: two quotes in a row,
 * and then two blanks ('a ''''  b').
 */
#include <ctype.h>

#include "awscli/yaml.h"
#include "awscli/pyval/unicode.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"

struct source {
	struct gwt_span text;
	size_t at;
	struct gwt_buf *out;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Length of the line break at this place, 0 when there is none; *as is the text it becomes. */
static size_t line_break(const struct source *s, struct gwt_span *as)
{
	static const struct {
		const char *bytes, *as;
	} rows[] = { { "\r\n", "\n" },
		     { "\n", "\n" },
		     { "\r", "\n" },
		     { "\xc2\x85", "\n" },
		     { "\xe2\x80\xa8", "\xe2\x80\xa8" },
		     { "\xe2\x80\xa9", "\xe2\x80\xa9" } };

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (gwt_span_starts(gwt_span_slice(s->text, s->at, s->text.len),
				    gwt_span_of(rows[i].bytes))) {
			*as = gwt_span_of(rows[i].as);
			return strlen(rows[i].bytes);
		}
	return 0;
}

/* Skip indentation and append empty lines after a break; returns how many breaks. */
static size_t add_breaks(struct source *s)
{
	struct gwt_span as;
	size_t count = 0, len;

	for (;; count++) {
		while (s->at < s->text.len && is_blank(s->text.ptr[s->at]))
			s->at++;
		len = line_break(s, &as);
		if (len == 0)
			return count;
		gwt_buf_add(s->out, as);
		s->at += len;
	}
}

/* Fold a line break: a single one becomes a blank; of several the first is dropped. */
static void fold(struct source *s)
{
	struct gwt_span as;

	s->at += line_break(s, &as);
	if (!gwt_span_is(as, "\n"))
		gwt_buf_add(s->out, as);
	if (add_breaks(s) == 0 && gwt_span_is(as, "\n"))
		gwt_buf_add_char(s->out, ' ');
}

static void add_blanks(struct source *s)
{
	size_t start = s->at;
	struct gwt_span as;

	while (s->at < s->text.len && is_blank(s->text.ptr[s->at]))
		s->at++;
	if (line_break(s, &as))
		fold(s);
	else
		gwt_buf_add(s->out, gwt_span_slice(s->text, start, s->at));
}

/* \x41, \u0041, \U00000041 */
static bool add_code(struct source *s, size_t digits)
{
	struct gwt_span hex = gwt_span_slice(s->text, s->at, s->at + digits);
	uint32_t code = 0;

	for (size_t i = 0; i < hex.len; i++) {
		char c = hex.ptr[i];

		if (!isxdigit((unsigned char)c))
			return false;
		code = code << 4 | (uint32_t)(isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	if (hex.len < digits)
		return false;
	s->at += digits;
	if (code <= 0x10ffff)
		gwt_utf8_add(s->out, code);
	return code <= 0x10ffff;
}

/* Append the character that an escape means; the backslash was read already. */
static bool add_escape(struct source *s)
{
	static const struct {
		char c;
		uint32_t code;
	} plain[] = { { '0', 0 },    { 'a', 7 },      { 'b', 8 },     { 't', 9 },     { '\t', 9 },
		      { 'n', 10 },   { 'v', 11 },     { 'f', 12 },    { 'r', 13 },    { 'e', 27 },
		      { ' ', ' ' },  { '"', '"' },    { '/', '/' },   { '\\', '\\' }, { 'N', 0x85 },
		      { '_', 0xa0 }, { 'L', 0x2028 }, { 'P', 0x2029 } };
	struct gwt_span as;
	size_t len = line_break(s, &as);
	char c;

	if (len) {
		s->at += len;
		add_breaks(s);
		return true;
	}
	if (s->at == s->text.len)
		return false;
	c = s->text.ptr[s->at++];
	for (size_t i = 0; i < GWT_LEN(plain); i++)
		if (plain[i].c == c) {
			gwt_utf8_add(s->out, plain[i].code);
			return true;
		}
	if (c != 'x' && c != 'u' && c != 'U')
		return false;
	return add_code(s, c == 'x' ? 2 : c == 'u' ? 4 : 8);
}

static bool add_next(struct source *s, char quote)
{
	struct gwt_span as;
	char c = s->text.ptr[s->at];

	if (is_blank(c) || line_break(s, &as)) {
		add_blanks(s);
		return true;
	}
	s->at++;
	if (quote == '"' && c == '\\')
		return add_escape(s);
	if (quote == '\'' && c == '\'')
		s->at++; /* two quotes mean one */
	gwt_buf_add_char(s->out, c);
	return true;
}

bool gwt_aws_yaml_quoted(struct gwt_arena *arena, struct gwt_span text, char quote, struct gwt_span *out)
{
	struct gwt_buf plain;
	struct source s = { .text = text, .out = &plain };
	bool ok = true;

	gwt_buf_init(&plain, SIZE_MAX);
	while (ok && s.at < text.len)
		ok = add_next(&s, quote);
	*out = gwt_arena_copy(arena, plain.len ? gwt_buf_span(&plain) : GWT_SPAN(""));
	gwt_buf_release(&plain);
	return ok;
}
