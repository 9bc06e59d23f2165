/* completions.c - a list of completions, and the fuzzy match that narrows it. */
#include <stdlib.h>

#include "awscli/prompt_complete.h"
#include "awscli/pyval/unicode.h"
#include "lib/base/arena.h"
#include "lib/base/span.h"

void gwt_completions_add(struct gwt_completions *list, struct gwt_span insert, struct gwt_span display,
			 struct gwt_span meta, bool required)
{
	GWT_GROW(list->arena, list->items, list->len, list->cap);
	list->items[list->len++] = (struct gwt_completion){
		.insert = insert,
		.display = display,
		.meta = meta,
		.match = display,
		.required = required,
	};
}

struct match {
	struct gwt_completion item;
	size_t length, start;
};

static uint32_t fold(uint32_t cp)
{
	return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
}

/* The first place from which the characters of `typed` follow in order, and how many they span. */
static bool find(struct gwt_span text, struct gwt_span typed, struct match *out)
{
	uint32_t wanted, cp;

	for (size_t start = 0, position = 0, step; start < text.len; start += step, position++) {
		size_t at = start, length = 0, i = 0;

		step = gwt_utf8_get(text, start, &cp);
		while (i < typed.len && at < text.len) {
			size_t wanted_len = gwt_utf8_get(typed, i, &wanted);

			at += gwt_utf8_get(text, at, &cp);
			if (length == 0 && fold(cp) != fold(wanted))
				break;
			length++;
			if (fold(cp) == fold(wanted))
				i += wanted_len;
		}
		if (i < typed.len)
			continue;
		out->start = position;
		out->length = length;
		return true;
	}
	return false;
}

static int by_tightness(const void *a, const void *b)
{
	const struct match *x = a, *y = b;

	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return gwt_span_cmp(x->item.match, y->item.match);
}

void gwt_completions_filter(struct gwt_completions *list, struct gwt_span typed)
{
	struct match *matches;
	size_t count = 0;

	if (typed.len == 0 || list->len == 0)
		return;
	matches = gwt_arena_array(list->arena, struct match, list->len);
	for (size_t i = 0; i < list->len; i++) {
		matches[count].item = list->items[i];
		count += find(list->items[i].match, typed, &matches[count]);
	}
	qsort(matches, count, sizeof(*matches), by_tightness);
	for (size_t i = 0; i < count; i++)
		list->items[i] = matches[i].item;
	list->len = count;
}
