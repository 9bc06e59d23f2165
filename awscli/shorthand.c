#include "awscli/shorthand.h"

#include <ctype.h>
#include <string.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"

struct parser {
	struct gwt_arena *arena;
	struct gwt_span s;
	size_t at;
	size_t depth;
	/* the last error; parsing may still recover from it, so its text is made at the end */
	struct gwt_span expected, received, duplicate, other;
	size_t fault;
};

static bool at_end(const struct parser *p)
{
	return p->at >= p->s.len;
}

static char current(const struct parser *p)
{
	return at_end(p) ? 0 : p->s.ptr[p->at];
}

static bool is_current(const struct parser *p, char c)
{
	return !at_end(p) && p->s.ptr[p->at] == c;
}

static bool fail_syntax(struct parser *p, struct gwt_span expected, struct gwt_span received)
{
	p->expected = expected;
	p->received = received;
	p->fault = p->at;
	return false;
}

static bool fail_token(struct parser *p, const char *name)
{
	return fail_syntax(p, gwt_span_of(name), GWT_SPAN("<none>"));
}

/* The caret is put one character past the end of the pair before. */
static bool fail_duplicate(struct parser *p, struct gwt_span key, size_t last)
{
	p->duplicate = key;
	p->fault = last + 1;
	return false;
}

/* Append the input up to the end of the line of the fault, a caret below it, and the rest of the input. */
static void add_location(const struct parser *p, struct gwt_buf *out)
{
	struct gwt_span before = gwt_span_slice(p->s, 0, p->fault),
			after = gwt_span_slice(p->s, p->fault, p->s.len);
	size_t line_start = 0, line_end = p->fault + gwt_span_find(after, '\n');

	for (size_t i = 0; i < before.len; i++)
		if (before.ptr[i] == '\n')
			line_start = i + 1;
	gwt_buf_add(out, gwt_span_slice(p->s, 0, line_end));
	gwt_buf_printf(out, "\n%*s^", (int)gwt_utf8_len(gwt_span_slice(before, line_start, before.len)), "");
	gwt_buf_add(out, gwt_span_slice(p->s, line_end, p->s.len));
}

/* The received character may be NUL, which printf() would drop. */
static void add_expected(const struct parser *p, struct gwt_buf *out)
{
	gwt_buf_printf(out, "Expected: '" GWT_SPAN_FMT "', received: '", GWT_SPAN_ARG(p->expected));
	gwt_buf_add(out, p->received);
	gwt_buf_add_char(out, '\'');
}

static struct gwt_span describe(const struct parser *p)
{
	struct gwt_span reason = p->other;
	struct gwt_buf text;

	if (reason.ptr)
		return reason;
	gwt_buf_init(&text, SIZE_MAX);
	if (p->duplicate.ptr)
		gwt_buf_printf(&text, "Second instance of key \"" GWT_SPAN_FMT "\" encountered",
			       GWT_SPAN_ARG(p->duplicate));
	else
		add_expected(p, &text);
	gwt_buf_add_text(&text, " for input:\n");
	add_location(p, &text);
	if (p->duplicate.ptr)
		gwt_buf_add_text(&text,
				 "\nThis is often because there is a preceding \",\" instead of a space.");
	reason = gwt_arena_copy(p->arena, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return reason;
}

/* string.whitespace */
static void skip_blanks(struct parser *p)
{
	while (!at_end(p) && memchr(" \t\n\r\v\f", p->s.ptr[p->at], 6))
		p->at++;
}

static bool expect(struct parser *p, char c)
{
	static const char wanted_chars[] = "=,[]{}";
	struct gwt_span wanted = { strchr(wanted_chars, c), 1 };
	uint32_t cp;

	if (at_end(p))
		return fail_syntax(p, wanted, GWT_SPAN("EOF"));
	if (p->s.ptr[p->at] != c)
		return fail_syntax(p, wanted,
				   gwt_span_slice(p->s, p->at, p->at + gwt_utf8_get(p->s, p->at, &cp)));
	p->at++;
	return true;
}

static bool expect_between_blanks(struct parser *p, char c)
{
	skip_blanks(p);
	if (!expect(p, c))
		return false;
	skip_blanks(p);
	return true;
}

static struct gwt_span read_key(struct parser *p)
{
	size_t start = p->at;

	while (!at_end(p) && (isalnum((unsigned char)current(p)) || memchr("-_.#/:", current(p), 6)))
		p->at++;
	return gwt_span_slice(p->s, start, p->at);
}

static struct gwt_json *new_text(struct parser *p, struct gwt_span text)
{
	struct gwt_json *value = gwt_json_new(p->arena, GWT_JSON_STRING);

	value->text = text;
	return value;
}

/*
 * End of the quoted text that opens at p->at, 0 when it does not close. The pattern is
 * '(\\|\'|[^'])*' : greedy, so it takes \' as an escape when a later quote closes, and
 * steps back to the last quote there is when none does. An escaped quote that could
 * close is therefore remembered.
 */
static size_t quoted_end(const struct parser *p, char quote)
{
	size_t fallback = 0, i = p->at + 1;

	while (i < p->s.len && p->s.ptr[i] != quote) {
		char next = i + 1 < p->s.len ? p->s.ptr[i + 1] : 0;

		if (p->s.ptr[i] == '\\' && next == quote)
			fallback = i + 2; /* "\" was an ordinary character after all */
		i += p->s.ptr[i] == '\\' && (next == '\\' || next == quote) ? 2 : 1;
	}
	return i < p->s.len ? i + 1 : fallback;
}

static bool read_quoted(struct parser *p, struct gwt_json **out)
{
	char quote = current(p);
	size_t end = quoted_end(p, quote);
	struct gwt_span text;

	if (end == 0)
		return fail_token(p, quote == '\'' ? "<singled quoted>" : "<double quoted>");
	text = gwt_span_slice(p->s, p->at + 1, end - 1);
	p->at = end;
	*out = new_text(p, gwt_py_unescape(p->arena, gwt_py_unescape(p->arena, text, quote), '\\'));
	return true;
}

/* START: !#-&(-+--<>-Z\-z and from '|' up to U+FFFF */
static bool is_start(uint32_t cp)
{
	return cp == '!' || (cp >= '#' && cp <= '&') || (cp >= '(' && cp <= '+') ||
	       (cp >= '-' && cp <= '<') || (cp >= '>' && cp <= 'Z') || (cp >= '\\' && cp <= 'z') ||
	       (cp >= '|' && cp <= 0xffff);
}

static bool is_first_follow(uint32_t cp)
{
	return gwt_utf8_is_space(cp) || cp == '!' || (cp >= '#' && cp <= '&') || (cp >= '(' && cp <= '+') ||
	       (cp >= '-' && cp <= '\\') || (cp >= '^' && cp <= '|') || (cp >= '~' && cp <= 0xffff);
}

static bool is_second_follow(uint32_t cp)
{
	return gwt_utf8_is_space(cp) || cp == '!' || (cp >= '#' && cp <= '&') || (cp >= '(' && cp <= '+') ||
	       (cp >= '-' && cp <= '<') || (cp >= '>' && cp <= 0xffff);
}

static bool is_escaped_comma(const struct parser *p)
{
	return is_current(p, '\\') && p->at + 1 < p->s.len && p->s.ptr[p->at + 1] == ',';
}

/* A bare word; false when none begins here. */
static bool read_bare(struct parser *p, bool (*follows)(uint32_t cp), struct gwt_json **out)
{
	size_t start = p->at, len;
	uint32_t cp;

	while (!at_end(p)) {
		len = gwt_utf8_get(p->s, p->at, &cp);
		if (is_escaped_comma(p))
			len = 2;
		else if (!(p->at == start ? is_start(cp) : follows(cp)))
			break;
		p->at += len;
	}
	if (p->at == start)
		return false;
	*out = new_text(p,
			gwt_utf8_rstrip(gwt_py_unescape(p->arena, gwt_span_slice(p->s, start, p->at), ',')));
	return true;
}

static bool read_first(struct parser *p, struct gwt_json **out)
{
	if (is_current(p, '\'') || is_current(p, '"'))
		return read_quoted(p, out);
	if (!read_bare(p, is_first_follow, out))
		*out = new_text(p, GWT_SPAN(""));
	return true;
}

static bool read_second(struct parser *p, struct gwt_json **out)
{
	if (is_current(p, '\'') || is_current(p, '"'))
		return read_quoted(p, out);
	return read_bare(p, is_second_follow, out) || fail_token(p, "<second>");
}

static bool read_explicit(struct parser *p, struct gwt_json **out);

/* A comma between items, which may be missing before the closing bracket. */
static bool behind_item(struct parser *p, char close)
{
	skip_blanks(p);
	if (is_current(p, close))
		return true;
	if (!expect(p, ','))
		return false;
	skip_blanks(p);
	return true;
}

static bool read_list(struct parser *p, struct gwt_json **out)
{
	struct gwt_json *list = gwt_json_new(p->arena, GWT_JSON_ARRAY), *item;

	if (!expect_between_blanks(p, '['))
		return false;
	while (!is_current(p, ']')) {
		if (!read_explicit(p, &item) || !behind_item(p, ']'))
			return false;
		gwt_json_append(list, item);
	}
	p->at++;
	*out = list;
	return true;
}

static bool read_hash_pairs(struct parser *p, struct gwt_json *hash, struct gwt_map *seen)
{
	struct gwt_json *value, *old;
	struct gwt_span key;

	while (!is_current(p, '}')) {
		key = read_key(p);
		if (!expect_between_blanks(p, '=') || !read_explicit(p, &value) || !behind_item(p, '}'))
			return false;
		old = gwt_map_get(seen, key);
		if (old) /* the last one counts */
			gwt_py_replace(old, value);
		else
			gwt_map_put(seen, key, gwt_json_add_span(p->arena, hash, key, value));
	}
	p->at++;
	return true;
}

static bool read_hash(struct parser *p, struct gwt_json **out)
{
	struct gwt_map seen = { 0 };
	bool ok;

	*out = gwt_json_new(p->arena, GWT_JSON_OBJECT);
	ok = expect_between_blanks(p, '{') && read_hash_pairs(p, *out, &seen);
	gwt_map_release(&seen);
	return ok;
}

static bool enter(struct parser *p)
{
	if (p->depth++ < GWT_AWS_SHORTHAND_DEPTH)
		return true;
	p->other = GWT_SPAN("maximum recursion depth exceeded");
	return false;
}

static bool read_explicit(struct parser *p, struct gwt_json **out)
{
	bool ok;

	if (!enter(p))
		return false;
	if (is_current(p, '['))
		ok = read_list(p, out);
	else if (is_current(p, '{'))
		ok = read_hash(p, out);
	else
		ok = read_first(p, out);
	p->depth--;
	return ok;
}

/* Read one more value of a comma-separated list; *last is set at the end of the input. */
static bool read_list_item(struct parser *p, struct gwt_json *list, bool *last)
{
	struct gwt_json *item;

	if (!read_second(p, &item))
		return false;
	skip_blanks(p);
	*last = at_end(p);
	if (!*last && !expect_between_blanks(p, ','))
		return false;
	gwt_json_append(list, item);
	return true;
}

/*
 * a=b,c is a list until the word after a comma turns out to be a key: the parser then steps back to that
 * comma. A fault at the end of the input is an error.
 */
static bool read_csv(struct parser *p, struct gwt_json **out)
{
	struct gwt_json *list = gwt_json_new(p->arena, GWT_JSON_ARRAY), *first;
	bool last = false;

	if (!read_first(p, &first))
		return false;
	*out = first;
	skip_blanks(p);
	if (!is_current(p, ','))
		return true;
	p->at++;
	skip_blanks(p);
	gwt_json_append(list, first);
	while (!last) {
		if (read_list_item(p, list, &last))
			continue;
		if (at_end(p))
			return false;
		while (p->at > 0 && p->s.ptr[p->at] != ',')
			p->at--;
		break;
	}
	if (list->len > 1)
		*out = list;
	return true;
}

static bool read_values(struct parser *p, struct gwt_json **out)
{
	if (at_end(p)) {
		*out = new_text(p, GWT_SPAN(""));
		return true;
	}
	if (is_current(p, '['))
		return read_list(p, out);
	if (is_current(p, '{'))
		return read_hash(p, out);
	return read_csv(p, out);
}

static bool read_pair(struct parser *p, struct gwt_span *key, struct gwt_json **value)
{
	*key = read_key(p);
	return expect_between_blanks(p, '=') && read_values(p, value);
}

static bool read_pairs(struct parser *p, struct gwt_json *object, struct gwt_map *seen)
{
	struct gwt_json *value;
	struct gwt_span key;
	size_t last;

	do {
		last = p->at;
		if ((object->len && !expect_between_blanks(p, ',')) || !read_pair(p, &key, &value))
			return false;
		if (gwt_map_get(seen, key))
			return fail_duplicate(p, key, last);
		gwt_map_put(seen, key, gwt_json_add_span(p->arena, object, key, value));
	} while (!at_end(p));
	return true;
}

bool gwt_aws_shorthand(struct gwt_arena *arena, struct gwt_span text, struct gwt_json **out,
		       struct gwt_span *reason)
{
	struct parser p = { .arena = arena, .s = text };
	struct gwt_json *object = gwt_json_new(arena, GWT_JSON_OBJECT);
	struct gwt_map seen = { 0 };
	bool ok = read_pairs(&p, object, &seen);

	gwt_map_release(&seen);
	if (ok)
		*out = object;
	else
		*reason = describe(&p);
	return ok;
}
