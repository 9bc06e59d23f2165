/*
 * forward.h - calls of other services: how they are recognised, and --forward, which passes them on.
 *
 * A call says in its credential scope which service it is for; one without a scope is known by the host of the
 * CONNECT that it came through. API Gateway's own calls are never passed on.
 */
#ifndef GWT_REPLAYER_FORWARD_H
#define GWT_REPLAYER_FORWARD_H

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/http/message.h"

/* The service of a call for another one than API Gateway, as its scope or host says it; absent for ours. */
struct gwt_span gwt_foreign_service(const struct gwt_request *head, const char *tunnel,
				    struct gwt_arena *arena);

/*
 * "host:port" of --forward URL, in `arena`. GWT_EUSAGE when it is not an http URL without a path, an AWS host, or,
 * unless `remote`, not this machine.
 */
gwt_status gwt_forward_parse(const char *url, bool remote, bool (*is_aws)(struct gwt_span host),
			     struct gwt_arena *arena, const char **authority, struct gwt_error *err);

/* Count a call that is passed on; the caller has the turn (gwt_replayer_enter()). */
struct gwt_replayer;
void gwt_replayer_note_forwarded(struct gwt_replayer *replayer, const struct gwt_request *head,
				 struct gwt_span service, struct gwt_arena *arena);

/* The server's `route` and `unreachable`; `arg` is a struct gwt_replayer. */
const char *gwt_replayer_route(void *arg, const struct gwt_request *head, const char *tunnel);
void gwt_replayer_unreachable(void *arg, const char *authority, const char *reason);

#endif
