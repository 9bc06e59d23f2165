/*
 * verdict.c - the words of verdicts and levels.
 */
#include "lib/contract/verdict.h"

#include "lib/base/error.h"

const char *gwt_verdict_word(enum gwt_verdict verdict)
{
	static const char *const words[] = {
#define X(word) [GWT_VERDICT_##word] = #word,
		GWT_VERDICT_MAP(X)
#undef X
	};

	return words[verdict];
}

static const char *const level_words[] = {
	[GWT_LEVEL_NONE] = NULL,       [GWT_LEVEL_EFFECT] = "effect", [GWT_LEVEL_CONTRACT] = "contract",
	[GWT_LEVEL_SIGNED] = "signed", [GWT_LEVEL_WIRE] = "wire",
};

const char *gwt_level_word(enum gwt_level level)
{
	return level_words[level];
}

bool gwt_level_parse(struct gwt_span word, enum gwt_level *out)
{
	for (size_t i = GWT_LEVEL_EFFECT; i < GWT_LEN(level_words); i++) {
		if (gwt_span_is(word, level_words[i])) {
			*out = (enum gwt_level)i;
			return true;
		}
	}
	return false;
}
