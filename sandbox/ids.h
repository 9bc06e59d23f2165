/*
 * ids.h - identifiers as AWS makes them, from a seed.
 *
 * Two streams: one for the ids of objects, one for request ids, so that a read
 * between two writes does not change the ids of what is made.
 */
#ifndef GWT_SANDBOX_IDS_H
#define GWT_SANDBOX_IDS_H

#include "lib/base/span.h"

#define GWT_API_ID_LEN     10
#define GWT_OBJECT_ID_LEN  6
#define GWT_REQUEST_ID_LEN 36
#define GWT_APIGW_ID_LEN   16

struct gwt_ids {
	uint64_t objects, requests;
};

void gwt_ids_init(struct gwt_ids *ids, uint64_t seed);
/* `len` characters of a-z0-9 and a NUL: 10 for an API and its root resource, 6 for the rest. */
void gwt_ids_object(struct gwt_ids *ids, size_t len, char *out);
/* x-amzn-RequestId: a version 4 UUID, or one of version 1 with the time `now`. */
void gwt_ids_request(struct gwt_ids *ids, char out[GWT_REQUEST_ID_LEN + 1]);
void gwt_ids_request_v1(struct gwt_ids *ids, int64_t now, char out[GWT_REQUEST_ID_LEN + 1]);
/* x-amz-apigw-id: 11 bytes in base64. */
void gwt_ids_apigw(struct gwt_ids *ids, char out[GWT_APIGW_ID_LEN + 1]);

#endif
