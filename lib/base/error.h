/*
 * error.h - how a function says that it failed.
 *
 * The caller owns the struct gwt_error and passes it last; it is written only on
 * failure, by the lowest function that knows the facts. Messages are lower case,
 * name their subject in single quotes and have no full stop. A broken invariant
 * is an assert; a mismatch that the product finds is a result, not an error.
 */
#ifndef GWT_BASE_ERROR_H
#define GWT_BASE_ERROR_H

#include <stdarg.h>

/* name, exit code of the command line (docs/exit-codes.md), text */
#define GWT_STATUS_MAP(X)                                                                                    \
	X(GWT_OK, 0, "ok")                                                                                   \
	X(GWT_EMISMATCH, 1, "the contract was broken")                                                       \
	X(GWT_EUSAGE, 2, "bad command line")                                                                 \
	X(GWT_EPARSE, 3, "malformed input")                                                                  \
	X(GWT_ELIMIT, 3, "input over a limit")                                                               \
	X(GWT_EIO, 3, "a file could not be read or written")                                                 \
	X(GWT_EUPSTREAM, 4, "network or upstream failure")                                                   \
	X(GWT_EUNCHECKED, 5, "could not check")

typedef enum {
#define X(name, code, text) name,
	GWT_STATUS_MAP(X)
#undef X
} gwt_status;

/* A message is one line and may quote foreign text: gwt_fail() ends one that does not fit with "...". */
#define GWT_MESSAGE_BYTES 1024

struct gwt_error {
	gwt_status status;
	char msg[GWT_MESSAGE_BYTES];
};

/* Fill `err` (may be NULL) and return `status`, so that a failure is one statement. */
gwt_status gwt_fail(struct gwt_error *err, gwt_status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
gwt_status gwt_vfail(struct gwt_error *err, gwt_status status, const char *fmt, va_list args);

/* Put "prefix: " before the message of an error that a callee wrote; returns its status. */
gwt_status gwt_fail_in(struct gwt_error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

const char *gwt_status_text(gwt_status status);
int gwt_status_exit_code(gwt_status status);

/* `gwt_auto(f) T *x`: call f(&x) when x leaves its scope. */
#define gwt_auto(cleanup_function) __attribute__((cleanup(cleanup_function)))

#define GWT_LEN(array) (sizeof(array) / sizeof((array)[0]))

#endif
