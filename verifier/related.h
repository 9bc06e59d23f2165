/*
 * related.h - which calls cannot be asked for since an earlier one could not.
 */
#ifndef GWT_VERIFIER_RELATED_H
#define GWT_VERIFIER_RELATED_H

#include "verifier/cell.h"

/* Whether a call of the same scenario before cells[at], which that one depends on, is UNSUPPORTED. */
bool gwt_unsupported_before(const struct gwt_cell *cells, size_t at);

#endif
