/*
 * verdict.h - the words for how a request compared.
 */
#ifndef GWT_CONTRACT_VERDICT_H
#define GWT_CONTRACT_VERDICT_H

#include "lib/base/span.h"

/* DESIGN section 5. Answers and reports use these words. */
#define GWT_VERDICT_MAP(X)                                                                                   \
	X(MATCH)                                                                                             \
	X(NUMBER_FORM)                                                                                       \
	X(ESCAPING)                                                                                          \
	X(KEY_ORDER)                                                                                         \
	X(WHITESPACE_ONLY)                                                                                   \
	X(EXTRA_FIELD)                                                                                       \
	X(MISSING_FIELD)                                                                                     \
	X(WRONG_VALUE)                                                                                       \
	X(WRONG_TYPE)                                                                                        \
	X(NULL_VS_ABSENT)                                                                                    \
	X(EXTRA_HEADER)                                                                                      \
	X(MISSING_HEADER)                                                                                    \
	X(WRONG_HEADER)                                                                                      \
	X(WRONG_PATH)                                                                                        \
	X(WRONG_METHOD)                                                                                      \
	X(WRONG_QUERY)                                                                                       \
	X(WRONG_SCOPE)                                                                                       \
	X(UNKNOWN_ID)                                                                                        \
	X(AMBIGUOUS_SCENARIO)                                                                                \
	X(FOREIGN_SERVICE)                                                                                   \
	X(ALREADY_CONSUMED)                                                                                  \
	X(OUT_OF_ORDER)                                                                                      \
	X(UNUSED)                                                                                            \
	X(BAD_SIGNATURE)                                                                                     \
	X(BAD_JSON)                                                                                          \
	X(NO_SCENARIO)                                                                                       \
	X(WRONG_SESSION)                                                                                     \
	X(NO_CALL)                                                                                           \
	X(UNSUPPORTED)                                                                                       \
	X(LOCAL_REFUSAL)                                                                                     \
	X(FORWARDED) /* a call of another service, answered by --forward */                                  \
	X(BACKDROP)

enum gwt_verdict {
#define X(word) GWT_VERDICT_##word,
	GWT_VERDICT_MAP(X)
#undef X
};
const char *gwt_verdict_word(enum gwt_verdict verdict);

/* How strictly two requests are equal, weakest first; a level holds only when every weaker one does. */
enum gwt_level { GWT_LEVEL_NONE, GWT_LEVEL_EFFECT, GWT_LEVEL_CONTRACT, GWT_LEVEL_SIGNED, GWT_LEVEL_WIRE };
const char *gwt_level_word(enum gwt_level level); /* NULL for NONE */
bool gwt_level_parse(struct gwt_span word, enum gwt_level *out);

#endif
