#include "lib/awsconf/words.h"

#include "lib/base/span.h"

/* One word at a time, written over a copy of the text: a word is never longer than its spelling. */
struct splitter {
	struct gwt_span rest;
	char *to;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char next(struct splitter *s)
{
	char c = s->rest.ptr[0];

	s->rest = gwt_span_slice(s->rest, 1, s->rest.len);
	return c;
}

/* Up to the closing quote; in "…" a backslash escapes only '"' and itself. */
static bool read_quoted(struct splitter *s, char quote)
{
	while (s->rest.len) {
		char c = next(s);

		if (c == quote)
			return true;
		if (c == '\\' && quote == '"') {
			if (!s->rest.len)
				return false;
			if (s->rest.ptr[0] == '"' || s->rest.ptr[0] == '\\')
				c = next(s);
		}
		*s->to++ = c;
	}
	return false;
}

static bool read_word(struct splitter *s)
{
	while (s->rest.len && !is_blank(s->rest.ptr[0])) {
		char c = next(s);

		if (c == '\'' || c == '"') {
			if (!read_quoted(s, c))
				return false;
			continue;
		}
		if (c == '\\') {
			if (!s->rest.len)
				return false;
			c = next(s);
		}
		*s->to++ = c;
	}
	return true;
}

static void add(struct gwt_arena *arena, struct gwt_shell_words *words, struct gwt_span word)
{
	GWT_GROW(arena, words->items, words->len, words->cap);
	words->items[words->len++] = word;
}

bool gwt_shell_split(struct gwt_arena *arena, struct gwt_span text, struct gwt_shell_words *out)
{
	/* a word and its NUL take no more room than its spelling and the blank that follows */
	struct splitter s = { .rest = text, .to = gwt_arena_bytes(arena, text.len + 1) };

	*out = (struct gwt_shell_words){ .len = 0 };
	for (;;) {
		char *start = s.to;

		while (s.rest.len && is_blank(s.rest.ptr[0]))
			next(&s);
		if (!s.rest.len)
			return true;
		if (!read_word(&s))
			return false;
		add(arena, out, (struct gwt_span){ start, (size_t)(s.to - start) });
		*s.to++ = '\0';
	}
}

char **gwt_shell_argv(struct gwt_arena *arena, const struct gwt_shell_words *words)
{
	char **argv = gwt_arena_array(arena, char *, words->len + 1);

	for (size_t i = 0; i < words->len; i++) {
		if (gwt_span_find(words->items[i], '\0') < words->items[i].len)
			return NULL;
		argv[i] = gwt_arena_cstr(arena, words->items[i]);
	}
	return argv;
}
