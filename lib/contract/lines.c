/*
 * lines.c - which line makes a strict level fail.
 *
 * The levels `signed` and `wire` hold or fail on bytes (levels.c). Where one fails for more than how a body
 * is spelled, the first line of its form that differs is what a reader wants to see.
 */
#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/contract/canonical.h"
#include "lib/contract/compare.h"
#include "lib/contract/difference.h"

/* A form, read line by line. */
struct form {
	struct gwt_span rest; /* the text after the current line */
	struct gwt_span line; /* without its line end */
	bool done;
};

static struct gwt_span next_line(struct gwt_span *rest)
{
	struct gwt_span line = gwt_span_cut(rest, '\n');

	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

static void step(struct form *form)
{
	form->done = !form->rest.ptr;
	form->line = form->done ? GWT_ABSENT : next_line(&form->rest);
}

static struct gwt_span name_of(struct gwt_span line)
{
	return gwt_span_slice(line, 0, gwt_span_find(line, ':'));
}

/* Whether one of the header lines, from the current one on, has this name. */
static bool has_name(const struct form *form, struct gwt_span name)
{
	struct gwt_span rest = form->rest, line = form->line;

	for (; line.len; line = next_line(&rest)) /* an empty line ends the headers */
		if (gwt_span_ieq(name_of(line), name))
			return true;
	return false;
}

static struct gwt_span lower_case(struct gwt_arena *arena, struct gwt_span name)
{
	char *out = gwt_arena_bytes(arena, name.len + 1);

	for (size_t i = 0; i < name.len; i++)
		out[i] = name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? (char)(name.ptr[i] + ('a' - 'A'))
								  : name.ptr[i];
	return (struct gwt_span){ out, name.len };
}

/* The verdict and the place of a line that differs. The sides are whole lines, or absent. */
struct finding {
	enum gwt_verdict verdict;
	struct gwt_span at, expected, got;
};

static void find_header(const struct form *a, const struct form *b, struct gwt_arena *arena,
			struct finding *out)
{
	struct gwt_span expected = name_of(a->line), got = name_of(b->line);

	*out = (struct finding){ GWT_VERDICT_WRONG_HEADER, expected, a->line, b->line };
	if (a->line.len && !has_name(b, expected)) {
		out->verdict = GWT_VERDICT_MISSING_HEADER;
		out->got = GWT_ABSENT;
	} else if (b->line.len && !has_name(a, got)) {
		out->verdict = GWT_VERDICT_EXTRA_HEADER;
		out->at = got;
		out->expected = GWT_ABSENT;
	} else if (!a->line.len) {
		out->at = got;
	}
	out->at = lower_case(arena, out->at);
}

/* The first line of a head; the methods are equal. */
static void find_request_line(const struct form *a, const struct form *b, struct finding *out)
{
	struct gwt_span expected = a->line, got = b->line;

	*out = (struct finding){ GWT_VERDICT_WRONG_PATH, GWT_SPAN("request-line"), a->line, b->line };
	gwt_span_cut(&expected, ' ');
	gwt_span_cut(&got, ' ');
	expected = gwt_span_cut(&expected, ' ');
	got = gwt_span_cut(&got, ' ');
	if (gwt_span_eq(expected, got))
		out->verdict = GWT_VERDICT_WRONG_VALUE; /* the HTTP version differs */
	else if (gwt_span_eq(gwt_span_cut(&expected, '?'), gwt_span_cut(&got, '?')))
		out->verdict = GWT_VERDICT_WRONG_QUERY;
}

/* Method, path and query of a canonical request. */
static void find_target(const struct form *a, const struct form *b, size_t line, struct finding *out)
{
	static const struct {
		enum gwt_verdict verdict;
		const char *at;
	} lines[] = {
		{ GWT_VERDICT_WRONG_METHOD, "method" },
		{ GWT_VERDICT_WRONG_PATH, "path" },
		{ GWT_VERDICT_WRONG_QUERY, "query" },
	};

	*out = (struct finding){ lines[line - 1].verdict, gwt_span_of(lines[line - 1].at), a->line, b->line };
}

static const struct gwt_json *as_json(struct gwt_arena *arena, struct gwt_span line)
{
	return line.ptr ? gwt_bytes_as_json(arena, line) : NULL;
}

static void add(const struct gwt_sides *sides, enum gwt_level level, size_t line,
		const struct finding *finding)
{
	struct gwt_difference *d =
		gwt_comparison_add(sides->out, sides->arena, finding->verdict, finding->at);

	d->expected = as_json(sides->arena, finding->expected);
	d->got = as_json(sides->arena, finding->got);
	d->level = level;
	d->line = line;
}

/* After the head only the framing of the body can differ: the spelling of values was reported before. */
static void add_body(const struct gwt_sides *sides, enum gwt_level level, size_t line, const struct form *a,
		     const struct form *b)
{
	struct finding finding = { GWT_VERDICT_WRONG_VALUE, GWT_SPAN("body"), a->line, b->line };

	if (!sides->out->len)
		add(sides, level, line, &finding);
}

static void find_line(const struct gwt_sides *sides, enum gwt_level level, struct gwt_span expected,
		      struct gwt_span got)
{
	struct form a = { .rest = expected }, b = { .rest = got };
	size_t target_lines = level == GWT_LEVEL_WIRE ? 1 : 3;
	bool in_head = true;
	struct finding finding;

	for (size_t line = 1;; line++) {
		step(&a);
		step(&b);
		if (a.done && b.done)
			return;
		if (gwt_span_eq(a.line, b.line) && a.done == b.done) {
			in_head = in_head && (line <= target_lines || a.line.len);
			continue;
		}
		if (!in_head) {
			add_body(sides, level, line, &a, &b);
			return;
		}
		if (line <= target_lines && level == GWT_LEVEL_WIRE)
			find_request_line(&a, &b, &finding);
		else if (line <= target_lines)
			find_target(&a, &b, line, &finding);
		else
			find_header(&a, &b, sides->arena, &finding);
		add(sides, level, line, &finding);
		return;
	}
}

void gwt_compare_explain(const struct gwt_request *expected, const struct gwt_request *got,
			 enum gwt_level wanted, struct gwt_arena *arena, struct gwt_comparison *out)
{
	struct gwt_sides sides = { .expected = expected, .got = got, .arena = arena, .out = out };

	if (out->level < GWT_LEVEL_CONTRACT || out->level >= wanted)
		return;
	if (out->level < GWT_LEVEL_SIGNED) {
		bool no_token = gwt_only_one_has_token(expected, got, arena);

		find_line(&sides, GWT_LEVEL_SIGNED, gwt_signed_form(expected, no_token, arena),
			  gwt_signed_form(got, no_token, arena));
	} else if (expected->head.ptr && got->head.ptr) {
		find_line(&sides, GWT_LEVEL_WIRE, gwt_wire_bytes(expected, arena),
			  gwt_wire_bytes(got, arena));
	}
}
