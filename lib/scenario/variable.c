#include "lib/scenario/variable.h"

#include "lib/base/error.h"
#include "lib/base/span.h"

/* Programs write these when they have lost an id. */
static const char *const lost[] = { "undefined", "null", "None", "nil", "NaN" };

static bool takes_id(struct gwt_span value)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-')
			return false;
	}
	for (size_t i = 0; i < GWT_LEN(lost); i++)
		if (gwt_span_is(value, lost[i]))
			return false;
	return value.len > 0 && value.len <= GWT_VARIABLE_ID_BYTES;
}

static bool takes_account(struct gwt_span value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.ptr[i] < '0' || value.ptr[i] > '9')
			return false;
	return value.len == 12;
}

static bool all_between(struct gwt_span text, char first, char last)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < first || text.ptr[i] > last)
			return false;
	return text.len > 0;
}

/* us-east-1, us-gov-west-1: words of small letters, then a number. */
static bool takes_region(struct gwt_span value)
{
	struct gwt_span rest = value;
	size_t words = 0;

	if (value.len > GWT_VARIABLE_ID_BYTES)
		return false;
	while (rest.ptr) {
		struct gwt_span word = gwt_span_cut(&rest, '-');

		if (!all_between(word, rest.ptr ? 'a' : '0', rest.ptr ? 'z' : '9'))
			return false;
		words++;
	}
	return words >= 3;
}

static bool takes_text(struct gwt_span value)
{
	return value.ptr != NULL;
}

static const struct type {
	const char *word;
	bool id;
	bool (*takes)(struct gwt_span value);
	const char *wants;
} types[] = {
	{ "rest-api-id", true, takes_id, "an id of letters, digits, '-' and '_'" },
	{ "resource-id", true, takes_id, "an id of letters, digits, '-' and '_'" },
	{ "vpc-link-id", true, takes_id, "an id of letters, digits, '-' and '_'" },
	{ "id", true, takes_id, "an id of letters, digits, '-' and '_'" },
	{ "account-id", false, takes_account, "twelve digits" },
	{ "region", false, takes_region, "the name of a region, such as us-east-1" },
	{ "timestamp", false, takes_text, "a time" },
	{ "text", false, takes_text, "a text" },
};

static const struct type *find_type(struct gwt_span word)
{
	for (size_t i = 0; i < GWT_LEN(types); i++)
		if (gwt_span_is(word, types[i].word))
			return &types[i];
	return NULL;
}

bool gwt_variable_type_is_known(struct gwt_span type)
{
	return find_type(type) != NULL;
}

bool gwt_variable_type_is_id(struct gwt_span type)
{
	const struct type *known = find_type(type);

	return known && known->id;
}

bool gwt_variable_takes(struct gwt_span type, struct gwt_span value)
{
	const struct type *known = find_type(type);

	return known ? known->takes(value) : takes_text(value);
}

const char *gwt_variable_wants(struct gwt_span type)
{
	const struct type *known = find_type(type);

	return known ? known->wants : "a text";
}

static const struct {
	const char *name, *type;
} names[] = {
	{ "restApiId", "rest-api-id" }, { "resourceId", "resource-id" }, { "parentId", "resource-id" },
	{ "vpcLinkId", "vpc-link-id" }, { "accountId", "account-id" },   { "region", "region" },
};

const char *gwt_variable_type(struct gwt_span name)
{
	/* resourceId2 has the type of resourceId */
	while (name.len && name.ptr[name.len - 1] >= '0' && name.ptr[name.len - 1] <= '9')
		name.len--;
	for (size_t i = 0; i < GWT_LEN(names); i++)
		if (gwt_span_is(name, names[i].name))
			return names[i].type;
	/* an id of any kind, such as deploymentId */
	return gwt_span_ends(name, GWT_SPAN("Id")) ? "id" : "text";
}

struct gwt_span gwt_variable_declared_type(const struct gwt_json *declared, struct gwt_span name)
{
	struct gwt_span type = gwt_json_get_text(gwt_json_get_span(declared, name), "type");

	return type.ptr ? type : gwt_span_of(gwt_variable_type(name));
}

struct gwt_span gwt_variable_default(const struct gwt_json *declared, struct gwt_span name)
{
	const struct gwt_json *value = gwt_json_get_span(declared, name);

	if (gwt_json_is(value, GWT_JSON_OBJECT))
		return gwt_json_get_text(value, "default");
	return gwt_json_is(value, GWT_JSON_STRING) ? value->text : GWT_ABSENT;
}
