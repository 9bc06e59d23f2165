/*
 * call.h - one call on one libcurl handle; only upstream.c uses it.
 */
#ifndef GWT_UPSTREAM_CALL_H
#define GWT_UPSTREAM_CALL_H

#include <curl/curl.h>

#include "lib/base/buf.h"
#include "lib/upstream/upstream.h"

/* A handle and what came so far for its call; it is kept for the next call. */
struct gwt_upstream_slot {
	CURL *easy;
	struct curl_slist *headers;
	struct gwt_upstream_call *call; /* NULL: free */
	struct gwt_headers received;
	struct gwt_buf body;
	size_t head_bytes;
	bool in_head;
	gwt_status status; /* why a callback refused the answer; the call's err has the message */
	char text[CURL_ERROR_SIZE];
	/* to find silence: bytes moved so far, when the last came, and whether silence ended the call */
	curl_off_t moved;
	uint64_t moved_at, idle_timeout_ms;
	bool silent;
	struct gwt_upstream_slot *next;
};

/* Settings of every call of an upstream, which owns the texts. */
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
/* Make the slot ready for another call; the handle and its connection are kept. */
void gwt_upstream_slot_clear(struct gwt_upstream_slot *slot);
void gwt_upstream_slot_free(struct gwt_upstream_slot *slot);

#endif
