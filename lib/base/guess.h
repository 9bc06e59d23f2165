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
	struct gwt_span best; /* absent until something is near enough; views what was tried */
	size_t distance;
};

/* Try a word that is known; the nearest one is kept, of equal ones the first. */
void gwt_guess_try(struct gwt_guess *guess, struct gwt_span known);

#endif
