/*
 * rate_limit.h - no more than so many calls a second, over all threads.
 */
#ifndef GWT_RECORDER_RATE_LIMIT_H
#define GWT_RECORDER_RATE_LIMIT_H

#include <pthread.h>
#include <signal.h>
#include <stdint.h>

struct gwt_rate_limit {
	pthread_mutex_t lock;
	uint64_t interval_ns; /* 0: no limit */
	uint64_t next_ns;     /* when the next call may start, by the monotonic clock */
};

/* `per_second` is the limit; 0: no limit. */
void gwt_rate_limit_init(struct gwt_rate_limit *rate_limit, double per_second);
void gwt_rate_limit_release(struct gwt_rate_limit *rate_limit);
/* Wait until the next call may start, or *stop (may be NULL) is not 0. Calls are spread evenly. */
void gwt_rate_limit_wait(struct gwt_rate_limit *rate_limit, const volatile sig_atomic_t *stop);
/* Sleep for `ms`, or until *stop is not 0. */
void gwt_sleep_unless_stopped(uint64_t ms, const volatile sig_atomic_t *stop);

#endif
