/*
 * class_values.c - the tables for generated scenarios: a value for each class, and
 * which classes AWS refuses.
 *
 * The refusals are those of docs/sandbox.md; recording shows whether they hold.
 */
#include "lib/scenario/class_values.h"

#include "lib/base/error.h"

#define ALL   (GWT_TYPE_HTTP | GWT_TYPE_AWS | GWT_TYPE_MOCK | GWT_TYPE_HTTP_PROXY | GWT_TYPE_AWS_PROXY)
#define HTTPS (GWT_TYPE_HTTP | GWT_TYPE_HTTP_PROXY)
#define AWSES (GWT_TYPE_AWS | GWT_TYPE_AWS_PROXY)
#define CALLS (ALL & ~GWT_TYPE_MOCK) /* MOCK ignores method and uri */
#define NONE  0

#define ARN(rest)      "{\"$sub\": \"arn:aws:apigateway:${region}:" rest "\"}"
#define FUNCTION(name) "functions/arn:aws:lambda:${region}:${accountId}:function:" name

/* clang-format off */
static const struct {
	const char *option, *class, *text;
	unsigned refused; /* the types that refuse it */
} samples[] = {
	{ "integrationHttpMethod", "absent",  "",          CALLS },
	{ "integrationHttpMethod", "GET",     "\"GET\"",   NONE },
	{ "integrationHttpMethod", "POST",    "\"POST\"",  NONE },
	{ "integrationHttpMethod", "ANY",     "\"ANY\"",   NONE },
	{ "integrationHttpMethod", "empty",   "\"\"",      CALLS },
	{ "integrationHttpMethod", "unknown", "\"FETCH\"", CALLS },

	{ "uri", "absent",                   "",                                                         CALLS },
	{ "uri", "http",                     "\"http://example.com/pets\"",                              AWSES },
	{ "uri", "https",                    "\"https://example.com/pets?limit=10\"",                    AWSES },
	{ "uri", "with a {proxy} parameter", "\"https://example.com/{proxy}\"",                          GWT_TYPE_AWS_PROXY },
	{ "uri", "with a stage variable",    "\"https://${stageVariables.host}/pets\"",                  NONE },
	{ "uri", "lambda ARN",               ARN("lambda:path/2015-03-31/" FUNCTION("pets/invocations")), HTTPS },
	{ "uri", "service path ARN",         ARN("s3:path/pets/list.json"),                              HTTPS | GWT_TYPE_AWS_PROXY },
	{ "uri", "service action ARN",       ARN("dynamodb:action/Query"),                               HTTPS },
	{ "uri", "empty",                    "\"\"",                                                     CALLS },
	{ "uri", "malformed",                "\"no-scheme:example.com\"",                                CALLS },

	{ "connectionType", "absent",   "",             NONE },
	{ "connectionType", "INTERNET", "\"INTERNET\"", NONE },
	{ "connectionType", "VPC_LINK", "\"VPC_LINK\"", NONE },
	{ "connectionType", "unknown",  "\"TUNNEL\"",   ALL },

	{ "connectionId", "absent",           "",                                   NONE },
	{ "connectionId", "an id",            "\"a1b2c3\"",                         NONE },
	{ "connectionId", "a stage variable", "\"${stageVariables.vpcLinkId}\"",    NONE },
	{ "connectionId", "empty",            "\"\"",                               NONE },

	{ "credentials", "absent",          "",                                                            NONE },
	{ "credentials", "role ARN",        "{\"$sub\": \"arn:aws:iam::${accountId}:role/apigateway\"}",   NONE },
	{ "credentials", "caller identity", "\"arn:aws:iam::*:user/*\"",                                   NONE },
	{ "credentials", "empty",           "\"\"",                                                        NONE },
	{ "credentials", "malformed",       "\"apigateway-role\"",                                         ALL },

	{ "requestParameters", "absent",     "", NONE },
	{ "requestParameters", "empty",      "{}", NONE },
	{ "requestParameters", "one static", "{\"integration.request.header.x-team\": \"'pets'\"}", NONE },
	{ "requestParameters", "one mapped", "{\"integration.request.path.proxy\": \"method.request.path.proxy\"}", NONE },
	{ "requestParameters", "two",        "{\"integration.request.header.x-team\": \"'pets'\", "
	                                     "\"integration.request.querystring.page\": \"method.request.querystring.page\"}", NONE },
	{ "requestParameters", "malformed",  "{\"integration.request.cookie.x\": \"'pets'\"}", ALL },

	{ "requestTemplates", "absent",         "", NONE },
	{ "requestTemplates", "empty",          "{}", NONE },
	{ "requestTemplates", "one",            "{\"application/json\": \"{\\\"statusCode\\\": 200}\"}", NONE },
	{ "requestTemplates", "two",            "{\"application/json\": \"$input.body\", \"text/plain\": \"$input.path('$')\"}", NONE },
	{ "requestTemplates", "empty template", "{\"application/json\": \"\"}", NONE },
	{ "requestTemplates", "text that needs escaping",
	                                        "{\"application/json\": \"{\\\"a\\\": \\\"\\\\\\\\ \\u00e9\\\"}\\r\\n\"}", NONE },

	{ "passthroughBehavior", "absent",            "",                        NONE },
	{ "passthroughBehavior", "WHEN_NO_MATCH",     "\"WHEN_NO_MATCH\"",       NONE },
	{ "passthroughBehavior", "WHEN_NO_TEMPLATES", "\"WHEN_NO_TEMPLATES\"",   NONE },
	{ "passthroughBehavior", "NEVER",             "\"NEVER\"",               NONE },
	{ "passthroughBehavior", "unknown",           "\"SOMETIMES\"",           ALL },

	{ "cacheNamespace", "absent", "",          NONE },
	{ "cacheNamespace", "a name", "\"pets\"",  NONE },
	{ "cacheNamespace", "empty",  "\"\"",      NONE },

	{ "cacheKeyParameters", "absent",     "", NONE },
	{ "cacheKeyParameters", "empty",      "[]", NONE },
	{ "cacheKeyParameters", "one",        "[\"method.request.querystring.page\"]", NONE },
	{ "cacheKeyParameters", "two",        "[\"method.request.querystring.page\", \"method.request.path.proxy\"]", NONE },
	{ "cacheKeyParameters", "undeclared", "[\"method.request.querystring.color\"]", ALL },

	{ "contentHandling", "absent",            "",                      NONE },
	{ "contentHandling", "CONVERT_TO_BINARY", "\"CONVERT_TO_BINARY\"", NONE },
	{ "contentHandling", "CONVERT_TO_TEXT",   "\"CONVERT_TO_TEXT\"",   NONE },
	{ "contentHandling", "unknown",           "\"CONVERT_TO_XML\"",    ALL },

	{ "timeoutInMillis", "absent", "",      NONE },
	{ "timeoutInMillis", "0",      "0",     ALL },
	{ "timeoutInMillis", "49",     "49",    ALL },
	{ "timeoutInMillis", "50",     "50",    NONE },
	{ "timeoutInMillis", "5000",   "5000",  NONE },
	{ "timeoutInMillis", "29000",  "29000", NONE },
	{ "timeoutInMillis", "29001",  "29001", NONE }, /* the conflicts have exceptions */

	{ "tlsConfig", "absent", "",                                      NONE },
	{ "tlsConfig", "empty",  "{}",                                    NONE },
	{ "tlsConfig", "true",   "{\"insecureSkipVerification\": true}",  NONE },
	{ "tlsConfig", "false",  "{\"insecureSkipVerification\": false}", NONE },

	{ "responseTransferMode", "absent",   "",             NONE },
	{ "responseTransferMode", "BUFFERED", "\"BUFFERED\"", NONE },
	{ "responseTransferMode", "STREAM",   "\"STREAM\"",   ALL & ~(GWT_TYPE_HTTP_PROXY | GWT_TYPE_AWS_PROXY) },
	{ "responseTransferMode", "unknown",  "\"TRICKLE\"",  ALL },

	{ "integrationTarget", "absent", "", NONE },
	{ "integrationTarget", "an ARN",
	  "{\"$sub\": \"arn:aws:elasticloadbalancing:${region}:${accountId}:loadbalancer/app/pets/50dc6c495c0c9188\"}", NONE },

	{ "type", "HTTP",       "\"HTTP\"",       NONE },
	{ "type", "AWS",        "\"AWS\"",        NONE },
	{ "type", "MOCK",       "\"MOCK\"",       NONE },
	{ "type", "HTTP_PROXY", "\"HTTP_PROXY\"", NONE },
	{ "type", "AWS_PROXY",  "\"AWS_PROXY\"",  NONE },
	{ "type", "unknown",    "\"FTP\"",        ALL },
	{ "type", "missing",    "",               ALL },
};

/* Another value for a class, used when another option has a given class; the last row that fits counts. */
static const struct {
	const char *option, *class, *where, *is, *text;
} variants[] = {
	{ "uri", "with a {proxy} parameter", "type", "AWS",       ARN("s3:path/pets/{proxy}") },
	{ "uri", "with a {proxy} parameter", "type", "AWS_PROXY", ARN("s3:path/pets/{proxy}") },
	{ "uri", "with a stage variable",    "type", "AWS",       ARN("lambda:path/2015-03-31/" FUNCTION("${stageVariables.function}/invocations")) },
	{ "uri", "with a stage variable",    "type", "AWS_PROXY", ARN("lambda:path/2015-03-31/" FUNCTION("${stageVariables.function}/invocations")) },
	{ "uri", "service action ARN",       "type", "AWS_PROXY", ARN("firehose:action/PutRecord") },
	{ "uri", "lambda ARN", "responseTransferMode", "STREAM",  ARN("lambda:path/2021-11-15/" FUNCTION("pets/response-streaming-invocations")) },
	{ "connectionId", "an id", "connectionType", "VPC_LINK",  "\"${vpcLinkId}\"" },
};

/* Two classes that are accepted alone and that these types refuse together. */
static const struct {
	const char *option, *class, *other, *other_class;
	unsigned refused;
} conflicts[] = {
	{ "connectionType", "VPC_LINK", "connectionId", "absent", HTTPS },
	{ "connectionType", "VPC_LINK", "connectionId", "empty",  HTTPS },
	{ "responseTransferMode", "STREAM", "uri", "with a stage variable", GWT_TYPE_AWS_PROXY },
	{ "responseTransferMode", "STREAM", "uri", "service action ARN",    GWT_TYPE_AWS_PROXY },
	{ "uri", "with a {proxy} parameter", "credentials", "absent", GWT_TYPE_AWS },
	{ "uri", "with a {proxy} parameter", "credentials", "empty",  GWT_TYPE_AWS },
	{ "uri", "service path ARN",         "credentials", "absent", GWT_TYPE_AWS },
	{ "uri", "service path ARN",         "credentials", "empty",  GWT_TYPE_AWS },
	{ "uri", "service action ARN",       "credentials", "absent", GWT_TYPE_AWS },
	{ "uri", "service action ARN",       "credentials", "empty",  GWT_TYPE_AWS },
	/* a stream may take longer than 29 seconds */
	{ "timeoutInMillis", "29001", "responseTransferMode", "absent",   ALL },
	{ "timeoutInMillis", "29001", "responseTransferMode", "BUFFERED", ALL },
};
/* clang-format on */

static bool is(const struct gwt_option_classes *option, size_t class, const char *name, const char *word)
{
	return strcmp(option->member->name, name) == 0 && strcmp(option->words[class], word) == 0;
}

static bool combination_has(const struct gwt_options *options, const struct gwt_combination *combination,
			    const char *name, const char *word)
{
	for (size_t o = 0; o < options->len; o++)
		if (is(&options->items[o], combination->classes[o], name, word))
			return true;
	return false;
}

const char *gwt_class_value(const struct gwt_options *options, const struct gwt_combination *combination,
			    size_t option)
{
	const struct gwt_option_classes *classes = &options->items[option];
	size_t class = combination->classes[option];
	const char *text = NULL;

	for (size_t i = 0; i < GWT_LEN(samples); i++)
		if (is(classes, class, samples[i].option, samples[i].class))
			text = samples[i].text;
	for (size_t i = 0; i < GWT_LEN(variants); i++)
		if (is(classes, class, variants[i].option, variants[i].class) &&
		    combination_has(options, combination, variants[i].where, variants[i].is))
			text = variants[i].text;
	return text;
}

unsigned gwt_class_refused_by(const struct gwt_option_classes *option, size_t class)
{
	for (size_t i = 0; i < GWT_LEN(samples); i++)
		if (is(option, class, samples[i].option, samples[i].class))
			return samples[i].refused;
	return NONE;
}

bool gwt_classes_conflict(const struct gwt_option_classes *a, size_t class_a,
			  const struct gwt_option_classes *b, size_t class_b, unsigned types)
{
	for (size_t i = 0; i < GWT_LEN(conflicts); i++) {
		if (!(conflicts[i].refused & types))
			continue;
		if (is(a, class_a, conflicts[i].option, conflicts[i].class) &&
		    is(b, class_b, conflicts[i].other, conflicts[i].other_class))
			return true;
		if (is(b, class_b, conflicts[i].option, conflicts[i].class) &&
		    is(a, class_a, conflicts[i].other, conflicts[i].other_class))
			return true;
	}
	return false;
}
