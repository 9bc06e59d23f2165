#include "recorder/run.h"

#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/base/limits.h"
#include "recorder/fixtures.h"
#include "recorder/scenario_run.h"
#include "recorder/validated.h"

/* Resources that may be left until the REST API goes with them: AWS allows 300 an API. */
enum { MAX_RESOURCES = 200 };

const char *gwt_outcome_word(enum gwt_outcome_kind outcome)
{
	static const char *const words[] = {
		[GWT_RECORDED] = "recorded",
		[GWT_CONFIRMED] = "confirmed",
		[GWT_UP_TO_DATE] = "up to date",
		[GWT_COULD_NOT_CHECK] = "could not check",
		[GWT_NOT_RECORDED] = "not recorded",
	};

	return words[outcome];
}

/* A group's VALIDATED.json in the making. */
struct group {
	const char *path; /* below the cassette folder */
	struct gwt_validated validated;
	bool changed;
};

struct run {
	const struct gwt_record_options *options;
	struct gwt_caller *caller;
	struct gwt_arena *arena;
	struct gwt_record_result *result;
	struct gwt_run_fixtures fixtures;
	struct gwt_variables variables; /* of the run as a whole */
	struct group *groups;
	size_t group_count, group_cap;
	size_t done, wanted;
	bool failed; /* no scenario can be recorded any more */
	struct gwt_error failure;
};

/* Paths */

static struct gwt_span cassette_name(struct gwt_arena *arena, const struct gwt_scenario *scenario)
{
	return gwt_arena_printf(arena, GWT_SPAN_FMT ".json", GWT_SPAN_ARG(scenario->name));
}

static void add_path(struct gwt_record_result *result, const char *path)
{
	for (size_t i = 0; i < result->path_count; i++)
		if (strcmp(result->paths[i], path) == 0)
			return;
	result->paths[result->path_count++] = (char *)(uintptr_t)path;
}

static void collect_paths(const struct gwt_scenarios *scenarios, struct gwt_arena *arena, struct gwt_record_result *result)
{
	const char *group = "";

	result->paths = gwt_arena_array(arena, char *, 2 * scenarios->len + 1);
	for (size_t i = 0; i < scenarios->len; i++) {
		const char *validated = gwt_validated_path(arena, "", scenarios->items[i].name);

		result->paths[result->path_count++] = (char *)(uintptr_t)cassette_name(arena, &scenarios->items[i]).ptr;
		if (strcmp(validated, group) != 0)
			add_path(result, validated);
		group = validated;
	}
}

/* What there is to do */

/* A scenario is done when its cassette was made from this very file, and the group's list knows of it. */
static gwt_status is_done(const struct gwt_record_options *options, const struct gwt_scenario *scenario,
			  const struct gwt_validated *validated, bool *done)
{
	struct gwt_arena arena = { 0 };
	const char *path = gwt_file_join(&arena, options->cassettes, cassette_name(&arena, scenario).ptr);
	struct gwt_cassette cassette;
	struct gwt_span text;

	*done = gwt_validated_find(validated, scenario->name) && gwt_file_exists(path) &&
		gwt_file_read(&arena, path, GWT_MAX_FILE_BYTES, &text, NULL) == GWT_OK &&
		gwt_cassette_parse(&arena, path, text, &cassette, NULL) == GWT_OK &&
		strcmp(cassette.scenario_sha256, scenario->sha256) == 0;
	gwt_arena_release(&arena);
	return GWT_OK;
}

gwt_status gwt_record_plan(const struct gwt_record_options *options, struct gwt_arena *arena,
			   struct gwt_record_result *out, struct gwt_error *err)
{
	const struct gwt_scenarios *scenarios = options->scenarios;
	struct gwt_validated validated = { 0 };
	const char *group = "";
	gwt_status status = GWT_OK;

	memset(out, 0, sizeof(*out));
	out->rows = gwt_arena_array(arena, struct gwt_record_row, scenarios->len + 1);
	out->len = scenarios->len;
	collect_paths(scenarios, arena, out);
	for (size_t i = 0; status == GWT_OK && i < scenarios->len; i++) {
		const char *path = gwt_validated_path(arena, options->cassettes, scenarios->items[i].name);
		bool done = false;

		if (strcmp(path, group) != 0)
			status = gwt_validated_load(arena, path, &validated, err);
		group = path;
		if (status == GWT_OK && options->mode == GWT_RECORD_NEW)
			status = is_done(options, &scenarios->items[i], &validated, &done);
		out->rows[i].scenario = &scenarios->items[i];
		out->rows[i].outcome = done ? GWT_UP_TO_DATE : GWT_RECORDED;
	}
	return status;
}

/* VALIDATED.json */

static gwt_status group_of(struct run *run, const struct gwt_scenario *scenario, struct group **out, struct gwt_error *err)
{
	const char *path = gwt_validated_path(run->arena, run->options->cassettes, scenario->name);
	struct group group = { .path = path };
	gwt_status status;

	for (size_t i = 0; i < run->group_count; i++)
		if (strcmp(run->groups[i].path, path) == 0) {
			*out = &run->groups[i];
			return GWT_OK;
		}
	status = gwt_validated_load(run->arena, path, &group.validated, err);
	if (status != GWT_OK)
		return status;
	gwt_arena_grow(run->arena, (void **)&run->groups, sizeof(group), run->group_count, &run->group_cap);
	run->groups[run->group_count] = group;
	*out = &run->groups[run->group_count++];
	return GWT_OK;
}

static gwt_status note_validated(struct run *run, const struct gwt_scenario *scenario, bool recorded, struct gwt_error *err)
{
	struct gwt_validated_line line = { .scenario = scenario->name, .upstream = run->options->upstream_word };
	const struct gwt_validated_line *before;
	char now[GWT_ISO_DATE_LEN + 1];
	struct group *group;
	gwt_status status = group_of(run, scenario, &group, err);

	if (status != GWT_OK)
		return status;
	gwt_clock_iso_date(gwt_clock_now(), now);
	line.confirmed = gwt_arena_copy(run->arena, gwt_span_of(now));
	before = gwt_validated_find(&group->validated, scenario->name);
	line.recorded = before && !recorded ? before->recorded : line.confirmed;
	gwt_validated_set(run->arena, &group->validated, &line);
	group->changed = true;
	return GWT_OK;
}

static gwt_status write_groups(struct run *run, struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	for (size_t i = 0; status == GWT_OK && i < run->group_count; i++) {
		gwt_auto(gwt_buf_release) struct gwt_buf out;

		gwt_buf_init(&out, SIZE_MAX);
		gwt_validated_write(&out, &run->groups[i].validated);
		if (run->groups[i].changed)
			status = gwt_file_write(run->groups[i].path, gwt_buf_span(&out), err);
	}
	return status;
}

/* One scenario */

static struct gwt_provenance provenance_of(const struct run *run, const struct gwt_captures *captures)
{
	static const char *const words[] = {
		[GWT_UPSTREAM_AWS] = "aws",
		[GWT_UPSTREAM_SANDBOX] = "sandbox",
		[GWT_UPSTREAM_OTHER] = "other",
	};

	return (struct gwt_provenance){
		.upstream = gwt_span_of(words[run->caller->kind]),
		.endpoint = run->options->endpoint,
		.region = run->caller->region,
		.model = gwt_span_of(gwt_model_version_word(GWT_MODEL_NEWER)),
		.server = gwt_captures_server(captures),
	};
}

/* The upstream of the cassette that is being replaced, where it is another; absent otherwise. */
static void note_replaced(struct run *run, const char *path, const struct gwt_provenance *provenance,
			  struct gwt_record_row *row)
{
	struct gwt_arena arena = { 0 };
	struct gwt_cassette old;
	struct gwt_span text;

	if (gwt_file_exists(path) && gwt_file_read(&arena, path, GWT_MAX_FILE_BYTES, &text, NULL) == GWT_OK &&
	    gwt_cassette_parse(&arena, path, text, &old, NULL) == GWT_OK &&
	    !gwt_span_eq(old.provenance.upstream, provenance->upstream))
		row->replaced_upstream = gwt_arena_copy(run->arena, old.provenance.upstream);
	gwt_arena_release(&arena);
}

static gwt_status keep(struct run *run, struct gwt_arena *arena, const struct gwt_captures *captures,
		       struct gwt_record_row *row, struct gwt_error *err)
{
	const char *path = gwt_file_join(arena, run->options->cassettes, cassette_name(arena, row->scenario).ptr);
	struct gwt_provenance provenance = provenance_of(run, captures);
	struct gwt_span bytes;
	bool changed = false;
	gwt_status status = gwt_scenario_cassette(row->scenario, captures, &provenance, &run->caller->credentials, arena,
						  &bytes, err);

	if (status != GWT_OK)
		return status;
	note_replaced(run, path, &provenance, row);
	status = gwt_file_mkdirs_for(path, err);
	if (status == GWT_OK)
		status = gwt_file_update(path, bytes, &changed, err);
	if (status == GWT_OK)
		status = note_validated(run, row->scenario, changed, err);
	row->outcome = changed ? GWT_RECORDED : GWT_CONFIRMED;
	return status;
}

/* Surprises were made in the scenario's arena, which goes. */
static void keep_surprises(struct run *run, struct gwt_record_row *row)
{
	struct gwt_surprise *kept = gwt_arena_array(run->arena, struct gwt_surprise, row->surprise_count);

	for (size_t i = 0; i < row->surprise_count; i++)
		kept[i] = (struct gwt_surprise){ row->surprises[i].interaction,
						 gwt_arena_copy(run->arena, row->surprises[i].reason) };
	row->surprises = kept;
}

static gwt_status with_resource(struct run *run, struct gwt_variables *variables, struct gwt_arena *arena,
				struct gwt_record_row *row, struct gwt_error *err)
{
	struct gwt_captures captures;
	gwt_status status = gwt_scenario_call(row->scenario, run->caller, variables, arena, &captures, row, err);

	return status == GWT_OK && !run->options->dry_run ? keep(run, arena, &captures, row, err) : status;
}

static gwt_status record_one(struct run *run, struct gwt_arena *arena, struct gwt_record_row *row, struct gwt_error *err)
{
	const struct gwt_scenario *scenario = row->scenario;
	struct gwt_variables variables = { 0 };
	struct gwt_span resource_id = { NULL, 0 };
	gwt_status status = GWT_OK;

	for (size_t i = 0; i < run->variables.len; i++)
		gwt_variables_set(arena, &variables, run->variables.items[i].name, run->variables.items[i].live);
	for (const struct gwt_json *own = scenario->variables ? scenario->variables->child : NULL; own; own = own->next)
		if (own->type == GWT_JSON_STRING && !gwt_variables_get(&variables, own->name).ptr)
			gwt_variables_set(arena, &variables, own->name, own->text);
	if (scenario->fixtures & GWT_FIXTURE_RESOURCE)
		status = gwt_fixtures_make_resource(&run->fixtures, run->caller, scenario, arena, &resource_id, err);
	if (resource_id.ptr && !gwt_variables_get(&variables, GWT_SPAN("resourceId")).ptr)
		gwt_variables_set(arena, &variables, GWT_SPAN("resourceId"), resource_id);
	if (status == GWT_OK)
		status = with_resource(run, &variables, arena, row, err);
	if (resource_id.ptr && run->wanted > MAX_RESOURCES && !run->caller->fatal)
		gwt_fixtures_remove_resource(&run->fixtures, run->caller, resource_id, NULL);
	return status;
}

/* Why a scenario cannot be recorded here; absent when it can. */
static struct gwt_span what_is_missing(const struct run *run, const struct gwt_scenario *scenario)
{
	struct gwt_variables *variables = (struct gwt_variables *)(uintptr_t)&run->variables;

	if ((scenario->fixtures & GWT_FIXTURE_VPC_LINK) && !gwt_variables_get(variables, GWT_SPAN("vpcLinkId")).ptr)
		return GWT_SPAN("it needs a VPC link: give one with --set vpcLinkId=ID");
	if (!gwt_variables_get(variables, GWT_SPAN("accountId")).ptr &&
	    gwt_span_find_span(scenario->source, GWT_SPAN("${accountId}")) < scenario->source.len)
		return GWT_SPAN("it needs the account id: give it with --set accountId=ID");
	for (const struct gwt_json *own = scenario->variables ? scenario->variables->child : NULL; own; own = own->next)
		if (own->type == GWT_JSON_NULL && !gwt_variables_get(variables, own->name).ptr)
			return gwt_arena_printf(run->arena, "the variable '" GWT_SPAN_FMT "' has no value: give one with --set",
						GWT_SPAN_ARG(own->name));
	return (struct gwt_span){ NULL, 0 };
}

static void record_row(struct run *run, struct gwt_record_row *row)
{
	struct gwt_span missing = what_is_missing(run, row->scenario);
	struct gwt_arena arena = { 0 };
	struct gwt_error err = { 0 };
	gwt_status status;

	if (missing.ptr) {
		row->outcome = GWT_COULD_NOT_CHECK;
		row->reason = missing;
		return;
	}
	status = run->failed ? gwt_fail(&err, run->failure.status, "%s", run->failure.msg) :
			       record_one(run, &arena, row, &err);
	keep_surprises(run, row);
	gwt_arena_release(&arena);
	if (status == GWT_OK)
		return;
	row->outcome = GWT_NOT_RECORDED;
	row->status = status;
	row->reason = gwt_arena_copy(run->arena, gwt_span_of(err.msg));
	if (run->caller->fatal && !run->failed) {
		run->failed = true;
		run->failure = err;
	}
}

/* The run */

static bool is_wanted(const struct gwt_record_row *row)
{
	return row->outcome != GWT_UP_TO_DATE;
}

static unsigned wanted_fixtures(const struct gwt_record_result *result)
{
	unsigned fixtures = 0;

	for (size_t i = 0; i < result->len; i++)
		if (is_wanted(&result->rows[i]))
			fixtures |= result->rows[i].scenario->fixtures;
	return fixtures;
}

static gwt_status read_sets(struct run *run, struct gwt_error *err)
{
	for (size_t i = 0; i < run->options->set_count; i++) {
		struct gwt_span value = gwt_span_of(run->options->sets[i]), name = gwt_span_cut(&value, '=');

		if (!value.ptr || !name.len)
			return gwt_fail(err, GWT_EUSAGE, "--set '%s' is not NAME=VALUE", run->options->sets[i]);
		if (!gwt_variable_known(NULL, name)) {
			bool known = false;

			for (size_t j = 0; j < run->options->scenarios->len && !known; j++)
				known = gwt_variable_known(run->options->scenarios->items[j].variables, name);
			if (!known)
				return gwt_fail(err, GWT_EUSAGE, "--set: no scenario has a variable '" GWT_SPAN_FMT "'",
						GWT_SPAN_ARG(name));
		}
		gwt_variables_set(run->arena, &run->variables, name, value);
	}
	return GWT_OK;
}

static void set_unless_given(struct run *run, struct gwt_span name, struct gwt_span live)
{
	if (live.ptr && !gwt_variables_get(&run->variables, name).ptr)
		gwt_variables_set(run->arena, &run->variables, name, live);
}

/* Stand-ins have an account of their own making; of AWS's we know nothing that we were not told. */
#define STAND_IN_ACCOUNT "123456789012"

static gwt_status make_fixtures(struct run *run, struct gwt_error *err)
{
	unsigned fixtures = wanted_fixtures(run->result);
	gwt_status status = GWT_OK;

	if (fixtures & GWT_FIXTURE_REST_API)
		status = gwt_fixtures_make_api(&run->fixtures, run->caller, err);
	if (status == GWT_OK && (fixtures & GWT_FIXTURE_VPC_LINK) && run->caller->kind == GWT_UPSTREAM_SANDBOX &&
	    !gwt_variables_get(&run->variables, GWT_SPAN("vpcLinkId")).ptr)
		status = gwt_fixtures_make_link(&run->fixtures, run->caller, err);
	set_unless_given(run, GWT_SPAN("restApiId"), run->fixtures.rest_api_id);
	set_unless_given(run, GWT_SPAN("parentId"), run->fixtures.root_id);
	set_unless_given(run, GWT_SPAN("vpcLinkId"), run->fixtures.vpc_link_id);
	return status;
}

static void record_rows(struct run *run)
{
	const struct gwt_record_options *options = run->options;

	for (size_t i = 0; i < run->result->len; i++) {
		struct gwt_record_row *row = &run->result->rows[i];

		if (!is_wanted(row))
			continue;
		if (options->on_start)
			options->on_start(options->arg, row);
		record_row(run, row);
		run->done++;
		if (options->on_row)
			options->on_row(options->arg, row, run->done, run->wanted);
	}
}

static void count_rows(struct run *run)
{
	struct gwt_record_result *result = run->result;

	for (size_t i = 0; i < result->len; i++) {
		result->counts[result->rows[i].outcome]++;
		result->surprised += result->rows[i].surprise_count > 0;
	}
	result->calls = run->caller->calls;
	result->retries = run->caller->retries;
	result->interrupted = run->caller->stop && *run->caller->stop;
}

static void clean_up(struct run *run)
{
	struct gwt_error err = { 0 };

	run->result->cleanup = gwt_fixtures_remove(&run->fixtures, run->caller, &err);
	if (run->result->cleanup != GWT_OK)
		run->result->cleanup_reason = gwt_arena_copy(run->arena, gwt_span_of(err.msg));
}

gwt_status gwt_record_run(const struct gwt_record_options *options, struct gwt_caller *caller,
			  struct gwt_arena *arena, struct gwt_record_result *result, struct gwt_error *err)
{
	struct run run = { .options = options, .caller = caller, .arena = arena, .result = result };
	gwt_status status = read_sets(&run, err);

	if (status != GWT_OK)
		return status;
	for (size_t i = 0; i < result->len; i++)
		run.wanted += is_wanted(&result->rows[i]);
	set_unless_given(&run, GWT_SPAN("region"), caller->region);
	if (caller->kind != GWT_UPSTREAM_AWS)
		set_unless_given(&run, GWT_SPAN("accountId"), GWT_SPAN(STAND_IN_ACCOUNT));
	if (make_fixtures(&run, &run.failure) != GWT_OK)
		run.failed = true;
	record_rows(&run);
	clean_up(&run);
	count_rows(&run);
	return write_groups(&run, err);
}

/* The worst of what happened: a failure over a surprise over what could not be checked. */
gwt_status gwt_record_verdict(const struct gwt_record_result *result)
{
	gwt_status worst = result->cleanup != GWT_OK ? GWT_EUPSTREAM : GWT_OK;

	for (size_t i = 0; i < result->len; i++) {
		const struct gwt_record_row *row = &result->rows[i];

		if (row->outcome == GWT_NOT_RECORDED && row->status != GWT_EUNCHECKED)
			return row->status;
	}
	if (worst != GWT_OK)
		return worst;
	if (result->surprised)
		return GWT_EMISMATCH;
	return result->counts[GWT_COULD_NOT_CHECK] || result->counts[GWT_NOT_RECORDED] ? GWT_EUNCHECKED : GWT_OK;
}

struct gwt_span gwt_record_message(struct gwt_arena *arena, const struct gwt_record_options *options,
				   const struct gwt_record_result *result, struct gwt_span region)
{
	size_t count = result->counts[GWT_RECORDED] + result->counts[GWT_CONFIRMED];

	return gwt_arena_printf(arena,
				"record: %zu scenarios from " GWT_SPAN_FMT "\n\n"
				"Upstream: " GWT_SPAN_FMT "\nRegion: " GWT_SPAN_FMT "\nGwtape-Version: %s\nModel: %s\n",
				count ? count : result->len, GWT_SPAN_ARG(options->upstream_word),
				GWT_SPAN_ARG(options->upstream_word), GWT_SPAN_ARG(region), GWT_VERSION,
				gwt_model_version_word(GWT_MODEL_NEWER));
}
