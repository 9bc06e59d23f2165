/*
 * words.h - a command line as Python's shlex.split() (POSIX mode) cuts it: blanks, '…', "…", \x.
 */
#ifndef GWT_AWSCONF_WORDS_H
#define GWT_AWSCONF_WORDS_H

#include "lib/base/arena.h"

struct gwt_shell_words {
	struct gwt_span *items; /* each followed by a NUL that is not counted */
	size_t len, cap;
};

/* Split `text` into words; false when a quote or an escape is left open. Everything lives in the arena. */
bool gwt_shell_split(struct gwt_arena *arena, struct gwt_span text, struct gwt_shell_words *out);
/* For exec: NULL-ended, in the arena; NULL when a word holds a NUL. */
char **gwt_shell_argv(struct gwt_arena *arena, const struct gwt_shell_words *words);

#endif
