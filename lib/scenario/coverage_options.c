/*
 * coverage_options.c - which class a value is in.
 */
#include "lib/scenario/coverage_options.h"

#include <assert.h>

#include "lib/base/error.h"
#include "lib/base/span.h"

typedef size_t (*classifier)(const struct gwt_put *put, const struct gwt_json *value);

static bool is_text(const struct gwt_json *value, const char *text)
{
	return gwt_json_is(value, GWT_JSON_STRING) && gwt_span_is(value->text, text);
}

static bool has(struct gwt_span text, const char *part)
{
	return gwt_span_find_span(text, gwt_span_of(part)) < text.len;
}

static bool starts(struct gwt_span text, const char *prefix)
{
	return gwt_span_starts(text, gwt_span_of(prefix));
}

/* The class of a text: `first` for the first of the words, and so on; `otherwise` for any other text. */
static size_t one_of(const struct gwt_json *value, const char *const *words, size_t first, size_t otherwise)
{
	if (!gwt_json_is(value, GWT_JSON_STRING))
		return GWT_NO_CLASS;
	for (size_t i = 0; words[i]; i++)
		if (gwt_span_is(value->text, words[i]))
			return first + i;
	return otherwise;
}

static size_t class_of_method(const struct gwt_put *put, const struct gwt_json *value)
{
	static const char *const words[] = { "GET", "POST", "ANY", "", NULL };
	static const char *const others[] = { "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", NULL };

	(void)put;
	if (one_of(value, others, 0, GWT_NO_CLASS) != GWT_NO_CLASS)
		return GWT_NO_CLASS;
	return one_of(value, words, 1, 5);
}

/* The last two parts of arn:PARTITION:apigateway:REGION:SERVICE:path|action/…. */
static bool integration_arn(struct gwt_span uri, struct gwt_span *service, struct gwt_span *resource)
{
	struct gwt_span rest = uri, part[5];

	for (size_t i = 0; i < GWT_LEN(part); i++)
		part[i] = gwt_span_cut(&rest, ':');
	*service = part[4];
	*resource = rest;
	return gwt_span_is(part[0], "arn") && gwt_span_is(part[2], "apigateway") && rest.ptr && part[4].len;
}

/* Whether a path parameter "{name}" is in the uri; "${name}" is not one. */
static bool has_parameter(struct gwt_span uri)
{
	for (size_t i = 0; i < uri.len; i++)
		if (uri.ptr[i] == '{' && (i == 0 || uri.ptr[i - 1] != '$') &&
		    gwt_span_find(gwt_span_slice(uri, i, uri.len), '}') < uri.len - i)
			return true;
	return false;
}

enum uri_class {
	URI_ABSENT,
	URI_HTTP,
	URI_HTTPS,
	URI_PARAMETER,
	URI_STAGE_VARIABLE,
	URI_LAMBDA,
	URI_PATH,
	URI_ACTION,
	URI_EMPTY,
	URI_MALFORMED,
};

static size_t class_of_uri(const struct gwt_put *put, const struct gwt_json *value)
{
	struct gwt_span uri = value->text, service, resource;
	bool http = starts(uri, "http://"), https = starts(uri, "https://"), arn;

	(void)put;
	if (value->type != GWT_JSON_STRING)
		return GWT_NO_CLASS;
	if (uri.len == 0)
		return URI_EMPTY;
	arn = integration_arn(uri, &service, &resource) &&
	      (starts(resource, "path/") || starts(resource, "action/"));
	if (!http && !https && !arn)
		return URI_MALFORMED;
	if (has(uri, "${stageVariables."))
		return URI_STAGE_VARIABLE;
	if (has_parameter(uri))
		return URI_PARAMETER;
	if (http || https)
		return https ? URI_HTTPS : URI_HTTP;
	if (gwt_span_is(service, "lambda") && has(resource, "/functions/"))
		return URI_LAMBDA;
	return starts(resource, "action/") ? URI_ACTION : URI_PATH;
}

static size_t class_of_connection_id(const struct gwt_put *put, const struct gwt_json *value)
{
	enum { ID = 1, STAGE_VARIABLE, EMPTY };

	(void)put;
	if (value->type != GWT_JSON_STRING)
		return GWT_NO_CLASS;
	if (value->text.len == 0)
		return EMPTY;
	return has(value->text, "${stageVariables.") ? STAGE_VARIABLE : ID;
}

static size_t class_of_credentials(const struct gwt_put *put, const struct gwt_json *value)
{
	enum { ROLE = 1, CALLER, EMPTY, MALFORMED };

	(void)put;
	if (value->type != GWT_JSON_STRING)
		return GWT_NO_CLASS;
	if (value->text.len == 0)
		return EMPTY;
	if (is_text(value, "arn:aws:iam::*:user/*"))
		return CALLER;
	return starts(value->text, "arn:") && has(value->text, ":iam::") && has(value->text, ":role/")
		       ? ROLE
		       : MALFORMED;
}

static bool is_mapping_key(struct gwt_span key)
{
	static const char *const prefixes[] = { "integration.request.path.",
						"integration.request.querystring.",
						"integration.request.header." };

	for (size_t i = 0; i < GWT_LEN(prefixes); i++)
		if (starts(key, prefixes[i]) && key.len > strlen(prefixes[i]))
			return true;
	return false;
}

static bool is_static_value(struct gwt_span value)
{
	return value.len >= 2 && value.ptr[0] == '\'' && value.ptr[value.len - 1] == '\'';
}

static bool is_mapped_value(struct gwt_span value)
{
	static const char *const prefixes[] = { "method.request.", "context.", "stageVariables." };

	for (size_t i = 0; i < GWT_LEN(prefixes); i++)
		if (starts(value, prefixes[i]) && value.len > strlen(prefixes[i]))
			return true;
	return false;
}

static size_t class_of_parameters(const struct gwt_put *put, const struct gwt_json *value)
{
	enum { EMPTY = 1, STATIC, MAPPED, TWO, MALFORMED };

	(void)put;
	if (value->type != GWT_JSON_OBJECT)
		return GWT_NO_CLASS;
	for (const struct gwt_json *v = value->child; v; v = v->next)
		if (v->type != GWT_JSON_STRING || !is_mapping_key(v->name) ||
		    (!is_static_value(v->text) && !is_mapped_value(v->text)))
			return MALFORMED;
	if (value->len != 1)
		return value->len == 0 ? EMPTY : value->len == 2 ? TWO : GWT_NO_CLASS;
	return is_static_value(value->child->text) ? STATIC : MAPPED;
}

/* Whether an encoder that escapes only quotes and line ends gets the text wrong. */
static bool needs_escaping(struct gwt_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c == '\\' || (c < 0x20 && c != '\n') || c >= 0x7f)
			return true;
	}
	return false;
}

static size_t class_of_templates(const struct gwt_put *put, const struct gwt_json *value)
{
	enum { EMPTY = 1, ONE, TWO, EMPTY_TEMPLATE, ESCAPED };
	bool escaped = false;

	(void)put;
	if (value->type != GWT_JSON_OBJECT)
		return GWT_NO_CLASS;
	for (const struct gwt_json *v = value->child; v; v = v->next) {
		if (v->type != GWT_JSON_STRING)
			return GWT_NO_CLASS;
		if (v->text.len == 0)
			return EMPTY_TEMPLATE;
		escaped = escaped || needs_escaping(v->text);
	}
	if (escaped)
		return ESCAPED;
	return value->len == 0 ? EMPTY : value->len == 1 ? ONE : value->len == 2 ? TWO : GWT_NO_CLASS;
}

static size_t class_of_passthrough(const struct gwt_put *put, const struct gwt_json *value)
{
	static const char *const words[] = { "WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER", NULL };

	(void)put;
	return value->text.len == 0 ? GWT_NO_CLASS : one_of(value, words, 1, 4);
}

static size_t class_of_namespace(const struct gwt_put *put, const struct gwt_json *value)
{
	enum { NAME = 1, EMPTY };

	(void)put;
	if (value->type != GWT_JSON_STRING)
		return GWT_NO_CLASS;
	return value->text.len ? NAME : EMPTY;
}

/* The method's parameters are declared, and so are those that this integration maps to. */
static bool is_declared(const struct gwt_put *put, struct gwt_span key)
{
	return gwt_json_get_span(put->declared, key) ||
	       gwt_json_get_span(gwt_json_get(put->body, "requestParameters"), key);
}

static size_t class_of_cache_keys(const struct gwt_put *put, const struct gwt_json *value)
{
	enum { EMPTY = 1, ONE, TWO, UNDECLARED };

	if (value->type != GWT_JSON_ARRAY)
		return GWT_NO_CLASS;
	for (const struct gwt_json *v = value->child; v; v = v->next)
		if (v->type != GWT_JSON_STRING || !is_declared(put, v->text))
			return UNDECLARED;
	return value->len == 0 ? EMPTY : value->len == 1 ? ONE : value->len == 2 ? TWO : GWT_NO_CLASS;
}

static size_t class_of_timeout(const struct gwt_put *put, const struct gwt_json *value)
{
	static const int64_t values[] = { -1, 0, 49, 50, 5000, 29000, 29001 };
	int64_t timeout;

	(void)put;
	if (!gwt_json_to_i64(value, &timeout))
		return GWT_NO_CLASS;
	for (size_t i = 1; i < GWT_LEN(values); i++)
		if (timeout == values[i])
			return i;
	return GWT_NO_CLASS;
}

static size_t class_of_tls(const struct gwt_put *put, const struct gwt_json *value)
{
	enum { EMPTY = 1, YES, NO };
	const struct gwt_json *skip = gwt_json_get(value, "insecureSkipVerification");

	(void)put;
	if (value->type != GWT_JSON_OBJECT)
		return GWT_NO_CLASS;
	if (value->len == 0)
		return EMPTY;
	return gwt_json_is(skip, GWT_JSON_TRUE) ? YES : gwt_json_is(skip, GWT_JSON_FALSE) ? NO : GWT_NO_CLASS;
}

static size_t class_of_target(const struct gwt_put *put, const struct gwt_json *value)
{
	(void)put;
	return value->type == GWT_JSON_STRING && starts(value->text, "arn:") ? 1 : GWT_NO_CLASS;
}

static size_t class_of_type(const struct gwt_put *put, const struct gwt_json *value)
{
	static const char *const words[] = { "HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY", NULL };

	(void)put;
	return one_of(value, words, 0, 5);
}

/* The classes of docs/coverage.md. Enums of the model (connectionType, contentHandling, …) need no row. */
static const struct {
	const char *option;
	const char *words[GWT_MAX_CLASSES];
	classifier classify;
} table[] = {
	{ "integrationHttpMethod", { "absent", "GET", "POST", "ANY", "empty", "unknown" }, class_of_method },
	{ "uri",
	  { "absent", "http", "https", "with a {proxy} parameter", "with a stage variable", "lambda ARN",
	    "service path ARN", "service action ARN", "empty", "malformed" },
	  class_of_uri },
	{ "connectionId", { "absent", "an id", "a stage variable", "empty" }, class_of_connection_id },
	{ "credentials",
	  { "absent", "role ARN", "caller identity", "empty", "malformed" },
	  class_of_credentials },
	{ "requestParameters",
	  { "absent", "empty", "one static", "one mapped", "two", "malformed" },
	  class_of_parameters },
	{ "requestTemplates",
	  { "absent", "empty", "one", "two", "empty template", "text that needs escaping" },
	  class_of_templates },
	{ "passthroughBehavior",
	  { "absent", "WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER", "unknown" },
	  class_of_passthrough },
	{ "cacheNamespace", { "absent", "a name", "empty" }, class_of_namespace },
	{ "cacheKeyParameters", { "absent", "empty", "one", "two", "undeclared" }, class_of_cache_keys },
	{ "timeoutInMillis", { "absent", "0", "49", "50", "5000", "29000", "29001" }, class_of_timeout },
	{ "tlsConfig", { "absent", "empty", "true", "false" }, class_of_tls },
	{ "integrationTarget", { "absent", "an ARN" }, class_of_target },
	{ "type", { "HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY", "unknown", "missing" }, class_of_type },
};

static void add_word(struct gwt_option_classes *option, const char *word)
{
	assert(option->len < GWT_MAX_CLASSES);
	option->words[option->len++] = word;
}

/* The class "absent", then the classes of the values that this shape can have. */
static void derive_classes(struct gwt_option_classes *option)
{
	const char *const *value = option->member->values;

	add_word(option, "absent");
	if (value) {
		while (*value)
			add_word(option, *value++);
		add_word(option, "unknown");
		return;
	}
	switch (option->member->shape) {
	case GWT_SHAPE_BOOLEAN:
		add_word(option, "true");
		add_word(option, "false");
		break;
	case GWT_SHAPE_STRING:
	case GWT_SHAPE_STRING_MAP:
	case GWT_SHAPE_BOOLEAN_MAP:
	case GWT_SHAPE_STRING_LIST:
	case GWT_SHAPE_STRUCTURE:
	case GWT_SHAPE_STRUCTURE_LIST:
	case GWT_SHAPE_STRUCTURE_MAP:
		add_word(option, "empty");
		add_word(option, "present");
		break;
	default:
		add_word(option, "present");
	}
}

static bool is_empty(const struct gwt_json *value)
{
	if (value->type == GWT_JSON_STRING)
		return value->text.len == 0;
	return (value->type == GWT_JSON_OBJECT || value->type == GWT_JSON_ARRAY) && value->len == 0;
}

static size_t derived_class(const struct gwt_option_classes *option, const struct gwt_json *value)
{
	size_t class = GWT_NO_CLASS;

	if (value->type == GWT_JSON_NULL)
		return GWT_NO_CLASS;
	if (option->member->values)
		return one_of(value, option->member->values, 1, option->len - 1);
	if (value->type == GWT_JSON_TRUE || value->type == GWT_JSON_FALSE)
		class = gwt_class_named(option, value->type == GWT_JSON_TRUE ? "true" : "false");
	else if (is_empty(value))
		class = gwt_class_named(option, "empty");
	return class != GWT_NO_CLASS ? class : gwt_class_named(option, "present");
}

static void set_classes(struct gwt_option_classes *option)
{
	for (size_t i = 0; i < GWT_LEN(table); i++) {
		if (strcmp(table[i].option, option->member->name) != 0)
			continue;
		option->classify = table[i].classify;
		for (size_t c = 0; c < GWT_MAX_CLASSES && table[i].words[c]; c++)
			add_word(option, table[i].words[c]);
		return;
	}
	derive_classes(option);
}

static void add_option(struct gwt_options *options, const struct gwt_member *member)
{
	struct gwt_option_classes *option = &options->items[options->len];

	assert(options->len < GWT_MAX_OPTIONS);
	*option = (struct gwt_option_classes){ .member = member };
	set_classes(option);
	options->len++;
}

void gwt_options_of(struct gwt_options *options, const struct gwt_member *members,
		    enum gwt_model_version version)
{
	const struct gwt_member *type = gwt_member_named(members, GWT_SPAN("type"));

	options->len = 0;
	for (const struct gwt_member *m = members; m->name; m++)
		if (m->place == GWT_PLACE_BODY && m != type && m->since <= version)
			add_option(options, m);
	if (type)
		add_option(options, type);
}

void gwt_options_init(struct gwt_options *options, enum gwt_model_version version)
{
	gwt_options_of(options, gwt_operation_named(GWT_SPAN("PutIntegration"))->input, version);
}

size_t gwt_class_named(const struct gwt_option_classes *option, const char *word)
{
	for (size_t i = 0; i < option->len; i++)
		if (strcmp(option->words[i], word) == 0)
			return i;
	return GWT_NO_CLASS;
}

size_t gwt_option_class(const struct gwt_option_classes *option, const struct gwt_put *put)
{
	const struct gwt_json *value = gwt_json_get(put->body, option->member->wire);

	if (!value)
		return option->classify == class_of_type ? option->len - 1 : GWT_CLASS_ABSENT;
	return option->classify ? option->classify(put, value) : derived_class(option, value);
}
