/*
 * bounds.h - every limit on input and state, in one list.
 *
 * The HTTP ones follow docs/http.md (the strictest of nginx, llhttp and AWS);
 * timeouts are in milliseconds.
 */
#ifndef GWT_BASE_BOUNDS_H
#define GWT_BASE_BOUNDS_H

#define GWT_MAX_HEAD_BYTES     (64 * 1024)              /* request line and headers: 431 over it */
#define GWT_MAX_HEADERS        100                      /* 431 */
#define GWT_MAX_METHOD_BYTES   32                       /* 501 */
#define GWT_MAX_TARGET_BYTES   (16 * 1024)              /* 414 */
#define GWT_MAX_BODY_BYTES     (10 * 1024 * 1024)       /* 413; API Gateway's own payload limit */
#define GWT_MAX_RAW_BODY_BYTES (2 * GWT_MAX_BODY_BYTES) /* chunk framing included: 413 */
#define GWT_MAX_TRAILER_BYTES  (8 * 1024)               /* 431 */
#define GWT_MAX_CHUNK_LINE     256                      /* size and extensions: 400 */
#define GWT_MAX_QUEUED_BYTES   (1024 * 1024) /* unsent output of one connection: stop reading over it */
#define GWT_MAX_CONNECTIONS    20000
#define GWT_HEAD_TIMEOUT_MS    10000
#define GWT_BODY_WINDOW_MS     10000 /* the rate of a body is measured in windows of this length */
#define GWT_BODY_MIN_RATE      1024  /* least bytes a second of a body in each window, unless it ends */
#define GWT_IDLE_TIMEOUT_MS    60000
#define GWT_WRITE_TIMEOUT_MS   60000  /* for a client that does not read our bytes */
#define GWT_DRAIN_TIMEOUT_MS   2000   /* after a connection's last answer: how long to wait for input */
#define GWT_MAX_THREADS        64     /* threads that answer requests */
#define GWT_MAX_DELAY_MS       600000 /* deliberate delay of an answer */
#define GWT_DRAIN_MAX_MS       30000  /* after a connection's last answer: how long input is dropped */

#define GWT_MAX_COMPARED_JSON  (1024 * 1024) /* a larger body is compared as bytes at replay (`too-large`) */
#define GWT_MAX_DIFFERENCES    256           /* differences kept of a comparison; the others are counted */
#define GWT_MAX_PLACES_BYTES   (64 * 1024)   /* places of these differences, all together */
#define GWT_MAX_SHOWN_BYTES    2048          /* of a value, shown in an answer or a report */
#define GWT_MAX_BREACH_BYTES   (24 * 1024)   /* text of a breach, for people */
#define GWT_MAX_ROW_BYTES      (64 * 1024)   /* one row of a report, as JSON */
#define GWT_MAX_WHOLE_BYTES    (64 * 1024)   /* a body that is not JSON, as a difference */
#define GWT_MAX_JSON_DEPTH     512
#define GWT_MAX_JSON_BYTES     (32 * 1024 * 1024) /* one body in a cassette */
#define GWT_MAX_SESSIONS       10000
#define GWT_MAX_FILE_BYTES     (64 * 1024 * 1024) /* a scenario, cassette or configuration file */
#define GWT_MAX_RESPONSE_BYTES (32 * 1024 * 1024) /* what the recorder reads from an upstream */
#define GWT_MAX_CLOCK_SKEW_S   (15 * 60)          /* SigV4: AWS refuses older or newer dates */

#endif
