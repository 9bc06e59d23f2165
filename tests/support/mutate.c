/*
 * mutate.c - makes one edit and judges what the comparison says of it.
 */
#include "tests/support/mutate.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/http/h1_parse.h"
#include "tests/support/request.h"

void gwt_subject_init(struct gwt_subject *subject, const char *name, struct gwt_span raw)
{
	*subject = (struct gwt_subject){ .name = name };
	subject->arena = calloc(1, sizeof(*subject->arena));
	subject->raw = gwt_arena_copy(&subject->keep, raw);
	subject->request = gwt_test_request(&subject->keep, subject->raw);
	subject->body_at = raw.len - subject->request.body.len;
	/* so that offsets into the body are offsets into `raw` */
	subject->request.body = gwt_span_slice(subject->raw, subject->body_at, raw.len);
	gwt_contract_make(&subject->request, &subject->keep, &subject->contract);
}

void gwt_subject_release(struct gwt_subject *subject)
{
	gwt_arena_release(&subject->keep);
	gwt_arena_release(subject->arena);
	free(subject->arena);
}

/* Whether `at` is a member that AWS fills in or drops (docs/contract-bytes.md, "effect"). */
static bool may_have_same_effect(struct gwt_span at)
{
	static const char *const rows[] = { "/passthroughBehavior",
					    "/timeoutInMillis",
					    "/cacheNamespace",
					    "/cacheKeyParameters",
					    "/connectionType",
					    "/tlsConfig/insecureSkipVerification",
					    "/uri",
					    "/httpMethod" };

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (gwt_span_is(at, rows[i]))
			return true;
	return false;
}

static bool is_right(const struct gwt_comparison *c, const struct gwt_expected *expected)
{
	struct gwt_span at = c->len ? c->differences[0].at : GWT_ABSENT;

	if (!(expected->verdicts >> c->verdict & 1))
		return false;
	if (expected->at.ptr && !gwt_span_eq(expected->at, at))
		return false;
	if (c->level == GWT_LEVEL_EFFECT && expected->level == GWT_LEVEL_NONE)
		return c->len == 1 && may_have_same_effect(at);
	return c->level == expected->level;
}

static void judge(struct gwt_subject *subject, struct gwt_span mutant, const struct gwt_expected *expected)
{
	static const struct gwt_compare_options options = { 0 };
	struct gwt_request got = gwt_test_request(subject->arena, mutant);
	struct gwt_comparison comparison;
	const char *level;

	gwt_compare(&subject->request, &got, &options, subject->arena, &comparison);
	subject->tried++;
	if (!is_right(&comparison, expected)) {
		subject->survived++;
		level = gwt_level_word(comparison.level);
		fprintf(stderr, "survived: %s, %s: %s at level %s\n%.*s\n", subject->name, expected->kind,
			gwt_verdict_word(comparison.verdict), level ? level : "none", (int)mutant.len,
			mutant.ptr);
	}
	gwt_arena_reset(subject->arena);
}

/* Where the value of Content-Length is in the head; false when there is none. */
static bool find_length(struct gwt_span head, size_t *from, size_t *to)
{
	for (size_t at = 0; at < head.len;) {
		struct gwt_span line = gwt_span_slice(head, at, head.len);
		size_t colon;

		line.len = gwt_span_find_span(line, GWT_SPAN("\r\n"));
		colon = gwt_span_find(line, ':');
		if (gwt_span_iis(gwt_span_slice(line, 0, colon), "content-length")) {
			struct gwt_span value = gwt_span_trim(gwt_span_slice(line, colon + 1, line.len));

			*from = (size_t)(value.ptr - head.ptr);
			*to = *from + value.len;
			return true;
		}
		at += line.len + 2;
	}
	return false;
}

/* The bytes with a Content-Length for a body of `body_bytes`. */
static struct gwt_span with_length(struct gwt_subject *subject, struct gwt_span bytes, size_t body_bytes)
{
	struct gwt_span head = gwt_span_slice(bytes, 0, bytes.len - body_bytes);
	size_t from, to;

	if (!find_length(head, &from, &to))
		return bytes;
	return gwt_arena_printf(subject->arena, GWT_SPAN_FMT "%zu" GWT_SPAN_FMT,
				GWT_SPAN_ARG(gwt_span_slice(bytes, 0, from)), body_bytes,
				GWT_SPAN_ARG(gwt_span_slice(bytes, to, bytes.len)));
}

static struct gwt_span three(struct gwt_arena *arena, struct gwt_span a, struct gwt_span b, struct gwt_span c)
{
	char *all = gwt_arena_bytes(arena, a.len + b.len + c.len);

	memcpy(all, a.ptr, a.len);
	if (b.len)
		memcpy(all + a.len, b.ptr, b.len);
	memcpy(all + a.len + b.len, c.ptr, c.len);
	return (struct gwt_span){ all, a.len + b.len + c.len };
}

void gwt_mutate(struct gwt_subject *subject, size_t from, size_t to, struct gwt_span text,
		const struct gwt_expected *expected)
{
	struct gwt_span raw = subject->raw;
	struct gwt_span mutant =
		three(subject->arena, gwt_span_slice(raw, 0, from), text, gwt_span_slice(raw, to, raw.len));

	if (from >= subject->body_at)
		mutant = with_length(subject, mutant, mutant.len - subject->body_at);
	judge(subject, mutant, expected);
}

void gwt_mutate_swap(struct gwt_subject *subject, size_t a, size_t a_end, size_t b, size_t b_end,
		     const struct gwt_expected *expected)
{
	struct gwt_span raw = subject->raw;
	struct gwt_span text = three(subject->arena, gwt_span_slice(raw, b, b_end),
				     gwt_span_slice(raw, a_end, b), gwt_span_slice(raw, a, a_end));

	gwt_mutate(subject, a, b_end, text, expected);
}

static char neighbour(char c)
{
	if (c == 'z' || c == 'Z')
		return (char)(c - 25);
	return c == '9' ? '8' : (char)(c + 1);
}

void gwt_mutate_each(struct gwt_subject *subject, size_t from, size_t to, const struct gwt_expected *expected)
{
	if (!subject->every_byte || from >= to || memchr(subject->raw.ptr + from, '\\', to - from))
		return;
	for (size_t i = from; i < to; i++) {
		char changed = neighbour(subject->raw.ptr[i]);

		if (isalnum((unsigned char)subject->raw.ptr[i]))
			gwt_mutate(subject, i, i + 1, (struct gwt_span){ &changed, 1 }, expected);
	}
}
