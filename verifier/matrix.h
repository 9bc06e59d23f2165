/*
 * matrix.h - the JSON report of a verification as a table: scenarios by clients.
 *
 * A cell of the table covers all steps of a scenario and shows the worst of them. What is not known (a client
 * that is missing, a call that was not asked for) is shown by its own word, never as a failure or a success.
 */
#ifndef GWT_VERIFIER_MATRIX_H
#define GWT_VERIFIER_MATRIX_H

#include "lib/base/buf.h"
#include "lib/json/json.h"

/* Worst first. */
enum gwt_mark {
	GWT_MARK_BROKEN,
	GWT_MARK_KNOWN, /* also broken in the report it is compared with */
	GWT_MARK_WAIVED,
	GWT_MARK_UNSUPPORTED,
	GWT_MARK_REFUSED,
	GWT_MARK_OK,
	GWT_MARK_UNKNOWN,
};
const char *gwt_mark_class(enum gwt_mark mark); /* one word, for a page's filter */

struct gwt_matrix_cell {
	enum gwt_mark mark;
	const struct gwt_json *row; /* the worst one; NULL: not known */
	size_t number;              /* of that row in `requests`, from 0 */
};

struct gwt_matrix_line {
	struct gwt_span scenario, group;
	struct gwt_matrix_cell *cells; /* one for each client */
	enum gwt_mark worst;
};

struct gwt_matrix {
	const struct gwt_json *report;
	const struct gwt_json **clients; /* of the report */
	size_t client_count;
	struct gwt_matrix_line
		*lines; /* by group, those with a broken one first; broken ones first in each */
	size_t len;
};

/* False when it is not a report of `gwtape verify`. */
bool gwt_matrix_make(const struct gwt_json *report, struct gwt_arena *arena, struct gwt_matrix *out);
enum gwt_mark gwt_mark_of_row(const struct gwt_json *row);
/* "WRONG_PATH", "BAD_SIGNATURE single-encoded-path", "NO_CALL timeout", "ok", "waived", "refused", "?" */
void gwt_matrix_word_add(struct gwt_buf *out, const struct gwt_matrix_cell *cell);
struct gwt_span gwt_matrix_client(const struct gwt_matrix *matrix, size_t client);
/* A number of a client's object; 0 where it has none. */
uint64_t gwt_matrix_count(const struct gwt_matrix *matrix, size_t client, const char *name);
/* "4 clients, 262 scenarios: 2828 calls, 2500 matched, 3 broken, …" */
void gwt_matrix_summary_add(struct gwt_buf *out, const struct gwt_matrix *matrix);

#endif
