/*
 * process.c - keys from a program that the profile names: credential_process, split as botocore splits it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/awsconf/config.h"
#include "lib/awsconf/run.h"
#include "lib/awsconf/source.h"
#include "lib/awsconf/words.h"
#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

enum { MAX_OUTPUT_BYTES = 64 * 1024, LIMIT_S = 60 };

/* Report a fault. Its subject is copied, since it must outlive the set. */
static gwt_status fail(struct gwt_credential_search *search, struct gwt_error *err,
		       struct gwt_credential_fault fault)
{
	fault.subject = gwt_aws_config_keep(search->config, fault.subject);
	return gwt_credentials_fail(search, err, &fault);
}

static gwt_status run(struct gwt_credential_search *search, struct gwt_arena *arena, char **argv,
		      struct gwt_span *out, struct gwt_error *err)
{
	static const enum gwt_credential_fault_kind kinds[] = {
		[GWT_RUN_EXITED] = GWT_KEYS_PROCESS_EXIT,       [GWT_RUN_KILLED] = GWT_KEYS_PROCESS_KILLED,
		[GWT_RUN_NOT_STARTED] = GWT_KEYS_PROCESS_START, [GWT_RUN_SLOW] = GWT_KEYS_PROCESS_SLOW,
		[GWT_RUN_STOPPED] = GWT_KEYS_PROCESS_STOPPED,   [GWT_RUN_FLOOD] = GWT_KEYS_PROCESS_FLOOD,
	};
	struct gwt_process process = { .argv = argv,
				       .keep_errors = search->keep_errors,
				       .limit_ms = LIMIT_S * 1000,
				       .max_bytes = MAX_OUTPUT_BYTES,
				       .stop = search->stop };
	struct gwt_credential_fault fault;

	gwt_process_run(&process, arena);
	*out = process.output;
	if (process.end == GWT_RUN_EXITED && process.number == 0)
		return GWT_OK;
	fault = (struct gwt_credential_fault){ .kind = kinds[process.end], .number = process.number };
	fault.subject = process.end == GWT_RUN_NOT_STARTED ? gwt_span_of(argv[0]) : process.errors;
	if (process.end == GWT_RUN_SLOW)
		fault.number = LIMIT_S;
	else if (process.end == GWT_RUN_FLOOD)
		fault.number = MAX_OUTPUT_BYTES;
	return fail(search, err, fault);
}

static bool is_one(const struct gwt_json *version)
{
	char text[32]; /* a longer spelling of 1 is refused: no program writes one */

	if (!version || version->type != GWT_JSON_NUMBER || version->text.len >= sizeof(text))
		return false;
	gwt_copy(text, version->text.ptr, version->text.len);
	text[version->text.len] = '\0';
	return strtod(text, NULL) == 1; /* Python's 1.0 == 1 */
}

static bool parse_json(struct gwt_arena *arena, struct gwt_span text, struct gwt_json **out)
{
	return gwt_json_parse(arena, text, out, NULL);
}

static gwt_status read_answer(struct gwt_credential_search *search, struct gwt_credential_set *set,
			      struct gwt_span text, struct gwt_error *err)
{
	struct gwt_credential_fault fault = { .subject = text };
	struct gwt_json *json;
	const char *missing;

	fault.kind = GWT_KEYS_PROCESS_NOT_JSON;
	if (!(search->parse ? search->parse : parse_json)(&set->arena, text, &json))
		return fail(search, err, fault);
	fault.kind = GWT_KEYS_PROCESS_VERSION;
	if (!is_one(gwt_json_get(json, "Version")))
		return fail(search, err, fault);
	if (gwt_credentials_take(set, json, "SessionToken", &missing))
		return GWT_OK;
	fault.name = missing;
	fault.kind =
		strcmp(missing, "Expiration") == 0 ? GWT_KEYS_PROCESS_EXPIRATION : GWT_KEYS_PROCESS_MEMBER;
	return fail(search, err, fault);
}

gwt_status gwt_credentials_from_process(struct gwt_credential_search *search, struct gwt_credential_set *set,
					bool *found, struct gwt_error *err)
{
	struct gwt_span command = gwt_aws_config_find(search->config, "credential_process"), text;
	struct gwt_shell_words words;
	gwt_status status;
	char **argv;

	*found = command.ptr != NULL;
	if (!*found)
		return GWT_OK;
	if (!gwt_shell_split(&set->arena, command, &words))
		return fail(search, err, (struct gwt_credential_fault){ .kind = GWT_KEYS_PROCESS_QUOTES });
	if (words.len == 0)
		return fail(search, err, (struct gwt_credential_fault){ .kind = GWT_KEYS_PROCESS_EMPTY });
	argv = gwt_shell_argv(&set->arena, &words);
	if (!argv)
		return fail(
			search, err,
			(struct gwt_credential_fault){ .kind = GWT_KEYS_PROCESS_START, .number = EINVAL });
	status = run(search, &set->arena, argv, &text, err);
	if (status == GWT_OK)
		status = read_answer(search, set, text, err);
	set->source = gwt_arena_printf(&set->arena, "credential_process of profile '%s'",
				       gwt_aws_config_profile(search->config))
			      .ptr;
	return status;
}
