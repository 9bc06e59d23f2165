/*
 * row.h - reading a row of the JSON report: what every other format needs of it.
 */
#ifndef GWT_REPORT_ROW_H
#define GWT_REPORT_ROW_H

#include "lib/base/buf.h"
#include "lib/json/json.h"

bool gwt_row_ok(const struct gwt_json *row);
/*
 * The word of the verdict; a MATCH that was too weak also has the level that it reached: "MATCH at contract".
 */
void gwt_row_word_add(struct gwt_buf *out, const struct gwt_json *row);
/* "PutIntegration types/mock#put": the operation, and the interaction with which it was compared. */
void gwt_row_title(struct gwt_buf *out, const struct gwt_json *row);
/* "types/mock#put" of an unused row. */
void gwt_row_place(struct gwt_buf *out, const struct gwt_json *row);
/*
 * " (after types/mock#put, which was broken)" when a broken call explains why a row is unused; else nothing.
 */
void gwt_row_cause_add(struct gwt_buf *out, const struct gwt_json *row);
/* How many of the unused rows make the run fail. */
size_t gwt_run_unused_failing(const struct gwt_json *run);
/*
 * The first of them, or NULL; then whether a row is one of them: rows must be passed in their order, which
 * moves *next.
 */
const struct gwt_json *gwt_run_first_failing(const struct gwt_json *run);
bool gwt_row_fails(const struct gwt_json **next, const struct gwt_json *unused);
/*
 * The difference that the row's verdict names: the first that breaks the row and has the verdict's word, else
 * the first that breaks it. NULL when there is none.
 */
const struct gwt_json *gwt_row_difference(const struct gwt_json *row);
/* Whether AWS would do the same with both values. */
bool gwt_difference_is_harmless(const struct gwt_json *difference);
/* The first line of the difference as text; absent when there is none. */
struct gwt_span gwt_row_first_line(const struct gwt_json *row);
/* The counts in one line: "2 requests, 1 matched, 1 broken, 1 answered by a scripted fault". */
void gwt_run_counts_add(struct gwt_buf *out, const struct gwt_json *run);
/* In a few words, why the run fails when no row does; nothing when it does not fail. */
void gwt_run_trouble_add(struct gwt_buf *out, const struct gwt_json *run);
/* A number of the summary. */
uint64_t gwt_run_summary_number(const struct gwt_json *run, const char *name);

#endif
