#include "replayer/server.h"

#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/contract/model.h"
#include "lib/report/mask.h"
#include "replayer/admin.h"
#include "replayer/explain.h"
#include "replayer/internal.h"
#include "replayer/journal.h"
#include "replayer/respond.h"

struct gwt_replayer *gwt_replayer_new(const struct gwt_index *index, const struct gwt_replayer_options *options,
				      struct gwt_run *run)
{
	struct gwt_replayer *replayer = gwt_xcalloc(1, sizeof(*replayer));
	struct gwt_match_options match = options->match;

	replayer->options = options;
	replayer->index = index;
	replayer->memo = gwt_contract_memo_new();
	match.memo = replayer->memo;
	replayer->sessions = gwt_sessions_new(replayer->index, &match, options->session_by);
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
	gwt_contract_memo_free(replayer->memo);
	gwt_sigv4_free(replayer->sigv4);
	gwt_journal_free(replayer->journal);
	free(replayer);
}

/* First product token of the User-Agent: "Boto3/1.26.27". */
static struct gwt_span client_of(const struct gwt_request *request)
{
	struct gwt_span agent = gwt_headers_get(&request->headers, "user-agent");

	return agent.ptr ? gwt_span_slice(agent, 0, gwt_span_find(agent, ' ')) : agent;
}

static struct gwt_span operation_of(const struct gwt_request *request, const struct gwt_outcome *outcome)
{
	struct gwt_route route;

	if (outcome->ok)
		return outcome->entry->interaction->operation;
	if (!gwt_route_find(request->method, request->path, &route))
		return (struct gwt_span){ NULL, 0 };
	return gwt_span_of(route.operation->name);
}

static bool is_signed_well(const struct gwt_signature *signature)
{
	return signature->verdict <= GWT_SIG_VALID_RAW_PATH;
}

static void check_signature(struct gwt_replayer *replayer, const struct gwt_request *request, int64_t now, bool explain,
			    struct gwt_arena *arena, struct gwt_signature *out)
{
	const struct gwt_replayer_options *options = replayer->options;
	struct gwt_verify_options verify = {
		.lookup = gwt_secrets_lookup,
		.lookup_arg = (void *)(uintptr_t)&options->secrets,
		.now = options->fixed_clock ? options->fixed_clock : now,
		.check_clock = options->check_clock,
	};

	gwt_sigv4_verify(replayer->sigv4, request, &verify, explain, arena, out);
}

/* Another service has no cassette here: say so instead of searching for a near one. */
static bool is_foreign(const struct gwt_signature *signature, struct gwt_arena *arena, struct gwt_outcome *out)
{
	struct gwt_difference *difference;

	if (!signature || !signature->authorization.scope.service.ptr ||
	    gwt_span_is(signature->authorization.scope.service, "apigateway"))
		return false;
	*out = (struct gwt_outcome){ .verdict = GWT_VERDICT_WRONG_SCOPE };
	out->comparison.verdict = GWT_VERDICT_WRONG_SCOPE;
	difference = gwt_comparison_add(&out->comparison, arena, GWT_VERDICT_WRONG_SCOPE, GWT_SPAN("scope.service"));
	difference->expected = gwt_json_new_string(arena, GWT_SPAN("apigateway"));
	difference->got = gwt_json_new_string(arena, signature->authorization.scope.service);
	return true;
}

/* One request on its way to a verdict. */
struct judgement {
	struct gwt_replayer *replayer;
	const struct gwt_request *received; /* as it came: what was signed */
	struct gwt_request request;         /* without the session's prefix: what is compared */
	struct gwt_arena *arena;
	int64_t now;
	struct gwt_signature *signature; /* NULL: not checked */
	struct gwt_client_session *session; /* NULL: it names none */
	struct gwt_outcome outcome;
};

/* False when the signature, the session or the service settles the verdict. */
static bool may_be_compared(struct judgement *judgement)
{
	struct gwt_replayer *replayer = judgement->replayer;
	struct gwt_outcome *out = &judgement->outcome;
	const char *why = NULL;

	if (!replayer->options->no_verify_signature) {
		judgement->signature = gwt_arena_new(judgement->arena, struct gwt_signature);
		check_signature(replayer, judgement->received, judgement->now, false, judgement->arena,
				judgement->signature);
	}
	judgement->session = gwt_sessions_of(replayer->sessions, judgement->received,
					     judgement->signature ? &judgement->signature->authorization : NULL,
					     &judgement->request, &why);
	if (judgement->signature && !is_signed_well(judgement->signature)) {
		check_signature(replayer, judgement->received, judgement->now, true, judgement->arena,
				judgement->signature);
		*out = (struct gwt_outcome){ .verdict = GWT_VERDICT_BAD_SIGNATURE };
		return false;
	}
	if (!judgement->session) {
		*out = (struct gwt_outcome){ .verdict = GWT_VERDICT_WRONG_SESSION, .note = gwt_span_of(why) };
		return false;
	}
	return !is_foreign(judgement->signature, judgement->arena, out);
}

/* Count the request: in its session, in the run and in the journal. */
static void keep_score(struct judgement *judgement, struct gwt_span request_id, struct gwt_span text)
{
	const struct gwt_outcome *outcome = &judgement->outcome;
	struct gwt_client_session *session = judgement->session;
	struct gwt_run_row row = {
		.ok = outcome->ok,
		.session = session ? session->name : (struct gwt_span){ NULL, 0 },
		.client = client_of(judgement->received),
		.operation = operation_of(&judgement->request, outcome),
		.entry = outcome->entry,
		.level = outcome->level,
		.verdict = outcome->verdict,
		.signature = judgement->signature,
		.comparison = &outcome->comparison,
		.note = outcome->note,
		.text = text,
		.request_id = request_id,
		.time = judgement->now,
		.method = judgement->received->method,
		.path = session ? judgement->request.path : judgement->received->path,
	};

	if (session) {
		session->requests++;
		session->matched += outcome->ok;
		session->broken += !outcome->ok;
	}
	gwt_run_add(judgement->replayer->run, &row);
	if (judgement->replayer->journal)
		gwt_journal_add(judgement->replayer->journal, &row);
}

static void judge_and_answer(struct gwt_replayer *replayer, struct gwt_exchange *exchange)
{
	struct gwt_arena *arena = exchange->arena;
	struct judgement judgement = { replayer, exchange->request, .arena = arena, .now = gwt_clock_now() };
	struct gwt_answer_facts facts = { judgement.now, gwt_request_id(arena) };
	struct gwt_outcome *outcome = &judgement.outcome;
	struct gwt_span text = { NULL, 0 };

	if (may_be_compared(&judgement))
		gwt_session_find(judgement.session->match, &judgement.request, arena, outcome);
	if (outcome->ok) {
		gwt_session_take(judgement.session->match, outcome);
		gwt_respond_match(arena, outcome, &facts, &exchange->response);
	} else {
		gwt_mask_comparison(arena, &outcome->comparison);
		text = gwt_explain(arena, outcome, judgement.signature, exchange->request,
				   replayer->options->match.level);
		gwt_respond_breach(arena, gwt_verdict_word(outcome->verdict), text, &facts, &exchange->response);
	}
	keep_score(&judgement, facts.request_id, text);
}

void gwt_replayer_handle(struct gwt_exchange *exchange)
{
	struct gwt_replayer *replayer = exchange->server_arg;

	if (replayer->options->admin && !replayer->options->admin_apart && gwt_admin_is_for(exchange->request))
		gwt_admin_handle(replayer, exchange->request, exchange->arena, &exchange->response);
	else
		judge_and_answer(replayer, exchange);
}

void gwt_replayer_refused(void *arg, int status, const char *reason)
{
	struct gwt_replayer *replayer = arg;
	struct gwt_arena arena = { 0 };
	struct gwt_run_row row = {
		.verdict = GWT_VERDICT_NO_SCENARIO,
		.request_id = gwt_request_id(&arena),
		.time = gwt_clock_now(),
		.text = gwt_arena_printf(&arena, "gwtape: NO_SCENARIO: what came is no request that can be compared (%d): %s",
					 status, reason),
	};

	gwt_run_add(replayer->run, &row);
	if (replayer->journal)
		gwt_journal_add(replayer->journal, &row);
	gwt_arena_release(&arena);
}

void gwt_replayer_finish(struct gwt_replayer *replayer, char *const *named, size_t named_count, bool all_fail,
			 bool allow_unused)
{
	const struct gwt_cassettes *cassettes = gwt_index_cassettes(replayer->index);

	replayer->run->sessions = gwt_sessions_count(replayer->sessions);
	for (size_t i = 0; i < cassettes->len; i++) {
		bool fails = all_fail || (named_count && gwt_name_is_selected(cassettes->items[i].scenario, named,
									      named_count));
		const struct gwt_entry *entries = gwt_index_entries(replayer->index, i);

		for (size_t j = 0; j < cassettes->items[i].interaction_count; j++)
			if (gwt_sessions_uses(replayer->sessions, &entries[j]) == 0)
				gwt_run_add_unused(replayer->run, &entries[j], fails && !allow_unused);
	}
}
