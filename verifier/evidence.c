#include "verifier/evidence.h"

#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/report/row.h"
#include "lib/report/run.h"

enum {
	MAX_ATTEMPTS = 100,  /* of one call that are remembered */
	BREACH_STATUS = 422, /* DESIGN 5 */
};

void gwt_cell_note(struct gwt_cell *cell, struct gwt_arena *arena, const char *text)
{
	cell->note = gwt_arena_copy(arena, gwt_span_of(text));
}

void gwt_cell_fail(struct gwt_cell *cell, const char *reason)
{
	cell->ok = cell->settled = false;
	cell->verdict = GWT_VERDICT_NO_CALL;
	cell->level = GWT_LEVEL_NONE;
	cell->reason = reason;
}

/* What the driver says and what came must fit together. */
static void weigh_request(struct gwt_cell *cell, struct gwt_arena *arena)
{
	static const struct {
		enum gwt_reply_kind kind;
		bool requested;
		enum gwt_verdict verdict; /* where no request came */
		bool settled;
		const char *note;
	} rows[] = {
		{ GWT_REPLY_OK, false, GWT_VERDICT_NO_CALL, false,
		  "the driver says that the call succeeded, and no request came" },
		{ GWT_REPLY_ERROR, false, GWT_VERDICT_NO_CALL, false,
		  "the driver says that the call failed, and no request came" },
		{ GWT_REPLY_LOCAL, false, GWT_VERDICT_LOCAL_REFUSAL, true, NULL },
		{ GWT_REPLY_UNSUPPORTED, false, GWT_VERDICT_UNSUPPORTED, true, NULL },
		{ GWT_REPLY_LOCAL, true, 0, false,
		  "the driver says that the client refused the input before any request, and one came" },
		{ GWT_REPLY_UNSUPPORTED, true, 0, false,
		  "the driver says that it does not have the operation, and a request came" },
	};
	bool requested = cell->attempt_count > 0;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		if (rows[i].kind != cell->reply.kind || rows[i].requested != requested)
			continue;
		if (!requested)
			cell->verdict = rows[i].verdict;
		cell->ok = false;
		cell->settled = rows[i].settled;
		if (rows[i].note)
			gwt_cell_note(cell, arena, rows[i].note);
	}
}

/* The status that an ordinary call's request was answered with; 0: none, or a trial's answer. */
static int status_of_answer(const struct gwt_cell *cell)
{
	if (!cell->attempt_count || cell->call->failure || cell->call->response)
		return 0;
	return cell->ok ? cell->call->entry->interaction->response.status : BREACH_STATUS;
}

/*
 * The answer decides between success and failure. A driver that says otherwise lies, or its client hides the
 * answer.
 */
static void weigh_answer(struct gwt_cell *cell, struct gwt_arena *arena)
{
	int status = status_of_answer(cell);
	bool good = status >= 200 && status <= 299;

	if (!status || cell->reply.kind != (good ? GWT_REPLY_ERROR : GWT_REPLY_OK))
		return;
	cell->ok = false;
	cell->note = gwt_arena_printf(arena, "the driver says that the call %s, and it was answered with %d",
				      good ? "failed" : "succeeded", status);
}

/* A copy, since the driver's line is overwritten. */
static void keep_reply(struct gwt_cell *cell, struct gwt_arena *arena, const struct gwt_reply *reply)
{
	cell->reply = *reply;
	cell->reply.id = GWT_ABSENT;
	cell->reply.output = reply->output ? gwt_json_copy(arena, reply->output) : NULL;
	cell->reply.code = gwt_arena_copy(arena, reply->code);
	cell->reply.message = gwt_arena_copy(arena, reply->message);
	cell->replied = true;
}

void gwt_cell_take_reply(struct gwt_cell *cell, struct gwt_arena *arena, const struct gwt_reply *reply)
{
	keep_reply(cell, arena, reply);
	weigh_request(cell, arena);
	weigh_answer(cell, arena);
}

static void remember(struct gwt_cell *cell, struct gwt_arena *arena, const struct gwt_request *request)
{
	struct gwt_attempt *attempt;
	char *bytes;

	if (cell->attempt_count >= MAX_ATTEMPTS)
		return;
	GWT_GROW(arena, cell->attempts, cell->attempt_count, cell->attempt_cap);
	attempt = &cell->attempts[cell->attempt_count++];
	*attempt = (struct gwt_attempt){ .at_ms = gwt_clock_monotonic_ms() };
	if (!request || !request->head.ptr)
		return;
	bytes = gwt_arena_bytes(arena, request->head.len + request->raw_body.len);
	gwt_copy(bytes, request->head.ptr, request->head.len);
	if (request->raw_body.len)
		gwt_copy(bytes + request->head.len, request->raw_body.ptr, request->raw_body.len);
	attempt->raw = (struct gwt_span){ bytes, request->head.len + request->raw_body.len };
	attempt->head = request->head.len;
}

static void keep_row(struct gwt_cell *cell, struct gwt_arena *arena, const struct gwt_run_row *row)
{
	cell->row = gwt_run_row_json(arena, row);
	cell->ok = row->ok;
	cell->verdict = row->verdict;
	cell->level = row->level;
	if (row->signature)
		cell->signed_headers = gwt_arena_copy(arena, row->signature->authorization.signed_headers);
}

void gwt_cell_take_request(struct gwt_cell *cell, struct gwt_arena *arena, const struct gwt_run_row *row,
			   const struct gwt_request *request, bool in_time)
{
	remember(cell, arena, request);
	if (cell->attempt_count == 1 && in_time) {
		keep_row(cell, arena, row);
	} else if (!row->ok && cell->ok) { /* an extra request, or one that differs from the first */
		cell->ok = false;
		cell->verdict = row->verdict;
		cell->note = gwt_arena_copy(arena, row->note);
	}
}
