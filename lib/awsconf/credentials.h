/*
 * credentials.h - finding the keys to sign with, as AWS's own tools find them.
 *
 * In this order: environment (not when --profile was given), the profile of the
 * shared credentials file, its credential_process, the profile of the config file;
 * then the places that a caller adds (lib/upstream/metadata.h). A profile that needs
 * an STS or SSO call (role_arn, web identity, sso_*, login_session) is refused.
 *
 * Secrets are wiped when released and appear in no message: the reason why there are
 * no keys is a value (struct gwt_credential_fault), for which each command line has
 * its own table of messages.
 */
#ifndef GWT_AWSCONF_CREDENTIALS_H
#define GWT_AWSCONF_CREDENTIALS_H

#include <signal.h>

#include "lib/awsconf/config.h"
#include "lib/json/json.h"
#include "lib/sigv4/sigv4.h"

struct gwt_credential_set {
	struct gwt_credentials keys; /* views of `arena` */
	int64_t expires;             /* when they stop working; 0: not known */
	const char *source;          /* for display: "environment", "credentials file of profile 'x'" */
	struct gwt_arena arena;      /* private */
};

/* status, and gwtape's own message: %s is the profile, %d the number; NULL: fault.c has the message */
#define GWT_CREDENTIAL_FAULT_MAP(X)                                                                          \
	X(GWT_KEYS_HALF_ENVIRONMENT, GWT_EUSAGE,                                                             \
	  "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not")                                       \
	X(GWT_KEYS_HALF_CREDENTIALS_FILE, GWT_EUSAGE,                                                        \
	  "profile '%s' has aws_access_key_id and no aws_secret_access_key in the credentials file")         \
	X(GWT_KEYS_HALF_CONFIG_FILE, GWT_EUSAGE,                                                             \
	  "profile '%s' has aws_access_key_id and no aws_secret_access_key in the config file")              \
	X(GWT_KEYS_EXPIRATION, GWT_EUSAGE, "AWS_CREDENTIAL_EXPIRATION is not a time")                        \
	X(GWT_KEYS_NEED_CALL, GWT_EUSAGE, NULL)                                                              \
	X(GWT_KEYS_NEED_WEB_IDENTITY, GWT_EUSAGE,                                                            \
	  "AWS_WEB_IDENTITY_TOKEN_FILE asks for a call to AWS, which is not supported: run 'aws configure "  \
	  "export-credentials --format env' and set the variables that it prints")                           \
	X(GWT_KEYS_PROCESS_QUOTES, GWT_EUSAGE, "credential_process of profile '%s' has an open quote")       \
	X(GWT_KEYS_PROCESS_EMPTY, GWT_EUSAGE, "credential_process of profile '%s' is empty")                 \
	X(GWT_KEYS_PROCESS_START, GWT_EUPSTREAM, NULL)                                                       \
	X(GWT_KEYS_PROCESS_EXIT, GWT_EUPSTREAM, "credential_process of profile '%s': it exited with %d")     \
	X(GWT_KEYS_PROCESS_KILLED, GWT_EUPSTREAM,                                                            \
	  "credential_process of profile '%s': it was killed by signal %d")                                  \
	X(GWT_KEYS_PROCESS_SLOW, GWT_EUPSTREAM,                                                              \
	  "credential_process of profile '%s': it did not end within %d seconds")                            \
	X(GWT_KEYS_PROCESS_STOPPED, GWT_EUPSTREAM, "credential_process of profile '%s': interrupted")        \
	X(GWT_KEYS_PROCESS_FLOOD, GWT_EUPSTREAM,                                                             \
	  "credential_process of profile '%s': it wrote more than %d bytes")                                 \
	X(GWT_KEYS_PROCESS_NOT_JSON, GWT_EUPSTREAM,                                                          \
	  "credential_process of profile '%s': what it wrote is not a JSON object")                          \
	X(GWT_KEYS_PROCESS_VERSION, GWT_EUPSTREAM,                                                           \
	  "credential_process of profile '%s': what it wrote does not say 'Version' 1")                      \
	X(GWT_KEYS_PROCESS_MEMBER, GWT_EUPSTREAM, NULL)                                                      \
	X(GWT_KEYS_PROCESS_EXPIRATION, GWT_EUPSTREAM,                                                        \
	  "credential_process of profile '%s': 'Expiration' in the answer is not a time")

enum gwt_credential_fault_kind {
	GWT_KEYS_NO_FAULT,
#define X(name, status, text) name,
	GWT_CREDENTIAL_FAULT_MAP(X)
#undef X
};

/* Why a place that should have keys gives none. Lives in the config's arena. */
struct gwt_credential_fault {
	enum gwt_credential_fault_kind kind;
	int number;       /* exit code, signal, errno, limit */
	const char *name; /* name of a setting or of a member of the answer, a string literal; or NULL */
	struct gwt_span subject; /* a word, an error output, an answer or a time; may hold secrets */
};

/* The input of a search, and how it failed. */
struct gwt_credential_search {
	struct gwt_aws_config *config;
	/*
	 * for processes: keep their error output for `fault`, do not show it; and how to parse their output,
	 * NULL: lib/json
	 */
	bool keep_errors;
	bool (*parse)(struct gwt_arena *arena, struct gwt_span text, struct gwt_json **out);
	const volatile sig_atomic_t *stop; /* a process is stopped when it is not 0; or NULL */
	struct gwt_credential_fault fault; /* out */
};

/*
 * Search the local places in order: GWT_OK with *found false when none has keys. The message is in gwtape's
 * words; search->fault says the same as a value.
 */
gwt_status gwt_credentials_search(struct gwt_credential_search *search, struct gwt_credential_set *out,
				  bool *found, struct gwt_error *err);
/* Wipes the keys. Takes a zeroed set. */
void gwt_credentials_release(struct gwt_credential_set *set);

/* The dummy credentials, which are not secret: the sandbox's and the tests'. */
struct gwt_credentials gwt_credentials_dummy(void);

#endif
