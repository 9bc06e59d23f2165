/*
 * writers.h - the matrix in each format, one row a format.
 */
#ifndef GWT_VERIFIER_WRITERS_H
#define GWT_VERIFIER_WRITERS_H

#include "verifier/matrix.h"

void gwt_matrix_text(struct gwt_buf *out, const struct gwt_matrix *matrix);
void gwt_matrix_markdown(struct gwt_buf *out, const struct gwt_matrix *matrix);
void gwt_matrix_junit(struct gwt_buf *out, const struct gwt_matrix *matrix);
void gwt_matrix_html(struct gwt_buf *out, const struct gwt_matrix *matrix);
/* What each client's maintainers need to know. */
void gwt_matrix_findings(struct gwt_buf *out, const struct gwt_matrix *matrix);

struct gwt_matrix_target {
	void (*write)(struct gwt_buf *out, const struct gwt_matrix *matrix); /* NULL: the report itself */
	const char *path;
};
/* "json:m.json". GWT_EUSAGE. */
gwt_status gwt_matrix_target_parse(const char *text, struct gwt_matrix_target *out, struct gwt_error *err);
/* "-" is stdout. */
gwt_status gwt_matrix_write(const struct gwt_matrix_target *target, const struct gwt_matrix *matrix,
			    struct gwt_error *err);

#endif
