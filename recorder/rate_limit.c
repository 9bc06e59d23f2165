#include "recorder/rate_limit.h"

#include <stddef.h>
#include <time.h>

#include "lib/base/clock.h"

enum { NAP_NS = 10 * 1000 * 1000 };

void gwt_rate_limit_init(struct gwt_rate_limit *rate_limit, double per_second)
{
	pthread_mutex_init(&rate_limit->lock, NULL);
	rate_limit->interval_ns = per_second > 0 ? (uint64_t)(1e9 / per_second) : 0;
	rate_limit->next_ns = 0;
}

void gwt_rate_limit_release(struct gwt_rate_limit *rate_limit)
{
	pthread_mutex_destroy(&rate_limit->lock);
}

static void sleep_until(uint64_t until_ns, const volatile sig_atomic_t *stop)
{
	for (uint64_t now = gwt_clock_monotonic_ns(); now < until_ns && !(stop && *stop);
	     now = gwt_clock_monotonic_ns()) {
		uint64_t left = until_ns - now;

		nanosleep(&(struct timespec){ .tv_nsec = left < NAP_NS ? (long)left : NAP_NS }, NULL);
	}
}

void gwt_rate_limit_wait(struct gwt_rate_limit *rate_limit, const volatile sig_atomic_t *stop)
{
	uint64_t now = gwt_clock_monotonic_ns(), turn;

	if (!rate_limit->interval_ns)
		return;
	pthread_mutex_lock(&rate_limit->lock);
	turn = rate_limit->next_ns > now ? rate_limit->next_ns : now;
	rate_limit->next_ns = turn + rate_limit->interval_ns;
	pthread_mutex_unlock(&rate_limit->lock);
	sleep_until(turn, stop);
}

void gwt_sleep_unless_stopped(uint64_t ms, const volatile sig_atomic_t *stop)
{
	sleep_until(gwt_clock_monotonic_ns() + ms * 1000 * 1000, stop);
}
