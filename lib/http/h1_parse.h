/*
 * h1_parse.h - strict incremental HTTP/1.1 request parser.
 *
 * Bytes in, message out; no I/O. The caller keeps one contiguous buffer that
 * starts at the request's first byte and calls gwt_h1_parse() each time it grew;
 * the parser remembers how far it got, so that the work does not depend on how
 * the bytes were cut. It refuses at the first byte that cannot be right. What it
 * refuses is the union of the strictest servers (docs/http.md): CL with TE, two
 * Content-Lengths, any Transfer-Encoding but `chunked`, bare CR or LF, obs-fold,
 * a missing or second Host, and so on. GET and HEAD with a body are taken and not
 * kept alive. An answer to a refused request closes.
 */
#ifndef GWT_HTTP_H1_PARSE_H
#define GWT_HTTP_H1_PARSE_H

#include "lib/base/buf.h"
#include "lib/base/bounds.h"
#include "lib/http/message.h"

enum gwt_h1_result {
	GWT_H1_MORE, /* not complete: read more and call again */
	/*
	 * The head is complete, expects 100-continue, and no body byte is here: answer 100 and call again.
	 * Returned once for a request.
	 */
	GWT_H1_CONTINUE,
	/*
	 * The head is complete, and `wants_head` was set: *request has everything but the body. Call again to
	 * go on. Returned once for a request.
	 */
	GWT_H1_HEAD,
	GWT_H1_DONE, /* *request is filled; its bytes are buffer[0, consumed) */
	GWT_H1_BAD,  /* refused: answer `status` with `reason` and close */
};

struct gwt_h1_parser {
	size_t at;          /* bytes read so far */
	size_t head_end;    /* offset of the first body byte, 0 while in the head */
	size_t consumed;    /* DONE: bytes of this request, framing included */
	int status;         /* BAD: 400, 413, 414, 417, 431, 501, 505 */
	const char *reason; /* BAD: what was wrong, static text */
	/*
	 * set by the caller after init: return GWT_H1_HEAD, before the limit of the body's length is checked
	 */
	bool wants_head;
	/* private */
	int state;
	int minor_version;
	bool has_length, has_host, absolute, chunked, expect_continue, says_close, says_keep_alive,
		in_trailers;
	char major_version;
	size_t limit; /* offset that the head, a chunk's line or the trailers may not reach */
	size_t left;  /* bytes of the body or of the chunk that are still to come */
	struct gwt_buf chunks;
	uint32_t head_start, method_end, target_start, target_end, header_count;
	uint32_t host_field; /* its index in fields[], if has_host */
	size_t name_start, name_end, value_start, line_start;
	struct {
		uint32_t name, name_end, value, value_end;
		enum gwt_header_id id;
	} fields[GWT_MAX_HEADERS];
};

/* Prepare for a new request. A zeroed parser may be passed; storage is kept between requests. */
void gwt_h1_parser_init(struct gwt_h1_parser *parser);
void gwt_h1_parser_release(struct gwt_h1_parser *parser);

/* Whether a byte of the request line came, and not only the empty lines that may come before it. */
bool gwt_h1_begun(const struct gwt_h1_parser *parser);

/*
 * `buffer` has the request's bytes so far, and perhaps those of the next request. Headers are put into
 * `arena`; all spans of *request view `buffer`, except the body of a chunked request, which the parser keeps
 * until its next init.
 */
enum gwt_h1_result gwt_h1_parse(struct gwt_h1_parser *parser, struct gwt_span buffer, struct gwt_arena *arena,
				struct gwt_request *request);

#endif
