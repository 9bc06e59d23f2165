/*
 * server.h - the fake endpoint: judge each request, answer it, and count the results.
 */
#ifndef GWT_REPLAYER_SERVER_H
#define GWT_REPLAYER_SERVER_H

#include "replayer/fault.h"
#include "lib/net/net.h"
#include "lib/report/run.h"
#include "replayer/expect.h"
#include "replayer/secrets.h"
#include "replayer/sessions.h"

struct gwt_replayer;

struct gwt_replayer_options {
	struct gwt_match_options match;
	enum gwt_session_by session_by;
	bool no_verify_signature;
	bool allow_unused; /* what was not called does not fail */
	bool admin;        /* keep a journal for the admin API ... */
	bool admin_apart;  /* ... which is answered by a listener of its own (gwt_admin_serve), not here */
	bool admin_open; /* on an address that other machines reach, on request: any host name is accepted */
	/* For the admin API, set before the first request: the clients' endpoint; the proxy and the file of
	   the certificate authority, NULL where there is none. */
	const char *endpoint, *proxy, *ca;
	bool check_clock;    /* refuse dates that are more than 15 minutes from the clock */
	int64_t fixed_clock; /* compare with this time instead of now, where clock_is_fixed */
	bool clock_is_fixed;
	struct gwt_secrets secrets;
	const struct gwt_backdrop *backdrop; /* answers calls that are not under contract; NULL: none */
	struct gwt_faults *faults;           /* scripted; NULL: none */
	const char *forward;                 /* host:port that calls of other services go to; NULL: none */
	uint64_t delay_ms;                   /* before each answer */
	struct gwt_expect
		expect; /* the caller knows what comes next; zeroed: answers are found by matching */
	/* Read the cassettes again and, when they changed, gwt_replayer_replace(); NULL: they cannot be. */
	gwt_status (*reload)(void *arg, bool *changed, struct gwt_error *err);
	void *reload_arg;
};

/* `index`, `run` and `options` outlive it. */
struct gwt_replayer *gwt_replayer_new(const struct gwt_index *index,
				      const struct gwt_replayer_options *options, struct gwt_run *run);
void gwt_replayer_free(struct gwt_replayer *replayer);
/*
 * Serve another index from the next request on. Sessions stay, their progress is forgotten. The old index is
 * not used again.
 */
void gwt_replayer_replace(struct gwt_replayer *replayer, const struct gwt_index *index);

/* Read the cassettes again (options->reload, which is set), while no request is judged. */
gwt_status gwt_replayer_reload(struct gwt_replayer *replayer, bool *changed, struct gwt_error *err);

/* A gwt_handler; exchange->server_arg is the replayer. */
void gwt_replayer_handle(struct gwt_exchange *exchange);

/* A request that cannot be read, or that was cut short (status 0), breaks the contract, too. */
void gwt_replayer_refused(void *replayer, int status, const char *reason);

/* Whether an interaction of the cassette of this number in the index was answered, in any session. */
bool gwt_replayer_played(const struct gwt_replayer *replayer, size_t cassette);

/*
 * Add the interactions that were never called to the run; those of scenarios in `named` (all when `all_fail`)
 * fail it.
 */
void gwt_replayer_finish(struct gwt_replayer *replayer, char *const *named, size_t named_count,
			 bool all_fail);

#endif
