/* shlex.c - Python's shlex.split (POSIX mode) and shlex.quote. */
#include "awscli/argparse.h"
#include "awscli/files.h"

#include <ctype.h>

#include "lib/awsconf/words.h"
#include "lib/base/buf.h"

bool gwt_py_shlex_split(struct gwt_arena *arena, struct gwt_span text, struct gwt_words_list *out)
{
	struct gwt_shell_words words;

	if (!gwt_shell_split(arena, text, &words))
		return false;
	for (size_t i = 0; i < words.len; i++)
		gwt_words_add(arena, out, words.items[i]);
	return true;
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
