/*
 * evidence.h - what goes into a cell: the requests received, what the driver answered, how it failed.
 *
 * What a driver says and what came must fit together: a driver that lies has a cell
 * that is not ok, and a note that names the lie.
 */
#ifndef GWT_VERIFIER_EVIDENCE_H
#define GWT_VERIFIER_EVIDENCE_H

#include "verifier/cell.h"

/* Set the cell's note; it replaces an earlier one. */
void gwt_cell_note(struct gwt_cell *cell, struct gwt_arena *arena, const char *text);
/* A driver's failure overrides whatever was judged before. `reason` is one of DESIGN 7's words. */
void gwt_cell_fail(struct gwt_cell *cell, const char *reason);
/* The driver's answer: a copy is kept, and weighed against the requests that came. */
void gwt_cell_take_reply(struct gwt_cell *cell, struct gwt_arena *arena, const struct gwt_reply *reply);
/*
 * A request, as it was judged. `in_time`: it came while the call was asked; NULL `request`: it could not be
 * read.
 */
void gwt_cell_take_request(struct gwt_cell *cell, struct gwt_arena *arena, const struct gwt_run_row *row,
			   const struct gwt_request *request, bool in_time);

#endif
