/*
 * ids.h - from calls as they happened to a cassette: live ids become variables, by position.
 *
 * Nothing is ever searched for. A request's variables are where the scenario put them. An answer's variables
 * are where it repeats a string of the request (or of the write that made the object), where the model says
 * that an id or a time is, or in a hole of a known error text (docs/cassette.md). Literals of the scenario
 * stay, even if one happens to equal an id.
 */
#ifndef GWT_CASSETTE_IDS_H
#define GWT_CASSETTE_IDS_H

#include "lib/cassette/cassette.h"
#include "lib/scenario/scenario.h"

/* A variable and the value it had in this run. */
struct gwt_binding {
	struct gwt_span name, type, live;
};

/* One call. It views storage that must outlive the cassette made from it. */
struct gwt_capture {
	struct gwt_span id, operation;
	struct gwt_request request; /* as sent, signed */
	struct gwt_uses uses;       /* where variables were put into it */
	struct gwt_response response;
	bool repeated; /* a read that came again with the same answer, and is kept once */
	enum gwt_evidence evidence;
	struct gwt_span evidence_source;
	/*
	 * for calls of other clients: who called, whether to keep the raw bytes, and a signature or token
	 * that must not be kept
	 */
	struct gwt_span client;
	bool keep_wire;
	struct gwt_span secret;
};

struct gwt_captures {
	const struct gwt_capture *items;
	size_t len;
	const struct gwt_binding *bindings; /* with every variable that `uses` names */
	size_t binding_count;
};

/*
 * Fill interactions and variables of *out, whose `scenario` is set; the rest is not changed. Only the headers
 * of the allowlist are kept (redact.h). *live (may be NULL) becomes the value that each variable of the
 * cassette had. GWT_EPARSE when a use is at a place without a string.
 */
gwt_status gwt_cassette_make(struct gwt_arena *arena, const struct gwt_captures *captures,
			     struct gwt_cassette *out, struct gwt_span **live, struct gwt_error *err);

#endif
