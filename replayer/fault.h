/*
 * fault.h - scripted faults: what --fault FILE says (docs/faults.md).
 *
 * A script is a list; the first entry that fits a request and has a use left is taken. Pure: it decides what
 * goes wrong; the owner of the connection does it.
 */
#ifndef GWT_REPLAYER_FAULT_H
#define GWT_REPLAYER_FAULT_H

#include "lib/http/message.h"

enum gwt_break { GWT_BREAK_NONE, GWT_BREAK_RESET, GWT_BREAK_TRUNCATE, GWT_BREAK_WRONG_LENGTH };

struct gwt_fault {
	bool answers; /* with a scripted answer, in place of the real one */
	int status;
	struct gwt_headers headers; /* Content-Type and x-amzn-ErrorType included */
	struct gwt_span body;
	uint64_t delay_ms; /* before the first byte of the answer */
	enum gwt_break broken;
	/* private: which requests, how often */
	struct gwt_span operation, method, path; /* absent: any */
	struct gwt_span service;                 /* absent: API Gateway */
	struct gwt_span target, action;          /* of another service: X-Amz-Target, Action; absent: any */
	uint64_t skip, left;
};

struct gwt_faults {
	struct gwt_fault *items;
	size_t len;
};

/* Read a script; GWT_EPARSE with file and place of what is wrong. All lives in `arena`. */
gwt_status gwt_faults_read(struct gwt_arena *arena, const char *file, struct gwt_faults *out,
			   struct gwt_error *err);
/* The same from bytes; `file` is only for messages. */
gwt_status gwt_faults_parse(struct gwt_arena *arena, const char *file, struct gwt_span text,
			    struct gwt_faults *out, struct gwt_error *err);
/*
 * The fault for this request, used up by one; NULL when there is none. `service` is absent for API Gateway.
 */
const struct gwt_fault *gwt_faults_take(struct gwt_faults *faults, const struct gwt_request *request,
					struct gwt_span service);
/* Whether the script has answers for other services than API Gateway. */
bool gwt_faults_have_others(const struct gwt_faults *faults);
/* With GWT_BREAK_RESET, or an answer, the request is not handled at all. */
bool gwt_fault_replaces(const struct gwt_fault *fault);
/* The scripted answer of a fault that has one, with Date, in `arena`. */
void gwt_fault_answer(const struct gwt_fault *fault, int64_t now, struct gwt_arena *arena,
		      struct gwt_response *response);

#endif
