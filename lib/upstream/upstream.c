/*
 * upstream.c - calls in flight, and the handles they run on.
 *
 * All calls go through one multi handle, one at a time as well, so that there is
 * one pool of connections.
 */
#include "lib/upstream/upstream.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"
#include "lib/upstream/curl_lazy.h"
#include "lib/upstream/call.h"

static const long MAX_CONNECTIONS = 256; /* open connections that are kept for the next calls */
enum { LOOK_UP_MS = 200 };               /* how often a call checks whether it is given up */

struct gwt_upstream {
	CURLM *multi;
	struct gwt_upstream_settings settings;
	struct curl_slist *connect_to;
	struct gwt_upstream_slot *running, *idle;
	struct gwt_upstream_call *done; /* finished while gwt_upstream_send() waited for another */
	struct gwt_arena arena;
	struct gwt_span host, path_prefix;
};

bool gwt_host_is_loopback(struct gwt_span host)
{
	char text[64]; /* an IPv4 address has 15 bytes */
	struct in_addr address;

	if (gwt_span_iis(host, "localhost") || gwt_span_is(host, "::1"))
		return true;
	if (host.len > 10 && gwt_span_iis(gwt_span_slice(host, host.len - 10, host.len), ".localhost"))
		return true;
	if (host.len >= sizeof(text))
		return false;
	gwt_copy(text, host.ptr, host.len);
	text[host.len] = '\0';
	return inet_pton(AF_INET, text, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

static gwt_status read_url(struct gwt_upstream *upstream, const char *text, struct gwt_error *err)
{
	struct gwt_span whole = gwt_arena_copy(&upstream->arena, gwt_span_of(text)), prefix;
	struct gwt_url url;
	gwt_status status = gwt_url_parse(whole, &url, err);

	if (status != GWT_OK)
		return gwt_fail(err, GWT_EUSAGE, "the URL of the endpoint is not one");
	if (url.query.ptr)
		return gwt_fail(err, GWT_EUSAGE, "the URL of the endpoint has a query");
	prefix = url.path;
	while (prefix.len && prefix.ptr[prefix.len - 1] == '/')
		prefix.len--;
	upstream->host = url.authority;
	upstream->path_prefix = prefix;
	upstream->settings.url = gwt_arena_printf(&upstream->arena, GWT_SPAN_FMT "://" GWT_SPAN_FMT "/",
						  GWT_SPAN_ARG(url.scheme), GWT_SPAN_ARG(url.authority))
					 .ptr;
	upstream->settings.direct |= gwt_host_is_loopback(url.host);
	return GWT_OK;
}

static void read_options(struct gwt_upstream *upstream, const struct gwt_upstream_options *options)
{
	struct gwt_upstream_settings *s = &upstream->settings;

	s->direct = options->direct;
	s->insecure = options->insecure;
	s->idle_timeout_s = (long)options->idle_timeout_s;
	if (options->ca_bundle)
		s->ca_bundle = gwt_arena_cstr(&upstream->arena, gwt_span_of(options->ca_bundle));
	s->connect_timeout_ms = options->connect_timeout_ms ? (long)options->connect_timeout_ms : 10000;
	s->timeout_ms = options->timeout_ms ? (long)options->timeout_ms : 60000;
	s->max_response_bytes =
		options->max_response_bytes ? options->max_response_bytes : GWT_MAX_RESPONSE_BYTES;
	if (options->connect_to) {
		struct gwt_span text = gwt_arena_printf(&upstream->arena, "::%s", options->connect_to);

		upstream->connect_to = curl_slist_append(NULL, text.ptr);
	}
}

gwt_status gwt_upstream_new(const struct gwt_upstream_options *options, struct gwt_upstream **out,
			    struct gwt_error *err)
{
	gwt_status status = gwt_curl_load(err);
	struct gwt_upstream *upstream;

	if (status != GWT_OK)
		return status;
	upstream = gwt_xcalloc(1, sizeof(*upstream));
	/* TLS may write to an upstream that hung up; libcurl then reports an error */
	signal(SIGPIPE, SIG_IGN);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	upstream->multi = curl_multi_init();
	/*
	 * the default is four for each call in flight, so that connections would be closed while the last
	 * calls end
	 */
	curl_multi_setopt(upstream->multi, CURLMOPT_MAXCONNECTS, MAX_CONNECTIONS);
	read_options(upstream, options);
	status = read_url(upstream, options->base_url, err);
	if (status != GWT_OK) {
		gwt_upstream_free(upstream);
		return status;
	}
	*out = upstream;
	return GWT_OK;
}

static void free_slots(struct gwt_upstream *upstream, struct gwt_upstream_slot *slot)
{
	while (slot) {
		struct gwt_upstream_slot *next = slot->next;

		curl_multi_remove_handle(upstream->multi, slot->easy);
		gwt_upstream_slot_free(slot);
		slot = next;
	}
}

void gwt_upstream_free(struct gwt_upstream *upstream)
{
	if (!upstream)
		return;
	free_slots(upstream, upstream->running);
	free_slots(upstream, upstream->idle);
	curl_multi_cleanup(upstream->multi);
	curl_slist_free_all(upstream->connect_to);
	gwt_arena_release(&upstream->arena);
	free(upstream);
	curl_global_cleanup();
}

static struct gwt_upstream_slot *take_slot(struct gwt_upstream *upstream)
{
	struct gwt_upstream_slot *slot = upstream->idle;

	if (slot) {
		upstream->idle = slot->next;
		return slot;
	}
	slot = gwt_xcalloc(1, sizeof(*slot));
	slot->easy = curl_easy_init();
	if (!slot->easy)
		abort();
	return slot;
}

gwt_status gwt_upstream_start(struct gwt_upstream *upstream, struct gwt_upstream_call *call,
			      struct gwt_error *err)
{
	struct gwt_upstream_slot *slot = take_slot(upstream);
	gwt_status status =
		gwt_upstream_slot_prepare(slot, &upstream->settings, upstream->connect_to, call, err);
	struct gwt_upstream_slot **list = status == GWT_OK ? &upstream->running : &upstream->idle;

	if (status == GWT_OK && curl_multi_add_handle(upstream->multi, slot->easy) != CURLM_OK)
		abort();
	slot->next = *list;
	*list = slot;
	return status;
}

static void unlink_slot(struct gwt_upstream *upstream, struct gwt_upstream_slot *slot)
{
	struct gwt_upstream_slot **at = &upstream->running;

	while (*at != slot)
		at = &(*at)->next;
	*at = slot->next;
	slot->next = upstream->idle;
	upstream->idle = slot;
}

/* Take one finished transfer out of libcurl; NULL when none is finished. */
static struct gwt_upstream_call *reap(struct gwt_upstream *upstream)
{
	struct gwt_upstream_slot *slot = NULL;
	struct gwt_upstream_call *call;
	CURLMsg *message;
	CURLcode code;
	int left;

	do {
		message = curl_multi_info_read(upstream->multi, &left);
	} while (message && message->msg != CURLMSG_DONE);
	if (!message)
		return NULL;
	code = message->data.result; /* removing the handle frees the message */
	curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&slot);
	call = slot->call;
	curl_multi_remove_handle(upstream->multi, slot->easy);
	gwt_upstream_slot_finish(slot, upstream->settings.url, code);
	unlink_slot(upstream, slot);
	return call;
}

static struct gwt_upstream_call *run(struct gwt_upstream *upstream, unsigned timeout_ms)
{
	uint64_t until = gwt_clock_monotonic_ms() + timeout_ms;

	for (;;) {
		struct gwt_upstream_call *call;
		uint64_t now;
		int running;

		if (curl_multi_perform(upstream->multi, &running) != CURLM_OK)
			abort();
		call = reap(upstream);
		now = gwt_clock_monotonic_ms();
		if (call || !upstream->running || now >= until)
			return call;
		curl_multi_poll(upstream->multi, NULL, 0,
				until - now > LOOK_UP_MS ? LOOK_UP_MS : (int)(until - now), NULL);
	}
}

struct gwt_upstream_call *gwt_upstream_wait(struct gwt_upstream *upstream, unsigned timeout_ms)
{
	struct gwt_upstream_call *call = upstream->done;

	if (!call)
		return run(upstream, timeout_ms);
	upstream->done = call->next;
	return call;
}

static gwt_status send_until(struct gwt_upstream *upstream, const struct gwt_request *request,
			     const volatile sig_atomic_t *stop, struct gwt_arena *arena,
			     struct gwt_response *response, struct gwt_error *err)
{
	struct gwt_upstream_call call = { .request = request, .arena = arena, .stop = stop }, *other;
	gwt_status status = gwt_upstream_start(upstream, &call, err);

	if (status != GWT_OK)
		return status;
	while ((other = run(upstream, UINT32_MAX)) != &call) {
		if (!other)
			continue; /* libcurl's own timeout ends the call */
		other->next = upstream->done;
		upstream->done = other;
	}
	if (call.status == GWT_OK)
		*response = call.response;
	else if (err)
		*err = call.err;
	return call.status;
}

gwt_status gwt_upstream_send(struct gwt_upstream *upstream, const struct gwt_request *request,
			     struct gwt_arena *arena, struct gwt_response *response, struct gwt_error *err)
{
	return send_until(upstream, request, NULL, arena, response, err);
}

static gwt_status send_for_transport(void *arg, const struct gwt_request *request,
				     const volatile sig_atomic_t *stop, struct gwt_arena *arena,
				     struct gwt_response *response, struct gwt_error *err)
{
	return send_until(arg, request, stop, arena, response, err);
}

void gwt_upstream_transport(struct gwt_upstream *upstream, struct gwt_transport *out)
{
	*out = (struct gwt_transport){ .send = send_for_transport,
				       .arg = upstream,
				       .host = upstream->host,
				       .path_prefix = upstream->path_prefix };
}
