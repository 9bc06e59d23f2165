#include "replayer/server.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/contract/cache.h"
#include "lib/match/index.h"
#include "lib/sigv4/sigv4.h"
#include "lib/store/load.h"
#include "replayer/admin.h"
#include "replayer/internal.h"
#include "replayer/journal.h"
#include "replayer/judge.h"
#include "replayer/respond.h"

struct gwt_replayer *gwt_replayer_new(const struct gwt_index *index,
				      const struct gwt_replayer_options *options, struct gwt_run *run)
{
	struct gwt_replayer *replayer = gwt_xcalloc(1, sizeof(*replayer));
	struct gwt_match_options match = options->match;

	replayer->options = options;
	replayer->index = index;
	replayer->cache = gwt_contract_cache_new();
	match.cache = replayer->cache;
	replayer->sessions =
		gwt_sessions_new(replayer->index, &match, options->session_by, options->backdrop);
	replayer->sigv4 = gwt_sigv4_new();
	replayer->run = run;
	replayer->journal = options->admin ? gwt_journal_new() : NULL;
	return replayer;
}

void gwt_replayer_free(struct gwt_replayer *replayer)
{
	if (!replayer)
		return;
	gwt_sessions_free(replayer->sessions);
	gwt_contract_cache_free(replayer->cache);
	gwt_sigv4_free(replayer->sigv4);
	gwt_journal_free(replayer->journal);
	if (replayer->shared)
		pthread_mutex_destroy(&replayer->turn);
	free(replayer);
}

void gwt_replayer_replace(struct gwt_replayer *replayer, const struct gwt_index *index)
{
	struct gwt_match_options match = replayer->options->match;

	gwt_replayer_enter(replayer);
	gwt_contract_cache_free(replayer->cache); /* its memory refers to the old index */
	replayer->cache = gwt_contract_cache_new();
	match.cache = replayer->cache;
	replayer->index = index;
	gwt_sessions_replace(replayer->sessions, index, &match);
	gwt_replayer_leave(replayer);
}

void gwt_replayer_answer(struct gwt_replayer *replayer, struct gwt_sigv4 *sigv4,
			 struct gwt_exchange *exchange)
{
	if (replayer->options->admin && !replayer->options->admin_apart &&
	    gwt_admin_is_for(exchange->request))
		gwt_admin_handle(replayer, exchange->request, exchange->arena, &exchange->response);
	else
		gwt_judge(replayer, sigv4, exchange);
}

void gwt_replayer_handle(struct gwt_exchange *exchange)
{
	struct gwt_replayer *replayer = exchange->server_arg;

	gwt_replayer_answer(replayer, replayer->sigv4, exchange);
}

void gwt_replayer_refused(void *arg, int status, const char *reason)
{
	struct gwt_replayer *replayer = arg;
	struct gwt_arena arena = { 0 };
	struct gwt_run_row row = {
		.verdict = GWT_VERDICT_NO_SCENARIO,
		.request_id = gwt_request_id(&arena),
		.time = gwt_clock_now(),
	};

	row.text =
		gwt_arena_printf(&arena, "gwtape: NO_SCENARIO: a request cannot be read: %s%s", reason,
				 status ? gwt_arena_printf(&arena, " (answered with %d)", status).ptr : "");
	gwt_replayer_enter(replayer);
	gwt_client_session_count(gwt_sessions_default(replayer->sessions), &row);
	gwt_run_add(replayer->run, &row);
	if (replayer->journal)
		gwt_journal_add(replayer->journal, &row);
	gwt_expect_judged(&replayer->options->expect, &row, NULL);
	gwt_replayer_leave(replayer);
	gwt_arena_release(&arena);
}

bool gwt_replayer_played(const struct gwt_replayer *replayer, size_t cassette)
{
	const struct gwt_cassettes *cassettes = gwt_index_cassettes(replayer->index);
	const struct gwt_entry *entries = gwt_index_entries(replayer->index, cassette);

	for (size_t i = 0; i < cassettes->items[cassette].interaction_count; i++)
		if (gwt_sessions_uses(replayer->sessions, &entries[i]) > 0)
			return true;
	return false;
}

void gwt_replayer_finish(struct gwt_replayer *replayer, char *const *named, size_t named_count, bool all_fail)
{
	const struct gwt_cassettes *cassettes = gwt_index_cassettes(replayer->index);

	replayer->run->sessions = gwt_sessions_count(replayer->sessions);
	for (size_t i = 0; i < cassettes->len; i++) {
		bool fails = all_fail || (named_count && gwt_name_is_selected(cassettes->items[i].scenario,
									      named, named_count));
		const struct gwt_entry *entries = gwt_index_entries(replayer->index, i);

		for (size_t j = 0; j < cassettes->items[i].interaction_count; j++)
			if (gwt_sessions_uses(replayer->sessions, &entries[j]) == 0)
				gwt_run_add_unused(replayer->run, &entries[j],
						   fails && !replayer->options->allow_unused);
	}
}
