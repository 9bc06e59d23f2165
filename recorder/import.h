/*
 * import.h - recordings of other tools as calls: HAR 1.2, and VCR cassettes (vcrpy and Ruby's).
 *
 * What is not a call of API Gateway is left out; every loss is a warning. docs/import-export.md has the
 * mapping.
 */
#ifndef GWT_RECORDER_IMPORT_H
#define GWT_RECORDER_IMPORT_H

#include "lib/cassette/ids.h"

struct gwt_imported {
	struct gwt_capture *calls;
	size_t len, cap;
	struct gwt_span endpoint; /* scheme and authority of the first call */
	struct gwt_span region;   /* from the first call's signature or host; absent when neither has it */
	struct gwt_span *warnings;
	size_t warning_count, warning_cap;
	size_t foreign;    /* entries that are not calls of API Gateway */
	size_t bodiless;   /* calls whose body the tool did not keep */
	size_t unsendable; /* calls of API Gateway whose URL no client can send */
	size_t bytes;      /* of all bodies */
};

/* `path` is for messages. GWT_EPARSE names the place. Everything lives in `arena` or views `text`. */
gwt_status gwt_import_har(struct gwt_arena *arena, const char *path, struct gwt_span text,
			  struct gwt_imported *out, struct gwt_error *err);
gwt_status gwt_import_vcr(struct gwt_arena *arena, const char *path, struct gwt_span text,
			  struct gwt_imported *out, struct gwt_error *err);

/*
 * One call as its parts, from any format. A call that is not API Gateway's, or whose URL is not http, is
 * counted and left out; so is a call without its body, which would look like a call with an empty body.
 * GWT_EPARSE for a body that does not match its headers: its Content-Encoding is undone here.
 */
struct gwt_import_call {
	struct gwt_span method, url;
	struct gwt_headers request_headers, response_headers;
	struct gwt_span request_body, response_body;
	int status;
	const char *trouble; /* why a call of API Gateway cannot be kept; NULL: it can */
	bool is_bodiless;    /* the tool recorded that there was a body, and did not keep it */
};
gwt_status gwt_import_add(struct gwt_arena *arena, struct gwt_imported *out,
			  const struct gwt_import_call *call, struct gwt_error *err);
/* A file without the byte order mark that some tools write at its start. */
struct gwt_span gwt_import_text(struct gwt_span file);
/*
 * Undo the Content-Encoding of a body in place, where the tool did not, into at most `room` bytes. A body
 * whose headers say JSON must be JSON, and a body that is still compressed is refused, since it cannot be
 * scanned. `what` is for the message, which quotes nothing of the body.
 */
gwt_status gwt_import_body(const struct gwt_headers *headers, const char *what, size_t room,
			   struct gwt_arena *arena, struct gwt_span *body, struct gwt_error *err);
void gwt_import_warn(struct gwt_arena *arena, struct gwt_imported *out, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
