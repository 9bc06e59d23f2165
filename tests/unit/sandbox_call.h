/*
 * sandbox_call.h - calls to a sandbox, in process, for its tests.
 *
 * Paths and bodies are texts in which @A is the REST API of the fixture, @R a
 * resource under its root and @0 the root resource.
 */
#ifndef GWT_TESTS_SANDBOX_CALL_H
#define GWT_TESTS_SANDBOX_CALL_H

#include "sandbox/sandbox.h"

#define NOW 1700000000

struct sandbox_fixture {
	struct gwt_sandbox *sandbox;
	struct gwt_arena arena;
	char api[32], root[32], resource[32];
	const char *accept; /* "application/json" unless changed; NULL sends none */
};

/* A sandbox that does not check signatures, with an API, and a resource with a GET method in it. */
void sandbox_start(struct sandbox_fixture *f, const struct gwt_sandbox_options *options);
void sandbox_stop(struct sandbox_fixture *f);

/* `body` may be NULL. The answer lives until the fixture stops. */
struct gwt_response sandbox_call(struct sandbox_fixture *f, const char *method, const char *path,
				 const char *body);
/* The value of a header, "" when absent; the body as text; member `name` of the body as text. */
const char *sandbox_header(const struct gwt_response *response, const char *name);
const char *sandbox_body(const struct gwt_response *response);
const char *sandbox_member(struct sandbox_fixture *f, const struct gwt_response *response, const char *name);
/* `text` with the ids of the fixture in place of @A, @R and @0. */
const char *sandbox_text(struct sandbox_fixture *f, const char *text);

#endif
