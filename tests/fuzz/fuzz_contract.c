/*
 * fuzz_contract.c - two requests in one input, cut at the first 0x00: the result of the comparison must fit
 * their bytes, in both directions.
 */
#include <stdlib.h>

#include "lib/contract/compare.h"
#include "lib/http/h1_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool read_request(struct gwt_arena *arena, struct gwt_span raw, struct gwt_request *out)
{
	struct gwt_h1_parser parser = { 0 };
	bool done;

	gwt_h1_parser_init(&parser);
	done = gwt_h1_parse(&parser, raw, arena, out) == GWT_H1_DONE;
	if (done)
		out->body = gwt_arena_copy(arena, out->body);
	gwt_h1_parser_release(&parser);
	return done;
}

static void check(const struct gwt_request *a, const struct gwt_request *b, struct gwt_arena *arena,
		  struct gwt_comparison *out)
{
	static const struct gwt_compare_options options = { .any_region = true };
	struct gwt_contract x, y;
	struct gwt_buf text;
	bool scope = false, no_token = gwt_only_one_has_token(a, b, arena);

	gwt_contract_make(a, arena, &x);
	gwt_contract_make(b, arena, &y);
	gwt_compare(a, b, &options, arena, out);
	for (size_t i = 0; i < out->len; i++)
		scope |= out->differences[i].verdict == GWT_VERDICT_WRONG_SCOPE;
	must((out->level >= GWT_LEVEL_CONTRACT) == (!scope && gwt_span_eq(x.bytes, y.bytes)));
	must(out->level >= GWT_LEVEL_CONTRACT || out->len > 0);
	if (out->level >= GWT_LEVEL_CONTRACT)
		must((out->level >= GWT_LEVEL_SIGNED) ==
		     gwt_span_eq(gwt_signed_form(a, no_token, arena), gwt_signed_form(b, no_token, arena)));
	must(out->level != GWT_LEVEL_WIRE || gwt_span_eq(gwt_wire_bytes(a, arena), gwt_wire_bytes(b, arena)));
	gwt_compare_explain(a, b, GWT_LEVEL_WIRE, arena, out);
	must(out->level == GWT_LEVEL_WIRE || out->len > 0); /* some place is named */
	gwt_buf_init(&text, SIZE_MAX);
	gwt_comparison_text(&text, out);
	for (size_t i = 0; i < out->len; i++)
		gwt_difference_json(arena, &out->differences[i]);
	gwt_buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_span all = { (const char *)data, size };
	struct gwt_span first = gwt_span_slice(all, 0, gwt_span_find(all, '\0'));
	struct gwt_span second = gwt_span_slice(all, first.len + 1, all.len);
	struct gwt_arena arena = { 0 };
	struct gwt_comparison there, back;
	struct gwt_request a, b;

	if (read_request(&arena, first, &a)) {
		check(&a, &a, &arena, &there);
		must(there.level == GWT_LEVEL_WIRE && there.verdict == GWT_VERDICT_MATCH);
		if (read_request(&arena, second, &b)) {
			check(&a, &b, &arena, &there);
			check(&b, &a, &arena, &back);
		}
	}
	gwt_arena_release(&arena);
	return 0;
}
