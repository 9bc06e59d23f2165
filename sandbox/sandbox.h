/*
 * sandbox.h - the stand-in control plane.
 *
 * A small, stateful, in-memory likeness of API Gateway's control plane, true to
 * published recordings of the real service (docs/sandbox.md). It is not AWS and
 * says so. Pure: a request in, an answer out, no sockets; state is gone when it is
 * freed. Bounded: each kind of object and the bytes of all have limits.
 */
#ifndef GWT_SANDBOX_SANDBOX_H
#define GWT_SANDBOX_SANDBOX_H

#include "lib/http/message.h"
#include "lib/sigv4/sigv4.h"

struct gwt_sandbox;

struct gwt_sandbox_options {
	int64_t as_of;           /* answer as AWS did at that time (seconds); 0: as it does now */
	uint64_t seed;           /* of the ids; the same seed gives the same ids in the same order of calls */
	struct gwt_span account; /* 12 digits; must outlive the sandbox; absent: GWT_SANDBOX_ACCOUNT */
	bool no_verify_signature;
	gwt_secret_lookup lookup; /* secrets of an access key id; NULL: gwt_sandbox_dummy_secrets() */
	void *lookup_arg;
};

/* The dummy key ids (AKIDEXAMPLE, test, testing), each with the secrets of replay; 0 for another id. */
size_t gwt_sandbox_dummy_secrets(void *arg, struct gwt_span access_key_id, struct gwt_span secrets[8]);

#define GWT_SANDBOX_ACCOUNT "123456789012"

/* The evidence of an answer; the words are DESIGN's: aws-published, documented, guessed. */
enum gwt_sandbox_evidence { GWT_SANDBOX_PUBLISHED, GWT_SANDBOX_DOCUMENTED, GWT_SANDBOX_GUESSED };
const char *gwt_sandbox_evidence_word(enum gwt_sandbox_evidence evidence);

/* How well an answer is known, and from where. */
struct gwt_sandbox_basis {
	enum gwt_sandbox_evidence evidence;
	const char *source;
};

/* An answer, or a part of one: a row of the tables in docs/sandbox.md. */
struct gwt_sandbox_rule {
	const char *name;
	struct gwt_sandbox_basis otherwise; /* the basis where no input of the call's kind was recorded */
	int status;                         /* of an error; 0 where the row is about a success */
	const char *code;                   /* x-amzn-ErrorType; "" for a success */
	const char *text;                   /* the error's message; a {} is replaced by a value */
	const char *condition;
};
const struct gwt_sandbox_rule *gwt_sandbox_rules(size_t *count);

/* Inputs for which AWS's answer was recorded: for these and no others the rule is aws-published. */
struct gwt_sandbox_kind {
	size_t rule;            /* index into gwt_sandbox_rules() */
	const char *operations; /* names with a blank between; "*": all */
	const char *inputs; /* words with a blank between: the features of the input that matter; "*": all */
	struct gwt_sandbox_basis basis;
};
const struct gwt_sandbox_kind *gwt_sandbox_kinds(size_t *count);

/* A change that AWS made; the table is in the order of the dates. */
struct gwt_sandbox_change {
	const char *since; /* RFC 3339, or a date */
	const char *newer, *older, *source;
};
const struct gwt_sandbox_change *gwt_sandbox_changes(size_t *count);
/* Whether a row's newer answer is given at `as_of`; 0 is now. */
bool gwt_sandbox_changed(const struct gwt_sandbox_change *change, int64_t as_of);

struct gwt_sandbox *gwt_sandbox_new(const struct gwt_sandbox_options *options);
void gwt_sandbox_free(struct gwt_sandbox *sandbox);

/*
 * Answer one request at time `now`. Everything in *response lives in `arena`, with the headers AWS sends
 * (x-amzn-RequestId, x-amz-apigw-id, x-amzn-ErrorType, Content-Type), Date, and
 * `x-gwtape-evidence: CLASS; SOURCE`. Never fails: a request that is wrong gets AWS's error.
 */
void gwt_sandbox_handle(struct gwt_sandbox *sandbox, const struct gwt_request *request, int64_t now,
			struct gwt_arena *arena, struct gwt_response *response);

/*
 * Apply a write that another component answered: take over the answer's object under its ids, so that later
 * reads, updates and deletes here find it. Objects on its path that are missing (API, resource, method) are
 * made. Reads, and answers that are not a success, change nothing. GWT_ELIMIT when the state is full.
 */
gwt_status gwt_sandbox_adopt(struct gwt_sandbox *sandbox, const struct gwt_request *request,
			     const struct gwt_response *answer, int64_t now, struct gwt_error *err);

/* Whether an API, resource, deployment or VPC link has this id, made here or taken over. */
bool gwt_sandbox_has_id(const struct gwt_sandbox *sandbox, struct gwt_span id);

#endif
