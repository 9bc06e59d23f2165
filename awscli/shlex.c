/* shlex.c - Python's shlex.split (POSIX mode) and shlex.quote. */
#include "awscli/argparse.h"
#include "awscli/files.h"

#include <ctype.h>

struct lexer {
	struct gwt_span text;
	size_t at;
	struct gwt_buf word;
	bool started; /* a word, maybe empty, is under way */
};

static bool read_quoted(struct lexer *lexer, char quote)
{
	for (; lexer->at < lexer->text.len; lexer->at++) {
		char c = lexer->text.ptr[lexer->at];

		if (c == quote) {
			lexer->at++;
			return true;
		}
		if (c == '\\' && quote == '"') {
			char next = lexer->at + 1 < lexer->text.len ? lexer->text.ptr[lexer->at + 1] : 0;

			if (next == 0)
				return false;
			/* only these two are escaped inside double quotes */
			if (next == '"' || next == '\\') {
				gwt_buf_add_char(&lexer->word, next);
				lexer->at++;
				continue;
			}
		}
		gwt_buf_add_char(&lexer->word, c);
	}
	return false;
}

static bool read_char(struct lexer *lexer)
{
	char c = lexer->text.ptr[lexer->at++];

	lexer->started = true;
	if (c == '\'' || c == '"')
		return read_quoted(lexer, c);
	if (c == '\\') {
		if (lexer->at >= lexer->text.len)
			return false;
		c = lexer->text.ptr[lexer->at++];
	}
	gwt_buf_add_char(&lexer->word, c);
	return true;
}

static void end_word(struct gwt_arena *arena, struct lexer *lexer, struct gwt_words_list *out)
{
	if (lexer->started)
		gwt_words_add(
			arena, out,
			gwt_arena_copy(arena, lexer->word.len ? gwt_buf_span(&lexer->word) : GWT_SPAN("")));
	lexer->started = false;
	gwt_buf_clear(&lexer->word);
}

bool gwt_py_shlex_split(struct gwt_arena *arena, struct gwt_span text, struct gwt_words_list *out)
{
	struct lexer lexer = { .text = text };
	bool ok = true;

	gwt_buf_init(&lexer.word, SIZE_MAX);
	while (ok && lexer.at < text.len) {
		if (memchr(" \t\r\n", text.ptr[lexer.at], 4)) {
			end_word(arena, &lexer, out);
			lexer.at++;
		} else {
			ok = read_char(&lexer);
		}
	}
	if (ok)
		end_word(arena, &lexer, out);
	gwt_buf_release(&lexer.word);
	return ok;
}

static bool is_safe(struct gwt_span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!isalnum((unsigned char)word.ptr[i]) && !memchr("_@%+=:,./-", word.ptr[i], 10))
			return false;
	return word.len > 0;
}

void gwt_py_shlex_quote(struct gwt_buf *out, struct gwt_span word)
{
	if (is_safe(word)) {
		gwt_buf_add(out, word);
		return;
	}
	gwt_buf_add_char(out, '\'');
	for (size_t i = 0; i < word.len; i++) {
		if (word.ptr[i] == '\'')
			gwt_buf_add_text(out, "'\"'\"'");
		else
			gwt_buf_add_char(out, word.ptr[i]);
	}
	gwt_buf_add_char(out, '\'');
}
