#include "lib/base/guess.h"

enum { MAX_WORD = 80 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance, in which a swap of two neighbours is one step; computed row by row. */
static size_t distance(struct gwt_span a, struct gwt_span b)
{
	size_t before[MAX_WORD + 1], row[MAX_WORD + 1], next[MAX_WORD + 1];

	for (size_t j = 0; j <= b.len; j++)
		row[j] = before[j] = j;
	for (size_t i = 0; i < a.len; i++) {
		next[0] = i + 1;
		for (size_t j = 0; j < b.len; j++) {
			next[j + 1] = least(least(row[j + 1], next[j]) + 1, row[j] + (a.ptr[i] != b.ptr[j]));
			if (i && j && a.ptr[i] == b.ptr[j - 1] && a.ptr[i - 1] == b.ptr[j])
				next[j + 1] = least(next[j + 1], before[j - 1] + 1);
		}
		memcpy(before, row, sizeof(row));
		memcpy(row, next, sizeof(next));
	}
	return row[b.len];
}

void gwt_guess_try(struct gwt_guess *guess, struct gwt_span known)
{
	size_t found, allowed = 1 + guess->word.len / 4; /* a larger distance is more than a typing error */

	if (!guess->word.len || guess->word.len > MAX_WORD || known.len > MAX_WORD)
		return;
	found = distance(guess->word, known);
	if (found > allowed || (guess->best.ptr && found >= guess->distance))
		return;
	guess->best = known;
	guess->distance = found;
}
