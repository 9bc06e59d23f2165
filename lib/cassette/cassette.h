/*
 * cassette.h - the recorded interactions of one scenario, in memory and as a file.
 *
 * docs/cassette.md and cassettes/README.md describe the format. In memory a
 * cassette always has its samples in place: request and response are real
 * messages, and `variables` says by position which of their parts are variables.
 */
#ifndef GWT_CASSETTE_CASSETTE_H
#define GWT_CASSETTE_CASSETTE_H

#include "lib/base/buf.h"
#include "lib/contract/canonical.h"
#include "lib/model/model.h"
#include "lib/http/message.h"
#include "lib/sigv4/sigv4.h"

#define GWT_CASSETTE_FORMAT   1
#define GWT_CASSETTE_RELATION 1 /* version of the relation between calls: lib/model/related.h */

/* How the answer is known, strongest first. */
enum gwt_evidence {
	GWT_EVIDENCE_AWS_LIVE,
	GWT_EVIDENCE_AWS_PUBLISHED,
	GWT_EVIDENCE_DOCUMENTED,
	GWT_EVIDENCE_GUESSED
};
const char *gwt_evidence_word(enum gwt_evidence evidence);
bool gwt_evidence_parse(struct gwt_span word, enum gwt_evidence *out);

struct gwt_interaction {
	struct gwt_span id;         /* the step's id */
	struct gwt_span operation;  /* name of the operation; the model may not have it */
	struct gwt_request request; /* its head is absent: only method, target, headers and body */
	struct gwt_span *signed_headers;
	size_t signed_header_count;
	struct gwt_span client; /* from a proxy recording; else absent */
	struct gwt_span wire;   /* redacted raw bytes from a proxy recording; else absent */
	struct gwt_response response;
	enum gwt_evidence evidence;
	struct gwt_span evidence_source; /* may be absent */
	bool repeated; /* the recorder saw this read again with the same answer, and kept it once */
	size_t line;   /* line in the file; 0 when it is not from a file */
};

enum gwt_position_part { GWT_AT_PATH, GWT_AT_QUERY, GWT_AT_BODY, GWT_AT_HEADER };

/* One place of a variable's sample. */
struct gwt_position {
	size_t interaction; /* index of the interaction */
	bool in_response;
	enum gwt_position_part part;
	size_t segment;          /* PATH: which segment, from 0 */
	struct gwt_span pointer; /* BODY: JSON pointer; QUERY, HEADER: name */
	size_t from, len;        /* bytes of the (decoded) string that are the sample; len 0: all */
};

struct gwt_cassette_variable {
	struct gwt_span name;
	struct gwt_span
		type; /* rest-api-id, resource-id, vpc-link-id, account-id, region, timestamp, id, text */
	struct gwt_span sample;
	struct gwt_position *at;
	size_t at_count, at_cap;
};

struct gwt_provenance {
	struct gwt_span upstream; /* aws, sandbox, proxy, other */
	struct gwt_span endpoint, region, model, server;
	unsigned relation; /* of a proxy recording: version of the relation; 0: an older rule */
};

struct gwt_cassette {
	struct gwt_span scenario; /* group/name */
	struct gwt_span path;     /* path of the file, for messages; may be absent */
	struct gwt_provenance provenance;
	struct gwt_interaction *interactions;
	size_t interaction_count, interaction_cap;
	struct gwt_cassette_variable *variables;
	size_t variable_count, variable_cap;
	char scenario_sha256[GWT_SHA256_HEX + 1];
};

/*
 * Read a cassette strictly: every member must be known, and the hashes must be right (a damaged or
 * hand-edited body is refused, naming the interaction). GWT_EPARSE: "PATH:LINE:COLUMN: reason". Everything is
 * in `arena` or views `text`.
 */
gwt_status gwt_cassette_parse(struct gwt_arena *arena, const char *path, struct gwt_span text,
			      struct gwt_cassette *out, struct gwt_error *err);
/* Write its file, which has only one spelling; the hashes are computed here. */
gwt_status gwt_cassette_write(struct gwt_buf *out, const struct gwt_cassette *cassette,
			      struct gwt_error *err);

/* A position as text, such as "put#request/path/4" or "put#request/body/credentials@13+12". */
void gwt_position_text(struct gwt_buf *out, const struct gwt_cassette *cassette,
		       const struct gwt_position *position);

/*
 * The stable sample of a variable: made from SHA-256(scenario name, variable name), with the alphabet and the
 * length of its type (10 lower-case letters and digits for a REST API id, 6 for a resource id, …).
 */
struct gwt_span gwt_sample_for(struct gwt_arena *arena, struct gwt_span scenario, struct gwt_span variable,
			       struct gwt_span type);

/* Index of an interaction by id; SIZE_MAX when there is none. */
size_t gwt_cassette_find(const struct gwt_cassette *cassette, struct gwt_span id);

/* A set of cassettes: every *.json below `dir` except VALIDATED.json, sorted by scenario. */
struct gwt_cassettes {
	struct gwt_cassette *items;
	size_t len, cap;
	uint64_t fingerprint; /* of their names and bytes */
};
#endif
