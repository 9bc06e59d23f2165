/* credentials.c - the chain of lib/awsconf, and the AWS CLI's words for what it does not find. */
#include "awscli/settings.h"

#include <string.h>

#include "awscli/failure.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"
#include "lib/awsconf/credentials.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

/* The value that a text of the AWS CLI quotes between `before` and `after`. */
enum subject { NOTHING, WORD, ERRORS, VERSION, NAME, JSON_FAULT };

#define PROCESS "Error when retrieving credentials from custom-process: "
#define PARTIAL "Partial credentials found in "

static const struct {
	const char *before, *after;
	enum subject subject;
} texts[] = {
	[GWT_KEYS_HALF_ENVIRONMENT] = { PARTIAL "env, missing: AWS_SECRET_ACCESS_KEY", "", NOTHING },
	[GWT_KEYS_HALF_CREDENTIALS_FILE] = { PARTIAL
					     "shared-credentials-file, missing: aws_secret_access_key",
					     "", NOTHING },
	[GWT_KEYS_HALF_CONFIG_FILE] = { PARTIAL "config-file, missing: aws_secret_access_key", "", NOTHING },
	[GWT_KEYS_EXPIRATION] = { "Unknown string format: ", "", WORD },
	[GWT_KEYS_PROCESS_EXPIRATION] = { "Unknown string format: ", "", WORD },
	[GWT_KEYS_PROCESS_QUOTES] = { "No closing quotation", "", NOTHING },
	[GWT_KEYS_PROCESS_EMPTY] = { "list index out of range", "", NOTHING },
	[GWT_KEYS_PROCESS_EXIT] = { PROCESS, "", ERRORS },
	[GWT_KEYS_PROCESS_KILLED] = { PROCESS, "", ERRORS },
	[GWT_KEYS_PROCESS_NOT_JSON] = { "", "", JSON_FAULT },
	[GWT_KEYS_PROCESS_VERSION] = { PROCESS "Unsupported version '",
				       "' for credential process provider, supported versions: 1", VERSION },
	[GWT_KEYS_PROCESS_MEMBER] = { PROCESS "Missing required key in response: '", "'", NAME },
};

static struct gwt_span version_text(struct gwt_arena *arena, struct gwt_span answer)
{
	struct gwt_py_json_fault fault;
	struct gwt_json *json = NULL;
	const struct gwt_json *version;
	struct gwt_buf text;

	gwt_py_json_read(arena, answer, false, &json, &fault);
	version = gwt_json_get(json, "Version");
	if (!version)
		return GWT_SPAN("<Version key not provided>");
	gwt_buf_init_in(&text, arena, 32);
	gwt_py_str(&text, version);
	return gwt_aws_shown(gwt_buf_span(&text));
}

static struct gwt_span json_fault(struct gwt_arena *arena, struct gwt_span answer)
{
	struct gwt_py_json_fault fault = { .message = GWT_SPAN("") };
	struct gwt_json *json;

	gwt_py_json_read(arena, answer, false, &json, &fault);
	return fault.message;
}

static struct gwt_span subject_text(struct gwt_arena *arena, enum subject subject,
				    const struct gwt_credential_fault *fault)
{
	switch (subject) {
	case WORD:
		return gwt_aws_shown(fault->subject);
	case ERRORS:
		return fault->subject;
	case VERSION:
		return version_text(arena, fault->subject);
	case NAME:
		return gwt_span_of(fault->name);
	case JSON_FAULT:
		return json_fault(arena, fault->subject);
	default:
		return GWT_SPAN("");
	}
}

/* Faults for which the AWS CLI has no text of its own, or one that takes more than one value. */
static bool fail_otherwise(const struct gwt_credential_fault *fault, const char *message,
			   struct gwt_aws_failure *failure)
{
	if (fault->kind == GWT_KEYS_PROCESS_START)
		return gwt_aws_fail(failure, GWT_AWS_GENERAL, "[Errno %d] %s: '" GWT_SPAN_FMT "'",
				    fault->number, strerror(fault->number),
				    GWT_SPAN_ARG(gwt_aws_shown(fault->subject)));
	return gwt_aws_fail(failure, GWT_AWS_GENERAL, "%s", message);
}

static bool fail(const struct gwt_credential_fault *fault, const char *message,
		 struct gwt_aws_failure *failure)
{
	if (fault->kind >= GWT_LEN(texts) || !texts[fault->kind].before)
		return fail_otherwise(fault, message, failure);
	return gwt_aws_fail(failure, GWT_AWS_GENERAL, "%s" GWT_SPAN_FMT "%s", texts[fault->kind].before,
			    GWT_SPAN_ARG(subject_text(failure->arena, texts[fault->kind].subject, fault)),
			    texts[fault->kind].after);
}

static bool parse(struct gwt_arena *arena, struct gwt_span text, struct gwt_json **out)
{
	struct gwt_py_json_fault fault;

	return gwt_py_json_read(arena, text, false, out, &fault);
}

/* The values go into header fields: read their bytes as Python does. */
static void decode(struct gwt_credential_set *set)
{
	struct gwt_span *const values[] = { &set->keys.access_key_id, &set->keys.secret_key,
					    &set->keys.session_token };

	for (size_t i = 0; i < GWT_LEN(values); i++)
		if (values[i]->ptr)
			*values[i] = gwt_py_fsdecode(&set->arena, *values[i]);
}

bool gwt_aws_credentials_find(const struct gwt_aws_settings *settings, struct gwt_credential_set *out,
			      struct gwt_aws_failure *failure)
{
	struct gwt_credential_search search = { .keep_errors = true, .parse = parse };
	struct gwt_error err = { .msg = "" };
	bool found;

	search.config = gwt_aws_settings_config(settings);
	if (gwt_credentials_search(&search, out, &found, &err) != GWT_OK)
		return fail(&search.fault, err.msg, failure);
	if (found)
		decode(out);
	return true;
}
