/* close_matches.c - Python's difflib.get_close_matches (3.11), for "maybe you meant". */
#include "awscli/argparse.h"

#include "awscli/pyval/unicode.h"
#include "lib/base/span.h"

#define MAX_WORD 256
#define CUTOFF   0.8

struct text {
	uint32_t cps[MAX_WORD];
	size_t len;
};

static bool decode(struct gwt_span s, struct text *out)
{
	out->len = 0;
	for (size_t i = 0; i < s.len; out->len++) {
		if (out->len == MAX_WORD)
			return false;
		i += gwt_utf8_get(s, i, &out->cps[out->len]);
	}
	return true;
}

struct block {
	size_t a, b, len;
};

/* The longest common run, the earliest in a, then in b (SequenceMatcher.find_longest_match). */
static struct block longest(const struct text *a, const struct text *b, size_t a0, size_t a1, size_t b0,
			    size_t b1)
{
	size_t lengths[2][MAX_WORD + 1] = { 0 };
	struct block best = { a0, b0, 0 };

	for (size_t i = a0; i < a1; i++) {
		size_t *now = lengths[i & 1], *before = lengths[(i & 1) ^ 1];

		for (size_t j = b0; j < b1; j++) {
			now[j + 1] = a->cps[i] == b->cps[j] ? (j > b0 ? before[j] : 0) + 1 : 0;
			if (now[j + 1] > best.len)
				best = (struct block){ i + 1 - now[j + 1], j + 1 - now[j + 1], now[j + 1] };
		}
	}
	return best;
}

static size_t matches(const struct text *a, const struct text *b, size_t a0, size_t a1, size_t b0, size_t b1)
{
	struct block run = longest(a, b, a0, a1, b0, b1);

	if (run.len == 0)
		return 0;
	return run.len + matches(a, b, a0, run.a, b0, run.b) +
	       matches(a, b, run.a + run.len, a1, run.b + run.len, b1);
}

static double ratio(const struct text *a, const struct text *b)
{
	size_t total = a->len + b->len;

	return total ? 2.0 * (double)matches(a, b, 0, a->len, 0, b->len) / (double)total : 1.0;
}

/* heapq.nlargest orders by score, then by the word itself. */
static bool is_better(double score, const char *word, double other_score, const char *other)
{
	return score > other_score || (!(score < other_score) && strcmp(word, other) > 0);
}

size_t gwt_close_matches(struct gwt_span word, const char *const *choices, const char *out[3])
{
	double scores[3] = { 0 };
	struct text a, b;
	size_t count = 0;

	if (!decode(word, &b))
		return 0;
	for (; *choices; choices++) {
		double score;
		size_t at;

		if (!decode(gwt_span_of(*choices), &a))
			continue;
		score = ratio(&a, &b);
		if (score < CUTOFF)
			continue;
		for (at = count; at > 0 && is_better(score, *choices, scores[at - 1], out[at - 1]); at--)
			;
		if (at == 3)
			continue;
		memmove(&scores[at + 1], &scores[at], sizeof(scores[0]) * (2 - at));
		memmove(&out[at + 1], &out[at], sizeof(out[0]) * (2 - at));
		scores[at] = score;
		out[at] = *choices;
		count += count < 3;
	}
	return count;
}
