/*
 * related.h - which calls are not asked for: those that drivers do not have, and those that depend on one of
 * them.
 */
#ifndef GWT_VERIFIER_RELATED_H
#define GWT_VERIFIER_RELATED_H

#include "verifier/cell.h"

/*
 * Whether cells[at] is a call by method and path, or one of the same scenario before it, which it depends on, is
 * UNSUPPORTED.
 */
bool gwt_unsupported_before(const struct gwt_cell *cells, size_t at);

#endif
