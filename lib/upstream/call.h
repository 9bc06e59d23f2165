/*
 * call.h - one call on one libcurl handle; only upstream.c uses it.
 */
#ifndef GWT_UPSTREAM_CALL_H
#define GWT_UPSTREAM_CALL_H

#include <curl/curl.h>

#include "lib/base/buf.h"
#include "lib/upstream/upstream.h"

/* A handle and what the call on it has brought so far; kept for the next call. */
struct gwt_upstream_slot {
	CURL *easy;
	struct curl_slist *headers;
	struct gwt_upstream_call *call; /* NULL: free */
	struct gwt_headers received;
	struct gwt_buf body;
	size_t head_bytes;
	bool in_head;
	gwt_status status; /* what a callback refused the answer for; err says why */
	char text[CURL_ERROR_SIZE];
	/* against silence: bytes moved so far, since when no more, whether that ended the call */
	curl_off_t moved;
	uint64_t moved_at, idle_timeout_ms;
	bool silent;
	struct gwt_upstream_slot *next;
};

/* What every call of an upstream is sent with; the texts are the upstream's. */
struct gwt_upstream_settings {
	const char *url; /* scheme://authority/ */
	const char *ca_bundle;
	bool direct, insecure;
	long connect_timeout_ms, timeout_ms, idle_timeout_s;
	size_t max_response_bytes;
};

/* Make the handle ready to send `call`; GWT_EUSAGE when it cannot be written as HTTP/1.1. */
gwt_status gwt_upstream_slot_prepare(struct gwt_upstream_slot *slot,
				     const struct gwt_upstream_settings *settings,
				     struct curl_slist *connect_to, struct gwt_upstream_call *call,
				     struct gwt_error *err);
/* Fill the outputs of the slot's call from libcurl's result; the slot is then free. */
void gwt_upstream_slot_finish(struct gwt_upstream_slot *slot, const char *url, CURLcode code);
/* Ready for another call; the handle and its connection are kept. */
void gwt_upstream_slot_clear(struct gwt_upstream_slot *slot);
void gwt_upstream_slot_free(struct gwt_upstream_slot *slot);

#endif
