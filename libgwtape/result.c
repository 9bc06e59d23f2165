/* result.c - results: a status, a verdict, texts. */
#include "libgwtape/internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/write.h"
#include "replayer/secrets.h"

const char *gwtape_version(void)
{
	return GWT_VERSION;
}

const char *gwtape_access_key_id(void)
{
	return GWT_DUMMY_ACCESS_KEY_ID;
}

const char *gwtape_secret_access_key(void)
{
	return GWT_DUMMY_SECRET_KEY;
}

enum gwtape_status gwtape_fail(struct gwtape_error *error, enum gwtape_status status, const char *format, ...)
{
	va_list args;

	if (!error)
		return status;
	error->status = status;
	va_start(args, format);
	vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
	return status;
}

enum gwtape_status gwtape_failed(struct gwtape_error *error, const struct gwt_error *err)
{
	return gwtape_fail(error, (enum gwtape_status)gwt_status_exit_code(err->status), "%s", err->msg);
}

struct gwtape_result *gwtape_result_new(enum gwtape_status status, const char *verdict, struct gwt_span text,
					const struct gwt_json *json)
{
	struct gwtape_result *result = gwt_xcalloc(1, sizeof(*result));
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	gwt_json_write(&out, json, GWT_JSON_PRETTY);
	result->status = status;
	result->verdict = gwt_arena_cstr(&result->arena, gwt_span_of(verdict));
	result->text = gwt_arena_cstr(&result->arena, text);
	result->json = gwt_arena_cstr(&result->arena, gwt_buf_span(&out));
	return result;
}

enum gwtape_status gwtape_result_status(const struct gwtape_result *result)
{
	return result->status;
}

const char *gwtape_result_verdict(const struct gwtape_result *result)
{
	return result->verdict;
}

const char *gwtape_result_text(const struct gwtape_result *result)
{
	return result->text;
}

const char *gwtape_result_json(const struct gwtape_result *result)
{
	return result->json;
}

void gwtape_result_free(struct gwtape_result *result)
{
	if (!result)
		return;
	gwt_arena_release(&result->arena);
	free(result);
}

char *gwtape_bytes(struct gwt_span bytes, size_t *length)
{
	char *copy = gwt_xcalloc(bytes.len + 1, 1);

	gwt_copy(copy, bytes.ptr, bytes.len);
	*length = bytes.len;
	return copy;
}

void gwtape_free(void *bytes)
{
	free(bytes);
}
