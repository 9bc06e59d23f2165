/*
 * effect.c - members that make no difference to AWS.
 *
 * Level `effect`: a member is absent on one side and, on the other, has the value
 * that AWS would have put in, or is one that AWS drops for the integration's type.
 * Source: recordings of AWS since 2023, "Integration defaults AWS adds, by type"
 * (docs/contract-bytes.md), and what Terraform always sends.
 */
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/contract/difference.h"
#include "lib/model/model.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"

enum {
	MOCK = 1 << 0,
	HTTP = 1 << 1,
	HTTP_PROXY = 1 << 2,
	AWS = 1 << 3,
	AWS_PROXY = 1 << 4,
	ALL = MOCK | HTTP | HTTP_PROXY | AWS | AWS_PROXY,
};

static const struct {
	const char *word;
	unsigned type;
} types[] = {
	{ "MOCK", MOCK }, { "HTTP", HTTP },           { "HTTP_PROXY", HTTP_PROXY },
	{ "AWS", AWS },   { "AWS_PROXY", AWS_PROXY },
};

static const struct effect_row {
	const char *pointer;
	unsigned types;
	const char *value; /* the default, as canonical JSON; NULL: AWS drops the member, whatever its text */
	const char *label; /* or: the default is the value of this path label, as a string */
} rows[] = {
	{ "/passthroughBehavior", ALL, "\"WHEN_NO_MATCH\"", NULL },
	{ "/timeoutInMillis", ALL, "29000", NULL },
	{ "/cacheNamespace", ALL, NULL, "resourceId" },
	{ "/cacheKeyParameters", ALL, "[]", NULL },
	/* the default of HTTP and HTTP_PROXY; answers for the other types never have it */
	{ "/connectionType", ALL, "\"INTERNET\"", NULL },
	{ "/tlsConfig/insecureSkipVerification", ALL, "false", NULL },
	{ "/uri", MOCK, NULL, NULL },
	{ "/httpMethod", MOCK, NULL, NULL },
};

static unsigned type_of(const struct gwt_json *body)
{
	struct gwt_span word = gwt_json_get_text(body, "type");

	for (size_t i = 0; i < GWT_LEN(types); i++)
		if (gwt_span_is(word, types[i].word))
			return types[i].type;
	return 0;
}

static bool is_label(const struct gwt_json *value, const struct gwt_route *route, const char *member)
{
	struct gwt_buf decoded;
	bool same = false;

	gwt_buf_init(&decoded, SIZE_MAX);
	for (size_t i = 0; i < route->len; i++) {
		if (!route->members[i] || strcmp(route->members[i]->name, member) != 0)
			continue;
		gwt_buf_clear(&decoded);
		gwt_uri_decode(&decoded, route->labels[i]);
		same = value->type == GWT_JSON_STRING && gwt_span_eq(value->text, gwt_buf_span(&decoded));
	}
	gwt_buf_release(&decoded);
	return same;
}

static bool is_value(const struct gwt_json *value, const char *text, struct gwt_arena *arena)
{
	struct gwt_json *expected;

	return gwt_json_parse(arena, gwt_span_of(text), &expected, NULL) && gwt_json_equal(value, expected);
}

/* AWS reads a member before it drops it, and refuses one of another JSON type. */
static bool is_of_its_type(const struct gwt_json *value, const struct gwt_route *route, const char *pointer)
{
	const struct gwt_member *member =
		gwt_member_wired(route->operation->input, GWT_PLACE_BODY, gwt_span_of(pointer + 1));

	return member && member->shape == GWT_SHAPE_STRING && value->type == GWT_JSON_STRING;
}

static bool row_fits(const struct effect_row *row, const struct gwt_json *value,
		     const struct gwt_route *route, struct gwt_arena *arena)
{
	if (row->label)
		return is_label(value, route, row->label);
	return row->value ? is_value(value, row->value, arena) : is_of_its_type(value, route, row->pointer);
}

static bool has_same_effect(const struct gwt_difference *d, unsigned type, const struct gwt_route *route,
			    struct gwt_arena *arena)
{
	const struct gwt_json *value = d->expected ? d->expected : d->got;

	if (d->verdict != GWT_VERDICT_EXTRA_FIELD && d->verdict != GWT_VERDICT_MISSING_FIELD)
		return false;
	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if ((rows[i].types & type) && gwt_span_is(d->at, rows[i].pointer))
			return row_fits(&rows[i], value, route, arena);
	return false;
}

bool gwt_mark_same_effect(const struct gwt_sides *sides)
{
	const struct gwt_json *expected = sides->expected_contract->json, *got = sides->got_contract->json;
	struct gwt_comparison *out = sides->out;
	unsigned type = type_of(expected);
	struct gwt_route route;
	size_t same = 0;

	if (!type || type != type_of(got))
		return false;
	if (!gwt_route_find(sides->got->method, sides->got->path, &route) ||
	    strcmp(route.operation->name, "PutIntegration") != 0)
		return false;
	for (size_t i = 0; i < out->len; i++) {
		out->differences[i].same_effect =
			has_same_effect(&out->differences[i], type, &route, sides->arena);
		same += out->differences[i].same_effect;
	}
	return same > 0 && same == out->len && !out->left_out;
}
