/*
 * request_file.h - raw HTTP requests from files, for commands that explain them.
 */
#ifndef GWT_CLI_REQUEST_FILE_H
#define GWT_CLI_REQUEST_FILE_H

#include "lib/base/error.h"
#include "lib/http/message.h"
#include "lib/json/json.h"

/*
 * Read exactly one request; "-" is stdin. GWT_EPARSE when it is malformed, cut short or followed by
 * more bytes. Everything lives in `arena`.
 */
gwt_status gwt_request_file_read(struct gwt_arena *arena, const char *path, struct gwt_request *out,
				 struct gwt_error *err);

/* Print as pretty JSON on stdout. */
void gwt_print_json(const struct gwt_json *json);

#endif
