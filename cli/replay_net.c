#include "cli/replay_net.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/net/workers.h"
#include "replayer/admin.h"
#include "replayer/workers.h"

const char *gwt_cache_folder(struct gwt_arena *arena)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && cache[0] == '/')
		return gwt_file_join(arena, cache, "gwtape");
	if (home && home[0] == '/')
		return gwt_file_join(arena, home, ".cache/gwtape");
	return NULL;
}

static gwt_status open_temporary_ca(struct gwt_replay_net *net, struct gwt_error *err)
{
	snprintf(net->temporary, sizeof(net->temporary), "/tmp/gwtape-ca-XXXXXX");
	if (!mkdtemp(net->temporary)) {
		net->temporary[0] = '\0';
		return gwt_fail(err, GWT_EIO, "cannot make a temporary folder in '/tmp'");
	}
	return gwt_ca_open(net->temporary, gwt_clock_now(), &net->ca, err);
}

/* A home that cannot be written (a container's) must not keep tests from running. */
gwt_status gwt_replay_net_open_ca(struct gwt_replay_net *net, struct gwt_arena *arena, struct gwt_error *err)
{
	const char *folder = gwt_cache_folder(arena);
	struct gwt_error why = { .msg = "neither XDG_CACHE_HOME nor HOME is set" };
	gwt_status status = folder ? gwt_ca_open(folder, gwt_clock_now(), &net->ca, &why) : GWT_EIO;

	if (status != GWT_OK) {
		gwt_say("%s; the certificate authority is for this run only", why.msg);
		status = open_temporary_ca(net, err);
	}
	if (status == GWT_OK)
		net->tls = gwt_tls_new(net->ca);
	return status;
}

static void remove_temporary(struct gwt_replay_net *net, struct gwt_arena *arena)
{
	static const char *const files[] = { "ca.pem", "ca-key.pem", "ca.lock" };

	if (!net->temporary[0])
		return;
	for (size_t i = 0; i < GWT_LEN(files); i++)
		unlink(gwt_file_join(arena, net->temporary, files[i]));
	rmdir(net->temporary);
}

/* The same address as `listen`, any port. */
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
		.server_header = "replay",
	};

	listen.arg = net->guard = gwt_guard_new(replayer, net->tls, authority_of(net->endpoint));
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

/* The other threads' requests have the time that this one's have, not their own after it. */
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
			net->more_tls[i] = gwt_tls_new(net->ca);
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
		.arg = replayer,
		.server_header = "replay",
	};
	gwt_status status = GWT_OK;

	*net = (struct gwt_replay_net){ .serve = { .child_exit = -1 } };
	if (options->tls || proxy)
		status = gwt_replay_net_open_ca(net, arena, err);
	if (status != GWT_OK)
		return status;
	net->endpoint_tls = options->tls;
	listen.tls = options->tls ? net->tls : NULL;
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
		fprintf(stderr, "CA certificate: %s\n", gwt_ca_path(net->ca));
	return status;
}

void gwt_replay_net_summary(const struct gwt_replay_net *net)
{
	const struct gwt_guard_refusal *items;
	size_t len = 0;

	if (net->guard)
		items = gwt_guard_refusals(net->guard, &len);
	for (size_t i = 0; i < len; i++)
		fprintf(stderr, "guard: refused %zu connection%s to %s\n", items[i].count,
			items[i].count == 1 ? "" : "s", items[i].authority);
}

void gwt_replay_net_settle(struct gwt_replay_net *net)
{
	gwt_workers_stop(net->workers, GWT_SERVE_GRACE_MS);
	net->workers = NULL;
	if (net->serve.loop)
		gwt_loop_give_up(net->serve.loop);
}

void gwt_replay_net_close_ca(struct gwt_replay_net *net, struct gwt_arena *arena)
{
	gwt_tls_free(net->tls);
	gwt_ca_free(net->ca);
	remove_temporary(net, arena);
}

void gwt_replay_net_close(struct gwt_replay_net *net)
{
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };

	gwt_replay_net_settle(net);
	for (size_t i = 0; i < net->more_threads; i++) {
		gwt_worker_free(net->answering[i]);
		if (net->more_tls)
			gwt_tls_free(net->more_tls[i]);
	}
	gwt_serve_close(&net->serve);
	gwt_guard_free(net->guard);
	gwt_replay_net_close_ca(net, &arena);
}
