/*
 * canonical.h - the bytes of a request that two implementations must agree on.
 *
 * DESIGN: "When are two requests equal?", contract version 1; docs/contract-bytes.md
 * has worked examples. Pure: a request in, bytes out.
 */
#ifndef GWT_CONTRACT_CANONICAL_H
#define GWT_CONTRACT_CANONICAL_H

#include "lib/http/message.h"
#include "lib/json/json.h"

#define GWT_CONTRACT_VERSION 1

struct gwt_contract {
	struct gwt_span bytes; /* the contract bytes, in the arena */
	struct gwt_span body;  /* their last part: the canonical body, or the raw one */
	bool says_json;        /* Content-Type says JSON */
	bool no_tree;          /* made by gwt_contract_make_known() */
	enum gwt_json_fault
		body_error; /* why a body that says JSON has no canonical form; else GWT_JSON_OK */
	size_t body_error_offset;
	struct gwt_json *json; /* the parsed body; NULL unless it says JSON and is JSON */
	/* the parsed body when it is JSON but does not say so: it is compared as bytes; else NULL */
	struct gwt_json *untold;
};

/* All results live in `arena` or view `request`. */
void gwt_contract_make(const struct gwt_request *request, struct gwt_arena *arena, struct gwt_contract *out);
/*
 * The same at replay: a body that says JSON and is longer than GWT_MAX_COMPARED_JSON is not parsed, and its
 * error is `too-large`.
 */
void gwt_contract_make_bounded(const struct gwt_request *request, struct gwt_arena *arena,
			       struct gwt_contract *out);

/*
 * The same for a body that says JSON and whose canonical form is already known. There is no tree: `json` is
 * NULL and `no_tree` is true. A caller that needs the tree calls gwt_contract_make().
 */
void gwt_contract_make_known(const struct gwt_request *request, struct gwt_span canonical,
			     struct gwt_arena *arena, struct gwt_contract *out);

/* Level `signed`: the canonical request with the path as sent, volatile values masked, and the exact body. */
struct gwt_span gwt_signed_bytes(const struct gwt_request *request, struct gwt_arena *arena);
/*
 * The same when only one of two requests has a session token: `no_token` leaves the token out of the signed
 * headers. Whether one is sent depends on the credentials and not on the client, so it is not compared
 * (DESIGN 5, Scope).
 */
struct gwt_span gwt_signed_form(const struct gwt_request *request, bool no_token, struct gwt_arena *arena);
/* Whether one of the two sends and signs a session token, and the other does neither. */
bool gwt_only_one_has_token(const struct gwt_request *a, const struct gwt_request *b,
			    struct gwt_arena *arena);
/* Level `wire`: raw head with the volatile values masked, raw body. Absent when the request has no raw head. */
struct gwt_span gwt_wire_bytes(const struct gwt_request *request, struct gwt_arena *arena);

/* application/json, application/x-amz-json-*, *+json; any case, parameters ignored. */
bool gwt_says_json(struct gwt_span content_type);

#endif
