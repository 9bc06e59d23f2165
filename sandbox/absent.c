/*
 * absent.c - calls of operations that the sandbox does not have.
 *
 * The service's own operations get 501, with words that do not look like missing permissions; all other
 * requests get AWS's answer.
 */
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"
#include "lib/model/service.h"
#include "sandbox/call.h"

enum { MAX_SEGMENTS = 16 }; /* more than any route has */

static const struct gwt_service_operation *operation_of(const struct gwt_call *call)
{
	struct gwt_span *segments;
	size_t count;

	if (gwt_path_segments(call->request->path) > MAX_SEGMENTS)
		return NULL;
	count = gwt_path_split(call->request->path, call->arena, &segments);
	for (size_t i = 0; i < count; i++) {
		struct gwt_buf decoded;

		gwt_buf_init_in(&decoded, call->arena, segments[i].len);
		gwt_uri_decode(&decoded, segments[i]);
		segments[i] = decoded.ptr ? gwt_buf_span(&decoded) : GWT_SPAN("");
	}
	return gwt_service_find(call->request->method, segments, count,
				gwt_query_has(call->request->query, "mode", "import"));
}

bool gwt_is_import(const struct gwt_call *call)
{
	const struct gwt_service_operation *operation = NULL;

	if (gwt_query_has(call->request->query, "mode", "import"))
		operation = operation_of(call);
	return operation && operation->imports;
}

bool gwt_refuse_operation(struct gwt_call *call)
{
	const struct gwt_service_operation *operation = operation_of(call);

	if (!operation)
		return gwt_call_fail(call, GWT_RULE_UNKNOWN_OPERATION);
	if (strcmp(operation->name, "PutRestApi") == 0)
		return gwt_overwrite_api(call);
	return gwt_call_fail_with(call, GWT_RULE_NOT_IMPLEMENTED, gwt_span_of(operation->name));
}
