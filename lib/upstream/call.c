#include "lib/upstream/call.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/sigv4/sigv4.h"

/* libcurl's setters take any type; one fails only without memory or in a build without the feature. */
#define SET(slot, option, value)                                                                             \
	do {                                                                                                 \
		if (curl_easy_setopt((slot)->easy, (option), (value)) != CURLE_OK)                           \
			abort();                                                                             \
	} while (0)

static gwt_status refuse(struct gwt_upstream_slot *slot, const char *what)
{
	slot->status = gwt_fail(&slot->call->err, GWT_EUPSTREAM, "%s", what);
	return slot->status;
}

/* Add "Name: value" of the answer whose head is being read. */
static gwt_status add_field(struct gwt_upstream_slot *slot, struct gwt_span line)
{
	struct gwt_span value = line, name;
	struct gwt_error err;

	if (line.ptr[0] == ' ' || line.ptr[0] == '\t')
		return refuse(slot, "the answer has a folded header");
	name = gwt_span_cut(&value, ':');
	if (!value.ptr)
		return refuse(slot, "the answer has a header without a colon");
	if (slot->received.len == GWT_MAX_HEADERS)
		return refuse(slot, "the answer has too many headers");
	if (gwt_headers_add(&slot->received, name, gwt_span_trim(value), &err) != GWT_OK)
		return refuse(slot, err.msg);
	return GWT_OK;
}

/* libcurl passes one line at a time: of interim answers, of the final one, then trailers. */
static size_t on_header(char *bytes, size_t size, size_t count, void *arg)
{
	struct gwt_upstream_slot *slot = arg;
	struct gwt_span line = { bytes, size * count };

	slot->head_bytes += line.len;
	if (slot->head_bytes > GWT_MAX_HEAD_BYTES) {
		refuse(slot, "the head of the answer is over the limit");
		return 0;
	}
	while (line.len && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
		line.len--;
	if (gwt_span_starts(line, GWT_SPAN("HTTP/"))) { /* the fields of an interim answer are dropped */
		gwt_headers_init(&slot->received, slot->call->arena);
		slot->in_head = true;
	} else if (line.len == 0) {
		slot->in_head = false;
	} else if (slot->in_head && add_field(slot, line) != GWT_OK) {
		return 0;
	}
	return size * count;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct gwt_upstream_slot *slot = arg;

	gwt_buf_add(&slot->body, (struct gwt_span){ bytes, size * count });
	if (!slot->body.over)
		return size * count;
	slot->status = gwt_fail(&slot->call->err, GWT_EUPSTREAM, "the answer is over the limit of %zu bytes",
				slot->body.max);
	return 0;
}

/* Do not wait for a thread of libcurl that looks up a name: that can take as long as the resolver likes. */
static int give_up(struct gwt_upstream_slot *slot)
{
#if LIBCURL_VERSION_NUM >= 0x075700
	curl_easy_setopt(slot->easy, CURLOPT_QUICK_EXIT, 1L);
#endif
	return refuse(slot, "the call was given up, interrupted") != GWT_OK;
}

/*
 * Ends a call that the caller gave up, or that is connected and has been silent for too long: libcurl has no
 * limit for silence.
 */
static int on_progress(void *arg, curl_off_t total_down, curl_off_t down, curl_off_t total_up, curl_off_t up)
{
	struct gwt_upstream_slot *slot = arg;
	curl_off_t connected = 0, moved = down + up + (curl_off_t)slot->head_bytes;
	uint64_t now = gwt_clock_monotonic_ms();

	(void)total_down, (void)total_up;
	curl_easy_getinfo(slot->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
	if (!connected || moved != slot->moved || !slot->moved_at) {
		slot->moved = moved;
		slot->moved_at = now;
	}
	slot->silent = slot->idle_timeout_ms && now - slot->moved_at >= slot->idle_timeout_ms;
	if (slot->call->stop && *slot->call->stop)
		return give_up(slot);
	return slot->silent;
}

/* Visible ASCII: no byte can end the line or the target. */
static bool is_target(struct gwt_span target)
{
	for (size_t i = 0; i < target.len; i++)
		if (target.ptr[i] <= ' ' || target.ptr[i] > '~')
			return false;
	return target.len > 0;
}

static gwt_status check_request(const struct gwt_request *request, struct gwt_error *err)
{
	const struct gwt_headers *headers = &request->headers;

	if (!gwt_is_token(request->method))
		return gwt_fail(err, GWT_EUSAGE, "method '" GWT_SPAN_FMT "' is not a token",
				GWT_SPAN_ARG(request->method));
	if (!is_target(request->target))
		return gwt_fail(err, GWT_EUSAGE, "target '" GWT_SPAN_FMT "' has a byte that cannot be sent",
				GWT_SPAN_ARG(request->target));
	if (gwt_headers_count(headers, "Host") != 1)
		return gwt_fail(err, GWT_EUSAGE, "a request needs exactly one 'Host'");
	if (gwt_headers_count(headers, "Transfer-Encoding") > 0)
		return gwt_fail(err, GWT_EUSAGE,
				"a request with 'Transfer-Encoding' cannot be sent as it is");
	for (size_t i = 0; i < headers->len; i++)
		if (!gwt_is_token(headers->items[i].name) || !gwt_is_field_value(headers->items[i].value))
			return gwt_fail(err, GWT_EUSAGE, "header '" GWT_SPAN_FMT "' cannot be sent",
					GWT_SPAN_ARG(headers->items[i].name));
	return GWT_OK;
}

static void add_line(struct gwt_upstream_slot *slot, const char *line)
{
	struct curl_slist *longer = curl_slist_append(slot->headers, line);

	if (!longer)
		abort();
	slot->headers = longer;
}

/* Send our headers in their order, and switch off libcurl's own when the request has none of that name. */
static void set_headers(struct gwt_upstream_slot *slot, const struct gwt_headers *headers)
{
	static const char *const defaults[] = { "Accept", "Content-Type", "Expect", "User-Agent", "TE" };
	struct gwt_buf line;

	gwt_buf_init(&line, SIZE_MAX);
	for (size_t i = 0; i < headers->len; i++) {
		const struct gwt_header *h = &headers->items[i];

		gwt_buf_clear(&line);
		gwt_buf_add(&line, h->name);
		gwt_buf_add_text(&line,
				 h->value.len ? ": " : ";"); /* "Name;" makes libcurl send an empty value */
		gwt_buf_add(&line, h->value);
		add_line(slot, gwt_buf_cstr(&line));
	}
	for (size_t i = 0; i < GWT_LEN(defaults); i++) {
		if (gwt_headers_count(headers, defaults[i]) > 0)
			continue;
		gwt_buf_clear(&line);
		gwt_buf_printf(&line, "%s:", defaults[i]);
		add_line(slot, gwt_buf_cstr(&line));
	}
	gwt_wipe(line.ptr, line.cap); /* a session token, a proxy's password */
	gwt_buf_release(&line);
	SET(slot, CURLOPT_HTTPHEADER, slot->headers);
}

static void set_request(struct gwt_upstream_slot *slot, const struct gwt_request *request)
{
	struct gwt_buf text;

	gwt_buf_init(&text, SIZE_MAX);
	if (request->body.len) {
		SET(slot, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
		SET(slot, CURLOPT_POSTFIELDS, request->body.ptr);
	} else {
		SET(slot, CURLOPT_HTTPGET, 1L);
	}
	if (gwt_span_is(request->method, "HEAD"))
		SET(slot, CURLOPT_NOBODY, 1L);
	gwt_buf_add(&text, request->method);
	SET(slot, CURLOPT_CUSTOMREQUEST, gwt_buf_cstr(&text)); /* libcurl copies it */
	gwt_buf_clear(&text);
	gwt_buf_add(&text, request->target);
	SET(slot, CURLOPT_REQUEST_TARGET, gwt_buf_cstr(&text));
	gwt_buf_release(&text);
	set_headers(slot, &request->headers);
}

static void set_options(struct gwt_upstream_slot *slot, const struct gwt_upstream_settings *settings,
			struct curl_slist *connect_to)
{
	SET(slot, CURLOPT_URL, settings->url);
	SET(slot, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(slot, CURLOPT_PATH_AS_IS, 1L);
	SET(slot, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(slot, CURLOPT_FOLLOWLOCATION, 0L);
	SET(slot, CURLOPT_NOSIGNAL, 1L);
	SET(slot, CURLOPT_CONNECTTIMEOUT_MS, settings->connect_timeout_ms);
	SET(slot, CURLOPT_TIMEOUT_MS, settings->timeout_ms);
	SET(slot, CURLOPT_HTTPPROXYTUNNEL, 1L); /* else the target would not be sent unchanged */
	SET(slot, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(slot, CURLOPT_ERRORBUFFER, slot->text);
	SET(slot, CURLOPT_HEADERFUNCTION, on_header);
	SET(slot, CURLOPT_HEADERDATA, slot);
	SET(slot, CURLOPT_WRITEFUNCTION, on_body);
	SET(slot, CURLOPT_WRITEDATA, slot);
	SET(slot, CURLOPT_PRIVATE, slot);
	if (settings->idle_timeout_s || slot->call->stop) {
		SET(slot, CURLOPT_NOPROGRESS, 0L);
		SET(slot, CURLOPT_XFERINFOFUNCTION, on_progress);
		SET(slot, CURLOPT_XFERINFODATA, slot);
	}
	if (settings->insecure) {
		SET(slot, CURLOPT_SSL_VERIFYPEER, 0L);
		SET(slot, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (settings->direct)
		SET(slot, CURLOPT_PROXY, "");
	if (settings->ca_bundle)
		SET(slot, CURLOPT_CAINFO, settings->ca_bundle);
	if (connect_to)
		SET(slot, CURLOPT_CONNECT_TO, connect_to);
}

gwt_status gwt_upstream_slot_prepare(struct gwt_upstream_slot *slot,
				     const struct gwt_upstream_settings *settings,
				     struct curl_slist *connect_to, struct gwt_upstream_call *call,
				     struct gwt_error *err)
{
	gwt_status status = check_request(call->request, err);

	if (status != GWT_OK)
		return status;
	slot->call = call;
	slot->status = GWT_OK;
	slot->head_bytes = 0;
	slot->in_head = true;
	slot->text[0] = '\0';
	slot->silent = false;
	slot->moved_at = 0;
	slot->idle_timeout_ms = (uint64_t)settings->idle_timeout_s * 1000;
	gwt_buf_init(&slot->body, settings->max_response_bytes);
	gwt_headers_init(&slot->received, call->arena);
	set_options(slot, settings, connect_to);
	set_request(slot, call->request);
	return GWT_OK;
}

/* libcurl takes the last of several, but the sender may have meant another (RFC 9112, 6.3). */
static bool lengths_differ(const struct gwt_headers *headers)
{
	struct gwt_span first = gwt_headers_get(headers, "Content-Length");

	for (size_t i = 0; i < headers->len; i++)
		if (gwt_span_iis(headers->items[i].name, "Content-Length") &&
		    !gwt_span_eq(headers->items[i].value, first))
			return true;
	return false;
}

/* libcurl accepts half a head as whole, and over TLS half a body that ends with the connection. */
static void check_whole(struct gwt_upstream_slot *slot, const char *url)
{
	bool framed = gwt_headers_count(&slot->received, "Content-Length") > 0 ||
		      gwt_headers_count(&slot->received, "Transfer-Encoding") > 0;

	if (slot->in_head)
		refuse(slot, "the head of the answer is cut short");
	else if (lengths_differ(&slot->received))
		refuse(slot, "the answer has more than one Content-Length");
	else if (!framed && slot->body.len && strncmp(url, "https:", 6) == 0)
		refuse(slot, "the answer does not say where it ends");
}

static enum gwt_upstream_fault fault_of(struct gwt_upstream_slot *slot, CURLcode code)
{
	curl_off_t connected = 0;

	switch (code) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_PROXY:
		return GWT_FAULT_CONNECT;
	case CURLE_ABORTED_BY_CALLBACK:
		return slot->silent ? GWT_FAULT_READ_TIMEOUT : GWT_FAULT_OTHER;
	case CURLE_OPERATION_TIMEDOUT:
		curl_easy_getinfo(slot->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
		return connected ? GWT_FAULT_READ_TIMEOUT : GWT_FAULT_CONNECT_TIMEOUT;
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return slot->head_bytes ? GWT_FAULT_OTHER : GWT_FAULT_CLOSED;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_ISSUER_ERROR:
		return GWT_FAULT_TLS;
	default:
		return GWT_FAULT_OTHER;
	}
}

/*
 * libcurl's own words for the failure of this call. Those about a proxy or a URL quote it, passwords
 * included: for these, and when there are none, the words for the code are used.
 */
static const char *words_of(const struct gwt_upstream_slot *slot, CURLcode code)
{
	static const CURLcode quoting[] = { CURLE_COULDNT_RESOLVE_PROXY, CURLE_URL_MALFORMAT,
					    CURLE_UNSUPPORTED_PROTOCOL, CURLE_PROXY };

	for (size_t i = 0; i < GWT_LEN(quoting); i++)
		if (code == quoting[i])
			return curl_easy_strerror(code);
	if (!slot->text[0] || strpbrk(slot->text, "@'\"") || strstr(slot->text, "://"))
		return curl_easy_strerror(code);
	return slot->text;
}

static void explain(struct gwt_upstream_slot *slot, CURLcode code)
{
	struct gwt_upstream_call *call = slot->call;

	call->fault = slot->status == GWT_OK ? fault_of(slot, code) : GWT_FAULT_OTHER;
	call->reason = gwt_arena_printf(call->arena, "%s",
					slot->status != GWT_OK ? call->err.msg : words_of(slot, code))
			       .ptr;
}

void gwt_upstream_slot_finish(struct gwt_upstream_slot *slot, const char *url, CURLcode code)
{
	struct gwt_upstream_call *call = slot->call;
	long status = 0;

	curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_OK)
		check_whole(slot, url);
	if (slot->status != GWT_OK || code != CURLE_OK)
		explain(slot, code);
	call->status = slot->status;
	if (call->status != GWT_OK) {
		gwt_fail_in(&call->err, "'%s'", url);
	} else if (code != CURLE_OK) {
		call->status =
			gwt_fail(&call->err, GWT_EUPSTREAM, "'%s' gave no whole answer: %s%s", url,
				 words_of(slot, code),
				 code == CURLE_COULDNT_RESOLVE_HOST ? "; is the region in it right?" : "");
	} else {
		call->response = (struct gwt_response){
			.status = (int)status,
			.headers = slot->received,
			.body = gwt_arena_copy(call->arena, gwt_buf_span(&slot->body)),
			.no_content_length = status == 204 || status == 304,
		};
	}
	gwt_upstream_slot_clear(slot);
}

void gwt_upstream_slot_clear(struct gwt_upstream_slot *slot)
{
	for (struct curl_slist *line = slot->headers; line; line = line->next)
		gwt_wipe(line->data, strlen(line->data));
	curl_slist_free_all(slot->headers);
	slot->headers = NULL;
	if (slot->body.ptr)
		gwt_wipe(slot->body.ptr, slot->body.cap); /* answers of metadata services are secrets */
	gwt_buf_release(&slot->body);
	slot->call = NULL;
	curl_easy_reset(slot->easy);
}

void gwt_upstream_slot_free(struct gwt_upstream_slot *slot)
{
	gwt_upstream_slot_clear(slot);
	curl_easy_cleanup(slot->easy);
	free(slot);
}
