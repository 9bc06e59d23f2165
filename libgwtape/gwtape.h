/*
 * gwtape.h - libgwtape: what gwtape's commands do, for a program of your own.
 *
 * Start a replayer on recorded cassettes and ask it how a client did; judge one raw request against cassettes; sign a
 * request, prove and explain a signature; make a request's contract bytes. Nothing here prints, ends the process, reads
 * the environment, or keeps state outside the objects that it gives you; no signal handler is set. gwtape(1) and the
 * pages of docs/ say what levels, verdicts and evidence are.
 *
 * Conventions, of every function:
 * - It returns an enum gwtape_status; GWTAPE_OK is 0. The numbers are the exit codes of the commands.
 * - `error` may be NULL. It is written only where the status is not GWTAPE_OK, and says in one line what was found and
 *   what was expected. A result that says that the contract was broken is not an error.
 * - Results are written through pointers, and only where the status is GWTAPE_OK. A `struct gwtape_...*` result is
 *   yours: hand it to the function named beside its type. Texts inside it live as long as it does.
 * - A text is NUL-terminated UTF-8; bytes are a pointer and a length in bytes.
 * - Different objects may be used by different threads. One object is one thread's at a time, but for the replayer,
 *   whose functions may be called by any thread until gwtape_replayer_stop().
 */
#ifndef GWTAPE_H
#define GWTAPE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum gwtape_status {
	GWTAPE_OK = 0,
	GWTAPE_BROKEN = 1,    /* the contract was broken: only gwtape_result_status() says so */
	GWTAPE_USAGE = 2,     /* an argument is not one of those that are allowed */
	GWTAPE_MALFORMED = 3, /* a cassette or request cannot be read */
	GWTAPE_NETWORK = 4,   /* an address cannot be listened on, a thread cannot be started */
	GWTAPE_UNCHECKED = 5, /* nothing was compared, or there is nothing to compare with: never a success */
};

struct gwtape_error {
	enum gwtape_status status;
	char message[1024]; /* one line; a longer one ends with "..." */
};

/* "0.9.0", of the library that is linked; static. */
const char *gwtape_version(void);

/*
 * The outcome of a comparison. Free with gwtape_result_free(). docs/reports.md describes the JSON.
 */
struct gwtape_result;
/* GWTAPE_OK: all held; GWTAPE_BROKEN; GWTAPE_UNCHECKED: nothing was compared. */
enum gwtape_status gwtape_result_status(const struct gwtape_result *result);
/*
 * The verdict of the first breach, else of what held: "EXTRA_FIELD", "MATCH", "NO_CALL" where nothing was
 * called.
 */
const char *gwtape_result_verdict(const struct gwtape_result *result);
/* Lines for a person: what differs, with its JSON pointer, expected and got. Never empty. */
const char *gwtape_result_text(const struct gwtape_result *result);
/* The same for a program: one JSON value. */
const char *gwtape_result_json(const struct gwtape_result *result);
/* NULL is allowed. */
void gwtape_result_free(struct gwtape_result *result);

/*
 * Cassettes to hold clients to. Free with gwtape_tape_free(), after everything that was made from it.
 */
struct gwtape_tape;
/*
 * Read a folder as `gwtape replay --cassettes` does ("DIR" or "DIR@REV"). `names` are `name_count` scenarios and groups;
 * NULL and 0: all. A run of a tape with names is broken where it left one of their interactions out, as with --scenario.
 * GWTAPE_MALFORMED for a damaged cassette, GWTAPE_UNCHECKED where there is none of a name.
 */
enum gwtape_status gwtape_tape_open(const char *folder, const char *const *names, size_t name_count,
				    struct gwtape_tape **tape, struct gwtape_error *error);
/* The same of `count` cassettes in memory: texts[i] is `lengths[i]` bytes, which are copied. */
enum gwtape_status gwtape_tape_read(const char *const *texts, const size_t *lengths, size_t count,
				    struct gwtape_tape **tape, struct gwtape_error *error);
/* NULL is allowed. */
void gwtape_tape_free(struct gwtape_tape *tape);

/*
 * A fake endpoint on 127.0.0.1, on a thread of its own (`gwtape replay`). End it with gwtape_replayer_stop().
 */
struct gwtape_replayer;
/* Zeroed it is what `gwtape replay` does without options. */
struct gwtape_replay_options {
	const char *level;      /* "contract" (NULL), "wire", "signed", "effect" */
	const char *order;      /* "causal" (NULL), "strict", "none" */
	const char *session_by; /* "none" (NULL): one session, "path", "access-key", "header" */
	int strict;             /* not 0: each interaction once, in order, none unused */
	int allow_unused; /* not 0: interactions of a session's scenarios that were not called do not fail it */
	int any_region;   /* not 0: the region of the credential scope is not compared */
	int any_time;     /* not 0: a signature's date is not compared with the clock */
};
/*
 * Start one; requests are answered when it returns. `options` may be NULL and is copied; `tape` must outlive the
 * replayer. GWTAPE_USAGE for a word that is not one of the above, GWTAPE_NETWORK where it cannot listen.
 */
enum gwtape_status gwtape_replayer_start(const struct gwtape_tape *tape,
					 const struct gwtape_replay_options *options,
					 struct gwtape_replayer **replayer, struct gwtape_error *error);
/*
 * "http://127.0.0.1:PORT"; lives as long as the replayer. Clients sign with gwtape_access_key_id() and its
 * secret.
 */
const char *gwtape_replayer_endpoint(const struct gwtape_replayer *replayer);
/*
 * Open a session before its first call, where `session_by` is not "none": `names` are the scenarios and groups that may
 * answer it, all of whose interactions it must call (none: all may, none must). GWTAPE_USAGE for a name that is not in
 * service. With "path" its endpoint is ENDPOINT/session/NAME.
 */
enum gwtape_status gwtape_session_open(struct gwtape_replayer *replayer, const char *session,
				       const char *const *names, size_t name_count,
				       struct gwtape_error *error);
/*
 * A session's result until now; `session` NULL: the only one, where there are no sessions. The result is
 * GWTAPE_UNCHECKED where it made no call. GWTAPE_USAGE where there is no such session.
 */
enum gwtape_status gwtape_session_verify(struct gwtape_replayer *replayer, const char *session,
					 struct gwtape_result **result, struct gwtape_error *error);
/* Forget what a session did, so that it can begin again. GWTAPE_USAGE where there is no such session. */
enum gwtape_status gwtape_session_reset(struct gwtape_replayer *replayer, const char *session,
					struct gwtape_error *error);
/*
 * End it: requests under way are finished first, a second at most. `result` may be NULL; else it is the whole
 * run's.
 */
void gwtape_replayer_stop(struct gwtape_replayer *replayer, struct gwtape_result **result);

/* The dummy credentials that a replayer knows; static. */
const char *gwtape_access_key_id(void);
const char *gwtape_secret_access_key(void);

/*
 * Hold one raw request, `length` bytes as they came over the wire, against a tape: its signature (made with the dummy
 * secret, "test" or "testing"; its date is not compared with a clock), then the recorded interaction that would answer
 * it, whatever was called before. `level` is as above, NULL "contract". GWTAPE_MALFORMED where it is not one whole
 * request.
 */
enum gwtape_status gwtape_judge(const struct gwtape_tape *tape, const char *request, size_t length,
				const char *level, struct gwtape_result **result, struct gwtape_error *error);

/* Free what the functions below give. NULL is allowed. */
void gwtape_free(void *bytes);

/* Who signs, and for which service. All texts; `session_token` may be NULL. */
struct gwtape_credentials {
	const char *access_key_id, *secret_access_key, *session_token;
	const char *region;  /* "us-east-1" */
	const char *service; /* NULL: "apigateway" */
};
/*
 * Sign a raw request that has Host and no Authorization, at `time`, seconds since 1970. `signed_request` is the whole
 * request with X-Amz-Date, X-Amz-Security-Token (with a token) and Authorization, `signed_length` bytes: yours,
 * gwtape_free(). GWTAPE_MALFORMED where it has those headers already, or is not one whole request.
 */
enum gwtape_status gwtape_sign(const char *request, size_t length,
			       const struct gwtape_credentials *credentials, int64_t time,
			       char **signed_request, size_t *signed_length, struct gwtape_error *error);
/*
 * Prove a raw request's signature with `secret` (NULL: the dummy secrets). `time`, seconds since 1970, is what its date
 * may be 15 minutes from; negative: its date is not looked at. The result's verdict is a word of docs/sigv4.md ("valid",
 * "absent", ...), its JSON has `reason`, `expectedCanonicalRequest` and `expectedStringToSign`.
 */
enum gwtape_status gwtape_prove(const char *request, size_t length, const char *secret, int64_t time,
				struct gwtape_result **result, struct gwtape_error *error);
/*
 * The bytes that two implementations must agree on (docs/contract-bytes.md), `contract_length` of them: yours,
 * gwtape_free().
 */
enum gwtape_status gwtape_contract_bytes(const char *request, size_t length, char **contract,
					 size_t *contract_length, struct gwtape_error *error);

#ifdef __cplusplus
}
#endif

#endif
