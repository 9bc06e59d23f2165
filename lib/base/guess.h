/*
 * guess.h - the word that was probably meant, for a message.
 */
#ifndef GWT_BASE_GUESS_H
#define GWT_BASE_GUESS_H

#include <stddef.h>

#include "lib/base/span.h"

/* Initialise with the unknown word: { .word = … }. */
struct gwt_guess {
	struct gwt_span word;
	struct gwt_span best; /* absent until a word is near enough; a view of that word */
	size_t distance;
};

/* Try a known word; the nearest one is kept, and of equally near ones the first. */
void gwt_guess_try(struct gwt_guess *guess, struct gwt_span known);

#endif
