/* `gwtape history`: how recorded answers changed over the commits. */
#include <stdio.h>

#include "cli/command.h"
#include "cli/history_changes.h"
#include "cli/history_show.h"
#include "cli/request_file.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/store/history.h"

struct history_options {
	const char *cassettes, *since, *when;
	bool json;
};

#define AT(member) offsetof(struct history_options, member)

static const struct gwt_option specs[] = {
	{ "cassettes", "DIR", "where the cassettes are (cassettes)", GWT_OPT_PATH, AT(cassettes), NULL,
	  NULL },
	{ "since", "DATE", "only what was recorded on that day or later", GWT_OPT_TEXT, AT(since), NULL, "" },
	{ "when", "VALUE", "between which dates the field became VALUE: JSON, or else a text", GWT_OPT_TEXT,
	  AT(when), NULL, "" },
	{ "json", NULL, "print JSON", GWT_OPT_FLAG, AT(json), NULL, "" },
	{ 0 },
};

/* 2026-11-28, or with a time as in VALIDATED.json. */
static gwt_status read_date(const char *text, int64_t *out, struct gwt_error *err)
{
	char whole[GWT_ISO_DATE_LEN + 1];

	*out = INT64_MIN;
	if (!text)
		return GWT_OK;
	snprintf(whole, sizeof(whole), "%.10sT00:00:00Z", text);
	if (gwt_clock_parse(gwt_span_of(strlen(text) == 10 ? whole : text), out))
		return GWT_OK;
	return gwt_fail(
		err, GWT_EUSAGE,
		"option '--since' is '%s': expected a date such as 2026-11-28 or 2026-11-28T12:00:00Z", text);
}

static bool is_scenario_name(const char *word)
{
	const char *slash = strchr(word, '/');

	return slash && slash != word && slash[1] && !strchr(slash + 1, '/');
}

/* A pointer, `status`, a header's name, or "" for the whole answer. */
static bool is_field(const char *word)
{
	static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	return !*word || word[0] == '/' || word[strspn(word, token)] == '\0';
}

static gwt_status check_words(const struct history_options *options, const struct gwt_words *words,
			      struct gwt_error *err)
{
	if (words->len && !is_scenario_name(words->items[0]))
		return gwt_fail(err, GWT_EUSAGE, "'%s' is not a scenario: expected GROUP/NAME",
				words->items[0]);
	for (size_t i = 1; i < words->len; i++)
		if (!is_field(words->items[i]))
			return gwt_fail(
				err, GWT_EUSAGE,
				"'%s' is not a field: expected a JSON pointer such as /timeoutInMillis, a "
				"header's name, 'status', or '' for the whole answer",
				words->items[i]);
	if (options->when && words->len != 2)
		return gwt_fail(err, GWT_EUSAGE, "'--when VALUE' needs a scenario and one field");
	return GWT_OK;
}

static gwt_status show(const struct history_options *options, const struct gwt_words *words,
		       struct gwt_history *history, int64_t since, struct gwt_arena *arena,
		       struct gwt_error *err)
{
	struct gwt_history_query query = {
		.history = history,
		.arena = arena,
		.scenario = words->len ? gwt_span_of(words->items[0]) : GWT_ABSENT,
		.fields = words->items + 1,
		.field_count = words->len ? words->len - 1 : 0,
		.since = since,
		.since_text = options->since,
		.when = options->when,
		.json = options->json,
	};

	if (gwt_history_is_cut(history))
		gwt_say("this clone is shallow: what was before its oldest commits is not known (git fetch "
			"--unshallow)");
	if (!words->len)
		return gwt_history_show_all(&query, err);
	return query.field_count ? gwt_history_show_values(&query, err)
				 : gwt_history_show_scenario(&query, err);
}

static gwt_status run(void *opaque, const struct gwt_arguments *args, struct gwt_arena *arena, int *exit_code,
		      struct gwt_error *err)
{
	const struct history_options *options = opaque;
	struct gwt_history *history = NULL;
	int64_t since;
	gwt_status status = read_date(options->since, &since, err);

	(void)exit_code;
	if (status == GWT_OK)
		status = check_words(options, &args->words, err);
	if (status == GWT_OK)
		status = gwt_history_open(options->cassettes ? options->cassettes : "cassettes", &history,
					  err);
	if (status == GWT_OK)
		status = show(options, &args->words, history, since, arena, err);
	gwt_history_free(history);
	return status;
}

const struct gwt_command gwt_cmd_history = {
	.name = "history",
	.about = "how recorded answers changed over the commits, and since when",
	.synopsis = "[SCENARIO [POINTER...]]",
	.options = specs,
	.options_size = sizeof(struct history_options),
	.run = run,
	.details =
		"Without SCENARIO: every change of all scenarios, those of one cause together. With one: its recordings,\n"
		"and what each changed. With POINTER (into the answer's body, or a header's name, or 'status', or '' for\n"
		"the whole answer): each value, the commit and date it was recorded with, and when it was last confirmed.\n"
		"With --when VALUE: the dates between which the answer became VALUE. docs/history.md\n",
};
