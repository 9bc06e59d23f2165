#include "replayer/judge.h"

#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/contract/compare.h"
#include "lib/contract/verdict.h"
#include "lib/http/headers.h"
#include "lib/json/json.h"
#include "lib/match/session.h"
#include "lib/model/model.h"
#include "lib/net/net.h"
#include "lib/report/mask.h"
#include "lib/report/run.h"
#include "lib/sigv4/sigv4.h"
#include "lib/sigv4/shown.h"
#include "replayer/expect.h"
#include "replayer/explain.h"
#include "replayer/fault.h"
#include "replayer/faults.h"
#include "replayer/forward.h"
#include "replayer/internal.h"
#include "replayer/journal.h"
#include "replayer/respond.h"
#include "replayer/secrets.h"
#include "replayer/sessions.h"

/* First product token of the User-Agent: "Boto3/1.26.27". */
static struct gwt_span client_of(const struct gwt_request *request)
{
	struct gwt_span agent = gwt_headers_find(&request->headers, GWT_HEADER_USER_AGENT);

	return agent.ptr ? gwt_span_slice(agent, 0, gwt_span_find(agent, ' ')) : agent;
}

static struct gwt_span operation_of(const struct gwt_request *request, const struct gwt_match_result *result)
{
	struct gwt_route route;

	if (result->ok && result->entry)
		return result->entry->interaction->operation;
	if (!gwt_route_find(request->method, request->path, &route))
		return GWT_ABSENT;
	return gwt_span_of(route.operation->name);
}

static bool is_signed_well(const struct gwt_signature *signature)
{
	return signature->verdict <= GWT_SIG_VALID_RAW_PATH;
}

/* One request on its way to a verdict. */
struct judgement {
	struct gwt_replayer *replayer;
	struct gwt_sigv4 *sigv4;     /* this thread's */
	struct gwt_request received; /* as it came: what was signed */
	struct gwt_request request;  /* without the session's prefix: what is compared */
	struct gwt_arena *arena;
	uint64_t arrived; /* when it began; 0: no report needs its duration */
	int64_t now;
	struct gwt_signature *signature;    /* NULL: not checked, and not refused */
	struct gwt_authorization claim;     /* its claimed signature; proved where signatures are checked */
	struct gwt_span service;            /* another service's name; absent: API Gateway */
	struct gwt_client_session *session; /* NULL: it names none */
	struct gwt_match_result result;
	struct gwt_span request_id, text; /* text: the readable difference; absent when there is none */
	const struct gwt_fault *fault;    /* scripted for it; NULL: none */
	bool replaced;                    /* by the fault: the answer was not given, nothing is used up */
};

static void check_signature(const struct judgement *judgement, bool explain, struct gwt_signature *out)
{
	const struct gwt_replayer_options *options = judgement->replayer->options;
	struct gwt_verify_options verify = {
		.lookup = gwt_secrets_lookup,
		.lookup_arg = (void *)(uintptr_t)&options->secrets,
		.now = options->clock_is_fixed ? options->fixed_clock : judgement->now,
		.check_clock = options->check_clock,
	};

	gwt_sigv4_verify(judgement->sigv4, &judgement->received, &verify, explain, judgement->arena, out);
}

/* Who answers the request. */
enum course {
	SETTLED, /* settled before: the signature, the session or the service gave the verdict */
	COMPARED,
	BACKDROP,
};

static void read_signature(struct judgement *judgement)
{
	struct gwt_signature *signature = gwt_arena_new(judgement->arena, struct gwt_signature);
	bool proves = !judgement->replayer->options->no_verify_signature;

	if (proves)
		check_signature(judgement, false, signature);
	else
		gwt_sigv4_read(&judgement->received, judgement->arena, signature);
	judgement->claim = signature->authorization;
	if (signature->is_read)
		judgement->received.claim = &judgement->claim;
	if (proves || signature->verdict == GWT_SIG_INVALID)
		judgement->signature = signature;
}

static bool is_foreign(const struct judgement *judgement)
{
	return judgement->service.ptr != NULL;
}

/* Another service has no cassette here: say so instead of searching for a similar one. */
static void set_foreign(struct judgement *judgement)
{
	judgement->result = (struct gwt_match_result){ .verdict = GWT_VERDICT_FOREIGN_SERVICE };
	judgement->result.note =
		gwt_arena_printf(judgement->arena,
				 "no answer for the service '" GWT_SPAN_FMT
				 "' here: --forward URL passes its calls on, --fault FILE scripts "
				 "answers",
				 GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_WORD, judgement->service)));
}

/*
 * PutIntegration, GetIntegration, the operations that the scenarios in service record, and requests that are
 * not an operation at all.
 */
static bool is_under_contract(const struct judgement *judgement)
{
	static const char *const always[] = { "PutIntegration", "GetIntegration" };
	const struct gwt_expect *expect = &judgement->replayer->options->expect;
	struct gwt_route route;

	if (!gwt_route_find(judgement->request.method, judgement->request.path, &route))
		return true;
	if (expect->wanted)
		return gwt_expect_is_about(expect, route.operation->name);
	for (size_t i = 0; i < GWT_LEN(always); i++)
		if (strcmp(route.operation->name, always[i]) == 0)
			return true;
	return gwt_session_has_operation(judgement->session->match, gwt_span_of(route.operation->name));
}

static enum course course_of(struct judgement *judgement)
{
	struct gwt_replayer *replayer = judgement->replayer;
	struct gwt_match_result *out = &judgement->result;
	const char *why = NULL;
	bool is_bad = judgement->signature && !is_signed_well(judgement->signature);

	judgement->session = gwt_sessions_of(replayer->sessions, &judgement->received, &judgement->claim,
					     !is_bad, &judgement->request, &why);
	/* another service signs by different rules; a request to the backdrop is proved */
	if (is_foreign(judgement) && (!replayer->options->backdrop || is_bad)) {
		set_foreign(judgement);
		return SETTLED;
	}
	if (is_bad) {
		if (!replayer->options->no_verify_signature)
			check_signature(judgement, true, judgement->signature);
		*out = (struct gwt_match_result){ .verdict = GWT_VERDICT_BAD_SIGNATURE };
		return SETTLED;
	}
	if (!judgement->session) {
		*out = (struct gwt_match_result){ .verdict = GWT_VERDICT_WRONG_SESSION,
						  .note = gwt_span_of(why) };
		return SETTLED;
	}
	if (replayer->options->backdrop && (is_foreign(judgement) || !is_under_contract(judgement)))
		return BACKDROP;
	return COMPARED;
}

/* Count the request: in its session, in the run and in the journal. */
static void keep_score(const struct judgement *judgement)
{
	const struct gwt_match_result *result = &judgement->result;
	struct gwt_client_session *session = judgement->session;
	struct gwt_run_row row = {
		.ok = result->ok,
		.faulted = judgement->replaced,
		.session = session ? session->name : GWT_ABSENT,
		.client = client_of(&judgement->received),
		.operation = operation_of(&judgement->request, result),
		.entry = result->entry,
		.level = result->level,
		.verdict = result->verdict,
		.signature = judgement->signature,
		.comparison = &result->comparison,
		.nearest = result->nearest,
		.nearest_count = result->ok ? 0 : result->nearest_count,
		.comes_after = result->comes_after,
		.stale_since = result->stale_since,
		.note = result->note,
		.text = judgement->text,
		.request_id = judgement->request_id,
		.time = judgement->now,
		.duration_ns = judgement->arrived ? gwt_clock_monotonic_ns() - judgement->arrived : 0,
		.method = judgement->received.method,
		.path = session ? judgement->request.path : judgement->received.path,
	};

	gwt_client_session_count(session ? session : gwt_sessions_default(judgement->replayer->sessions),
				 &row);
	gwt_run_add(judgement->replayer->run, &row);
	if (judgement->replayer->journal)
		gwt_journal_add(judgement->replayer->journal, &row);
	gwt_expect_judged(&judgement->replayer->options->expect, &row, &judgement->received);
}

static void explain(struct judgement *judgement)
{
	judgement->text = gwt_explain(judgement->arena, &judgement->result, judgement->signature,
				      &judgement->received, judgement->replayer->options->match.level);
}

static struct gwt_answer_facts facts_of(const struct judgement *judgement)
{
	return (struct gwt_answer_facts){ judgement->now, judgement->request_id };
}

static void answer_breach(struct judgement *judgement, struct gwt_response *response)
{
	struct gwt_answer_facts facts = facts_of(judgement);

	gwt_comparison_shorten(judgement->arena, &judgement->result.comparison);
	gwt_mask_comparison(judgement->arena, &judgement->result.comparison);
	explain(judgement);
	gwt_respond_breach(judgement->arena, gwt_verdict_word(judgement->result.verdict), judgement->text,
			   &facts, response);
}

/* The fault scripted for a request that is right, if any; true when it replaces the answer. */
static bool take_fault(struct judgement *judgement, struct gwt_response *response)
{
	struct gwt_faults *faults = judgement->replayer->options->faults;
	struct gwt_answer_facts facts = facts_of(judgement);

	if (faults)
		judgement->fault = gwt_faults_take(faults, &judgement->request, judgement->service);
	judgement->replaced = judgement->fault && gwt_fault_replaces(judgement->fault);
	if (judgement->replaced)
		gwt_respond_fault(judgement->arena, judgement->fault, &facts, response);
	return judgement->replaced;
}

static void *backdrop_of(struct judgement *judgement)
{
	struct gwt_client_session *session = judgement->session;

	if (!session->backdrop)
		session->backdrop = judgement->replayer->options->backdrop->open();
	return session->backdrop;
}

static void find_answer(struct judgement *judgement)
{
	const struct gwt_replayer_options *options = judgement->replayer->options;

	if (options->expect.wanted)
		judgement->fault = gwt_expect_find(&options->expect, &judgement->request, &options->match,
						   judgement->arena, &judgement->result);
	else
		gwt_session_find(judgement->session->match, &judgement->request, judgement->arena,
				 &judgement->result);
}

static void answer_compared(struct judgement *judgement, struct gwt_response *response)
{
	const struct gwt_backdrop *backdrop = judgement->replayer->options->backdrop;
	struct gwt_match_result *result = &judgement->result;
	struct gwt_answer_facts facts = facts_of(judgement);

	find_answer(judgement);
	if (!result->ok) {
		answer_breach(judgement, response);
		return;
	}
	if (result->comparison.len)
		gwt_comparison_shorten(judgement->arena, &result->comparison);
	if (take_fault(judgement, response))
		return;
	if (!judgement->replayer->options->expect.wanted)
		gwt_session_take(judgement->session->match);
	if (backdrop && gwt_method_writes(judgement->request.method))
		backdrop->learn(backdrop_of(judgement), &judgement->request, &result->response,
				judgement->now);
	gwt_respond_match(judgement->arena, result, &facts, response);
}

/* From now on this client may use the ids of the backdrop's answer (--ids issued). */
static void issue_ids(struct judgement *judgement, const struct gwt_json *json)
{
	const struct gwt_backdrop *backdrop = judgement->replayer->options->backdrop;

	if (json->type == GWT_JSON_STRING && backdrop->has_id(judgement->session->backdrop, json->text))
		gwt_session_issue(judgement->session->match, json->text);
	if (json->type == GWT_JSON_OBJECT || json->type == GWT_JSON_ARRAY)
		for (const struct gwt_json *child = json->child; child; child = child->next)
			issue_ids(judgement, child);
}

static void follow_backdrop(struct judgement *judgement, const struct gwt_response *response)
{
	struct gwt_json *json;

	if (response->status < 200 || response->status > 299)
		return;
	/* another service's call (STS is a POST) says nothing about an API */
	if (gwt_method_writes(judgement->request.method) && !is_foreign(judgement))
		gwt_session_overtaken(judgement->session->match, &judgement->request, response);
	if (judgement->replayer->options->match.issued_ids &&
	    gwt_json_parse(judgement->arena, response->body, &json, NULL))
		issue_ids(judgement, json);
}

static void set_foreign_service(struct judgement *judgement)
{
	set_foreign(judgement);
	explain(judgement);
}

/* False: the call is of a service that the backdrop does not have, and the answer says so. */
static bool ask_backdrop(struct judgement *judgement, struct gwt_response *answer)
{
	return judgement->replayer->options->backdrop->answer(backdrop_of(judgement), &judgement->request,
							      judgement->now, judgement->arena, answer);
}

/*
 * A breach comes before a scripted fault. Only the backdrop knows which calls of other services exist; they
 * change no state, so it is asked first.
 */
static void answer_backdrop(struct judgement *judgement, struct gwt_response *response)
{
	struct gwt_response answer = *response;
	bool foreign = is_foreign(judgement), known = !foreign || ask_backdrop(judgement, &answer);
	struct gwt_answer_facts facts;
	struct gwt_span id;

	judgement->result = (struct gwt_match_result){ .ok = true, .verdict = GWT_VERDICT_BACKDROP };
	if (!foreign && take_fault(judgement, response))
		return;
	if (!foreign)
		known = ask_backdrop(judgement, &answer);
	*response = answer;
	if (known)
		follow_backdrop(judgement, response);
	else
		set_foreign_service(judgement);
	id = gwt_headers_get(&response->headers, "x-amzn-RequestId"); /* it may be in the body as well */
	judgement->request_id = id.ptr ? id : judgement->request_id;
	facts = facts_of(judgement);
	gwt_respond_backdrop(judgement->arena, gwt_verdict_word(judgement->result.verdict), &facts, response);
}

/*
 * A call of another service: a scripted fault answers it, else --forward does; it belongs to no session, and
 * its signature is not proved here. False when neither is configured.
 */
static bool answer_elsewhere(struct judgement *judgement, struct gwt_exchange *exchange)
{
	const struct gwt_replayer_options *options = judgement->replayer->options;

	judgement->request = judgement->received;
	judgement->result = (struct gwt_match_result){ .ok = true, .verdict = GWT_VERDICT_FOREIGN_SERVICE };
	if (take_fault(judgement, &exchange->response)) {
		gwt_exchange_apply_fault(exchange, options->delay_ms, judgement->fault);
		keep_score(judgement);
		return true;
	}
	if (!options->forward)
		return false;
	gwt_replayer_note_forwarded(judgement->replayer, &judgement->received, judgement->service,
				    judgement->arena);
	gwt_exchange_relay(exchange, options->forward);
	return true;
}

void gwt_judge(struct gwt_replayer *replayer, struct gwt_sigv4 *sigv4, struct gwt_exchange *exchange)
{
	static void (*const answers[])(struct judgement *, struct gwt_response *) = {
		[SETTLED] = answer_breach,
		[COMPARED] = answer_compared,
		[BACKDROP] = answer_backdrop,
	};
	struct judgement judgement = {
		.replayer = replayer,
		.sigv4 = sigv4,
		.received = *exchange->request,
		.arena = exchange->arena,
		.arrived = replayer->run->keep_all ? gwt_clock_monotonic_ns() : 0,
		.now = gwt_clock_now(),
		.request_id = gwt_request_id(exchange->arena),
	};

	read_signature(&judgement);
	judgement.service = gwt_foreign_service(&judgement.received, exchange->tunnel, exchange->arena);
	gwt_replayer_enter(replayer);
	if (is_foreign(&judgement) && answer_elsewhere(&judgement, exchange)) {
		gwt_replayer_leave(replayer);
		return;
	}
	answers[course_of(&judgement)](&judgement, &exchange->response);
	gwt_exchange_apply_fault(exchange, replayer->options->delay_ms, judgement.fault);
	keep_score(&judgement);
	gwt_replayer_keep(replayer, exchange->arena, &exchange->response);
	gwt_replayer_leave(replayer);
}
