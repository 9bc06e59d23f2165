#include "replayer/explain.h"

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/contract/compare.h"
#include "lib/contract/verdict.h"
#include "lib/report/escape.h"
#include "lib/report/mask.h"

/* Of a target, and of each text for a signer: those of real clients are shorter. */
enum { MAX_PART = 4096 };

static void add_entry(struct gwt_buf *out, const struct gwt_entry *entry)
{
	gwt_buf_printf(out, GWT_SPAN_FMT "#" GWT_SPAN_FMT, GWT_SPAN_ARG(entry->cassette->scenario),
		       GWT_SPAN_ARG(entry->interaction->id));
	if (entry->cassette->path.ptr)
		gwt_buf_printf(out, " (" GWT_SPAN_FMT ":%zu)", GWT_SPAN_ARG(entry->cassette->path),
			       entry->interaction->line);
}

static void add_head(struct gwt_buf *out, const struct gwt_match_result *result,
		     const struct gwt_request *request)
{
	gwt_buf_printf(out, "gwtape: %s: " GWT_SPAN_FMT " ", gwt_verdict_word(result->verdict),
		       GWT_SPAN_ARG(request->method));
	gwt_mask_add(out, gwt_span_begin(request->target, MAX_PART));
	if (request->target.len > MAX_PART)
		gwt_buf_printf(out, "... (%zu bytes)", request->target.len);
	if (result->entry) {
		gwt_buf_add_text(out, "\ncompared with ");
		add_entry(out, result->entry);
	}
}

/* A signer's text, or the beginning of it. */
static void add_part(struct gwt_buf *out, struct gwt_span text)
{
	gwt_mask_add(out, gwt_span_begin(text, MAX_PART));
	if (text.len > MAX_PART)
		gwt_buf_printf(out, "\n... (the first %d of %zu bytes)", MAX_PART, text.len);
}

/* Begin a line, unless one was just begun. */
static void start_line(struct gwt_buf *out)
{
	if (out->len && out->ptr[out->len - 1] != '\n')
		gwt_buf_add_char(out, '\n');
}

static void add_signature(struct gwt_buf *out, const struct gwt_signature *signature)
{
	gwt_buf_printf(out, "signature %s", gwt_signature_verdict_word(signature->verdict));
	if (signature->verdict == GWT_SIG_INVALID)
		gwt_buf_printf(out, " (%s)", gwt_signature_reason_word(signature->reason));
	gwt_buf_add_text(out, ": ");
	gwt_mask_add(out, gwt_span_of(signature->detail));
	if (signature->expected_canonical_request.ptr) {
		gwt_buf_add_text(out, "\nexpected canonical request:\n");
		add_part(out, signature->expected_canonical_request);
		gwt_buf_add_text(out, "\nexpected string to sign:\n");
		add_part(out, signature->expected_string_to_sign);
	}
}

/* As many as fit, at least the first; then the number of the others. */
static void add_differences(struct gwt_buf *out, const struct gwt_comparison *comparison)
{
	size_t shown = 0, more;

	for (; shown < comparison->len && out->len < GWT_MAX_BREACH_BYTES - 2 * MAX_PART; shown++) {
		start_line(out);
		gwt_difference_text(out, &comparison->differences[shown]);
	}
	more = comparison->len - shown + comparison->left_out;
	start_line(out);
	if (more)
		gwt_buf_printf(out, "... and %zu more difference%s", more, more == 1 ? "" : "s");
}

static void add_candidates(struct gwt_buf *out, const struct gwt_match_result *result)
{
	for (size_t i = 1; i < result->nearest_count; i++) {
		gwt_buf_add_text(out, i == 1 ? "also near: " : ", ");
		add_entry(out, result->nearest[i].entry);
		gwt_buf_printf(out, " %s", gwt_verdict_word(result->nearest[i].comparison.verdict));
	}
}

/* Lines without hidden characters: this text goes to terminals, log files and exceptions. */
static void add_visible(struct gwt_buf *out, struct gwt_span text)
{
	while (text.ptr) {
		gwt_visible_add(out, gwt_span_cut(&text, '\n'));
		if (text.ptr)
			gwt_buf_add_char(out, '\n');
	}
}

/*
 * A recording of a client is right until the client is changed on purpose: name the command that records it
 * again. The cassette's path without the scenario's name is the folder of cassettes.
 */
static void add_record_again(struct gwt_buf *out, const struct gwt_match_result *result)
{
	const struct gwt_cassette *cassette = result->entry ? result->entry->cassette : result->under_way;
	struct gwt_span folder;
	size_t name;

	if (!cassette || !gwt_span_is(cassette->provenance.upstream, "proxy"))
		return;
	name = cassette->scenario.len + sizeof("/.json") - 1;
	folder = gwt_span_begin(cassette->path, cassette->path.len > name ? cassette->path.len - name : 0);
	gwt_buf_printf(out,
		       "if this is what the client is to send: gwtape record --proxy --name " GWT_SPAN_FMT,
		       GWT_SPAN_ARG(cassette->scenario));
	if (folder.len && !gwt_span_is(folder, "cassettes"))
		gwt_buf_printf(out, " --cassettes '" GWT_SPAN_FMT "'", GWT_SPAN_ARG(folder));
	gwt_buf_add_text(out, " -- CMD");
}

struct gwt_span gwt_explain(struct gwt_arena *arena, const struct gwt_match_result *result,
			    const struct gwt_signature *signature, const struct gwt_request *request,
			    enum gwt_level wanted)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	gwt_auto(gwt_buf_release) struct gwt_buf visible = { .max = SIZE_MAX };

	add_head(&out, result, request);
	add_differences(&out, &result->comparison);
	start_line(&out);
	if (result->verdict == GWT_VERDICT_NO_SCENARIO)
		gwt_buf_add_text(&out, "no selected cassette has such a call\n");
	gwt_buf_add(&out, result->note);
	start_line(&out);
	if (result->verdict == GWT_VERDICT_BAD_SIGNATURE)
		add_signature(&out, signature);
	else if (result->level != GWT_LEVEL_NONE && result->level < wanted)
		gwt_buf_printf(&out, "level %s holds, %s is wanted", gwt_level_word(result->level),
			       gwt_level_word(wanted));
	start_line(&out);
	add_candidates(&out, result);
	start_line(&out);
	add_record_again(&out, result);
	while (out.len && out.ptr[out.len - 1] == '\n')
		out.len--;
	add_visible(&visible, gwt_span_begin(gwt_buf_span(&out), GWT_MAX_BREACH_BYTES));
	if (out.len > GWT_MAX_BREACH_BYTES)
		gwt_buf_add_text(&visible, "\n... (cut)");
	return gwt_arena_copy(arena, gwt_buf_span(&visible));
}
