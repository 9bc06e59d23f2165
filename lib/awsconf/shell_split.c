#include "lib/awsconf/ini.h"

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
	*s->to++ = '\0';
	return true;
}

bool gwt_shell_split(struct gwt_arena *arena, struct gwt_span text, char ***words, size_t *count)
{
	/* a word and its NUL take no more room than its spelling and the blank after it */
	struct splitter s = { .rest = text, .to = gwt_arena_bytes(arena, text.len + 1) };
	size_t len = 0, cap = 0;
	char **list = NULL;

	for (;;) {
		while (s.rest.len && is_blank(s.rest.ptr[0]))
			next(&s);
		gwt_arena_grow(arena, (void **)&list, sizeof(*list), len, &cap);
		if (!s.rest.len)
			break;
		list[len++] = s.to;
		if (!read_word(&s))
			return false;
	}
	list[len] = NULL;
	*words = list;
	*count = len;
	return true;
}
