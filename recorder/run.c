#include "recorder/run.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/json/json.h"
#include "lib/model/model.h"
#include "lib/scenario/variable.h"
#include "recorder/fixtures.h"
#include "recorder/scenario_run.h"
#include "recorder/sweep.h"
#include "lib/store/note.h"
#include "lib/store/validated.h"

/* How many resources may be left for the REST API's deletion to remove: AWS allows 300 per API. */
enum { MAX_RESOURCES = 200 };

enum gwt_record_outcome gwt_record_outcome(const struct gwt_record_row *row)
{
	if (row->state == GWT_NOT_RECORDED)
		return GWT_OUTCOME_FAILED;
	if (row->state == GWT_COULD_NOT_CHECK)
		return GWT_OUTCOME_COULD_NOT_CHECK;
	if (row->state == GWT_UP_TO_DATE)
		return GWT_OUTCOME_UP_TO_DATE;
	if (row->surprise_count)
		return GWT_OUTCOME_UNEXPECTED;
	if (row->state == GWT_CONFIRMED)
		return GWT_OUTCOME_CONFIRMED;
	return row->is_new ? GWT_OUTCOME_NEW : GWT_OUTCOME_CHANGED;
}

const char *gwt_record_outcome_word(enum gwt_record_outcome outcome)
{
	static const char *const words[] = {
		[GWT_OUTCOME_NEW] = "new",
		[GWT_OUTCOME_CHANGED] = "changed",
		[GWT_OUTCOME_CONFIRMED] = "confirmed",
		[GWT_OUTCOME_UNEXPECTED] = "unexpected",
		[GWT_OUTCOME_FAILED] = "failed",
		[GWT_OUTCOME_COULD_NOT_CHECK] = "could-not-check",
		[GWT_OUTCOME_UP_TO_DATE] = "up-to-date",
	};

	return words[outcome];
}

struct run {
	const struct gwt_record_options *options;
	struct gwt_caller *callers; /* one for each thread */
	size_t caller_count;
	struct gwt_run_fixtures fixtures; /* members from here on do not change while threads run … */
	struct gwt_variables variables;   /* of the run as a whole */
	size_t wanted;
	pthread_mutex_t lock; /* … and members from here on are used only under the lock */
	struct gwt_arena *arena;
	struct gwt_record_result *result;
	struct gwt_store_note *notes; /* room for one note per row */
	size_t note_count;
	size_t next, done;
	struct gwt_error failure; /* not GWT_OK: no further scenario can be recorded */
};

/* Paths */

static struct gwt_span cassette_name(struct gwt_arena *arena, const struct gwt_scenario *scenario)
{
	return gwt_arena_printf(arena, GWT_SPAN_FMT ".json", GWT_SPAN_ARG(scenario->name));
}

/* What the run recorded, or found done. A scenario that failed, or was not tried, keeps its state in git. */
static bool is_committed(const struct gwt_record_row *row)
{
	return row->state == GWT_RECORDED || row->state == GWT_CONFIRMED || row->state == GWT_UP_TO_DATE;
}

size_t gwt_record_items(const struct gwt_record_result *result, bool all, struct gwt_arena *arena,
			struct gwt_commit_item **out)
{
	size_t len = 0;

	*out = gwt_arena_array(arena, struct gwt_commit_item, result->len + 1);
	for (size_t i = 0; i < result->len; i++) {
		const struct gwt_scenario *scenario = result->rows[i].scenario;

		if (all || is_committed(&result->rows[i]))
			(*out)[len++] = (struct gwt_commit_item){ scenario->name,
								  gwt_arena_cstr(arena, scenario->path) };
	}
	return len;
}

/* Which scenarios are recorded */

/* A scenario is done when its cassette was made from its current file and VALIDATED.json has it. */
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
	for (size_t i = 0; status == GWT_OK && i < scenarios->len; i++) {
		const char *path = gwt_validated_path(arena, options->cassettes, scenarios->items[i].name);
		bool done = false;

		if (strcmp(path, group) != 0)
			status = gwt_validated_load(arena, path, &validated, err);
		group = path;
		if (status == GWT_OK && options->mode == GWT_RECORD_NEW)
			status = is_done(options, &scenarios->items[i], &validated, &done);
		out->rows[i].scenario = &scenarios->items[i];
		out->rows[i].state = done ? GWT_UP_TO_DATE : GWT_RECORDED;
	}
	return status;
}

/* VALIDATED.json */

static void note_validated(struct run *run, const struct gwt_scenario *scenario, bool recorded)
{
	run->notes[run->note_count++] =
		gwt_transaction_line(run->options->transaction, scenario->name, recorded, run->arena);
}

/* One scenario */

static struct gwt_provenance provenance_of(const struct run *run, const struct gwt_caller *caller,
					   const struct gwt_captures *captures)
{
	static const char *const words[] = {
		[GWT_UPSTREAM_AWS] = "aws",
		[GWT_UPSTREAM_SANDBOX] = "sandbox",
		[GWT_UPSTREAM_OTHER] = "other",
	};

	return (struct gwt_provenance){
		.upstream = gwt_span_of(words[caller->kind]),
		.endpoint = run->options->endpoint,
		.region = caller->region,
		.model = gwt_span_of(gwt_model_version_word(GWT_MODEL_NEWER)),
		.server = gwt_captures_server(captures),
	};
}

/* The upstream of the cassette that is being replaced, when it was another one; else absent. In `arena`. */
static struct gwt_span replaced_upstream(struct gwt_arena *arena, const char *path,
					 const struct gwt_provenance *now)
{
	struct gwt_cassette old;
	struct gwt_span text;

	if (gwt_file_exists(path) && gwt_file_read(arena, path, GWT_MAX_FILE_BYTES, &text, NULL) == GWT_OK &&
	    gwt_cassette_parse(arena, path, text, &old, NULL) == GWT_OK &&
	    !gwt_span_eq(old.provenance.upstream, now->upstream))
		return old.provenance.upstream;
	return GWT_ABSENT;
}

/* One scenario on one thread. Texts of the row live in `arena` until finish_row() keeps them. */
struct job {
	struct run *run;
	struct gwt_caller *caller;
	struct gwt_arena *arena;
	struct gwt_record_row row;
};

static gwt_status keep(struct job *job, const struct gwt_captures *captures, struct gwt_error *err)
{
	const struct gwt_scenario *scenario = job->row.scenario;
	const char *path = gwt_file_join(job->arena, job->run->options->cassettes,
					 cassette_name(job->arena, scenario).ptr);
	struct gwt_provenance provenance = provenance_of(job->run, job->caller, captures);
	struct gwt_span bytes;
	bool changed = false;
	struct gwt_secrecy secrecy = { &job->caller->credentials, job->run->options->forbidden,
				       job->run->options->forbidden_count, scenario->source };
	gwt_status status = gwt_scenario_cassette(scenario, captures, &provenance, &secrecy, job->arena,
						  &bytes, NULL, err);

	if (status != GWT_OK)
		return status;
	job->row.replaced_upstream = replaced_upstream(job->arena, path, &provenance);
	job->row.is_new = !gwt_file_exists(path);
	status = gwt_transaction_write(job->run->options->transaction, path, bytes, &changed, err);
	job->row.state = changed ? GWT_RECORDED : GWT_CONFIRMED;
	return status;
}

static void set_variables(struct job *job, struct gwt_span resource_id, struct gwt_variables *out)
{
	const struct gwt_json *declared = job->row.scenario->variables;

	out->declared = declared;
	for (size_t i = 0; i < job->run->variables.len; i++)
		gwt_variables_set(job->arena, out, job->run->variables.items[i].name,
				  job->run->variables.items[i].live);
	for (const struct gwt_json *own = declared ? declared->child : NULL; own; own = own->next) {
		struct gwt_span value = gwt_variable_default(declared, own->name);

		if (value.ptr && !gwt_variables_get(out, own->name).ptr)
			gwt_variables_set(job->arena, out, own->name, value);
	}
	if (resource_id.ptr && !gwt_variables_get(out, GWT_SPAN("resourceId")).ptr)
		gwt_variables_set(job->arena, out, GWT_SPAN("resourceId"), resource_id);
}

static gwt_status make_steps(struct job *job, struct gwt_span resource_id, struct gwt_error *err)
{
	struct gwt_variables variables = { 0 };
	struct gwt_captures captures;
	gwt_status status;

	set_variables(job, resource_id, &variables);
	status = gwt_scenario_call(job->row.scenario, job->caller, &variables, job->arena, &captures,
				   &job->row, err);
	return status == GWT_OK && !job->run->options->dry_run ? keep(job, &captures, err) : status;
}

static gwt_status record_one(struct job *job, struct gwt_error *err)
{
	const struct gwt_run_fixtures *fixtures = &job->run->fixtures;
	struct gwt_span resource_id = { NULL, 0 };
	gwt_status status = GWT_OK;

	if (job->row.scenario->fixtures & GWT_FIXTURE_RESOURCE)
		status = gwt_fixtures_make_resource(fixtures, job->caller, job->row.scenario, job->arena,
						    &resource_id, err);
	if (status == GWT_OK)
		status = make_steps(job, resource_id, err);
	if (resource_id.ptr && job->run->wanted > MAX_RESOURCES && !job->caller->fatal)
		gwt_fixtures_remove_resource(fixtures, job->caller, resource_id, NULL);
	return status;
}

static bool is_given(const struct gwt_scenario *scenario, struct gwt_span name)
{
	for (size_t i = 0; i < scenario->step_count; i++)
		if (gwt_json_get_span(scenario->steps[i].gives, name))
			return true;
	return false;
}

/* Why a scenario cannot be recorded here; absent when it can. */
static struct gwt_span what_is_missing(const struct run *run, const struct gwt_scenario *scenario,
				       struct gwt_arena *arena)
{
	struct gwt_variables *variables = (struct gwt_variables *)(uintptr_t)&run->variables;

	if ((scenario->fixtures & GWT_FIXTURE_VPC_LINK) &&
	    !gwt_variables_get(variables, GWT_SPAN("vpcLinkId")).ptr)
		return GWT_SPAN("it needs a VPC link: give one with --set vpcLinkId=ID");
	if (!gwt_variables_get(variables, GWT_SPAN("accountId")).ptr &&
	    gwt_span_find_span(scenario->source, GWT_SPAN("${accountId}")) < scenario->source.len)
		return GWT_SPAN("it needs the account id: give it with --set accountId=ID");
	for (const struct gwt_json *own = scenario->variables ? scenario->variables->child : NULL; own;
	     own = own->next)
		if (!gwt_variable_default(scenario->variables, own->name).ptr &&
		    !gwt_variables_get(variables, own->name).ptr && !is_given(scenario, own->name))
			return gwt_arena_printf(
				arena, "the variable '" GWT_SPAN_FMT "' has no value: give one with --set",
				GWT_SPAN_ARG(own->name));
	return GWT_ABSENT;
}

static void run_job(struct job *job, struct gwt_error *failure)
{
	struct gwt_span missing = what_is_missing(job->run, job->row.scenario, job->arena);
	struct gwt_error err = *failure;

	if (missing.ptr) {
		job->row.state = GWT_COULD_NOT_CHECK;
		job->row.reason = missing;
		return;
	}
	job->row.status = failure->status != GWT_OK ? failure->status : record_one(job, &err);
	if (job->row.status == GWT_OK)
		return;
	job->row.state = GWT_NOT_RECORDED;
	job->row.reason = gwt_arena_copy(job->arena, gwt_span_of(err.msg));
	*failure = err;
}

/* Under the lock: keep what the job found in the run's arena, and report it. */
static void finish_row(struct run *run, struct gwt_record_row *row, const struct job *job,
		       const struct gwt_error *err)
{
	*row = job->row;
	row->reason = gwt_arena_copy(run->arena, row->reason);
	row->replaced_upstream = gwt_arena_copy(run->arena, row->replaced_upstream);
	row->surprises = gwt_arena_array(run->arena, struct gwt_surprise, row->surprise_count);
	for (size_t i = 0; i < row->surprise_count; i++)
		row->surprises[i] = (struct gwt_surprise){
			job->row.surprises[i].interaction,
			gwt_arena_copy(run->arena, job->row.surprises[i].reason),
		};
	if ((row->state == GWT_RECORDED || row->state == GWT_CONFIRMED) && !run->options->dry_run)
		note_validated(run, row->scenario, row->state == GWT_RECORDED);
	if (job->caller->fatal && run->failure.status == GWT_OK)
		run->failure = *err;
	run->done++;
	if (run->options->on_row)
		run->options->on_row(run->options->arg, row, run->done, run->wanted);
}

/* The run */

static bool is_wanted(const struct gwt_record_row *row)
{
	return row->state != GWT_UP_TO_DATE;
}

static unsigned wanted_fixtures(const struct gwt_record_result *result)
{
	unsigned fixtures = 0;

	for (size_t i = 0; i < result->len; i++)
		if (is_wanted(&result->rows[i]))
			fixtures |= result->rows[i].scenario->fixtures;
	return fixtures;
}

/* The type of a variable that --set names, from the first scenario that declares it; false when none does. */
static bool find_set(const struct run *run, struct gwt_span name, struct gwt_span *type)
{
	const struct gwt_scenarios *scenarios = run->options->scenarios;

	*type = gwt_span_of(gwt_variable_type(name));
	if (gwt_variable_known(NULL, name))
		return true;
	for (size_t i = 0; i < scenarios->len; i++)
		if (gwt_variable_known(scenarios->items[i].variables, name)) {
			*type = gwt_variable_declared_type(scenarios->items[i].variables, name);
			return true;
		}
	return false;
}

static gwt_status read_sets(struct run *run, struct gwt_error *err)
{
	for (size_t i = 0; i < run->options->set_count; i++) {
		struct gwt_span value = gwt_span_of(run->options->sets[i]), name = gwt_span_cut(&value, '='),
				type;

		if (!value.ptr || !name.len)
			return gwt_fail(err, GWT_EUSAGE, "--set number %zu must be NAME=VALUE", i + 1);
		if (!find_set(run, name, &type))
			return gwt_fail(err, GWT_EUSAGE,
					"--set number %zu: no scenario has a variable of this name", i + 1);
		if (!gwt_variable_takes(type, value))
			return gwt_fail(err, GWT_EUSAGE, "--set: the value of '" GWT_SPAN_FMT "' must be %s",
					GWT_SPAN_ARG(name), gwt_variable_wants(type));
		gwt_variables_set(run->arena, &run->variables, name, value);
	}
	return GWT_OK;
}

static void set_unless_given(struct run *run, struct gwt_span name, struct gwt_span live)
{
	if (live.ptr && !gwt_variables_get(&run->variables, name).ptr)
		gwt_variables_set(run->arena, &run->variables, name, live);
}

/* The account of a stand-in is one that it made up; AWS's is known only when the caller gives it. */
#define STAND_IN_ACCOUNT "123456789012"

static gwt_status make_fixtures(struct run *run, struct gwt_error *err)
{
	unsigned fixtures = wanted_fixtures(run->result);
	struct gwt_caller *caller = &run->callers[0];
	gwt_status status = GWT_OK;

	/* the in-process sandbox began with this run: nothing is left in it to sweep */
	if ((fixtures & GWT_FIXTURE_REST_API) && caller->kind != GWT_UPSTREAM_SANDBOX &&
	    gwt_sweep(caller, &run->result->swept, err) != GWT_OK && caller->fatal)
		return err->status;
	if (fixtures & GWT_FIXTURE_REST_API)
		status = gwt_fixtures_make_api(&run->fixtures, caller, err);
	if (status == GWT_OK && (fixtures & GWT_FIXTURE_VPC_LINK) && caller->kind != GWT_UPSTREAM_AWS &&
	    caller->met_sandbox && !gwt_variables_get(&run->variables, GWT_SPAN("vpcLinkId")).ptr)
		status = gwt_fixtures_make_link(&run->fixtures, caller, err);
	set_unless_given(run, GWT_SPAN("restApiId"), run->fixtures.rest_api_id);
	set_unless_given(run, GWT_SPAN("parentId"), run->fixtures.root_id);
	set_unless_given(run, GWT_SPAN("vpcLinkId"), run->fixtures.vpc_link_id);
	return status;
}

/* The next scenario to record; NULL when none is left. */
static struct gwt_record_row *take_row(struct run *run)
{
	while (run->next < run->result->len) {
		struct gwt_record_row *row = &run->result->rows[run->next++];

		if (!is_wanted(row))
			continue;
		if (run->options->on_start)
			run->options->on_start(run->options->arg, row);
		return row;
	}
	return NULL;
}

struct worker {
	struct run *run;
	struct gwt_caller *caller;
	pthread_t thread;
};

static void *work(void *arg)
{
	struct worker *worker = arg;
	struct run *run = worker->run;
	struct gwt_record_row *row;

	pthread_mutex_lock(&run->lock);
	while ((row = take_row(run))) {
		struct gwt_arena arena = { 0 };
		struct job job = { .run = run, .caller = worker->caller, .arena = &arena, .row = *row };
		struct gwt_error failure = run->failure;

		pthread_mutex_unlock(&run->lock);
		run_job(&job, &failure);
		pthread_mutex_lock(&run->lock);
		finish_row(run, row, &job, &failure);
		gwt_arena_release(&arena);
	}
	pthread_mutex_unlock(&run->lock);
	return NULL;
}

/* The first caller works on this thread. When a thread cannot be started, the other threads do its share. */
static void record_rows(struct run *run)
{
	struct worker *workers = gwt_xcalloc(run->caller_count, sizeof(*workers));
	bool *started = gwt_xcalloc(run->caller_count, sizeof(*started));

	for (size_t i = 0; i < run->caller_count; i++)
		workers[i] = (struct worker){ .run = run, .caller = &run->callers[i] };
	for (size_t i = 1; i < run->caller_count; i++)
		started[i] = pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
	work(&workers[0]);
	for (size_t i = 1; i < run->caller_count; i++)
		if (started[i])
			pthread_join(workers[i].thread, NULL);
	free(workers);
	free(started);
}

static void count_rows(struct run *run)
{
	struct gwt_record_result *result = run->result;

	for (size_t i = 0; i < result->len; i++) {
		result->counts[result->rows[i].state]++;
		result->surprised += result->rows[i].surprise_count > 0;
	}
	for (size_t i = 0; i < run->caller_count; i++) {
		result->calls += run->callers[i].calls;
		result->answered |= run->callers[i].answered;
		result->retries += run->callers[i].retries;
	}
	result->interrupted = run->callers[0].stop && *run->callers[0].stop;
}

static void clean_up(struct run *run)
{
	struct gwt_error err = { 0 };

	run->result->cleanup = gwt_fixtures_remove(&run->fixtures, &run->callers[0], &err);
	if (run->result->cleanup != GWT_OK)
		run->result->cleanup_reason = gwt_arena_copy(run->arena, gwt_span_of(err.msg));
}

gwt_status gwt_record_run(const struct gwt_record_options *options, struct gwt_caller *callers,
			  size_t caller_count, struct gwt_arena *arena, struct gwt_record_result *result,
			  struct gwt_error *err)
{
	struct run run = { .options = options,
			   .callers = callers,
			   .caller_count = caller_count,
			   .arena = arena,
			   .result = result,
			   .notes = gwt_arena_array(arena, struct gwt_store_note, result->len + 1) };
	gwt_status status = read_sets(&run, err);

	if (status != GWT_OK)
		return status;
	for (size_t i = 0; i < result->len; i++)
		run.wanted += is_wanted(&result->rows[i]);
	set_unless_given(&run, GWT_SPAN("region"), callers[0].region);
	if (callers[0].kind != GWT_UPSTREAM_AWS)
		set_unless_given(&run, GWT_SPAN("accountId"), GWT_SPAN(STAND_IN_ACCOUNT));
	make_fixtures(&run, &run.failure);
	pthread_mutex_init(&run.lock, NULL);
	record_rows(&run);
	pthread_mutex_destroy(&run.lock);
	clean_up(&run);
	count_rows(&run);
	if (!run.note_count)
		return GWT_OK;
	return gwt_transaction_note(options->transaction, run.notes, run.note_count, err);
}

static bool has_changed(const struct gwt_record_result *result)
{
	for (size_t i = 0; i < result->len; i++)
		if (result->rows[i].state == GWT_RECORDED && !result->rows[i].is_new)
			return true;
	return false;
}

/* The worst that happened: a failure, then a surprise or a change, then what could not be checked. */
gwt_status gwt_record_verdict(const struct gwt_record_result *result, bool fail_on_change)
{
	gwt_status worst = result->cleanup != GWT_OK ? GWT_EUPSTREAM : GWT_OK;

	for (size_t i = 0; i < result->len; i++) {
		const struct gwt_record_row *row = &result->rows[i];

		if (row->state == GWT_NOT_RECORDED && row->status != GWT_EUNCHECKED &&
		    !result->interrupted) /* an interrupted call says nothing about the upstream */
			return row->status;
	}
	if (worst != GWT_OK)
		return worst;
	if (result->surprised || (fail_on_change && has_changed(result)))
		return GWT_EMISMATCH;
	return result->counts[GWT_COULD_NOT_CHECK] || result->counts[GWT_NOT_RECORDED] ? GWT_EUNCHECKED
										       : GWT_OK;
}

gwt_status gwt_record_commit(const struct gwt_record_result *result, struct gwt_transaction *transaction,
			     struct gwt_arena *arena, struct gwt_error *err)
{
	struct gwt_transaction_counts counts = { .recorded = result->counts[GWT_RECORDED],
						 .confirmed = result->counts[GWT_CONFIRMED],
						 .all = result->len };
	struct gwt_commit_item *items;

	transaction->request.len = gwt_record_items(result, false, arena, &items);
	transaction->request.items = items;
	return gwt_transaction_commit(transaction, &counts, arena, err);
}
