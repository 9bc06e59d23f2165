/*
 * compare.c - decides on bytes which level holds, then explains.
 */
#include "lib/contract/compare.h"

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/contract/difference.h"
#include "lib/contract/header_rules.h"
#include "lib/contract/parts.h"
#include "lib/model/model.h"
#include "lib/sigv4/authorization.h"
#include "lib/sigv4/shown.h"

/* A difference between two texts, either of which may be absent. */
static void add_texts(const struct gwt_sides *sides, enum gwt_verdict verdict, struct gwt_span at,
		      struct gwt_span expected, struct gwt_span got)
{
	struct gwt_difference *d = gwt_comparison_add(sides->out, sides->arena, verdict, at);

	d->expected = expected.ptr ? gwt_bytes_as_json(sides->arena, expected) : NULL;
	d->got = got.ptr ? gwt_bytes_as_json(sides->arena, got) : NULL;
}

static void compare_texts(const struct gwt_sides *sides, enum gwt_verdict verdict, const char *at,
			  struct gwt_span expected, struct gwt_span got)
{
	if (!gwt_span_eq(expected, got))
		add_texts(sides, verdict, gwt_span_of(at), expected, got);
}

/* A received part that differs is shown only when it has the form of its place: it may be a secret. */
static void compare_scope_part(const struct gwt_sides *sides, const char *at, struct gwt_span expected,
			       struct gwt_span got)
{
	if (!gwt_span_eq(expected, got))
		compare_texts(sides, GWT_VERDICT_WRONG_SCOPE, at, expected,
			      gwt_sigv4_shown(GWT_SHOWN_WORD, got));
}

static void compare_scope(const struct gwt_sides *sides, const struct gwt_compare_options *options)
{
	struct gwt_scope expected = sides->expected_claim.scope, got = sides->got_claim.scope;

	if (options->unsigned_has_no_scope && !sides->got_claim.present)
		return;
	if (options->region.ptr)
		expected.region = options->region;
	if (options->service.ptr)
		expected.service = options->service;
	if (expected.region.ptr && !options->any_region)
		compare_scope_part(sides, "scope.region", expected.region, got.region);
	if (expected.service.ptr)
		compare_scope_part(sides, "scope.service", expected.service, got.service);
}

static struct gwt_span path_of(const struct gwt_request *request, struct gwt_arena *arena)
{
	struct gwt_span path;
	struct gwt_buf buf;

	gwt_buf_init(&buf, SIZE_MAX);
	gwt_contract_add_path(&buf, request->path);
	path = gwt_arena_copy(arena, gwt_buf_span(&buf));
	gwt_buf_release(&buf);
	return path;
}

/* All values of the name at *i, joined as in the query; moves *i after them. */
static struct gwt_span values_at(const struct gwt_named_list *list, size_t *i, struct gwt_arena *arena)
{
	struct gwt_span name = list->items[*i].name, all = list->items[(*i)++].value;

	for (; *i < list->len && gwt_span_eq(list->items[*i].name, name); ++*i)
		all = gwt_arena_printf(arena, GWT_SPAN_FMT "&" GWT_SPAN_FMT, GWT_SPAN_ARG(all),
				       GWT_SPAN_ARG(list->items[*i].value));
	return all;
}

struct pair_verdicts {
	enum gwt_verdict missing, extra, wrong;
};

/* Two sorted lists, name by name. */
static void compare_named(const struct gwt_sides *sides, const struct gwt_named_list *a,
			  const struct gwt_named_list *b, struct pair_verdicts verdicts)
{
	for (size_t i = 0, j = 0; i < a->len || j < b->len;) {
		int order = i == a->len   ? 1
			    : j == b->len ? -1
					  : gwt_span_cmp(a->items[i].name, b->items[j].name);
		struct gwt_span name = order <= 0 ? a->items[i].name : b->items[j].name;
		struct gwt_span expected = { NULL, 0 }, got = { NULL, 0 };

		if (!name.len)
			name = GWT_SPAN("query"); /* the query is "?=x"; a header always has a name */
		if (order <= 0)
			expected = values_at(a, &i, sides->arena);
		if (order >= 0)
			got = values_at(b, &j, sides->arena);
		if (order < 0)
			add_texts(sides, verdicts.missing, name, expected, got);
		else if (order > 0)
			add_texts(sides, verdicts.extra, name, expected, got);
		else if (!gwt_span_eq(expected, got))
			add_texts(sides, verdicts.wrong, name, expected, got);
	}
}

static void compare_query(const struct gwt_sides *sides)
{
	static const struct pair_verdicts verdicts = { GWT_VERDICT_WRONG_QUERY, GWT_VERDICT_WRONG_QUERY,
						       GWT_VERDICT_WRONG_QUERY };
	struct gwt_named_list a, b;

	gwt_contract_query(sides->expected->query, sides->arena, &a);
	gwt_contract_query(sides->got->query, sides->arena, &b);
	compare_named(sides, &a, &b, verdicts);
}

/*
 * Content-Type is compared when either side has a body, so that a lost body is not reported as a lost header.
 */
static void compare_headers(const struct gwt_sides *sides)
{
	static const struct pair_verdicts verdicts = { GWT_VERDICT_MISSING_HEADER, GWT_VERDICT_EXTRA_HEADER,
						       GWT_VERDICT_WRONG_HEADER };
	bool has_body = sides->expected->body.len || sides->got->body.len;
	struct gwt_named_list a, b;

	gwt_contract_headers(&sides->expected->headers, has_body, sides->arena, &a);
	gwt_contract_headers(&sides->got->headers, has_body, sides->arena, &b);
	compare_named(sides, &a, &b, verdicts);
}

/* The contract bytes differ, but no part of them shows it: this must not pass. */
static void add_unexplained(const struct gwt_sides *sides)
{
	add_texts(sides, GWT_VERDICT_WRONG_VALUE, GWT_SPAN(""), sides->expected_contract->bytes,
		  sides->got_contract->bytes);
}

/* Everything but the scope that makes the contract bytes differ, in the order in which verdicts count. */
static void explain(const struct gwt_sides *sides)
{
	struct gwt_comparison body = { 0 };
	struct gwt_sides body_sides = *sides;
	size_t before = sides->out->len;
	bool bad_json;

	body_sides.out = &body;
	gwt_compare_bodies(&body_sides);
	bad_json = body.len && body.differences[0].verdict == GWT_VERDICT_BAD_JSON;
	if (bad_json)
		*gwt_comparison_add(sides->out, sides->arena, GWT_VERDICT_BAD_JSON, GWT_SPAN("")) =
			body.differences[0];
	compare_texts(sides, GWT_VERDICT_WRONG_METHOD, "method", sides->expected->method, sides->got->method);
	compare_texts(sides, GWT_VERDICT_WRONG_PATH, "path", path_of(sides->expected, sides->arena),
		      path_of(sides->got, sides->arena));
	compare_query(sides);
	compare_headers(sides);
	for (size_t i = bad_json; i < body.len; i++)
		*gwt_comparison_add(sides->out, sides->arena, body.differences[i].verdict,
				    body.differences[i].at) = body.differences[i];
	sides->out->left_out += body.left_out;
	if (sides->out->len == before)
		add_unexplained(sides);
}

enum same { SAME, DIFFERENT, UNSURE };

/* The only field called `name`; NULL when there is none or more than one. */
static const struct gwt_header *only_field(const struct gwt_headers *headers, struct gwt_span name)
{
	const struct gwt_header *found = NULL;

	for (size_t i = 0; i < headers->len; i++) {
		if (!gwt_span_ieq(headers->items[i].name, name))
			continue;
		if (found)
			return NULL;
		found = &headers->items[i];
	}
	return found;
}

static enum same same_signed_header(const struct gwt_sides *sides, struct gwt_span name)
{
	const struct gwt_header *a = only_field(&sides->expected->headers, name);
	const struct gwt_header *b = only_field(&sides->got->headers, name);

	if (a && b && (gwt_span_eq(a->value, b->value) || gwt_header_is_volatile(name)))
		return SAME;
	return UNSURE;
}

/*
 * Whether the signed bytes are equal, given that the contract bytes are. It is found without writing them,
 * which is enough for most matched requests; after UNSURE the bytes must be compared.
 */
static enum same compare_signed(const struct gwt_sides *sides)
{
	struct gwt_span names = sides->expected_claim.signed_headers;
	enum same same = SAME;

	if (!gwt_span_eq(sides->expected->body, sides->got->body))
		return DIFFERENT;
	if (!gwt_span_eq(names, sides->got_claim.signed_headers))
		return DIFFERENT;
	if (!gwt_span_eq(sides->expected->path, sides->got->path) ||
	    !gwt_span_eq(sides->expected->query, sides->got->query))
		return UNSURE;
	while (names.len && same == SAME)
		same = same_signed_header(sides, gwt_span_cut(&names, ';'));
	return same;
}

static bool signed_holds(const struct gwt_sides *sides)
{
	enum same same = compare_signed(sides);
	bool no_token = same != SAME && gwt_only_one_has_token(sides->expected, sides->got, sides->arena);

	return same == SAME || ((same == UNSURE || no_token) &&
				gwt_span_eq(gwt_signed_form(sides->expected, no_token, sides->arena),
					    gwt_signed_form(sides->got, no_token, sides->arena)));
}

static bool wire_holds(const struct gwt_sides *sides)
{
	if (!sides->expected->head.ptr || !sides->got->head.ptr)
		return false;
	return gwt_span_eq(gwt_wire_bytes(sides->expected, sides->arena),
			   gwt_wire_bytes(sides->got, sides->arena));
}

/* The API's name of the body member at a place; NULL when the member has that name on the wire, too. */
static const char *api_name(const struct gwt_operation *operation, struct gwt_span at)
{
	struct gwt_span wire = gwt_span_slice(at, 1, at.len);
	const struct gwt_member *member;

	if (!gwt_span_starts(at, GWT_SPAN("/")))
		return NULL;
	wire = gwt_span_cut(&wire, '/');
	member = gwt_member_wired(operation->input, GWT_PLACE_BODY, wire);
	return member && !gwt_span_is(wire, member->name) ? member->name : NULL;
}

static void name_members(const struct gwt_sides *sides)
{
	struct gwt_comparison *out = sides->out;
	struct gwt_route route;

	if (!out->len || !gwt_route_find(sides->expected->method, sides->expected->path, &route))
		return;
	for (size_t i = 0; i < out->len; i++)
		out->differences[i].name = api_name(route.operation, out->differences[i].at);
}

static void settle_equal(const struct gwt_sides *sides)
{
	struct gwt_comparison *out = sides->out;

	gwt_compare_spelling(sides);
	name_members(sides);
	out->verdict = out->len ? out->differences[0].verdict : GWT_VERDICT_MATCH;
	out->level = GWT_LEVEL_CONTRACT;
	if (signed_holds(sides))
		out->level = wire_holds(sides) ? GWT_LEVEL_WIRE : GWT_LEVEL_SIGNED;
}

static void settle_unequal(const struct gwt_sides *sides)
{
	struct gwt_comparison *out = sides->out;

	name_members(sides);
	out->level = gwt_mark_same_effect(sides) ? GWT_LEVEL_EFFECT : GWT_LEVEL_NONE;
	out->verdict = out->differences[0].verdict;
}

void gwt_compare_made(const struct gwt_request *expected, const struct gwt_contract *expected_contract,
		      const struct gwt_request *got, const struct gwt_contract *got_contract,
		      const struct gwt_compare_options *options, struct gwt_arena *arena,
		      struct gwt_comparison *out)
{
	struct gwt_contract made[2];
	struct gwt_sides sides = {
		.expected = expected,
		.got = got,
		.expected_contract = expected_contract,
		.got_contract = got_contract,
		.arena = arena,
		.out = out,
	};
	bool equal;

	*out = (struct gwt_comparison){ 0 };
	if (!expected_contract) {
		gwt_contract_make(expected, arena, &made[0]);
		sides.expected_contract = &made[0];
	}
	if (!got_contract) {
		gwt_contract_make(got, arena, &made[1]);
		sides.got_contract = &made[1];
	}
	gwt_authorization_read(expected, arena, &sides.expected_claim, NULL);
	gwt_authorization_read(got, arena, &sides.got_claim, NULL);
	equal = gwt_span_eq(sides.expected_contract->bytes, sides.got_contract->bytes);
	compare_scope(&sides, options);
	if (!equal)
		explain(&sides);
	if (out->len)
		settle_unequal(&sides);
	else
		settle_equal(&sides);
}

void gwt_compare(const struct gwt_request *expected, const struct gwt_request *got,
		 const struct gwt_compare_options *options, struct gwt_arena *arena,
		 struct gwt_comparison *out)
{
	gwt_compare_made(expected, NULL, got, NULL, options, arena, out);
}
