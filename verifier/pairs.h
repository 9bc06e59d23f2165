/*
 * pairs.h - how far two clients agree with each other.
 *
 * Over the calls that both made: the strongest level at which all their requests
 * are equal. Where there is no such call it is not known, which is not the same as
 * disagreeing.
 */
#ifndef GWT_VERIFIER_PAIRS_H
#define GWT_VERIFIER_PAIRS_H

#include "verifier/contest.h"

/* [{"a", "b", "level": a level or null, "compared": calls that both made, "wire", "signed", "contract": how many of
   them are equal at each}], each pair once. */
struct gwt_json *gwt_pairs_json(const struct gwt_contestant *items, size_t len, size_t calls,
				struct gwt_arena *arena);

#endif
