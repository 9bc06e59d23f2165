/* fault.c - why a place that should have keys gives none, in gwtape's words. */
#include <string.h>

#include "lib/awsconf/config.h"
#include "lib/awsconf/credentials.h"
#include "lib/awsconf/source.h"
#include "lib/base/error.h"

static const struct {
	gwt_status status;
	const char *text;
} faults[] = { [GWT_KEYS_NO_FAULT] = { GWT_OK, "" },
#define X(name, status, text) [name] = { status, text },
	       GWT_CREDENTIAL_FAULT_MAP(X)
#undef X
};

/* Faults with a message that needs more than the profile and a number. */
static gwt_status fail_by_name(const char *profile, const struct gwt_credential_fault *fault,
			       struct gwt_error *err)
{
	gwt_status status = faults[fault->kind].status;

	if (fault->kind == GWT_KEYS_NEED_CALL)
		return gwt_fail(
			err, status,
			"profile '%s' gets its keys by a call to AWS (%s), which is not supported: run "
			"'aws configure export-credentials --profile %s --format env' and set the "
			"variables that it prints",
			profile, fault->name, profile);
	if (fault->kind == GWT_KEYS_PROCESS_START)
		return gwt_fail(err, status, "cannot start the credential_process of profile '%s': %s",
				profile, strerror(fault->number));
	return gwt_fail(err, status, "credential_process of profile '%s': '%s' is missing in the answer",
			profile, fault->name);
}

/* Faults with a format in the table: it may have a directive for the profile, and then one for the number. */
static gwt_status fail_by_row(const char *profile, const struct gwt_credential_fault *fault,
			      struct gwt_error *err)
{
	const char *text = faults[fault->kind].text, *name = strstr(text, "%s"), *number = strstr(text, "%d");
	int head = name ? (int)(name - text) : (int)strlen(text);
	const char *tail = name ? name + 2 : "";
	int middle = number ? (int)(number - tail) : (int)strlen(tail);

	if (!number)
		return gwt_fail(err, faults[fault->kind].status, "%.*s%s%s", head, text, name ? profile : "",
				tail);
	return gwt_fail(err, faults[fault->kind].status, "%.*s%s%.*s%d%s", head, text, profile, middle, tail,
			fault->number, number + 2);
}

gwt_status gwt_credentials_fail(struct gwt_credential_search *search, struct gwt_error *err,
				const struct gwt_credential_fault *fault)
{
	const char *profile = gwt_aws_config_profile(search->config);

	search->fault = *fault;
	return faults[fault->kind].text ? fail_by_row(profile, fault, err)
					: fail_by_name(profile, fault, err);
}
