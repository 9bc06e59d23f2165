#include "cli/replay_net.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"
#include "lib/net/ca.h"
#include "lib/net/net.h"
#include "lib/net/tls.h"
#include "lib/net/workers.h"
#include "lib/awsconf/endpoint.h"
#include "replayer/admin.h"
#include "replayer/forward.h"
#include "replayer/workers.h"

gwt_status gwt_check_allowed_hosts(const struct gwt_words *hosts, struct gwt_error *err)
{
	for (size_t i = 0; i < hosts->len; i++) {
		struct gwt_authority authority;
		struct gwt_span host = gwt_span_of(hosts->items[i]);

		if (!gwt_authority_parse(host, &authority) || authority.port_given || !host.len)
			return gwt_fail(err, GWT_EUSAGE,
					"option '--guard-allow' must be a host name without a port, "
					"not '%s'",
					hosts->items[i]);
		if (gwt_host_is_aws(authority.host))
			return gwt_fail(
				err, GWT_EUSAGE,
				"option '--guard-allow' must not be a host of AWS ('%s'): a test never "
				"reaches the real one",
				hosts->items[i]);
	}
	return GWT_OK;
}

/* The address of `listen` with any port. */
static const char *beside(const char *listen, struct gwt_arena *arena)
{
	const char *colon = listen ? strrchr(listen, ':') : NULL;

	if (!colon)
		return NULL;
	return gwt_arena_printf(arena, "%.*s:0", (int)(colon - listen), listen).ptr;
}

static const char *authority_of(const char *url)
{
	return strstr(url, "://") + 3;
}

static gwt_status add_proxy(struct gwt_replay_net *net, const struct gwt_replay_net_options *options,
			    struct gwt_replayer *replayer, struct gwt_arena *arena, struct gwt_error *err)
{
	struct gwt_server_options listen = {
		.listen = options->proxy_listen ? options->proxy_listen
			  : options->proxy      ? beside(options->listen, arena)
						: NULL,
		.handler = gwt_guard_handle,
		.refused = gwt_guard_refused,
		.route = options->forward ? gwt_guard_route : NULL,
		.unreachable = gwt_guard_unreachable,
		.server_header = "replay",
	};
	struct gwt_guard_options guard = {
		.inside = gwt_replayer_handle,
		.refused = gwt_replayer_refused,
		.route = gwt_replayer_route,
		.unreachable = gwt_replayer_unreachable,
		.arg = replayer,
		.tls = net->ca.tls,
		.own = authority_of(net->endpoint),
		.name = "replay",
		.others = options->forward != NULL,
		.allowed = options->allowed,
		.allowed_count = options->allowed_count,
		.is_aws = gwt_host_is_aws,
	};

	listen.arg = net->guard = gwt_guard_new(&guard);
	return gwt_serve_add(&net->serve, &listen, &net->proxy, err);
}

static gwt_status add_admin(struct gwt_replay_net *net, const char *address, struct gwt_replayer *replayer,
			    struct gwt_error *err)
{
	struct gwt_server_options listen = {
		.listen = address,
		.handler = gwt_admin_serve,
		.arg = replayer,
		.server_header = "replay",
	};
	const char *url;
	gwt_status status = gwt_serve_add(&net->serve, &listen, &url, err);

	if (status == GWT_OK)
		fprintf(stderr, "admin API on %s/_gwtape/\n", url);
	return status;
}

/* All threads' requests share one grace period. */
static void ask_workers(void *arg, uint64_t grace_ms)
{
	struct gwt_replay_net *net = arg;

	gwt_workers_ask(net->workers, grace_ms);
}

gwt_status gwt_replay_net_threads(struct gwt_replay_net *net, size_t count, struct gwt_replayer *replayer,
				  struct gwt_arena *arena, struct gwt_error *err)
{
	struct gwt_server_options each = {
		.handler = gwt_worker_handle,
		.refused = gwt_worker_refused,
		.route = gwt_worker_route,
		.unreachable = gwt_worker_unreachable,
		.server_header = "replay",
	};
	void **args = gwt_arena_array(arena, void *, count);

	gwt_replayer_share(replayer);
	if (net->endpoint_tls)
		net->more_tls = gwt_arena_array(arena, struct gwt_tls *, count);
	net->answering = gwt_arena_array(arena, struct gwt_worker *, count);
	net->more_threads = count;
	for (size_t i = 0; i < count; i++) {
		args[i] = net->answering[i] = gwt_worker_new(replayer);
		if (net->more_tls)
			net->more_tls[i] = gwt_tls_new(net->ca.ca);
	}
	net->serve.on_stop = ask_workers;
	net->serve.on_stop_arg = net;
	return gwt_workers_start(net->serve.server, &each, args, net->more_tls, count, &net->workers, err);
}

gwt_status gwt_replay_net_open(struct gwt_replay_net *net, const struct gwt_replay_net_options *options,
			       struct gwt_replayer *replayer, struct gwt_arena *arena, struct gwt_error *err)
{
	bool proxy = options->proxy || options->guard;
	struct gwt_server_options listen = {
		.listen = options->listen,
		.handler = gwt_replayer_handle,
		.refused = gwt_replayer_refused,
		.route = options->forward ? gwt_replayer_route : NULL,
		.unreachable = gwt_replayer_unreachable,
		.arg = replayer,
		.server_header = "replay",
	};
	gwt_status status = GWT_OK;

	*net = (struct gwt_replay_net){ .serve = { .child_exit = -1 } };
	if (options->tls || proxy)
		status = gwt_run_ca_open(&net->ca, arena, err);
	if (status != GWT_OK)
		return status;
	net->endpoint_tls = options->tls;
	listen.tls = options->tls ? net->ca.tls : NULL;
	listen.reuse_port = options->shared;
	status = gwt_serve_listen(&net->serve, &listen, err);
	if (status == GWT_OK)
		net->endpoint = gwt_arena_cstr(arena, gwt_span_of(gwt_server_url(net->serve.server)));
	if (status == GWT_OK && proxy)
		status = add_proxy(net, options, replayer, arena, err);
	if (status == GWT_OK && options->admin)
		status = add_admin(net, options->admin, replayer, err);
	if (status == GWT_OK && options->proxy)
		fprintf(stderr, "proxy on %s\n", net->proxy);
	if (status == GWT_OK && (options->proxy || options->tls))
		gwt_say_plain("CA certificate: %s", gwt_ca_path(net->ca.ca));
	return status;
}

void gwt_say_guard(const struct gwt_guard *guard)
{
	size_t len;
	const struct gwt_guard_refusal *items = gwt_guard_refusals(guard, &len);

	for (size_t i = 0; i < len; i++)
		gwt_say_plain("guard: refused %zu connection%s to %s", items[i].count,
			      items[i].count == 1 ? "" : "s", items[i].authority);
}

void gwt_replay_net_summary(const struct gwt_replay_net *net)
{
	if (net->guard)
		gwt_say_guard(net->guard);
}

void gwt_replay_net_settle(struct gwt_replay_net *net)
{
	gwt_workers_stop(net->workers, GWT_SERVE_GRACE_MS);
	net->workers = NULL;
	if (net->serve.loop)
		gwt_loop_give_up(net->serve.loop);
}

void gwt_replay_net_close(struct gwt_replay_net *net)
{
	gwt_replay_net_settle(net);
	for (size_t i = 0; i < net->more_threads; i++) {
		gwt_worker_free(net->answering[i]);
		if (net->more_tls)
			gwt_tls_free(net->more_tls[i]);
	}
	gwt_serve_close(&net->serve);
	gwt_guard_free(net->guard);
	gwt_run_ca_close(&net->ca);
}
