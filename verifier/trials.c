#include "verifier/trials.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/contract/compare.h"
#include "lib/json/json.h"
#include "verifier/cell.h"
#include "verifier/evolve.h"
#include "verifier/plan.h"

enum { FAILURES = 2 /* before the right answer */ };

static const struct gwt_failure failures[] = {
	{ "none", 0, NULL, NULL, GWT_FAILURE_ANSWERS }, /* what the others are compared with */
	{ "429", 429, "TooManyRequestsException", "Too Many Requests", GWT_FAILURE_ANSWERS },
	{ "500", 500, "InternalFailure", "Internal error", GWT_FAILURE_ANSWERS },
	{ "503", 503, "ServiceUnavailableException", "Service unavailable", GWT_FAILURE_ANSWERS },
	{ "reset", 0, NULL, NULL, GWT_FAILURE_RESETS },
	{ "truncated", 0, NULL, NULL, GWT_FAILURE_TRUNCATES },
};

static const struct gwt_plan_call *find_call(const struct gwt_plan *plan, const char *operation,
					     bool (*fits)(const struct gwt_plan_call *call))
{
	for (size_t i = 0; i < plan->len; i++) {
		int status = plan->calls[i].entry->interaction->response.status;

		if (gwt_span_is(plan->calls[i].step->call, operation) && status >= 200 && status <= 299 &&
		    fits(&plan->calls[i]))
			return &plan->calls[i];
	}
	return NULL;
}

static bool always(const struct gwt_plan_call *call)
{
	(void)call;
	return true;
}

void gwt_trials_make(struct gwt_arena *arena, const struct gwt_plan *plan, struct gwt_plan *out)
{
	const struct gwt_plan_call *put = find_call(plan, "PutIntegration", always);
	const struct gwt_plan_call *get = find_call(plan, "GetIntegration", gwt_evolve_fits);

	*out = (struct gwt_plan){ 0 };
	for (size_t i = 0; put && i < GWT_LEN(failures); i++) {
		struct gwt_plan_call *call = gwt_plan_add(out, arena);

		*call = *put;
		call->about = failures[i].kind;
		call->failure = i > 0 ? &failures[i] : NULL;
		call->failures = i > 0 ? FAILURES : 0;
		call->after_count = 0;
	}
	for (size_t i = 0; get && i < gwt_evolve_count(); i++) {
		struct gwt_plan_call *call = gwt_plan_add(out, arena);

		*call = *get;
		call->after_count = 0;
		call->response = gwt_evolve_response(get, i, arena);
		call->about = gwt_evolve_kind(i);
	}
}

static const char *outcome_of(const struct gwt_cell *cell)
{
	static const char *const words[] = {
		[GWT_REPLY_OK] = "ok",
		[GWT_REPLY_ERROR] = "error",
		[GWT_REPLY_LOCAL] = "refused",
		[GWT_REPLY_UNSUPPORTED] = "unsupported",
	};

	return cell->reason ? cell->reason : cell->replied ? words[cell->reply.kind] : "unknown";
}

/* Whether every attempt equals the first, except for date, signature and attempt counts. */
static bool same_bytes(const struct gwt_cell *cell)
{
	struct gwt_compare_options how = { 0 };
	bool same = true;

	for (size_t i = 1; i < cell->attempt_count && same; i++) {
		struct gwt_arena scratch = { 0 };
		struct gwt_cell other = *cell;
		struct gwt_request first, again;
		struct gwt_comparison comparison = { 0 };

		other.attempts = &cell->attempts[i];
		if (gwt_cell_request(cell, &scratch, &first) && gwt_cell_request(&other, &scratch, &again))
			gwt_compare(&first, &again, &how, &scratch, &comparison);
		same = comparison.level == GWT_LEVEL_WIRE;
		gwt_arena_release(&scratch);
	}
	return same;
}

static struct gwt_json *begin_row(struct gwt_json *list, const char *client, const struct gwt_cell *cell,
				  struct gwt_arena *arena)
{
	struct gwt_json *row = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));

	gwt_json_add_string(arena, row, "client", gwt_span_of(client));
	gwt_json_add_string(arena, row, "kind", gwt_span_of(cell->call->about));
	return row;
}

/* A call that succeeded after failures must give the same result as without them. */
static const char *retry_outcome(const struct gwt_cell *base, const struct gwt_cell *cell)
{
	const char *outcome = outcome_of(cell);

	if (strcmp(outcome, "ok") != 0 || !base->replied || !base->reply.output || !cell->reply.output)
		return outcome;
	return gwt_json_equal(base->reply.output, cell->reply.output) ? outcome : "wrong result";
}

static void add_retry(struct gwt_json *list, const char *client, const struct gwt_cell *base,
		      const struct gwt_cell *cell, struct gwt_arena *arena)
{
	struct gwt_json *row = begin_row(list, client, cell, arena), *waits;

	gwt_json_add_number(arena, row, "attempts", (int64_t)cell->attempt_count);
	waits = gwt_json_add_array(arena, row, "waitsMs");
	for (size_t i = 1; i < cell->attempt_count; i++)
		gwt_json_append(waits, gwt_json_new_number(arena, (int64_t)(cell->attempts[i].at_ms -
									    cell->attempts[i - 1].at_ms)));
	if (cell->attempt_count > 1)
		gwt_json_add_bool(arena, row, "sameBytes", same_bytes(cell));
	else
		gwt_json_add(arena, row, "sameBytes", gwt_json_new(arena, GWT_JSON_NULL));
	gwt_json_add_string(arena, row, "outcome", gwt_span_of(retry_outcome(base, cell)));
}

static void add_evolution(struct gwt_json *list, const char *client, const struct gwt_cell *base,
			  const struct gwt_cell *cell, size_t kind, struct gwt_arena *arena)
{
	struct gwt_json *row = begin_row(list, client, cell, arena);
	const char *result = outcome_of(cell);

	if (strcmp(result, "ok") == 0)
		result = gwt_evolve_judge(base->replied ? base->reply.output : NULL, cell->reply.output, kind,
					  cell->call->response, arena);
	gwt_json_add_string(arena, row, "result", gwt_span_of(result));
}

/* First the failures, then the evolved answers; the first of each is the recorded answer, for comparison. */
static void add_contestant(const struct gwt_contestant *contestant, const struct gwt_plan *trials,
			   struct gwt_json *retries, struct gwt_json *evolution, struct gwt_arena *arena)
{
	const struct gwt_cell *put = NULL, *get = NULL;
	size_t kind = 0;

	for (size_t i = 0; contestant->trials && i < trials->len; i++) {
		const struct gwt_cell *cell = &contestant->trials[i];

		if (trials->calls[i].response && !get)
			get = cell;
		else if (trials->calls[i].response)
			add_evolution(evolution, contestant->client->word, get, cell, ++kind, arena);
		else if (!put)
			put = cell;
		else
			add_retry(retries, contestant->client->word, put, cell, arena);
	}
}

void gwt_trials_add(const struct gwt_contestant *items, size_t len, const struct gwt_plan *trials,
		    struct gwt_json *root, struct gwt_arena *arena)
{
	struct gwt_json *retries = gwt_json_add_array(arena, root, "retries");
	struct gwt_json *evolution = gwt_json_add_array(arena, root, "evolution");

	for (size_t i = 0; i < len; i++)
		add_contestant(&items[i], trials, retries, evolution, arena);
}
