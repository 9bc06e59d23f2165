#include "recorder/pace.h"

#include <stddef.h>
#include <time.h>

#include "lib/base/clock.h"

enum { NAP_NS = 10 * 1000 * 1000 };

void gwt_pace_init(struct gwt_pace *pace, double per_second)
{
	pthread_mutex_init(&pace->lock, NULL);
	pace->interval_ns = per_second > 0 ? (uint64_t)(1e9 / per_second) : 0;
	pace->next_ns = 0;
}

void gwt_pace_release(struct gwt_pace *pace)
{
	pthread_mutex_destroy(&pace->lock);
}

static void sleep_until(uint64_t until_ns, const volatile sig_atomic_t *stop)
{
	for (uint64_t now = gwt_clock_monotonic_ns(); now < until_ns && !(stop && *stop);
	     now = gwt_clock_monotonic_ns()) {
		uint64_t left = until_ns - now;

		nanosleep(&(struct timespec){ .tv_nsec = left < NAP_NS ? (long)left : NAP_NS }, NULL);
	}
}

void gwt_pace_wait(struct gwt_pace *pace, const volatile sig_atomic_t *stop)
{
	uint64_t now = gwt_clock_monotonic_ns(), turn;

	if (!pace->interval_ns)
		return;
	pthread_mutex_lock(&pace->lock);
	turn = pace->next_ns > now ? pace->next_ns : now;
	pace->next_ns = turn + pace->interval_ns;
	pthread_mutex_unlock(&pace->lock);
	sleep_until(turn, stop);
}

void gwt_pace_sleep(uint64_t ms, const volatile sig_atomic_t *stop)
{
	sleep_until(gwt_clock_monotonic_ns() + ms * 1000 * 1000, stop);
}
