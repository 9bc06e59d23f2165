/*
 * export.h - cassettes for other tools.
 */
#ifndef GWT_RECORDER_EXPORT_H
#define GWT_RECORDER_EXPORT_H

#include "lib/cassette/cassette.h"
#include "lib/sigv4/sigv4.h"

/*
 * HAR 1.2 with samples in place of variables. Each cassette is also included unchanged (log._gwtape, a custom
 * field that other tools ignore), so that importing the file gives the same bytes back.
 */
gwt_status gwt_export_har(struct gwt_buf *out, const struct gwt_cassettes *cassettes, struct gwt_error *err);

/* The cassettes that gwt_export_har() put into a HAR, as their files; none in another tool's HAR. */
struct gwt_har_cassette {
	struct gwt_span scenario, text;
};
gwt_status gwt_import_har_cassettes(struct gwt_arena *arena, const char *path, struct gwt_span text,
				    struct gwt_har_cassette **out, size_t *count, struct gwt_error *err);

/*
 * One line of JSON for each interaction: {"scenario", "interaction", "operation", "input", "time", "request",
 * "contractBytes", "canonicalRequest", "stringToSign", "signature"}. It is signed with the dummy credentials
 * at GWT_VECTOR_TIME, for AWS's host in the cassette's region.
 */
#define GWT_VECTOR_TIME 1440938160 /* 2015-08-30T12:36:00Z, the time of AWS's own test suite */
gwt_status gwt_export_vectors(struct gwt_buf *out, const struct gwt_cassettes *cassettes,
			      const struct gwt_credentials *credentials, struct gwt_error *err);

#endif
