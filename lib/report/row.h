/*
 * row.h - reading a row of the JSON report: what every other format needs of it.
 */
#ifndef GWT_REPORT_ROW_H
#define GWT_REPORT_ROW_H

#include "lib/base/buf.h"
#include "lib/json/json.h"

bool gwt_row_ok(const struct gwt_json *row);
/* The verdict's word; of a MATCH that was too weak also the level that it reached: "MATCH at contract". */
void gwt_row_word_add(struct gwt_buf *out, const struct gwt_json *row);
/* "PutIntegration types/mock#put": what was called and what it was compared with. */
void gwt_row_title(struct gwt_buf *out, const struct gwt_json *row);
/* "types/mock#put" of an unused row. */
void gwt_row_place(struct gwt_buf *out, const struct gwt_json *row);
/* " (after types/mock#put, which was broken)" where a broken call explains why a row is unused; else nothing. */
void gwt_row_cause_add(struct gwt_buf *out, const struct gwt_json *row);
/* How many of the unused rows make the run fail. */
size_t gwt_run_unused_failing(const struct gwt_json *run);
/* The first of them, or NULL; then whether a row is one: rows are asked about in their order, which moves *next. */
const struct gwt_json *gwt_run_first_failing(const struct gwt_json *run);
bool gwt_row_fails(const struct gwt_json **next, const struct gwt_json *unused);
/*
 * The difference that the row's verdict names: of those that break it the first with the verdict's word, else the
 * first. NULL where there is none.
 */
const struct gwt_json *gwt_row_difference(const struct gwt_json *row);
/* Whether AWS would do the same. */
bool gwt_difference_is_harmless(const struct gwt_json *difference);
/* First line of the readable difference; absent when there is none. */
struct gwt_span gwt_row_first_line(const struct gwt_json *row);
/* "2 requests, 1 matched, 1 broken, 1 answered by a scripted fault": the counts in one line. */
void gwt_run_counts_add(struct gwt_buf *out, const struct gwt_json *run);
/* Why the run fails though no row does, in a few words; adds nothing when it does not. */
void gwt_run_trouble_add(struct gwt_buf *out, const struct gwt_json *run);
/* A number of the summary. */
uint64_t gwt_run_summary_number(const struct gwt_json *run, const char *name);

#endif
