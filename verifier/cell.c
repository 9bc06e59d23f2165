#include "verifier/cell.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/contract/verdict.h"
#include "lib/http/h1_parse.h"
#include "lib/json/json.h"
#include "lib/report/mask.h"
#include "lib/report/unicode.h"
#include "verifier/waivers.h"

bool gwt_cell_fails(const struct gwt_cell *cell)
{
	return !cell->ok && !cell->settled && !cell->waiver && !cell->known;
}

struct gwt_span gwt_cell_place(const struct gwt_cell *cell, struct gwt_arena *arena)
{
	const struct gwt_entry *entry = cell->call->entry;

	return gwt_arena_printf(arena, GWT_SPAN_FMT "#" GWT_SPAN_FMT, GWT_SPAN_ARG(entry->cassette->scenario),
				GWT_SPAN_ARG(entry->interaction->id));
}

bool gwt_cell_request(const struct gwt_cell *cell, struct gwt_arena *arena, struct gwt_request *out)
{
	struct gwt_h1_parser parser = { 0 };
	enum gwt_h1_result result;

	if (!cell->attempt_count || !cell->attempts[0].raw.ptr)
		return false;
	gwt_h1_parser_init(&parser);
	result = gwt_h1_parse(&parser, cell->attempts[0].raw, arena, out);
	if (result == GWT_H1_CONTINUE)
		result = gwt_h1_parse(&parser, cell->attempts[0].raw, arena, out);
	if (result == GWT_H1_DONE)
		out->body = gwt_arena_copy(arena, out->body);
	gwt_h1_parser_release(&parser);
	return result == GWT_H1_DONE;
}

static void set_text(struct gwt_arena *arena, struct gwt_json *row, const char *name, struct gwt_span text)
{
	struct gwt_json *value = text.ptr ? gwt_json_new_string(arena, gwt_utf8_repaired(arena, text))
					  : gwt_json_new(arena, GWT_JSON_NULL);

	gwt_json_set(arena, row, gwt_span_of(name), value);
}

/* The row that the replayer made, or an empty one for a call without a request. */
static struct gwt_json *begin_row(const struct gwt_cell *cell, struct gwt_arena *arena)
{
	struct gwt_run_row nothing = {
		.entry = cell->call->entry,
		.operation = cell->call->step->call,
		.verdict = cell->verdict,
	};
	struct gwt_json *row, *signature;

	if (cell->row)
		return gwt_json_copy(arena, cell->row);
	row = gwt_run_row_json(arena, &nothing);
	signature = gwt_json_get(row, "signature"); /* not known is not the same as not checked */
	set_text(arena, signature, "verdict", GWT_ABSENT);
	return row;
}

static void add_masked(struct gwt_arena *arena, struct gwt_json *row, const char *name, struct gwt_span text)
{
	gwt_auto(gwt_buf_release) struct gwt_buf masked = { .max = SIZE_MAX };

	gwt_mask_add(&masked, text);
	set_text(arena, row, name, gwt_buf_span(&masked));
}

/* A line of a head without its credential, which is not needed to see what is wrong. */
static bool add_credential_line(struct gwt_buf *out, struct gwt_span line)
{
	static const struct gwt_span signature = GWT_SPAN_INIT("Signature=");
	struct gwt_span name = gwt_span_slice(line, 0, gwt_span_find(line, ':'));
	size_t end = name.len + 1;

	if (!gwt_span_iis(name, "authorization") && !gwt_span_iis(name, "x-amz-security-token"))
		return false;
	for (size_t i = name.len; i < line.len; i++)
		if (gwt_span_starts(gwt_span_slice(line, i, line.len), signature))
			end = i + signature.len;
	gwt_mask_add(out, gwt_span_slice(line, 0, end));
	gwt_buf_add_text(out, "*\r");
	return true;
}

static void add_raw(struct gwt_arena *arena, struct gwt_json *row, const struct gwt_attempt *attempt)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };
	struct gwt_span head = gwt_span_slice(attempt->raw, 0, attempt->head);

	while (head.ptr) {
		struct gwt_span line = gwt_span_cut(&head, '\n');

		if (!add_credential_line(&text, line))
			gwt_mask_add(&text, line);
		if (head.ptr)
			gwt_buf_add_char(&text, '\n');
	}
	gwt_buf_add(&text, gwt_span_slice(attempt->raw, attempt->head, attempt->raw.len));
	set_text(arena, row, "request", gwt_buf_span(&text));
}

static void add_driver(const struct gwt_cell *cell, struct gwt_json *row, struct gwt_arena *arena)
{
	if (cell->reason)
		set_text(arena, row, "reason", gwt_span_of(cell->reason));
	if (cell->note.ptr)
		add_masked(arena, row, "note", cell->note);
	if (cell->replied && cell->reply.kind != GWT_REPLY_OK && cell->reply.code.ptr)
		add_masked(arena, row, "error", cell->reply.code);
	if (cell->replied && cell->reply.kind == GWT_REPLY_LOCAL && cell->reply.message.ptr)
		add_masked(arena, row, "refusal", cell->reply.message);
}

static void add_waiver(const struct gwt_cell *cell, struct gwt_json *row, struct gwt_arena *arena)
{
	struct gwt_json *object;

	if (!cell->waiver)
		return;
	object = gwt_json_add_object(arena, row, "waiver");
	set_text(arena, object, "reason", cell->waiver->reason);
	set_text(arena, object, "until", cell->waiver->until);
}

struct gwt_json *gwt_cell_json(const struct gwt_cell *cell, const char *client, struct gwt_arena *arena)
{
	struct gwt_json *row = begin_row(cell, arena);
	const struct gwt_entry *entry = cell->call->entry;
	const char *level = gwt_level_word(cell->level);

	gwt_json_set(arena, row, GWT_SPAN("ok"), gwt_json_new_bool(arena, cell->ok));
	set_text(arena, row, "client", gwt_span_of(client));
	set_text(arena, row, "operation", cell->call->step->call);
	set_text(arena, row, "scenario", entry->cassette->scenario);
	set_text(arena, row, "interaction", entry->interaction->id);
	set_text(arena, row, "level", gwt_span_of(level));
	set_text(arena, row, "verdict", gwt_span_of(gwt_verdict_word(cell->verdict)));
	add_driver(cell, row, arena);
	gwt_json_add_number(arena, row, "attempts", (int64_t)cell->attempt_count);
	gwt_json_add_number(arena, row, "ms", (int64_t)cell->took_ms);
	set_text(arena, row, "signedHeaders", cell->signed_headers);
	if (!cell->ok && cell->attempt_count && cell->attempts[0].raw.ptr)
		add_raw(arena, row, &cell->attempts[0]);
	if (!cell->ok)
		gwt_json_add(arena, row, "input", gwt_json_copy(arena, cell->call->input));
	add_waiver(cell, row, arena);
	if (cell->known)
		gwt_json_add_bool(arena, row, "known", true);
	return row;
}
