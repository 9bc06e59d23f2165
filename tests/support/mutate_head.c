/*
 * mutate_head.c - every change of method, labels, query, headers and scope, and what it
 * must be called or to which level it must lead.
 */
#include <ctype.h>

#include "tests/support/mutate.h"

static void edit(struct gwt_subject *s, size_t from, size_t to, struct gwt_span text, const char *kind,
		 uint64_t verdicts, enum gwt_level level)
{
	struct gwt_expected expected = { kind, verdicts, level, { NULL, 0 } };

	gwt_mutate(s, from, to, text, &expected);
}

static size_t offset_of(const struct gwt_subject *s, struct gwt_span view)
{
	return (size_t)(view.ptr - s->raw.ptr);
}

static bool in_escape(struct gwt_span s, size_t i)
{
	return s.ptr[i] == '%' || (i > 0 && s.ptr[i - 1] == '%') || (i > 1 && s.ptr[i - 2] == '%');
}

/* Another spelling of the same label, then another label. */
static void change_label(struct gwt_subject *s, struct gwt_span label)
{
	size_t at = offset_of(s, label);
	struct gwt_expected letter = { "label letter", GWT_IS(WRONG_PATH), GWT_LEVEL_NONE,
				       GWT_SPAN_INIT("path") };

	edit(s, at, at, GWT_SPAN("x"), "label longer", GWT_IS(WRONG_PATH), GWT_LEVEL_NONE);
	edit(s, at, at, GWT_SPAN("%2F"), "label slash", GWT_IS(WRONG_PATH), GWT_LEVEL_NONE);
	edit(s, at, at, GWT_SPAN("x/"), "label more", GWT_IS(WRONG_PATH), GWT_LEVEL_NONE);
	gwt_mutate_each(s, at, at + label.len, &letter);
	for (size_t i = 0; i < label.len; i++) {
		char c = label.ptr[i], other = (char)(c ^ 0x20);

		if (in_escape(label, i) || !isalnum((unsigned char)c))
			continue;
		edit(s, at + i, at + i + 1, gwt_arena_printf(s->arena, "%%%02X", c), "label escape",
		     GWT_IS(MATCH), GWT_LEVEL_CONTRACT);
		if (isalpha((unsigned char)c))
			edit(s, at + i, at + i + 1, (struct gwt_span){ &other, 1 }, "label case",
			     GWT_IS(WRONG_PATH), GWT_LEVEL_NONE);
		return;
	}
}

static void change_path(struct gwt_subject *s)
{
	struct gwt_span rest = s->request.path, before = gwt_span_cut(&rest, '/');
	size_t end = offset_of(s, s->request.path) + s->request.path.len;

	while (rest.ptr) {
		struct gwt_span label = gwt_span_cut(&rest, '/');
		size_t at = offset_of(s, label);
		struct gwt_expected swap = {
			"label reorder", GWT_IS(WRONG_PATH), GWT_LEVEL_NONE, { NULL, 0 }
		};

		change_label(s, label);
		if (s->request.path.len > label.len + 1)
			edit(s, at - 1, at + label.len, GWT_SPAN(""), "label drop", GWT_IS(WRONG_PATH),
			     GWT_LEVEL_NONE);
		if (before.len && !gwt_span_eq(before, label))
			gwt_mutate_swap(s, offset_of(s, before), offset_of(s, before) + before.len, at,
					at + label.len, &swap);
		before = label;
	}
	edit(s, end, end, GWT_SPAN("/"), "trailing slash", GWT_IS(WRONG_PATH), GWT_LEVEL_NONE);
}

static void change_query(struct gwt_subject *s)
{
	size_t end = offset_of(s, s->request.target) + s->request.target.len;
	struct gwt_span rest = s->request.query;

	edit(s, end, end, rest.ptr ? GWT_SPAN("&mutant") : GWT_SPAN("?mutant"), "parameter add",
	     GWT_IS(WRONG_QUERY), GWT_LEVEL_NONE);
	while (rest.ptr) {
		struct gwt_span pair = gwt_span_cut(&rest, '&');
		size_t at = offset_of(s, pair), pair_end = at + pair.len;

		edit(s, at, at, GWT_SPAN("x"), "parameter rename", GWT_IS(WRONG_QUERY), GWT_LEVEL_NONE);
		edit(s, pair_end, pair_end, GWT_SPAN("x"), "parameter value", GWT_IS(WRONG_QUERY),
		     GWT_LEVEL_NONE);
		edit(s, at, pair_end, GWT_SPAN(""), "parameter drop", GWT_IS(WRONG_QUERY), GWT_LEVEL_NONE);
		edit(s, at, at, gwt_arena_printf(s->arena, GWT_SPAN_FMT "&", GWT_SPAN_ARG(pair)),
		     "parameter twice", GWT_IS(WRONG_QUERY), GWT_LEVEL_NONE);
		if (rest.ptr) {
			struct gwt_span after = rest, next = gwt_span_cut(&after, '&');
			struct gwt_expected swap = {
				"parameter reorder", GWT_IS(MATCH), GWT_LEVEL_SIGNED, { NULL, 0 }
			};

			gwt_mutate_swap(s, at, pair_end, offset_of(s, next), offset_of(s, next) + next.len,
					&swap);
		}
	}
}

/* One header line in the raw head. */
struct line {
	size_t from, to; /* line break included */
	struct gwt_span name, value;
};

static size_t read_line(const struct gwt_subject *s, size_t at, struct line *out)
{
	struct gwt_span rest = gwt_span_slice(s->raw, at, s->body_at), text;
	size_t colon;

	text = gwt_span_slice(rest, 0, gwt_span_find_span(rest, GWT_SPAN("\r\n")));
	colon = gwt_span_find(text, ':');
	out->from = at;
	out->to = at + text.len + 2;
	out->name = gwt_span_slice(text, 0, colon);
	out->value = gwt_span_trim(gwt_span_slice(text, colon + 1, text.len));
	return text.len ? out->to : 0;
}

static bool is_signed(const struct gwt_subject *s, struct gwt_span name)
{
	struct gwt_span rest = gwt_headers_get(&s->request.headers, "authorization");
	size_t at = gwt_span_find_span(rest, GWT_SPAN("SignedHeaders="));

	rest = gwt_span_slice(rest, at + sizeof("SignedHeaders=") - 1, rest.len);
	rest = gwt_span_slice(rest, 0, gwt_span_find(rest, ','));
	while (rest.ptr)
		if (gwt_span_ieq(gwt_span_cut(&rest, ';'), name))
			return true;
	return false;
}

/* The names that level `wire` masks, copied from DESIGN and not from the code. */
static bool is_masked(struct gwt_span name)
{
	static const char *const rows[] = { "host",
					    "user-agent",
					    "x-amz-user-agent",
					    "amz-sdk-invocation-id",
					    "amz-sdk-request",
					    "x-amz-date",
					    "x-amz-security-token",
					    "authorization" };

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (gwt_span_iis(name, rows[i]))
			return true;
	return false;
}

static bool is_contract(const struct gwt_subject *s, struct gwt_span name)
{
	return gwt_span_iis(name, "accept") || gwt_span_iis(name, "x-amz-meta") ||
	       (s->request.body.len && gwt_span_iis(name, "content-type"));
}

/* Names that the parser needs unchanged. */
static bool is_framing(struct gwt_span name)
{
	return gwt_span_iis(name, "host") || gwt_span_iis(name, "content-length");
}

static void change_contract_header(struct gwt_subject *s, const struct line *line)
{
	size_t end = offset_of(s, line->value) + line->value.len;
	struct gwt_expected letter = { "header letter", GWT_IS(WRONG_HEADER), GWT_LEVEL_NONE, { NULL, 0 } };
	struct gwt_span whole = gwt_span_slice(s->raw, line->from, line->to);

	edit(s, line->from, line->to, GWT_SPAN(""), "header drop", GWT_IS(MISSING_HEADER), GWT_LEVEL_NONE);
	edit(s, line->from, line->from, GWT_SPAN("y"), "header rename", GWT_IS(MISSING_HEADER),
	     GWT_LEVEL_NONE);
	edit(s, line->from, line->from, whole, "header twice", GWT_IS(WRONG_HEADER), GWT_LEVEL_NONE);
	edit(s, end, end, GWT_SPAN(";x"), "header value", GWT_IS(WRONG_HEADER), GWT_LEVEL_NONE);
	gwt_mutate_each(s, end - line->value.len, end, &letter);
}

static void change_other_header(struct gwt_subject *s, const struct line *line)
{
	enum gwt_level without = is_signed(s, line->name) ? GWT_LEVEL_CONTRACT : GWT_LEVEL_SIGNED;
	size_t end = offset_of(s, line->value) + line->value.len;

	if (is_framing(line->name) || gwt_span_iis(line->name, "authorization"))
		return;
	edit(s, line->from, line->to, GWT_SPAN(""), "header drop", GWT_IS(MATCH), without);
	if (!is_masked(line->name))
		edit(s, end, end, GWT_SPAN("x"), "header value", GWT_IS(MATCH), GWT_LEVEL_SIGNED);
}

static void change_spelling(struct gwt_subject *s, const struct line *line)
{
	char other = (char)(line->name.ptr[0] ^ 0x20);
	size_t value = line->from + line->name.len + 1;

	edit(s, line->from, line->from + 1, (struct gwt_span){ &other, 1 }, "header case", GWT_IS(MATCH),
	     GWT_LEVEL_SIGNED);
	edit(s, value, value, GWT_SPAN(" "), "header space", GWT_IS(MATCH), GWT_LEVEL_SIGNED);
}

static void change_headers(struct gwt_subject *s)
{
	size_t at = gwt_span_find_span(s->raw, GWT_SPAN("\r\n")) + 2, next;
	struct gwt_expected swap = { "header reorder", GWT_IS(MATCH), GWT_LEVEL_SIGNED, { NULL, 0 } };
	struct line line, after;

	edit(s, at, at, GWT_SPAN("X-Amz-Mutant: 1\r\n"), "header add", GWT_IS(EXTRA_HEADER), GWT_LEVEL_NONE);
	edit(s, at, at, GWT_SPAN("X-Mutant: 1\r\n"), "header add", GWT_IS(MATCH), GWT_LEVEL_SIGNED);
	for (; (next = read_line(s, at, &line)) != 0; at = next) {
		change_spelling(s, &line);
		if (is_contract(s, line.name))
			change_contract_header(s, &line);
		else
			change_other_header(s, &line);
		if (read_line(s, next, &after))
			gwt_mutate_swap(s, line.from, line.to, after.from, after.to, &swap);
	}
}

static void change_scope(struct gwt_subject *s)
{
	struct gwt_span authorization = gwt_headers_get(&s->request.headers, "authorization");
	size_t at = offset_of(s, authorization), slash = 0;
	size_t names = at + gwt_span_find_span(authorization, GWT_SPAN("SignedHeaders=")) + 14;

	if (!authorization.ptr)
		return;
	for (size_t i = 0; i < authorization.len; i++)
		if (authorization.ptr[i] == '/' && (++slash == 2 || slash == 3))
			edit(s, at + i + 1, at + i + 1, GWT_SPAN("x"), "scope", GWT_IS(WRONG_SCOPE),
			     GWT_LEVEL_NONE);
	edit(s, names, names, GWT_SPAN("mutant;"), "signed names", GWT_IS(MATCH), GWT_LEVEL_CONTRACT);
}

void gwt_mutate_head(struct gwt_subject *s)
{
	size_t version = offset_of(s, s->request.target) + s->request.target.len + sizeof(" HTTP/1.") - 1;

	edit(s, s->request.method.len, s->request.method.len, GWT_SPAN("X"), "method", GWT_IS(WRONG_METHOD),
	     GWT_LEVEL_NONE);
	edit(s, version, version + 1, GWT_SPAN("0"), "version", GWT_IS(MATCH), GWT_LEVEL_SIGNED);
	change_path(s);
	change_query(s);
	change_headers(s);
	change_scope(s);
}
