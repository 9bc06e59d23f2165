/*
 * request_file.c - reads a raw request as a server would, strictly.
 */
#include "cli/request_file.h"

#include <stdio.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "lib/http/whole.h"
#include "lib/json/write.h"
#include "lib/report/escape.h"

gwt_status gwt_request_file_read(struct gwt_arena *arena, const char *path, struct gwt_request *out,
				 struct gwt_error *err)
{
	size_t most = GWT_MAX_HEAD_BYTES + 2 * (size_t)GWT_MAX_BODY_BYTES; /* chunk framing included */
	struct gwt_span raw;
	gwt_status status = gwt_file_read_any(arena, path, most, &raw, err);

	if (status != GWT_OK)
		return status;
	return gwt_request_parse_whole(arena, strcmp(path, "-") == 0 ? "stdin" : path, raw, out, err);
}

void gwt_print_json(const struct gwt_json *json)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX }, shown = { .max = SIZE_MAX };

	gwt_json_write(&out, json, GWT_JSON_PRETTY);
	gwt_json_visible_add(&shown, gwt_buf_span(&out));
	fwrite(shown.ptr, 1, shown.len, stdout);
}
