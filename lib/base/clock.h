/*
 * clock.h - the one place that reads the time.
 *
 * Pure modules take the time as an argument; servers and the recorder read it
 * here. Times are seconds since 1970-01-01T00:00:00Z.
 */
#ifndef GWT_BASE_CLOCK_H
#define GWT_BASE_CLOCK_H

#include "lib/base/span.h"

#define GWT_AMZ_DATE_LEN  16 /* 20261122T123957Z */
#define GWT_HTTP_DATE_LEN 29 /* Sun, 22 Nov 2026 12:39:57 GMT */
#define GWT_ISO_DATE_LEN  20 /* 2026-11-22T12:39:57Z */

int64_t gwt_clock_now(void);
uint64_t gwt_clock_monotonic_ms(void);
uint64_t gwt_clock_monotonic_ns(void);

/* Each writes a text of the length above and a NUL. */
void gwt_clock_amz_date(int64_t time, char out[GWT_AMZ_DATE_LEN + 1]);
void gwt_clock_http_date(int64_t time, char out[GWT_HTTP_DATE_LEN + 1]); /* IMF-fixdate, RFC 9110, 5.6.7 */
void gwt_clock_iso_date(int64_t time, char out[GWT_ISO_DATE_LEN + 1]);

/* Reads exactly 20261122T123957Z, with a real calendar date; false otherwise. */
bool gwt_clock_parse_amz_date(struct gwt_span text, int64_t *out);
/* Reads 2026-11-22T12:39:57Z, 2026-11-22 (midnight), or 20261122T123957Z. */
bool gwt_clock_parse(struct gwt_span text, int64_t *out);
/* Reads these, the first also with a fraction (dropped) and an offset: 2026-11-22T12:39:57.5+01:00. */
bool gwt_clock_parse_offset(struct gwt_span text, int64_t *out);

#endif
