/*
 * whole.h - exactly one raw request, as a server would read it: strictly, and with nothing after it.
 */
#ifndef GWT_HTTP_WHOLE_H
#define GWT_HTTP_WHOLE_H

#include "lib/base/error.h"
#include "lib/http/message.h"

/*
 * `name` says where the bytes come from, for messages. GWT_EPARSE when they are not an acceptable request,
 * end too early or go on after its end. *out views `raw`; its body is in `arena`.
 */
gwt_status gwt_request_parse_whole(struct gwt_arena *arena, const char *name, struct gwt_span raw,
				   struct gwt_request *out, struct gwt_error *err);

#endif
