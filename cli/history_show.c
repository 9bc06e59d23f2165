#include "cli/history_show.h"

#include "cli/command.h"
#include "cli/request_file.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/write.h"
#include "lib/report/escape.h"
#include "lib/store/history_values.h"

gwt_status gwt_history_load(const struct gwt_history_query *query, struct gwt_history_versions *out,
			    struct gwt_error *err)
{
	gwt_status status = gwt_history_of(query->history, query->arena, query->scenario, out, err);

	if (status == GWT_OK && !out->len)
		return gwt_fail(err, GWT_EUNCHECKED,
				"no commit has a cassette of '" GWT_SPAN_FMT
				"': commit one first, or name the "
				"folder with --cassettes",
				GWT_SPAN_ARG(query->scenario));
	return status;
}

int64_t gwt_history_time(const struct gwt_history_version *version)
{
	int64_t time;

	return version->recorded.ptr && gwt_clock_parse(version->recorded, &time) ? time : version->time;
}

static void add_text(struct gwt_arena *arena, struct gwt_json *object, const char *name, struct gwt_span text)
{
	gwt_json_add(arena, object, name,
		     text.ptr ? gwt_json_new_string(arena, text) : gwt_json_new(arena, GWT_JSON_NULL));
}

void gwt_history_add_dates(struct gwt_arena *arena, struct gwt_json *object,
			   const struct gwt_history_version *version, struct gwt_span confirmed)
{
	add_text(arena, object, "commit", gwt_span_of(version->commit));
	add_text(arena, object, "recorded", version->recorded);
	add_text(arena, object, "confirmed", confirmed);
	if (version->oldest)
		gwt_json_add_bool(arena, object, "orOlder", true);
}

struct gwt_span gwt_history_dates(struct gwt_arena *arena, const struct gwt_history_version *version,
				  struct gwt_span confirmed)
{
	struct gwt_span none = GWT_SPAN("at an unknown date");
	struct gwt_span recorded = version->recorded.ptr ? version->recorded : none;

	return gwt_arena_printf(arena,
				"recorded " GWT_SPAN_FMT ", last confirmed " GWT_SPAN_FMT " (commit %.12s%s)",
				GWT_SPAN_ARG(recorded), GWT_SPAN_ARG(confirmed.ptr ? confirmed : none),
				version->commit, version->oldest ? " or older" : "");
}

struct gwt_span gwt_history_shown(struct gwt_arena *arena, const struct gwt_json *value)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { 0 }, out = { 0 };

	if (!value)
		return GWT_SPAN("(absent)");
	gwt_buf_init(&text, SIZE_MAX);
	gwt_buf_init(&out, SIZE_MAX);
	gwt_json_write(&text, value, GWT_JSON_COMPACT);
	gwt_json_visible_add(&out, gwt_buf_span(&text));
	return gwt_arena_copy(arena, gwt_buf_span(&out));
}

struct gwt_span gwt_visible(struct gwt_arena *arena, struct gwt_span text)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };

	gwt_buf_init(&out, SIZE_MAX);
	gwt_visible_add(&out, text);
	return gwt_arena_copy(arena, gwt_buf_span(&out));
}

void gwt_history_add_problem(const struct gwt_history_query *query, struct gwt_json *root,
			     struct gwt_span scenario, const struct gwt_history_version *version,
			     const char *reason)
{
	struct gwt_arena *arena = query->arena;
	struct gwt_span shown = gwt_visible(arena, gwt_span_of(reason));
	struct gwt_json *list = gwt_json_get(root, "unreadable"), *one;

	gwt_say("commit %.12s: the cassette of " GWT_SPAN_FMT " cannot be read: " GWT_SPAN_FMT,
		version->commit, GWT_SPAN_ARG(scenario), GWT_SPAN_ARG(shown));
	if (!list)
		list = gwt_json_add_array(arena, root, "unreadable");
	one = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));
	gwt_json_add_string(arena, one, "scenario", scenario);
	gwt_json_add_string(arena, one, "commit", gwt_span_of(version->commit));
	gwt_json_add_string(arena, one, "reason", shown);
}

/* One field */

struct field {
	const struct gwt_history_query *query;
	struct gwt_span at;
	struct gwt_history_values values;
	struct gwt_json *root; /* of the JSON */
};

static bool is_asked(const struct gwt_history_query *query, const struct gwt_history_value *value)
{
	return gwt_history_time(value->from) >= query->since;
}

static void add_value(struct gwt_arena *arena, struct gwt_json *object, const char *name,
		      const struct gwt_json *value)
{
	gwt_json_add(arena, object, name,
		     value ? gwt_json_copy(arena, value) : gwt_json_new(arena, GWT_JSON_NULL));
}

static void list_values(const struct field *field)
{
	struct gwt_arena *arena = field->query->arena;
	struct gwt_json *list = gwt_json_add_array(arena, field->root, "values");

	for (size_t i = 0; i < field->values.len; i++) {
		const struct gwt_history_value *value = field->values.items[i];
		struct gwt_json *one;

		if (!is_asked(field->query, value))
			continue;
		one = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));
		gwt_json_add_string(arena, one, "interaction", value->interaction);
		add_value(arena, one, "value", value->value);
		if (!value->value)
			gwt_json_add_bool(arena, one, "absent", true);
		gwt_history_add_dates(arena, one, value->from, value->confirmed);
	}
}

static void print_values(const struct field *field)
{
	struct gwt_arena *arena = field->query->arena;

	gwt_print(GWT_SPAN_FMT " %s\n", GWT_SPAN_ARG(field->query->scenario),
		  field->at.len ? gwt_visible(arena, field->at).ptr : "(the whole answer)");
	for (size_t i = 0; i < field->values.len; i++) {
		const struct gwt_history_value *value = field->values.items[i];

		if (is_asked(field->query, value))
			gwt_print("  " GWT_SPAN_FMT ": " GWT_SPAN_FMT "\n      " GWT_SPAN_FMT "\n",
				  GWT_SPAN_ARG(value->interaction),
				  GWT_SPAN_ARG(gwt_history_shown(arena, value->value)),
				  GWT_SPAN_ARG(gwt_history_dates(arena, value->from, value->confirmed)));
	}
}

/* --when: when the old value was last confirmed, and when the new one was first recorded. */

static void add_change(const struct field *field, struct gwt_json *list,
		       const struct gwt_history_value *value)
{
	struct gwt_arena *arena = field->query->arena;
	struct gwt_json *one = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));
	const struct gwt_history_value *before = value->before;

	gwt_json_add_string(arena, one, "interaction", value->interaction);
	add_value(arena, one, "was", before ? before->value : NULL);
	add_value(arena, one, "value", value->value);
	add_text(arena, one, "lastConfirmed", before ? before->confirmed : GWT_ABSENT);
	add_text(arena, one, "firstConfirmed", value->from->recorded);
	add_text(arena, one, "commit", gwt_span_of(value->from->commit));
}

static void print_change(const struct field *field, const struct gwt_history_value *value)
{
	struct gwt_arena *arena = field->query->arena;
	struct gwt_span none = GWT_SPAN("an unknown date"), shown = gwt_history_shown(arena, value->value);
	struct gwt_span first = value->from->recorded.ptr ? value->from->recorded : none;
	const struct gwt_history_value *before = value->before;

	if (!before) {
		gwt_print(GWT_SPAN_FMT ": " GWT_SPAN_FMT " since it was first recorded, " GWT_SPAN_FMT
				       " (commit %.12s)\n",
			  GWT_SPAN_ARG(value->interaction), GWT_SPAN_ARG(shown), GWT_SPAN_ARG(first),
			  value->from->commit);
		return;
	}
	gwt_print(GWT_SPAN_FMT ": from " GWT_SPAN_FMT " to " GWT_SPAN_FMT "\n  between " GWT_SPAN_FMT
			       " (last confirmed) and " GWT_SPAN_FMT " (first recorded, commit %.12s)\n",
		  GWT_SPAN_ARG(value->interaction), GWT_SPAN_ARG(gwt_history_shown(arena, before->value)),
		  GWT_SPAN_ARG(shown), GWT_SPAN_ARG(before->confirmed.ptr ? before->confirmed : none),
		  GWT_SPAN_ARG(first), value->from->commit);
}

/* `text` read as JSON, or as a plain text where it is not JSON: a shell passes "a" without its quotes. */
static const struct gwt_json *read_value(struct gwt_arena *arena, const char *text)
{
	struct gwt_json *json;

	return gwt_json_parse(arena, gwt_span_of(text), &json, NULL)
		       ? json
		       : gwt_json_new_string(arena, gwt_span_of(text));
}

static gwt_status show_when(const struct field *field, struct gwt_error *err)
{
	const struct gwt_history_query *query = field->query;
	const struct gwt_json *wanted = read_value(query->arena, query->when);
	struct gwt_json *list = gwt_json_add_array(query->arena, field->root, "when");

	for (size_t i = 0; i < field->values.len; i++) {
		const struct gwt_history_value *value = field->values.items[i];

		if (!value->value || !gwt_json_equal(value->value, wanted) || !is_asked(query, value))
			continue;
		add_change(field, list, value);
		if (!query->json)
			print_change(field, value);
	}
	if (list->len)
		return GWT_OK;
	return gwt_fail(err, GWT_EUNCHECKED, "no recorded answer of '" GWT_SPAN_FMT "' has this value there",
			GWT_SPAN_ARG(query->scenario));
}

static gwt_status show_field(const struct gwt_history_query *query,
			     const struct gwt_history_versions *versions, struct gwt_span at,
			     struct gwt_json *root, struct gwt_error *err)
{
	struct field field = { .query = query, .at = at, .root = root };
	struct gwt_history_problems problems;

	gwt_json_add_string(query->arena, root, "scenario", query->scenario);
	gwt_json_add_string(query->arena, root, "at", at);
	gwt_history_values(versions, at, query->arena, &field.values, &problems);
	for (size_t i = 0; i < problems.len; i++)
		gwt_history_add_problem(query, root, query->scenario, problems.items[i].version,
					problems.items[i].reason);
	if (!field.values.len)
		return gwt_fail(err, GWT_EUNCHECKED,
				"no recorded answer of '" GWT_SPAN_FMT "' has '" GWT_SPAN_FMT "'",
				GWT_SPAN_ARG(query->scenario), GWT_SPAN_ARG(at));
	list_values(&field);
	if (query->when)
		return show_when(&field, err);
	if (!query->json)
		print_values(&field);
	return GWT_OK;
}

gwt_status gwt_history_show_values(const struct gwt_history_query *query, struct gwt_error *err)
{
	struct gwt_json *all = gwt_json_new(query->arena, GWT_JSON_ARRAY);
	struct gwt_history_versions versions;
	gwt_status status = gwt_history_load(query, &versions, err);

	for (size_t i = 0; status == GWT_OK && i < query->field_count; i++)
		status = show_field(query, &versions, gwt_span_of(query->fields[i]),
				    gwt_json_append(all, gwt_json_new(query->arena, GWT_JSON_OBJECT)), err);
	if (status == GWT_OK && query->json)
		gwt_print_json(query->field_count == 1 ? all->child : all);
	return status;
}
